package sqlite

import (
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	codes "modernc.org/sqlite/lib"
)

// temporaryCodes are the errors of SQLite whose cause is the disk, the memory or another process.
var temporaryCodes = []int{codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_NOMEM, codes.SQLITE_READONLY, codes.SQLITE_IOERR, codes.SQLITE_FULL,
	codes.SQLITE_CANTOPEN, codes.SQLITE_PROTOCOL}

// markTemporary wraps a temporary error. Any other stays as it is.
func markTemporary(err error) error {
	if slices.Contains(temporaryCodes, code(err)) {
		return &ledger.Temporary{Err: err}
	}
	return err
}

// defaultMaxRowBytes is how many bytes SQLite accepts as a row, less room for the columns beside the values. A longer one is not tried: the
// statement that fails has inserted other rows already.
const defaultMaxRowBytes = 1_000_000_000 - 1<<20
