package sheet_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// cells reads the first row of a workbook made of the text.
func cells(t *testing.T, text string) []sheet.Cell {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.xlsx")
	sheettest.Book(t, path, text)
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for rows, err := range w.Sheets[0].Rows(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		return rows[0].Cells
	}
	t.Fatal("no row")
	return nil
}

func TestShown(t *testing.T) {
	text := "Ann,n:1234|00000,n:11122|000 00,n:46701234567|0.00E+00,n:1E+10,n:0.125|0.0 %,d:2025-04-03,d:2025-04-03 10:30,c:14:30,n:1.5|[h]:mm,b:1,b:0,e:#REF!,f:A1+1,f:A1+1=5,s:n:12,n:60|yyyy-mm-dd,n:-1|yyyy"
	var got []string
	for _, c := range cells(t, text) {
		got = append(got, c.Type.String()+" "+c.Shown())
	}
	want := []string{"text Ann", "number 01234", "number 111 22", "number 46701234567", "number 10000000000", "number 12.5 %", "date 2025-04-03", "date and time 2025-04-03 10:30:00",
		"time 14:30:00", "time 36:00:00", "true or false TRUE", "true or false FALSE", "error #REF!", "formula without a value ", "number 5", "text n:12", "date 60", "date -1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

func TestTime(t *testing.T) {
	for _, tt := range []struct{ system, serial, want string }{
		{"", "1", "1900-01-01 00:00:00"}, {"", "59", "1900-02-28 00:00:00"}, {"", "61", "1900-03-01 00:00:00"},
		{"", "45750", "2025-04-03 00:00:00"}, {"", "45750.999999999", "2025-04-04 00:00:00"}, {"", "45750.4375", "2025-04-03 10:30:00"},
		{"", "45750.437500001", "2025-04-03 10:30:00"}, {"", "2958465.5", "9999-12-31 12:00:00"},
		{"", "0", ""}, {"", "0.5", ""}, {"", "60", ""}, {"", "60.5", ""}, {"", "59.9999999", ""}, {"", "-1", ""}, {"", "2958466", ""},
		{"-- date1904 --\n", "0", "1904-01-01 00:00:00"}, {"-- date1904 --\n", "60", "1904-03-01 00:00:00"}, {"-- date1904 --\n", "44288", "2025-04-03 00:00:00"},
		{"-- date1904 --\n", "-1", ""},
	} {
		c := cells(t, tt.system+"n:"+tt.serial+"|yyyy-mm-dd hh:mm")[0]
		got, err := c.Time()
		if shown := got.Format(time.DateTime); err == nil && shown != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s%s is %s, %v; want %q", tt.system, tt.serial, shown, err, tt.want)
		}
	}
	if _, err := (sheet.Cell{Type: sheet.Number, Raw: "45750"}).Time(); err == nil {
		t.Error("a plain number has a time")
	}
	// A cell made by hand, as other packages do in their tests.
	if got, err := (sheet.Cell{Type: sheet.Date, Raw: "45750"}).Time(); err != nil || got.Format(time.DateOnly) != "2025-04-03" {
		t.Errorf("a date made by hand: %s, %v", got, err)
	}
}

func TestRow(t *testing.T) {
	r := sheet.Row{Number: 1, Cells: []sheet.Cell{{Column: 0, Type: sheet.Text, Raw: "a"}, {Column: 5, Type: sheet.Text, Raw: "f"}, {Column: 16383, Type: sheet.Text, Raw: "x"}}}
	for column, want := range map[int]string{-1: "", 0: "a", 1: "", 4: "", 5: "f", 6: "", 16383: "x", 20000: ""} {
		if got := r.Cell(column); got.Raw != want || (got.Type == sheet.Blank) != (want == "") {
			t.Errorf("column %d is %v", column, got)
		}
	}
}

func TestRefs(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD", -1: ""} {
		if got := sheet.ColumnName(i); got != want {
			t.Errorf("ColumnName(%d) = %q, want %q", i, got, want)
		}
	}
	for i := range 16384 {
		if got, ok := sheet.ColumnIndex(strings.ToLower(sheet.ColumnName(i))); got != i || !ok {
			t.Fatalf("column %d comes back as %d", i, got)
		}
	}
	for _, name := range []string{"", "XFE", "AAAA", "A1", "1", "Å", "A "} {
		if i, ok := sheet.ColumnIndex(name); ok {
			t.Errorf("ColumnIndex(%q) = %d", name, i)
		}
	}
	if got := sheet.Ref(2, 17); got != "C17" {
		t.Errorf("Ref(2, 17) = %s", got)
	}
}

// TestBatches reads in slices of any size: the same rows, none too large, and the strings may be kept.
func TestBatches(t *testing.T) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "row %d,n:%d\n", i+1, i)
		if i%7 == 0 {
			text.WriteString("\n")
		}
	}
	for _, name := range []string{"book.xlsx", "book.csv"} {
		path := filepath.Join(t.TempDir(), name)
		sheettest.Book(t, path, text.String())
		w, err := sheet.Open(path, sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		for _, n := range []int{1, 7, 1000, 5000} {
			var kept []string
			for rows, err := range w.Sheets[0].Rows(t.Context(), n) {
				if err != nil || len(rows) > n || len(rows) == 0 {
					t.Fatalf("%d rows of %d, %v", len(rows), n, err)
				}
				for _, r := range rows {
					kept = append(kept, r.Cell(0).Raw)
				}
			}
			for i, got := range kept {
				if want := fmt.Sprintf("row %d", i+1); got != want {
					t.Fatalf("%s by %d: row %d is %q", name, n, i, got)
				}
			}
			if len(kept) != 1000 || w.Sheets[0].Last() != 1143 {
				t.Errorf("%s by %d: %d rows, the last is %d", name, n, len(kept), w.Sheets[0].Last())
			}
		}
		for range w.Sheets[0].Rows(t.Context(), 10) {
			break // and no more
		}
	}
}
