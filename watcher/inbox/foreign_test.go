//go:build unix

package inbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

const secret = "root:x:0:0"

// must ends a test at the first error.
func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// claimed makes a claim of an earlier run.
func claimed(t testing.TB, inbox, id string) (dir string) {
	t.Helper()
	dir = filepath.Join(inbox, ".inlet", id)
	put(t, filepath.Join(dir, "arrival.json"), `{"name":"a.csv","sidecar":"a.mapping.yaml"}`)
	put(t, filepath.Join(dir, "a.csv"), "a")
	put(t, filepath.Join(dir, "a.mapping.yaml"), "mode: update")
	return dir
}

// asPipe and asLink put something else in the place of a file or folder.
func asPipe(t testing.TB, path string) {
	t.Helper()
	must(t, os.RemoveAll(path), syscall.Mkfifo(path, 0o644))
}

func asLink(t testing.TB, path, to string) {
	t.Helper()
	must(t, os.RemoveAll(path), os.Symlink(to, path))
}

// A start neither waits for a pipe among the claims nor reads where a link leads. Valid claims are taken up, and everything else goes on.
func TestForeignClaimsAreNotOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inbox, outside := t.TempDir(), t.TempDir()
		put(t, filepath.Join(outside, "a.csv"), secret)
		put(t, filepath.Join(outside, "arrival.json"), `{"name":"a.csv"}`)
		foreign := 0
		for i, spoil := range []func(dir string){
			func(dir string) { asPipe(t, dir+"/a.csv") },
			func(dir string) { asPipe(t, dir+"/arrival.json") },
			func(dir string) { asPipe(t, dir+"/a.mapping.yaml") },
			func(dir string) { asPipe(t, dir) },
			func(dir string) { asLink(t, dir+"/a.csv", outside+"/a.csv") },
			func(dir string) { asLink(t, dir+"/arrival.json", outside+"/a.csv") },
			func(dir string) { asLink(t, dir+"/arrival.json", "a.csv") },
			func(dir string) { asLink(t, dir+"/a.mapping.yaml", outside+"/a.csv") },
			func(dir string) { asLink(t, dir+"/a.mapping.yaml", "../../b.csv") },
			func(dir string) { asLink(t, dir, outside) },
			func(dir string) { asLink(t, dir, "../sub") },
			func(dir string) { must(t, os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)) },
			func(dir string) { must(t, os.Remove(dir+"/a.csv"), os.Mkdir(dir+"/a.csv", 0o700)) },
			func(dir string) { must(t, os.Remove(dir+"/arrival.json")); asPipe(t, dir+"/a.csv") },
			func(dir string) { must(t, os.Remove(dir+"/arrival.json")); asPipe(t, dir+"/arrival.json.part") },
		} {
			spoil(claimed(t, inbox, fmt.Sprintf("20250101T00%02d00.000000-abcd", i)))
			foreign++
		}
		foreign-- // the last one is sound: what is half written is written again
		sound := claimed(t, inbox, older1)
		w := polled(t, quick(inbox))
		got := map[string]claim.Arrival{}
		for range 2 {
			a := w.next()
			got[a.ID] = a
		}
		if a := got[older1]; a.Workbook != filepath.Join(sound, "a.csv") || a.Readable() != nil || a.Gone() {
			t.Errorf("arrived %+v", got)
		}
		w.put("b.csv", "b")
		if a := w.next(); a.Name != "b.csv" || content(t, a.Workbook) != "b" {
			t.Errorf("arrived %+v", a)
		}
		s := w.until("counted", func(s Scan) bool { return s.Unreadable == foreign && len(s.Claimed) == 3 })
		if s.Err != nil {
			t.Errorf("the scan says %+v", s)
		}
		if n := w.logged("is not opened"); n != foreign || w.logged(secret) != 0 || w.logged(cannot) != 0 {
			t.Errorf("logged %d:\n%s", n, w.log.String())
		}
		w.nothingMore()
	})
}

