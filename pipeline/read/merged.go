package read

import (
	"cmp"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/sheet"
)

// mergedCells repeats the value of merged cells in the rows below its first (unmerge: fill).
type mergedCells struct {
	next   []sheet.Range // that begin at rows still to come, by first row
	filled []fillDown    // that reach the row in hand
	head   int           // line of the headings
	cells  []sheet.Cell  // a buffer
}

type fillDown struct {
	sheet.Range
	cell sheet.Cell
}

// below says where the headings end: cells that are merged with a heading are not filled.
func (m *mergedCells) below(head int) { m.head = head }

// fill returns the row with the values of merged cells that begin above it. Its cells are good until the next call.
func (m *mergedCells) fill(row sheet.Row) sheet.Row {
	m.filled = slices.DeleteFunc(m.filled, func(f fillDown) bool { return f.Last.Row < row.Number })
	cells := row.Cells
	for _, f := range m.filled {
		if stored := row.Cell(f.First.Column); stored.Type == sheet.Blank || stored.Type == sheet.Text && strings.TrimSpace(stored.Raw) == "" {
			cells = m.insert(cells, f.cell)
		}
	}
	for len(m.next) > 0 && m.next[0].First.Row <= row.Number {
		r := m.next[0]
		m.next = m.next[1:]
		if cell := row.Cell(r.First.Column); r.First.Row == row.Number && r.First.Row > m.head && cell.Type != sheet.Blank {
			cell.Raw = strings.Clone(cell.Raw)
			m.filled = append(m.filled, fillDown{r, cell})
		}
	}
	row.Cells = cells
	return row
}

func (m *mergedCells) insert(cells []sheet.Cell, cell sheet.Cell) []sheet.Cell {
	at, found := slices.BinarySearchFunc(cells, cell.Column, func(c sheet.Cell, column int) int { return cmp.Compare(c.Column, column) })
	if found {
		m.cells = append(m.cells[:0], cells...)
		m.cells[at] = cell
	} else {
		m.cells = append(append(append(m.cells[:0], cells[:at]...), cell), cells[at:]...)
	}
	return slices.Clone(m.cells)
}
