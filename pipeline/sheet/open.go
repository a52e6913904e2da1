package sheet

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"inlet.example/inlet/pipeline/sheet/csv"
	"inlet.example/inlet/pipeline/sheet/encrypted"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
)

// Format is the type of a file.
type Format string

// The formats that are read.
const (
	XLSX Format = "xlsx" // also .xlsm, .xltx, .xltm
	CSV  Format = "csv"  // with any delimiter
)

// Workbook is one open file.
type Workbook struct {
	Name     string   // base name of the file
	Format   Format   // by content
	Sheets   []*Sheet // in the order of the tabs; CSV has one
	Warnings []Warning

	file   *os.File
	size   int64
	before int64 // bytes before the workbook that do not belong to it; 0 in nearly every file
	opt    Options
	book   *xlsx.Book // nil: CSV
	text   *csv.File  // nil: a workbook
	plain  *os.File   // of an encrypted workbook: the decrypted one
}

// Sheet is one tab.
type Sheet struct {
	Name   string
	Number int          // from 1
	Hidden bool         // also "very hidden"
	Grid   bool         // false: a chart, macro or dialog sheet, which has no rows
	Tables []xlsx.Table // the Excel tables on it, from top to bottom and left to right

	rows   source
	merges func(ctx context.Context) ([]cell.Range, error) // nil: CSV
}

// source is where the rows of a sheet come from: a part of a zip, or text.
type source interface {
	Rows(ctx context.Context, n int) iter.Seq2[[]cell.Row, error]
	Last() int
}

// Sum returns the SHA-256 of a file.
func Sum(path string) (sum [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, fmt.Errorf("sum %s: %w", path, err)
	}
	return [32]byte(h.Sum(nil)), nil
}

// Open is OpenContext with a context that never ends.
func Open(path string, opt Options) (*Workbook, error) {
	return OpenContext(context.Background(), path, opt)
}

// OpenContext finds out the type of a file by its content, never by its name, and reads what it states about itself, but no row. The
// error is an *Unreadable if the file cannot be read as a workbook; any other error is a fault of the surroundings or of the context.
func OpenContext(ctx context.Context, path string, opt Options) (*Workbook, error) {
	// Opening a pipe would wait, so the type is checked before.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.CodeNotAWorkbook, "this is a folder, pipe or device, not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	opt.Limits = opt.Limits.OrDefaults()
	w := &Workbook{Name: filepath.Base(path), file: f, size: info.Size(), opt: opt}
	if err := w.open(ctx); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Close closes the file.
func (w *Workbook) Close() error {
	err := w.file.Close()
	if w.plain != nil {
		err = errors.Join(err, w.plain.Close())
	}
	if w.book != nil {
		err = errors.Join(err, w.book.Close())
	}
	return err
}

func (w *Workbook) open(ctx context.Context) error {
	before, err := startOf(w.file, w.size)
	if err != nil {
		return err
	}
	w.before = before
	zipped, err := sniff(w.body(), w.size-before)
	switch u, ok := errors.AsType[*fault.Unreadable](err); {
	case ok && u.Code == fault.CodeEncrypted:
		return w.openEncrypted(ctx, u)
	case err != nil:
		return err
	case zipped && before > 0:
		return w.openShifted(ctx)
	case zipped:
		return w.openZip(ctx, w.file, w.size, 0)
	}
	return w.openCSV(ctx)
}

// body returns the file without the bytes before the workbook.
func (w *Workbook) body() *io.SectionReader {
	return io.NewSectionReader(w.file, w.before, w.size-w.before)
}

// openShifted opens a workbook with other bytes before it. What put them there may have changed the rest too, so every part is checked
// first.
func (w *Workbook) openShifted(ctx context.Context) error {
	err := w.openZip(ctx, w.file, w.size, w.before)
	if err == nil {
		err = w.book.Verify(ctx)
	}
	if u, ok := errors.AsType[*fault.Unreadable](err); ok && (u.Code == fault.CodeTruncated || u.Code == fault.CodeCorrupt) {
		refusal := container.BytesBefore(w.before)
		refusal.Err = u
		return refusal
	}
	return err
}

// openEncrypted decrypts the file into a temporary one and opens that. If no password is given and the built-in one is wrong, refusal is
// returned.
func (w *Workbook) openEncrypted(ctx context.Context, refusal *fault.Unreadable) error {
	plain, size, err := encrypted.Decrypt(ctx, w.body(), w.size-w.before, w.opt.Password, w.opt.Limits.Encrypted)
	switch {
	case encrypted.IsWrongPassword(err) && w.opt.Password == "":
		return refusal
	case err != nil:
		return err
	}
	w.plain = plain
	return w.openZip(ctx, plain, size, 0)
}

func (w *Workbook) openZip(ctx context.Context, r io.ReaderAt, size, before int64) (err error) {
	w.Format = XLSX
	if w.book, err = xlsx.Open(ctx, io.NewSectionReader(r, 0, size), size, before, w.opt.Limits); err != nil {
		return err
	}
	for _, s := range w.book.Sheets {
		w.Sheets = append(w.Sheets, &Sheet{Name: s.Name, Number: s.Number, Hidden: s.Hidden, Grid: s.Grid, Tables: s.Tables, rows: s, merges: s.Merges})
	}
	return nil
}

func (w *Workbook) openCSV(ctx context.Context) error {
	w.Format = CSV
	f, err := csv.Open(ctx, w.Name, w.file, w.size, csv.Options{Limits: w.opt.Limits, Encoding: w.opt.Encoding, Delimiter: w.opt.Delimiter,
		Locale: w.opt.Locale, HeaderRow: w.opt.HeaderRow, Approved: w.opt.Approved})
	if err != nil {
		return err
	}
	w.text, w.Warnings = f, f.Warnings
	w.Sheets = []*Sheet{{Name: strings.TrimSuffix(w.Name, extension(w.Name)), Number: 1, Grid: true, rows: f}}
	return nil
}

// Property returns the text of a custom property of the workbook; "" if there is none of the name, or none that can be read.
func (w *Workbook) Property(name string) string {
	if w.book == nil {
		return ""
	}
	return w.book.Property(name)
}

// Rows reads the sheet from top to bottom in slices of at most n rows. Rows without a stored non-empty cell are left out, which shows in
// Row.Number. The slice and its cells are reused by the next step; strings in them may be kept. An error ends it: an *Unreadable with the
// row, or a fault of the surroundings.
func (s *Sheet) Rows(ctx context.Context, n int) iter.Seq2[[]Row, error] {
	return s.rows.Rows(ctx, max(n, 1))
}

// Last returns the number of the last row with something in it, once Rows has run to its end, so that blank rows can be counted.
func (s *Sheet) Last() int { return s.rows.Last() }

// Merges returns the ranges of cells that are merged into one, from top to bottom and left to right; none overlap. They are stored after
// the rows, so the first call inflates the whole sheet, but parses no cell; later ones cost nothing. The slice is not to be changed.
func (s *Sheet) Merges(ctx context.Context) ([]Range, error) {
	if s.merges == nil {
		return nil, nil
	}
	return s.merges(ctx)
}

// extension returns the ending of a file name; a dot at its beginning is a part of the name.
func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[i:]
	}
	return ""
}
