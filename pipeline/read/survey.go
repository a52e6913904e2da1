package read

import (
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// SheetNotes is what the check finds of one sheet, for the passes after it.
type SheetNotes struct {
	Problems []ledger.Problem // warnings of the sheet as a whole; they stand with its first row
	merges   []sheet.Range    // that cover cells of the account in more than one row, where the mapping does not fill them
}

// mergedWith returns the first row of the merged cells that a row is part of; 0 where it is not.
func (n *SheetNotes) mergedWith(row int) int {
	for _, r := range n.merges {
		if r.First.Row < row && row <= r.Last.Row {
			return r.First.Row
		}
	}
	return 0
}

// Survey accounts, while a workbook is checked, for everything that is not imported (W8, W15). A nil survey counts nothing.
type Survey struct {
	Reading ledger.Reading
	Notes   []SheetNotes
	columns []unmapped // of the sheet in hand, by column
	binding *bind.Binding
	orphans bool // a row has a contact and no account
}

// unmapped is what stands in a column that is not imported. Those that are leave it empty.
type unmapped struct {
	leads    bool // to a field, or the mapping ignores it
	heading  string
	filled   int
	firstRow int
}

// maxColumns bounds what is kept of columns that lead nowhere.
const maxColumns = 200

func (s *Survey) above() {
	if s != nil {
		s.Reading.Above++
	}
}

// head begins a sheet.
func (s *Survey) head(b *bind.Binding, head sheet.Row) {
	if s == nil {
		return
	}
	s.binding, s.columns, s.orphans = b, nil, false
	s.Notes = append(s.Notes, SheetNotes{})
	for _, c := range b.Columns {
		s.column(c.Index).leads = true
	}
	for _, cell := range head.Cells {
		c := s.column(cell.Column)
		c.leads, c.heading = b.Leads(cell.Column), strings.Clone(crm.Trim(cell.Shown()))
	}
}

func (s *Survey) column(index int) *unmapped {
	if n := index + 1 - len(s.columns); n > 0 {
		s.columns = append(s.columns, make([]unmapped, n)...)
	}
	return &s.columns[index]
}

// row counts the cells of a row that are not imported. Fields beyond the headings are reported with their row, unless it is blank (W1).
func (s *Survey) row(row sheet.Row, present bool) {
	if s == nil {
		return
	}
	for i := range row.Cells {
		cell := &row.Cells[i]
		if present && s.binding.Beyond(cell.Column) {
			continue
		}
		if cell.Column < len(s.columns) && s.columns[cell.Column].leads || cell.Type == sheet.Text && crm.Trim(cell.Raw) == "" {
			continue
		}
		c := s.column(cell.Column)
		if c.filled++; c.filled == 1 {
			c.firstRow = row.Number
		}
	}
}

// draft notes a row that is imported.
func (s *Survey) draft(row sheet.Row, d *ledger.Draft) {
	if s == nil {
		return
	}
	if row.Hidden {
		s.Reading.HiddenRows++
	}
	s.orphans = s.orphans || !d.Part(crm.Top).Present && slices.ContainsFunc(d.Parts[:], func(p ledger.Part) bool { return p.Present && p.ID == "" })
}

// leftOut counts a row that is not a record.
func (s *Survey) leftOut(name string, row sheet.Row, why ledger.LeftOut) {
	if s == nil {
		return
	}
	if row.Hidden {
		s.Reading.HiddenRows++
	}
	s.Reading.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: name, Row: row.Number}, Why: why, Text: firstCells(row)})
}

// end ends a sheet: it names the columns that lead nowhere, and warns of values that have no heading.
func (s *Survey) end(ctx context.Context, l *layout.Layout) error {
	if s == nil || s.binding == nil {
		return nil
	}
	notes := &s.Notes[len(s.Notes)-1]
	for i := range s.columns {
		c := &s.columns[i]
		if c.leads || c.filled == 0 {
			continue
		}
		letter := sheet.ColumnName(i)
		if len(s.Reading.UnreadColumns) < maxColumns {
			s.Reading.UnreadColumns = append(s.Reading.UnreadColumns, ledger.UnreadColumn{Sheet: l.Sheet.Name, Column: letter, Heading: cut(c.heading), Filled: c.filled})
		}
		if c.heading == "" && !l.Fields {
			notes.Problems = append(notes.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: l.Sheet.Name, Row: c.firstRow, Column: letter}, Code: ledger.NoHeading, Warning: true,
				Text: message.Say("column %s has values but no heading, so it was not imported: give it a heading, or map it as \"=%s\" in the mapping", letter, letter)})
		}
	}
	return s.merges(ctx, l, notes)
}

// merges notes where the account of several contacts stands in merged cells: only the first row has their value.
func (s *Survey) merges(ctx context.Context, l *layout.Layout, notes *SheetNotes) error {
	if !s.orphans || l.Mapping.Unmerge || l.Mapping.Policy.FillDown {
		return nil
	}
	all, err := l.Sheet.Merges(ctx)
	if err != nil {
		return err
	}
	const enough = 1000 // each orphaned row looks through them
	for _, r := range all {
		if r.Last.Row > r.First.Row && len(notes.merges) < enough && slices.ContainsFunc(s.binding.Columns, func(c *ledger.Column) bool {
			return c.Field.Kind == crm.Top && r.First.Column <= c.Index && c.Index <= r.Last.Column
		}) {
			notes.merges = append(notes.merges, r)
		}
	}
	return nil
}

// sheets names the sheets that are imported, and those that are not.
func (s *Survey) sheets(ctx context.Context, m *mapping.Mapping, book *sheet.Workbook, layouts []layout.Layout) {
	if len(book.Sheets) > 1 {
		for i := range layouts {
			s.Reading.Sheets = append(s.Reading.Sheets, layouts[i].Sheet.Name)
		}
	}
	s.Reading.UnreadSheets = layout.UnreadSheets(ctx, m, book, layouts)
}

func cut(text string) string {
	const most = 100 // characters
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
