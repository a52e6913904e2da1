package pages

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/assets"
	"inlet.example/inlet/pipeline/message"
)

// functions are those of the templates in a language.
func functions(lang string) template.FuncMap {
	return template.FuncMap{
		"lang":  func() string { return lang },
		"t":     func(en string) string { return say(lang, en) },
		"n":     func(n int) string { return number(lang, n) },
		"date":  func(t time.Time) string { return date(lang, t) },
		"day":   func(t time.Time) string { return day(lang, t) },
		"asset": assets.URL,
		"icon":  icon,
		"role":  func(p access.Person) string { return say(lang, p.Role.String()) },
		"may": func(role string, page interface{ who() access.Person }) bool {
			r, err := access.ParseRole(role)
			return err == nil && page.who().May(r)
		},
	}
}

// icon returns an icon of the templates by its name. The names are ours, never data.
func icon(name string) template.HTML { return icons[name] }

var icons = readIcons()

func readIcons() map[string]template.HTML {
	set := template.Must(template.ParseFS(files, "templates/icons.html"))
	all := map[string]template.HTML{}
	for _, t := range set.Templates() {
		var b strings.Builder
		if name, ok := strings.CutPrefix(t.Name(), "i-"); ok && t.Execute(&b, nil) == nil {
			all[name] = template.HTML(b.String()) //nolint:gosec // our own file
		}
	}
	return all
}

// number writes a number with spaces (Swedish) or commas between thousands.
func number(lang string, n int) string {
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

// day writes a day of this year.
func day(lang string, t time.Time) string {
	t = t.Local()
	if lang == message.Swedish {
		return fmt.Sprintf("%d %s", t.Day(), monthsSV[t.Month()-1])
	}
	return t.Format("2 Jan")
}

// date writes a day and a time of it.
func date(lang string, t time.Time) string {
	t = t.Local()
	if lang == message.Swedish {
		return fmt.Sprintf("%s %d %s, %s", daysSV[t.Weekday()], t.Day(), monthsSV[t.Month()-1], t.Format("15:04"))
	}
	return t.Format("Monday 2 January, 15:04")
}

// when writes when something happened, as a person would say it on the same day.
func when(lang string, now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	now, t = now.Local(), t.Local()
	clock := t.Format("15:04")
	switch midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()); {
	case t.After(midnight.AddDate(0, 0, 2)) || t.Year() != now.Year():
		return t.Format("2006-01-02 15:04")
	case t.After(midnight.AddDate(0, 0, 1)):
		return say(lang, "tomorrow") + " " + clock
	case !t.Before(midnight):
		return say(lang, "today") + " " + clock
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return say(lang, "yesterday") + " " + clock
	}
	return day(lang, t) + " " + clock
}

// took writes how long something lasted.
func took(lang string, d time.Duration) string {
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

// age writes how long ago something began.
func age(lang string, now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return say(lang, "since") + " " + when(lang, now, t)
}
