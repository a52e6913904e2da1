package grid

import (
	"bytes"
	"context"
	"iter"
	"slices"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/stringtable"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// Reader makes rows of the XML of a sheet.
type Reader struct {
	cellReader
	inRow  bool // the row being read
	hidden bool // likewise
	last   int  // the number of the last row with something in it
}

// Workbook is what the cells of a sheet refer to.
type Workbook struct {
	Limits   cell.Limits
	Shared   *stringtable.Table // nil if there are no shared strings
	Styles   []*cell.Style
	Date1904 bool
}

// New returns a reader of the rows of a sheet. The scanner is at the start of its part.
func New(xml *xmlscan.Scanner, book Workbook) *Reader {
	return &Reader{cellReader: cellReader{xml: xml, limits: book.Limits, shared: book.Shared, styles: book.Styles, date1904: book.Date1904}}
}

// Rows reads the sheet in slices of at most n rows. An error has the number of its row.
func (r *Reader) Rows(ctx context.Context, n int) iter.Seq2[[]cell.Row, error] {
	return func(yield func([]cell.Row, error) bool) {
		batches, stop := r.scanAhead(ctx, n)
		defer stop()
		for b := range batches {
			if b.err != nil {
				yield(nil, fault.At(fault.InSheet(b.err), "", r.at()))
				return
			}
			if len(b.Rows) > 0 && !yield(b.Rows, nil) {
				return
			}
			b.release()
		}
	}
}

// Last returns the number of the last row with something in it, once Rows has run to its end.
func (r *Reader) Last() int { return r.last }

// at returns the number of the row that an error is about.
func (r *Reader) at() int {
	if r.inRow || r.xml.Depth() == 0 {
		return r.row
	}
	return r.row + 1
}

// batch reads up to n rows, and reports whether there may be more.
func (r *Reader) batch(ctx context.Context, n int) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if r.xml.Depth() == 0 {
		if err := r.begin(); err != nil {
			return false, err
		}
	}
	r.Reset()
	more := true
	for seen := 1; more && !r.Full(n); seen++ {
		var err error
		if more, err = r.step(); err != nil {
			return false, err
		}
		if seen%1024 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
	r.Finish()
	return more, nil
}

// begin reads up to the data of the sheet.
func (r *Reader) begin() error {
	if err := r.xml.Root("worksheet"); err != nil {
		return err
	}
	if r.xml.Empty {
		return nil
	}
	for {
		if err := r.xml.Next(); err != nil {
			return err
		}
		switch {
		case r.xml.Kind == xmlscan.Closing: // no data
			return nil
		case string(r.xml.Name) == "sheetData":
			return nil
		}
		if err := r.xml.Skip(); err != nil {
			return err
		}
	}
}

// step reads one row, or the end of the data and all that follows.
func (r *Reader) step() (bool, error) {
	x := r.xml
	if x.Depth() < 2 { // no data, or <sheetData/>
		return false, r.end()
	}
	if err := x.Next(); err != nil {
		return false, err
	}
	switch {
	case x.Kind == xmlscan.Closing && x.Depth() == 1:
		return false, r.end()
	case x.Kind == xmlscan.Closing: // of a wrapper
		return true, nil
	case string(x.Name) == "row":
		return true, r.readRow()
	}
	return true, r.foreign()
}

// end reads what follows the data, because a file that is damaged there is damaged.
func (r *Reader) end() error {
	for r.xml.Kind != xmlscan.End {
		if err := r.xml.Next(); err != nil {
			return err
		}
		if r.xml.Kind == xmlscan.Opening && r.xml.Depth() <= 2 && string(r.xml.Name) == "sheetData" {
			return fault.Corrupt("the sheet contains its data twice")
		}
	}
	return r.xml.Drain()
}

// foreign skips an element of another namespace. Of two alternatives it reads the one for old programs.
func (r *Reader) foreign() error {
	prefix, local, prefixed := bytes.Cut(r.xml.Name, []byte(":"))
	if !prefixed {
		return r.xml.Skip()
	}
	switch string(local) {
	case "AlternateContent", "Fallback":
		return nil // what is inside comes as if it stood here
	case "row", "c":
		if string(prefix) != xmlscan.ForeignPrefix { // it may be one of ours under a name bound on the way
			return fault.Corrupt("the sheet contains <%s> among its rows", fault.Short(40, r.xml.Name))
		}
	}
	return r.xml.Skip()
}

// readRow reads one row. It is not added to the batch if all its cells are empty.
func (r *Reader) readRow() error {
	numbered, err := r.beginRow()
	if err != nil {
		return err
	}
	r.inRow, r.column, r.sorted = true, -1, true
	from := len(r.Cells)
	if !r.xml.Empty {
		if err := r.readCells(numbered, from); err != nil {
			return err
		}
	}
	r.inRow = false
	if len(r.Cells) == from {
		return nil
	}
	if !r.sorted {
		if err := r.sort(r.Cells[from:]); err != nil {
			r.inRow = true
			return err
		}
	}
	r.EndRow(cell.Row{Number: r.row, Hidden: r.hidden}, from)
	r.last = r.row
	return nil
}

// beginRow reads the number of the row, which must be higher than the last one. It reports whether the row states it.
func (r *Reader) beginRow() (numbered bool, err error) {
	row := r.row + 1
	r.hidden = false
	for _, a := range r.xml.Attrs {
		if string(a.Name) == "hidden" {
			r.hidden, _ = xmlscan.Bool(string(a.Value))
		}
		if len(a.Name) == 1 && a.Name[0] == 'r' {
			n, ok := cell.ParseNumber(a.Value)
			if !ok || n < 1 || n > cell.MaxRow {
				return false, fault.Corrupt("the sheet has a row with the invalid number %s", fault.Quoted(20, a.Value))
			}
			if n < row {
				return false, fault.Corrupt("the sheet has row %s after row %s", n, r.row)
			}
			row, numbered = n, true
		}
	}
	if row > cell.MaxRow {
		return false, fault.Corrupt("the sheet has more than %s rows", cell.MaxRow)
	}
	r.row = row
	return numbered, nil
}

// readCells reads the cells of a row. from is the index of its first cell in the batch.
func (r *Reader) readCells(numbered bool, from int) error {
	x, before := r.xml, r.Bytes
	for depth := x.Depth(); ; {
		quick, err := r.fastCell(numbered)
		if err == nil && !quick {
			err = x.Next()
		}
		switch {
		case err != nil:
		case quick:
			numbered = true
		case x.Kind == xmlscan.Closing && x.Depth() < depth:
			return nil
		case x.Kind == xmlscan.Closing: // of a wrapper
		case len(x.Name) == 1 && x.Name[0] == 'c':
			err = r.readCell(numbered)
			numbered = true
		default:
			err = r.foreign()
		}
		if err == nil && len(r.Cells)-from > r.limits.Columns {
			err = fault.New(fault.CodeLimit, "the row has more than %s filled cells", r.limits.Columns).OverLimit("columns")
		}
		if err == nil && r.Bytes-before > r.limits.LineBytes {
			err = fault.New(fault.CodeLimit, "the row contains more than %s MB of text", r.limits.LineBytes>>20).OverLimit("line_bytes")
		}
		if err != nil {
			return err
		}
	}
}

// sort puts the cells of a row in order. Two cells of one place are an error, because it is uncertain which one is meant.
func (r *Reader) sort(cells []cell.Cell) error {
	slices.SortFunc(cells, func(a, b cell.Cell) int { return a.Column - b.Column })
	for i := 1; i < len(cells); i++ {
		if cells[i].Column == cells[i-1].Column {
			return fault.Corrupt("the sheet has cell %s twice", cell.Ref(cells[i].Column, r.row))
		}
	}
	return nil
}
