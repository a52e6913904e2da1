package writer

import (
	"strconv"

	"github.com/xuri/excelize/v2"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// The limits of what is copied.
const (
	mostLooks   = 4_000 // number formats, marked ones apart; Excel takes 64,000, and excelize looks each up among all
	formatUnits = 255   // of a number format; Excel repairs a workbook with a longer one
	mostNotes   = 500   // on marked cells of a workbook; each has a shape of its own
	days1904    = 1462  // from 1 January 1900 to 1 January 1904, as Excel counts
)

// copied returns a cell of another workbook for excelize. If its value cannot be written it is written as it was shown.
func (s *valueStyles) copied(c cell.Cell, l appearance) (any, error) {
	l.heading = s.heading
	if c.Style != nil {
		l.code, l.builtin = c.Style.Code, c.Style.BuiltIn
	}
	if !s.hasRoom(l) {
		if c.Type != cell.Error && c.Type != cell.NoValue {
			c = cell.Cell{Column: c.Column, Type: cell.Text, Raw: c.Shown()}
		}
		l.code, l.builtin = formatText, 0
	}
	switch c.Type {
	case cell.Blank:
		return s.apply(l, nil)
	case cell.Number, cell.Date, cell.DateTime, cell.Clock:
		return s.copiedNumber(c, l)
	case cell.Bool:
		return s.apply(l, c.Raw == "1")
	case cell.Error, cell.NoValue:
		return s.copiedError(c, l)
	}
	if c.Style == nil || looksLikeFormula(c.Raw) {
		l.code, l.builtin = formatText, 0
	}
	return s.apply(l, cut(c.Raw))
}

// copiedNumber returns a number, with a date of the system of 1904 counted from 1900.
func (s *valueStyles) copiedNumber(c cell.Cell, l appearance) (any, error) {
	v, err := strconv.ParseFloat(c.Raw, 64)
	day := c.Type == cell.Date || c.Type == cell.DateTime
	if day && c.Style != nil && c.Style.Date1904 {
		if _, none := c.Time(); none != nil {
			err = none // the system of 1900 has no number for this date
		}
		v += days1904
	}
	if err != nil {
		l.code, l.builtin = formatText, 0
		return s.apply(l, c.Raw)
	}
	if l.code == "" && l.builtin == 0 {
		l.code = usualFormat[c.Type] // a date that was stored as text
	}
	return s.apply(l, v)
}

// usualFormat is the number format of dates that have none of their own.
var usualFormat = [...]string{cell.Date: formatDate, cell.DateTime: formatDateTime, cell.Clock: formatClock}

// errorCodes are the errors that a formula can name in every version of Excel.
var errorCodes = map[string]bool{
	"#NULL!": true, "#DIV/0!": true, "#VALUE!": true, "#REF!": true, "#NAME?": true, "#NUM!": true, "#N/A": true,
}

// copiedError returns an error as a formula that consists of its name: excelize cannot stream other errors, and as text it would be a
// value when the workbook comes back. For the same reason errors that no Excel calculates (a damaged cell, a formula without a stored
// result, an error of a newer version) become #N/A, "no value"; the row's problem tells what they were.
func (s *valueStyles) copiedError(c cell.Cell, l appearance) (any, error) {
	code := c.Raw
	if !errorCodes[code] {
		code = "#N/A"
	}
	id, err := s.id(l)
	return excelize.Cell{StyleID: id, Formula: code}, err
}
