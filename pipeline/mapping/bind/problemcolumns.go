package bind

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// ProblemHeadings are the headings of the first columns of a rejected workbook, by language: which row of the workbook it was, what was wrong, and in
// which cell.
var ProblemHeadings = map[string][]string{"en": {"Row", "Problem", "Cell"}, "sv": {"Rad", "Problem", "Cell"}}

// ExtraHeading is the heading of the columns of a rejected workbook for values that stood behind all columns of their row's file (W1).
const ExtraHeading = "?"

// reasons is where the columns of a rejected workbook stand that say what was wrong: so many of them, from the first on.
type reasons struct{ first, count int }

// without returns the place that a column has where those are not counted, as the letters of a mapping count. ok is false for one of them.
func (r reasons) without(column int) (at int, ok bool) {
	switch {
	case column < r.first:
		return column, true
	case column < r.first+r.count:
		return 0, false
	}
	return column - r.count, true
}

// with returns the column that has a place.
func (r reasons) with(at int) int {
	if at < r.first {
		return at
	}
	return at + r.count
}

// Place returns the place that a column has where those that say what was wrong are not counted. ok is false for one of these.
func (b *Binding) Place(column int) (at int, ok bool) { return b.reasons.without(column) }

// letter returns the letter by which a mapping names a column.
func (b *Binding) letter(column int) string {
	at, ok := b.reasons.without(column)
	if !ok {
		return ""
	}
	return sheet.ColumnName(at)
}

// untold returns the headings without those that say what was wrong, if the person left all of them there: Cell would be a mobile phone
// else. They come first; in workbooks of older inlets last.
//
// A sidecar that speaks of one of these headings means a column of the workbook's own, unless it is known that inlet wrote the workbook.
func (b *Binding) untold(headings []layout.Heading) []layout.Heading {
	for _, told := range ProblemHeadings {
		n, speaks := len(told), b.speaksOf(told...)
		if len(headings) <= n {
			continue
		}
		if headings[0].Index == 0 && tell(headings[:n], told) && (b.m.ForRejects || !speaks) {
			b.note(headings[:n])
			return headings[n:]
		}
		rest := headings
		for len(rest) > n && tell(rest[len(rest)-n:], told) && !speaks {
			rest = rest[:len(rest)-n]
		}
		if len(rest) < len(headings) {
			b.note(headings[len(rest):])
			return rest
		}
	}
	return headings
}

func (b *Binding) note(told []layout.Heading) {
	b.reasons = reasons{told[0].Index, len(told)}
	for _, h := range told {
		b.ProblemColumns = append(b.ProblemColumns, h.Text)
	}
}

// tell says whether headings are those that say what was wrong, side by side.
func tell(headings []layout.Heading, told []string) bool {
	for i, h := range headings {
		if h.Index != headings[0].Index+i || crm.Heading(h.Text) != crm.Heading(told[i]) {
			return false
		}
	}
	return true
}

// speaksOf says whether the sidecar names one of the headings.
func (b *Binding) speaksOf(headings ...string) bool {
	return slices.ContainsFunc(b.m.Columns, func(c mapping.Column) bool {
		return c.Letter == "" && slices.ContainsFunc(headings, func(h string) bool { return crm.Heading(h) == crm.Heading(c.Heading) })
	})
}

// isReason says whether a heading is one that says what was wrong, and the sidecar does not speak of it.
func (b *Binding) isReason(h layout.Heading) bool {
	for _, told := range ProblemHeadings {
		if slices.ContainsFunc(told, func(word string) bool { return crm.Heading(h.Text) == crm.Heading(word) }) {
			return !b.speaksOf(h.Text)
		}
	}
	return false
}

// halfTold refuses rejected rows of which a person deleted or moved some of the columns that say what was wrong, where the mapping goes by
// letters: nobody can say which columns those are then.
func (b *Binding) halfTold(headings []layout.Heading, row int) error {
	letters := slices.ContainsFunc(b.m.Columns, func(c mapping.Column) bool { return c.Letter != "" })
	if !b.m.ForRejects || b.reasons.count > 0 || !letters || !slices.ContainsFunc(headings, b.isReason) {
		return nil
	}
	return b.refuse("heading_missing", row, message.Say("the mapping names columns by their letters, and of the columns Row, Problem and Cell some are gone or were moved: put all three first again, or delete all three"))
}

// tells says whether a heading that is known as a field's is one that says what was wrong: Cell, where the person deleted others of them.
func (b *Binding) tells(h layout.Heading, headings []layout.Heading) bool {
	if b.reasons.count > 0 || !b.isReason(h) {
		return false
	}
	i := slices.Index(headings, h)
	if !b.m.ForRejects { // Problem and Cell side by side
		return i > 0 && b.isReason(headings[i-1]) && headings[i-1].Index == h.Index-1
	}
	return i == 0 || slices.ContainsFunc(headings, func(other layout.Heading) bool { return other != h && b.isReason(other) })
}

// isExtra says whether a column of rejected rows is for values that belonged to no column, and notes it.
func (b *Binding) isExtra(h layout.Heading) bool {
	if h.Text != ExtraHeading || !b.m.ForRejects && b.reasons.count == 0 {
		return false
	}
	b.extra = append(b.extra, h)
	return true
}

// overfull rejects a row of which a value still belongs to no column.
func (b *Binding) overfull(d *ledger.Draft, row sheet.Row) {
	for _, h := range b.extra {
		if cell := row.Cell(h.Index); !b.cells.Empty(cell) {
			d.Problems = append(d.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: b.sheet, Row: row.Number, Column: sheet.ColumnName(h.Index)},
				Code: ledger.ExtraCells, Value: shown(cell),
				Text: message.Say("stands in a column headed %s, so it belongs to no field: move the values of the row into their columns and empty this cell", ExtraHeading)})
		}
	}
}
