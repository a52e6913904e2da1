package worker

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"testing"
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
