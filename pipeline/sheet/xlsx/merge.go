package xlsx

import (
	"slices"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
	"inlet.example/inlet/pipeline/sheet/xlsx/xmlscan"
)

const (
	mostMerges    = 200_000 // ranges of a sheet
	mostMergeWork = 1 << 27 // columns of all of them together, which takes a fraction of a second
)

// appendMerge adds the range of a <mergeCell>, if it has several cells.
func appendMerge(list []cell.Range, attrs []xmlscan.Attr) ([]cell.Range, error) {
	for _, a := range attrs {
		if string(a.Name) != "ref" {
			continue
		}
		if r, ok := cell.ParseRange(a.Value); ok && r.First != r.Last {
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

// disjoint sorts ranges and removes each one that overlaps another, because a cell of both could have either value. Excel writes none.
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
