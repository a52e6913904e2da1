package pages

import (
	"fmt"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
)

const (
	chartDays = 30
	stripRuns = 30
)

// chart is the rows of each of the last days, as paths of a drawing of 600 by 160.
type chart struct {
	Label                                 string
	Top, Half, Bottom                     int
	Created, Updated, Unchanged, Rejected string
	Dates                                 []string
	Table                                 []dayCounts
}

type dayCounts struct {
	Day time.Time
	counts
}

// chartOf draws what has come in on each day.
func chartOf(lang string, now time.Time, imports []ledger.Import) *chart {
	days := make([]dayCounts, chartDays)
	for i := range days {
		days[i].Day = now.AddDate(0, 0, i-chartDays+1)
	}
	for i := range imports {
		imp := &imports[i]
		at := chartDays - 1 - daysBetween(imp.Began, now)
		if at >= 0 && at < chartDays && imp.Undoes == "" {
			days[at].add(countsOf(&imp.Tally))
		}
	}
	c := &chart{Label: words.Say(lang, "Rows per day of the last 30 days. The figures are in the table below."), Top: 2, Bottom: 1}
	for _, d := range days {
		c.Top, c.Bottom = max(c.Top, d.Created+d.Updated+d.Unchanged), max(c.Bottom, d.Failed)
	}
	c.Top, c.Bottom = nice(c.Top), nice(c.Bottom)
	c.Half = c.Top / 2
	c.draw(days)
	for i := 0; i < chartDays; i += 5 {
		c.Dates = append(c.Dates, words.Day(lang, days[i].Day))
	}
	c.Dates = append(c.Dates, words.Say(lang, "today"))
	for i := len(days) - 1; i >= 0; i-- {
		c.Table = append(c.Table, days[i])
	}
	return c
}

func daysBetween(then, now time.Time) int {
	then, now = then.Local(), now.Local()
	a := time.Date(then.Year(), then.Month(), then.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}

// nice returns the next number that people count by.
func nice(n int) int {
	for step := 1; ; step *= 10 {
		for _, m := range []int{1, 2, 5} {
			if m*step >= n {
				return m * step
			}
		}
	}
}

const (
	baseline = 120.0 // of the bars; what did not come in hangs below it
	tall     = 119.0
	deep     = 36.0
)

func (c *chart) draw(days []dayCounts) {
	var created, updated, unchanged, rejected strings.Builder
	for i, d := range days {
		x, y := i*20+2, baseline
		for _, part := range []struct {
			to *strings.Builder
			n  int
		}{{&created, d.Created}, {&updated, d.Updated}, {&unchanged, d.Unchanged}} {
			if h := tall * float64(part.n) / float64(c.Top); part.n > 0 {
				h = max(h, 1.5)
				y -= h
				bar(part.to, float64(x), y, 16, h)
			}
		}
		if d.Failed > 0 {
			bar(&rejected, float64(x), baseline+3, 16, max(3, deep*float64(d.Failed)/float64(c.Bottom)))
		}
	}
	c.Created, c.Updated, c.Unchanged, c.Rejected = created.String(), updated.String(), unchanged.String(), rejected.String()
}

func bar(b *strings.Builder, x, y, width, height float64) {
	fmt.Fprintf(b, "M%g,%.1fh%gv%.1fh-%gz", x, y, width, height, width)
}

// strip is the last runs of an inbox or a source, the newest to the right.
type strip struct {
	Label, Last string
	Bars        []stripBar
}

type stripBar struct {
	Tone, Path string
	Faint      bool
}

// stripOf draws imports, of which the newest is the first. A higher bar means more to look at.
func stripOf(lang string, now time.Time, imports []*ledger.Import) *strip {
	s := &strip{Last: words.Say(lang, "none yet")}
	well := 0
	for i := range stripRuns {
		n := stripRuns - 1 - i // from the left
		var b strings.Builder
		if n >= len(imports) {
			bar(&b, float64(i*10), 26, 7, 2)
			s.Bars = append(s.Bars, stripBar{Tone: "grey", Path: b.String(), Faint: true})
			continue
		}
		tone, height := barOf(imports[n])
		if tone == "green" || tone == "grey" {
			well++
		}
		bar(&b, float64(i*10), 28-height, 7, height)
		s.Bars = append(s.Bars, stripBar{Tone: tone, Path: b.String()})
	}
	if len(imports) > 0 {
		s.Last = words.When(lang, now, imports[0].Began)
	}
	s.Label = fmt.Sprintf(words.Say(lang, "The last %d runs, %d of them with nothing to look at"), len(imports), well)
	return s
}

// barOf returns the colour and the height of an import in a strip.
func barOf(imp *ledger.Import) (tone string, height float64) {
	c := countsOf(&imp.Tally)
	switch {
	case imp.State == ledger.Refused || imp.State == ledger.Stuck:
		return "red", 26
	case imp.State == ledger.Held || imp.State == ledger.Cancelled:
		return "amber", 20
	case imp.State == ledger.Running:
		return "blue", 16
	case c.Failed > 0:
		return "amber", 16
	case imp.State == ledger.Duplicate || c.Created+c.Updated == 0:
		return "grey", 5
	}
	return "green", 10
}