// The folder of the claims is removed while the inbox is watched: the next file is claimed as ever, not only after the next scan.
func TestClaimFolderRemoved(t *testing.T) {
	t.Parallel()
	in := quick(t.TempDir())
	in.Scan = time.Hour
	w := watch(t, in)
	w.until("up", up)
	w.put("early.csv", "e")
	early := w.next()
	for i := range 3 {
		must(t, os.RemoveAll(filepath.Join(w.inbox, ".inlet")))
		name := fmt.Sprintf("a%d.csv", i)
		w.put(name, name)
		if a := w.next(); a.Name != name || content(t, a.Workbook) != name {
			t.Errorf("arrived %+v", a)
		}
	}
	if !early.Gone() || early.Readable() == nil {
		t.Error("the claim that was in it is not lost")
	}
	w.stop()
	if w.logged(cannot) != 0 {
		t.Error(w.log.String())
	}
}

// Something else is where the inbox, the folder of its claims, or a folder that it puts files into is meant. Nothing is claimed, and it is
// said once what to do; when it is gone all goes on.
func TestSomethingElseInThePlaceOfAFolder(t *testing.T) {
	outside := t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
			t.Errorf("outside there are %v, %v", left, err)
		}
	})
	for name, c := range map[string]struct {
		at, says string
		spoil    func(path string)
	}{
		"claims: file":            {".inlet", "move it away", func(path string) { must(t, os.RemoveAll(path), os.WriteFile(path, nil, 0o600)) }},
		"claims: pipe":            {".inlet", "move it away", func(path string) { asPipe(t, path) }},
		"claims: link outside":    {".inlet", "replace the link with a folder", func(path string) { asLink(t, path, outside) }},
		"claims: link inside":     {".inlet", "replace the link with a folder", func(path string) { asLink(t, path, "sub") }},
		"claims: link to nothing": {".inlet", "replace the link with a folder", func(path string) { asLink(t, path, "nothing") }},
		"done: link outside":      {"done", "e.g. done: " + outside, func(path string) { asLink(t, path, outside) }},
		"done: link inside":       {"done", "e.g. done: sub", func(path string) { asLink(t, path, "sub") }},
		"above done: link":        {"old", "e.g. done: " + outside, func(path string) { asLink(t, path, outside) }},
		"inbox: pipe":             {"", "move it away", func(path string) { asPipe(t, path) }},
		"inbox: file":             {"", "move it away", func(path string) { must(t, os.RemoveAll(path), os.WriteFile(path, nil, 0o600)) }},
		"inbox: link to nothing":  {"", "create the folder", func(path string) { asLink(t, path, outside+"/nothing") }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := quick(filepath.Join(t.TempDir(), "inbox"))
				in.Excluded = []string{filepath.Join(in.Path, "done"), filepath.Join(in.Path, "old", "failed")}
				w := polled(t, in)
				w.until("up", up)
				put(t, filepath.Join(in.Path, "sub", "known.txt"), "k")
				at := filepath.Join(in.Path, c.at)
				c.spoil(at)
				w.downFor(c.says)
				if c.at != "" {
					w.put("a.csv", "a")
					for range 3 {
						<-w.scans
					}
					content(t, filepath.Join(in.Path, "a.csv")) // it was not claimed
				}
				must(t, os.RemoveAll(at))
				w.put("a.csv", "a")
				if a := w.next(); a.Name != "a.csv" || content(t, a.Workbook) != "a" {
					t.Errorf("arrived %+v", a)
				}
				w.upAgain()
			})
		})
	}
}

// A folder that the configuration names outside the inbox may be a link: it is the operator's.
func TestLinkedFolderThatTheConfigurationNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		done := filepath.Join(t.TempDir(), "done")
		asLink(t, done, t.TempDir())
		in.Excluded = []string{done}
		w := polled(t, in)
		w.put("a.csv", "a")
		w.next()
		w.until("up", up)
	})
}

