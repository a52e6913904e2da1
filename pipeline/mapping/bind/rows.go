package bind

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// rowFilter knows which rows of a sheet are records (W8).
type rowFilter struct {
	cells   *convert.Converter
	where   []boundCondition // what makes a row a record
	repeats []repeat         // the headings of the mapped columns
}

// boundCondition is a condition laid on a column.
type boundCondition struct {
	mapping.Condition
	index int
}

// bind finds the column of a condition; false where no heading is the one that the condition names.
func (f *rowFilter) bind(c mapping.Condition, headings []layout.Heading) bool {
	index, ok := sheet.ColumnIndex(c.Letter)
	if !ok || c.Letter == "" {
		at := slices.IndexFunc(headings, func(h layout.Heading) bool { return crm.Heading(h.Text) == crm.Heading(c.Heading) })
		if at < 0 {
			return false
		}
		index = headings[at].Index
	}
	f.where = append(f.where, boundCondition{c, index})
	return true
}

// records reports whether a row meets every condition of where.
func (f *rowFilter) records(row sheet.Row) bool {
	for i := range f.where {
		if c := &f.where[i]; !c.holds(f.cells, row.Cell(c.index)) {
			return false
		}
	}
	return true
}

func (c *boundCondition) holds(cells *convert.Converter, cell sheet.Cell) bool {
	blank := cells.Empty(cell)
	switch {
	case c.Filled:
		return !blank
	case c.Blank:
		return blank
	}
	return slices.Contains(c.Texts, convert.Fold(cell.Shown())) != c.Not
}

// repeatsHeadings reports whether a row is the headings once more: equal to them, folded, in every mapped column, at least two (W8).
func (f *rowFilter) repeatsHeadings(row sheet.Row) bool {
	if len(f.repeats) < 2 || !f.repeats[0].maybe(row) {
		return false
	}
	for i := range f.repeats {
		if cell := row.Cell(f.repeats[i].Index); crm.Heading(cell.Shown()) != f.repeats[i].Text {
			return false
		}
	}
	return true
}

// repeat is a heading in its folded form, and a byte that a cell with the same heading contains. Folding a cell of every row would be a good
// part of the time that reading takes, so maybe looks at length and byte first. A decorated heading that is more than twice as long is not
// recognised again.
type repeat struct {
	layout.Heading
	sign byte
}

func (r *repeat) maybe(row sheet.Row) bool {
	cell := row.Cell(r.Index)
	if cell.Type != sheet.Text || len(cell.Raw) < len(r.Text) || len(cell.Raw) > 2*len(r.Text)+8 {
		return false
	}
	if r.sign == 0 {
		return true
	}
	return strings.IndexByte(cell.Raw, r.sign) >= 0 || strings.IndexByte(cell.Raw, r.sign-'a'+'A') >= 0
}

// compareWith keeps the headings of the mapped columns to compare rows with. A column without a heading repeats nothing.
func (f *rowFilter) compareWith(headings []layout.Heading, columns []*ledger.Column) {
	for _, h := range headings {
		if !slices.ContainsFunc(columns, func(c *ledger.Column) bool { return c.Index == h.Index }) {
			continue
		}
		folded := repeat{Heading: layout.Heading{Index: h.Index, Text: crm.Heading(h.Text)}}
		for i := range len(folded.Text) {
			if c := folded.Text[i]; c >= 'a' && c <= 'z' {
				folded.sign = c
				break
			}
		}
		f.repeats = append(f.repeats, folded)
	}
}
