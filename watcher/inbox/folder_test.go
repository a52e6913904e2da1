package inbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"inlet.example/inlet/pipeline/files"
)

func TestInboxComesBack(t *testing.T) {
	t.Parallel()
	in := quick(filepath.Join(t.TempDir(), "inbox"))
	w := watch(t, in)
	w.put("a.csv", "a")
	w.next()
	if err := os.RemoveAll(in.Path); err != nil {
		t.Fatal(err)
	}
	w.until("missed", func(s Scan) bool { return s.Err != nil })
	w.put("sub/b.csv", "b") // makes the folder again
	if a := w.next(); a.Name != "sub/b.csv" || content(t, a.Workbook) != "b" {
		t.Errorf("arrived %+v", a)
	}
	w.until("well", func(s Scan) bool { return s.Err == nil && s.Mode == ModeEvents })
	if err := os.Rename(in.Path, in.Path+" away"); err != nil {
		t.Fatal(err)
	}
	w.put("c.csv", "c") // another folder under the same path
	if a := w.next(); a.Name != "c.csv" {
		t.Errorf("arrived %+v", a)
	}
}

func TestInboxThatCannotBeMadeIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent := filepath.Join(t.TempDir(), "parent")
		put(t, parent, "in the way")
		w := polled(t, quick(filepath.Join(parent, "inbox")))
		w.until("told", func(s Scan) bool { return s.Err != nil })
		if err := os.Remove(parent); err != nil {
			t.Fatal(err)
		}
		w.until("made", func(s Scan) bool { return s.Err == nil })
		w.put("a.csv", "a")
		w.next()
	})
}

// Without events, the scan alone finds everything.
func TestPolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		w := polled(t, in)
		w.put("sub/a.csv", "a")
		if a := w.next(); a.Name != "sub/a.csv" {
			t.Errorf("arrived %+v", a)
		}
		if s := <-w.scans; s.Mode != ModePoll || w.logged("Inbox is scanned periodically, without events of the file system") != 1 {
			t.Errorf("scanned as %s", s.Mode)
		}
	})
}

// opened is a watch whose inbox is open, outside Run.
func opened(t *testing.T) (*watched, *Watch) {
	t.Helper()
	w, made := newWatched(t, quick(t.TempDir()))
	made.scan(t.Context())
	t.Cleanup(made.close)
	return w, made
}

func TestOverflowScansAtOnce(t *testing.T) {
	w, made := opened(t)
	var kinds []string
	made.events.Event = func(kind string) { kinds = append(kinds, kind) }
	w.put("a.csv", "a")
	made.onEventError(t.Context(), fsnotify.ErrEventOverflow)
	if n := made.waiting.Workbooks(); n != 1 || strings.Join(kinds, " ") != "overflow" {
		t.Errorf("%d found, events %v", n, kinds)
	}
}

// Events that never came: a folder and what is in it appear while nothing is watched, and a scan finds all of it.
func TestOverflowHidesFoldersToo(t *testing.T) {
	w, made := opened(t)
	if err := made.notify.watcher.Remove(w.inbox); err != nil { // as good as a full queue
		t.Fatal(err)
	}
	const many = 300
	for i := range many {
		w.put(fmt.Sprintf("fresh-%d/deep/%d.csv", i/10, i), "a")
	}
	made.onEventError(t.Context(), fsnotify.ErrEventOverflow)
	if n := made.waiting.Workbooks(); n != many {
		t.Errorf("%d of %d found", n, many)
	}
	if n := len(made.notify.watcher.WatchList()); n != 1+2*many/10 {
		t.Errorf("%d folders are watched", n)
	}
}

// What is cut off is waited for, and taken in the end, so that it can be refused.
func TestCutOffIsClaimedInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.Settle = 30 * time.Millisecond
		w := polled(t, in)
		began := time.Now()
		w.put("cut.xlsx", zipped(t, "text")[:40])
		w.put("empty.csv", "")
		for range 2 {
			a := w.next()
			if took := time.Since(began); took < (1+10)*in.Settle {
				t.Errorf("%s arrived after %v", a.Name, took)
			}
		}
	})
}

func TestOpenForWritingIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := polled(t, quick(t.TempDir()))
		f, err := os.Create(filepath.Join(w.inbox, "open.csv"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("begun"); err != nil {
			t.Fatal(err)
		}
		r, err := os.Open(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if !files.OpenForWriting(r) {
			t.Skip("this file system does not say")
		}
		w.nothingMore()
		if _, err := f.WriteString(" and ended"); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if got := content(t, w.next().Workbook); got != "begun and ended" {
			t.Errorf("arrived with %q", got)
		}
	})
}

// The files that one scan finds become ready together, so that they are claimed in their order.
func TestScanAlignsQuietTimes(t *testing.T) {
	w, made := opened(t)
	for i := range 50 {
		w.put(fmt.Sprintf("sub%d/%d.csv", i%5, i), "a")
	}
	made.scan(t.Context())
	at := time.Time{}
	for rel, file := range made.waiting.Files() {
		if at.IsZero() {
			at = file.QuietSince
		}
		if !file.QuietSince.Equal(at) {
			t.Errorf("%s is quiet since %v, others since %v", rel, file.QuietSince, at)
		}
	}
}
