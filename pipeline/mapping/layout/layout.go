package layout

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Layout is where one part of a mapping stands in a workbook (W9).
type Layout struct {
	Mapping   *mapping.Mapping // of the part
	Sheet     *sheet.Sheet
	HeaderRow int          // number of the heading row; 0: the first row with anything in it
	Table     *sheet.Table // the Excel table whose headings these are; nil where they stand outside of one
	Fields    bool         // rows are fields between delimiters
}

// Find finds the sheet and the heading row of every part. Under sheets: all it makes the parts. *ledger.Refusal where there is no sheet or
// no row that can be the headings.
func Find(ctx context.Context, m *mapping.Mapping, book *sheet.Workbook) ([]Layout, error) {
	f := finder{ctx: ctx, book: book, rows: map[*sheet.Sheet][]sheet.Row{}}
	all, err := f.layouts(m)
	for i := range all {
		all[i].Fields = book.Format == sheet.CSV
	}
	return all, err
}

func (f *finder) layouts(m *mapping.Mapping) ([]Layout, error) {
	if m.AllSheets && len(m.Sheets) == 0 { // the parts stay the same in every pass
		return f.allSheets(m)
	}
	var all []Layout
	for _, part := range m.Parts() {
		l, err := f.part(part)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// knownHeadings returns how many fields the best of a sheet's first rows has headings of, and whether the sheet has any rows. A sheet that
// cannot be read has none.
func knownHeadings(ctx context.Context, m *mapping.Mapping, s *sheet.Sheet) (known int, any bool) {
	f := finder{ctx: ctx, rows: map[*sheet.Sheet][]sheet.Row{}}
	rows, err := f.firstRows(s)
	if err != nil {
		return 0, true
	}
	for _, row := range rows {
		known = max(known, countKnown(m, row))
	}
	return known, len(rows) > 0
}

// finder finds sheets and heading rows. It reads the first rows of a sheet once.
type finder struct {
	ctx  context.Context
	book *sheet.Workbook
	rows map[*sheet.Sheet][]sheet.Row
}

func (f *finder) firstRows(s *sheet.Sheet) ([]sheet.Row, error) {
	if rows, ok := f.rows[s]; ok {
		return rows, nil
	}
	rows, err := FirstRows(f.ctx, s, HeadRows)
	f.rows[s] = rows
	return rows, err
}

// candidate is a row of a sheet that may be its headings.
type candidate struct {
	row     sheet.Row
	table   *sheet.Table
	found   int  // how many of the headings that are looked for
	fits    bool // it can be the headings
	blocked bool // it could, but a row above it has as many filled cells
}

// part finds where a part of a mapping stands.
func (f *finder) part(m *mapping.Mapping) (Layout, error) {
	if m.Sheet != "" {
		s, err := Choose(f.book, m.Sheet)
		if err != nil {
			return Layout{}, err
		}
		return f.onSheet(m, s)
	}
	var first, best *sheet.Sheet
	var most candidate
	for _, s := range f.book.Sheets {
		if !s.Grid || s.Hidden {
			continue
		}
		rows, err := f.firstRows(s)
		if err != nil {
			return Layout{}, err
		}
		if len(rows) == 0 {
			continue
		}
		if first == nil {
			first = s
		}
		if lettersOnly(m) {
			break
		}
		c, err := f.find(m, s)
		if err != nil {
			return Layout{}, err
		}
		if c.fits {
			return c.layout(m, s), nil
		}
		if best == nil || c.blocked && !most.blocked || c.blocked == most.blocked && c.found > most.found {
			best, most = s, c
		}
	}
	switch {
	case first == nil:
		s, err := Choose(f.book, m.Sheet) // a visible sheet without cells has no headings; a workbook without one has no sheet
		return Layout{Mapping: m, Sheet: s}, err
	case lettersOnly(m):
		return Layout{Mapping: m, Sheet: first, HeaderRow: m.HeaderRow}, nil
	case most.found == 0:
		best = first
	}
	return f.onSheet(m, best)
}

// onSheet finds the heading row on a sheet. Where none fits, the one that comes nearest is taken: laying the mapping on it says what is missing.
func (f *finder) onSheet(m *mapping.Mapping, s *sheet.Sheet) (Layout, error) {
	if m.HeaderRow > 0 || lettersOnly(m) {
		return Layout{Mapping: m, Sheet: s, HeaderRow: m.HeaderRow}, nil
	}
	c, err := f.find(m, s)
	if err != nil || c.fits {
		return c.layout(m, s), err
	}
	return c.layout(m, s), refuseUncertain(m, s, &c)
}

// refuseUncertain refuses a row that is not certain to be the headings. With named headings the mapping itself says what is missing.
func refuseUncertain(m *mapping.Mapping, s *sheet.Sheet, c *candidate) error {
	if named := namedHeadings(m); len(named) > 0 && (!m.Shared || hasHeadings(c.row, named) > 0) || c.found == 0 || knownTwice(m, c.row) {
		return nil
	}
	ref := ledger.Ref{Sheet: s.Name, Row: c.row.Number}
	if c.blocked {
		return &ledger.Refusal{Ref: ref, Code: "header_row", Text: message.Say(
			"row %s looks like headings, but a row above it has as many filled cells: set header_row: %s in the mapping if it is the row of headings",
			c.row.Number, c.row.Number)}
	}
	return &ledger.Refusal{Ref: ref, Code: "no_heading", Text: message.Say(
		"only one of the headings %s was recognised, too few to tell headings from values: specify in a mapping which column is which field",
		Quoted(Headings(c.row)))}
}

func (c *candidate) layout(m *mapping.Mapping, s *sheet.Sheet) Layout {
	return Layout{Mapping: m, Sheet: s, HeaderRow: c.row.Number, Table: c.table}
}

// find returns the row of a sheet that is its headings, or the one that comes nearest.
func (f *finder) find(m *mapping.Mapping, s *sheet.Sheet) (candidate, error) {
	if m.HeaderRow > 0 {
		return f.atHeaderRow(m, s)
	}
	named := namedHeadings(m)
	for i := range s.Tables {
		if c := inTable(m, &s.Tables[i], named); c.fits {
			return c, nil
		}
	}
	if m.Shared {
		for i := range s.Tables {
			if c := inTable(m, &s.Tables[i], nil); c.fits && hasHeadings(c.row, named) == 0 {
				return c, nil
			}
		}
	}
	rows, err := f.firstRows(s)
	if err != nil {
		return candidate{}, err
	}
	c := among(m, rows, named)
	if c.found == 0 && len(named) > 0 && m.Shared { // the default of a folder, and a workbook that it does not speak of (W20)
		c = among(m, rows, nil)
	}
	return c, nil
}

// atHeaderRow looks at the row that header_row names.
func (f *finder) atHeaderRow(m *mapping.Mapping, s *sheet.Sheet) (candidate, error) {
	for rows, err := range s.Rows(f.ctx, 64) {
		if err != nil {
			return candidate{}, err
		}
		for _, row := range rows {
			if row.Number < m.HeaderRow {
				continue
			}
			if row.Number > m.HeaderRow {
				return candidate{row: sheet.Row{Number: m.HeaderRow}}, nil
			}
			row.Cells = slices.Clone(row.Cells)
			return rate(m, row, namedHeadings(m), false), nil
		}
	}
	return candidate{row: sheet.Row{Number: m.HeaderRow}}, nil
}

// inTable reports whether the headings of an Excel table are those that are looked for.
func inTable(m *mapping.Mapping, t *sheet.Table, named []string) candidate {
	if !t.Headings {
		return candidate{}
	}
	row := sheet.Row{Number: t.First.Row}
	for i, text := range t.Columns {
		row.Cells = append(row.Cells, sheet.Cell{Column: t.First.Column + i, Type: sheet.Text, Raw: text})
	}
	c := rate(m, row, named, len(t.Columns) == 1)
	c.table = t
	return c
}

// among looks for the headings among the first rows: the first row with all that the mapping names, or else the first with two known headings
// that no row above it outdoes in filled cells.
func among(m *mapping.Mapping, rows []sheet.Row, named []string) candidate {
	var best candidate
	lone := oneColumn(rows)
	most := 0 // filled cells of the rows above
	for i, row := range rows {
		c := rate(m, row, named, lone)
		filled := FilledCells(row)
		if c.fits && len(named) == 0 && filled <= most {
			c.fits, c.blocked = false, true
		}
		if c.fits {
			return c
		}
		if i == 0 || c.blocked && !best.blocked || c.blocked == best.blocked && c.found > best.found {
			best = c
		}
		most = max(most, filled)
	}
	return best
}

func rate(m *mapping.Mapping, row sheet.Row, named []string, lone bool) candidate {
	c := candidate{row: row}
	if len(named) > 0 {
		c.found = hasHeadings(row, named)
		c.fits = c.found == len(named)
		return c
	}
	c.found = countKnown(m, row)
	c.fits = c.found >= 2 || c.found == 1 && lone
	return c
}

// allSheets makes a part of every visible sheet with known headings. A sheet with none of the headings that the mapping names is bound by its own headings.
func (f *finder) allSheets(m *mapping.Mapping) ([]Layout, error) {
	var all []Layout
	for _, s := range f.book.Sheets {
		if !s.Grid || s.Hidden || isHelp(f.ctx, s) {
			continue
		}
		part := *m
		part.AllSheets, part.Sheets, part.Sheet = false, nil, strconv.Itoa(s.Number)
		c, err := f.find(&part, s)
		if err != nil {
			return nil, err
		}
		if c.found == 0 && len(namedHeadings(&part)) > 0 {
			part.Columns = slices.DeleteFunc(slices.Clone(part.Columns), func(c mapping.Column) bool { return c.Letter == "" && c.Field != nil })
			if c, err = f.find(&part, s); err != nil {
				return nil, err
			}
		}
		if c.fits || c.found > 0 && len(namedHeadings(&part)) > 0 || m.ForRejects {
			m.Sheets = append(m.Sheets, &part)
			all = append(all, c.layout(&part, s))
		}
	}
	if len(all) == 0 {
		l, err := f.part(m)
		return []Layout{l}, err
	}
	return all, nil
}

// isHelp reports whether a sheet is the help sheet of a template.
func isHelp(ctx context.Context, s *sheet.Sheet) bool {
	heads, ok := template.HelpHeadings(s.Name)
	if !ok {
		return false
	}
	rows, err := FirstRows(ctx, s, 1)
	if err != nil || len(rows) == 0 {
		return false
	}
	for i, head := range heads {
		if rows[0].Cell(i).Shown() != head {
			return false
		}
	}
	return true
}

// namedHeadings returns the headings that the mapping maps to fields, folded.
func namedHeadings(m *mapping.Mapping) []string {
	var all []string
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Field != nil && c.Letter == "" {
			all = append(all, crm.Heading(c.Heading))
		}
	}
	return all
}

// lettersOnly says that the mapping names its columns by letters alone, so that no heading says where they begin.
func lettersOnly(m *mapping.Mapping) bool {
	letters := false
	for i := range m.Columns {
		if c := &m.Columns[i]; c.Field != nil {
			if c.Letter == "" {
				return false
			}
			letters = true
		}
	}
	return letters
}

func hasHeadings(row sheet.Row, named []string) int {
	n := 0
	for _, want := range named {
		if slices.ContainsFunc(row.Cells, func(c sheet.Cell) bool { return crm.Heading(c.Shown()) == want }) {
			n++
		}
	}
	return n
}

// countKnown counts the different fields that the cells of a row are headings of.
func countKnown(m *mapping.Mapping, row sheet.Row) int {
	var fields []*crm.Field
	for _, cell := range row.Cells {
		if cell.Type != sheet.Text {
			continue
		}
		if f := m.Schema.ByHeading(crm.Trim(cell.Raw)); f != nil && !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return len(fields)
}

// knownTwice says that two cells of a row are headings of one field.
func knownTwice(m *mapping.Mapping, row sheet.Row) bool {
	n := 0
	for _, cell := range row.Cells {
		if cell.Type == sheet.Text && m.Schema.ByHeading(crm.Trim(cell.Raw)) != nil {
			n++
		}
	}
	return n > countKnown(m, row)
}

func oneColumn(rows []sheet.Row) bool {
	column := -1
	for _, row := range rows {
		for _, cell := range row.Cells {
			if crm.Trim(cell.Shown()) == "" {
				continue
			}
			if column >= 0 && cell.Column != column {
				return false
			}
			column = cell.Column
		}
	}
	return true
}

// OfOtherTables returns the headings without those of Excel tables that stand beside the one that is used.
func (l *Layout) OfOtherTables(head sheet.Row) sheet.Row {
	if l.Table == nil {
		return head
	}
	var cells []sheet.Cell
	for _, cell := range head.Cells {
		other := slices.ContainsFunc(l.Sheet.Tables, func(t sheet.Table) bool {
			return t.First != l.Table.First && t.Headings && t.First.Row == head.Number && t.First.Column <= cell.Column && cell.Column <= t.Last.Column
		})
		if !other {
			cells = append(cells, cell)
		}
	}
	head.Cells = cells
	return head
}

// Totals reports whether a row is the totals row of the table whose headings are used.
func (l *Layout) Totals(row int) bool {
	return l.Table != nil && l.Table.Totals && row == l.Table.Last.Row
}

// UnreadSheets returns the sheets with cells that are not imported: the visible ones, and of the hidden ones those that look like tables of
// records.
func UnreadSheets(ctx context.Context, m *mapping.Mapping, book *sheet.Workbook, layouts []Layout) []ledger.UnreadSheet {
	const most = 100 // each is opened, and stands in the import's document
	var all []ledger.UnreadSheet
	for _, s := range book.Sheets {
		if len(all) == most {
			break
		}
		if !s.Grid || slices.ContainsFunc(layouts, func(l Layout) bool { return l.Sheet == s }) {
			continue
		}
		known, any := knownHeadings(ctx, m, s)
		if any && (!s.Hidden || known >= 2) && !isHelp(ctx, s) {
			all = append(all, ledger.UnreadSheet{Sheet: strings.TrimSpace(s.Name), KnownHeadings: known})
		}
	}
	return all
}

// Choose returns the sheet of a name or number, or for "" the first visible one with cells. *ledger.Refusal if there is none.
func Choose(book *sheet.Workbook, name string) (*sheet.Sheet, error) {
	var names []string
	for _, s := range book.Sheets {
		number, err := strconv.Atoi(name)
		switch {
		case name == "" && s.Grid && !s.Hidden,
			name != "" && s.Grid && (s.Name == name || crm.Heading(s.Name) == crm.Heading(name) || err == nil && s.Number == number):
			return s, nil
		}
		if s.Grid {
			names = append(names, strconv.Quote(s.Name))
		}
	}
	if name == "" {
		return nil, &ledger.Refusal{Code: "no_sheet", Text: message.Say("the workbook has no visible sheet with content")}
	}
	return nil, &ledger.Refusal{Code: "no_sheet", Text: message.Say("the sheet %s was not found. Sheets in the workbook: %s", strconv.Quote(name), ShortList(names))}
}

// HeadRows is how many of the first rows of a sheet may be its headings: titles and notes above them are fewer.
const HeadRows = 30

const maxCells = 1 << 18 // of the first rows

// FirstRows returns copies of the first rows of a sheet, fewer where they are very wide.
func FirstRows(ctx context.Context, s *sheet.Sheet, n int) ([]sheet.Row, error) {
	var all []sheet.Row
	cells := 0
	for rows, err := range s.Rows(ctx, 64) {
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			row.Cells = slices.Clone(row.Cells)
			all = append(all, row)
			if cells += len(row.Cells); len(all) == n || cells > maxCells {
				return all, nil
			}
		}
	}
	return all, nil
}

func FilledCells(r sheet.Row) int {
	n := 0
	for _, cell := range r.Cells {
		if crm.Trim(cell.Shown()) != "" {
			n++
		}
	}
	return n
}
