package layout

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/sheet"
)

// IsExample reports whether a row is the example of a template, whatever its columns are mapped to: each filled cell has the mark, and at least one is filled.
func IsExample(row sheet.Row) bool {
	filled := false
	for _, cell := range row.Cells {
		if crm.Trim(cell.Shown()) == "" {
			continue
		}
		if filled = true; !template.IsExample(cell.Raw) {
			return false
		}
	}
	return filled
}

// WithoutExample returns rows without the example of a template.
func WithoutExample(rows []sheet.Row) []sheet.Row {
	return slices.DeleteFunc(slices.Clone(rows), IsExample)
}
