package inbox

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/watcher/inbox/claim"
)

// A file that changes after its quiet time was up, before any event or scan has said so, is not claimed until it has been quiet again.
func TestChangedWhileReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := scanned(t, "a.csv", "a.mapping.yaml") // without a sidecar it would wait for one
		time.Sleep(w.inbox.Settle)
		if err := os.WriteFile(filepath.Join(w.inbox.Path, "a.csv"), []byte("it grows"), 0o600); err != nil {
			t.Fatal(err)
		}
		if w.claimNext(t.Context()); len(w.claimed) > 0 {
			t.Fatal("claimed as it changed")
		}
		time.Sleep(w.inbox.Settle - 1)
		if w.claimNext(t.Context()); len(w.claimed) > 0 {
			t.Fatal("claimed before it was quiet again")
		}
		time.Sleep(time.Nanosecond)
		if w.claimNext(t.Context()); len(w.claimed) != 1 {
			t.Error("not claimed when it was quiet again")
		}
	})
}

// An own sidecar that neither an event nor a scan has seen is found when its workbook is to be claimed, and waited for until it is quiet; a second one
// beside it too.
func TestUnseenSidecarIsWaitedFor(t *testing.T) {
	for _, seen := range [][]string{{"a.csv"}, {"a.csv", "a.mapping.yaml"}} {
		synctest.Test(t, func(t *testing.T) {
			w := scanned(t, seen...)
			time.Sleep(w.inbox.Settle)
			unseen := []string{"a.mapping.yaml", "a.mapping.yml"}[len(seen)-1]
			put(t, filepath.Join(w.inbox.Path, unseen), "half")
			if w.claimNext(t.Context()); len(w.claimed) > 0 {
				t.Fatalf("claimed while %s may still be written", unseen)
			}
			time.Sleep(w.inbox.Settle)
			if w.claimNext(t.Context()); len(w.claimed) != 1 || w.claimed[0].Sidecar == "" || (w.claimed[0].Rival != "") != (len(seen) == 2) {
				t.Errorf("claimed when it was quiet: %+v", w.claimed)
			}
		})
	}
}

// Files that change while they are claimed are no fault of the inbox: those behind them are claimed at once.
func TestChangedFilesDoNotHoldUpOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		changing := []string{"a.csv", "b.csv", "c.csv"}
		w := scanned(t, append(changing, "d.csv")...)
		w.events.Reached = func(p claim.Point) {
			if p == claim.Labelled && len(changing) > 0 {
				put(t, filepath.Join(w.inbox.Path, changing[0]), "it grows")
				changing = changing[1:]
			}
		}
		time.Sleep(w.inbox.Settle + w.inbox.SidecarGrace)
		if w.claimNext(t.Context()); len(w.claimed) != 1 || w.claimed[0].Name != "d.csv" {
			t.Errorf("claimed %+v", w.claimed)
		}
	})
}

// After a few files in a row that cannot be moved it is the disk, not the file: the rest waits for the next scan.
func TestFilesThatCannotBeMovedStopTheRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := scanned(t, "a.csv", "b.csv", "c.csv", "d.csv", "e.csv")
		tried := 0
		w.events.Reached = func(p claim.Point) {
			if p == claim.Labelled { // its folder disappears before the file is moved into it
				tried++
				claims, err := filepath.Glob(filepath.Join(w.inbox.Path, ".inlet", "*"))
				for _, dir := range claims {
					err = errors.Join(err, os.RemoveAll(dir))
				}
				if err != nil {
					t.Error(err)
				}
			}
		}
		time.Sleep(w.inbox.Settle + w.inbox.SidecarGrace)
		if w.claimNext(t.Context()); tried != maxFailures || len(w.claimed) > 0 {
			t.Errorf("%d of 5 files were tried, want %d; claimed %+v", tried, maxFailures, w.claimed)
		}
	})
}

// A scan that fails has not seen all that is there: what was known before still waits.
func TestFailedScanForgetsNothing(t *testing.T) {
	w := scanned(t, "a.csv")
	if err := w.scanner.root.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.scanner.scanAll(true); err == nil {
		t.Fatal("a folder that is closed is listed")
	}
	if n := w.waiting.Workbooks(); n != 1 {
		t.Errorf("%d workbooks wait", n)
	}
}
