package read

import (
	"context"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// Source is a workbook with the mapping that holds for it. It can be read several times.
type Source struct {
	Mapping *mapping.Mapping
	Open    func(ctx context.Context) (*sheet.Workbook, error)
	Batch   int    // the most rows of a portion
	Pulse   func() // called while the workbook is read, about once for each batch of rows; may be nil
}

// Portions reads the rows behind a cursor and hands their drafts on in portions, with what a survey found of each sheet. The error is a
// *ledger.Refusal where the workbook is at fault.
func (s *Source) Portions(ctx context.Context, from ledger.Cursor, notes []SheetNotes, each func(*Portion) error) error {
	return refuseUnreadable(s.read(ctx, from, each, observers{notes: notes}))
}

// Survey reads the whole workbook, hands the drafts on in portions, and accounts in found for everything that is not imported. head is called
// with the binding of each sheet. The error is a *ledger.Refusal where the workbook is at fault.
func (s *Source) Survey(ctx context.Context, found *Survey, head func(*bind.Binding), each func(*Portion) error) error {
	return refuseUnreadable(s.read(ctx, ledger.Cursor{}, each, observers{survey: found, head: func(_ int, b *bind.Binding, _ sheet.Row) error {
		head(b)
		return nil
	}}))
}

// observers is called with what stands in the workbook, and knows what was found before. All of it may be nil.
type observers struct {
	head   func(part int, b *bind.Binding, row sheet.Row) error // with the headings of each sheet
	row    func(part int, b *bind.Binding, row sheet.Row, d *ledger.Draft) error
	survey *Survey      // counts what is not imported
	notes  []SheetNotes // of the check, by part
}

// Visitor is called with the headings of each sheet and with every row that is imported, as they stand in the workbook. part counts the
// sheets from 0.
type Visitor struct {
	Head func(part int, b *bind.Binding, row sheet.Row) error
	Row  func(part int, b *bind.Binding, row sheet.Row, d *ledger.Draft) error
}

// Rows reads the whole workbook for a visitor. The error is a *ledger.Refusal where the workbook is at fault, or the visitor's own.
func (s *Source) Rows(ctx context.Context, v Visitor) error {
	return refuseUnreadable(s.read(ctx, ledger.Cursor{}, func(*Portion) error { return nil }, observers{head: v.Head, row: v.Row}))
}

func (s *Source) read(ctx context.Context, from ledger.Cursor, each func(*Portion) error, see observers) error {
	book, err := s.Open(ctx)
	if err != nil {
		return err
	}
	defer book.Close()
	layouts, err := layout.Find(ctx, s.Mapping, book)
	if err != nil {
		return err
	}
	for i := range layouts {
		if i < from.Sheet {
			continue
		}
		if i > from.Sheet {
			from = ledger.Cursor{Sheet: i, Ordinal: from.Ordinal, Blank: from.Blank, LeftOut: from.LeftOut}
		}
		if from, err = s.readSheet(ctx, book, &layouts[i], from, each, see); err != nil {
			return err
		}
	}
	if see.survey != nil {
		see.survey.sheets(ctx, s.Mapping, book, layouts)
	}
	return nil
}

// readSheet goes down one sheet and returns where it ends.
func (s *Source) readSheet(ctx context.Context, book *sheet.Workbook, l *layout.Layout, from ledger.Cursor, each func(*Portion) error, see observers) (ledger.Cursor, error) {
	r := &rowReader{layout: l, size: s.Batch, each: each, observers: see, portion: Portion{After: from}, flushedBlank: from.Blank, firstRow: from.Row == 0}
	if from.Sheet < len(see.notes) {
		r.notes = &see.notes[from.Sheet]
	}
	if from.Sheet == 0 {
		r.warnings = append(warnings(book), s.Mapping.Notes()...)
	}
	if err := r.unmerge(ctx); err != nil {
		return from, err
	}
	// A stop ends the reading at once. What is matched or written meanwhile is finished all the same.
	for rows, err := range l.Sheet.Rows(ctx, s.Batch) {
		if err != nil {
			return r.portion.After, err
		}
		if s.Pulse != nil {
			s.Pulse()
		}
		for _, row := range rows {
			if err := r.row(row); err != nil {
				return r.portion.After, err
			}
		}
	}
	err := r.end(ctx, l.Sheet.Last())
	return r.portion.After, err
}
