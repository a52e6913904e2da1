package bind

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// ProblemHeadings are the headings of the first columns of a rejected workbook, by language: which row of the workbook it was, what was wrong, and in
// which cell.
var ProblemHeadings = map[string][]string{"en": {"Row", "Problem", "Cell"}, "sv": {"Rad", "Problem", "Cell"}}

// ExtraHeading is the heading of the columns of a rejected workbook for values that stood behind all columns of their row's file (W1).
const ExtraHeading = "?"

// problemColumns are the columns of a rejected workbook that say what was wrong, and those of values that belonged to no column.
type problemColumns struct {
	m            *mapping.Mapping
	first, count int              // where the columns stand: so many of them, from the first on
	headings     []string         // theirs
	extra        []layout.Heading // columns of values that belonged to no column (W1)
}

// without returns the place that a column has where those are not counted, as the letters of a mapping count. ok is false for one of them.
func (p *problemColumns) without(column int) (at int, ok bool) {
	switch {
	case column < p.first:
		return column, true
	case column < p.first+p.count:
		return 0, false
	}
	return column - p.count, true
}

// with returns the column that has a place.
func (p *problemColumns) with(at int) int {
	if at < p.first {
		return at
	}
	return at + p.count
}

// letter returns the letter by which a mapping names a column.
func (p *problemColumns) letter(column int) string {
	at, ok := p.without(column)
	if !ok {
		return ""
	}
	return sheet.ColumnName(at)
}

// cut returns the headings without those that say what was wrong, if all of them are still there: Cell would otherwise be taken for a mobile
// phone. They come first; in workbooks that older versions wrote they come last.
//
// A sidecar that names one of these headings means a column of the workbook's own, unless it is known that inlet wrote the workbook.
func (p *problemColumns) cut(headings []layout.Heading) []layout.Heading {
	for _, words := range ProblemHeadings {
		n, mentioned := len(words), p.mentions(words...)
		if len(headings) <= n {
			continue
		}
		if headings[0].Index == 0 && sideBySide(headings[:n], words) && (p.m.ForRejects || !mentioned) {
			p.note(headings[:n])
			return headings[n:]
		}
		rest := headings
		for len(rest) > n && sideBySide(rest[len(rest)-n:], words) && !mentioned {
			rest = rest[:len(rest)-n]
		}
		if len(rest) < len(headings) {
			p.note(headings[len(rest):])
			return rest
		}
	}
	return headings
}

func (p *problemColumns) note(found []layout.Heading) {
	p.first, p.count = found[0].Index, len(found)
	for _, h := range found {
		p.headings = append(p.headings, h.Text)
	}
}

// sideBySide reports whether headings are those that say what was wrong, side by side.
func sideBySide(headings []layout.Heading, words []string) bool {
	for i, h := range headings {
		if h.Index != headings[0].Index+i || crm.Heading(h.Text) != crm.Heading(words[i]) {
			return false
		}
	}
	return true
}

// mentions reports whether the sidecar names one of the headings.
func (p *problemColumns) mentions(headings ...string) bool {
	return slices.ContainsFunc(p.m.Columns, func(c mapping.Column) bool {
		return c.Letter == "" && slices.ContainsFunc(headings, func(h string) bool { return crm.Heading(h) == crm.Heading(c.Heading) })
	})
}

// isProblemHeading reports whether a heading is one that says what was wrong, and the sidecar does not name it.
func (p *problemColumns) isProblemHeading(h layout.Heading) bool {
	for _, words := range ProblemHeadings {
		if slices.ContainsFunc(words, func(word string) bool { return crm.Heading(h.Text) == crm.Heading(word) }) {
			return !p.mentions(h.Text)
		}
	}
	return false
}

// partial says that some of the columns are left, but not all of them side by side, and that the mapping names columns by letters: then it is not
// known which columns those are.
func (p *problemColumns) partial(headings []layout.Heading) bool {
	letters := slices.ContainsFunc(p.m.Columns, func(c mapping.Column) bool { return c.Letter != "" })
	return p.m.ForRejects && p.count == 0 && letters && slices.ContainsFunc(headings, p.isProblemHeading)
}

// isLeftOver reports whether a heading that is known as a field's is one that says what was wrong: Cell, where the person deleted others of them.
func (p *problemColumns) isLeftOver(h layout.Heading, headings []layout.Heading) bool {
	if p.count > 0 || !p.isProblemHeading(h) {
		return false
	}
	i := slices.Index(headings, h)
	if !p.m.ForRejects { // Problem and Cell side by side
		return i > 0 && p.isProblemHeading(headings[i-1]) && headings[i-1].Index == h.Index-1
	}
	return i == 0 || slices.ContainsFunc(headings, func(other layout.Heading) bool { return other != h && p.isProblemHeading(other) })
}

// isExtra reports whether a column of rejected rows is for values that belonged to no column, and notes it.
func (p *problemColumns) isExtra(h layout.Heading) bool {
	if h.Text != ExtraHeading || !p.m.ForRejects && p.count == 0 {
		return false
	}
	p.extra = append(p.extra, h)
	return true
}
