package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// What is asked of an engine whose file is away fails as the world's, and makes no other file in its place. When the file is back all goes on.
func TestFileMovedAwayAndPutBack(t *testing.T) {
	for name, takes := range map[string]func(t *testing.T, path string){
		"moved": func(*testing.T, string) {},
		"another in its place": func(t *testing.T, path string) {
			other, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			put(t, other, 7)
			if err := other.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		"an empty file": func(t *testing.T, path string) {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"a folder": func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		},
		"a link to nothing": func(t *testing.T, path string) {
			if err := os.Symlink(path+" elsewhere", path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, away := filepath.Join(dir, "inlet.db"), filepath.Join(dir, "away.db")
			e := opened(t, path)
			put(t, e, 1)
			rename(t, path, away)
			takes(t, path)
			if _, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "new"}); err == nil || !ledger.IsTemporary(err) {
				t.Errorf("write: %v", err)
			}
			if _, _, err := e.Load(t.Context(), engine.Meta, "new"); err == nil || !ledger.IsTemporary(err) {
				t.Errorf("load: %v", err)
			}
			if name == "moved" {
				if _, err := os.Lstat(path); err == nil {
					t.Error("a file was made in its place")
				}
			}
			for _, end := range []string{"", "-wal", "-shm"} {
				if err := os.RemoveAll(path + end); err != nil {
					t.Fatal(err)
				}
			}
			rename(t, away, path)
			if ok, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "new"}); !ok || err != nil {
				t.Errorf("it does not go on: %t, %v", ok, err)
			}
		})
	}
}

// A connection that is made while another file is there would read that one for ever.
func TestNoConnectionToAnotherFile(t *testing.T) {
	dir := t.TempDir()
	path, away := filepath.Join(dir, "inlet.db"), filepath.Join(dir, "away.db")
	e := opened(t, path)
	put(t, e, 1)
	rename(t, path, away)
	put(t, opened(t, path), 2)
	if recs, err := e.Scan(t.Context(), crm.Account, engine.Position{}, 10); err == nil {
		t.Errorf("it reads %v", recs)
	}
}

// rename moves a database with its log.
func rename(t *testing.T, from, to string) {
	t.Helper()
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(from+end, to+end); err != nil {
			t.Fatal(err)
		}
	}
}

// The log and its index are as much of a store as the file itself: without them another process sees an older store, and what it writes and what
// this one writes would destroy each other. So nothing is read or written any more, it is said what to do, and what was written is there after it.
func TestLogRemovedOrReplaced(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, path string){
		"removed": func(*testing.T, string) {},
		"an empty file": func(t *testing.T, path string) {
			keep(t, path, nil)
		},
		"another file": func(t *testing.T, path string) {
			keep(t, path, bytes.Repeat([]byte("no log "), 10_000))
		},
		"a folder": func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		},
		"a copy of an earlier one": func(t *testing.T, path string) {
			earlier, err := os.ReadFile(path + " earlier")
			if err != nil {
				t.Fatal(err)
			}
			keep(t, path, earlier)
		},
	} {
		for _, end := range []string{"-wal", "-shm"} {
			t.Run(end+" "+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "inlet.db")
				e := opened(t, path)
				put(t, e, 1)
				earlier, err := os.ReadFile(path + end)
				if err != nil {
					t.Fatal(err)
				}
				keep(t, path+end+" earlier", earlier)
				put(t, e, 2)
				if err := os.Remove(path + end); err != nil {
					t.Fatal(err)
				}
				harm(t, path+end)
				refused(t, e, path+end)
				if err := errors.Join(e.Close(t.Context()), os.RemoveAll(path+end)); err != nil {
					t.Fatal(err)
				}
				again := opened(t, path)
				if n := len(ids(t, again)); n != 2 {
					t.Errorf("%d records of 2", n)
				}
				put(t, again, 3)
			})
		}
	}
}

// refused wants an engine to read and to write nothing, because of one of its files.
func refused(t *testing.T, e *sqlite.Engine, says string) {
	t.Helper()
	_, insertErr := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "new"})
	_, writeErr := e.Write(t.Context(), crm.Account, []engine.Write{account(9)})
	_, _, loadErr := e.Load(t.Context(), engine.Meta, "new")
	batchErr := e.Batch(t.Context(), func(context.Context, engine.Engine) error {
		t.Error("the batch was begun")
		return nil
	})
	for what, err := range map[string]error{"insert": insertErr, "write": writeErr, "load": loadErr, "batch": batchErr} {
		if err == nil || !ledger.IsTemporary(err) || !strings.Contains(err.Error(), says+", which is a part of the store") || !strings.Contains(err.Error(), "stop inlet normally and start it again") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestLogMovedAwayAndPutBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e := opened(t, path)
	put(t, e, 1)
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+end, path+end+" away"); err != nil {
			t.Fatal(err)
		}
		refused(t, e, path+end)
		if err := os.Rename(path+end+" away", path+end); err != nil {
			t.Fatal(err)
		}
	}
	put(t, e, 2)
	if n := len(ids(t, e)); n != 2 {
		t.Errorf("%d records of 2", n)
	}
}

// The log stays the same one while the engine is open: whichever connections are given up, whoever else opens and closes the store or is killed in
// it, and however often the log is copied and begun anew.
func TestLogStaysWhileTheEngineIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	first, err := sqlite.Open(t.Context(), path) // its log has been removed by the time the second opens
	if err == nil {
		err = first.Close(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	e := opened(t, path)
	e.GiveUp()
	for n := range 20 {
		other, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		other.GiveUp()
		put(t, other, 2*n+1)
		if err := other.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		run(t, path, "PRAGMA wal_checkpoint(TRUNCATE)")
		put(t, e, 2*n+2)
	}
	if n := len(ids(t, e)); n != 40 {
		t.Errorf("%d records of 40", n)
	}
}
