//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/ledger"
)

// TestSleeperIsTakenOver suspends the daemon in the middle of an import, as a virtual machine may be. Another process waits for
// the lease until it has expired, finishes the batch that was left half done, and imports a workbook of its
// own. Once resumed, the daemon finds that out before it writes anything that counts, and goes on: all ends as without the suspension.
func TestSleeperIsTakenOver(t *testing.T) {
	if testing.Short() {
		t.Skip("the lease of one who sleeps is waited for 15 s")
	}
	t.Parallel() // it waits
	// Asleep within a batch of SQLite it has the database locked, whoever waits.
	between := []ledger.CrashPoint{ledger.AtBegun, ledger.AtPlanned, ledger.AtCheckpointed, ledger.AtApplied}
	points := map[string][]ledger.CrashPoint{"sqlite": between, "mongo": append(between, ledger.AtJournalled, ledger.AtHalfWritten, ledger.AtWritten)}
	if testLevel() != complete {
		points = map[string][]ledger.CrashPoint{"sqlite": {ledger.AtCheckpointed}, "mongo": {ledger.AtCheckpointed, ledger.AtHalfWritten}}
	}
	dir := t.TempDir()
	files := books{filepath.Join(dir, "before.xlsx"), filepath.Join(dir, "kunder.xlsx")}
	makeBook(t, files.before, 100, "Malmö")
	makeBook(t, files.dropped, 5*batch+10, "Lund")
	other := filepath.Join(dir, "other.csv")
	if err := os.WriteFile(other, []byte("Företag,Postnr,Kontakt,E-post\nAnnat AB,99999,Bo,bo@exempel.se\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) {
			calm := newSite(t, e.newStore(t), files)
			calm.paired = true
			calm.undisturbed(t)
			calm.inlet(t, 0, "import", other)
			want := calm.ending(t)
			for _, point := range points[e.name] {
				t.Run(strings.ReplaceAll(string(point), " ", "-"), func(t *testing.T) {
					t.Parallel() // they wait
					s := newSite(t, e.newStore(t), files)
					s.paired = true
					s.drop(t)
					p := s.start(t, fmt.Sprintf("%s=%s#%d", sleepEnv, point, 1))
					s.until(t, p, look, func() bool { return isStopped(t, p) })
					began := time.Now()
					s.inlet(t, 0, "import", other)
					if waited := time.Since(began); waited < 10*time.Second {
						t.Errorf("it took the lease over after %v, before the lease of the other can have ended", waited)
					}
					if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
						t.Fatal(err)
					}
					s.finished(t, p)
					p.stop(t)
					if diff := cmp.Diff(want, s.ending(t)); diff != "" {
						t.Errorf("the result differs from that of a daemon that was not stopped (-not stopped +stopped):\n%s\n%s", diff, p.said())
					}
				})
			}
		})
	}
}

// isStopped reports whether the kernel has the process stopped.
func isStopped(t *testing.T, p *process) bool {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.HasPrefix(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " T")
}
