//go:build linux

package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/ledger"
)

// older is the program of an earlier version, which deploy/check-upgrade builds. Without one the version of the data plays its part.
var older = os.Getenv("INLET_TEST_OLDER")

// upgradeSite is a site on which two versions take turns.
type upgradeSite struct{ *lot }

func newUpgradeSite(t *testing.T, uri string) upgradeSite {
	t.Helper()
	s := upgradeSite{newLot(t, uri)}
	if older == "" || !strings.Contains(saysOlder(t, s), "unknown key") {
		return s
	}
	path := filepath.Join(s.dir, "inlet.yaml") // before inlet had logins
	text, err := os.ReadFile(path)
	must(t, err, os.WriteFile(path, []byte(strings.Replace(string(text), ", login: none", "", 1)), 0o644))
	return s
}

// saysOlder returns what the older version says of the configuration.
func saysOlder(t *testing.T, s upgradeSite) string {
	t.Helper()
	cmd := exec.Command(older, "list")
	cmd.Dir = s.dir
	out, _ := cmd.CombinedOutput() // the store does not exist yet
	return string(out)
}

// book puts a workbook of n accounts into the inbox, and returns it.
func (s upgradeSite) book(t *testing.T, name string, n int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("Företag,Postnr\n")
	for i := range n {
		fmt.Fprintf(&text, "%s %d,%05d\n", name, i, 10_000+i%80_000)
	}
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(text.String()), 0o644))
	s.put(t, path)
	return path
}

func (s upgradeSite) put(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err, os.WriteFile(filepath.Join(s.inbox, filepath.Base(path)), content, 0o644))
}

// program runs a version of inlet, which must end with a code, and returns all that it prints.
func (s upgradeSite) program(t *testing.T, program string, code int, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// watching is the line of a daemon that watches its inbox, in each version.
var watching = regexp.MustCompile(`Inbox is watched|msg=Watching `)

// daemon starts a version of inlet, and waits until it watches.
func (s upgradeSite) daemon(t *testing.T, program string) *process {
	t.Helper()
	log, err := os.CreateTemp(s.dir, "log")
	must(t, err)
	p := &process{cmd: exec.Command(program, "run"), log: log, done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stderr = s.dir, log
	must(t, p.cmd.Start())
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait()
	}()
	t.Cleanup(p.end)
	s.until(t, p, look, func() bool { return watching.MatchString(p.said()) })
	return p
}

// archivedBy waits until a daemon has put a workbook into the folder done.
func (s upgradeSite) archivedBy(t *testing.T, p *process, name string) {
	t.Helper()
	s.until(t, p, look, func() bool { return len(s.glob(t, "done/*/"+name)) == 1 && len(s.glob(t, ".inlet/*")) == 0 })
}

// accounts returns how many accounts of a workbook are stored.
func (s upgradeSite) accounts(t *testing.T, program, name string) int {
	t.Helper()
	return strings.Count(s.program(t, program, 0, "export", "account"), `"`+name+" ")
}

// importOf returns the newest import of a workbook.
func (s upgradeSite) importOf(t *testing.T, program, name string) (imp ledger.Import, ok bool) {
	t.Helper()
	for line := range strings.Lines(s.program(t, program, 0, "list", "--json")) {
		var one ledger.Import
		if json.Unmarshal([]byte(line), &one) == nil && one.Workbook == name && one.No > imp.No {
			imp, ok = one, true
		}
	}
	return imp, ok
}

// mark rewrites the version of the data, as another version of inlet would.
func mark(t *testing.T, uri, version string) {
	t.Helper()
	ctx := context.Background()
	if path, file := (config.Store{URI: uri}).Embedded(); file {
		db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(5000)")
		must(t, err)
		_, err = db.ExecContext(ctx, `UPDATE meta SET body = ?, version = version + 1 WHERE id = 'schema'`, version)
		must(t, err, db.Close())
		return
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	must(t, err)
	u, err := url.Parse(uri)
	must(t, err)
	var body bson.M
	must(t, bson.UnmarshalExtJSON([]byte(version), false, &body))
	_, err = client.Database(u.Path[1:]).Collection("inlet_meta").UpdateByID(ctx, "schema", bson.M{"$set": bson.M{"body": body}, "$inc": bson.M{"version": int64(1)}})
	must(t, err, client.Disconnect(ctx))
}

// marked returns the version of the data.
func marked(t *testing.T, uri string) string {
	t.Helper()
	ctx := context.Background()
	if path, file := (config.Store{URI: uri}).Embedded(); file {
		db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(5000)")
		must(t, err)
		var body string
		must(t, db.QueryRowContext(ctx, `SELECT body FROM meta WHERE id = 'schema'`).Scan(&body), db.Close())
		return body
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	must(t, err)
	u, err := url.Parse(uri)
	must(t, err)
	var doc struct{ Body bson.Raw }
	must(t, client.Database(u.Path[1:]).Collection("inlet_meta").FindOne(ctx, bson.M{"_id": "schema"}).Decode(&doc), client.Disconnect(ctx))
	return doc.Body.String()
}

// onStores runs a test on a file, and on MongoDB where there is one.
func onStores(t *testing.T, test func(t *testing.T, uri string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "inlet.db"))
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("INLET_TEST_MONGODB") == "" {
			t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
		}
		test(t, newDatabase(t))
	})
}

