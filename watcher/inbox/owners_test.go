package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// A workbook that a program has open waits until it is closed; nothing behind it waits.
func TestOpenWorkbookWaits(t *testing.T) {
	for book, owner := range map[string]string{
		"kunder.xlsx": "~$kunder.xlsx", "kundlista.xlsx": "~$ndlista.xlsx", "kunder.csv": ".~lock.kunder.csv#", "a.xlsm": ".~a.xlsm", "Kunder.CSV": ".~lock.kunder.csv#",
		"sub/kunder.csv": "sub/~$kunder.csv", "malm\u00f6.csv": "~$malmo\u0308.csv",
	} {
		t.Run(owner, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := quick(t.TempDir())
				in.Scan = 200 * time.Millisecond
				put(t, filepath.Join(in.Path, owner), "Anna")
				put(t, filepath.Join(in.Path, book), "a")
				w := polled(t, in)
				put(t, filepath.Join(in.Path, "behind.csv"), "b")
				if a := w.next(); a.Name != "behind.csv" {
					t.Fatalf("%s arrived", a.Name)
				}
				s := w.until("open", func(s Scan) bool { return s.Open == 1 && s.Waiting == 0 })
				if !s.Oldest.IsZero() || s.OpenNames[0] != book {
					t.Errorf("scan: %+v", s)
				}
				w.nothingMore()
				if n := w.logged("Workbook is open"); n != 1 {
					t.Errorf("logged %d times", n)
				}
				if err := os.Remove(filepath.Join(in.Path, owner)); err != nil {
					t.Fatal(err)
				}
				if a := w.next(); a.Name != book {
					t.Errorf("then arrived %+v", a)
				}
				w.until("closed", func(s Scan) bool { return s.Open == 0 })
			})
		})
	}
}

// Owner files of other workbooks hold nothing up.
func TestOwnerFileOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		for _, owner := range []string{"~$other.csv", ".~lock.kunder.xlsx#", "sub/~$kunder.csv", "~$ndlista.csv", ".~lock.ndlistor.csv#"} {
			put(t, filepath.Join(in.Path, owner), "x")
		}
		for _, book := range []string{"kunder.csv", "kundlista.csv", "kundlistor.csv", "ndlista.csv"} { // the last one is the one that is open
			put(t, filepath.Join(in.Path, book), "x")
		}
		w := polled(t, in)
		got := map[string]bool{w.next().Name: true, w.next().Name: true, w.next().Name: true}
		if !got["kunder.csv"] || !got["kundlista.csv"] || !got["kundlistor.csv"] {
			t.Errorf("arrived: %v", got)
		}
		w.nothingMore()
	})
}

// scanned is a watch after its first scan, in a bubble of time. The times of files are those of the bubble.
func scanned(t *testing.T, names ...string) *Watch {
	t.Helper()
	in := Inbox{Name: "in", Path: t.TempDir(), Settle: time.Second, Scan: 30 * time.Second}
	for _, name := range names {
		put(t, filepath.Join(in.Path, name), name)
		touch(t, in, name)
	}
	_, made := newWatched(t, in)
	made.notify.unsupported = true
	made.scan(t.Context())
	t.Cleanup(made.close)
	return made
}

func touch(t *testing.T, in Inbox, name string) {
	t.Helper()
	if err := os.Chtimes(filepath.Join(in.Path, name), time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestOwnerFileGoesStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := scanned(t, "~$a.csv", "a.csv")
		claimed := func() bool {
			w.scan(t.Context())
			w.claimNext(t.Context())
			return len(w.claimed) > 0
		}
		time.Sleep(ownerFileLife - time.Second)
		if claimed() {
			t.Fatal("claimed while it is open")
		}
		touch(t, w.inbox, "~$a.csv") // it changes: the program is running
		time.Sleep(ownerFileLife - time.Second)
		if claimed() {
			t.Fatal("claimed although the owner file has changed")
		}
		time.Sleep(time.Second)
		if !claimed() {
			t.Fatal("not claimed when the owner file had not changed for twelve hours")
		}
	})
}

// One that a crash left behind is recognised at a start by its own time; one of a clock that is ahead by how long it was seen.
func TestOwnerFileOfOtherTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &ownerFile{identity: files.Identity{ModTime: time.Now().Add(-ownerFileLife).UnixNano()}, since: time.Now()}
		if o.current(time.Now()) {
			t.Error("it is twelve hours old")
		}
		o = &ownerFile{identity: files.Identity{ModTime: time.Now().Add(time.Hour * 1000).UnixNano()}, since: time.Now()}
		if !o.current(time.Now()) {
			t.Error("it was seen just now")
		}
		time.Sleep(ownerFileLife)
		if o.current(time.Now()) {
			t.Error("it has not changed for twelve hours")
		}
	})
}

// When the owner file is gone the workbook is claimed at once: its quiet time has gone on.
func TestClosedWorkbookIsClaimedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := scanned(t, "~$a.csv", "a.csv")
		time.Sleep(time.Minute)
		w.scan(t.Context())
		if w.claimNext(t.Context()); len(w.claimed) > 0 {
			t.Fatal("claimed while it is open")
		}
		if err := os.Remove(filepath.Join(w.inbox.Path, "~$a.csv")); err != nil {
			t.Fatal(err)
		}
		w.scan(t.Context())
		if w.claimNext(t.Context()); len(w.claimed) != 1 {
			t.Error("not claimed at the next scan")
		}
	})
}
