package daemon_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/ledger"
)

// moves runs inlet move, which must succeed.
func moves(t *testing.T, from, to config.Store, opts assembly.MoveOptions) {
	t.Helper()
	comparison, err := assembly.Move(t.Context(), from, to, opts)
	if err == nil && !comparison.Equal() {
		err = errors.New("the two differ")
	}
	must(t, err)
}

// workbooks returns those that a store has imports of, the newest first.
func workbooks(t *testing.T, cfg config.Config, store config.Store) string {
	t.Helper()
	cfg.Store = store
	var names []string
	for _, imp := range all(t, cfg) {
		if imp.State == ledger.Done {
			names = append(names, imp.Workbook)
		}
	}
	return strings.Join(names, " ")
}

// The store of an idle daemon is moved to another database. The daemon imports nothing into the old one any more: its file waits, which is said, and is
// imported when the configuration names the new one.
func TestStoreMovedAwayUnderAnIdleDaemon(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	old := cfg.Store
	next := old
	next.URI = "sqlite:" + filepath.Join(t.TempDir(), "new.db")
	fast := func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond }
	r := run(t, cfg, fast)
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	moves(t, old, next, assembly.MoveOptions{})

	const says = "it was moved to sqlite:"
	r.unready(says)
	r.until(is(0), "inlet_store_up")
	r.drop("b.csv", row("b"))
	r.until(func(v float64) bool { return v > 1 }, "inlet_import_failures_total", "reason=world") // it is tried again
	r.wait("its page", func() bool { claims := r.claims(); return len(claims) == 1 && strings.Contains(claims[0].Why, says) })
	if r.logged(says) == 0 {
		t.Errorf("the log does not say it:\n%s", r.log)
	}
	r.want(1, "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop()
	if got := workbooks(t, cfg, old); got != "a.csv" {
		t.Errorf("the old store has %s", got)
	}

	cfg.Store = next
	r = run(t, cfg, fast)
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.wait("ready", r.ready)
	r.stop()
	if got := workbooks(t, cfg, next); got != "b.csv a.csv" {
		t.Errorf("the new store has %s", got)
	}
}

// A copy leaves the store in use, and one that was moved can be used again.
func TestStoreCopiedAndReopened(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	dir := t.TempDir()
	named := func(name string) config.Store {
		s := cfg.Store
		s.URI = "sqlite:" + filepath.Join(dir, name)
		return s
	}
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	moves(t, cfg.Store, named("copy.db"), assembly.MoveOptions{Keep: true})
	r.drop("a.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	moves(t, cfg.Store, named("new.db"), assembly.MoveOptions{})
	r.unready("it was moved to")
	r.drop("b.csv", row("b"))
	if _, err := assembly.Move(t.Context(), cfg.Store, named("third.db"), assembly.MoveOptions{}); err == nil || !strings.Contains(err.Error(), "new.db") {
		t.Errorf("it is moved again: %v", err)
	}
	to, err := assembly.Reopen(t.Context(), cfg.Store)
	if must(t, err); !strings.Contains(to, "new.db") {
		t.Errorf("it was moved to %q", to)
	}
	r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.wait("ready", r.ready)
	if to, err := assembly.Reopen(t.Context(), cfg.Store); err != nil || to != "" {
		t.Errorf("once more: %q, %v", to, err)
	}
	r.stop()
}

// The target of a move must not be in use: a daemon that has it open has written to it.
func TestMoveIntoTheStoreOfAnIdleDaemon(t *testing.T) {
	t.Parallel()
	from, to := configured(t, ""), configured(t, "")
	for _, cfg := range []config.Config{from, to} {
		r := run(t, cfg)
		r.wait("ready", r.ready)
		defer r.stop()
	}
	if _, err := assembly.Move(t.Context(), from.Store, to.Store, assembly.MoveOptions{}); err == nil || !strings.Contains(err.Error(), "the target is not empty") {
		t.Errorf("it was moved into it: %v", err)
	}
}
