//go:build unix

package inbox

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/watcher/inbox/claim"
)

func TestIgnoredIsNeverClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.Excluded = []string{filepath.Join(in.Path, "done"), filepath.Join(t.TempDir(), "aside")}
		want := map[string]int{}
		for _, name := range []string{
			"~$book.xlsx", ".~lock.book.xlsx#", "a.tmp", "a.xlsx.part", "a.partial", "a.xlsx.crdownload", "a.filepart",
			".goutputstream-X.xlsx", ".syncthing.book.xlsx.tmp", "~syncthing~book.xlsx.tmp", ".syncthing.book.xlsx",
		} {
			put(t, filepath.Join(in.Path, name), "x")
			want[claim.ReasonTemporary]++
		}
		for _, name := range []string{"._book.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini"} {
			put(t, filepath.Join(in.Path, name), "x")
			want[claim.ReasonSystem]++
		}
		for _, name := range []string{".book.xlsx", "..dots.csv", ".~", ".kunder.mapping.yaml", ".gitignore"} {
			put(t, filepath.Join(in.Path, name), "x")
			want[claim.ReasonHidden]++
		}
		want[claim.ReasonHidden]--
		want[claim.ReasonTemporary]++ // .~ is what WPS writes
		for _, name := range []string{"@eaDir/a.xlsx", "__MACOSX/a.xlsx", ".stfolder/a.xlsx", ".stversions/a.xlsx", ".Trash-1000/files/a.xlsx", "folder.xlsx/a.xlsx"} {
			put(t, filepath.Join(in.Path, name), "x")
			want[claim.ReasonFolder]++
		}
		put(t, filepath.Join(in.Path, "readme.pdf"), "x")
		want[claim.ReasonExtension]++
		oddKinds(t, in.Path)
		want[claim.ReasonLink] += 5
		want[claim.ReasonSpecial] += 2
		put(t, filepath.Join(in.Path, "done", "old.csv"), "x")
		if err := os.Symlink(in.Path, filepath.Join(filepath.Dir(in.Excluded[1]), "elsewhere")); err != nil {
			t.Fatal(err)
		}
		in.Excluded = append(in.Excluded, filepath.Join(filepath.Dir(in.Excluded[1]), "elsewhere", "failed")) // by another road
		put(t, filepath.Join(in.Path, "failed", "bad.csv"), "x")

		w := polled(t, in)
		w.put("BOOK.CSV", "x")
		if a := w.next(); a.Name != "BOOK.CSV" {
			t.Errorf("%s arrived", a.Name)
		}
		w.put("done/new.csv", "x")
		w.nothingMore()
		w.mu.Lock()
		defer w.mu.Unlock()
		if diff := cmp.Diff(want, w.ignored); diff != "" {
			t.Errorf("reported as ignored (-want +got):\n%s", diff)
		}
	})
}

// oddKinds makes what is not a plain file with one name: five links, a pipe and a socket.
func oddKinds(t *testing.T, dir string) {
	outside := filepath.Join(t.TempDir(), "outside.csv")
	put(t, outside, "secret")
	in := func(name string) string { return filepath.Join(dir, name) }
	l, err := net.Listen("unix", in("s.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for _, err := range []error{
		os.Symlink(outside, in("out.csv")),
		os.Symlink("readme.pdf", in("in.csv")),
		os.Symlink("loop.csv", in("loop.csv")),
		os.Symlink(dir, in("dir")),
		os.Link(outside, in("hard.csv")),
		syscall.Mkfifo(in("pipe.csv"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Remove(in("dir")) // a link to a folder does not end like a workbook: reported as a link
	if err := os.Symlink(dir, in("dir.csv")); err != nil {
		t.Fatal(err)
	}
}

func TestOddNamesArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		names := map[string]bool{
			"new\nline.csv": true, "\x1b[31mred.csv": true, "\u202efdp.csv": true, "CON.csv": true, "latin\xe5\xff.csv": true,
			strings.Repeat("x", 251) + ".csv": true, "-rf.csv": true, "å.csv": true, "a\u030a.csv": true,
			"latin\xff/below.csv": true, " .csv": true, "$(id).csv": true, "arrival.json.csv": true,
		}
		for name := range names {
			put(t, filepath.Join(in.Path, name), name)
		}
		first := polled(t, in)
		var claimed []claim.Arrival
		for range names {
			a := first.next()
			if !names[a.Name] || content(t, a.Workbook) != a.Name {
				t.Errorf("%q arrived", a.Name)
			}
			claimed = append(claimed, a)
		}
		first.stop()
		again := polled(t, in) // the names survive a restart
		for _, want := range claimed {
			if diff := cmp.Diff(want, again.next()); diff != "" {
				t.Errorf("after a restart (-want +got):\n%s", diff)
			}
		}
	})
}
