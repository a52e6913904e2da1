package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

var update = flag.Bool("update", false, "write the golden files")

// golden holds a text against the one that is stored.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}

func values(pairs ...any) (vs crm.Values) {
	for i := 0; i < len(pairs); i += 2 {
		switch v := pairs[i+1].(type) {
		case string:
			vs.Set(pairs[i].(string), crm.TextValue(v))
		case crm.Value:
			vs.Set(pairs[i].(string), v)
		}
	}
	return vs
}

func schema(t *testing.T) *crm.Schema {
	t.Helper()
	s, err := crm.NewSchema(crm.Field{Kind: crm.Account, Name: "custom.level", Type: crm.Text, SV: "Nivå", EN: "Level"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// at sets the row of a change.
func at(row int, c ledger.Change) ledger.Change {
	c.Ref, c.Ordinal = ledger.Ref{Sheet: "Kunder", Row: row}, int64(row)
	return c
}

var long = strings.Repeat("Åtta ord till. ", 8)

// batches is a workbook in which everything happens once.
func batches(t *testing.T) [][]ledger.Change {
	t.Helper()
	revenue, err := crm.DecimalValue("1234.50")
	if err != nil {
		t.Fatal(err)
	}
	since := crm.DateValue(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
	said := func(kind crm.Kind, code ledger.Code, text message.Text, candidates ...string) ledger.Problem {
		return ledger.Problem{Ref: ledger.Ref{Sheet: "Kunder"}, Code: code, Text: text, Candidates: candidates}
	}
	warned := said(crm.Account, ledger.BlankKey, message.Say("%s is blank, so no existing account could be found and a new one was created. If the row is not a record, leave it out in the mapping: rows: {where: {%s: filled}}", "Postnr", "Postnr"))
	warned.Warning = true
	digit := ledger.Problem{Ref: ledger.Ref{Sheet: "Kunder", Row: 6, Column: "D"}, Code: ledger.CheckDigit, Value: "5560360794", Warning: true,
		Text: message.Say("the check digit is wrong")}
	choice := ledger.Problem{Ref: ledger.Ref{Sheet: "Kunder", Row: 8, Column: "F"}, Code: ledger.Invalid, Value: "tolv\x1b[31m",
		Text: message.Say("is not a whole number, e.g. 12")}
	dropped := ledger.Problem{Ref: ledger.Ref{Sheet: "Kunder", Row: 8, Column: "H"}, Code: ledger.Invalid, Value: "x", Warning: true,
		Text: message.Text{Format: "is a date that does not exist; the cell was left out"}}
	exists := said(crm.Account, ledger.Exists, message.Say("this account already exists, and the import only creates: nothing was changed"))
	exists.Warning = true
	several := said(crm.Account, ledger.Ambiguous, message.Say("%s accounts match this row (%s): fill in the ID of the one you mean", 2, "66f1, 66e2"), "66f1", "66e2")
	return [][]ledger.Change{{
		at(2, ledger.Change{Kind: crm.Account, Action: ledger.Create, ID: "a2", Rule: "A4", Problems: []ledger.Problem{warned},
			After: values("name", "Åkeri Ängö AB", "custom.level", "Guld", "revenue", revenue, "active", crm.BoolValue(true), "notes", "rad ett\r\nrad två\tslut\x1b[2J")}),
		at(2, ledger.Change{Kind: crm.Contact, Action: ledger.Create, ID: "c2", ParentID: "a2", Rule: "C3", After: values("name", "日本 太郎", "email", "taro@exempel.se")}),
		at(3, ledger.Change{Kind: crm.Account, Action: ledger.Unchanged, ID: "6710c0", Rule: "A6"}),
		at(3, ledger.Change{Kind: crm.Contact, Action: ledger.Update, ID: "6710c2", ParentID: "6710c0", Rule: "C6",
			Before: values("name", "Anna Öst", "phone", "08-1", "mobile", "070-3"), After: values("phone", "08-2", "name", "Anna Öst-Ek", "title", "VD")}),
		at(4, ledger.Change{Kind: crm.Account, Action: ledger.Unchanged, ID: "6710c0", Rule: "A6"}),
		at(4, ledger.Change{Kind: crm.Contact, Action: ledger.Create, ID: "c4", ParentID: "6710c0", Rule: "C5", After: values("email", "bo@exempel.se")}),
	}, {
		at(5, ledger.Change{Kind: crm.Account, Action: ledger.Reject, Rule: "A7", Problems: []ledger.Problem{several}}),
		at(6, ledger.Change{Kind: crm.Account, Action: ledger.Unchanged, ID: "6710c9", Rule: "A6", Problems: []ledger.Problem{digit}}),
		at(7, ledger.Change{Kind: crm.Account, Action: ledger.Skip, ID: "6710ca", Title: "Älv AB", Rule: "A6", Problems: []ledger.Problem{exists}}),
		at(8, ledger.Change{Kind: crm.Account, Action: ledger.Reject, Rule: "F6", Problems: []ledger.Problem{choice, several, dropped}}),
		at(8, ledger.Change{Kind: crm.Contact, Action: ledger.Reject, Rule: "F6"}),
		at(9, ledger.Change{Kind: crm.Account, Action: ledger.Park, Rule: "A7", Problems: []ledger.Problem{several}}),
	}, {
		at(12345, ledger.Change{Kind: crm.Account, Action: ledger.Update, ID: "6710cb", Rule: "A1", Title: "Öre & Ål\n日本\x1b[1m",
			Before: values("notes", long+"före", "address", "Storgatan 1"), After: values("notes", long+"efter", "address", "東京都千代田区"+long, "custom.since", since)}),
		at(12345, ledger.Change{Kind: crm.Contact, Action: ledger.Update, ID: "6710cc", Moved: "6710c0", ParentID: "6710cb", Rule: "C1b"}),
	}}
}

func tallied(all [][]ledger.Change) ledger.Import {
	imp := ledger.Import{ID: "k3vq7ra2mxce-1", No: 7, Workbook: "kunder å\x1b[2J.xlsx", Inbox: "kunder", Mapping: "kunder.mapping.yaml", State: ledger.Planned,
		Began: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), Ended: time.Date(2026, 11, 24, 8, 0, 1, 250e6, time.UTC)}
	for _, changes := range all {
		for i := range changes {
			imp.Tally.Add(&changes[i])
		}
	}
	imp.Tally.Rows, imp.Tally.Blank = 9, 2
	return imp
}

func plan(t *testing.T, lang string, colour bool) []byte {
	t.Helper()
	var out bytes.Buffer
	all := batches(t)
	p := NewPlanText(&out, schema(t), lang, colour)
	for _, changes := range all {
		if err := p.Changes(changes); err != nil {
			t.Fatal(err)
		}
	}
	out.WriteByte('\n')
	imp := tallied(all)
	if err := p.Summary(&out, &imp); err != nil {
		t.Fatal(err)
	}
	imp = ledger.Import{State: ledger.Planned, Code: "headings", Why: "Kunder: …"}
	if err := NewPlanText(&out, schema(t), lang, colour).Summary(&out, &imp); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPlanText(t *testing.T) {
	for _, lang := range []string{"en", "sv"} {
		plain, colour := plan(t, lang, false), plan(t, lang, true)
		golden(t, "plan."+lang, plain)
		golden(t, "plan.colour."+lang, []byte(strings.ReplaceAll(string(colour), "\x1b", "␛")))
		if bytes.ContainsRune(plain, '\x1b') {
			t.Errorf("%s: an escape byte is written where no colour was wished for", lang)
		}
		if got := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(string(colour), ""); got != string(plain) {
			t.Errorf("%s: with the colours off the text is another:\n%s", lang, cmp.Diff(string(plain), got))
		}
	}
}

func TestPlanJSON(t *testing.T) {
	for _, lang := range []string{"en", "sv"} {
		var out bytes.Buffer
		for _, changes := range batches(t) {
			if err := PlanJSON(&out, changes, lang); err != nil {
				t.Fatal(err)
			}
		}
		for line := range strings.Lines(out.String()) {
			if !json.Valid([]byte(line)) {
				t.Errorf("this is not JSON: %s", line)
			}
		}
		golden(t, "plan.json."+lang, out.Bytes())
	}
}

// TestReports compares each sort of report with its golden file.
func TestReports(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = local })
	for _, lang := range []string{"en", "sv"} {
		var out bytes.Buffer
		imp := tallied(batches(t))
		for _, state := range []ledger.State{ledger.Done, ledger.Refused, ledger.Held, ledger.Duplicate} {
			imp.State = state
			if state != ledger.Done {
				refusal := &ledger.Refusal{Ref: ledger.Ref{Sheet: "Kunder", Row: 1}, Text: message.Say("the sheet %s was not found. Sheets in the workbook: %s", `"Kund\"er"`, `"Blad 1", "Öst"`)}
				imp.Why = Refused(refusal, lang)
			}
			if state == ledger.Duplicate {
				imp.Repeats("k3vq7ra2mxce-1")
			}
			if err := Text(&out, &imp, lang); err != nil {
				t.Fatal(err)
			}
			out.WriteString("---- show\n")
			if err := Show(&out, &imp, nil, lang); err != nil {
				t.Fatal(err)
			}
			if state == ledger.Refused || state == ledger.Held {
				out.WriteString("---- reason\n" + Reason(&imp, "kunder.xlsx.plan.txt", lang))
			}
			out.WriteString("====\n")
		}
		for _, changes := range batches(t) {
			for i := range changes {
				for j := range changes[i].Problems {
					p := &changes[i].Problems[j]
					p.Row = changes[i].Row
					if err := Problem(&out, p, lang, false); err != nil {
						t.Fatal(err)
					}
					if err := ProblemJSON(&out, p, lang); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		out.WriteString(Counts(ledger.Count{}, lang) + "\n")
		if bytes.ContainsRune(out.Bytes(), '\x1b') {
			t.Errorf("%s: what stood in the workbook steers the terminal", lang)
		}
		golden(t, "reports."+lang, out.Bytes())
	}
}

func TestTextsByLanguage(t *testing.T) {
	whole := message.Say("is not a whole number, e.g. 12")
	for _, c := range []struct {
		text   message.Text
		en, sv string
	}{
		{whole.Quoting(`"x"`), `"x": is not a whole number, e.g. 12`, "”x”: är inte ett heltal, t.ex. 12"},
		{message.Text{Format: whole.Format + message.LeftOut}, whole.Format + message.LeftOut, "är inte ett heltal, t.ex. 12; cellen togs inte med"},
		{message.Text{Format: message.OfValue + whole.Format + message.LeftOut, Args: []string{"%s"}}, "%s: " + whole.Format + message.LeftOut, "%s: är inte ett heltal, t.ex. 12; cellen togs inte med"},
		{message.Say("unheard of: %s", `5" rör`), `unheard of: 5" rör`, `unheard of: 5" rör`},
		{message.Say("unheard of: %s", `"a" b`), `unheard of: "a" b`, `unheard of: "a" b`},
	} {
		if got := message.In("en", c.text); got != c.en {
			t.Errorf("en: got %s, want %s", got, c.en)
		}
		if got := message.In("sv", c.text); got != c.sv {
			t.Errorf("sv: got %s, want %s", got, c.sv)
		}
		if got := message.In("", c.text); got != c.en {
			t.Errorf("no language: got %s, want %s", got, c.en)
		}
	}
}
