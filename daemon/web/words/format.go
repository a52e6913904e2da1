package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/message"
)

// Number writes a number with spaces (Swedish) or commas between thousands.
func Number(lang string, n int) string {
	digits := strconv.Itoa(n)
	sign, separator := "", ","
	if lang == message.Swedish {
		separator = "\u00a0"
	}
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return sign + digits
}

var (
	monthsSV = [...]string{"jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"}
	daysSV   = [...]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"}
)

// Day writes a day of this year.
func Day(lang string, t time.Time) string {
	t = t.Local()
	if lang == message.Swedish {
		return fmt.Sprintf("%d %s", t.Day(), monthsSV[t.Month()-1])
	}
	return t.Format("2 Jan")
}

// Date writes a day and a time of it.
func Date(lang string, t time.Time) string {
	t = t.Local()
	if lang == message.Swedish {
		return fmt.Sprintf("%s %d %s, %s", daysSV[t.Weekday()], t.Day(), monthsSV[t.Month()-1], t.Format("15:04"))
	}
	return t.Format("Monday 2 January, 15:04")
}

// When writes when something happened, as a person would say it on the same day.
func When(lang string, now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	now, t = now.Local(), t.Local()
	clock := t.Format("15:04")
	switch midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()); {
	case t.After(midnight.AddDate(0, 0, 2)) || t.Year() != now.Year():
		return t.Format("2006-01-02 15:04")
	case t.After(midnight.AddDate(0, 0, 1)):
		return Say(lang, "tomorrow") + " " + clock
	case !t.Before(midnight):
		return Say(lang, "today") + " " + clock
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return Say(lang, "yesterday") + " " + clock
	}
	return Day(lang, t) + " " + clock
}

// Took writes how long something lasted.
func Took(lang string, d time.Duration) string {
	switch {
	case d < 0:
		return ""
	case d < 10*time.Second:
		text := strconv.FormatFloat(max(d.Seconds(), 0.1), 'f', 1, 64)
		if lang == message.Swedish {
			text = strings.Replace(text, ".", ",", 1)
		}
		return text + " s"
	case d < 100*time.Second:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d < 100*time.Minute:
		return strconv.Itoa(int(d.Minutes())) + " min"
	}
	return strconv.Itoa(int(d.Hours())) + " h"
}

// Age writes how long ago something began.
func Age(lang string, now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Say(lang, "since") + " " + When(lang, now, t)
}
