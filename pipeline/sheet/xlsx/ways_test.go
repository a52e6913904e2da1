package xlsx

import (
	"bufio"
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
	"inlet.example/inlet/pipeline/sheet/xlsx/grid"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// TestAllWaysOfReadingAgree reads every sheet of the public workbooks thrice: as usual, byte by byte (so that no cell is in the window as a whole
// and fastCell is never used), and rewritten. All give the same rows and the same errors.
func TestAllWaysOfReadingAgree(t *testing.T) {
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
	sheets, books := 0, 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(filepath.Ext(path), ".xls") {
			return err
		}
		if books++; books%10 != 1 && os.Getenv("INLET_TEST_DEEP") == "" {
			return nil // one in ten; all of them with INLET_TEST_DEEP=1
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		w, err := Open(t.Context(), f, info.Size(), 0, cell.Limits{}.OrDefaults())
		if err != nil {
			return nil // refused before any way is chosen
		}
		defer w.Close()
		for _, s := range w.Sheets {
			if s.Grid {
				sheets++
				waysAgree(t, w, s)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d sheets of %d workbooks; INLET_TEST_DEEP=1 reads all", sheets, books)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func waysAgree(t *testing.T, w *Book, s *Sheet) {
	want, failed := way(w, s, func(r io.Reader) (io.Reader, error) {
		r, _, err := xmlscan.Normalize(r, cell.Limits{}.OrDefaults())
		return r, err
	})
	got, err := way(w, s, func(r io.Reader) (io.Reader, error) {
		r, _, err := xmlscan.Normalize(r, cell.Limits{}.OrDefaults())
		return iotest.OneByteReader(r), err
	})
	if got != want || (err == nil) != (failed == nil) {
		t.Errorf("%s: byte by byte %v, as usual %v", s.Name, err, failed)
	}
	got, err = way(w, s, func(r io.Reader) (io.Reader, error) {
		r, rewritten, err := xmlscan.Normalize(withComment(r), cell.Limits{}.OrDefaults())
		if !rewritten && err == nil {
			t.Errorf("%s: a part with a comment before its root is not rewritten", s.Name)
		}
		return r, err
	})
	if got != want || (err == nil) != (failed == nil) {
		t.Errorf("%s: rewritten %v, as usual %v", s.Name, err, failed)
	}
}

// withComment puts a comment in front of the root of a part, after its declaration. A part in UTF-16 is left as it is.
func withComment(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = in.Discard(3)
	}
	start, _ := in.Peek(5)
	switch {
	case len(start) < 5 || start[0] >= 0x80 || start[0] == 0 || start[1] == 0:
		return in
	case string(start) != "<?xml":
		return io.MultiReader(strings.NewReader("<!---->"), in)
	}
	declaration, _ := in.ReadString('>')
	return io.MultiReader(strings.NewReader(declaration+"<!---->"), in)
}

// way dumps a sheet whose XML comes through the given reader.
func way(w *Book, s *Sheet, through func(io.Reader) (io.Reader, error)) (string, error) {
	shared, err := w.sharedStrings(context.Background())
	if err != nil {
		return "", err
	}
	part, err := w.zip.Open(context.Background(), s.part)
	if err != nil {
		return "", err
	}
	defer part.Close()
	text, err := through(part)
	if err != nil {
		return "", err
	}
	limits := cell.Limits{}.OrDefaults()
	in := grid.New(xmlscan.New(text, limits), grid.Workbook{Limits: limits, Shared: shared, Styles: w.styles, Date1904: w.date1904})
	var out strings.Builder
	for rows, err := range in.Rows(context.Background(), 50) {
		if err != nil {
			return out.String(), err
		}
		for _, r := range rows {
			fmt.Fprintf(&out, "%d:", r.Number)
			for _, c := range r.Cells {
				fmt.Fprintf(&out, " %d %d %s", c.Column, c.Type, c.Raw)
			}
			out.WriteString("\n")
		}
	}
	return out.String(), nil
}
