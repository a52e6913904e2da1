package sheet

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// Format is how the file is built.
type Format string

// The formats that are read.
const (
	XLSX Format = "xlsx" // also .xlsm, .xltx, .xltm
	CSV  Format = "csv"  // with any delimiter
)

// Workbook is one open file.
type Workbook struct {
	Name      string   // base name of the file
	Format    Format   // by content
	Sheets    []*Sheet // in the order of the tabs; CSV has one
	Slow      bool     // a part of unusual shape went the slow way
	Before    int64    // bytes before the workbook that do not belong to it and were passed over; 0 in nearly every file
	Encoding  string   // of CSV, as found or declared
	Delimiter string   // of CSV, as found or declared; "" where there is one column only
	Warnings  []Warning

	file    *os.File
	start   int64 // of CSV: where the text begins, behind its mark
	size    int64 // of CSV: where it ends, before its padding
	opt     Options
	zip     *archive
	d1904   bool
	styles  []*cell.Style
	shared  string // the part of shared strings, "" if there is none
	strings *stringTable
	refused error    // what the shared strings were refused for, so that they are not read again for each sheet
	plain   *os.File // of an encrypted workbook: what it is without the encryption
	dialect dialect
}

// Warning is what a person should know of a file that is read all the same.
type Warning struct {
	Code   string // of package ledger
	Row    int    // where, if known
	Format string // a sentence with a %s for each of Args
	Args   []string
}

// Sheet is one tab.
type Sheet struct {
	Name   string
	Number int     // from 1
	Hidden bool    // also "very hidden"
	Grid   bool    // false: chart sheet, macro sheet, dialog sheet
	Tables []Table // the Excel tables on it, from top to bottom and left to right

	book       *Workbook
	part       string
	last       int
	merges     []cell.Range
	mergesRead bool
}

// Sum returns the SHA-256 of the file's bytes.
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

