package pipeline

import (
	"context"
	"errors"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/sheet"
)

// portion is the drafts that are matched and written together, and where the workbook stands after them.
type portion struct {
	binding *mapping.Binding
	drafts  []ledger.Draft
	cells   cells // that the drafts are made of
	bytes   int
	after   ledger.Cursor
}

// take leaves the drafts to the caller. Otherwise the next portion is read into their memory; now that of one that is done with is taken, if
// there is any.
func (p *portion) take(done <-chan *portion) *portion {
	own := *p
	p.drafts, p.cells = nil, cells{}
	select {
	case used := <-done:
		if used.binding == p.binding { // its rows have as many cells
			p.drafts, p.cells = used.drafts[:0], used.cells
		}
	default:
	}
	if p.drafts == nil {
		p.drafts = make([]ledger.Draft, 0, cap(own.drafts))
	}
	return &own
}

// cells is memory for those of rows, cut from larger pieces.
type cells struct {
	pieces [][]ledger.Cell
	rows   int // that have cells
}

// next returns memory for n cells; for every row it is as many.
func (c *cells) next(n int) []ledger.Cell {
	const rows = 64
	piece, row := c.rows/rows, c.rows%rows
	if piece == len(c.pieces) {
		c.pieces = append(c.pieces, make([]ledger.Cell, rows*n))
	}
	c.rows++
	return c.pieces[piece][row*n : (row+1)*n : (row+1)*n]
}

// most bounds the text of a portion: its journal entry must fit into one MongoDB document of 16 MB, old and new values both.
const most = 4 << 20

// read makes drafts of the rows behind a place and hands them on in portions. *ledger.Refusal where the workbook is at fault.
func (p *Pipeline) read(ctx context.Context, job Job, m *mapping.Mapping, from ledger.Cursor, each func(*portion) error) error {
	return unreadable(p.readWorkbook(ctx, job, m, from, each, seen{}))
}

// seen is called with what stands in the workbook: the headings of each sheet, and its rows. Either may be nil.
type seen struct {
	head func(part int, b *mapping.Binding, row sheet.Row) error
	row  func(part int, b *mapping.Binding, row sheet.Row, d *ledger.Draft) error
}

// rows calls see with the headings and every row of the sheets that are imported, as they stand there.
func (p *Pipeline) rows(ctx context.Context, job Job, m *mapping.Mapping, see seen) error {
	return unreadable(p.readWorkbook(ctx, job, m, ledger.Cursor{}, func(*portion) error { return nil }, see))
}

// unreadable makes a refusal of what the workbook is at fault for.
func unreadable(err error) error {
	if broken, ok := errors.AsType[*sheet.Unreadable](err); ok {
		return Refusal(broken)
	}
	return err
}

// Refusal returns what a person is told of a workbook that cannot be read.
func Refusal(broken *sheet.Unreadable) *ledger.Refusal {
	text := ledger.Text{Format: broken.Format, Args: slices.Clone(broken.Args)}
	if broken.Limit != "" {
		text.Format += "; an admin can raise import.limits.%s if the file is right"
		text.Args = append(text.Args, broken.Limit)
	}
	return &ledger.Refusal{Ref: ledger.Ref{Sheet: broken.Sheet, Row: broken.Row}, Code: broken.Code, Text: text, Hold: broken.Hold, Err: broken}
}

func (p *Pipeline) readWorkbook(ctx context.Context, job Job, m *mapping.Mapping, from ledger.Cursor, each func(*portion) error, see seen) error {
	book, err := p.open(job, m)
	if err != nil {
		return err
	}
	defer book.Close()
	for i, part := range m.Parts() {
		if i < from.Sheet {
			continue
		}
		if i > from.Sheet {
			from = ledger.Cursor{Sheet: i, Place: from.Place, Blank: from.Blank}
		}
		if from, err = p.readSheet(ctx, book, part, from, each, see); err != nil {
			return err
		}
	}
	return nil
}

