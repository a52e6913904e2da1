package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// crowded is an import of a workbook in which everything that can be left is there.
func crowded() ledger.Import {
	imp := ledger.Import{ID: "k3vq7ra2mxce-1", Workbook: "export.xlsx", Inbox: "kunder", Mapping: "headings", State: ledger.Done,
		Began: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), Ended: time.Date(2026, 11, 24, 8, 0, 1, 0, time.UTC),
		Tally: ledger.Tally{Rows: 120, Blank: 2, Counts: ledger.Counts{{Created: 118, Rejected: 2}}}}
	r := &imp.Reading
	for i := range 23 {
		r.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: "Kunder", Row: 130 + i}, Why: ledger.LeftOutFooter, Text: fmt.Sprintf("Rapporten skapades av\x1b[2J avdelning %d och gäller kunder i hela landet", i)})
	}
	r.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: "Kunder", Row: 7}, Why: ledger.LeftOutHeadings})
	r.Above, r.HiddenRows, r.Sheets = 3, 2, []string{"Kunder", "Fler \u202ekunder"}
	for i, heading := range []string{"Lifecycle Stage", "Lead\nStatus", "", strings.Repeat("En lång rubrik ", 9), "日本語の見出し", "Score", "Owner ID"} {
		r.UnreadColumns = append(r.UnreadColumns, ledger.UnreadColumn{Sheet: "Kunder", Column: string(rune('C' + i)), Heading: heading, Filled: 120 - 7*i})
	}
	r.UnreadSheets = []ledger.UnreadSheet{{Sheet: "Kontakter", KnownHeadings: 4}, {Sheet: "Läs mig"}, {Sheet: "Status", KnownHeadings: 1}, {Sheet: "Summor"}}
	return imp
}

// sparse has one of each.
func sparse() ledger.Import {
	imp := ledger.Import{ID: "k3vq7ra2mxce-2", Workbook: "kunder.xlsx", Mapping: "kunder.mapping.yaml", State: ledger.Done,
		Tally: ledger.Tally{Rows: 1, Counts: ledger.Counts{1: {Updated: 1}}}}
	r := &imp.Reading
	r.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: "Blad1", Row: 4}, Why: ledger.LeftOutWhere, Text: "REGION NORR"})
	r.Above, r.HiddenRows, r.Sheets = 1, 1, []string{"Blad1"}
	r.UnreadColumns = []ledger.UnreadColumn{{Sheet: "Blad1", Column: "B", Heading: "Hund", Filled: 1}}
	r.UnreadSheets = []ledger.UnreadSheet{{Sheet: "Läs mig"}}
	return imp
}

// everywhere returns every sort of report about an import.
func everywhere(t *testing.T, imp ledger.Import, lang string) string {
	t.Helper()
	var out bytes.Buffer
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(Text(&out, &imp, lang))
	out.WriteString("---- show\n")
	check(Show(&out, &imp, nil, lang))
	out.WriteString("---- json\n")
	check(JSON(&out, &imp))
	imp.State, imp.Why = ledger.Held, "…"
	out.WriteString("---- reason\n" + Reason(&imp, "kunder.xlsx.plan.txt", lang))
	imp.State = ledger.Planned
	out.WriteString("---- plan\n")
	check(NewPlanText(&out, schema(t), lang, false).Summary(&out, &imp))
	return out.String()
}

func TestReading(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = local })
	for _, lang := range []string{"en", "sv"} {
		said := everywhere(t, crowded(), lang) + "====\n" + everywhere(t, sparse(), lang)
		for line := range strings.Lines(said) {
			if wide := message.Width(strings.TrimSuffix(line, "\n")); wide > page && line[0] != '{' && !strings.Contains(line, "Plan: ") {
				t.Errorf("%s: %d columns: %s", lang, wide, line)
			}
		}
		if strings.ContainsAny(strings.Split(said, "---- json")[0], "\x1b\u202e") {
			t.Errorf("%s: what stood in the workbook steers the terminal", lang)
		}
		golden(t, "reading."+lang, []byte(said))
	}
}

// TestNoNotes expects no notes in the reports of an import that left nothing out.
func TestNoNotes(t *testing.T) {
	imp := ledger.Import{ID: "k3vq7ra2mxce-1", Workbook: "kunder.xlsx", State: ledger.Done, Tally: ledger.Tally{Rows: 2, Counts: ledger.Counts{{Created: 2}}}}
	var out bytes.Buffer
	if err := Text(&out, &imp, "en"); err != nil || out.String() != "kunder.xlsx: 2 rows\n  accounts 2 created\n" {
		t.Errorf("got %q, %v", out.String(), err)
	}
	for _, state := range []ledger.State{ledger.Duplicate, ledger.Done} {
		imp := crowded()
		if imp.State = state; state == ledger.Done {
			imp.Undoes = "k3vq7ra2mxce-1"
		}
		if notes := Notes(&imp, "en", Full); len(notes) > 0 {
			t.Errorf("%s, undo of %q: %v", state, imp.Undoes, notes)
		}
	}
}

