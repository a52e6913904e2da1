// Package headrow finds the row of headings among the first rows of a sheet.
package headrow

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest/values"
	"inlet.example/inlet/pipeline/sheet"
)

// Known reports whether a text is one that a column may be called.
type Known func(text string) bool

// At returns the index of the row that looks most like headings, the first of them; -1 where none does. The line of a title above
// them knows fewer headings than they do.
func At(rows []sheet.Row, is Known) int {
	best, most := -1, -1
	for i := range min(len(rows), layout.HeadRows) {
		if known, ok := looksLikeHeadings(rows[i], rows[i+1:], is); ok && known > most {
			best, most = i, known
		}
	}
	return best
}

const headCells = 100 // columns that show whether a row is headings

// looksLikeHeadings reports whether a row is texts that are not values, and how many of them are known as headings. One that knows hardly any
// is a row of headings only where the values below are of another shape than it, and one that has values itself only where it knows many.
func looksLikeHeadings(row sheet.Row, below []sheet.Row, is Known) (known int, ok bool) {
	texts, others, given, again := 0, 0, 0, 0
	row.Cells = row.Cells[:min(len(row.Cells), headCells)]
	for _, cell := range row.Cells {
		text := crm.Trim(cell.Shown())
		switch {
		case text == "":
			continue
		case cell.Type != sheet.Text, values.Numeric(cell):
			others++
			continue
		case values.Certainly(crm.Email, cell), values.Certainly(crm.Phone, cell):
			return 0, false
		case isValue(cell):
			given++
			continue
		}
		texts++
		if isRepeated(cell, row, below) {
			again++
		}
		if is(text) {
			known++
		}
	}
	wide := 0
	for _, r := range below {
		wide = max(wide, layout.FilledCells(r))
	}
	switch {
	case texts == 0, others > texts, again*2 >= texts, known < 3*given, texts == 1 && wide > 1:
		return known, false
	case texts == 1:
		return known, known == 1
	}
	return known, known >= 2 || contrasts(row, below)
}

// isValue says that a text is a value, which a heading hardly ever is.
func isValue(cell sheet.Cell) bool {
	for _, t := range []crm.Type{crm.Email, crm.Phone, crm.OrgNumber, crm.Date} {
		if values.Certainly(t, cell) {
			return true
		}
	}
	text := crm.Trim(cell.Raw)
	return len(text) > 80 || values.Certainly(crm.URL, cell) && (strings.Contains(text, "://") || strings.HasPrefix(strings.ToLower(text), "www."))
}

// isRepeated says that the cell stands in its column again: then it is a value. Headings repeated as a whole, page by page, do not count.
func isRepeated(cell sheet.Cell, row sheet.Row, below []sheet.Row) bool {
	for _, r := range below {
		if sameCell(cell, r.Cell(cell.Column)) {
			all := 0
			for _, c := range row.Cells {
				if sameCell(c, r.Cell(c.Column)) {
					all++
				}
			}
			if all*2 <= len(row.Cells) {
				return true
			}
		}
	}
	return false
}

func sameCell(a, b sheet.Cell) bool { return a.Type == b.Type && a.Raw == b.Raw }

// contrasts says that a column's values are mostly of a shape that its cell in the row is not.
func contrasts(row sheet.Row, below []sheet.Row) bool {
	for _, cell := range row.Cells {
		filled, given := 0, 0
		for _, r := range below {
			c := r.Cell(cell.Column)
			if crm.Trim(c.Shown()) == "" {
				continue
			}
			filled++
			if c.Type != sheet.Text || values.Numeric(c) || isValue(c) {
				given++
			}
		}
		if crm.Trim(cell.Shown()) != "" && filled > 0 && given*2 > filled {
			return true
		}
	}
	return false
}
