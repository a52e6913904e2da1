package daemon_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/pipeline/ledger"
)

// strange is a fault of which nobody knows whose it is: once an import has begun, a folder stands where its claimed workbook was.
type strange struct {
	t    *testing.T
	name string
	dir  string // of the inbox
	away string // where the workbook lies meanwhile
	hit  bool
}

func (s *strange) at(p ledger.Point) {
	if p != ledger.AtBegun || s.hit {
		return
	}
	found, err := filepath.Glob(filepath.Join(s.dir, ".inlet", "*", s.name))
	if err != nil || len(found) != 1 {
		return
	}
	s.hit, s.away = true, filepath.Join(s.t.TempDir(), s.name)
	if err := os.Rename(found[0], s.away); err != nil {
		s.t.Error(err)
	}
	if err := os.Mkdir(found[0], 0o755); err != nil {
		s.t.Error(err)
	}
}

func (s *strange) heal() {
	s.t.Helper()
	found, err := filepath.Glob(filepath.Join(s.dir, ".inlet", "*", s.name))
	if err != nil || len(found) != 1 {
		s.t.Fatalf("its claim is %q, %v", found, err)
	}
	if err := os.Remove(found[0]); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(s.away, found[0]); err != nil {
		s.t.Fatal(err)
	}
}

// TestUnknownFault: an error that is neither the workbook's nor the world's is tried five times. Then the import is stuck, says why, and the next
// file is imported.
func TestUnknownFault(t *testing.T) {
	cfg := configured(t, "")
	fault := &strange{t: t, name: "märklig.csv", dir: cfg.Inboxes[0].Path}
	r := run(t, cfg, func(d *daemon.Daemon) { d.At, d.Again = fault.at, 100*time.Millisecond })
	r.wait("ready", r.ready)
	r.drop("märklig.csv", row("Märklig AB"))
	r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=stuck")
	if n := r.logged("trying again"); n != 4 {
		t.Errorf("it was tried %d times more than the first", n)
	}
	parts, err := daemon.Assemble(t.Context(), cfg, discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close(t.Context())
	stuck, err := parts.Store.Imports(t.Context(), 0, 10)
	if err != nil || len(stuck) != 1 || stuck[0].State != ledger.Stuck || !strings.Contains(stuck[0].Why, "is a directory") {
		t.Fatalf("%+v, %v", stuck, err)
	}

	t.Run("the next goes on", func(t *testing.T) {
		r.drop("nästa.csv", row("Nästa AB"))
		r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	})
	t.Run("not tried once a later file is imported", func(t *testing.T) {
		fault.heal()
		time.Sleep(2 * time.Second) // twice the time after which it would be
		r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=stuck")
	})
	t.Run("a person lets it go on", func(t *testing.T) {
		if err := parts.Store.Resume(t.Context(), &stuck[0]); err != nil {
			t.Fatal(err)
		}
		r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
		r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=stuck")
		if imp, _, err := parts.Store.Import(t.Context(), stuck[0].ID); err != nil || imp.State != ledger.Done || imp.Why != "" || imp.Tally.Account.Created != 1 {
			t.Errorf("%+v, %v", imp, err)
		}
	})
}

// TestUnknownFaultHeals: where no later file of the inbox was imported, it is tried again without a person's word.
func TestUnknownFaultHeals(t *testing.T) {
	cfg := configured(t, "")
	fault := &strange{t: t, name: "märklig.csv", dir: cfg.Inboxes[0].Path}
	r := run(t, cfg, func(d *daemon.Daemon) { d.At, d.Again = fault.at, 50*time.Millisecond })
	r.wait("ready", r.ready)
	r.drop("märklig.csv", row("Märklig AB"))
	r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=stuck")
	fault.heal()
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=stuck")
}

// TestPanic: a workbook that inlet has a fault with is set aside within seconds, and the next one is imported; also where the fault is in what
// sets it aside.
func TestPanic(t *testing.T) {
	for point, becomes := range map[ledger.Point][]string{
		ledger.AtChecked: {"inlet_imports_total", "inbox=kunder", "outcome=refused"},
		ledger.AtHashed:  {"inlet_inbox_files", "inbox=kunder", "state=stuck"},
	} {
		t.Run(string(point), func(t *testing.T) {
			cfg := configured(t, "")
			r := run(t, cfg, func(d *daemon.Daemon) {
				d.At = func(p ledger.Point) {
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
