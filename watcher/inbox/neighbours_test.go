package inbox

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// One that is meant as a mapping is waited for as a mapping is: it settles too, whether it came before its workbook or after.
func TestNearMappingMustBeQuietToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, first := range []string{"a.csv", "A.yml"} {
			in := quick(t.TempDir())
			in.Settle = 300 * time.Millisecond
			w := polled(t, in)
			second := map[string]string{"a.csv": "A.yml", "A.yml": "a.csv"}[first]
			w.put(first, "x")
			w.put(second, "x")
			w.put("A.yml", "whole")
			if a := w.next(); !a.Near || content(t, a.Sidecar) != "whole" {
				t.Errorf("%s first: arrived as %+v", first, a)
			}
			w.nothingMore()
			if n := w.logged("A.yml"); n != 0 {
				t.Errorf("%s first: logged %d times", first, n)
			}
		}
	})
}

// A name that differs by case is near, unless it is the mapping of another workbook that waits.
func TestNearMappingOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		put(t, filepath.Join(in.Path, "Kunder.mapping.yaml"), "of Kunder.csv")
		put(t, filepath.Join(in.Path, "kunder2.mapping.yaml"), "of kunder2.csv")
		old := time.Now().Add(-time.Hour)
		for _, name := range []string{"kunder.csv", "Kunder.csv"} {
			put(t, filepath.Join(in.Path, name), name)
			if err := os.Chtimes(filepath.Join(in.Path, name), old, old); err != nil {
				t.Fatal(err)
			}
			old = old.Add(time.Minute)
		}
		w := polled(t, in)
		if a := w.next(); a.Name != "kunder.csv" || a.Sidecar != "" {
			t.Errorf("first arrived %+v", a)
		}
		if a := w.next(); a.Name != "Kunder.csv" || a.Sidecar == "" || a.Near {
			t.Errorf("then arrived %+v", a)
		}
	})
}

// The nearest goes along; what else may be meant stays and is logged.
func TestNearestMapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		for _, name := range []string{"a.maping.yaml", "a.yml", "A.mapping.yaml", "a.csv"} {
			put(t, filepath.Join(in.Path, name), name)
		}
		w := polled(t, in)
		if a := w.next(); !a.Near || filepath.Base(a.Sidecar) != "A.mapping.yaml" {
			t.Errorf("arrived as %+v", a)
		}
		w.until("logged", func(s Scan) bool { return s.NotWorkbooks == 2 && w.logged("kunder.mapping.yaml") == 2 })
	})
}

// With a grace the right one is waited for.
func TestNearMappingWithinGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		in.SidecarGrace = time.Hour
		w := polled(t, in)
		w.put("a.csv", "a")
		w.put("a.yaml", "near")
		w.nothingMore()
		if err := os.Rename(filepath.Join(w.inbox, "a.yaml"), filepath.Join(w.inbox, "a.mapping.yaml")); err != nil {
			t.Fatal(err)
		}
		if a := w.next(); a.Near || content(t, a.Sidecar) != "near" {
			t.Errorf("arrived as %+v", a)
		}
	})
}

// A file that is not a workbook is logged once, whatever it is, and is never touched.
func TestNotAWorkbookIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		for _, name := range []string{"lista.txt", "avtal.pdf", "brev.docx", "utan", "kunder.yaml", "sub/bild.png"} {
			put(t, filepath.Join(in.Path, name), name)
		}
		put(t, filepath.Join(in.Path, "waits.mapping.yaml"), "for its workbook")
		w := polled(t, in)
		all := w.until("logged", func(s Scan) bool { return s.NotWorkbooks == 6 && w.logged("is not a workbook") == 6 })
		if len(all.NotWorkbookNames) != 6 || all.NotWorkbookNames[0] != "avtal.pdf" || all.Waiting != 0 {
			t.Errorf("%+v", all)
		}
		w.put("lista.txt", "written again")
		w.nothingMore()
		if n := w.logged("lista.txt"); n != 1 {
			t.Errorf("lista.txt was logged %d times", n)
		}
		if err := os.Remove(filepath.Join(in.Path, "lista.txt")); err != nil {
			t.Fatal(err)
		}
		w.until("gone", func(s Scan) bool { return s.NotWorkbooks == 5 })
		w.put("lista.txt", "another")
		w.until("told again", func(Scan) bool { return w.logged("lista.txt") == 2 })
	})
}

func TestNotAWorkbookManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := quick(t.TempDir())
		for i := range 50 {
			put(t, filepath.Join(in.Path, "bilder", string(rune('A'+i))+".png"), "x")
		}
		w := polled(t, in)
		s := w.until("logged", func(s Scan) bool { return s.NotWorkbooks == 50 && w.logged("More files") == 1 })
		if n := w.logged("is not a workbook"); n != maxNames || len(s.NotWorkbookNames) != maxNames {
			t.Errorf("%d were named in the log, %d in the scan", n, len(s.NotWorkbookNames))
		}
	})
}

// The original of a copy is looked for in its own folder, and its name survives a restart.
func TestOriginalOfACopy(t *testing.T) {
	for name, c := range map[string]struct{ copied, original, want string }{
		"beside":         {"kunder-DESKTOP-1.csv", "kunder.csv", "kunder.csv"},
		"other case":     {"kunder-laptop-x.csv", "Kunder.CSV", "Kunder.CSV"},
		"other ending":   {"kunder-DESKTOP-1.csv", "kunder.tsv", ""},
		"other folder":   {"sub/kunder-DESKTOP-1.csv", "kunder.csv", ""},
		"same folder":    {"sub/kunder-DESKTOP-1.csv", "sub/kunder.csv", "sub/kunder.csv"},
		"not a copy":     {"kunder (1).csv", "kunder.csv", ""},
		"certain copy":   {"kunder (Annas conflicted copy 2026-11-29).csv", "kunder.csv", "kunder.csv"},
		"copy of a copy": {"kunder-DESKTOP-1-DESKTOP-2.csv", "kunder-DESKTOP-1.csv", "kunder-DESKTOP-1.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := quick(t.TempDir())
				put(t, filepath.Join(in.Path, c.copied), "copy")
				old := time.Now().Add(-time.Hour)
				if err := os.Chtimes(filepath.Join(in.Path, c.copied), old, old); err != nil {
					t.Fatal(err)
				}
				put(t, filepath.Join(in.Path, c.original), "original")
				w := polled(t, in)
				if a := w.next(); a.Name != c.copied || a.Original != c.want {
					t.Errorf("arrived as %+v", a)
				}
				w.stop()
				if a := polled(t, in).next(); a.Name != c.copied || a.Original != c.want {
					t.Errorf("after a restart %+v", a)
				}
			})
		})
	}
}
