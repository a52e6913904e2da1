package listing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
)

func withRejected(rows int) ledger.Import {
	imp := ledger.Import{ID: "a-1", Inbox: "north", Source: "crm", Sum: strings.Repeat("ab", 32), Workbook: "Kundlista_Örebro 2026-11.xlsx", State: ledger.Done}
	imp.Tally.Of(crm.Account).Rejected = rows
	imp.Tally.Of(crm.Contact).Parked = rows - 1
	return imp
}

// TestTags: what a filter selects has all tags of the filter, and the tags of one that asks for something else are not all there.
func TestTags(t *testing.T) {
	imp := withRejected(3)
	tags := listing.Tags(&imp)
	if len(slices.Compact(slices.Sorted(slices.Values(tags)))) != len(tags) {
		t.Errorf("a tag stands there twice: %v", tags)
	}
	for _, c := range []struct {
		f    listing.Filter
		want bool
	}{
		{listing.Filter{}, true},
		{listing.Filter{Inbox: "north", State: listing.Errors}, true},
		{listing.Filter{Inbox: "south", State: listing.Errors}, false},
		{listing.Filter{Inbox: "nort"}, false},
		{listing.Filter{Inbox: "north", State: listing.Needing}, true},
		{listing.Filter{State: listing.Held}, false},
		{listing.Filter{Source: "crm"}, true},
		{listing.Filter{Source: "other"}, false},
		{listing.Filter{As: ledger.Done}, true},
		{listing.Filter{As: ledger.Held}, false},
		{listing.Filter{Sum: strings.Repeat("ab", 32)}, true},
		{listing.Filter{Sum: strings.Repeat("ac", 32)}, false},
		{listing.Filter{File: "kund"}, true},
		{listing.Filter{File: "KUNDLISTA"}, true},
		{listing.Filter{File: "kundlistan"}, false},
		{listing.Filter{File: "öre 2026-11"}, true},
		{listing.Filter{File: "öre 2025"}, false},
		{listing.Filter{File: "lista"}, false},
		{listing.Filter{File: "xlsx"}, true},
	} {
		has := true
		for _, tag := range c.f.Tags() {
			has = has && slices.Contains(tags, tag)
		}
		if shows := c.f.Shows(&imp); shows != c.want || shows && !has {
			t.Errorf("%+v shows it: %v, and it has the tags: %v", c.f, shows, has)
		}
	}
}

// TestPartsOfWords: a program writes words together, and people look for one of them.
func TestPartsOfWords(t *testing.T) {
	imp := ledger.Import{Workbook: "KundExport2026v3_ÅrsRapport-ABC12.CSV", State: ledger.Done}
	tags := listing.Tags(&imp)
	for file, want := range map[string]bool{
		"kundexport": true, "export": true, "Export2026": true, "2026": true, "v3": true, "3": true, "rapport": true, "årsrapport": true, "12": true, "abc12": true,
		"csv": true, "export rapport": true, "port": false, "xport": false, "026": false, "bc": false,
	} {
		f := listing.Filter{File: file}
		has := true
		for _, tag := range f.Tags() {
			has = has && slices.Contains(tags, tag)
		}
		if shows := f.Shows(&imp); shows != want || shows && !has {
			t.Errorf("%s: shown %v, tagged %v, want %v", file, shows, has, want)
		}
	}
}

// TestLongWords: the tag of a word is cut between characters.
func TestLongWords(t *testing.T) {
	imp := ledger.Import{Workbook: "åäöåäöåäö 漢字漢字漢字.csv", State: ledger.Done}
	tags := listing.Tags(&imp)
	for _, file := range []string{"å", "åäöå", "åäöåä", "åäöåäöåäö", "漢", "漢字", "漢字漢字漢"} {
		f := listing.Filter{File: file}
		if !f.Shows(&imp) || !slices.Contains(tags, f.Tags()[0]) {
			t.Errorf("%s: %v of %v", file, f.Tags(), tags)
		}
	}
}

func TestRowsNeed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ledger.Import)
		want   bool
	}{
		"nothing was done":             {func(*ledger.Import) {}, true},
		"nothing was rejected":         {func(i *ledger.Import) { i.Tally = ledger.Tally{} }, false},
		"undone":                       {func(i *ledger.Import) { i.UndoneBy = "u-1" }, false},
		"an undo":                      {func(i *ledger.Import) { i.Undoes = "x-1" }, false},
		"not done":                     {func(i *ledger.Import) { i.State = ledger.Refused }, false},
		"ticked off":                   {func(i *ledger.Import) { i.TickedOff = ledger.TickedOff{By: "anna", At: time.Now()} }, false},
		"a correction has begun":       {func(i *ledger.Import) { i.AddCorrection(ledger.Correction{Import: "b-1"}) }, true},
		"a correction of all rows":     {func(i *ledger.Import) { i.AddCorrection(ledger.Correction{Import: "b-1", Rows: 3, Applied: 2}) }, false},
		"a correction of some rows":    {func(i *ledger.Import) { i.AddCorrection(ledger.Correction{Import: "b-1", Rows: 2, Applied: 2}) }, true},
		"a correction that was undone": {func(i *ledger.Import) { i.AddCorrection(ledger.Correction{Import: "b-1", Rows: 3, Undone: true}) }, true},
		"two corrections of all the rows": {func(i *ledger.Import) {
			i.AddCorrection(ledger.Correction{Import: "b-1", Rows: 1})
			i.AddCorrection(ledger.Correction{Import: "c-1", Rows: 2})
		}, false},
	} {
		imp := withRejected(3)
		if c.change(&imp); listing.RowsNeed(&imp) != c.want {
			t.Errorf("%s: rows need somebody: %v", name, !c.want)
		}
	}
}

func TestRowsOf(t *testing.T) {
	imp := withRejected(3)
	if got, want := listing.RowsOf(&imp), (listing.Rows{NotApplied: 5}); got != want {
		t.Errorf("%+v", got)
	}
	for name, change := range map[string]func(*ledger.Import){
		"running": func(i *ledger.Import) { i.State = ledger.Running }, "held": func(i *ledger.Import) { i.State = ledger.Held },
		"undone": func(i *ledger.Import) { i.UndoneBy = "u-1" }, "undo": func(i *ledger.Import) { i.Undoes = "u-1" },
	} {
		other := imp
		if change(&other); listing.RowsOf(&other) != (listing.Rows{}) {
			t.Errorf("%s: %+v", name, listing.RowsOf(&other))
		}
	}
}
