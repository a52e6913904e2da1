package sheet

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// TestWaysAgree reads every sheet of the public workbooks thrice: as usual, byte by byte (so that no cell is in the window as a whole
// and the quick way is never taken), and rewritten. All give the same rows and fail alike.
func TestWaysAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("1,400 workbooks")
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; root != filepath.Dir(root); root = filepath.Dir(root) {
		if there := filepath.Join(root, "..", "shared", "fixtures"); isFolder(there) {
			root = there
			break
		}
	}
	if filepath.Base(root) != "fixtures" {
		t.Skip("no fixtures here")
	}
	sheets := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(filepath.Ext(path), ".xls") {
			return err
		}
		w, err := Open(path, Options{})
		if err != nil {
			return nil // refused before any way is chosen
		}
		defer w.Close()
		for _, s := range w.Sheets {
			if s.Grid && w.Format == XLSX {
				sheets++
				waysAgree(t, w, s)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d sheets", sheets)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func waysAgree(t *testing.T, w *Workbook, s *Sheet) {
	want, failed := way(w, s, func(r io.Reader) (io.Reader, error) {
		r, _, err := usual(r, cell.Limits{}.OrDefaults())
		return r, err
	})
	got, err := way(w, s, func(r io.Reader) (io.Reader, error) {
		r, _, err := usual(r, cell.Limits{}.OrDefaults())
		return iotest.OneByteReader(r), err
	})
	if got != want || (err == nil) != (failed == nil) {
		t.Errorf("%s, %s: byte by byte %v, as usual %v", w.Name, s.Name, err, failed)
	}
	got, err = way(w, s, func(r io.Reader) (io.Reader, error) {
		r, err := decodeUTF16(r)
		return newRewriter(r, cell.Limits{}.OrDefaults()), err
	})
	if got != want || (err == nil) != (failed == nil) {
		t.Errorf("%s, %s: rewritten %v, as usual %v", w.Name, s.Name, err, failed)
	}
}

// way dumps a sheet whose XML comes through the given reader.
func way(w *Workbook, s *Sheet, through func(io.Reader) (io.Reader, error)) (string, error) {
	shared, err := w.stringsOf(context.Background())
	if err != nil {
		return "", err
	}
	part, err := w.zip.open(context.Background(), s.part)
	if err != nil {
		return "", err
	}
	defer part.Close()
	text, err := through(part)
	if err != nil {
		return "", err
	}
	limits := cell.Limits{}.OrDefaults()
	g := &gridReader{xml: newScanner(text, limits), limits: limits, shared: shared, styles: w.styles, d1904: w.d1904}
	var out strings.Builder
	for {
		more, err := g.batch(context.Background(), 50)
		if err != nil || !more && len(g.rows) == 0 {
			return out.String(), err
		}
		for _, r := range g.rows {
			fmt.Fprintf(&out, "%d:", r.Number)
			for _, c := range r.Cells {
				fmt.Fprintf(&out, " %d %d %s", c.Column, c.Type, c.Raw)
			}
			out.WriteString("\n")
		}
		if !more {
			return out.String(), nil
		}
	}
}
