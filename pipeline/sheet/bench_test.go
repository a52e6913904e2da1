package sheet_test

import (
	"archive/zip"
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet"
)

// benchRows is how many rows a benchmark's workbook has: 100,000, or what INLET_BENCH_ROWS says.
func benchRows(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("INLET_BENCH_ROWS"), "100000"))
	if err != nil {
		b.Fatal("INLET_BENCH_ROWS: ", err)
	}
	return n
}

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
	for i := range benchRows(b) {
		n := r.IntN(1_000_000)
		row := []any{fmt.Sprintf("Company %d AB", n), fmt.Sprintf("55%04d-%04d", n%10000, i%10000), fmt.Sprintf("Storgatan %d", n%200),
			fmt.Sprintf("%05d", n%100000), "Göteborg", "Ann", fmt.Sprintf("Åkesson %d", i), fmt.Sprintf("ann%d@example.com", i),
			fmt.Sprintf("+46 70 %07d", n), n, float64(n) / 7, i%2 == 0}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
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

// BenchmarkRows reads a workbook of 12 columns, and compares with reading by excelize (raw) and with inflating alone. INLET_BENCH_BOOKS names a
// folder with other workbooks, which are read in its stead.
func BenchmarkRows(b *testing.B) {
	books, err := filepath.Glob(filepath.Join(os.Getenv("INLET_BENCH_BOOKS"), "*.xlsx"))
	if err != nil {
		b.Fatal(err)
	}
	if os.Getenv("INLET_BENCH_BOOKS") == "" {
		books = []string{benchBook(b)}
	}
	for _, path := range books {
		b.Run(strings.TrimSuffix(filepath.Base(path), ".xlsx"), func(b *testing.B) { besides(b, path) })
	}
}

// besides takes the three ways in turn, so that a computer that has other work to do slows all of them, and prints the medians' ratios.
func besides(b *testing.B, path string) {
	b.ReportAllocs()
	var ours, theirs, inflating []time.Duration
	rows := 0
	for b.Loop() {
		took := clock(func() { rows = readOurs(b, path) })
		ours = append(ours, took)
		b.StopTimer()
		inflating = append(inflating, clock(func() { inflate(b, path) }))
		if len(theirs) < 5 { // it takes long
			theirs = append(theirs, clock(func() {
				if n := readTheirs(b, path); n != rows {
					b.Fatalf("we read %d rows, excelize %d", rows, n)
				}
			}))
		}
		b.StartTimer()
	}
	us := median(ours)
	b.ReportMetric(float64(rows)/us.Seconds(), "rows/s")
	b.ReportMetric(us.Seconds()/median(inflating).Seconds(), "times-inflating")
	b.ReportMetric(median(theirs).Seconds()/us.Seconds(), "times-excelize")
}

func clock(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// readOurs reads every cell, and the types of them.
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
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		if strings.Join(cells, "") != "" { // LibreOffice writes a thousand empty rows behind a full sheet
			n++
		}
	}
	return n
}

// inflate does what no reader can do without: the sheet and the shared strings are inflated, one after the other.
func inflate(b *testing.B, path string) {
	z, err := zip.OpenReader(path)
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	for _, part := range z.File {
		if part.Name != "xl/worksheets/sheet1.xml" && part.Name != "xl/sharedStrings.xml" {
			continue
		}
		f, err := part.Open()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{f}, make([]byte, 256<<10)); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}

// BenchmarkCSV reads 500,000 rows of 12 cells, and compares with encoding/csv, which makes texts of them and nothing more.
func BenchmarkCSV(b *testing.B) {
	path := filepath.Join(b.TempDir(), "book.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	for i := range 500_000 {
		fmt.Fprintf(w, "Nordsjö %d AB,556%07d,\"%03d %02d\",Örebro,070-123 45 %02d,anna.%d@exempel.se,Anna Öberg,Inköpare,2024-03-05,%d.25,ja,\"Ring igen, vecka 12\"\r\n",
			i, i, 100+i%800, i%100, i%100, i, i)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	var ours, theirs []time.Duration
	rows := 0
	for b.Loop() {
		ours = append(ours, clock(func() { rows = readOurs(b, path) }))
		b.StopTimer()
		theirs = append(theirs, clock(func() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			r := csv.NewReader(f)
			r.ReuseRecord = true
			n := 0
			for ; err == nil; n++ {
				_, err = r.Read()
			}
			if n-1 != rows {
				b.Fatalf("we read %d rows, encoding/csv %d: %v", rows, n-1, err)
			}
		}))
		b.StartTimer()
	}
	us := median(ours)
	b.ReportMetric(float64(rows)/us.Seconds(), "rows/s")
	b.ReportMetric(median(theirs).Seconds()/us.Seconds(), "times-encoding/csv")
}
