// Package terminal has what commands print on a terminal: tables, and the progress of an import.
package terminal

import (
	"fmt"
	"io"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// Table is a plain table: columns separated by spaces, without lines, so that it can be cut and grepped.
type Table struct{ rows [][]string }

// NewTable begins a table with its headings.
func NewTable(headings ...string) *Table { return &Table{rows: [][]string{headings}} }

// Add adds a row. Names and values are shown as plain text: they cannot control the terminal or break the row.
func (t *Table) Add(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = message.Plain(fmt.Sprint(cell))
	}
	t.rows = append(t.rows, row)
}

// Print prints it.
func (t *Table) Print(w io.Writer) {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], message.Width(cell))
		}
	}
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(message.Pad(cell, widths[i]+2))
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}