// readSheet goes down one sheet and returns where it ends.
func (p *Pipeline) readSheet(ctx context.Context, book *sheet.Workbook, m *mapping.Mapping, from ledger.Cursor, each func(*portion) error, see seen) (ledger.Cursor, error) {
	s, err := m.Choose(book)
	if err != nil {
		return from, err
	}
	r := &rowReader{m: m, sheet: s.Name, size: p.Batch, each: each, see: see, now: portion{after: from}, passed: from.Blank}
	if from.Sheet == 0 {
		r.warnings = warnings(book)
	}
	// A stop is looked at between batches, so that the one in hand is finished: the rows are read without it.
	for rows, err := range s.Rows(context.WithoutCancel(ctx), p.Batch) {
		if err != nil {
			return r.now.after, err
		}
		for _, row := range rows {
			if err := r.row(row); err != nil {
				return r.now.after, err
			}
		}
	}
	err = r.end(s.Last())
	return r.now.after, err
}

// rowReader goes down one sheet.
type rowReader struct {
	m       *mapping.Mapping
	sheet   string
	binding *mapping.Binding
	size    int
	each    func(*portion) error
	see     seen
	now     portion
	passed  int // blank rows that have been handed on

	warnings []ledger.Problem // about the workbook as a whole
}

// warnings returns what a person should know of a workbook that is read all the same.
func warnings(book *sheet.Workbook) (all []ledger.Problem) {
	for _, w := range book.Warnings {
		all = append(all, ledger.Problem{Ref: ledger.Ref{Row: w.Row}, Code: ledger.Code(w.Code), Warning: true, Text: ledger.Text{Format: w.Format, Args: w.Args}})
	}
	return all
}

func (r *rowReader) row(row sheet.Row) error {
	switch {
	case row.Number < r.m.HeaderRow:
		return nil
	case r.binding == nil:
		return r.bind(row)
	case row.Number <= r.now.after.Row:
		return nil // done with before a stop
	}
	n := len(r.now.drafts)
	r.now.drafts = append(r.now.drafts, ledger.Draft{})
	d := &r.now.drafts[n]
	if err := r.binding.Draft(d, r.now.cells.next(len(r.binding.Columns)), row, r.now.after.Place+1); err != nil {
		return err
	}
	r.now.after.Blank += row.Number - r.now.after.Row - 1
	r.now.after.Row = row.Last()
	present := d.Account.Present || d.Contact.Present
	if !present || r.see.row != nil {
		r.now.drafts = r.now.drafts[:n]
		r.now.cells.rows--
	}
	if !present {
		r.now.after.Blank++
		return nil
	}
	r.now.after.Place++
	if r.see.row != nil {
		return r.see.row(r.now.after.Sheet, r.binding, row, d)
	}
	for _, c := range row.Cells {
		r.now.bytes += len(c.Raw)
	}
	if len(r.now.drafts) < r.size && r.now.bytes < most {
		return nil
	}
	return r.flush()
}

// bind takes the heading row: the one that the mapping names, or else the first with anything in it.
func (r *rowReader) bind(head sheet.Row) error {
	if r.m.HeaderRow > 0 && head.Number > r.m.HeaderRow {
		head = sheet.Row{Number: r.m.HeaderRow} // the heading row is blank
	}
	var err error
	r.binding, err = r.m.Bind(r.sheet, head)
	if err == nil {
		r.binding.Warn(r.warnings)
	}
	r.now.binding = r.binding
	r.now.after.Row = max(r.now.after.Row, head.Last())
	if err != nil || r.see.head == nil {
		return err
	}
	return r.see.head(r.now.after.Sheet, r.binding, head)
}

func (r *rowReader) flush() error {
	err := r.each(&r.now)
	r.now.drafts, r.now.cells.rows, r.now.bytes, r.passed = r.now.drafts[:0], 0, 0, r.now.after.Blank
	return err
}

// end hands on the last portion, were it only blank rows below the last one that is none.
func (r *rowReader) end(last int) error {
	if r.binding == nil {
		return &ledger.Refusal{Ref: ledger.Ref{Sheet: r.sheet}, Code: "no_heading", Text: ledger.Say("there is no row of headings")}
	}
	if gap := last - r.now.after.Row; gap > 0 {
		r.now.after.Row, r.now.after.Blank = last, r.now.after.Blank+gap
	}
	if len(r.now.drafts) == 0 && r.now.after.Blank == r.passed {
		return nil
	}
	return r.flush()
}
