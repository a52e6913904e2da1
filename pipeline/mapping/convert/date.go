package convert

import (
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// ISOLayouts is what no one can read in two ways; it needs no layout.
var ISOLayouts = []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.RFC3339}

// AmbiguousLayouts are the layouts a date without a declared layout is tried by, only to say what it may mean: it is never read by them.
var AmbiguousLayouts = []string{"2/1/2006", "1/2/2006", "2.1.2006", "1.2.2006", "2-1-2006", "1-2-2006", "2/1/06", "1/2/06", "06/1/2", "2006/1/2", "20060102", "2/1 2006"}

// date reads a day or a point in time: a typed cell by the workbook's date system, text by declared layouts or in ISO form.
func date(t crm.Type, layouts []string, locale string, cell sheet.Cell) (crm.Value, *Problem) {
	switch cell.Type {
	case sheet.Date, sheet.DateTime:
		when, err := cell.Time()
		if err != nil {
			return crm.Value{}, invalid("is a date that does not exist")
		}
		return dateValue(t, when), nil
	case sheet.Text:
		return textDate(t, layouts, crm.Clean(t, cell.Raw), locale)
	}
	return crm.Value{}, invalid("is not a date, but the column contains dates: format the cell as a date")
}

func dateValue(t crm.Type, when time.Time) crm.Value {
	if t == crm.DateTime {
		return crm.DateTimeValue(when)
	}
	return crm.DateValue(when)
}

func textDate(t crm.Type, declared []string, text, locale string) (crm.Value, *Problem) {
	layouts := ISOLayouts
	if len(declared) > 0 {
		layouts = nil
		for _, l := range declared {
			if layout, err := GoLayout(l); err == nil {
				layouts = append(layouts, layout)
			}
		}
	}
	if days := Times(layouts, text, locale); len(days) > 0 {
		return dateValue(t, days[0]), nil
	}
	if len(declared) > 0 {
		return crm.Value{}, invalid("is not a date in a layout that the mapping allows (%s)", strings.Join(declared, ", "))
	}
	days := Times(AmbiguousLayouts, text, locale)
	if len(days) > 1 && !days[0].Equal(days[1]) {
		return crm.Value{}, &Problem{Code: ledger.Invalid, Hold: "dates", Text: message.Say(
			"can be %s or %s: specify which in the mapping, e.g. layouts: [dd/mm/yyyy]", days[0].Format(time.DateOnly), days[1].Format(time.DateOnly))}
	}
	return crm.Value{}, invalid("is not an unambiguous date: write it like 2026-10-25, or set layouts for the column in the mapping")
}

// Times returns the different times that a text means by the layouts.
func Times(layouts []string, text, locale string) []time.Time {
	var times []time.Time
	for _, layout := range layouts {
		when, err := time.Parse(layout, englishMonth(text, layout, locale))
		if err != nil {
			continue
		}
		if len(times) == 0 || !times[0].Equal(when) {
			times = append(times, when)
		}
	}
	return times
}

// GoLayout turns yyyy, yy, mmmm, mmm, mm, m, dd, d, hh, ss and mm behind hh into Go's layout; everything else stands for itself. wrong is what
// is none.
func GoLayout(layout string) (goes string, wrong *message.Text) {
	words := []struct{ from, to string }{{"yyyy", "2006"}, {"yy", "06"}, {"mmmm", "January"}, {"mmm", "Jan"}, {"mm", "01"}, {"m", "1"},
		{"dd", "02"}, {"d", "2"}, {"hh", "15"}, {"ss", "05"}}
	var out strings.Builder
	clock, has := false, ""
next:
	for i := 0; i < len(layout); {
		for _, w := range words {
			if !strings.HasPrefix(layout[i:], w.from) {
				continue
			}
			to := w.to
			if w.from == "mm" && clock {
				to = "04"
			}
			clock = clock || w.from == "hh"
			has += w.from[:1]
			out.WriteString(to)
			i += len(w.from)
			continue next
		}
		c := layout[i]
		if c >= 'a' && c <= 'z' && c != 't' || c >= '0' && c <= '9' {
			text := message.Say("layout %s: %s is not one of yyyy yy mm m dd d hh mm ss", strconv.Quote(layout), strconv.Quote(string(c)))
			return "", &text
		}
		out.WriteByte(c)
		i++
	}
	if !strings.Contains(has, "y") || !strings.Contains(has, "m") || !strings.Contains(has, "d") {
		text := message.Say("layout %s: must contain yyyy, mm and dd, e.g. dd/mm/yyyy", strconv.Quote(layout))
		return "", &text
	}
	return out.String(), nil
}
