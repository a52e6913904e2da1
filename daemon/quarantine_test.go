package daemon_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// strange is an unknown fault: the first import cannot be noted in the journal, and the others can.
type strange struct {
	engine.Engine
	*fault
}

type fault struct {
	from   string // the batch that cannot be noted, and those behind it
	mu     sync.Mutex
	imp    string
	healed bool
}

func (f *fault) heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.healed = true
}

func (f *fault) hits(table engine.Table, id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	imp, batch, _ := strings.Cut(id, "/")
	if table == engine.Journal && f.imp == "" {
		f.imp = imp
	}
	return table == engine.Journal && imp == f.imp && batch >= f.from && !f.healed
}

func (s strange) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	if s.hits(table, doc.ID) {
		return false, errors.New("it is a strange day")
	}
	return s.Engine.Insert(ctx, table, doc)
}

func (s strange) Batch(ctx context.Context, do func(context.Context, engine.Engine) error) error {
	return s.Engine.Batch(ctx, func(ctx context.Context, e engine.Engine) error { return do(ctx, strange{e, s.fault}) })
}

// stranded is a daemon whose first import is stuck for the fault, and its store.
func stranded(t *testing.T, cfg config.Config, fault *fault, content string) (*running, *assembly.Parts, ledger.Import) {
	t.Helper()
	r := run(t, cfg, func(d *daemon.Daemon) {
		d.Interval = 200 * time.Millisecond // a stuck import is retried after ten of them
		d.WrapEngine(func(e engine.Engine) engine.Engine { return strange{e, fault} })
	})
	r.wait("ready", r.ready)
	r.drop("märklig.csv", content)
	r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=stuck")
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { parts.Close(context.WithoutCancel(t.Context())) })
	var stuck ledger.Import
	r.wait("stuck, not being retried", func() bool {
		stuck = all(t, cfg)[0]
		return stuck.State == ledger.Stuck
	})
	return r, parts, stuck
}

// TestUnknownErrorQuarantines: an error that is neither the workbook's nor the world's is tried five times. Then the import is stuck, says why, and the next
// file is imported.
func TestUnknownErrorQuarantines(t *testing.T) {
	t.Parallel()
	fault := &fault{}
	r, parts, stuck := stranded(t, configured(t, ""), fault, row("Märklig AB"))
	if n := r.logged("trying again"); n != 4 {
		t.Errorf("it was tried %d times more than the first", n)
	}
	if stuck.State != ledger.Stuck || !strings.Contains(stuck.Why, "strange day") {
		t.Fatalf("%+v", stuck)
	}

	t.Run("the next goes on", func(t *testing.T) {
		r.drop("nästa.csv", row("Nästa AB"))
		r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	})
	t.Run("not tried once a later file is imported", func(t *testing.T) {
		fault.heal()
		r.wait("looked at twice", func() bool { return r.logged("Waiting for inlet resume") > 1 })
		r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=stuck")
	})
	t.Run("a person lets it go on", func(t *testing.T) {
		stuck, _, err := parts.Store.Imports.Import(t.Context(), stuck.ID) // it may have been tried again before the next file was imported
		must(t, err, parts.Store.Attempts.Resume(t.Context(), &stuck))
		r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
		r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=stuck")
		if imp, _, err := parts.Store.Imports.Import(t.Context(), stuck.ID); err != nil || imp.State != ledger.Done || imp.Why != "" || imp.Tally.Counts.Of(crm.Account).Created != 1 {
			t.Errorf("%+v, %v", imp, err)
		}
	})
}

// TestUnknownErrorIsRetried: where no later file of the inbox was imported, it is tried again without a command.
func TestUnknownErrorIsRetried(t *testing.T) {
	t.Parallel()
	fault := &fault{}
	r, _, _ := stranded(t, configured(t, ""), fault, row("Märklig AB"))
	fault.heal()
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=stuck")
}

