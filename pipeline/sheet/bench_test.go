package sheet_test

import (
	"archive/zip"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"inlet.example/inlet/pipeline/sheet"
)

const benchRows, benchColumns = 100_000, 12

// benchBook makes a workbook of accounts and contacts, always the same one.
func benchBook(b *testing.B) string {
	b.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := 1; i <= benchRows; i++ {
		n := r.IntN(1_000_000)
		row := []any{fmt.Sprintf("Company %d AB", n), fmt.Sprintf("55%04d-%04d", n%10000, i%10000), fmt.Sprintf("Storgatan %d", n%200),
			fmt.Sprintf("%05d", n%100000), "Göteborg", "Ann", fmt.Sprintf("Åkesson %d", i), fmt.Sprintf("ann%d@example.com", i),
			fmt.Sprintf("+46 70 %07d", n), n, float64(n) / 7, i%2 == 0}
		if err := w.SetRow(fmt.Sprintf("A%d", i), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "bench.xlsx")
	if err := f.SaveAs(path); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkRows reads 100,000 rows of 12 cells, and compares with one reading by excelize (raw).
func BenchmarkRows(b *testing.B) {
	path := benchBook(b)
	began := time.Now()
	theirs := readTheirs(b, path)
	theirTime := time.Since(began)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = readOurs(b, path)
	}
	if n != benchRows || theirs != benchRows {
		b.Fatalf("we read %d rows, excelize %d", n, theirs)
	}
	b.StopTimer()
	inflating := inflate(b, path)
	per := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(benchRows/per.Seconds(), "rows/s")
	b.ReportMetric(benchRows/theirTime.Seconds(), "excelize-rows/s")
	b.ReportMetric(per.Seconds()/inflating.Seconds(), "times-inflating")
	b.ReportMetric(theirTime.Seconds()/per.Seconds(), "times-excelize")
}

func readOurs(b *testing.B, path string) (n int) {
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	for rows, err := range w.Sheets[0].Rows(b.Context(), 500) {
		if err != nil {
			b.Fatal(err)
		}
		n += len(rows)
	}
	return n
}

func readTheirs(b *testing.B, path string) (n int) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

// inflate says how long it takes only to inflate the sheet: what no reader can do without.
func inflate(b *testing.B, path string) time.Duration {
	z, err := zip.OpenReader(path)
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	f, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	began := time.Now()
	if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{f}, make([]byte, 256<<10)); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
