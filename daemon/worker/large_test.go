package worker

import (
	"archive/zip"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"inlet.example/inlet/daemon/queue"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/daemon/worker/current"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/watcher"
)

// TestMemory: one large workbook at a time, by its own size or by that of what is in it; small ones always.
func TestMemory(t *testing.T) {
	t.Parallel()
	write := func(name string, size int, zipped bool) string {
		path := filepath.Join(t.TempDir(), name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		w := io.Writer(f)
		if zipped {
			z := zip.NewWriter(f)
			defer z.Close()
			if w, err = z.Create("xl/sharedStrings.xml"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	m := &Memory{}
	largeText := write("large.csv", largeFile+1, false)
	free, ok := m.take(largeText)
	if !ok || !m.isTaken() {
		t.Fatal("the first large one is not let through")
	}
	for path, want := range map[string]bool{
		largeText:                                   false,
		write("a.csv", largeFile, false):            true,
		write("b.xlsx", largeInflated+1, true):      false, // some KiB deflated
		write("c.xlsx", largeInflated, true):        true,
		filepath.Join(t.TempDir(), "not there.csv"): true, // said by who opens it
	} {
		if _, ok := m.take(path); ok != want {
			t.Errorf("%s: %v", filepath.Base(path), ok)
		}
	}
	free()
	if free, ok = m.take(write("d.xlsx", largeInflated+1, true)); !ok {
		t.Fatal("the memory was not given back")
	}
	free()
	if m.isTaken() {
		t.Error("the memory is still taken")
	}
}

// TestLargeWorkbookThatHasBegun: while a workbook waits for memory the other inboxes of its store go on, unless its import has begun: then rows of theirs
// would be applied amid its own.
func TestLargeWorkbookThatHasBegun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(path, make([]byte, largeFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, begun := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			all := claims.New(&enginetest.Documents{})
			q := queue.New(all, slog.New(slog.DiscardHandler), func(string) {})
			a := watcher.Arrival{ID: "a", Inbox: "kunder", Workbook: path}
			other := watcher.Arrival{ID: "b", Inbox: "other"}
			w := &Worker{memory: &Memory{}, heartbeat: &current.Heartbeat{}, backlog: newBacklog(), status: status.New(nil), queue: q, large: map[string]bool{}, begun: map[string]bool{a.ID: begun},
				next: []watcher.Arrival{other}}
			if ours, err := q.Take(t.Context(), a.Inbox, a.ID, true); err != nil || !ours {
				t.Fatal(ours, err)
			}
			free, _ := w.memory.take(path)
			ended := make(chan error, 1)
			go func() {
				_, err := w.awaitMemory(t.Context(), a)
				ended <- err
			}()
			synctest.Wait()
			if is, err := all.All(t.Context()); err != nil || is[a.Inbox][0].Waits != claims.ForMemory {
				t.Errorf("begun %v: others see %+v, %v", begun, is, err)
			}
			if !begun {
				if err := <-ended; !errors.Is(err, errNoMemory) || !w.backlog.blocks(a.Inbox) {
					t.Errorf("the other inbox does not go on: %v", err)
				}
				return
			}
			select {
			case err := <-ended:
				t.Fatalf("the other inbox goes on: %v", err)
			default:
			}
			free()
			if err := <-ended; err != nil || w.backlog.blocks(a.Inbox) || !w.memory.isTaken() {
				t.Errorf("it does not go on: %v", err)
			}
			if is, err := all.All(t.Context()); err != nil || is[a.Inbox][0].Waits != "" {
				t.Errorf("others see %+v, %v", is, err)
			}
		})
	}
}
