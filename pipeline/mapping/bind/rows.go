package bind

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// boundCondition is a condition laid on a column.
type boundCondition struct {
	mapping.Condition
	index int
}

// conditions finds the columns of where.
func (b *Binding) conditions(headings []layout.Heading, row int) error {
	for _, c := range b.m.Rows.Where {
		if index, ok := sheet.ColumnIndex(c.Letter); ok && c.Letter != "" {
			b.where = append(b.where, boundCondition{c, index})
			continue
		}
		at := slices.IndexFunc(headings, func(h layout.Heading) bool { return crm.Heading(h.Text) == crm.Heading(c.Heading) })
		if at < 0 {
			return b.refuse("heading_missing", row, message.Say("there is no heading %s, which rows: where: in the mapping names; the headings are %s",
				strconv.Quote(c.Heading), layout.Quoted(headings)))
		}
		b.where = append(b.where, boundCondition{c, headings[at].Index})
	}
	return nil
}

// Records says whether a row meets every condition of where.
func (b *Binding) Records(row sheet.Row) bool {
	for i := range b.where {
		if c := &b.where[i]; !c.holds(b, row.Cell(c.index)) {
			return false
		}
	}
	return true
}

func (c *boundCondition) holds(b *Binding, cell sheet.Cell) bool {
	blank := b.cells.Empty(cell)
	switch {
	case c.Filled:
		return !blank
	case c.Blank:
		return blank
	}
	return slices.Contains(c.Texts, convert.Fold(cell.Shown())) != c.Not
}

// Present says whether any mapped cell of a row is filled: a row without one is blank to the import.
func (b *Binding) Present(row sheet.Row) bool {
	for _, c := range b.Columns {
		if !b.rules[c].rest && !b.cells.Blank(&b.rules[c].Column, convert.Trimmed(row.Cell(c.Index))) {
			return true
		}
	}
	return false
}

// RepeatsHeadings says whether a row is the headings once more: equal to them, folded, in every mapped column, at least two (W8).
func (b *Binding) RepeatsHeadings(row sheet.Row) bool {
	if len(b.repeats) < 2 || !b.repeats[0].maybe(row) {
		return false
	}
	for i := range b.repeats {
		if cell := row.Cell(b.repeats[i].Index); crm.Heading(cell.Shown()) != b.repeats[i].Text {
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

// repeatable keeps the headings of the mapped columns to compare rows with. A column without a heading repeats nothing.
func (b *Binding) repeatable(headings []layout.Heading) {
	for _, h := range headings {
		if !slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool { return c.Index == h.Index }) {
			continue
		}
		folded := repeat{Heading: layout.Heading{Index: h.Index, Text: crm.Heading(h.Text)}}
		for i := range len(folded.Text) {
			if c := folded.Text[i]; c >= 'a' && c <= 'z' {
				folded.sign = c
				break
			}
		}
		b.repeats = append(b.repeats, folded)
	}
}
