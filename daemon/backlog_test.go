package daemon_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/ledger"
)

const (
	notMoved = "cannot be moved, its inbox waits"
	goesOn   = "Inbox continues"
)

// two is a configuration with two inboxes, the first with a done folder of its own.
func two(t *testing.T, done string) config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	text := fmt.Sprintf("inboxes:\n  - {name: kunder, path: inbox, done: %q, settle: 100ms, scan: 200ms}\n"+
		"  - {name: other, path: other, settle: 100ms, scan: 200ms}\nhttp: {address: \"127.0.0.1:0\", login: none}\n", done)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// files are the paths of all plain files below a folder that are not inlet's own.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			found = append(found, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

func (r *running) logged(text string) int { return strings.Count(r.log.String(), text) }

func row(name string) string { return "Företag,Postnr\n" + name + ",11122\n" }

func mount(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		t.Skipf("this test mounts, which takes root and is not to be had here: %s", out)
	}
	at := args[len(args)-1]
	t.Cleanup(func() { _ = exec.Command("umount", "-l", at).Run() })
}

// An import whose files cannot be moved has ended all the same, and the move is made in the running daemon when it can be. What is dropped
// meanwhile waits in that inbox and nowhere else.
func TestFailedArchiveIsRetried(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, c := range map[string]struct {
		done  string
		spoil func(t *testing.T, done string) error
		heal  func(done string) error
		says  string
	}{
		"missing": {done: root + "/mnt/done", says: "mount the disk",
			heal: func(done string) error { return os.Mkdir(filepath.Dir(done), 0o755) }},
		"a file": {done: root + "/file", says: "move it away",
			spoil: func(_ *testing.T, done string) error { return os.WriteFile(done, nil, 0o600) }, heal: os.Remove},
		"full": {done: root + "/full", says: "free space on that disk",
			spoil: func(t *testing.T, done string) error {
				if err := os.Mkdir(done, 0o755); err != nil {
					return err
				}
				mount(t, "-t", "tmpfs", "-o", "size=1m", "tmpfs", done)
				if err := os.WriteFile(done+"/fill", make([]byte, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
					return fmt.Errorf("it is not full: %w", err)
				}
				return nil
			}, heal: func(done string) error { return os.Remove(done + "/fill") }},
		"read-only": {done: root + "/ro", says: "mount it for writing",
			spoil: func(t *testing.T, done string) error {
				if err := os.Mkdir(done, 0o755); err != nil {
					return err
				}
				mount(t, "-t", "tmpfs", "-o", "ro", "tmpfs", done)
				return nil
			}, heal: func(done string) error { return exec.Command("mount", "-o", "remount,rw", done).Run() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // mostly they wait
			if c.spoil != nil {
				if err := c.spoil(t, c.done); err != nil {
					t.Fatal(err)
				}
			}
			cfg := two(t, c.done)
			r := run(t, cfg)
			r.wait("ready", r.ready)
			r.drop("kunder.csv", row("Åkeri"))
			r.wait("a failed move", func() bool { return r.logged(notMoved) > 0 })
			if is := all(t, cfg); len(is) != 1 || is[0].State != ledger.Done || is[0].Archived != "" {
				t.Errorf("in the store are %+v", is)
			}
			r.want(0, "inlet_imports_total", "inbox=kunder", "outcome=done")
			for _, name := range []string{"b", "c", "d"} {
				r.drop(name+".csv", row(name))
			}
			if err := os.WriteFile(filepath.Join(cfg.Inboxes[1].Path, "other.csv"), []byte(row("other")), 0o600); err != nil {
				t.Fatal(err)
			}
			r.until(is(1), "inlet_imports_total", "inbox=other", "outcome=done")
			failed, _ := r.value("inlet_import_failures_total", "reason=world")
			r.until(func(v float64) bool { return v > failed }, "inlet_import_failures_total", "reason=world") // it is tried again
			if n := len(files(t, r.inbox)); n < 4 {
				t.Errorf("%d files are in the inbox", n)
			}
			if err := c.heal(c.done); err != nil {
				t.Fatal(err)
			}
			r.until(is(4), "inlet_imports_total", "inbox=kunder", "outcome=done")
			r.want(4, "inlet_rows_total", "inbox=kunder", "kind=account", "outcome=created")
			if n := len(files(t, c.done)); n != 4 {
				t.Errorf("%d files are in done", n)
			}
			if r.logged(notMoved) != 1 || r.logged(c.says) != 1 || r.logged(goesOn) != 1 {
				t.Errorf("it was not logged once, with %q:\n%s", c.says, r.log)
			}
			if n := len(all(t, cfg)); n != 5 {
				t.Errorf("%d imports", n)
			}
			r.wait("an empty inbox", func() bool { return len(files(t, r.inbox)) == 0 })
		})
	}
}

func TestDoneOnAnotherDisk(t *testing.T) {
	t.Parallel()
	done := t.TempDir()
	mount(t, "-t", "tmpfs", "tmpfs", done)
	cfg := two(t, done)
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("kunder.csv", row("Åkeri"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	if n := len(files(t, done)); n != 1 || r.logged(notMoved) > 0 {
		t.Errorf("%d files in done:\n%s", n, r.log)
	}
}

// The workbook is in done already, and what is left to do for it fails: in the run that moved it, and at the next start.
func TestArchiveFailsAfterTheWorkbook(t *testing.T) {
	t.Parallel()
	cfg := two(t, "done")
	var calm atomic.Bool
	spoil := func(d *daemon.Daemon) {
		d.At = func(p ledger.CrashPoint) {
			if p == ledger.AtQueued && !calm.Load() {
				panic("a test says so")
			}
		}
	}
	r := run(t, cfg, spoil)
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	r.until(func(v float64) bool { return v > 1 }, "inlet_panics_total", "stage=import")
	calm.Store(true)
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")

	calm.Store(false)
	r.drop("b.csv", row("b"))
	r.wait("b in done", func() bool {
		found, err := filepath.Glob(filepath.Join(cfg.Inboxes[0].Done, "*", "b.csv"))
		return err == nil && len(found) == 1
	})
	r.stop()
	away := cfg.Inboxes[0].Done + " away"
	if err := errors.Join(os.Rename(cfg.Inboxes[0].Done, away), os.WriteFile(cfg.Inboxes[0].Done, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	r = run(t, cfg)
	r.wait("a failed move", func() bool { return r.logged(notMoved) == 1 })
	r.wait("ready", r.ready)
	if err := errors.Join(os.Remove(cfg.Inboxes[0].Done), os.Rename(away, cfg.Inboxes[0].Done)); err != nil {
		t.Fatal(err)
	}
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	for _, imp := range all(t, cfg) {
		if _, err := os.Stat(imp.Archived); err != nil || imp.State != ledger.Done {
			t.Errorf("%s is %s, its file at %q: %v", imp.Workbook, imp.State, imp.Archived, err)
		}
	}
	if n := len(files(t, cfg.Inboxes[0].Done)); n != 2 {
		t.Errorf("%d files in done", n)
	}
}

// The inbox is removed with a claimed workbook in it. That one cannot be imported; the next ones are.
func TestInboxRemovedWithAClaimInIt(t *testing.T) {
	t.Parallel()
	cfg := two(t, "done")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	if err := os.WriteFile(cfg.Inboxes[0].Done, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.drop("a.csv", row("a"))
	r.drop("b.csv", row("b"))
	r.wait("a failed move", func() bool { return r.logged(notMoved) == 1 })
	if err := os.RemoveAll(r.inbox); err != nil {
		t.Fatal(err)
	}
	r.until(is(0), "inlet_inbox_up", "inbox=kunder")
	if err := os.Mkdir(r.inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	r.until(is(1), "inlet_inbox_up", "inbox=kunder")
	r.drop("c.csv", row("c"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	if r.logged("Claimed workbook was removed or replaced by another program or person") == 0 || r.logged(goesOn) == 0 {
		t.Errorf("it was not logged:\n%s", r.log)
	}
}

// While its disk is away a claimed workbook waits, and is imported once when it is back.
func TestInboxUnmountedWithAClaimInIt(t *testing.T) {
	t.Parallel()
	cfg := two(t, "done")
	disk, inbox := t.TempDir(), cfg.Inboxes[0].Path
	if err := os.Mkdir(inbox, 0o755); err != nil {
		t.Fatal(err)
	}
	mount(t, "--bind", disk, inbox)
	claimed, gone := make(chan struct{}), make(chan struct{})
	r := run(t, cfg, func(d *daemon.Daemon) {
		var once atomic.Bool
		d.At = func(p ledger.CrashPoint) {
			if p == "claim: all taken" && once.CompareAndSwap(false, true) {
				close(claimed)
				<-gone
			}
		}
	})
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	<-claimed
	if out, err := exec.Command("umount", "-l", inbox).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	close(gone)
	r.wait("a warning", func() bool { return r.logged("Claimed workbook cannot be read") == 1 })
	r.until(is(0), "inlet_inbox_up", "inbox=kunder")
	mount(t, "--bind", disk, inbox)
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(1), "inlet_inbox_up", "inbox=kunder")
	if is := all(t, cfg); len(is) != 1 || is[0].State != ledger.Done {
		t.Errorf("in the store are %+v", is)
	}
	r.stop()
}

func TestOwnership(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("this test gives files to a group without members, which takes root")
	}
	cfg := two(t, "done")
	cfg.Inboxes[0].Ownership = config.Ownership{Group: "4711", FileMode: "0640", DirMode: "2770"}
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("kunder.csv", "Företag,Postnr,Kontakt,E-post\nÅkeri,11122,Åsa,inte en adress\n")
	r.drop("tom.csv", "\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=refused")
	var seen []string
	for _, dir := range []string{cfg.Inboxes[0].Done, cfg.Inboxes[0].Failed} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			want := fs.FileMode(0o640)
			if e.IsDir() {
				want = 0o770 | fs.ModeDir | fs.ModeSetgid
			}
			if gid := groupOf(info); info.Mode() != want || gid != 4711 {
				t.Errorf("%s is %v of group %d", path, info.Mode(), gid)
			}
			seen = append(seen, e.Name())
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 7 { // done, its day, the workbook, its rejected rows; failed, the workbook, the reason
		t.Errorf("seen: %v", seen)
	}
	if info, err := os.Stat(r.inbox); err != nil || info.Mode().Perm() != 0o770 {
		t.Errorf("the inbox that was made is %v, %v", info.Mode(), err)
	}
}
