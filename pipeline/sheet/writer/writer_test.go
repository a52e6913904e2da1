package writer_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// readSheet returns the first sheet of a workbook in lines of text: "2: A=text:Ann B=number:1234".
func readSheet(t *testing.T, path string) (string, error) {
	t.Helper()
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		return "", err
	}
	defer w.Close()
	var out strings.Builder
	for rows, err := range w.Sheets[0].Rows(t.Context(), 100) {
		if err != nil {
			return out.String(), err
		}
		for _, r := range rows {
			fmt.Fprintf(&out, "%d:", r.Number)
			for _, c := range r.Cells {
				fmt.Fprintf(&out, " %s=%s:%s", sheet.ColumnName(c.Column), c.Type, c.Raw)
			}
			out.WriteString("\n")
		}
	}
	return out.String(), nil
}

// write makes a workbook of one sheet.
func write(t *testing.T, rows ...[]any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.xlsx")
	w, err := writer.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Sheet("People"); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWriteRead reads what was written.
func TestWriteRead(t *testing.T) {
	path := write(t,
		[]any{"text", " å\n_x000D_\r\t ", true, false, 12, int64(-5), 1.5, nil, ""},
		[]any{},
		[]any{time.Date(2025, 4, 3, 0, 0, 0, 0, time.UTC), time.Date(2025, 4, 3, 10, 30, 15, 0, time.UTC), time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1900, 2, 28, 0, 0, 0, 0, time.UTC)},
		[]any{int64(1234567890123456789), math.NaN(), math.Inf(1)},
		[]any{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /c calc'!A1"},
	)
	got, err := readSheet(t, path)
	want := "1: A=text:text B=text: å\n_x000D_\r\t  C=true or false:1 D=true or false:0 E=number:12 F=number:-5 G=number:1.5\n" +
		"3: A=date:45750 B=date and time:45750.4376736111 C=text:1850-01-01 D=date:59\n" +
		"4: A=text:1234567890123456789 B=text:NaN C=text:+Inf\n" +
		"5: A=text:=1+1 B=text:+1 C=text:-1 D=text:@SUM(A1) E=text:\tx F=text:\rx G=text:=cmd|' /c calc'!A1\n"
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestTextIsNeverAFormula reads the workbook with excelize and looks for formulas.
func TestTextIsNeverAFormula(t *testing.T) {
	path := write(t, []any{"=1+1", "@x"})
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, ref := range []string{"A1", "B1"} {
		formula, err := f.GetCellFormula("People", ref)
		kind, _ := f.GetCellType("People", ref)
		if formula != "" || err != nil || kind != excelize.CellTypeInlineString {
			t.Errorf("%s: formula %q, type %d, %v", ref, formula, kind, err)
		}
	}
}

func TestWriteCutsLongText(t *testing.T) {
	got, err := readSheet(t, write(t, []any{strings.Repeat("😀", 20_000)}))
	if err != nil || !strings.HasSuffix(got, "😀… [cut, 20000 characters in all]\n") {
		t.Errorf("%.20q … %q, %v", got, got[len(got)-60:], err)
	}
}

// TestNoFileIsOverwritten checks that a file of the same name is kept, and that no half workbook is left.
func TestNoFileIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	w, err := writer.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("a person's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create over a file: %v", err)
	}
	if err := w.Close(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("close over a file: %v", err)
	}
	if got, err := os.ReadFile(path); string(got) != "a person's" {
		t.Errorf("the file is now %q, %v", got, err)
	}
	w, err = writer.Create(filepath.Join(dir, "b.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Discard(); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestWriteMistakes(t *testing.T) {
	w, err := writer.Create(filepath.Join(t.TempDir(), "a.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	if err := w.Row("x"); err == nil {
		t.Error("a row before the first sheet gives no error")
	}
	for _, name := range []string{"A", "B"} {
		if err := w.Sheet(name); err != nil {
			t.Fatal(err)
		}
		if err := w.Row(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Row([]string{"x"}); err == nil {
		t.Error("a slice as a cell gives no error")
	}
}

// TestSheetNames: whatever a sheet is to be called, it gets a name that Excel takes and that no other has, as like it as can be.
func TestSheetNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	w, err := writer.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	given := []string{"Kunder", "kunder", "Kunder", strings.Repeat("n", 31), strings.Repeat("n", 40), strings.Repeat("n", 32), "a[1]:*?/\\", "'x'", "", "\x1b\u202e\n", strings.Repeat("😀", 16), "History", " ", "Ett \xff"}
	want := []string{"Kunder", "kunder~2", "Kunder~3", strings.Repeat("n", 31), strings.Repeat("n", 29) + "~2", strings.Repeat("n", 29) + "~3", "a_1______", "_x_", "Sheet1", "___",
		strings.Repeat("😀", 15), "History_", "Sheet1~2", "Ett _"}
	for _, name := range given {
		if err := w.Sheet(name); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if err := w.Row("x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if diff := cmp.Diff(want, book.GetSheetList()); diff != "" {
		t.Error(diff)
	}
}
