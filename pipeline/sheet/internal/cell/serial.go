package cell

import "time"

// SerialDay returns the number of a day in a date system; false if the system has none for it.
func SerialDay(t time.Time, date1904 bool) (int, bool) {
	first := day1900
	if date1904 {
		first = day1904
	}
	if t.Before(first) || t.Year() > 9999 {
		return 0, false
	}
	days := int((t.Unix() - first.Unix()) / 86400) // a Duration holds no more than 292 years
	if date1904 {
		return days, true
	}
	if days >= 60 { // Excel counts a 29 February 1900
		days++
	}
	return days, days > 0
}
