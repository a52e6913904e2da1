package pipeline

import (
	"context"
	"errors"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// portion is the drafts that are matched and written together, and where the workbook stands after them.
type portion struct {
	binding *bind.Binding
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

// most bounds the text of a portion, and so the memory of the batches on their way. Old values come on top: a journal entry has as many pieces as
// it takes.
const most = 4 << 20

// read makes drafts of the rows behind a place and hands them on in portions, with what the check found of each sheet. *ledger.Refusal where the
// workbook is at fault.
func (p *Pipeline) read(ctx context.Context, job Job, c *Checked, from ledger.Cursor, each func(*portion) error) error {
	return unreadable(p.readWorkbook(ctx, job, c.mapping, from, each, seen{notes: c.notes}))
}

// seen is called with what stands in the workbook, and knows what was found before. All of it may be nil.
type seen struct {
	head   func(part int, b *bind.Binding, row sheet.Row) error // with the headings of each sheet
	row    func(part int, b *bind.Binding, row sheet.Row, d *ledger.Draft) error
	survey *survey     // counts what is not imported
	notes  []partNotes // of the check, by part
	pulse  func()      // called now and then
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
	text := message.Text{Format: broken.Format, Args: slices.Clone(broken.Args)}
	if broken.Limit != "" {
		text.Format += "; an admin can raise import.limits.%s if the file is right"
		text.Args = append(text.Args, broken.Limit)
	}
	return &ledger.Refusal{Ref: ledger.Ref{Sheet: broken.Sheet, Row: broken.Row}, Code: broken.Code, Text: text, Hold: broken.Hold, Err: broken}
}

func (p *Pipeline) readWorkbook(ctx context.Context, job Job, m *mapping.Mapping, from ledger.Cursor, each func(*portion) error, see seen) error {
	book, err := p.open(ctx, job, m)
	if err != nil {
		return err
	}
	defer book.Close()
	layouts, err := layout.Find(ctx, m, book)
	if err != nil {
		return err
	}
	see.pulse = job.Pulse
	for i := range layouts {
		if i < from.Sheet {
			continue
		}
		if i > from.Sheet {
			from = ledger.Cursor{Sheet: i, Ordinal: from.Ordinal, Blank: from.Blank, LeftOut: from.LeftOut}
		}
		if from, err = p.readSheet(ctx, m, book, &layouts[i], from, each, see); err != nil {
			return err
		}
	}
	if see.survey != nil {
		see.survey.sheets(ctx, m, book, layouts)
	}
	return nil
}

// readSheet goes down one sheet and returns where it ends.
func (p *Pipeline) readSheet(ctx context.Context, m *mapping.Mapping, book *sheet.Workbook, l *layout.Layout, from ledger.Cursor, each func(*portion) error, see seen) (ledger.Cursor, error) {
	r := &rowReader{layout: l, size: p.Batch, each: each, see: see, now: portion{after: from}, passed: from.Blank, fresh: from.Row == 0}
	if from.Sheet < len(see.notes) {
		r.notes = &see.notes[from.Sheet]
	}
	if from.Sheet == 0 {
		r.warnings = append(warnings(book), m.Notes()...)
	}
	if err := r.unmerge(ctx); err != nil {
		return from, err
	}
	// A stop ends the reading at once. What is matched or written meanwhile is finished all the same, see sidebyside.go.
	for rows, err := range l.Sheet.Rows(ctx, p.Batch) {
		if err != nil {
			return r.now.after, err
		}
		if see.pulse != nil {
			see.pulse()
		}
		for _, row := range rows {
			if err := r.row(row); err != nil {
				return r.now.after, err
			}
		}
	}
	err := r.end(ctx, l.Sheet.Last())
	return r.now.after, err
}

// rowReader goes down one sheet.
type rowReader struct {
	layout    *layout.Layout
	binding   *bind.Binding
	selection selection
	footer    footer
	merged    *mergedCells // to be filled downwards; nil where there are none
	size      int
	each      func(*portion) error
	see       seen
	notes     *partNotes // of the check; nil in the check
	now       portion
	passed    int              // blank rows that have been handed on
	fresh     bool             // no row of this sheet was read before
	warnings  []ledger.Problem // about the workbook as a whole
}

// warnings returns what a person should know of a workbook that is read all the same.
func warnings(book *sheet.Workbook) (all []ledger.Problem) {
	for _, w := range book.Warnings {
		all = append(all, ledger.Problem{Ref: ledger.Ref{Row: w.Row}, Code: ledger.Code(w.Code), Warning: true, Text: message.Text{Format: w.Format, Args: w.Args}})
	}
	return all
}

// row takes the next stored row. A row of nothing but white space is blank, like one that is not stored.
func (r *rowReader) row(row sheet.Row) error {
	if filled, _ := filledCells(row); filled == 0 {
		return nil
	}
	switch {
	case row.Number < r.layout.HeaderRow:
		r.see.survey.above()
		return nil
	case r.binding == nil:
		return r.bind(row)
	}
	if r.merged != nil {
		row = r.merged.fill(row)
	}
	for _, row := range r.footer.next(row) {
		if err := r.record(row); err != nil {
			return err
		}
	}
	return nil
}

// record makes a draft of a row, unless it is left out, blank, or was done with before a stop.
func (r *rowReader) record(row sheet.Row) error {
	why := r.selection.leavesOut(row)
	if row.Number <= r.now.after.Row {
		return nil
	}
	if why != "" {
		r.leaveOut(row, why)
		return nil
	}
	n := len(r.now.drafts)
	r.now.drafts = append(r.now.drafts, ledger.Draft{})
	d := &r.now.drafts[n]
	if err := r.binding.Draft(d, r.now.cells.next(len(r.binding.Columns)), row, r.now.after.Ordinal+1); err != nil {
		return err
	}
	r.advance(row)
	present := d.Account.Present || d.Contact.Present
	r.see.survey.row(row, present)
	if !present || r.see.row != nil {
		r.now.drafts = r.now.drafts[:n]
		r.now.cells.rows--
	}
	if !present {
		r.now.after.Blank++
		return nil
	}
	r.now.after.Ordinal++
	r.annotate(d)
	if r.see.row != nil {
		return r.see.row(r.now.after.Sheet, r.binding, row, d)
	}
	r.see.survey.draft(row, d)
	for _, c := range row.Cells {
		r.now.bytes += len(c.Raw)
	}
	if len(r.now.drafts) < r.size && r.now.bytes < most {
		return nil
	}
	return r.flush()
}

// advance moves the cursor behind a row. What was passed over between it and the row before is blank.
func (r *rowReader) advance(row sheet.Row) {
	r.now.after.Blank += row.Number - r.now.after.Row - 1
	r.now.after.Row = row.Last()
}

// leaveOut passes a row over that is not a record. It keeps its number, which record IDs are made of, so that they stay when the rules change.
func (r *rowReader) leaveOut(row sheet.Row, why ledger.LeftOut) {
	r.advance(row)
	if !r.binding.Present(row) {
		r.now.after.Blank++
		return
	}
	r.now.after.Ordinal++
	r.now.after.LeftOut++
	r.see.survey.leftOut(r.layout.Sheet.Name, row, why)
}

// annotate puts what was found of the sheet as a whole with its first row, and notes where the account's cells are merged with those of a row
// above.
func (r *rowReader) annotate(d *ledger.Draft) {
	if r.fresh {
		r.fresh = false
		lints := r.binding.Lints()
		if r.notes != nil {
			lints = append(slices.Clone(lints), r.notes.problems...)
		}
		d.Problems = append(slices.Clone(lints), d.Problems...)
	}
	if r.notes != nil && !d.Account.Present {
		d.MergedWith = r.notes.mergedWith(d.Row)
	}
}

// bind takes the heading row: the one that the layout found, or else the first with anything in it.
func (r *rowReader) bind(head sheet.Row) error {
	if r.layout.HeaderRow > 0 && head.Number > r.layout.HeaderRow {
		head = sheet.Row{Number: r.layout.HeaderRow} // the heading row is blank
	}
	var err error
	r.binding, err = bind.New(r.layout, head)
	if err != nil {
		return err
	}
	r.binding.Warn(r.warnings)
	r.now.binding = r.binding
	r.selection = selection{layout: r.layout, binding: r.binding, last: head.Last(), skip: r.layout.Mapping.Rows.Skip}
	r.footer = newFooter(r.binding, head.Last())
	if r.merged != nil {
		r.merged.below(head.Last())
	}
	r.now.after.Row = max(r.now.after.Row, head.Last())
	r.see.survey.head(r.binding, head)
	if r.see.head == nil {
		return nil
	}
	return r.see.head(r.now.after.Sheet, r.binding, head)
}

func (r *rowReader) flush() error {
	err := r.each(&r.now)
	r.now.drafts, r.now.cells.rows, r.now.bytes, r.passed = r.now.drafts[:0], 0, 0, r.now.after.Blank
	return err
}

// end hands on the last portion, were it only blank rows below the last one that is none. Rows that are held back are a footer.
func (r *rowReader) end(ctx context.Context, last int) error {
	if r.binding == nil {
		return &ledger.Refusal{Ref: ledger.Ref{Sheet: r.layout.Sheet.Name}, Code: "no_heading", Text: message.Say("there is no row of headings")}
	}
	for _, row := range r.footer.held {
		r.leaveOut(row, ledger.LeftOutFooter)
	}
	if gap := last - r.now.after.Row; gap > 0 {
		r.now.after.Row, r.now.after.Blank = last, r.now.after.Blank+gap
	}
	if err := r.see.survey.end(ctx, r.layout); err != nil {
		return err
	}
	if len(r.now.drafts) == 0 && r.now.after.Blank == r.passed {
		return nil
	}
	return r.flush()
}
