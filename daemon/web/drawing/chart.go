// Package drawing draws the chart of rows per day and the strips of runs as the paths of a picture.
package drawing

import (
	"fmt"
	"strings"
	"time"

	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
)

// How many days a chart has, and how many runs a strip.
const (
	Days = 30
	Runs = 30
)

// Poll is how a source was once asked for files.
type Poll struct {
	At     time.Time
	Files  int // that it fetched
	Failed bool
}

// Chart is the rows of each of the last days, as paths of a drawing of 600 by 160.
type Chart struct {
	Label                                 string
	Top, Half, Bottom                     int
	Created, Updated, Unchanged, Rejected string
	Dates                                 []string
	Table                                 []Day
}

// Day is what came in on a day, and what did not.
type Day struct {
	Day                                 time.Time
	Created, Updated, Unchanged, Failed int
}

// ChartOf draws what has come in on each day.
func ChartOf(lang string, now time.Time, totals []listing.Day) *Chart {
	days := make([]Day, Days)
	for i := range days {
		days[i].Day = now.AddDate(0, 0, i-Days+1)
	}
	at := map[string]*Day{}
	for i := range days {
		at[listing.DateOf(days[i].Day)] = &days[i]
	}
	for i := range totals {
		if day, all := at[totals[i].Date], totals[i].All(); day != nil {
			day.Created, day.Updated, day.Unchanged, day.Failed = all.Created, all.Updated, all.Unchanged, all.NotApplied
		}
	}
	c := &Chart{Label: words.Say(lang, "Rows per day of the last 30 days. The figures are in the table below."), Top: 2, Bottom: 1}
	for _, d := range days {
		c.Top, c.Bottom = max(c.Top, d.Created+d.Updated+d.Unchanged), max(c.Bottom, d.Failed)
	}
	c.Top, c.Bottom = nice(c.Top), nice(c.Bottom)
	c.Half = c.Top / 2
	c.draw(days)
	for i := 0; i < Days; i += 5 {
		c.Dates = append(c.Dates, words.Day(lang, days[i].Day))
	}
	c.Dates = append(c.Dates, words.Say(lang, "today"))
	for i := len(days) - 1; i >= 0; i-- {
		c.Table = append(c.Table, days[i])
	}
	return c
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

func (c *Chart) draw(days []Day) {
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

// Strip is the last runs of an inbox or a source, the newest to the right.
type Strip struct {
	Label, Last string
	Bars        []Bar
}

// Bar is one run. A faint one stands where there was none.
type Bar struct {
	Tone, Path string
	Faint      bool
}

// StripOf draws imports, of which the newest is the first. A higher bar means more to look at.
func StripOf(lang string, now time.Time, imports []ledger.Import) *Strip {
	last := words.Say(lang, "none yet")
	if len(imports) > 0 {
		last = words.When(lang, now, imports[0].Began)
	}
	return drawStrip(lang, last, len(imports), func(n int) (string, float64) { return barOf(&imports[n]) })
}

// StripOfPolls draws the polls of a source, of which the newest is the first.
func StripOfPolls(lang string, now time.Time, polls []Poll, imports []ledger.Import) *Strip {
	if len(polls) == 0 {
		return StripOf(lang, now, imports) // an older version kept no polls
	}
	return drawStrip(lang, words.When(lang, now, polls[0].At), min(len(polls), Runs), func(n int) (string, float64) {
		switch poll := &polls[n]; {
		case poll.Failed:
			return "red", 26
		case poll.Files == 0:
			return "grey", 5
		}
		return "green", 10
	})
}

// drawStrip draws n runs, each as barOf has it, the first of them to the right.
func drawStrip(lang, last string, runs int, barOf func(n int) (tone string, height float64)) *Strip {
	s := &Strip{Last: last}
	well := 0
	for i := range Runs {
		n := Runs - 1 - i // from the left
		var b strings.Builder
		if n >= runs {
			bar(&b, float64(i*10), 26, 7, 2)
			s.Bars = append(s.Bars, Bar{Tone: "grey", Path: b.String(), Faint: true})
			continue
		}
		tone, height := barOf(n)
		if tone == "green" || tone == "grey" {
			well++
		}
		bar(&b, float64(i*10), 28-height, 7, height)
		s.Bars = append(s.Bars, Bar{Tone: tone, Path: b.String()})
	}
	s.Label = fmt.Sprintf(words.Say(lang, "The last %d runs, %d of them with nothing to look at"), runs, well)
	return s
}

// barOf returns the colour and the height of an import in a strip.
func barOf(imp *ledger.Import) (tone string, height float64) {
	c := imp.Tally.Counts.All()
	switch {
	case imp.State == ledger.Refused || imp.State == ledger.Stuck:
		return "red", 26
	case imp.State == ledger.Held || imp.State == ledger.Cancelled:
		return "amber", 20
	case imp.State == ledger.Running:
		return "blue", 16
	case c.NotApplied() > 0:
		return "amber", 16
	case imp.State == ledger.Duplicate || c.Created+c.Updated == 0:
		return "grey", 5
	}
	return "green", 10
}
