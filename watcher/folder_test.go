package watcher

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"inlet.example/inlet/pipeline/files"
)

func TestInboxComesBack(t *testing.T) {
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
	parent := filepath.Join(t.TempDir(), "parent")
	put(t, parent, "in the way")
	w := watch(t, quick(filepath.Join(parent, "inbox")))
	w.until("told", func(s Scan) bool { return s.Err != nil })
	if err := os.Remove(parent); err != nil {
		t.Fatal(err)
	}
	w.until("made", func(s Scan) bool { return s.Err == nil })
	w.put("a.csv", "a")
	w.next()
}

// Without events, the scan alone finds everything.
func TestPolled(t *testing.T) {
	in := quick(t.TempDir()).filled()
	f := newFolder(in, newNumbers(), Events{}.filled(), testLog(t))
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	defer f.close()
	f.poll("a test says so", nil)
	if f.ear != nil || !f.polling {
		t.Fatal("it listens")
	}
	put(t, filepath.Join(in.Path, "sub", "a.csv"), "a")
	f.scan()
	at, any := f.settle.next()
	if !any {
		t.Fatal("the scan did not find it")
	}
	<-time.After(time.Until(at))
	f.claimNext()
	if len(f.taken) != 1 || f.taken[0].Name != "sub/a.csv" {
		t.Errorf("claimed %+v", f.taken)
	}
}

func TestOverflowScansAtOnce(t *testing.T) {
	in := quick(t.TempDir()).filled()
	var kinds []string
	f := newFolder(in, newNumbers(), Events{Event: func(kind string) { kinds = append(kinds, kind) }}.filled(), testLog(t))
	f.scan()
	defer f.close()
	put(t, filepath.Join(in.Path, "a.csv"), "a")
	f.failed(fsnotify.ErrEventOverflow)
	if f.settle.books != 1 || strings.Join(kinds, " ") != "overflow" {
		t.Errorf("%d found, told %v", f.settle.books, kinds)
	}
}

// Events that never came: the folder and what is in it appear while nobody listens, and a scan finds all of it.
func TestOverflowHidesFoldersToo(t *testing.T) {
	in := quick(t.TempDir()).filled()
	f := newFolder(in, newNumbers(), Events{}.filled(), testLog(t))
	f.scan()
	defer f.close()
	if err := f.ear.notify.Remove(in.Path); err != nil { // as good as a full queue
		t.Fatal(err)
	}
	const many = 300
	for i := range many {
		put(t, filepath.Join(in.Path, fmt.Sprintf("fresh-%d/deep/%d.csv", i/10, i)), "a")
	}
	f.failed(fsnotify.ErrEventOverflow)
	if f.settle.books != many {
		t.Errorf("%d of %d found", f.settle.books, many)
	}
	if n := len(f.ear.notify.WatchList()); n != 1+2*many/10 {
		t.Errorf("%d folders are listened to", n)
	}
}

func TestWhole(t *testing.T) {
	whole := zipped(t, "text")
	for name, c := range map[string]struct {
		name, content string
		cut           bool
	}{
		"whole":            {"a.xlsx", whole, false},
		"with comment":     {"a.xlsx", whole[:len(whole)-2] + "\x05\x00notes", false},
		"cut off":          {"a.XLSX", whole[:len(whole)-5], true},
		"room kept":        {"a.xlsm", strings.Repeat("\x00", 4096), true},
		"head of it":       {"a.xlsx", "P", true},
		"empty":            {"a.csv", "", true},
		"another format":   {"a.xlsx", "\xd0\xcf\x11\xe0 encrypted", false},
		"web page":         {"a.xlsx", "<html>", false},
		"zip called .csv":  {"a.csv", "PK\x03\x04", false},
		"end in the midst": {"a.xlsx", whole + strings.Repeat("x", 70000), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := files.CutOff(strings.NewReader(c.content), c.name, int64(len(c.content))); got != c.cut {
				t.Errorf("cut off: %v", got)
			}
		})
	}
}

// What is cut off is waited for, and taken in the end, so that it can be refused.
func TestCutOffIsTakenInTheEnd(t *testing.T) {
	in := quick(t.TempDir())
	in.Settle = 30 * time.Millisecond
	w := watch(t, in)
	began := time.Now()
	w.put("cut.xlsx", zipped(t, "text")[:40])
	w.put("empty.csv", "")
	for range 2 {
		a := w.next()
		if took := time.Since(began); took < (1+patience)*in.Settle {
			t.Errorf("%s arrived after %v", a.Name, took)
		}
	}
}

func TestOpenForWritingIsWaitedFor(t *testing.T) {
	w := watch(t, quick(t.TempDir()))
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
		t.Skip("this file system does not tell")
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
}

func TestNewSaysAllThatIsWrong(t *testing.T) {
	_, err := New(Config{
		Inboxes: []Inbox{{Name: "a", Path: "relative"}, {Name: "b", Path: "/tmp/b"}, {Name: "b", Path: "/tmp/c"}, {Name: "d", Path: "/tmp/b/"}},
		Sources: []Source{
			{Name: "s", Inbox: "b", URL: "https://x/y.csv", Path: "/y.csv"},
			{Name: "t", Inbox: "b", URL: "ftp://x/y.csv", Every: time.Hour},
			{Name: "u", Inbox: "b", Path: "/y.csv", Cron: "61 * * * *"},
			{Name: "v", Inbox: "b", Path: "/y.csv", Cron: "0 6 * * *", TimeZone: "Europe/Atlantis"},
			{Name: "w", Inbox: "z", Path: "/y.csv", Every: time.Hour},
			{Name: "x", Inbox: "b", Path: "/y.csv"},
		},
		Memory: &memory{},
	})
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{"not absolute", "name of its own", "same folder", "a url, a path or a drive", "not an http", "61", "Atlantis", `"z"`, "every or cron"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q:\n%v", want, err)
		}
	}
}
