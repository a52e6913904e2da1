package sheet

import (
	"context"
	"io"
	"slices"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

const (
	mostMerges    = 200_000 // ranges of a sheet
	mostMergeWork = 1 << 27 // columns of all of them together, which takes a fraction of a second
)

// Merges gives the ranges of cells that are merged into one, from top to bottom and left to right; none overlap. They stand behind the
// rows, so the first call inflates the whole sheet, but looks at no cell; later ones cost nothing. The slice is not to be changed.
func (s *Sheet) Merges(ctx context.Context) ([]cell.Range, error) {
	if s.book.Format == CSV || s.mergesRead {
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
	if err := x.root("worksheet"); err != nil {
		return nil, err
	}
	var list []cell.Range
	for tags := 1; x.kind != ending; tags++ {
		if tags%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := x.next(); err != nil {
			return nil, err
		}
		switch {
		case x.kind != opening:
		case string(x.name) == "sheetData" && x.depth() == 2:
			err = x.passOver(ctx)
		case string(x.name) == "mergeCell":
			list, err = appendMerge(list, x.attrs)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, x.drain()
}

// appendMerge adds what a <mergeCell> says, if it says something: a single cell is not merged with any.
func appendMerge(list []cell.Range, attrs []attr) ([]cell.Range, error) {
	for _, a := range attrs {
		if string(a.name) != "ref" {
			continue
		}
		if r, ok := cell.ParseRange(a.value); ok && r.First != r.Last {
			list = append(list, r)
		}
	}
	if len(list) > mostMerges {
		return nil, tooManyMerges()
	}
	return list, nil
}

func tooManyMerges() error {
	return fault.New(fault.CodeLimit, "the sheet has too many merged cells to fill them: unmerge them in Excel, or leave unmerge out of the mapping")
}

// disjoint sorts ranges and leaves out each that overlaps another: nobody can know whose value a cell of both has. Excel writes none.
func disjoint(list []cell.Range) ([]cell.Range, error) {
	slices.SortFunc(list, cell.CompareRanges)
	list = slices.Compact(list)
	bad := make([]bool, len(list))
	var lowest [cell.MaxColumn]int32 // of the ranges so far that cover the column, 1 + the one that goes furthest down
	work := 0
	for i, r := range list {
		if work += r.Last.Column - r.First.Column + 1; work > mostMergeWork {
			return nil, tooManyMerges()
		}
		for c := r.First.Column; c <= r.Last.Column; c++ {
			if j := lowest[c] - 1; j >= 0 && list[j].Last.Row >= r.First.Row {
				bad[i], bad[j] = true, true
				if list[j].Last.Row >= r.Last.Row {
					continue
				}
			}
			lowest[c] = int32(i + 1)
		}
	}
	kept := list[:0]
	for i, r := range list {
		if !bad[i] {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// openPart gives a scanner at the start of the sheet's part.
func (s *Sheet) openPart(ctx context.Context) (*scanner, io.Closer, error) {
	if !s.Grid {
		return nil, nil, fault.New(fault.CodeWrongType, "this is a chart or macro sheet, which has no rows: choose another sheet")
	}
	if s.part == "" {
		return nil, nil, fault.Corrupt("the workbook does not say where the sheet is")
	}
	part, err := s.book.zip.open(ctx, s.part)
	if err != nil {
		return nil, nil, err
	}
	text, slow, err := usual(part, s.book.opt.Limits)
	if err != nil {
		part.Close()
		return nil, nil, fault.InPart(err, s.part)
	}
	s.book.Slow = s.book.Slow || slow
	return newScanner(text, s.book.opt.Limits), part, nil
}
