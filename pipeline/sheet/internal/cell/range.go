package cell

import (
	"bytes"
	"cmp"
)

// Position is the place of a cell in its sheet: the row counts from 1, the column from 0, as in Row and Cell.
type Position struct{ Row, Column int }

// Range is a rectangle of cells, from the upper left one to the lower right one.
type Range struct{ First, Last Position }

// String returns the name as Excel writes it: "A2:B5".
func (r Range) String() string {
	return Ref(r.First.Column, r.First.Row) + ":" + Ref(r.Last.Column, r.Last.Row)
}

// Contains reports whether the range covers a cell.
func (r Range) Contains(at Position) bool {
	return at.Row >= r.First.Row && at.Row <= r.Last.Row && at.Column >= r.First.Column && at.Column <= r.Last.Column
}

// CompareRanges orders ranges from top to bottom and then from left to right.
func CompareRanges(a, b Range) int {
	return cmp.Or(cmp.Compare(a.First.Row, b.First.Row), cmp.Compare(a.First.Column, b.First.Column),
		cmp.Compare(a.Last.Row, b.Last.Row), cmp.Compare(a.Last.Column, b.Last.Column))
}

// ParseRange reads "A1:C5". It also accepts $ signs, lower case, a single cell, and the corners in another order.
func ParseRange(ref []byte) (r Range, ok bool) {
	ref = bytes.ReplaceAll(bytes.TrimSpace(ref), []byte("$"), nil)
	from, to, two := bytes.Cut(ref, []byte(":"))
	if !two {
		to = from
	}
	if r.First.Column, r.First.Row, ok = ParseRef(from); !ok {
		return r, false
	}
	if r.Last.Column, r.Last.Row, ok = ParseRef(to); !ok {
		return r, false
	}
	r.First.Row, r.Last.Row = min(r.First.Row, r.Last.Row), max(r.First.Row, r.Last.Row)
	r.First.Column, r.Last.Column = min(r.First.Column, r.Last.Column), max(r.First.Column, r.Last.Column)
	return r, true
}
