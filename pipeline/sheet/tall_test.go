package sheet_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
)

// tallest is how many rows a sheet of Excel has.
const tallest = 1 << 20

// tall writes a workbook of so many rows, one number in each.
func tall(t *testing.T, rows int) string {
	t.Helper()
	var b strings.Builder
	for i := 1; i <= rows; i++ {
		b.WriteString("<row><c><v>" + strconv.Itoa(i*7919%1_000_003) + "</v></c></row>")
	}
	path := filepath.Join(t.TempDir(), "tall.xlsx")
	if err := os.WriteFile(path, made{rows: b.String()}.bytes(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTallestSheet reads all rows that a sheet can have, without more memory than for a few; one row more is refused.
func TestTallestSheet(t *testing.T) {
	path := tall(t, tallest)
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	live := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	var first, last int64
	rows := 0
	for batch, err := range w.Sheets[0].Rows(t.Context(), 1000) {
		if err != nil {
			t.Fatal(err)
		}
		if rows == 0 {
			first = live()
		}
		for _, row := range batch {
			if rows++; row.Number != rows || row.Cells[0].Raw != strconv.Itoa(rows*7919%1_000_003) {
				t.Fatalf("row %d: %+v", rows, row)
			}
		}
		if rows > tallest-2000 && last == 0 {
			last = live()
		}
	}
	if rows != tallest {
		t.Errorf("%d rows were read", rows)
	}
	if more := (last - first) >> 20; more > 4 {
		t.Errorf("at the last rows %d MiB more are live than at the first", more)
	}

	w, err = sheet.Open(tall(t, tallest+1), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, err = range w.Sheets[0].Rows(t.Context(), 1000) {
		if err != nil {
			break
		}
	}
	if broken, ok := errors.AsType[*sheet.Unreadable](err); !ok || !strings.Contains(broken.Error(), "1048576 rows") {
		t.Errorf("a row too many: %v", err)
	}
}
