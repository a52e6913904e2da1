package sheet

import (
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
)

// isoStyles are the styles of dates that the file writes as text (t="d"), by date system.
var isoStyles = [2]style{{}, {d1904: true}}

// isoDate makes a date of ISO text. What is no date that a serial number can hold stays text, so that nothing of it is lost.
func (g *gridReader) isoDate(cell Cell, v string) Cell {
	cell.Type, cell.Raw = Text, strings.Clone(v)
	t, typ := parseISO(v)
	if typ == Blank {
		return cell
	}
	serial := 0.0
	if typ != Clock {
		days, ok := serialDay(t, g.d1904)
		if !ok {
			return cell
		}
		serial = float64(days)
	}
	hour, minute, second := t.Clock()
	serial += float64(hour*3600+minute*60+second)/86400 + float64(t.Nanosecond())/86400e9
	cell.Type = typ
	cell.Raw, _ = numfmt.Shorten(strconv.FormatFloat(serial, 'f', -1, 64))
	cell.style = &isoStyles[0]
	if g.d1904 {
		cell.style = &isoStyles[1]
	}
	return cell
}

// parseISO reads a day, a time or both. An offset from UTC is not applied: a sheet knows no zones.
func parseISO(v string) (time.Time, Type) {
	if day, clock, ok := strings.Cut(v, "T"); ok {
		if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
			clock = clock[:i]
		}
		v = day + "T" + clock
	}
	for _, l := range []struct {
		layout string
		typ    Type
	}{{"2006-01-02T15:04:05", DateTime}, {"2006-01-02T15:04", DateTime}, {"2006-01-02", Date}, {"T15:04:05", Clock}, {"15:04:05", Clock}, {"15:04", Clock}} {
		if t, err := time.Parse(l.layout, v); err == nil {
			return t, l.typ
		}
	}
	return time.Time{}, Blank
}

// serialDay gives the number of a day in the date system; false where it has none.
func serialDay(t time.Time, d1904 bool) (int, bool) {
	first := day1900
	if d1904 {
		first = day1904
	}
	if t.Before(first) || t.Year() > 9999 {
		return 0, false
	}
	days := int((t.Unix() - first.Unix()) / 86400) // a Duration holds no more than 292 years
	if d1904 {
		return days, true
	}
	if days >= 60 { // Excel has a 29 February 1900
		days++
	}
	return days, days > 0
}