// TestUnknownErrorDiscarded: a stuck import that has written nothing can be discarded, and its file is in failed. One that has written cannot.
func TestUnknownErrorDiscarded(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "import: {batch: 1}\n")
	r, parts, stuck := stranded(t, cfg, &fault{}, row("Märklig AB"))
	if _, err := parts.Pipeline.DiscardStuck(t.Context(), "sv", stuck); err != nil {
		t.Fatal(err)
	}
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=refused")
	r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=stuck")
	if text, err := os.ReadFile(filepath.Join(cfg.Inboxes[0].Failed, "märklig.csv.reason.txt")); err != nil || !strings.Contains(string(text), "before anything was written") { // in the language of the inbox, not of who discarded it
		t.Errorf("%s, %v", text, err)
	}
	r.stop()

	_, parts, stuck = stranded(t, configured(t, "import: {batch: 1}\n"), &fault{from: "00000002"}, row("Märklig AB")+"Mera AB,2\n")
	if stuck.Batch != 1 {
		t.Fatalf("it has written %d batches", stuck.Batch)
	}
	if imp, err := parts.Pipeline.DiscardStuck(t.Context(), "sv", stuck); err == nil || !strings.Contains(err.Error(), "inlet undo "+stuck.ID) || imp.State != ledger.Stuck {
		t.Errorf("what has written is %s, %v", imp.State, err)
	}
}

// TestStillWritten: a workbook whose writer paused for longer than it takes to settle is imported once, with its last bytes, and the next ones do
// not wait for it.
func TestStillWritten(t *testing.T) {
	cfg := configured(t, "")
	writes := true
	r := run(t, cfg, func(d *daemon.Daemon) {
		d.Interval = 300 * time.Millisecond
		d.At = func(p ledger.CrashPoint) {
			if found, _ := filepath.Glob(filepath.Join(cfg.Inboxes[0].Path, ".inlet", "*", "långsam.csv")); p == ledger.AtHashed && len(found) > 0 && writes {
				writer, err := os.OpenFile(found[0], os.O_APPEND|os.O_WRONLY, 0) // as one on another host, which cannot be seen
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := writer.WriteString("Mera AB,2\n"); err != nil {
					t.Error(err)
				}
				if err := writer.Close(); err != nil {
					t.Error(err)
				}
			}
			if p == ledger.AtEnded {
				writes = false // once the other file is imported
			}
		}
	})
	r.wait("ready", r.ready)
	r.drop("långsam.csv", row("Långsam AB"))
	r.wait("still written", func() bool { return r.logged("still being written") > 0 })
	r.want(0, "inlet_inbox_files", "inbox=kunder", "state=stuck")
	r.drop("nästa.csv", row("Nästa AB"))
	r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.stop()
	if n := r.logged("still being written"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
	for _, imp := range all(t, cfg) {
		if text, err := os.ReadFile(imp.Archived); err != nil || imp.Workbook == "långsam.csv" && imp.Tally.Rows != strings.Count(string(text), "\n")-1 {
			t.Errorf("%s: %d rows of %q, %v", imp.Workbook, imp.Tally.Rows, text, err)
		}
	}
}

// TestPanic: a workbook that inlet has a fault with is set aside within seconds, and the next one is imported; also where the fault is in what
// sets it aside.
func TestPanic(t *testing.T) {
	for point, becomes := range map[ledger.CrashPoint][]string{
		ledger.AtChecked: {"inlet_imports_total", "inbox=kunder", "outcome=refused"},
		ledger.AtHashed:  {"inlet_inbox_files", "inbox=kunder", "state=stuck"},
	} {
		t.Run(string(point), func(t *testing.T) {
			cfg := configured(t, "")
			r := run(t, cfg, func(d *daemon.Daemon) {
				d.At = func(p ledger.CrashPoint) {
					if found, _ := filepath.Glob(filepath.Join(cfg.Inboxes[0].Path, ".inlet", "*", "fel.csv")); p == point && len(found) > 0 {
						panic("no")
					}
				}
			})
			r.wait("ready", r.ready)
			r.drop("fel.csv", row("Fel AB"))
			began := time.Now()
			r.until(is(1), becomes[0], becomes[1:]...)
			if took := time.Since(began); took > 6*time.Second {
				t.Errorf("it took %v", took)
			}
			if point == ledger.AtHashed {
				return // the hook does not know the next one's
			}
			r.drop("nästa.csv", row("Nästa AB"))
			r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
		})
	}
}
