package bind

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/sheet"
)

// rest is a multi-value field that takes what split: first leaves of other columns.
type rest struct {
	column *ledger.Column
	from   []*ledger.Column
}

// rests are those of a sheet.
type rests []rest

// fill puts the other values of split cells into the cells of their rest fields. Few mappings have any, so each cell is cut once more.
func (all rests) fill(d *ledger.Draft, row sheet.Row, region string) {
	for _, r := range all {
		var items []string
		for _, c := range r.from {
			if cell := row.Cell(c.Index); cell.Type == sheet.Text {
				if values := convert.Several(c.Field.Type, crm.Clean(c.Field.Type, cell.Raw), region); len(values) > 1 {
					items = append(items, values[1:]...)
				}
			}
		}
		if len(items) == 0 {
			continue
		}
		cells := d.Part(r.column.Field.Kind).Cells
		for i := range cells {
			if cells[i].Column == r.column {
				cells[i].Value = crm.ListValue(items...)
			}
		}
	}
}