// TestUpgrade plays the section Upgrade of deploy/README.md: a version is killed amid an import, a newer one continues it, the older one refuses the store
// from then on, and works again with the backup.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, uri string) {
		before := older
		if before == "" {
			before = "inlet"
		}
		s := newUpgradeSite(t, uri)
		old := s.daemon(t, before)
		s.book(t, "first.csv", 3)
		s.archivedBy(t, old, "first.csv")
		old.stop(t)
		path, file := (config.Store{URI: uri}).Embedded()
		backup := filepath.Join(t.TempDir(), "backup.db")
		if file {
			copyFile(t, path, backup)
		}

		const rows = 6000
		old = s.daemon(t, before)
		large := s.book(t, "large.csv", rows)
		s.until(t, old, look, func() bool {
			imp, begun := s.importOf(t, before, "large.csv")
			return begun && imp.Batch > 0
		})
		old.end()
		if n := s.accounts(t, before, "large.csv"); n == rows {
			t.Log("it was quicker than the kill")
		}
		now := s.daemon(t, "inlet")
		s.archivedBy(t, now, "large.csv")
		if n := s.accounts(t, "inlet", "large.csv"); n != rows {
			t.Errorf("%d of %d rows are stored", n, rows)
		}
		if imp, _ := s.importOf(t, "inlet", "large.csv"); imp.State != ledger.Done || imp.Tally.Rows != rows {
			t.Errorf("the import is %s, %d rows", imp.State, imp.Tally.Rows)
		}
		now.stop(t)
		first, _ := s.importOf(t, "inlet", "first.csv")
		s.program(t, "inlet", 0, "undo", first.ID) // what the older version wrote can be undone
		if n := s.accounts(t, "inlet", "first.csv"); n != 0 {
			t.Errorf("%d accounts are left after the undo", n)
		}

		if older == "" {
			mark(t, uri, `{"version":99,"inlet":"v9.8.7"}`)
		}
		for _, args := range [][]string{{"list"}, {"run"}} {
			if older != "" && !file && args[0] == "run" {
				continue // a daemon of the first version waits without end for a server whose data it does not read
			}
			if out := s.program(t, before, 1, args...); older == "" && (!strings.Contains(out, "v9.8.7 (data version 99)") || !strings.Contains(out, "restore the backup from before the upgrade")) {
				t.Errorf("inlet %v: %s", args, out)
			} else {
				t.Logf("inlet %v: %s", args, out)
			}
		}
		if !file {
			return // a MongoDB is restored with its own tools
		}
		copyFile(t, backup, path)
		must(t, removed(path+"-wal"), removed(path+"-shm"))
		if _, knows := s.importOf(t, before, "first.csv"); !knows {
			t.Error("the backup has not the import")
		}
		old = s.daemon(t, before)
		must(t, os.RemoveAll(filepath.Join(s.inbox, "done")))
		s.put(t, large) // was imported after the backup
		s.archivedBy(t, old, "large.csv")
		if n := s.accounts(t, before, "large.csv"); n != rows {
			t.Errorf("%d of %d rows are stored after the restore", n, rows)
		}
	})
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	must(t, err, os.WriteFile(to, content, 0o600))
}

