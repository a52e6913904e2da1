package layout

import (
	"maps"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet"
)

// Column is a column of a sheet as it is found, before anything is known of its meaning.
type Column struct {
	Index   int // from 0
	Letter  string
	Heading string
	Cells   []sheet.Cell // those with a value
}

// Columns returns the columns that have a heading, or a value in these rows.
func Columns(head sheet.Row, rows []sheet.Row) []Column {
	at := map[int]*Column{}
	column := func(index int) *Column {
		if at[index] == nil {
			at[index] = &Column{Index: index, Letter: sheet.ColumnName(index)}
		}
		return at[index]
	}
	for _, h := range Headings(head) {
		column(h.Index).Heading = h.Text
	}
	for _, row := range rows {
		for _, cell := range row.Cells {
			if crm.Trim(cell.Shown()) != "" {
				c := column(cell.Column)
				c.Cells = append(c.Cells, cell)
			}
		}
	}
	var all []Column
	for _, index := range slices.Sorted(maps.Keys(at)) {
		all = append(all, *at[index])
	}
	return all
}
