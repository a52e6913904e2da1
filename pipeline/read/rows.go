package read

import (
	"cmp"
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// unmerge reads the merged cells of a sheet whose mapping fills them.
func (r *rowReader) unmerge(ctx context.Context) error {
	if !r.layout.Mapping.Unmerge {
		return nil
	}
	all, err := r.layout.Sheet.Merges(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(m sheet.Range) bool { return m.First.Row == m.Last.Row })
	slices.SortFunc(all, func(a, b sheet.Range) int { return cmp.Compare(a.First.Row, b.First.Row) })
	if len(all) > 0 {
		r.merged = &mergedCells{next: all}
	}
	return nil
}

// rowReader goes down one sheet.
type rowReader struct {
	layout       *layout.Layout
	binding      *bind.Binding
	selection    selection
	footer       footer
	merged       *mergedCells // to be filled downwards; nil where there are none
	size         int
	each         func(*Portion) error
	observers    observers
	notes        *SheetNotes // of the check; nil in the check
	portion      Portion
	flushedBlank int              // blank rows that have been handed on
	firstRow     bool             // no row of this sheet was read before
	warnings     []ledger.Problem // about the workbook as a whole
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
		r.observers.survey.above()
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
	if row.Number <= r.portion.After.Row {
		return nil
	}
	if why != "" {
		r.leaveOut(row, why)
		return nil
	}
	n := len(r.portion.Drafts)
	r.portion.Drafts = append(r.portion.Drafts, ledger.Draft{})
	d := &r.portion.Drafts[n]
	if err := r.binding.Draft(d, r.portion.cells.next(len(r.binding.Columns)), row, r.portion.After.Ordinal+1); err != nil {
		return err
	}
	r.advance(row)
	present := d.Present()
	r.observers.survey.row(row, present)
	if !present || r.observers.row != nil {
		r.portion.Drafts = r.portion.Drafts[:n]
		r.portion.cells.rows--
	}
	if !present {
		r.portion.After.Blank++
		return nil
	}
	r.portion.After.Ordinal++
	r.annotate(d)
	if r.observers.row != nil {
		return r.observers.row(r.portion.After.Sheet, r.binding, row, d)
	}
	r.observers.survey.draft(row, d)
	for _, c := range row.Cells {
		r.portion.bytes += len(c.Raw)
	}
	if len(r.portion.Drafts) < r.size && r.portion.bytes < maxPortionBytes {
		return nil
	}
	return r.flush()
}

// advance moves the cursor behind a row. What was passed over between it and the row before is blank.
func (r *rowReader) advance(row sheet.Row) {
	r.portion.After.Blank += row.Number - r.portion.After.Row - 1
	r.portion.After.Row = row.Last()
}

// leaveOut passes a row over that is not a record. It keeps its number, which record IDs are made of, so that they stay when the rules change.
func (r *rowReader) leaveOut(row sheet.Row, why ledger.LeftOut) {
	r.advance(row)
	if !r.binding.Present(row) {
		r.portion.After.Blank++
		return
	}
	r.portion.After.Ordinal++
	r.portion.After.LeftOut++
	r.observers.survey.leftOut(r.layout.Sheet.Name, row, why)
}

// annotate puts what was found of the sheet as a whole with its first row, and notes where the account's cells are merged with those of a row
// above.
func (r *rowReader) annotate(d *ledger.Draft) {
	if r.firstRow {
		r.firstRow = false
		lints := r.binding.Lints()
		if r.notes != nil {
			lints = append(slices.Clone(lints), r.notes.Problems...)
		}
		d.Problems = append(slices.Clone(lints), d.Problems...)
	}
	if r.notes != nil && !d.Part(crm.Top).Present {
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
	r.portion.Binding = r.binding
	r.selection = selection{layout: r.layout, binding: r.binding, last: head.Last(), skip: r.layout.Mapping.Rows.Skip}
	r.footer = newFooter(r.binding, head.Last())
	if r.merged != nil {
		r.merged.below(head.Last())
	}
	r.portion.After.Row = max(r.portion.After.Row, head.Last())
	r.observers.survey.head(r.binding, head)
	if r.observers.head == nil {
		return nil
	}
	return r.observers.head(r.portion.After.Sheet, r.binding, head)
}

func (r *rowReader) flush() error {
	err := r.each(&r.portion)
	r.portion.Drafts, r.portion.cells.rows, r.portion.bytes, r.flushedBlank = r.portion.Drafts[:0], 0, 0, r.portion.After.Blank
	return err
}

// end hands on the last portion, were it only blank rows below the last one that is none. Rows that are held back are a footer.
func (r *rowReader) end(ctx context.Context, last int) error {
	if r.binding == nil {
		return &ledger.Refusal{Ref: ledger.Ref{Sheet: r.layout.Sheet.Name}, Code: "no_heading", Text: message.Say("no row of headings was found")}
	}
	for _, row := range r.footer.held {
		r.leaveOut(row, ledger.LeftOutFooter)
	}
	if gap := last - r.portion.After.Row; gap > 0 {
		r.portion.After.Row, r.portion.After.Blank = last, r.portion.After.Blank+gap
	}
	if err := r.observers.survey.end(ctx, r.layout); err != nil {
		return err
	}
	if len(r.portion.Drafts) == 0 && r.portion.After.Blank == r.flushedBlank {
		return nil
	}
	return r.flush()
}
