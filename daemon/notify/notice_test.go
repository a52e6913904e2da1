package notify

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/daemon/notify/sanitize"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

var update = flag.Bool("update", false, "write the golden files")

// golden holds a text against the one that is stored.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}

// imported is an import that left some rows out.
func imported() Notice {
	return Notice{
		Import: ledger.Import{ID: "k3vq7ra2mxce-1", Inbox: "kunder", Workbook: "kunder.xlsx", State: ledger.Done,
			Began: time.Date(2026, 10, 25, 8, 0, 0, 0, time.UTC), Ended: time.Date(2026, 10, 25, 8, 0, 3, 0, time.UTC),
			Tally: ledger.Tally{Rows: 17, Blank: 2, Counts: ledger.Counts{
				{Created: 12, Updated: 3, Rejected: 1, Parked: 1}, {Created: 15, Rejected: 1, Parked: 1}}, Problems: map[ledger.Code]int{ledger.Invalid: 1, ledger.Ambiguous: 1}}},
		Language: "sv",
		Problems: []ledger.Problem{
			{Ref: ledger.Ref{Sheet: "Kunder", Row: 7, Column: "E"}, Code: ledger.Invalid, Value: "<b>anna", Text: message.Say("is not a valid e-mail address, e.g. anna@exempel.se")},
			{Ref: ledger.Ref{Sheet: "Kunder", Row: 9}, Code: ledger.Ambiguous, Text: message.Say("%s accounts match this row (%s): fill in the ID of the one you mean", 2, "17, 18")},
			{Ref: ledger.Ref{Sheet: "Kunder", Row: 11, Column: "C"}, Code: ledger.CheckDigit, Value: "556677-8890", Warning: true,
				Text: message.Say("the check digit is wrong")},
		},
		More: 4,
		Page: "https://inlet.exempel.se/imports/k3vq7ra2mxce-1?a=1&b=2",
	}
}

// crowded is what else a workbook may contain.
func crowded() ledger.Reading {
	r := ledger.Reading{Above: 2, HiddenRows: 3, Sheets: []string{"Kunder"},
		UnreadColumns: []ledger.UnreadColumn{{Sheet: "Kunder", Column: "C", Heading: "<b>Status", Filled: 12}, {Sheet: "Kunder", Column: "F", Filled: 1}},
		UnreadSheets:  []ledger.UnreadSheet{{Sheet: "Fler & fler", KnownHeadings: 4}}}
	for i := range 22 {
		r.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: "Kunder", Row: 20 + i}, Why: ledger.LeftOutFooter, Text: "Utskriven <i>"})
	}
	return r
}

func ended(state ledger.State, code, why string) Notice {
	n := imported()
	n.Problems, n.More, n.Import.Tally = nil, 0, ledger.Tally{}
	n.Import.State, n.Import.Code, n.Import.Why = state, code, why
	return n
}

// stories are all kinds of notices, by name.
func stories() map[string]func() (Notice, attachmentState) {
	return map[string]func() (Notice, attachmentState){
		"rejected": func() (Notice, attachmentState) { return imported(), attached },
		"large": func() (Notice, attachmentState) {
			n := imported()
			n.Rejected = "/srv/kunder/done/kunder.rejected.xlsx"
			return n, tooLarge
		},
		"gone": func() (Notice, attachmentState) {
			n := imported()
			n.Rejected = "/srv/kunder/done/kunder.rejected.xlsx"
			return n, unreadable
		},
		"correction": func() (Notice, attachmentState) {
			n := ended(ledger.Done, "", "")
			n.Import.Parent, n.Import.Tally.Counts[0] = "k3vq7ra2mxce-1", ledger.Count{Updated: 2}
			return n, noAttachment
		},
		"held": func() (Notice, attachmentState) {
			return ended(ledger.Held, "cap", "40 av 50 rader med företag skulle avvisas; mappningen tillåter högst 5%"), noAttachment
		},
		"held_dates": func() (Notice, attachmentState) {
			return ended(ledger.Held, "dates", "Kunder!F3: ”03/04/25”: är det 3 april eller 4 mars?"), noAttachment
		},
		"refused": func() (Notice, attachmentState) {
			return ended(ledger.Refused, "no_heading", "Kunder rad 1: ingen rubrikrad hittades\nandra raden <script>"), noAttachment
		},
		"left_out": func() (Notice, attachmentState) { // not one row was rejected, and yet there is something to report
			n := ended(ledger.Done, "", "")
			n.Import.Mapping, n.Import.Tally = "headings", ledger.Tally{Rows: 12, Blank: 2, Counts: ledger.Counts{{Created: 12}}}
			n.Import.Reading = crowded()
			return n, noAttachment
		},
		"held_quotes": func() (Notice, attachmentState) { return ended(ledger.Held, "quotes", "kunder rad 3"), noAttachment },
		"held_mapping": func() (Notice, attachmentState) {
			n := ended(ledger.Held, "no_mapping", "kunder rad 1")
			n.Import.Suggestion = &ledger.Suggestion{Matches: true}
			return n, noAttachment
		},
		"held_mapping_incomplete": func() (Notice, attachmentState) {
			n := ended(ledger.Held, "no_mapping", "kunder rad 1")
			n.Import.Suggestion = &ledger.Suggestion{}
			return n, noAttachment
		},
		"discarded": func() (Notice, attachmentState) {
			return ended(ledger.Refused, "discarded", "någon har kastat filen."), noAttachment
		},
		"duplicate": func() (Notice, attachmentState) {
			n := ended(ledger.Duplicate, "", "")
			n.Import.Repeats("abc-7")
			return n, noAttachment
		},
	}
}

