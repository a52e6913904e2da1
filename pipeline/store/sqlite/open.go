package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/sqlite/access"
	"inlet.example/inlet/pipeline/store/sqlite/keys"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

const readers = 4 // connections; look-ups of one import at a time and the pages of a few people

// Open opens the database in the file at path and makes it where there is none; the folder must be there and on a local disk.
func Open(ctx context.Context, path string) (*Engine, error) {
	const moment = 100 * time.Millisecond
	var e *Engine
	err := retry(ctx, openingElsewhere, moment, func() (err error) {
		e, err = open(ctx, path)
		return err
	})
	if err != nil {
		return nil, message.Errorf("open %s: %w", path, markTemporary(explain(explainPermissions(path, err))))
	}
	return e, nil
}

func open(ctx context.Context, path string) (*Engine, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := local(path); err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	e := connect(path, "FULL")
	err = e.setUp(ctx)
	if err == nil {
		err = e.file.remember() // not before: a file system of layers may give it another inode with the first write
	}
	if err != nil {
		return nil, errors.Join(err, e.Close(ctx))
	}
	return e, nil
}

// local refuses a folder on a network file system: SQLite's locks and its shared memory do not work there.
func local(path string) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return message.Errorf("the folder %s does not exist; create it first", folder)
	}
	kind, err := networkFileSystem(folder)
	if err != nil {
		return message.Errorf("look up the file system of %s: %w", folder, err)
	}
	if kind != "" {
		return message.Errorf("the folder %s is on %s, where a database can be damaged; use a folder on a local disk, or MongoDB", folder, kind)
	}
	return nil
}

// create makes an empty file that only its owner can read. It does not open one that is there: closing it again would take
// SQLite's locks from an engine that this process has on it already.
func create(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return message.Errorf("this is a folder; name a file in it")
	} else if err == nil {
		return access.Writable(path) // a process that may only read it would leave -wal and -shm that its owner cannot open
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// connect returns an engine whose connections are made when they are first used, to a file that is there.
func connect(path, sync string) *Engine {
	f := &file{path: path}
	// The writer does not wait inside SQLite, which has no context: retryBusy waits instead.
	// The caches hold little more than a batch; the rest is in that of the operating system: an import of 600,000 rows takes as long with
	// 8 and 2 MiB as with 64 and 16 (66 and 68 s), and the process stays 100 MiB smaller.
	w := f.pool(sync, "busy_timeout(0)", "cache_size(-8192)", fmt.Sprintf("wal_autocheckpoint(%d)", maxLogPages))
	w.SetMaxOpenConns(1)
	r := f.pool(sync, "busy_timeout(10000)", "cache_size(-2048)", "query_only(1)")
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	c := f.pool(sync, "busy_timeout(0)", "cache_size(-64)")
	d := &database{file: f, dir: filepath.Dir(path), writer: w, readers: r, checkpointer: newCheckpointer(c), maxRowBytes: defaultMaxRowBytes, recent: map[crm.Kind]*keys.Log{}}
	for _, kind := range crm.Kinds {
		d.recent[kind] = &keys.Log{}
	}
	d.idle = time.AfterFunc(idleAfter, d.shrink)
	return newEngine(d)
}

// source names an existing file: SQLite must not create an empty one in place of one that was removed.
func source(path, sync string, pragmas ...string) string {
	query := url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_dqs": {"0"}, "_pragma": append(pragmas, "synchronous("+sync+")")}
	return access.URI(path, query)
}

// setUp creates the tables before it turns the WAL on, so that the file of another program is left as it was.
func (d *database) setUp(ctx context.Context) error {
	err := retryBusy(ctx, func() error {
		return d.transact(ctx, func(tx *sql.Tx) error { return layout.Prepare(ctx, tx) })
	})
	if err != nil {
		return err
	}
	err = retryBusy(ctx, func() error {
		var mode string
		if err := d.writer.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
			return err
		}
		if !strings.EqualFold(mode, "wal") {
			return message.Errorf("the write-ahead log cannot be enabled (journal mode is %s); use a folder on a local disk", mode)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.checkpointer.start(ctx)
}

// explain says what to do about a file that is not a database.
func explain(err error) error {
	if code(err) == codes.SQLITE_NOTADB {
		return message.Errorf("this file is not a database; name another file or move this one away (%w)", err)
	}
	return err
}

// code is SQLite's number for an error, without its finer distinctions; 0 for any other error.
func code(err error) int {
	if err, ok := errors.AsType[*driver.Error](err); ok {
		return err.Code() & 0xff
	}
	return 0
}

// networkFileSystem is files.NetworkFileSystem; a test puts another answer in its place.
var networkFileSystem = files.NetworkFileSystem
