package sheet

import (
	"context"
	"io"
	"slices"
)

// mostMerges is how many merged ranges of a sheet are looked at.
const mostMerges = 200_000

// Merges gives the ranges of cells that are merged into one, from top to bottom and left to right. They stand behind the rows, so the first
// call reads the whole sheet, though without its cells; later ones cost nothing. The slice is not to be changed.
func (s *Sheet) Merges(ctx context.Context) ([]Range, error) {
	if s.book.Format == CSV || s.mergesRead {
		return s.merges, nil
	}
	list, err := s.readMerges(ctx)
	if err != nil {
		return nil, located(blame(err, theSheet), s.Name, 0)
	}
	s.merges, s.mergesRead = list, true
	return list, nil
}

func (s *Sheet) readMerges(ctx context.Context) ([]Range, error) {
	x, closer, err := s.openPart()
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	if err := x.root("worksheet"); err != nil {
		return nil, err
	}
	var list []Range
	for tags := 1; x.kind != ending; tags++ {
		if tags%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := x.next(); err != nil {
			return nil, err
		}
		if x.kind != opening || string(x.name) != "mergeCell" {
			continue
		}
		for _, a := range x.attrs {
			if string(a.name) != "ref" {
				continue
			}
			if r, ok := parseRange(a.value); ok && r.First != r.Last {
				list = append(list, r)
			}
		}
		if len(list) > mostMerges {
			return nil, unreadable(CodeLimit, "the sheet has more than %s merged ranges", mostMerges)
		}
	}
	slices.SortFunc(list, compareRanges)
	return slices.Compact(list), x.drain()
}

// openPart gives a scanner at the start of the sheet's part.
func (s *Sheet) openPart() (*scanner, io.Closer, error) {
	if !s.Grid {
		return nil, nil, unreadable(CodeWrongType, "this is a chart or macro sheet, which has no rows: choose another sheet")
	}
	if s.part == "" {
		return nil, nil, corrupt("the workbook does not say where the sheet is")
	}
	part, err := s.book.zip.open(s.part)
	if err != nil {
		return nil, nil, err
	}
	text, slow, err := usual(part)
	if err != nil {
		part.Close()
		return nil, nil, blame(err, thePart, s.part)
	}
	s.book.Slow = s.book.Slow || slow
	return newScanner(text, s.book.opt.Limits), part, nil
}
