package xlsx

import (
	"context"
	"io"
	"iter"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/grid"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

// Sheet is one tab.
type Sheet struct {
	Name   string
	Number int     // from 1
	Hidden bool    // also "very hidden"
	Grid   bool    // false: a chart, macro or dialog sheet
	Tables []Table // from top to bottom and left to right

	book       *Book
	part       string
	last       int
	merges     []cell.Range
	mergesRead bool
}

// Last returns the number of the last stored row with something in it, once Rows has run to the end.
func (s *Sheet) Last() int { return s.last }

// Rows reads the sheet from top to bottom in slices of at most n rows, as Sheet.Rows of package sheet says.
func (s *Sheet) Rows(ctx context.Context, n int) iter.Seq2[[]cell.Row, error] {
	return func(yield func([]cell.Row, error) bool) {
		s.last = 0
		r, part, err := s.openGrid(ctx)
		if err != nil {
			yield(nil, fault.At(err, s.Name, 0))
			return
		}
		defer part.Close()
		for rows, err := range r.Rows(ctx, n) {
			if !yield(rows, fault.At(err, s.Name, 0)) || err != nil {
				return
			}
		}
		s.last = r.Last()
	}
}

func (s *Sheet) openGrid(ctx context.Context) (*grid.Reader, io.Closer, error) {
	xml, part, err := s.openPart(ctx)
	if err != nil {
		return nil, nil, err
	}
	shared, err := s.book.sharedStrings(ctx)
	if err != nil {
		part.Close()
		return nil, nil, err
	}
	return grid.New(xml, grid.Workbook{Limits: s.book.limits, Shared: shared, Styles: s.book.styles, Date1904: s.book.date1904}), part, nil
}

// Merges returns the ranges of merged cells, as Sheet.Merges of package sheet says.
func (s *Sheet) Merges(ctx context.Context) ([]cell.Range, error) {
	if s.mergesRead {
		return s.merges, nil
	}
	list, err := s.readMerges(ctx)
	if err == nil {
		list, err = disjoint(list)
	}
	if err != nil {
		return nil, fault.At(fault.InSheet(err), s.Name, 0)
	}
	s.merges, s.mergesRead = list, true
	return list, nil
}

func (s *Sheet) readMerges(ctx context.Context) ([]cell.Range, error) {
	x, closer, err := s.openPart(ctx)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	if err := x.Root("worksheet"); err != nil {
		return nil, err
	}
	var list []cell.Range
	for tags := 1; x.Kind != xmlscan.End; tags++ {
		if tags%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := x.Next(); err != nil {
			return nil, err
		}
		switch {
		case x.Kind != xmlscan.Opening:
		case string(x.Name) == "sheetData" && x.Depth() == 2:
			err = x.SkipUnparsed(ctx)
		case string(x.Name) == "mergeCell":
			list, err = appendMerge(list, x.Attrs)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, x.Drain()
}

// openPart returns a scanner at the start of the sheet's part.
func (s *Sheet) openPart(ctx context.Context) (*xmlscan.Scanner, io.Closer, error) {
	if !s.Grid {
		return nil, nil, fault.New(fault.CodeWrongType, "this is a chart or macro sheet, which has no rows: choose another sheet")
	}
	if s.part == "" {
		return nil, nil, fault.Corrupt("the workbook does not specify which part the sheet is")
	}
	part, err := s.book.zip.Open(ctx, s.part)
	if err != nil {
		return nil, nil, err
	}
	text, _, err := xmlscan.Normalize(part, s.book.limits)
	if err != nil {
		part.Close()
		return nil, nil, fault.InPart(err, s.part)
	}
	return xmlscan.New(text, s.book.limits), part, nil
}
