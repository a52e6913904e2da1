package writer

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// What copying keeps, and no more.
const (
	mostLooks   = 4_000 // number formats, marked ones apart; Excel takes 64,000, and excelize looks each up among all
	formatUnits = 255   // of a number format; Excel repairs a workbook with a longer one
	mostNotes   = 500   // on marked cells of a workbook; each has a shape of its own
	days1904    = 1462  // from 1 January 1900 to 1 January 1904, as Excel counts
)

// Copy writes a row of another workbook: first values of one's own, and behind them the cells, shown as they were there, in columns of their
// own that count from 0. width is more than every cell's column, so that nothing is lost. The columns in marks are filled, and the first 500 in
// the workbook have their text as a note.
func (w *Writer) Copy(first []any, cells []cell.Cell, width int, marks map[int]string) error {
	from := len(first)
	if err := w.begin(from + width); err != nil {
		return err
	}
	for i, v := range first {
		if err := w.put(i, v); err != nil {
			return err
		}
	}
	for _, c := range cells {
		at := from + c.Column
		if c.Column < 0 || c.Column >= width {
			return fmt.Errorf("copy cell %s: the columns of its row end before %s", cell.Ref(at, w.row), cell.ColumnName(from+width))
		}
		_, marked := marks[c.Column]
		v, err := w.copied(c, marked)
		if err != nil {
			return fmt.Errorf("copy cell %s: %w", cell.Ref(at, w.row), err)
		}
		w.cells[at] = v
	}
	if err := w.mark(from, width, marks); err != nil {
		return err
	}
	return w.end()
}

// wraps says whether any column goes on in a line below.
func (w *Writer) wraps() bool {
	return slices.ContainsFunc(w.columns, func(c col) bool { return c.wrap })
}

// mark fills the marked cells that hold nothing, and keeps the notes.
func (w *Writer) mark(from, width int, marks map[int]string) error {
	if len(marks) == 0 {
		return nil
	}
	for i := range width {
		text, ok := marks[i]
		if !ok {
			continue
		}
		column := from + i
		if w.cells[column] == nil {
			v, err := w.styled(appearance{marked: true, top: w.wraps()}, nil)
			if err != nil {
				return err
			}
			w.cells[column] = v
		}
		if text != "" && w.marked < mostNotes {
			w.marked++
			w.notes = append(w.notes, note{ref: cell.Ref(column, w.row), text: text})
		}
	}
	return nil
}

// copied gives a cell as excelize takes it. What has no value that can be written is written as it was shown.
func (w *Writer) copied(c cell.Cell, marked bool) (any, error) {
	l := appearance{marked: marked, heading: w.heading, top: w.wraps()}
	if c.Style != nil {
		l.code, l.builtin = c.Style.Code, c.Style.BuiltIn
	}
	if !w.keeps(l) {
		if c.Type != cell.Error && c.Type != cell.NoValue {
			c = cell.Cell{Column: c.Column, Type: cell.Text, Raw: c.Shown()}
		}
		l.code, l.builtin = formatText, 0
	}
	switch c.Type {
	case cell.Blank:
		return w.styled(l, nil)
	case cell.Number, cell.Date, cell.DateTime, cell.Clock:
		return w.copiedNumber(c, l)
	case cell.Bool:
		return w.styled(l, c.Raw == "1")
	case cell.Error, cell.NoValue:
		return w.copiedError(c, l)
	}
	if c.Style == nil || looksLikeFormula(c.Raw) {
		l.code, l.builtin = formatText, 0
	}
	return w.styled(l, cut(c.Raw))
}

// keeps says whether the workbook has room for a look.
func (w *Writer) keeps(l appearance) bool {
	if _, ok := w.ids[l]; ok {
		return true
	}
	return len(w.ids) < mostLooks && (len(l.code) <= formatUnits || len(utf16.Encode([]rune(l.code))) <= formatUnits)
}

// copiedNumber gives a number, with a day of 1904 counted from 1900.
func (w *Writer) copiedNumber(c cell.Cell, l appearance) (any, error) {
	v, err := strconv.ParseFloat(c.Raw, 64)
	day := c.Type == cell.Date || c.Type == cell.DateTime
	if day && c.Style != nil && c.Style.Date1904 {
		if _, none := c.Time(); none != nil {
			err = none // the system of 1900 has no number that is shown alike
		}
		v += days1904
	}
	if err != nil {
		l.code, l.builtin = formatText, 0
		return w.styled(l, c.Raw)
	}
	if l.code == "" && l.builtin == 0 {
		l.code = usualFormat[c.Type] // a date that was stored as text
	}
	return w.styled(l, v)
}

// usualFormat is for dates without a format of their own.
var usualFormat = [...]string{cell.Date: formatDate, cell.DateTime: formatDateTime, cell.Clock: formatClock}

// errorCodes are the errors that a formula can name in every Excel.
var errorCodes = map[string]bool{
	"#NULL!": true, "#DIV/0!": true, "#VALUE!": true, "#REF!": true, "#NAME?": true, "#NUM!": true, "#N/A": true,
}

// copiedError gives an error as a formula that is nothing but its name: excelize can stream no other, and as text it would pass for a
// value when the workbook comes back. That is also why what no Excel calculates (a damaged cell, a formula that never was calculated, an
// error of newer versions) becomes #N/A, "no value"; the row's problem says what was there.
func (w *Writer) copiedError(c cell.Cell, l appearance) (any, error) {
	code := c.Raw
	if !errorCodes[code] {
		code = "#N/A"
	}
	id, err := w.style(l)
	return excelize.Cell{StyleID: id, Formula: code}, err
}
