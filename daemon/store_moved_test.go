package daemon_test

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
)

// storePath is the file of a configuration's store.
func storePath(cfg config.Config) string { return strings.TrimPrefix(cfg.Store.URI, "sqlite:") }

// moveStore moves the file of a store with its log.
func moveStore(t *testing.T, from, to string) {
	t.Helper()
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(from+end, to+end); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}

// unready waits until the readiness page says no, with a word of why.
func (r *running) unready(says string) {
	r.t.Helper()
	r.wait("not ready: "+says, func() bool {
		status, text := r.page("/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(text, says)
	})
}

// Somebody moves the store's file away under the daemon, or puts another one there. Nothing is imported into nothing: the files wait, it is
// said, and they are imported once when the file is back.
func TestStoreFileMovedUnderTheDaemon(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]bool{"moved": false, "replaced": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := configured(t, "")
			path := storePath(cfg)
			r := run(t, cfg)
			r.wait("ready", r.ready)
			r.drop("a.csv", row("a"))
			r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
			moveStore(t, path, path+".away")
			says := "moved or removed while it was in use"
			if replace {
				says = "is not the file that was opened"
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r.unready(says)
			r.drop("b.csv", row("b"))
			r.wait("a warning", func() bool { return strings.Contains(r.log.String(), says) })
			r.until(func(v float64) bool { return v > 1 }, "inlet_import_failures_total", "reason=world") // it is tried again
			r.want(1, "inlet_imports_total", "inbox=kunder", "outcome=done")
			if n := len(files(t, r.inbox+"/.inlet")); n == 0 {
				t.Error("the workbook does not wait in its claim")
			}
			if replace {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			moveStore(t, path+".away", path)
			r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
			r.wait("ready", r.ready)
			r.stop()
			if n := len(all(t, cfg)); n != 2 {
				t.Errorf("%d imports are in the store", n)
			}
		})
	}
}

// The log of the store is removed while the daemon runs. It imports nothing, says what to do, and when that is done all goes on: nothing is
// lost, and nothing is imported twice.
func TestStoreLogRemovedUnderTheDaemon(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg)
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	if err := os.Remove(storePath(cfg) + "-wal"); err != nil {
		t.Fatal(err)
	}
	const says = "inlet.db-wal, which is a part of the store, was removed or replaced while it was in use"
	r.unready(says)
	r.drop("b.csv", row("b"))
	r.wait("a warning", func() bool { return strings.Contains(r.log.String(), says) })
	r.until(func(v float64) bool { return v > 1 }, "inlet_import_failures_total", "reason=world") // it is tried again
	r.want(1, "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop()

	r = run(t, cfg)
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.wait("ready", r.ready)
	r.drop("again.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=duplicate")
	r.stop()
	if n := len(all(t, cfg)); n != 3 {
		t.Errorf("%d imports are in the store", n)
	}
}

// A configuration that changes has the store opened again. An empty file that is there by then would have no imports.
func TestStoreFileGoneAtAReload(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	path := storePath(cfg)
	var mu sync.Mutex
	next := cfg
	r := run(t, cfg, func(d *daemon.Daemon) {
		d.Interval = 50 * time.Millisecond
		d.Load = func() (config.Config, error) {
			mu.Lock()
			defer mu.Unlock()
			return next, nil
		}
	})
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	moveStore(t, path, path+".away")
	mu.Lock()
	next.Import.Batch = 7
	mu.Unlock()
	r.wait("a warning", func() bool { return strings.Contains(r.log.String(), "moved, removed or replaced") })
	if _, err := os.Lstat(path); err == nil {
		t.Error("an empty store was made")
	}
	if r.ready() {
		t.Error("it is ready without its store")
	}
	moveStore(t, path+".away", path)
	r.wait("ready", r.ready)
	if r.logged("Store can be reached again") == 0 {
		t.Error("the log does not say that the store is back")
	}
	r.drop("again.csv", row("a"))
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=duplicate")
}
