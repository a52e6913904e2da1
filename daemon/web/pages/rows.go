package pages

import (
	"cmp"
	"fmt"
	"time"

	"inlet.example/inlet/daemon/web/words"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// state is how something stands, in words, with a colour and an icon.
type state struct{ Tone, Icon, Text string }

// stateOf says how an import stands.
func stateOf(lang string, imp *ledger.Import) state {
	s := func(tone, icon, text string) state { return state{tone, icon, words.Say(lang, text)} }
	switch {
	case imp.UndoneBy != "":
		return s("grey", "undo", "Undone")
	case imp.State == ledger.Running:
		return s("blue", "run", "Running")
	case imp.State == ledger.Held:
		return s("amber", "clock", "Waiting for you")
	case imp.State == ledger.Stuck:
		return s("red", "warn", "Stuck")
	case imp.State == ledger.Cancelled:
		return s("amber", "stop", "Cancelled")
	case imp.State == ledger.Duplicate:
		return s("grey", "same", "Imported before")
	case imp.State == ledger.Refused:
		return s("red", "stop", "Stopped")
	case imp.Tally.NotApplied() > 0:
		return s("amber", "warn", "Done with errors")
	}
	return s("green", "ok", "Done")
}

// counts are the outcomes of rows that a list shows.
type counts struct{ Created, Updated, Unchanged, Failed int }

func (c *counts) add(o counts) {
	c.Created, c.Updated, c.Unchanged, c.Failed = c.Created+o.Created, c.Updated+o.Updated, c.Unchanged+o.Unchanged, c.Failed+o.Failed
}

func countsOf(t *ledger.Tally) counts {
	var all counts
	for _, c := range t.Counts {
		all.add(counts{c.Created, c.Updated, c.Unchanged, c.NotApplied()})
	}
	return all
}

// row is an import in a list.
type row struct {
	ID, File, From, Nothing, Took, When string
	State                               state
	Count                               counts
}

func rowOf(lang string, now time.Time, imp *ledger.Import) row {
	r := row{ID: imp.ID, File: fileOf(lang, imp), From: fromOf(lang, imp), State: stateOf(lang, imp), Count: countsOf(&imp.Tally), When: words.When(lang, now, imp.Began)}
	if !imp.Ended.IsZero() {
		r.Took = words.Took(lang, imp.Ended.Sub(imp.Began))
	}
	removed := 0
	for _, c := range imp.Tally.Counts {
		removed += c.Removed
	}
	switch {
	case removed > 0:
		r.Nothing = fmt.Sprintf("%s %s", words.Number(lang, removed), words.Say(lang, "removed"))
	case imp.State == ledger.Refused || imp.State == ledger.Held || imp.State == ledger.Duplicate:
		r.Nothing = words.Say(lang, "nothing written")
	}
	return r
}

// fileOf returns the name of an import's workbook as a person reads it.
func fileOf(lang string, imp *ledger.Import) string {
	name := message.Plain(imp.Workbook)
	if imp.Undoes != "" {
		return fmt.Sprintf(words.Say(lang, "Undo of %s"), name)
	}
	return name
}

// fromOf says where a workbook came from.
func fromOf(lang string, imp *ledger.Import) string {
	from := imp.Inbox
	switch {
	case imp.Parent != "":
		return words.Say(lang, "corrected rows of") + " " + imp.Parent
	case imp.Source != "" && imp.Source != imp.Inbox:
		from = imp.Source + " → " + imp.Inbox
	}
	return cmp.Or(from, words.Say(lang, "by a command"))
}

// running is the import that is being written, as it is drawn.
type running struct {
	Running
	Count counts
	Rate  int
	Left  string
}

func runningOf(lang string, now time.Time, r Running, imp *ledger.Import) *running {
	out := &running{Running: r, Count: countsOf(&imp.Tally)}
	if out.Rows == 0 {
		out.Rows = imp.Tally.Rows
	}
	if lasted := now.Sub(r.Began).Seconds(); lasted >= 1 && out.Rows > 0 {
		out.Rate = int(float64(out.Rows) / lasted)
		if out.Rate > 0 && out.Total > out.Rows {
			out.Left = words.Took(lang, time.Duration(float64(out.Total-out.Rows)/float64(out.Rate)*float64(time.Second)))
		}
	}
	return out
}

// fact is a name with a value.
type fact struct{ Name, Value, URL string }

// link is an address with its text.
type link struct {
	URL, Text string
	Current   bool
}
