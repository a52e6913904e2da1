package xlsx

import (
	"context"
	"errors"
	"io"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/container"
	"inlet.example/inlet/pipeline/sheet/xlsx/stringtable"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// Book is an open .xlsx file.
type Book struct {
	Sheets   []*Sheet
	zip      *container.Zip
	limits   cell.Limits
	root     []relation // of the zip itself
	date1904 bool
	styles   []*cell.Style
	shared   string // the part of shared strings, "" if there is none
	strings  *stringtable.Table
	refused  error // why the shared strings cannot be read, so that they are not read again for each sheet
}

// Open reads what a workbook states about itself, but no row. before is how many bytes of the source do not belong to the zip.
func Open(ctx context.Context, r io.ReaderAt, size, before int64, limits cell.Limits) (*Book, error) {
	zip, err := container.Open(r, size, before, limits)
	if err != nil {
		return nil, err
	}
	b := &Book{zip: zip, limits: limits}
	return b, b.open(ctx)
}

// Verify reads every part to its end, which compares the sizes and checksums.
func (w *Book) Verify(ctx context.Context) error { return w.zip.Verify(ctx) }

// Close removes the temporary file of the shared strings, if there is one.
func (w *Book) Close() error {
	if w.strings == nil {
		return nil
	}
	return w.strings.Close()
}

// open reads the parts that say what there is: relations, the workbook, its styles.
func (w *Book) open(ctx context.Context) error {
	zip := w.zip
	root, err := relations(ctx, zip, "")
	if err != nil {
		return err
	}
	w.root = root
	name, err := mainPart(zip, root)
	if err != nil {
		return err
	}
	book, err := readBookPart(ctx, zip, name)
	if err != nil {
		return err
	}
	links, err := relations(ctx, zip, name)
	if err != nil {
		return err
	}
	w.date1904, _ = xmlscan.Bool(book.date1904)
	if err := w.follow(ctx, links); err != nil {
		return err
	}
	if err := w.listSheets(ctx, book.sheets, links); err != nil {
		return err
	}
	if len(w.Sheets) == 0 {
		return fault.Corrupt("the workbook contains no sheets")
	}
	return nil
}

// follow finds the shared strings and reads the styles.
func (w *Book) follow(ctx context.Context, relations []relation) (err error) {
	styles := ""
	for _, r := range relations {
		if !w.zip.Has(r.Target) {
			continue // a cell that needs it is an error
		}
		switch {
		case r.is("sharedStrings"):
			w.shared = r.Target
		case r.is("styles"):
			styles = r.Target
		}
	}
	if styles != "" {
		if w.styles, err = readStyles(ctx, w.zip, styles, w.date1904); err != nil {
			return err
		}
	}
	if len(w.styles) == 0 { // without styles every cell is General
		w.styles = []*cell.Style{cell.NewStyle("", w.date1904)}
	}
	return nil
}

// listSheets makes the sheets that the workbook lists. Two that are one part are refused: no program writes them, and a thousand of them
// would have the part read a thousand times.
func (w *Book) listSheets(ctx context.Context, entries []sheetEntry, relations []relation) error {
	byID := make(map[string]relation, len(relations))
	for _, r := range relations {
		byID[r.ID] = r
	}
	listed := make(map[string]bool, len(entries))
	tables := tableReader{zip: w.zip}
	for i, e := range entries {
		s := &Sheet{Name: e.name, Number: i + 1, Hidden: e.hidden, Grid: true, book: w}
		if r, ok := byID[e.id]; ok {
			s.part, s.Grid = r.Target, r.is("worksheet")
		}
		if s.Grid && s.part != "" && listed[s.part] {
			return fault.Corrupt("the workbook lists the part %s twice", fault.Quoted(80, s.part))
		}
		listed[s.part] = true
		if s.Grid && s.part != "" {
			var err error
			if s.Tables, err = tables.read(ctx, s.part); err != nil {
				return err
			}
		}
		w.Sheets = append(w.Sheets, s)
	}
	return nil
}

// sharedStrings reads the shared strings when a sheet is first read, and only once.
func (w *Book) sharedStrings(ctx context.Context) (*stringtable.Table, error) {
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

// readShared reads the part of the shared strings.
func (w *Book) readShared(ctx context.Context) (*stringtable.Table, error) {
	r, err := w.zip.Open(ctx, w.shared)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, _, err := xmlscan.Normalize(r, w.limits)
	if err != nil {
		return nil, fault.InPart(err, w.shared)
	}
	table, err := stringtable.Read(text, w.limits)
	return table, fault.InSharedTexts(err)
}
