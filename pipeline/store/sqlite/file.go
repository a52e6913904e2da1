package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"sync/atomic"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	sqlite "modernc.org/sqlite"
)

// file is the database file that an engine has opened, with its write-ahead log. The engine's connections keep using them when one is removed or
// replaced: what they write then is in a file without a name, and a connection that is made later writes into another database.
type file struct {
	path string
	is   atomic.Pointer[[]files.Number] // in the order of databaseFiles; nil until the engine is set up
}

// remember takes the files at the path as the engine's. One of its connections must have them open and keep them open: before and after that SQLite
// itself removes the log and creates it again.
func (f *file) remember() error {
	all := make([]files.Number, len(databaseFiles))
	for i, end := range databaseFiles {
		number, err := files.NumberOf(f.path + end)
		if err != nil {
			return err
		}
		all[i] = number
	}
	f.is.Store(&all)
	return nil
}

// check returns an error where one of the engine's files is no longer at its path. The files stay open, so their inodes are not given to other ones. The
// error is temporary: a file can be put back.
func (f *file) check() error {
	if f == nil || f.is.Load() == nil {
		return nil
	}
	for i, is := range *f.is.Load() {
		if err := f.same(databaseFiles[i], is); err != nil {
			return &ledger.Temporary{Err: err}
		}
	}
	return nil
}

func (f *file) same(end string, is files.Number) error {
	path := f.path + end
	now, err := files.NumberOf(path)
	gone := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !gone:
		return message.Errorf("inspect the store: %w", err)
	case err == nil && now == is:
		return nil
	case end != "":
		return message.Errorf("%s, which is a part of the store, was removed or replaced while it was in use; put it back. If it is lost, stop inlet normally "+
			"and start it again: it saves what it has written when it stops, so do not kill it", path)
	case gone:
		return message.Errorf("the store %s was moved or removed while it was in use; put the file back. "+
			"If it is lost, stop inlet, restore a backup there and start inlet (%w)", path, err)
	default:
		return message.Errorf("the store %s is not the file that was opened; put that file back, or restart inlet if the new file is the right one", path)
	}
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
