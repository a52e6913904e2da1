package writer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// Column is the appearance of a column of a sheet that people fill in, and what it accepts.
type Column struct {
	Width   float64  // in characters; 0: the default
	Format  string   // number format of the cells below the heading: "@" text, "yyyy-mm-dd", "#,##0.00"; "" General
	Choices []string // the drop-down; empty ones are left out
	Free    bool     // values that are not in Choices are accepted too
	Note    string   // a comment on the heading
	Prompt  string   // an input message of the cells; left out if it is longer than Excel accepts
	Wrap    bool     // long texts continue in the next line
	Lines   int      // the most lines that a row is made high for; 0: as many as it needs
	Frozen  bool     // this column and those before it do not scroll
	Heading Tone     // of the heading; none: the usual one
	Cells   Tone     // of the cells below the heading
}

// column is what the cells of a column need to know.
type column struct {
	wrap  bool
	dated bool // its format shows a day
	own   bool // the cells of a row have another tone than the column, which excelize would give them
	takes Column
}

// looks returns the appearance of a cell of the column that has a number format of its own.
func (c *column) looks(code string, heading bool) appearance {
	if heading {
		return appearance{code: code, wrap: c.wrap, heading: true, tone: c.takes.Heading}
	}
	return appearance{code: code, wrap: c.wrap, top: c.wrap, tone: c.takes.Cells}
}

// note is a comment on a cell.
type note struct{ ref, text string }

// The limits of Excel, in UTF-16 units.
const (
	inlineUnits = 255 // of a drop-down whose values are in the validation itself
	promptUnits = 255
	noteUnits   = 32_512
)

// Columns sets the appearance of the columns and what they accept. It is called after Sheet and before the first row, which is then the
// headings: bold, filled, and visible while one scrolls.
func (w *Writer) Columns(cols ...Column) error {
	if w.sheet == nil || w.row > 0 || w.columns != nil {
		return errors.New("set columns: this must be called once, after Sheet and before the first row")
	}
	if len(cols) > cell.MaxColumn {
		return fmt.Errorf("set columns: %d is more than a sheet has", len(cols))
	}
	wraps := slices.ContainsFunc(cols, func(c Column) bool { return c.Wrap })
	for i, c := range slices.Backward(cols) { // excelize puts each one before the others, and Excel expects them in order
		if err := w.setColumn(i+1, c, wraps); err != nil {
			return fmt.Errorf("set column %s: %w", cell.ColumnName(i), err)
		}
	}
	for _, c := range cols {
		typ := cell.NewStyle(c.Format, false).Type
		w.columns = append(w.columns, column{wrap: c.Wrap, dated: typ == cell.Date || typ == cell.DateTime, takes: c})
	}
	w.heading = true
	return w.sheet.SetPanes(panes(cols))
}

// panes freezes the headings, and the columns up to the last frozen one.
func panes(cols []Column) *excelize.Panes {
	frozen := 0
	for i, c := range cols {
		if c.Frozen {
			frozen = i + 1
		}
	}
	pane, cell := "bottomLeft", cell.Ref(frozen, 2)
	if frozen > 0 {
		pane = "bottomRight"
	}
	return &excelize.Panes{Freeze: true, XSplit: frozen, YSplit: 1, TopLeftCell: cell, ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: cell, ActiveCell: cell, Pane: pane}}}
}

// setColumn sets width and format, which excelize accepts only before the first row. The column counts from 1, as in excelize.
func (w *Writer) setColumn(n int, c Column, top bool) error {
	if c.Width > 0 {
		if err := w.sheet.SetColWidth(n, n, min(c.Width, excelize.MaxColumnWidth)); err != nil {
			return err
		}
	}
	id, err := w.id(appearance{code: c.Format, wrap: c.Wrap, top: top, tone: c.Cells})
	if id == 0 || err != nil {
		return err
	}
	return w.sheet.SetColStyle(n, n, id)
}

