package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"

	"inlet.example/inlet/pipeline/ledger"
	sqlite "modernc.org/sqlite"
)

// file is the database file that an engine has opened. Its connections keep using it when it is removed or replaced: what they write then is in a file
// without a name, and a connection that is made later writes into another database.
type file struct {
	path string
	is   atomic.Pointer[fs.FileInfo] // nil until the engine is set up
}

// remember takes the file at the path as the engine's.
func (f *file) remember() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	f.is.Store(&info)
	return nil
}

// check returns an error where the engine's file is no longer at its path. The file stays open, so its inode is not given to another one. The error is
// temporary: the file can be put back.
func (f *file) check() error {
	if f == nil || f.is.Load() == nil {
		return nil
	}
	now, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("the store %s was moved or removed while it was in use; put the file back. "+
			"If it is lost, stop inlet, restore a backup there and start inlet (%w)", f.path, err)
	case err != nil:
		err = fmt.Errorf("look at the store: %w", err)
	case !os.SameFile(now, *f.is.Load()):
		err = fmt.Errorf("the store %s is another file than the one that was opened; put that one back, or restart inlet if the new one is meant", f.path)
	default:
		return nil
	}
	return &ledger.Temporary{Err: err}
}

// connector makes connections to the engine's file, and to no other that is at its path by then.
type connector struct {
	file   *file
	source string
}

func (f *file) pool(sync string, pragmas ...string) *sql.DB {
	return sql.OpenDB(connector{f, source(f.path, sync, pragmas...)})
}

func (c connector) Driver() driver.Driver { return &sqlite.Driver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	if err := c.file.check(); err != nil {
		return nil, err
	}
	conn, err := c.Driver().Open(c.source)
	if err != nil {
		return nil, err
	}
	if err := c.file.check(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
