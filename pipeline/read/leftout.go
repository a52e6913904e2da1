package read

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// selection says which rows below the headings of one sheet are not records (W8). It must see every row in its order, also those that were
// applied before a stop.
type selection struct {
	layout  *layout.Layout
	binding *bind.Binding
	last    int  // line of the row before
	skip    int  // rows below the headings that are still to be left out
	ended   bool // until: blank has been reached
}

// leavesOut returns why a row is left out; "" for one that is a record or blank.
func (s *selection) leavesOut(row sheet.Row) ledger.LeftOut {
	rules := &s.layout.Mapping.Rows
	gap := row.Number - s.last - 1
	s.last = row.Last()
	if s.skip > 0 {
		skipped := min(s.skip, gap)
		s.skip, gap = s.skip-skipped, gap-skipped
		if s.skip > 0 {
			s.skip--
			return ledger.LeftOutSkip
		}
	}
	if rules.UntilBlank {
		s.ended = s.ended || gap > 0 || !s.binding.Present(row)
		if s.ended {
			return ledger.LeftOutUntil
		}
	}
	switch {
	case s.binding.IsExample(row):
		return ledger.LeftOutExample
	case s.layout.Totals(row.Number):
		return ledger.LeftOutTotals
	case s.binding.RepeatsHeadings(row):
		return ledger.LeftOutHeadings
	case rules.SkipHidden && row.Hidden:
		return ledger.LeftOutHidden
	case !s.binding.Records(row):
		return ledger.LeftOutWhere
	}
	return ""
}

// footer holds the rows back that may be the text below a table, until the sheet ends or another row shows that they are not (W8): with at
// least three headings, those behind the first blank row after the last row with two filled cells, if there are at most maxFooter of them and
// each has one filled cell, in the first column.
type footer struct {
	possible bool // there are enough headings
	first    int  // column of the first heading
	below    bool // a row with two filled cells has been seen, and each row since may be above or in a footer
	blank    bool // a blank row has been seen since then
	last     int  // line of the last row that is not blank
	held     []sheet.Row
}

const maxFooter = 20

func newFooter(b *bind.Binding, last int) footer {
	n, first := b.Headings()
	return footer{possible: n >= 3, first: first, last: last}
}

// next returns the rows that are certain not to be a footer now, in their order: usually the one that is given. The slice is good until the next
// call.
func (f *footer) next(row sheet.Row) []sheet.Row {
	gap := row.Number > f.last+1
	f.last = row.Last()
	filled, column := filledCells(row)
	f.blank = f.blank || gap
	switch {
	case !f.possible:
	case filled > 1:
		f.below, f.blank = true, false
	case !f.below, !f.blank: // directly below other rows
	case column == f.first && len(f.held) < maxFooter:
		row.Cells = cloned(row.Cells)
		f.held = append(f.held, row)
		return nil
	default:
		f.below = false
	}
	rows := append(f.held, row)
	f.held = rows[:0]
	return rows
}

// filledCells counts the cells of a row that hold anything, up to two, and returns the column of the first.
func filledCells(row sheet.Row) (n, column int) {
	for _, cell := range row.Cells {
		if cell.Type == sheet.Text && crm.Trim(cell.Raw) == "" {
			continue
		}
		if n++; n == 2 {
			return n, column
		}
		column = cell.Column
	}
	return n, column
}

func cloned(cells []sheet.Cell) []sheet.Cell {
	cells = slices.Clone(cells)
	for i := range cells {
		cells[i].Raw = strings.Clone(cells[i].Raw)
	}
	return cells
}

// firstCells returns the beginning of a row for a person to recognise it by.
func firstCells(row sheet.Row) string {
	const most = 80 // characters
	var texts []string
	for _, cell := range row.Cells {
		if text := crm.Trim(cell.Shown()); text != "" && len(texts) < 4 {
			texts = append(texts, text)
		}
	}
	text := []rune(strings.Join(texts, " | "))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
