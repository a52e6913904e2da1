package main

import (
	"fmt"
	"io"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// table is a plain table: columns separated by spaces, without lines, so that it can be cut and grepped.
type table struct{ rows [][]string }

func newTable(headings ...string) *table { return &table{rows: [][]string{headings}} }

// add adds a row. Names and values are shown as plain text: they cannot control the terminal or break the row.
func (t *table) add(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = message.Plain(fmt.Sprint(cell))
	}
	t.rows = append(t.rows, row)
}

func (t *table) print(w io.Writer) {
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
