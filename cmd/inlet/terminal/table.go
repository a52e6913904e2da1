package terminal

import (
	"fmt"
	"io"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// Table is a plain table: columns separated by spaces, without lines, so that it can be cut and grepped. On a terminal that is too narrow for it, cells
// take several lines; where that is not enough, each row is a block with a line for each column.
type Table struct {
	rows  [][]string // the headings first
	paint map[int]func(string) string
}

// NewTable returns a table with these headings.
func NewTable(headings ...string) *Table {
	return &Table{rows: [][]string{headings}, paint: map[int]func(string) string{}}
}

// Paint has a column painted where there are colours.
func (t *Table) Paint(column int, how func(text string) string) { t.paint[column] = how }

// Add adds a row. Names and values are shown as plain text: they cannot control the terminal or break the row.
func (t *Table) Add(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = message.Plain(fmt.Sprint(cell))
	}
	t.rows = append(t.rows, row)
}

const between = 2 // spaces between two columns

// Print writes the table.
func (t *Table) Print(w io.Writer) {
	screen := Width(w)
	widths, fits := t.fit(screen)
	if !Colours(w) {
		t.paint = nil
	}
	if !fits {
		t.printBlocks(w, screen)
		return
	}
	for i, row := range t.rows {
		t.printRow(w, row, widths, i == 0)
	}
}

// fit returns the widths of the columns on a screen, and whether they fit it. Where they do not, the widest column is made narrower, but not
// narrower than its longest word.
func (t *Table) fit(screen int) (widths []int, fits bool) {
	widths = make([]int, len(t.rows[0]))
	least := make([]int, len(widths))
	total := -between
	for i := range widths {
		for _, row := range t.rows {
			widths[i] = max(widths[i], message.Width(row[i]))
			for word := range strings.FieldsSeq(row[i]) {
				least[i] = max(least[i], message.Width(word))
			}
		}
		total += widths[i] + between
	}
	for screen > 0 && total > screen {
		widest := -1
		for i := range widths {
			if widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return widths, false
		}
		widths[widest]--
		total--
	}
	return widths, true
}

// printRow writes a row in as many lines as its cells take.
func (t *Table) printRow(w io.Writer, row []string, widths []int, heading bool) {
	cells, height := make([][]string, len(row)), 1
	for i, cell := range row {
		cells[i] = FoldLine(cell, widths[i], 0)
		height = max(height, len(cells[i]))
	}
	for n := range height {
		var line strings.Builder
		spaces := 0 // before the next cell that is not blank: there are none at the end of a line
		for i := range cells {
			text := ""
			if n < len(cells[i]) {
				text = cells[i][n]
			}
			if text != "" {
				line.WriteString(strings.Repeat(" ", spaces) + t.painted(i, text, heading))
				spaces = 0
			}
			spaces += widths[i] - message.Width(text) + between
		}
		fmt.Fprintln(w, line.String())
	}
}

func (t *Table) painted(column int, text string, heading bool) string {
	switch {
	case t.paint == nil:
		return text
	case heading:
		return Bold.Paint(text)
	case t.paint[column] != nil:
		return t.paint[column](text)
	}
	return text
}

// printBlocks writes each row as lines of a heading and a cell. Blank cells are left out.
func (t *Table) printBlocks(w io.Writer, screen int) {
	headings := t.rows[0]
	wide := 0
	for _, heading := range headings {
		wide = max(wide, message.Width(heading))
	}
	for n, row := range t.rows[1:] {
		if n > 0 {
			fmt.Fprintln(w)
		}
		for i, cell := range row {
			if cell == "" {
				continue
			}
			for j, part := range FoldLine(cell, max(screen-wide-between, smallestWidth/2), 0) {
				heading := message.Pad("", wide+between)
				if j == 0 {
					heading = t.painted(i, headings[i], true) + strings.Repeat(" ", wide+between-message.Width(headings[i]))
				}
				fmt.Fprintln(w, strings.TrimRight(heading+t.painted(i, part, false), " "))
			}
		}
	}
}