// Somebody replaces a claimed file while it is imported.
func TestClaimReplacedDuringImport(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "outside.csv")
	put(t, outside, secret)
	for name, spoil := range map[string]func(a claim.Arrival){
		"workbook: pipe": func(a claim.Arrival) { asPipe(t, a.Workbook) },
		"workbook: link": func(a claim.Arrival) { asLink(t, a.Workbook, outside) },
		"mapping: pipe":  func(a claim.Arrival) { asPipe(t, a.Sidecar) },
		"mapping: link":  func(a claim.Arrival) { asLink(t, a.Sidecar, outside) },
		"claim: link":    func(a claim.Arrival) { asLink(t, a.Dir, filepath.Dir(outside)) },
		"claims: link":   func(a claim.Arrival) { asLink(t, filepath.Dir(a.Dir), filepath.Dir(outside)) },
	} {
		t.Run(name, func(t *testing.T) {
			in := quick(t.TempDir())
			put(t, filepath.Join(in.Path, "a.mapping.yaml"), "mode: update")
			w := watch(t, in)
			w.put("a.csv", "a")
			a := w.next()
			if a.Gone() || a.Readable() != nil || a.Sidecar == "" {
				t.Fatalf("arrived %+v", a)
			}
			spoil(a)
			ended := make(chan bool)
			go func() { ended <- a.Gone() && (strings.HasPrefix(name, "mapping") || a.Readable() != nil) }()
			select {
			case lost := <-ended:
				if !lost {
					t.Error("it is taken for the claim")
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it waits for a pipe")
			}
		})
	}
}

// Claims are listed beside a running watcher, with the names that people gave the files.
func TestClaimsAreListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		if all, err := claim.List(in.Path); err != nil || len(all) != 0 {
			t.Errorf("of a new inbox %v, %v", all, err)
		}
		w := polled(t, in)
		w.put("sub/en\nrad.csv", "a")
		a := w.next()
		all, err := claim.List(in.Path)
		if err != nil || len(all) != 1 || all[0].Name != "sub/en\nrad.csv" || all[0].ID != a.ID || !all[0].Seen.Equal(a.Seen) {
			t.Errorf("listed %+v, %v", all, err)
		}
		must(t, os.Remove(a.Workbook), a.Remove())
		if all, err := claim.List(in.Path); err != nil || len(all) != 0 {
			t.Errorf("when it is gone %v, %v", all, err)
		}
	})
}

// The cause of an error is the same for each file and each try, and another for what is another.
func TestCause(t *testing.T) {
	newID := func() string { return time.Now().Format("20060102T150405.000000") + "-00ff" }
	inner := errors.New("path escapes from parent")
	fresh := func() error {
		return fmt.Errorf("claim a.csv: %w", &os.PathError{Op: "mkdirat", Path: ".inlet/" + newID(), Err: inner})
	}
	text := func(text string) func() error {
		return func() error { return fmt.Errorf("move %s to .inlet/%s: %s", "a", newID(), text) }
	}
	linked := func() error { return &files.Linked{Path: "/in/" + newID(), To: "/x"} }
	for name, make := range map[string]func() error{"wrapped": fresh, "text": text("no"), "linked": linked,
		"joined": func() error { return errors.Join(fresh(), text("no")()) }} {
		if a, b := Cause(make()), Cause(make()); a != b || a == "" {
			t.Errorf("%s: %q and %q", name, a, b)
		}
	}
	for name, pair := range map[string][2]error{"wrapped": {fresh(), fmt.Errorf("claim: %w", errUnmounted)}, "text": {text("no")(), text("yes")()},
		"errno": {syscall.ENOSPC, syscall.EROFS}, "nil": {nil, fresh()}} {
		if Cause(pair[0]) == Cause(pair[1]) {
			t.Errorf("%s: both %q", name, Cause(pair[0]))
		}
	}
}
