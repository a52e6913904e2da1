package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/watcher/inbox/sign"
)

// TestSigns: people see that a workbook is being imported for as long as it is, and that a file will never be. What tells them is no file of the inbox.
func TestSigns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.Signs = sign.Settings{Words: naming.In("en"), Language: "en"}
		w := polled(t, in)
		put(t, filepath.Join(in.Path, "lista.txt"), "x")
		put(t, filepath.Join(in.Path, "kunder.csv"), "a,b\n1,2\n")
		importing, ignored := filepath.Join(in.Path, "kunder.csv.importing.txt"), filepath.Join(in.Path, "lista.txt.ignored.txt")
		wants := func(after time.Duration, isImporting, isIgnored bool) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			for path, want := range map[string]bool{importing: isImporting, ignored: isIgnored} {
				if _, err := os.Stat(path); err == nil != want {
					t.Errorf("%s is there: %v", filepath.Base(path), !want)
				}
			}
		}
		a := w.next()
		wants(9*time.Second, false, false)
		wants(2*time.Second, true, false)
		wants(15*time.Minute, true, true)
		if s := <-w.scans; s.NotWorkbooks != 1 || s.Waiting != 0 {
			t.Errorf("%d not workbooks %v, %d waiting", s.NotWorkbooks, s.NotWorkbookNames, s.Waiting)
		}
		if err := os.Remove(a.Workbook); err != nil { // it was archived
			t.Fatal(err)
		}
		if err := a.Remove(); err != nil {
			t.Fatal(err)
		}
		wants(time.Second, false, true)
		if err := os.Remove(filepath.Join(in.Path, "lista.txt")); err != nil {
			t.Fatal(err)
		}
		wants(time.Second, false, false)
	})
}