// furnish adds what comes after the rows in the part of the sheet: drop-downs and notes.
func (w *Writer) furnish() error {
	for i, c := range w.columns {
		if c.takes.Note != "" {
			w.notes = append(w.notes, note{ref: cell.Ref(i, 1), text: c.takes.Note})
		}
		if err := w.validate(i, c.takes); err != nil {
			return fmt.Errorf("column %s: %w", cell.ColumnName(i), err)
		}
	}
	for _, n := range w.notes {
		if err := w.book.AddComment(w.sheet.Sheet, comment(n)); err != nil {
			return fmt.Errorf("note on %s: %w", n.ref, err)
		}
	}
	w.notes = w.notes[:0]
	return nil
}

// comment makes the box of a note large enough for its text.
func comment(n note) excelize.Comment {
	const width, perLine, line, most = 300, 45, 18, 400 // pixels, and letters of the default font
	lines := 1
	for l := range strings.Lines(n.text) {
		lines += 1 + len(l)/perLine
	}
	return excelize.Comment{Cell: n.ref, Author: "Inlet", Text: cutUTF16(n.text, noteUnits), Width: width, Height: uint(min(lines*line, most))}
}

// cutUTF16 returns the beginning of a text.
func cutUTF16(s string, units int) string {
	if len(s) <= units {
		return s
	}
	wide := utf16.Encode([]rune(s))
	return strings.TrimSuffix(string(utf16.Decode(wide[:min(units, len(wide))])), "\uFFFD")
}

// validate adds the drop-down and the input message of a column, for all rows below the heading. Excel words the error itself, in the
// language of its user.
func (w *Writer) validate(i int, c Column) error {
	rule := excelize.NewDataValidation(true)
	rule.Sqref = cell.Ref(i, 2) + ":" + cell.Ref(i, cell.MaxRow)
	var values []string
	for _, v := range c.Choices {
		if v != "" { // in a range it would let everything through
			values = append(values, v)
		}
	}
	switch {
	case len(values) == 0:
	case inline(values):
		if err := rule.SetDropList(values); err != nil {
			return err
		}
	default:
		rule.SetSqrefDropList(w.lists.add(values, w.hasSheet))
	}
	rule.ShowErrorMessage = len(values) > 0 && !c.Free
	if c.Prompt != "" && len(utf16.Encode([]rune(c.Prompt))) <= promptUnits {
		rule.ShowInputMessage, rule.Prompt = true, &c.Prompt
	}
	if rule.Type == "" && !rule.ShowInputMessage {
		return nil
	}
	return w.book.AddDataValidation(w.sheet.Sheet, rule)
}

// inline reports whether the values can be in the validation itself, which separates them by commas and loses the spaces around them.
func inline(values []string) bool {
	for _, v := range values {
		if strings.ContainsAny(v, ",\"\r\n\t") || strings.TrimSpace(v) != v || looksLikeFormula(v) {
			return false
		}
	}
	return len(utf16.Encode([]rune(strings.Join(values, ",")))) <= inlineUnits
}

// wraps reports whether any column wraps its text.
func (w *Writer) wraps() bool {
	return slices.ContainsFunc(w.columns, func(c column) bool { return c.wrap })
}

// Print sets how the current sheet is printed: landscape on A4, the columns on so many pages beside each other, as many below as it takes, each with
// the headings. It is called before the first row.
func (w *Writer) Print(pagesWide int) error {
	const a4 = 9
	name, landscape, asNeeded, size := w.sheet.Sheet, "landscape", 0, a4
	quoted := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	for _, set := range []func() error{
		func() error {
			return w.book.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &size, Orientation: &landscape, FitToWidth: &pagesWide, FitToHeight: &asNeeded})
		},
		func() error {
			return w.book.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&F&C&A&R&P / &N"})
		},
		func() error {
			return w.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted + "!$1:$1", Scope: name})
		},
	} {
		if err := set(); err != nil {
			return fmt.Errorf("page setup of sheet %q: %w", name, err)
		}
	}
	return nil
}
