package columns

import (
	"context"
	"errors"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Source is a workbook with all that is needed to read it.
type Source struct {
	Path     string
	Options  sheet.Options
	Schema   *crm.Schema
	Fallback mapping.Fallback
	Language string // of the reasons
}

// Grid is the beginning of a sheet as it stands there.
type Grid struct {
	Sheets    []string // those with rows
	Sheet     string
	HeaderRow int
	Rows      []GridRow
	Letters   []string
}

// GridRow is one row of it.
type GridRow struct {
	Number int
	Cells  []string
}

// ErrWide says that a sheet has more columns than a person can look through.
var ErrWide = errors.New("the sheet has too many columns")

const (
	gridRows    = 12
	gridColumns = 30
	examples    = 3
	mostColumns = 300 // that a person can look through
	exampleRows = 40
)

// Look returns the beginning of a workbook and a draft of its mapping: content as far as there is any, otherwise what is suggested. name and headerRow are
// the sheet and the row of headings that a person has chosen; "" and 0 leave the choice.
func Look(ctx context.Context, from Source, name string, headerRow int, content []byte) (*Grid, *Draft, error) {
	book, err := sheet.OpenContext(ctx, from.Path, from.Options)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	l := &looker{Source: from, book: book}
	if err := l.read(ctx, name, headerRow, content); err != nil {
		return nil, nil, err
	}
	return l.grid, l.draft, nil
}

// looker gathers what the page of columns shows.
type looker struct {
	Source
	book    *sheet.Workbook
	mapping *mapping.Mapping // that there was; nil if there is none that fits
	guess   *suggestion      // nil where nothing looks like headings
	sheet   *sheet.Sheet
	row     int
	grid    *Grid
	draft   *Draft
}

func (l *looker) read(ctx context.Context, name string, headerRow int, content []byte) (err error) {
	if l.guess, err = suggestFor(ctx, l.Schema, l.book, name, l.Language); err != nil {
		if _, refused := errors.AsType[*ledger.Refusal](err); !refused {
			return err
		}
		l.guess = nil
	}
	if err := l.useMapping(ctx, content, name == "" && headerRow == 0); err != nil {
		return err
	}
	if err := l.choose(name, headerRow); err != nil {
		return err
	}
	rows, err := layout.FirstRows(ctx, l.sheet, layout.HeadRows+exampleRows)
	if err != nil {
		return err
	}
	if l.row == 0 && len(rows) > 0 {
		l.row = rows[0].Number
	}
	l.fillGrid(rows)
	return l.fillDraft(rows, content)
}

// useMapping reads the mapping that there is, and finds where it stands in the workbook. One for several sheets cannot be shown, and one that does not
// fit is of other files.
func (l *looker) useMapping(ctx context.Context, content []byte, place bool) error {
	if content == nil {
		return nil
	}
	m, err := mapping.Parse("mapping", content, l.Schema, l.Fallback)
	if refused(err) || err == nil && (m.AllSheets || len(m.Sheets) > 0) {
		return nil
	}
	if err != nil {
		return err
	}
	if place {
		found, err := layout.Find(ctx, m, l.book)
		if refused(err) || err == nil && len(found) != 1 {
			return nil
		}
		if err != nil {
			return err
		}
		l.sheet, l.row = found[0].Sheet, found[0].HeaderRow
	}
	l.mapping = m
	return nil
}

func refused(err error) bool {
	_, is := errors.AsType[*ledger.Refusal](err)
	return is
}

// choose finds the sheet and the row of headings: those that the person has chosen, otherwise those of the mapping or the suggestion.
func (l *looker) choose(name string, headerRow int) error {
	if l.sheet == nil && l.guess != nil {
		l.sheet, _ = layout.Choose(l.book, l.guess.sheet)
		l.row = l.guess.row
	}
	if name != "" || l.sheet == nil {
		chosen, err := layout.Choose(l.book, name)
		if err != nil {
			return err
		}
		if l.sheet != chosen {
			l.row = 0
		}
		l.sheet = chosen
	}
	if headerRow > 0 {
		l.row = headerRow
	}
	return nil
}

func (l *looker) fillGrid(rows []sheet.Row) {
	g := &Grid{Sheet: l.sheet.Name, HeaderRow: l.row}
	for _, s := range l.book.Sheets {
		if s.Grid && !s.Hidden {
			g.Sheets = append(g.Sheets, s.Name)
		}
	}
	wide := 0
	for _, row := range rows[:min(gridRows, len(rows))] {
		r := GridRow{Number: row.Number}
		for _, cell := range row.Cells {
			if cell.Column >= gridColumns {
				break
			}
			for len(r.Cells) < cell.Column {
				r.Cells = append(r.Cells, "")
			}
			r.Cells = append(r.Cells, shownText(cell))
		}
		wide = max(wide, len(r.Cells))
		g.Rows = append(g.Rows, r)
	}
	for i := range wide {
		g.Letters = append(g.Letters, sheet.ColumnName(i))
	}
	for i := range g.Rows {
		for len(g.Rows[i].Cells) < wide {
			g.Rows[i].Cells = append(g.Rows[i].Cells, "")
		}
	}
	l.grid = g
}

// shownText returns a cell as a person reads it, shortened.
func shownText(c sheet.Cell) string {
	const columns = 60
	return message.Truncate(message.Plain(crm.Trim(c.Shown())), columns)
}

// fillDraft makes the draft of the columns below the headings.
func (l *looker) fillDraft(rows []sheet.Row, content []byte) error {
	d := &Draft{Rules: map[crm.Kind][][]string{}}
	if usual, err := layout.Choose(l.book, ""); err != nil || usual != l.sheet {
		d.Sheet = l.sheet.Name
	}
	if l.row > 1 {
		d.HeaderRow = l.row
	}
	at := slices.IndexFunc(rows, func(r sheet.Row) bool { return r.Number == l.row })
	guessed := l.guess != nil && l.guess.sheet == l.sheet.Name && l.guess.row == l.row
	if at >= 0 {
		d.Columns = columnsOf(rows[at], layout.WithoutExample(rows[at+1:]))
	}
	if len(d.Columns) > mostColumns {
		return ErrWide
	}
	for i := range d.Columns {
		if guessed {
			d.Columns[i].Guess = l.guess.guesses[d.Columns[i].Letter]
		} else if f := l.Schema.ByHeading(d.Columns[i].Heading); f != nil {
			d.Columns[i].Guess = Guess{Field: f.Path(), Sure: 100}
		}
	}
	l.draft = d
	m := l.mapping
	if m == nil && guessed {
		suggested, err := l.guess.mapping(l.Schema)
		if err != nil && !refused(err) {
			return err
		}
		m, content = suggested, l.guess.text
	}
	if m == nil { // by the headings alone
		usual, err := mapping.Default(l.Schema, l.Fallback)
		if err != nil {
			return err
		}
		m, content = usual, nil
	}
	d.take(m, content)
	return nil
}

// columnsOf returns the columns that have a heading or a value, with examples.
func columnsOf(head sheet.Row, rows []sheet.Row) []Column {
	var all []Column
	for _, found := range layout.Columns(head, rows) {
		c := Column{Index: found.Index, Letter: found.Letter, Heading: found.Heading}
		for _, row := range rows[:min(examples, len(rows))] {
			c.Examples = append(c.Examples, shownText(row.Cell(c.Index)))
		}
		all = append(all, c)
	}
	return all
}