// TestBackup plays the section Backup and restore: a copy is made beside a daemon, the store is lost, the copy takes its place, and what was imported since is
// imported once more when its file is put back.
func TestBackup(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, uri string) {
		s := newUpgradeSite(t, uri)
		p := s.daemon(t, "inlet")
		first := s.book(t, "first.csv", 5)
		s.archivedBy(t, p, "first.csv")
		backup := "sqlite:" + filepath.Join(t.TempDir(), "backup.db")
		s.program(t, "inlet", 0, "move", "--keep", uri, backup)
		second := s.book(t, "second.csv", 7)
		s.archivedBy(t, p, "second.csv")
		p.stop(t)

		restored := "sqlite:" + filepath.Join(t.TempDir(), "restored.db")
		if _, file := (config.Store{URI: uri}).Embedded(); !file {
			restored = newDatabase(t)
		}
		s.program(t, "inlet", 0, "move", "--keep", backup, restored)
		text, err := os.ReadFile(filepath.Join(s.dir, "inlet.yaml"))
		must(t, err, os.WriteFile(filepath.Join(s.dir, "inlet.yaml"), bytes.ReplaceAll(text, []byte(uri), []byte(restored)), 0o600))
		p = s.daemon(t, "inlet")
		must(t, os.RemoveAll(filepath.Join(s.inbox, "done")))
		s.put(t, second)
		s.archivedBy(t, p, "second.csv")
		s.put(t, first)
		s.archivedBy(t, p, "first.csv")
		p.stop(t)
		if a, b := s.accounts(t, "inlet", "first.csv"), s.accounts(t, "inlet", "second.csv"); a != 5 || b != 7 {
			t.Errorf("%d and %d accounts", a, b)
		}
		if imp, _ := s.importOf(t, "inlet", "first.csv"); imp.State != ledger.Duplicate {
			t.Errorf("a file from before the backup is %s", imp.State)
		}
	})
}

// TestTwoVersions: a daemon whose store is upgraded while it runs imports nothing more, says so, and claims nothing for ever: what lies in the inbox is
// imported by who can.
func TestTwoVersions(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, uri string) {
		s := newUpgradeSite(t, uri)
		before := older
		if before == "" {
			before = "inlet"
		}
		old := s.daemon(t, before)
		s.book(t, "first.csv", 3)
		s.archivedBy(t, old, "first.csv")
		was := ""
		if older != "" {
			s.program(t, "inlet", 0, "list") // the newer version opens the store
		} else {
			was = marked(t, uri)
			mark(t, uri, `{"version":99,"inlet":"v9.8.7"}`)
			s.until(t, old, look, func() bool { return strings.Contains(old.said(), "Store was upgraded by a newer inlet") })
		}
		s.book(t, "second.csv", 4)
		s.until(t, old, look, func() bool { return len(s.glob(t, ".inlet/*/second.csv")) == 1 })
		time.Sleep(time.Second) // nothing tells that it is not imported
		if len(s.glob(t, "done/*/second.csv")) > 0 {
			t.Fatal("the older daemon has imported it")
		}
		old.stop(t)
		if older == "" {
			mark(t, uri, was)
		}
		now := s.daemon(t, "inlet")
		s.archivedBy(t, now, "second.csv")
		if n := s.accounts(t, "inlet", "second.csv"); n != 4 {
			t.Errorf("%d accounts", n)
		}
	})
}