// TestSummaryKeys holds what scripts rely on: the keys of old in their order, then those of the reading, which are always there.
func TestSummaryKeys(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, &ledger.Import{ID: "i", State: ledger.Done}); err != nil {
		t.Fatal(err)
	}
	want := `"contact":{"created":0,"updated":0,"unchanged":0,"skipped":0,"rejected":0,"parked":0},"problems":{},` +
		`"left_out":{},"above":0,"hidden_rows":0,"unread_columns":[],"unread_sheets":[]}` + "\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %s", out.String())
	}
	out.Reset()
	imp := sparse()
	if err := JSON(&out, &imp); err != nil || !json.Valid(out.Bytes()) {
		t.Fatal(err, out.String())
	}
	want = `"left_out":{"where":1},"above":1,"hidden_rows":1,"unread_columns":[{"sheet":"Blad1","column":"B","heading":"Hund","filled":1}],` +
		`"unread_sheets":[{"sheet":"Läs mig","known_headings":0}]}` + "\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %s", out.String())
	}
}

// TestHiddenOnce expects no note about imported hidden rows where the mapping leaves them out.
func TestHiddenOnce(t *testing.T) {
	imp := ledger.Import{State: ledger.Done, Reading: ledger.Reading{HiddenRows: 2, LeftOut: map[ledger.LeftOut]int{ledger.LeftOutHidden: 2}}}
	if notes := Notes(&imp, "en", Full); len(notes) != 1 || notes[0].Text != "2 rows are left out: hidden, by rows: hidden" {
		t.Errorf("got %v", notes)
	}
}

// TestLeftOutWords holds that every reason has words in both languages.
func TestLeftOutWords(t *testing.T) {
	for _, why := range ledger.LeftOuts {
		if en, sv := LeftOut(why, "en"), LeftOut(why, "sv"); en == string(why) || en == sv {
			t.Errorf("%s: %q, %q", why, en, sv)
		}
	}
}

// TestReportNamesTheNextCommand expects the reports of a held import to name a command that works for it.
func TestReportNamesTheNextCommand(t *testing.T) {
	for _, tt := range []struct{ inbox, code, want string }{
		{"", "cap", "inlet import kunder.xlsx --approve"},
		{"", "dates", ""},
		{"kunder", "quotes", "inlet approve i-1"},
		{"kunder", "no_mapping", "suggested mapping: inlet approve i-1"},
		{"", "no_mapping", "inlet import kunder.xlsx\n"},
		{"kunder", "dates", "inlet discard i-1"},
	} {
		imp := ledger.Import{ID: "i-1", Inbox: tt.inbox, Workbook: "kunder.xlsx", State: ledger.Held, Code: tt.code, Why: "…", Suggestion: &ledger.Suggestion{Path: "kunder.mapping.yaml", Matches: true}}
		var out bytes.Buffer
		if err := Text(&out, &imp, "en"); err != nil {
			t.Fatal(err)
		}
		for _, said := range []string{out.String(), Reason(&imp, "", "en")} {
			if !strings.Contains(said, tt.want) || tt.want == "" && strings.Contains(said, "inlet ") || tt.code == "dates" && strings.Contains(said, "approve") {
				t.Errorf("%q %s: %s", tt.inbox, tt.code, said)
			}
		}
	}
}

// TestDuplicateOfAnOlderVersion: older versions stored of a duplicate the sentence alone, in English.
func TestDuplicateOfAnOlderVersion(t *testing.T) {
	for _, imp := range []ledger.Import{
		{Workbook: "kunder.xlsx", State: ledger.Duplicate, Why: "the same workbook with the same mapping was imported as abc-7"},
		{Workbook: "kunder.xlsx", State: ledger.Duplicate, Repeated: "abc-7", Why: "a sentence of a later version"},
	} {
		var out bytes.Buffer
		if err := Text(&out, &imp, "sv"); err != nil || !strings.Contains(out.String(), "samma arbetsbok har redan importerats med samma mappning, som abc-7") {
			t.Errorf("%v %s", err, out.String())
		}
	}
}
