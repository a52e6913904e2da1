package cell

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Type is what a cell holds.
type Type uint8

// The types of cells.
const (
	Blank    Type = iota // not stored
	Text                 // characters, also digits stored as text
	Number               // a number that no format makes a date
	Date                 // a number shown as a day
	DateTime             // a number shown as a day and a time
	Clock                // a number shown as a time of day or a span of time
	Bool                 // true or false
	Error                // an error of Excel, such as #REF!, or one of this package, such as ErrStyle
	NoValue              // a formula without a stored result
)

var typeNames = [...]string{"blank", "text", "number", "date", "date and time", "time", "true or false", "error", "formula without a value"}

// String returns the type's name for people.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "type " + strconv.Itoa(int(t))
}

// Cell is one stored cell.
type Cell struct {
	Column int    // from 0
	Type   Type   // decided by content and format
	Raw    string // text; number in its shortest form; "1" or "0"; "#REF!"
	Style  *Style // nil: General, and dates from 1900
}

// Row is one row with at least one cell that is not empty.
type Row struct {
	Number int    // as Excel shows it; in CSV the line where the record begins
	Cells  []Cell // the stored ones, by rising column
	Hidden bool   // by a filter, a collapsed group or a person; always false in CSV
	End    int    // in CSV the line where the record ends; 0 otherwise
}

// Last returns the number of the last line of the row: Number, except for a CSV record with line breaks in a field.
func (r Row) Last() int { return max(r.Number, r.End) }

// Cell returns the cell of a column, counted from 0; a Blank where nothing is stored.
func (r Row) Cell(column int) Cell {
	lo, hi := 0, len(r.Cells)
	if column < hi && column >= 0 && r.Cells[column].Column == column {
		return r.Cells[column] // no gaps before it, as in most rows
	}
	for lo < hi {
		if mid := (lo + hi) / 2; r.Cells[mid].Column < column {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(r.Cells) && r.Cells[lo].Column == column {
		return r.Cells[lo]
	}
	return Cell{Column: column}
}

// Format returns the code of the cell's number format, "yyyy-mm-dd" or "#,##0.00"; "" for General and in CSV.
func (c Cell) Format() string {
	if c.Style == nil {
		return ""
	}
	return c.Style.Code
}

// Shown returns the text as Excel displays it with respect to leading zeros, separators and decimal places: "01234", "111 22",
// "12.5 %". Dates are in ISO form, and numbers of the format General have no exponent.
func (c Cell) Shown() string {
	switch c.Type {
	case Number:
		if c.Style != nil {
			return c.Style.Format.Show(c.Raw)
		}
	case Date, DateTime, Clock:
		return c.shownDate()
	case Bool:
		if c.Raw == "1" {
			return "TRUE"
		}
		return "FALSE"
	}
	return c.Raw
}

func (c Cell) shownDate() string {
	t, err := c.Time()
	switch {
	case err != nil:
		return c.Raw
	case c.Type == Date:
		return t.Format(time.DateOnly)
	case c.Type == DateTime:
		return t.Format(time.DateTime)
	}
	since := t.Unix() - clockDay.Unix()
	return fmt.Sprintf("%02d:%02d:%02d", since/3600, since/60%60, since%60)
}

var (
	// clockDay is the day of a time without a date, as in time.Parse.
	clockDay = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	day1900  = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC) // serial 0; 1 is 1 January 1900
	day1904  = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)   // serial 0
)

const lastSerial = 2958465 // 9999-12-31 in the system of 1900

// Time returns the date and time of a date cell, in UTC and rounded to the second, by the date system of its workbook. The time of a
// Clock cell is on 1 January of the year 0. A number that stands for no date is an error: negative ones, and in the system of 1900 also
// 0 and 60, which Excel shows as 29 February 1900.
func (c Cell) Time() (time.Time, error) {
	if c.Type != Date && c.Type != DateTime && c.Type != Clock {
		return time.Time{}, fmt.Errorf("a cell of type %s is not a date", c.Type)
	}
	v, err := strconv.ParseFloat(c.Raw, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a valid date number", c.Raw)
	}
	if v < 0 || v >= lastSerial+1 {
		return time.Time{}, fmt.Errorf("%s is not a valid date number: dates range from 1900 to 9999", c.Raw)
	}
	days := int(v)
	seconds := int(math.Round((v - math.Floor(v)) * 86400))
	if seconds == 86400 {
		days, seconds = days+1, 0
	}
	first, days, err := c.epoch(days)
	if err != nil {
		return time.Time{}, err
	}
	return first.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second), nil
}

// epoch returns the first day of the cell's date system, and the cell's distance to it in days.
func (c Cell) epoch(days int) (time.Time, int, error) {
	switch {
	case c.Type == Clock:
		return clockDay, days, nil
	case c.Style != nil && c.Style.Date1904:
		return day1904, days, nil
	case days == 0 || days == 60:
		return time.Time{}, 0, fmt.Errorf("%s is not a valid date number: 0 and 60 are days that never existed", c.Raw)
	case days > 60: // Excel counts a 29 February 1900
		return day1900, days - 1, nil
	}
	return day1900, days, nil
}
