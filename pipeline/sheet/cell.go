package sheet

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
	Blank    Type = iota // nothing
	Text                 // characters, also digits stored as text
	Number               // a number that no format makes a date
	Date                 // a number shown as a day
	DateTime             // a number shown as a day and a time
	Clock                // a number shown as a time of day or a span of time
	Bool                 // true or false
	Error                // #REF! and its kin, and what the file itself has wrong in this cell
	NoValue              // a formula that was never calculated
)

var typeNames = [...]string{"blank", "text", "number", "date", "date and time", "time", "true or false", "error", "formula without a value"}

// String gives the type's name for people.
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
	style  *style // nil: General, and dates from 1900; of a damaged cell what is wrong with it
}

// Row is one row with at least one cell that is not empty.
type Row struct {
	Number int    // as Excel shows it; in CSV the line where the record begins
	Cells  []Cell // by rising column, only the stored ones
	Hidden bool   // by a filter, a collapsed group or by hand; never in CSV
	end    int    // in CSV the line where the record ends
}

// Last is the number of the last line that the row takes: Number, but for a CSV record with line breaks in it.
func (r Row) Last() int { return max(r.Number, r.end) }

// Cell gives the cell of the column, counted from 0; a Blank where nothing is stored.
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

// Format gives the code of the cell's number format, "yyyy-mm-dd" or "#,##0.00"; "" for General and in CSV.
func (c Cell) Format() string {
	if c.style == nil {
		return ""
	}
	return c.style.code
}

// Shown is the text as Excel displays it, so far as leading zeros, separators and places go: "01234", "111 22", "12.5 %". Dates
// come in ISO form. A General number comes in its plain form, never as 1E+10.
func (c Cell) Shown() string {
	switch c.Type {
	case Number:
		if c.style != nil {
			return c.style.format.Show(c.Raw)
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
	// clockDay is the day of a time without a day, as time.Parse has it.
	clockDay = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	day1900  = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC) // serial 0; 1 is 1 January 1900
	day1904  = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)   // serial 0
)

const lastSerial = 2958465 // 9999-12-31 in the system of 1900

// Time gives the calendar value of a date cell, in UTC and rounded to the second, by the date system of its workbook. A Clock cell
// gives its time on 1 January of the year 0. A number that is no date is an error: negative ones, and in the system of 1900 also 0
// and 60, the 29 February 1900 that never was.
func (c Cell) Time() (time.Time, error) {
	if c.Type != Date && c.Type != DateTime && c.Type != Clock {
		return time.Time{}, fmt.Errorf("a cell of type %s is no date", c.Type)
	}
	v, err := strconv.ParseFloat(c.Raw, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no number of a date", c.Raw)
	}
	if v < 0 || v >= lastSerial+1 {
		return time.Time{}, fmt.Errorf("%s is the number of no date: dates go from 1900 to 9999", c.Raw)
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

// epoch gives the first day of the cell's date system, and how many days after it the cell's is.
func (c Cell) epoch(days int) (time.Time, int, error) {
	switch {
	case c.Type == Clock:
		return clockDay, days, nil
	case c.style != nil && c.style.d1904:
		return day1904, days, nil
	case days == 0 || days == 60:
		return time.Time{}, 0, fmt.Errorf("%s is the number of no date: 0 and 60 stand for days that never were", c.Raw)
	case days > 60: // Excel has a 29 February 1900
		return day1900, days - 1, nil
	}
	return day1900, days, nil
}
