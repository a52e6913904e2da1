package lint

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/sheet"
)

// advised shows a mapping's advice the rows of a book and returns what it finds, in short.
func advised(t *testing.T, sidecar, text string) []Finding {
	t.Helper()
	book := mappingtest.Book(t, "a.csv", text)
	m, err := mapping.Parse("a.yaml", []byte(sidecar), mappingtest.Schema(t), mapping.Fallback{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := layout.FirstRows(t.Context(), book.Sheets[0], 1000)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bind.New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "a"}}, rows[0])
	if err != nil {
		t.Fatal(err)
	}
	a := New(m)
	for i, row := range rows[1:] {
		var d ledger.Draft
		if err := b.Draft(&d, make([]ledger.Cell, len(b.Columns)), row, int64(i+1)); err != nil {
			t.Fatal(err)
		}
		a.Add(&d)
	}
	return a.Findings()
}

func short(all []Finding) []string {
	var lines []string
	for _, f := range all {
		line := fmt.Sprintf("%s %s %d", f.Code, f.Kind, f.Rows)
		for _, ref := range f.Examples {
			line += fmt.Sprint(" ", ref.Row)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestAdvice(t *testing.T) {
	const people = "Företag,Org.nr,Postnr,Kontakt,Kontakt: E-post\n"
	for name, tt := range map[string]struct {
		match, more string
		text        string
		want        []string
		says        string
	}{
		"all is well":        {"{account: [org_number], contact: [email]}", "", people + "A,5560360793,11122,Anna,a@b.se\nA,5560360793,11122,Bo,b@b.se\nB,5560125790,11122,Bo,b@b.se\n", nil, ""},
		"nothing ticked":     {"{account: []}", "", people + "A,,,Anna,\n,,,Bo,\n", []string{"KEY_NONE account 1 2", "KEY_NONE contact 2 2 3"}, "every row creates a new account"},
		"an ID ticks itself": {"{account: []}", "", "Upsales ID,Företag\n64b000000000000000000001,A\n", nil, ""},
		"two companies under one key": {"{account: [zip], contact: [email]}", "", people + "A,,11122,Anna,a@b.se\nB,,11122,Bo,b@b.se\na,,11122,Cia,c@b.se\nC,,111 22,Di,d@b.se\n",
			[]string{"KEY_NOT_UNIQUE account 2 3 5"}, "2 of 4 rows have the same zip as an earlier row but another name"},
		"one name, two org numbers": {"{account: [name], contact: [email]}", "", people + "A,5560360793,,Anna,a@b.se\nA,5560125790,,Bo,b@b.se\n", []string{"KEY_NOT_UNIQUE account 1 3", "KEY_MISSPELT account 2"}, "another org number"},
		"two people of one address": {"{account: [org_number], contact: [email]}", "", people + "A,5560360793,,Anna,info@b.se\nA,5560360793,,Bo,INFO@b.se\nB,5560125790,,Cia,info@b.se\n",
			[]string{"KEY_NOT_UNIQUE contact 1 3"}, "another name, and would be merged into its contact"},
		"two of one name": {"{account: [org_number], contact: [name]}", "", people + "A,5560360793,,Anna,a@b.se\nA,5560360793,,Anna,b@b.se\n", []string{"KEY_NOT_UNIQUE contact 1 3", "KEY_MISSPELT contact 2"}, "another e-mail address"},
		"blanks": {"{account: [name, zip], contact: [email]}", "", people + "A,,11122,Anna,a@b.se\nA,,,Bo,\nA,,11133,Bo,b@b.se\n,,11122,,\nB,,,Bo,b@b.se\nB,,11122,Bo,b@b.se\n",
			[]string{"KEY_BLANK account 1 5", "KEY_BLANK account 2 3 6", "KEY_BLANK contact 1 3"}, "1 of 6 rows have no name, which is matched on: a blank value never matches"},
		"blanks are rejected": {"{account: [zip]}", "blank_key: reject\n", "Företag,Postnr\nA,\n", []string{"KEY_BLANK account 1 2"}, "they are rejected"},
		"blanks are skipped":  {"{account: [zip]}", "mode: update\n", "Företag,Postnr\nA,\n", []string{"KEY_BLANK account 1 2"}, "they are skipped"},
		"blanks are ignored":  {"{account: [name, zip]}", "blank_key: ignore\n", "Företag,Postnr\nA,\n", []string{"KEY_BLANK account 1 2"}, "matched on the other fields"},
		"blank equals blank":  {"{account: [zip]}", "blank_key: literal\n", "Företag,Postnr\nA,\nA,\n", nil, ""},
		"a cascade": {"{account: [[org_number], [name, zip]]}", "", "Företag,Org.nr,Postnr\nA,5560360793,\nB,,11122\nB,,11133\nC,,11122\nC,,\n",
			[]string{"KEY_BLANK account 1 6"}, "a blank value in every rule"},
		"more than needed": {"{account: [name, zip]}", "", "Företag,Postnr\nA,11122\nB,11133\nA,11122\n", []string{"KEY_MORE account 3"},
			"zip is not needed: in these 3 rows, name alone is as unique"},
		"the org number stays": {"{account: [name, org_number]}", "", "Företag,Org.nr\nA,5560360793\nB,5560125790\n", []string{"KEY_MORE account 2"}, "name is not needed"},
		"needed":               {"{account: [name, zip]}", "", "Företag,Postnr\nA,11122\nA,11133\nB,11122\n", nil, ""},
		"a name as the key": {"{account: [name], contact: [name]}", "", people + "A,5560360793,,Anna,a@b.se\nB,5560125790,,Bo,b@b.se\n", []string{"KEY_MISSPELT account 2", "KEY_MISSPELT contact 2"},
			"2 of 2 rows have an e-mail address: match on that"},
		"a name and nothing better":  {"{account: [name], contact: [name]}", "", people + "A,5560360793,,Anna,a@b.se\nB,,,Bo,\n", nil, ""},
		"a name of two parts":        {"{account: [org_number], contact: [name]}", "", "Org.nr,Förnamn,Efternamn\n5560360793,Anna,Ek\n5560360793,Anna,Al\n5560360793,Bo,\n", nil, ""},
		"one account above":          {"{account: [name], contact: [email]}", "fill_down: true\n", people + "A,,,Anna,a@b.se\n,,,Bo,a@b.se\n", []string{"KEY_NOT_UNIQUE contact 1 3"}, ""},
		"rejected rows have no keys": {"{account: [name], contact: [email]}", "", people + "A,,,Anna,a at b\nA,,,Bo,b@b.se\n", nil, ""},
		"choices by their labels": {"{account: [name]}", "", "Företag,Betyg\nA,Guld\nB,gold\nC,Silver\nD,guldkund\n", []string{"UNKNOWN  1 4"},
			`column B contains values that are not choices of the field: "Silver" (1); set under values`},
		"unknown choices": {"{account: [name]}", "", "Företag,Läge\nA,Gul\nB,Aktiv\nC,Röd\nD,Gul\n", []string{"UNKNOWN  3 2 4 5"},
			`column B contains values that are not choices of the field: "Gul" (2), "Röd" (1); set under values`},
	} {
		t.Run(name, func(t *testing.T) {
			all := advised(t, tt.more+"match: "+tt.match+"\n", tt.text)
			if diff := cmp.Diff(tt.want, short(all)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			var text []string
			for _, f := range all {
				text = append(text, f.Text.String())
				if strings.Contains(f.Text.String(), "%s") || f.Serious() == (f.Code == KeyMore) {
					t.Errorf("%s: %s", f.Code, f.Text)
				}
			}
			if !strings.Contains(strings.Join(text, "\n"), tt.says) {
				t.Errorf("it does not say %q:\n%s", tt.says, strings.Join(text, "\n"))
			}
		})
	}
}

// TestAdviceOnSuggestion has what is suggested be without a grave finding where the rows allow it.
func TestAdviceOnSuggestion(t *testing.T) {
	for _, text := range []string{
		"Företag,Org nr,Postnr,Kontakt,E-post\nA,5560360793,11122,Anna,a@b.se\nB,5560125790,11122,Bo,b@b.se\n",
		"Företag,Postnr,Kontakt\nA,11122,Anna\nA,11133,Anna\nB,11122,Bo\n",
		"Företag,Postnr,Förnamn,Efternamn,E-post\nA,11122,Anna,Ek,info@b.se\nA,11122,Bo,Al,info@b.se\n",
	} {
		s, err := suggest.Suggest(t.Context(), mappingtest.Schema(t), mappingtest.Book(t, "a.csv", text), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range advised(t, string(s.YAML("sv")), text) {
			if f.Serious() {
				t.Errorf("%s of the suggestion:\n%s\n%s", f.Code, f.Text, s.YAML("sv"))
			}
		}
	}
}

func TestAdviceSumsUp(t *testing.T) {
	a := New(&mapping.Mapping{Schema: mappingtest.Schema(t)})
	for i := range 3 * mostUnknown {
		ref := ledger.Ref{Sheet: "a", Row: i + 2, Column: "C"}
		d := ledger.Draft{Ref: ref, Problems: []ledger.Problem{{Ref: ref, Code: ledger.UnknownUser, Value: fmt.Sprint(i)}}}
		a.Add(&d)
	}
	all := a.Findings()
	if len(all) != 1 || all[0].Rows != 3*mostUnknown || len(all[0].Examples) != mostExamples || len(a.unknown) > mostUnknown+1 {
		t.Errorf("%d values kept, findings %+v", len(a.unknown), all)
	}
	if text := all[0].Text.String(); !strings.Contains(text, "not known users") || !strings.Contains(text, "more; add the users") {
		t.Error(text)
	}
}

// TestAdviceMemory measures the most that a row takes: the ticked fields of all rows are the same.
func TestAdviceMemory(t *testing.T) {
	const n = 50_000
	m, err := mapping.Parse("a.yaml", []byte("match: {account: [name, zip], contact: [name, email]}\n"), mappingtest.Schema(t), mapping.Fallback{})
	if err != nil {
		t.Fatal(err)
	}
	head, _ := layout.FirstRows(t.Context(), mappingtest.Book(t, "a.csv", "Företag,Postnr,Kontakt,E-post\n").Sheets[0], 1)
	b, err := bind.New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "a"}}, head[0])
	if err != nil {
		t.Fatal(err)
	}
	row := head[0]
	a := New(m)
	heap := func() int64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before := heap()
	for i := range int64(n) {
		row.Number = int(i) + 2
		for j, text := range []string{"Bolag %d", "%05d", "Anna %d", "a%d@b.se"} {
			row.Cells[j].Raw = fmt.Sprintf(text, i)
		}
		var d ledger.Draft
		if err := b.Draft(&d, make([]ledger.Cell, len(b.Columns)), row, i+1); err != nil {
			t.Fatal(err)
		}
		a.Add(&d)
	}
	each := (heap() - before) / n
	t.Logf("%d bytes a row", each)
	if each > 200 {
		t.Errorf("%d bytes a row", each)
	}
	runtime.KeepAlive(a)
}
