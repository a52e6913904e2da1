package writer

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// The formats that the writer uses.
const (
	formatText     = "@" // text that begins with = stays text when a person edits the cell
	formatDate     = "yyyy-mm-dd"
	formatDateTime = "yyyy-mm-dd hh:mm:ss"
	formatClock    = "hh:mm:ss"
)

// cellUnits is what one cell of Excel holds, in UTF-16 units. A longer text is cut, and says so at its end.
const cellUnits = 32767

// valueStyles makes cells of values.
type valueStyles struct {
	styles
	heading bool // the row is the headings
}

// cell returns a value of a column for excelize.
func (s *valueStyles) cell(c column, v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return s.plain(c, v)
	case string:
		return s.text(c, v)
	case int:
		return s.integer(c, int64(v))
	case int64:
		return s.integer(c, v)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return s.text(c, fmt.Sprint(v))
		}
		return s.plain(c, v)
	case time.Time:
		return s.time(c, v)
	}
	return nil, fmt.Errorf("a %T is not a valid cell value", v)
}

// plain returns a value with the style of its column, which excelize adds, or with that of the headings.
func (s *valueStyles) plain(c column, v any) (any, error) {
	if s.heading {
		return s.apply(c.looks("", true), v)
	}
	if c.own {
		return s.apply(c.looks(c.takes.Format, false), v)
	}
	return v, nil
}

// integer returns a number, as text if Excel would round it.
func (s *valueStyles) integer(c column, v int64) (any, error) {
	const exact = 999_999_999_999_999
	if v > exact || v < -exact {
		return s.text(c, fmt.Sprint(v))
	}
	return s.plain(c, v)
}

// text returns a text that stays one when a person edits the cell.
func (s *valueStyles) text(c column, value string) (any, error) {
	switch {
	case value == "":
		return s.plain(c, nil)
	case looksLikeFormula(value):
		return s.apply(c.looks(formatText, s.heading), cut(value))
	}
	return s.plain(c, cut(value))
}

// looksLikeFormula reports whether Excel takes a text for a formula when a person edits it.
func looksLikeFormula(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 }

// cut shortens a text that is too long for a cell, and says so at its end.
func cut(s string) string {
	if len(s) <= cellUnits {
		return s
	}
	units := utf16.Encode([]rune(s))
	if len(units) <= cellUnits {
		return s
	}
	mark := fmt.Sprintf("… [cut, %d characters in all]", len([]rune(s)))
	return strings.TrimSuffix(string(utf16.Decode(units[:cellUnits-len(mark)])), "\uFFFD") + mark
}

// time returns a date as its serial number, or as text if Excel has no such date. A column of dates keeps its own format.
func (s *valueStyles) time(c column, t time.Time) (any, error) {
	hour, minute, second := t.Clock()
	code, layout := formatDate, time.DateOnly
	if hour+minute+second > 0 {
		code, layout = formatDateTime, time.DateTime
	}
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	serial, ok := cell.SerialDay(day, false)
	if !ok {
		return s.text(c, t.Format(layout))
	}
	value := float64(serial) + float64(hour*3600+minute*60+second)/86400
	if c.dated {
		return s.plain(c, value)
	}
	return s.apply(c.looks(code, s.heading), value)
}
