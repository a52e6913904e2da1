package grid

import (
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
)

// isoStyles are the styles of dates that the file writes as text (t="d"), by date system.
var isoStyles = [2]cell.Style{{}, {Date1904: true}}

// isoDate makes a date of ISO text. What no serial number can hold remains text, so that nothing is lost.
func isoDate(out cell.Cell, v string, date1904 bool) cell.Cell {
	out.Type, out.Raw = cell.Text, strings.Clone(v)
	t, typ := parseISO(v)
	if typ == cell.Blank {
		return out
	}
	serial := 0.0
	if typ != cell.Clock {
		days, ok := cell.SerialDay(t, date1904)
		if !ok {
			return out
		}
		serial = float64(days)
	}
	hour, minute, second := t.Clock()
	serial += float64(hour*3600+minute*60+second)/86400 + float64(t.Nanosecond())/86400e9
	out.Type = typ
	out.Raw, _ = numfmt.Shorten(strconv.FormatFloat(serial, 'f', -1, 64))
	out.Style = &isoStyles[0]
	if date1904 {
		out.Style = &isoStyles[1]
	}
	return out
}

// parseISO reads a date, a time or both. An offset from UTC is ignored, because a sheet has no time zones.
func parseISO(v string) (time.Time, cell.Type) {
	if day, clock, ok := strings.Cut(v, "T"); ok {
		if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
			clock = clock[:i]
		}
		v = day + "T" + clock
	}
	for _, l := range []struct {
		layout string
		typ    cell.Type
	}{{"2006-01-02T15:04:05", cell.DateTime}, {"2006-01-02T15:04", cell.DateTime}, {"2006-01-02", cell.Date}, {"T15:04:05", cell.Clock}, {"15:04:05", cell.Clock}, {"15:04", cell.Clock}} {
		if t, err := time.Parse(l.layout, v); err == nil {
			return t, l.typ
		}
	}
	return time.Time{}, cell.Blank
}
