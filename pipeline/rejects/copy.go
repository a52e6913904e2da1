package rejects

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// copier takes the rows of a workbook that were not applied over to another.
type copier struct {
	w        *writer.Writer
	lang     string
	next     func() (rejectedRow, error, bool)
	now      rejectedRow // the next rejected row
	widths   []columnWidths
	overfull bool         // a row was rejected for values behind all columns
	above    []sheet.Cell // the account's cells of the nearest row above that has any
}

func (c *copier) advance() error {
	now, err, ok := c.next()
	if !ok {
		now = rejectedRow{}
	}
	c.now = now
	return err
}

// head begins a sheet with its headings, and those of the columns that say what is wrong.
func (c *copier) head(part int, b *bind.Binding, row sheet.Row) error {
	lang := c.lang
	if _, ok := bind.ProblemHeadings[lang]; !ok {
		lang = "en"
	}
	told := bind.ProblemHeadings[lang]
	c.above = nil
	if err := c.w.Sheet(b.Sheet()); err != nil {
		return err
	}
	if err := c.w.Print(1); err != nil {
		return err
	}
	if err := c.w.Columns(c.widths[part].columns(lang)...); err != nil {
		return err
	}
	cells := withoutProblems(b, row.Cells)
	if c.overfull {
		cells = append(cells, extra(b, cells, len(c.widths[part]))...)
	}
	return c.w.Copy([]any{told[0], told[1], told[2]}, cells, len(c.widths[part]), nil)
}

// withoutProblems returns cells in the places that they have without those that say what was wrong with their row.
func withoutProblems(b *bind.Binding, cells []sheet.Cell) []sheet.Cell {
	all := make([]sheet.Cell, 0, len(cells))
	for _, cell := range cells {
		if at, ok := b.Place(cell.Column); ok {
			cell.Column = at
			all = append(all, cell)
		}
	}
	return all
}

// extra returns headings for the columns behind the last one that has a heading or leads to a field (W1).
func extra(b *bind.Binding, headings []sheet.Cell, width int) []sheet.Cell {
	last := -1
	for _, cell := range headings {
		if crm.Trim(cell.Shown()) != "" {
			last = max(last, cell.Column)
		}
	}
	for _, column := range b.Columns {
		at, _ := b.Place(column.Index)
		last = max(last, at)
	}
	var all []sheet.Cell
	for at := last + 1; at < width; at++ {
		all = append(all, sheet.Cell{Column: at, Type: sheet.Text, Raw: bind.ExtraHeading})
	}
	return all
}

// row copies a row that was not applied.
func (c *copier) row(part int, b *bind.Binding, row sheet.Row, d *ledger.Draft) error {
	if d.Part(crm.Top).Present {
		c.above = ofTop(b, row.Cells)
	}
	if d.Place != c.now.ordinal {
		return nil
	}
	cells := row.Cells
	if b.Policy.FillDown && !d.Part(crm.Top).Present {
		cells = merged(c.above, cells)
	}
	text, where, marks := c.problems(b, d)
	if err := c.w.Copy([]any{row.Number, text, where}, withoutProblems(b, cells), len(c.widths[part]), marks); err != nil {
		return err
	}
	return c.advance()
}

// ofTop returns the cells of the top kind in a row.
func ofTop(b *bind.Binding, cells []sheet.Cell) []sheet.Cell {
	var of []sheet.Cell
	for _, cell := range cells {
		if slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool { return c.Index == cell.Column && c.Field.Kind == crm.Top }) {
			cell.Raw = strings.Clone(cell.Raw)
			of = append(of, cell)
		}
	}
	return of
}

// merged puts the cells of the top kind of another row into one that has none of them.
func merged(top, cells []sheet.Cell) []sheet.Cell {
	all := slices.Clone(top)
	for _, cell := range cells {
		if !slices.ContainsFunc(top, func(a sheet.Cell) bool { return a.Column == cell.Column }) {
			all = append(all, cell)
		}
	}
	slices.SortFunc(all, func(a, b sheet.Cell) int { return a.Column - b.Column })
	return all
}
