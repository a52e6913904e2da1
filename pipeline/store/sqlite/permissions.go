package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	folder := filepath.Dir(path)
	for _, end := range databaseFiles {
		info, statErr := os.Stat(path + end)
		if statErr != nil || access.Writable(path+end) == nil {
			continue
		}
		return fmt.Errorf("%s may not read and write %s, which belongs to %s: run inlet as that user, or use a group that both belong to: chgrp GROUP and "+
			"chmod 660 for the file, chgrp GROUP and chmod 2770 for %s (%w)", access.CurrentUser(), path+end, access.OwnerAndMode(info), folder, err)
	}
	if info, statErr := os.Stat(folder); statErr == nil && access.Writable(folder) != nil {
		return fmt.Errorf("%s may not create files in %s, which belongs to %s; SQLite needs this next to %s: run inlet as that user, or use a group that "+
			"both belong to: chgrp GROUP and chmod 2770 for the folder (%w)", access.CurrentUser(), folder, access.OwnerAndMode(info), filepath.Base(path), err)
	}
	return err
}
