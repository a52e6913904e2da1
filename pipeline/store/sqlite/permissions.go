package sqlite

import (
	"errors"
	"io/fs"

	"inlet.example/inlet/pipeline/store/sqlite/access"
	codes "modernc.org/sqlite/lib"
)

// databaseFiles are the endings of the files of a database: every process that uses it must be able to read and write all of them.
var databaseFiles = []string{"", "-wal", "-shm"}

// openingElsewhere says that the cause may be another user who is just opening the database: -wal and -shm get the permissions of the database a moment
// after they are created.
func openingElsewhere(err error) bool {
	number := code(err)
	return number == codes.SQLITE_READONLY || number == codes.SQLITE_CANTOPEN
}

// explainPermissions says which file a person may not use, who owns it and what to do, where that is why the database cannot be opened. SQLite says only
// that it cannot.
func explainPermissions(path string, err error) error {
	switch number := code(err); {
	case errors.Is(err, fs.ErrPermission):
	case number == codes.SQLITE_CANTOPEN, number == codes.SQLITE_READONLY, number == codes.SQLITE_PERM, number == codes.SQLITE_IOERR:
	default:
		return err
	}
	return access.Explain(path, databaseFiles, err)
}
