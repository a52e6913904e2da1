package sqlite_test

import (
	"os"
	"path/filepath"
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

// A connection that is made while another file stands there would read that one for ever.
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
