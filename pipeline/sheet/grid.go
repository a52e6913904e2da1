package sheet

import (
	"bytes"
	"context"
	"io"
	"iter"
	"slices"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// A batch ends early where rows are wide or their texts long, so that the memory of a batch does not hang on these.
const (
	batchCells = 64 << 10
	batchBytes = 4 << 20 // of texts
)

// grid reads the rows of an XLSX sheet.
func (s *Sheet) grid(ctx context.Context, n int) iter.Seq2[[]cell.Row, error] {
	return func(yield func([]cell.Row, error) bool) {
		s.last = 0
		g, closer, err := s.openGrid(ctx)
		if err != nil {
			yield(nil, fault.At(err, s.Name, 0))
			return
		}
		defer closer.Close()
		batches, stop := g.scanAhead(ctx, n)
		defer stop()
		for b := range batches {
			if b.err != nil {
				yield(nil, fault.At(fault.InSheet(b.err), s.Name, g.at()))
				return
			}
			if len(b.rows) > 0 && !yield(b.rows, nil) {
				return
			}
			b.leave()
		}
		s.last = g.last
	}
}

func (s *Sheet) openGrid(ctx context.Context) (*gridReader, io.Closer, error) {
	xml, part, err := s.openPart(ctx)
	if err != nil {
		return nil, nil, err
	}
	shared, err := s.book.stringsOf(ctx)
	if err != nil {
		part.Close()
		return nil, nil, err
	}
	return &gridReader{xml: xml, limits: s.book.opt.Limits, shared: shared,
		styles: s.book.styles, d1904: s.book.d1904}, part, nil
}

// batchOfRows is rows and the memory that they are in.
type batchOfRows struct {
	rows   []cell.Row
	cells  []cell.Cell // of all rows of the batch
	starts []int       // where each row's begin
}

// gridReader makes rows of the tags of a sheet.
type gridReader struct {
	xml    *scanner
	limits cell.Limits
	shared *stringTable
	styles []*cell.Style
	d1904  bool

	batchOfRows
	text  cell.Arena
	bytes int    // of the texts of the batch
	side  []byte // a text being put together

	row, col int // being read; col is the last one
	inRow    bool
	hidden   bool   // the row being read
	noStyle  string // what the last cell had for its style that was not a number
	sorted   bool   // the row's cells so far
	last     int    // row with something in it
}

// at is the row to name when something is wrong.
func (g *gridReader) at() int {
	if g.inRow || g.xml.depth() == 0 {
		return g.row
	}
	return g.row + 1
}

// batch reads up to n rows, and says whether there may be more.
func (g *gridReader) batch(ctx context.Context, n int) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if g.xml.depth() == 0 {
		if err := g.begin(); err != nil {
			return false, err
		}
	}
	g.rows, g.cells, g.starts, g.bytes = g.rows[:0], g.cells[:0], g.starts[:0], 0
	more := true
	for seen := 1; more && len(g.rows) < n && len(g.cells) < batchCells && g.bytes < batchBytes; seen++ {
		var err error
		if more, err = g.step(); err != nil {
			return false, err
		}
		if seen%1024 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
	for i, from := range g.starts { // now that cells no longer moves
		to := len(g.cells)
		if i+1 < len(g.starts) {
			to = g.starts[i+1]
		}
		g.rows[i].Cells = g.cells[from:to:to]
	}
	return more, nil
}

// begin steps into the sheet's data.
func (g *gridReader) begin() error {
	if err := g.xml.root("worksheet"); err != nil {
		return err
	}
	if g.xml.empty {
		return nil
	}
	for {
		if err := g.xml.next(); err != nil {
			return err
		}
		switch {
		case g.xml.kind == closing: // no data
			return nil
		case string(g.xml.name) == "sheetData":
			return nil
		}
		if err := g.xml.skip(); err != nil {
			return err
		}
	}
}

// step reads one row, or the end of the data and all that follows.
func (g *gridReader) step() (bool, error) {
	x := g.xml
	if x.depth() < 2 { // no data, or <sheetData/>
		return false, g.end()
	}
	if err := x.next(); err != nil {
		return false, err
	}
	switch {
	case x.kind == closing && x.depth() == 1:
		return false, g.end()
	case x.kind == closing: // of a wrapper
		return true, nil
	case string(x.name) == "row":
		return true, g.readRow()
	}
	return true, g.foreign()
}

// end reads what follows the data, to find what is broken there: a file cut in its tail is a file cut.
func (g *gridReader) end() error {
	for g.xml.kind != ending {
		if err := g.xml.next(); err != nil {
			return err
		}
		if g.xml.kind == opening && g.xml.depth() <= 2 && string(g.xml.name) == "sheetData" {
			return fault.Corrupt("the sheet has its data twice")
		}
	}
	return g.xml.drain()
}

// foreign passes an element that is none of ours, except that of two alternatives the plain one is read.
func (g *gridReader) foreign() error {
	prefix, local, prefixed := bytes.Cut(g.xml.name, []byte(":"))
	if !prefixed {
		return g.xml.skip()
	}
	switch string(local) {
	case "AlternateContent", "Fallback":
		return nil // what is inside comes as if it stood here
	case "row", "c":
		if string(prefix) != rewritten { // it may be one of ours under a name bound on the way
			return fault.Corrupt("the sheet holds <%s> among its rows", fault.Short(40, g.xml.name))
		}
	}
	return g.xml.skip()
}

// readRow reads one row; it stays out of the batch if nothing is in it.
func (g *gridReader) readRow() error {
	numbered, err := g.beginRow()
	if err != nil {
		return err
	}
	g.inRow, g.col, g.sorted = true, -1, true
	from := len(g.cells)
	if !g.xml.empty {
		if err := g.readCells(numbered, from); err != nil {
			return err
		}
	}
	g.inRow = false
	if len(g.cells) == from {
		return nil
	}
	if !g.sorted {
		if err := g.sort(g.cells[from:]); err != nil {
			g.inRow = true
			return err
		}
	}
	g.rows = append(g.rows, cell.Row{Number: g.row, Hidden: g.hidden})
	g.starts = append(g.starts, from)
	g.last = g.row
	return nil
}

// beginRow finds the row's number, which must rise.
func (g *gridReader) beginRow() (numbered bool, err error) {
	row := g.row + 1
	g.hidden = false
	for _, a := range g.xml.attrs {
		if string(a.name) == "hidden" {
			g.hidden = truth(string(a.value))
		}
		if len(a.name) == 1 && a.name[0] == 'r' {
			n, ok := cell.ParseNumber(a.value)
			if !ok || n < 1 || n > cell.MaxRow {
				return false, fault.Corrupt("the sheet has a row with the number %s", fault.Quoted(20, a.value))
			}
			if n < row {
				return false, fault.Corrupt("the sheet has row %s after row %s", n, g.row)
			}
			row, numbered = n, true
		}
	}
	if row > cell.MaxRow {
		return false, fault.Corrupt("the sheet has more than %s rows", cell.MaxRow)
	}
	g.row = row
	return numbered, nil
}

func (g *gridReader) readCells(numbered bool, from int) error {
	x, before := g.xml, g.bytes
	for depth := x.depth(); ; {
		quick, err := g.quickCell(numbered)
		if err == nil && !quick {
			err = x.next()
		}
		switch {
		case err != nil:
		case quick:
			numbered = true
		case x.kind == closing && x.depth() < depth:
			return nil
		case x.kind == closing: // of a wrapper
		case len(x.name) == 1 && x.name[0] == 'c':
			err = g.readCell(numbered)
			numbered = true
		default:
			err = g.foreign()
		}
		if err == nil && len(g.cells)-from > g.limits.Columns {
			err = fault.New(fault.CodeLimit, "the row has more than %s cells with something in them", g.limits.Columns).OverLimit("columns")
		}
		if err == nil && g.bytes-before > g.limits.LineBytes {
			err = fault.New(fault.CodeLimit, "the row holds more than %s MB of text", g.limits.LineBytes>>20).OverLimit("line_bytes")
		}
		if err != nil {
			return err
		}
	}
}

// sort puts the cells of a row in order; two of one place are an error, as nobody can know which is meant.
func (g *gridReader) sort(cells []cell.Cell) error {
	slices.SortFunc(cells, func(a, b cell.Cell) int { return a.Column - b.Column })
	for i := 1; i < len(cells); i++ {
		if cells[i].Column == cells[i-1].Column {
			return fault.Corrupt("the sheet has cell %s twice", cell.Ref(cells[i].Column, g.row))
		}
	}
	return nil
}