// OpenContext reads what a workbook says of itself (format by content, never by name); no row is read yet. A file that cannot be read as a
// workbook gives *Unreadable; any other error is the world's, or the context's.
func OpenContext(ctx context.Context, path string, opt Options) (*Workbook, error) {
	// A pipe would make the open itself wait, so what is no file is told before.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.CodeNotAWorkbook, "this is no file but a folder, pipe or device")
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

// Close ends the use of the file.
func (w *Workbook) Close() error {
	err := w.file.Close()
	if w.plain != nil {
		err = errors.Join(err, w.plain.Close())
	}
	if w.strings != nil {
		err = errors.Join(err, w.strings.close())
	}
	return err
}

func (w *Workbook) open(ctx context.Context) error {
	before, err := startOf(w.file, w.size)
	if err != nil {
		return err
	}
	w.Before = before
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

// body gives the file without the bytes before the workbook.
func (w *Workbook) body() *io.SectionReader {
	return io.NewSectionReader(w.file, w.Before, w.size-w.Before)
}

// openShifted opens a workbook with bytes before it. What put them there may have changed the rest too, so every part is checked first.
func (w *Workbook) openShifted(ctx context.Context) error {
	err := w.openZip(ctx, w.file, w.size, w.Before)
	if err == nil {
		err = w.zip.verify(ctx)
	}
	if u, ok := errors.AsType[*fault.Unreadable](err); ok && (u.Code == fault.CodeTruncated || u.Code == fault.CodeCorrupt) {
		refusal := bytesBefore(w.Before)
		refusal.Err = u
		return refusal
	}
	return err
}

// openEncrypted decrypts the file into a temporary one and opens what comes out. Where no password is given and the built-in one does not fit, the
// file is refused as the one who looked at it says.
func (w *Workbook) openEncrypted(ctx context.Context, refusal *fault.Unreadable) error {
	passwords := []string{builtInPassword}
	if w.opt.Password != "" {
		passwords = []string{w.opt.Password, builtInPassword}
	}
	plain, size, err := decrypt(ctx, w.body(), w.size-w.Before, passwords, w.opt.Limits.Encrypted)
	switch {
	case isWrongPassword(err) && w.opt.Password == "":
		return refusal
	case err != nil:
		return err
	}
	w.plain = plain
	return w.openZip(ctx, plain, size, 0)
}

func (w *Workbook) openZip(ctx context.Context, r io.ReaderAt, size, before int64) (err error) {
	w.Format = XLSX
	if w.zip, err = openArchive(io.NewSectionReader(r, 0, size), size, before, w.opt.Limits); err != nil {
		return err
	}
	return w.openXLSX(ctx)
}

// openXLSX reads the parts that say what there is: relations, the workbook, its styles.
func (w *Workbook) openXLSX(ctx context.Context) error {
	name, err := w.zip.main(ctx)
	if err != nil {
		return err
	}
	book, err := w.zip.readBook(ctx, name)
	if err != nil {
		return err
	}
	relations, err := w.zip.relations(ctx, name)
	if err != nil {
		return err
	}
	w.d1904 = book.d1904
	if err := w.follow(ctx, relations); err != nil {
		return err
	}
	if err := w.listSheets(ctx, book.sheets, relations); err != nil {
		return err
	}
	if len(w.Sheets) == 0 {
		return fault.Corrupt("the workbook lists no sheet")
	}
	return nil
}

// follow finds shared strings and reads the styles.
func (w *Workbook) follow(ctx context.Context, relations []relation) (err error) {
	styles := ""
	for _, r := range relations {
		if w.zip.parts[partName(r.Target)] == nil {
			continue // a cell that needs it says so
		}
		switch {
		case r.is("sharedStrings"):
			w.shared = r.Target
		case r.is("styles"):
			styles = r.Target
		}
	}
	if styles != "" {
		if w.styles, err = w.zip.readStyles(ctx, styles, w.d1904); err != nil {
			return err
		}
	}
	if len(w.styles) == 0 { // without styles every cell is General
		w.styles = []*cell.Style{cell.NewStyle("", w.d1904)}
	}
	return nil
}

// listSheets makes the sheets that the workbook lists. Two that are one part are refused: no program writes them, and a thousand of them would
// have the part read a thousand times.
func (w *Workbook) listSheets(ctx context.Context, entries []entry, relations []relation) error {
	byID := make(map[string]relation, len(relations))
	for _, r := range relations {
		byID[r.ID] = r
	}
	listed := make(map[string]bool, len(entries))
	for i, e := range entries {
		s := &Sheet{Name: e.name, Number: i + 1, Hidden: e.hidden, Grid: true, book: w}
		if r, ok := byID[e.id]; ok {
			s.part, s.Grid = r.Target, r.is("worksheet")
		}
		if s.Grid && s.part != "" && listed[s.part] {
			return fault.Corrupt("the workbook lists the part %s twice", fault.Quoted(80, s.part))
		}
		listed[s.part] = true
		if err := s.readTables(ctx); err != nil {
			return err
		}
		w.Sheets = append(w.Sheets, s)
	}
	return nil
}

// main finds the part that is the workbook, and names what the zip is if it is none.
func (a *archive) main(ctx context.Context) (string, error) {
	relations, err := a.relations(ctx, "")
	a.root = relations
	if err != nil {
		return "", err
	}
	for _, r := range relations {
		if r.is("officeDocument") && a.parts[partName(r.Target)] != nil {
			return r.Target, a.known(r.Target)
		}
	}
	const usual = "xl/workbook.xml"
	if a.parts[usual] != nil {
		return usual, nil
	}
	return "", a.known("")
}

// known refuses the zips of other programs by what they are.
func (a *archive) known(main string) error {
	switch {
	case path.Ext(main) == ".bin", a.parts["xl/workbook.bin"] != nil && main == "":
		return fault.WrongType("this is an Excel binary workbook (.xlsb): open it in Excel and save it as .xlsx")
	case path.Dir(main) == "word", path.Dir(main) == "ppt", path.Dir(main) == "visio":
		return fault.WrongType("this is a Word, PowerPoint or Visio file: save the table as .xlsx")
	case a.parts["index/document.iwa"] != nil, a.parts["index.zip"] != nil:
		return fault.WrongType("this is an Apple Numbers file: export it from Numbers to Excel (.xlsx)")
	case a.parts["content.xml"] != nil:
		return fault.WrongType("this is an OpenDocument file (.ods): open it in LibreOffice and save it as .xlsx")
	case main == "" && a.parts["[content_types].xml"] == nil:
		return fault.New(fault.CodeNotAWorkbook, "this is a zip without a workbook in it: unpack it and give the workbook itself")
	case main == "":
		return fault.Corrupt("the part that lists the sheets is missing: open the file in Excel and save it again")
	}
	return nil
}

// Rows reads the sheet top to bottom in slices of at most n rows. Rows with no stored non-empty cell are left out (the gap shows in
// Row.Number). The slice and its Cells are reused by the next step; strings in them may be kept. An error ends it: *Unreadable with the
// row, or the world's.
func (s *Sheet) Rows(ctx context.Context, n int) iter.Seq2[[]cell.Row, error] {
	n = max(n, 1)
	if s.book.Format == CSV {
		return s.records(ctx, n)
	}
	return s.grid(ctx, n)
}

// Last returns the number of the last stored row seen once Rows has run to its end, so that blank rows can be counted.
func (s *Sheet) Last() int { return s.last }

// stringsOf reads the shared strings when a sheet is first read, and once only.
func (w *Workbook) stringsOf(ctx context.Context) (*stringTable, error) {
	if w.strings != nil || w.shared == "" || w.refused != nil {
		return w.strings, w.refused
	}
	table, err := w.readShared(ctx)
	if _, ok := errors.AsType[*fault.Unreadable](err); ok {
		w.refused = err
	}
	w.strings = table
	return table, err
}

func (w *Workbook) readShared(ctx context.Context) (*stringTable, error) {
	r, err := w.zip.open(ctx, w.shared)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, slow, err := usual(r, w.opt.Limits)
	if err != nil {
		return nil, fault.InPart(err, w.shared)
	}
	w.Slow = w.Slow || slow
	table, err := readStrings(text, w.opt.Limits)
	return table, fault.InSharedTexts(err)
}
