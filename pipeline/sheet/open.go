package sheet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
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
	styles  []*style
	shared  string // the part of shared strings, "" if there is none
	strings *stringTable
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
	merges     []Range
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

// Open reads what a workbook says of itself (format by content, never by name); no row is read yet. A file that cannot be read as a
// workbook gives *Unreadable; any other error is the world's.
func Open(path string, opt Options) (*Workbook, error) {
	// A pipe would make the open itself wait, so what is no file is told before.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, unreadable(CodeNotAWorkbook, "this is no file but a folder, pipe or device")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	opt.Limits = opt.Limits.orDefaults()
	w := &Workbook{Name: filepath.Base(path), file: f, size: info.Size(), opt: opt}
	if err := w.open(); err != nil {
		f.Close()
		return nil, err
	}
	return w, nil
}

// Close ends the use of the file.
func (w *Workbook) Close() error { return w.file.Close() }

func (w *Workbook) open() error {
	before, err := startOf(w.file, w.size)
	if err != nil {
		return err
	}
	w.Before = before
	zipped, err := sniff(w.body(), w.size-before)
	switch u, ok := errors.AsType[*Unreadable](err); {
	case ok && u.Code == CodeEncrypted:
		return w.openEncrypted(u)
	case err != nil:
		return err
	case zipped && before > 0:
		return w.openShifted()
	case zipped:
		return w.openZip(w.file, w.size, 0)
	}
	return w.openCSV()
}

// body gives the file without the bytes before the workbook.
func (w *Workbook) body() *io.SectionReader {
	return io.NewSectionReader(w.file, w.Before, w.size-w.Before)
}

// openShifted opens a workbook with bytes before it. What put them there may have changed the rest too, so every part is checked first.
func (w *Workbook) openShifted() error {
	err := w.openZip(w.file, w.size, w.Before)
	if err == nil {
		err = w.zip.verify()
	}
	if u, ok := errors.AsType[*Unreadable](err); ok && (u.Code == CodeTruncated || u.Code == CodeCorrupt) {
		return because(u, bytesBefore(w.Before))
	}
	return err
}

// openEncrypted decrypts the file into memory and opens what comes out. Where no password is given and the built-in one does not fit, the
// file is refused as the one who looked at it says.
func (w *Workbook) openEncrypted(refusal *Unreadable) error {
	passwords := []string{builtInPassword}
	if w.opt.Password != "" {
		passwords = []string{w.opt.Password, builtInPassword}
	}
	plain, err := decrypt(w.body(), w.size-w.Before, passwords, w.opt.Limits.Encrypted)
	switch {
	case isWrongPassword(err) && w.opt.Password == "":
		return refusal
	case err != nil:
		return err
	}
	return w.openZip(bytes.NewReader(plain), int64(len(plain)), 0)
}

func (w *Workbook) openZip(r io.ReaderAt, size, before int64) (err error) {
	w.Format = XLSX
	if w.zip, err = openArchive(io.NewSectionReader(r, 0, size), size, before, w.opt.Limits); err != nil {
		return err
	}
	return w.openXLSX()
}

// openXLSX reads the parts that say what there is: relations, the workbook, its styles.
func (w *Workbook) openXLSX() error {
	name, err := w.zip.main()
	if err != nil {
		return err
	}
	var doc workbookXML
	if err := w.zip.unmarshal(name, &doc); err != nil {
		return err
	}
	if doc.XMLName.Local != "workbook" {
		return corrupt("the part %s is a <%s> where the workbook belongs", name, short(40, doc.XMLName.Local))
	}
	relations, err := w.zip.relations(name)
	if err != nil {
		return err
	}
	w.d1904 = truth(doc.Pr.Date1904)
	if err := w.follow(relations); err != nil {
		return err
	}
	for i, e := range doc.entries() {
		s := w.tab(i+1, e, relations)
		if err := s.readTables(); err != nil {
			return err
		}
		w.Sheets = append(w.Sheets, s)
	}
	if len(w.Sheets) == 0 {
		return corrupt("the workbook lists no sheet")
	}
	return nil
}

// follow finds shared strings and reads the styles.
func (w *Workbook) follow(relations []relation) error {
	for _, r := range relations {
		if w.zip.parts[partName(r.Target)] == nil {
			continue // a cell that needs it says so
		}
		switch {
		case r.is("sharedStrings"):
			w.shared = r.Target
		case r.is("styles"):
			var x stylesXML
			if err := w.zip.unmarshal(r.Target, &x); err != nil {
				return err
			}
			w.styles = x.list(w.d1904)
		}
	}
	if len(w.styles) == 0 { // without styles every cell is General
		w.styles = []*style{newStyle("", w.d1904)}
	}
	return nil
}

func (w *Workbook) tab(number int, e entry, relations []relation) *Sheet {
	s := &Sheet{Name: e.name, Number: number, Hidden: e.hidden, Grid: true, book: w}
	for _, r := range relations {
		if r.ID == e.id {
			s.part, s.Grid = r.Target, r.is("worksheet")
		}
	}
	return s
}

// main finds the part that is the workbook, and names what the zip is if it is none.
func (a *archive) main() (string, error) {
	relations, err := a.relations("")
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
		return wrongType("this is an Excel binary workbook (.xlsb): open it in Excel and save it as .xlsx")
	case path.Dir(main) == "word", path.Dir(main) == "ppt", path.Dir(main) == "visio":
		return wrongType("this is a Word, PowerPoint or Visio file: save the table as .xlsx")
	case a.parts["index/document.iwa"] != nil, a.parts["index.zip"] != nil:
		return wrongType("this is an Apple Numbers file: export it from Numbers to Excel (.xlsx)")
	case a.parts["content.xml"] != nil:
		return wrongType("this is an OpenDocument file (.ods): open it in LibreOffice and save it as .xlsx")
	case main == "" && a.parts["[content_types].xml"] == nil:
		return unreadable(CodeNotAWorkbook, "this is a zip without a workbook in it: unpack it and give the workbook itself")
	case main == "":
		return corrupt("the part that lists the sheets is missing: open the file in Excel and save it again")
	}
	return nil
}

// Rows reads the sheet top to bottom in slices of at most n rows. Rows with no stored non-empty cell are left out (the gap shows in
// Row.Number). The slice and its Cells are reused by the next step; strings in them may be kept. An error ends it: *Unreadable with the
// row, or the world's.
func (s *Sheet) Rows(ctx context.Context, n int) iter.Seq2[[]Row, error] {
	n = max(n, 1)
	if s.book.Format == CSV {
		return s.records(ctx, n)
	}
	return s.grid(ctx, n)
}

// Last returns the number of the last stored row seen once Rows has run to its end, so that blank rows can be counted.
func (s *Sheet) Last() int { return s.last }

// stringsOf reads the shared strings when a sheet is first read, and once only.
func (w *Workbook) stringsOf() (*stringTable, error) {
	if w.strings != nil || w.shared == "" {
		return w.strings, nil
	}
	r, err := w.zip.open(w.shared)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, slow, err := usual(r)
	if err != nil {
		return nil, blame(err, thePart, w.shared)
	}
	w.Slow = w.Slow || slow
	table, err := readStrings(text, w.opt.Limits)
	if err != nil {
		return nil, blame(err, theTexts)
	}
	w.strings = table
	return table, nil
}
