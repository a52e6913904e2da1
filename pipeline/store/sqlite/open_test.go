package sqlite_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
)

func TestOnlyTheOwnerMayReadTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	put(t, opened(t, path), 1)
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", filepath.Base(name), info.Mode())
		}
	}
}

func TestWhatIsWrittenIsThereWhenTheFileIsOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "å b?c#d%e&.db")
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, e, 1)
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	if n := len(ids(t, opened(t, path))); n != 1 {
		t.Fatalf("%d records", n)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	garbage := filepath.Join(folder, "garbage.db")
	keep(t, garbage, bytes.Repeat([]byte("no database "), 1000))
	foreign := filepath.Join(folder, "foreign.db")
	run(t, foreign, "CREATE TABLE theirs (a)")
	newer := filepath.Join(folder, "newer.db")
	if e, err := sqlite.Open(t.Context(), newer); err != nil {
		t.Fatal(err)
	} else if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(t, newer, "PRAGMA user_version = 99")

	for path, want := range map[string]string{
		filepath.Join(folder, "none", "inlet.db"): "create it first",
		folder:  "name a file in it",
		garbage: "this file is not a database; name another file",
		foreign: "database of another program; name another file",
		newer:   "created by a newer inlet (layout 99), and this is inlet (devel), which reads layout " + strconv.Itoa(layout.Version) + " at the most: run that inlet or a newer one, or restore the backup",
	} {
		before, _ := os.ReadFile(path)
		_, err := sqlite.Open(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "open "+path+": ") {
			t.Errorf("open %s: %v", path, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("open changed %s", path)
		}
	}
}

func TestAnEmptyFileBecomesADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	keep(t, path, nil)
	put(t, opened(t, path), 1)
}

func TestManyOpenANewFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	var g sync.WaitGroup
	for n := range 8 {
		g.Go(func() {
			e, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer e.Close(t.Context())
			if _, err := e.Write(t.Context(), crm.Account, []engine.Write{account(n + 1)}); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
	if n := len(ids(t, opened(t, path))); n != 8 {
		t.Fatalf("%d records", n)
	}
}

func keep(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run carries a statement out as the sqlite3 tool would.
func run(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
