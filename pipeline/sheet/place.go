package sheet

import (
	"bytes"
	"cmp"
)

// Position is one cell of a sheet: the row from 1, the column from 0, as in Row and Cell.
type Position struct{ Row, Column int }

// Range is a rectangle of cells. First is its upper left cell and Last its lower right one.
type Range struct{ First, Last Position }

// String gives the name as Excel writes it: "A2:B5".
func (r Range) String() string {
	return Ref(r.First.Column, r.First.Row) + ":" + Ref(r.Last.Column, r.Last.Row)
}

// Contains says whether the range covers a cell.
func (r Range) Contains(at Position) bool {
	return at.Row >= r.First.Row && at.Row <= r.Last.Row && at.Column >= r.First.Column && at.Column <= r.Last.Column
}

// compareRanges orders ranges from top to bottom, then from left to right.
func compareRanges(a, b Range) int {
	return cmp.Or(cmp.Compare(a.First.Row, b.First.Row), cmp.Compare(a.First.Column, b.First.Column),
		cmp.Compare(a.Last.Row, b.Last.Row), cmp.Compare(a.Last.Column, b.Last.Column))
}

// parseRange reads "A1:C5", also with $ signs, in lower case, of one cell, and with its corners in another order.
func parseRange(ref []byte) (r Range, ok bool) {
	ref = bytes.ReplaceAll(bytes.TrimSpace(ref), []byte("$"), nil)
	from, to, two := bytes.Cut(ref, []byte(":"))
	if !two {
		to = from
	}
	if r.First.Column, r.First.Row, ok = parseRef(from); !ok {
		return r, false
	}
	if r.Last.Column, r.Last.Row, ok = parseRef(to); !ok {
		return r, false
	}
	r.First.Row, r.Last.Row = min(r.First.Row, r.Last.Row), max(r.First.Row, r.Last.Row)
	r.First.Column, r.Last.Column = min(r.First.Column, r.Last.Column), max(r.First.Column, r.Last.Column)
	return r, true
}