func TestMailReads(t *testing.T) {
	for name, story := range stories() {
		for _, lang := range []string{"sv", "en"} {
			n, book := story()
			n.Language = lang
			rendered := render(&n, book)
			text, page, err := rendered.bodies()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+lang+".txt", "Subject: "+rendered.Subject+"\n\n"+text)
			golden(t, name+"."+lang+".html", page)
		}
	}
}

func TestBothLanguagesAreComplete(t *testing.T) {
	sv, en := reflect.ValueOf(swedish), reflect.ValueOf(english)
	for i := range sv.NumField() {
		name, sv, en := sv.Type().Field(i).Name, sv.Field(i).String(), en.Field(i).String()
		if sv == "" || en == "" {
			t.Errorf("%s: sv %q, en %q", name, sv, en)
		}
		for _, place := range []string{"%s", "%d", "%"} {
			if strings.Count(sv, place) != strings.Count(en, place) {
				t.Errorf("%s: the places differ: %q, %q", name, sv, en)
			}
		}
	}
}

// vile are names that a file can have and a mail must not take as they are.
var vile = map[string]string{
	"line breaks": "a\r\nBcc: eve@example.com\r\n\r\n<script>.xlsx",
	"rtl":         "kunder\u202Excod.xlsx",
	"long":        strings.Repeat("å", 123) + ".xlsx",
	"longer":      strings.Repeat("😀", 62) + ".xlsx",
	"spaceless":   strings.Repeat("a", 250) + ".xlsx",
	"bytes":       "a\xff\xfe\x00\x1b[31m.xlsx",
	"encoded":     "=?utf-8?q?=0D=0ABcc:_eve@example.com?=.xlsx",
	"quotes":      `a"; x="b\.xlsx`,
	"verbs":       "100%s %d%!.xlsx",
	"template":    "{{.Foot}}.xlsx",
}

func TestNamesAreSafe(t *testing.T) {
	for name, s := range vile {
		n := imported()
		n.Import.Workbook, n.Import.Inbox, n.Import.Parent, n.Import.ID = s, s, s, s
		n.Problems[0].Value, n.Problems[0].Sheet, n.Problems[0].Text = s, s, message.Say("%s", s)
		n.Import.Mapping = s
		for range 30 {
			n.Import.Reading.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: s, Row: 1}, Why: ledger.LeftOutWhere, Text: s})
			n.Import.Reading.UnreadColumns = append(n.Import.Reading.UnreadColumns, ledger.UnreadColumn{Sheet: s, Column: "A", Heading: s, Filled: 1})
			n.Import.Reading.UnreadSheets = append(n.Import.Reading.UnreadSheets, ledger.UnreadSheet{Sheet: s, KnownHeadings: 1})
			n.Import.Reading.Sheets = append(n.Import.Reading.Sheets, s)
		}
		rendered := render(&n, attached)
		text, page, err := rendered.bodies()
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range []string{rendered.Subject, text, page} {
			if strings.ContainsAny(got, "\r\x00\x1b\u202E") || !utf8.ValidString(got) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if strings.Contains(rendered.Subject, "\n") || utf8.RuneCountInString(rendered.Subject) > 250 {
			t.Errorf("%s: subject %q", name, rendered.Subject)
		}
		if strings.Contains(page, "<script") || strings.Contains(text, "\nBcc") {
			t.Errorf("%s: not escaped: %s", name, page)
		}
		for _, form := range []func(*Notice) ([]byte, error){slack, teams} {
			if body, err := form(&n); err != nil || len(body) > 28<<10 {
				t.Errorf("%s: %v, %d bytes", name, err, len(body))
			}
		}
	}
}

func TestToken(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"a-1", "a_1", "a.1", "a..1", ".a", "a.", "a", "a\r\nb", "anna@exempel.se", "a_2e", "å", ""} {
		got := sanitize.HeaderToken(id)
		if strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" || strings.HasPrefix(got, ".") || strings.HasSuffix(got, ".") || strings.Contains(got, "..") {
			t.Errorf("%q: %q", id, got)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q are both %q", id, other, got)
		}
		seen[got] = id
	}
}

func TestPage(t *testing.T) {
	for in, want := range map[string]string{"": "", "javascript:alert(1)": "", "/imports/1": "", "http://h/1": "http://h/1", "https://h/1": "https://h/1", "https://": "", "ftp://h/": "", "%zz": ""} {
		if got := page(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
