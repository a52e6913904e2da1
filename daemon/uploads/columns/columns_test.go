package columns

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
)

func source(t *testing.T, text string) Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kunder.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Source{Path: path, Schema: mappingtest.Schema(t), Language: "en", Fallback: mapping.Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}}}
}

func look(t *testing.T, from Source, row int, content string) (*Grid, *Draft) {
	t.Helper()
	var text []byte
	if content != "" {
		text = []byte(content)
	}
	g, d, err := Look(t.Context(), from, "", row, text)
	if err != nil {
		t.Fatal(err)
	}
	return g, d
}

// parsed reads what a draft writes, as an import will.
func parsed(t *testing.T, from Source, d *Draft) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse("m", d.YAML(true), from.Schema, mapping.Fallback{Limits: mapping.Limits{Trusted: true}})
	if err != nil {
		t.Fatalf("%v in\n%s", err, d.YAML(true))
	}
	return m
}

func fieldsOf(d *Draft) map[string]string {
	all := map[string]string{}
	for _, c := range d.Columns {
		all[c.Letter] = c.Field
	}
	return all
}

const prospects = "List of 2026;;;\nFöretag;Orgnr;Postnr;Kontakt: E-post;Kod\nTallmo;556012-3456;903 26;anna@tallmo.example;1\nGranby;969701-1122;;eva@granby.example;2\nTallmo;556012-3456;903 26;bo@tallmo.example;3\n"

func TestSuggestedDraft(t *testing.T) {
	t.Parallel()
	from := source(t, prospects)
	g, d := look(t, from, 0, "")
	if g.HeaderRow != 2 || len(g.Rows) != 5 || !slices.Equal(g.Letters, []string{"A", "B", "C", "D", "E"}) || g.Rows[1].Cells[0] != "Företag" {
		t.Errorf("the grid is %+v", g)
	}
	want := map[string]string{"A": "account.name", "B": "account.org_number", "C": "account.zip", "D": "contact.email", "E": ""}
	if diff := cmp.Diff(want, fieldsOf(d)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if c := d.Columns[0]; !slices.Equal(c.Examples, []string{"Tallmo", "Granby", "Tallmo"}) || c.Guess.Field != "account.name" || c.Guess.Sure == 0 {
		t.Errorf("the first column is %+v", c)
	}
	m := parsed(t, from, d)
	if m.HeaderRow != 2 || m.Policy.Ambiguous != ledger.AmbiguousPark || len(m.Policy.Ticked(crm.Account)) == 0 || len(m.Policy.Ticked(crm.Contact)) == 0 {
		t.Errorf("the mapping is\n%s", d.YAML(true))
	}
}

// TestTemplateHeadings: a heading of the template decides the field (R3), whether there are values or not.
func TestTemplateHeadings(t *testing.T) {
	t.Parallel()
	schema := mappingtest.Schema(t)
	var heads []string
	for _, f := range schema.Fields() {
		heads = append(heads, f.SV)
	}
	_, d := look(t, source(t, strings.Join(heads, ";")+"\n;Tallmo"+strings.Repeat(";", len(heads)-2)+"\n"), 1, "")
	for i, f := range schema.Fields() {
		if c := d.Columns[i]; c.Field != f.Path() || c.Guess.Field != c.Field {
			t.Errorf("%s is %q (%+v), want %s", f.SV, c.Field, c.Guess, f.Path())
		}
	}
	parsed(t, source(t, prospects), d)
}

// TestOtherHeadingRow: a person chooses another row of headings than the one that was found.
func TestOtherHeadingRow(t *testing.T) {
	t.Parallel()
	from := source(t, prospects)
	g, d := look(t, from, 3, "")
	if g.HeaderRow != 3 || d.HeaderRow != 3 || d.Columns[0].Heading != "Tallmo" || d.Columns[0].Field != "" {
		t.Errorf("by row 3: %+v, %+v", g, d.Columns[0])
	}
	if _, _, err := Look(t.Context(), from, "nix", 0, nil); err == nil {
		t.Error("a sheet that does not exist was found")
	}
}

const byHand = `# of Anna
version: 1
profile: safe
locale: en-GB
null_words: ["-"]
on_update: fill_if_empty
columns:
  Företag: account.name
  "=B": {field: account.custom.since, layouts: [yyyy-mm-dd], on_invalid: drop_cell}
  Kod: {field: account.custom.status, values: {1: Aktiv, "2, 3": Passiv}, on_update: overwrite}
match:
  account: [[name], [zip, custom.since]]
  contact: []
defaults:
  account_manager: {user: anna@exempel.se, apply_to: all}
  contact_category: Inköpare
when_done: {mail: [bo@exempel.se], webhook: [hook]}
choices: {"kunder!3": new}
rows:
  until: blank
`

// TestMappingByHand: what the page does not show is still there when the draft is written, and means the same.
func TestMappingByHand(t *testing.T) {
	t.Parallel()
	from := source(t, strings.TrimPrefix(prospects, "List of 2026;;;\n"))
	from.Fallback.Limits.Trusted = true
	_, d := look(t, from, 0, byHand)
	want, err := mapping.Parse("m", []byte(byHand), from.Schema, mapping.Fallback{Limits: mapping.Limits{Trusted: true}})
	if err != nil {
		t.Fatal(err)
	}
	got := parsed(t, from, d)
	if got.Policy.Ambiguous != ledger.AmbiguousPark || got.Locale != "en-GB" || !got.Rows.UntilBlank || !slices.Equal(got.NullWords, []string{"-"}) || got.OnUpdate != ledger.FillIfEmpty {
		t.Errorf("other keys were lost:\n%s", d.YAML(true))
	}
	if diff := cmp.Diff(want.Policy.Match, got.Policy.Match); diff != "" {
		t.Errorf("match (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Policy.Choices, got.Policy.Choices); diff != "" || !cmp.Equal(want.WhenDone, got.WhenDone) || got.Policy.Defaults.ApplyTo != "all" || got.Policy.Defaults.Manager != want.Policy.Defaults.Manager {
		t.Errorf("choices, recipients or defaults differ: %s\n%s", diff, d.YAML(true))
	}
	for _, is := range want.Columns {
		i := slices.IndexFunc(got.Columns, func(c mapping.Column) bool { return c.Field == is.Field })
		if i < 0 || !cmp.Equal(is.Values, got.Columns[i].Values) || !slices.Equal(is.Layouts, got.Columns[i].Layouts) || is.OnInvalid != got.Columns[i].OnInvalid || is.OnUpdate != got.Columns[i].OnUpdate {
			t.Errorf("the column %s%s is not what it was:\n%s", is.Heading, is.Letter, d.YAML(true))
		}
	}
	if strings.Contains(string(d.YAML(false)), "choices") {
		t.Error("choices for rows of one file are kept for the next")
	}
	d.Columns[1].Field = "account.org_number"
	if text := string(d.YAML(true)); strings.Contains(text, "layouts") || !strings.Contains(text, "Orgnr: account.org_number") {
		t.Errorf("options of another field are kept:\n%s", text)
	}
}

// TestTick: further rules stay only while the first is what it was.
func TestTick(t *testing.T) {
	t.Parallel()
	d := &Draft{Rules: map[crm.Kind][][]string{crm.Account: {{"name", "zip"}, {"org_number"}}}}
	d.Tick(crm.Account, []string{"zip", "name"})
	if len(d.Rules[crm.Account]) != 2 {
		t.Errorf("the same again: %v", d.Rules)
	}
	d.Tick(crm.Account, []string{"name"})
	if diff := cmp.Diff([][]string{{"name"}}, d.Rules[crm.Account]); diff != "" {
		t.Error(diff)
	}
	d.Tick(crm.Account, nil)
	d.Columns = []Column{{Letter: "A", Heading: "x", Field: "account.name"}}
	if text := string(d.YAML(true)); !strings.Contains(text, "account: []") {
		t.Errorf("nothing ticked would let the configuration decide:\n%s", text)
	}
}

// TestHostileHeadings: whatever a heading is, the mapping can be read and means that column.
func TestHostileHeadings(t *testing.T) {
	t.Parallel()
	for _, heading := range []string{`a: b`, `"x"`, `'`, `- a`, `{a}`, `=B`, `#`, `&a *b`, "multi\nline", "\u202ex", `yes`, `null`, `1`, `@a`, `!t`, `% `, `, ]`, "tab\tx", `\`, `<script>`} {
		d := &Draft{Rules: map[crm.Kind][][]string{}, Columns: []Column{{Letter: "A", Heading: heading, Field: "account.name"}, {Letter: "B", Heading: "Postnr", Field: "account.zip"}}}
		m, err := mapping.Parse("m", d.YAML(true), mappingtest.Schema(t), mapping.Fallback{})
		if err != nil {
			t.Errorf("%q: %v in\n%s", heading, err, d.YAML(true))
			continue
		}
		if c := m.Columns[0]; c.Letter != "A" && crm.Heading(c.Heading) != crm.Heading(heading) {
			t.Errorf("%q is read as %q", heading, c.Heading)
		}
	}
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	from := source(t, prospects)
	g, d := look(t, from, 0, "")
	d.Rules[crm.Account] = [][]string{{"name", "zip"}}
	s, err := Measure(t.Context(), from, g, d)
	if err != nil {
		t.Fatal(err)
	}
	key := s.Keys[crm.Account]
	if s.Rows != 3 || s.More || key.Rows != 3 || key.Filled != 2 || key.Blank["account.zip"] != 1 || key.Values != 1 || key.Unique != 1 || s.Better[crm.Account] != "account.org_number" {
		t.Errorf("name and postcode: %+v, better %q", key, s.Better[crm.Account])
	}
	if q := s.Fields["account.org_number"]; q.FilledPercent() != 100 || q.UniquePercent() != 100 {
		t.Errorf("org number: %+v", q)
	}
	d.Columns[1].Field, d.Rules[crm.Account] = "", [][]string{{"name"}}
	from = source(t, "x;;;\nFöretag;;Postnr\nTallmo;;1\nTallmo;;2\n")
	if s, err = Measure(t.Context(), from, g, d); err != nil || s.Keys[crm.Account].Unique != 0 || s.Better[crm.Account] != "" {
		t.Errorf("one name of two companies: %+v, %v", s, err)
	}
}

// TestUsual: the mapping of an inbox holds as it is, but rows that match several records wait.
func TestUsual(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"": "version: 1\nambiguous: park\nmode: update\n", "version: 1\nambiguous: create\n": "version: 1\nambiguous: create\nmode: update\n",
		"mode: create": "mode: create\nambiguous: park\n", "{version: 1}": "{version: 1}",
	} {
		if got := string(Usual([]byte(content), "update")); got != want {
			t.Errorf("of %q: %q, want %q", content, got, want)
		}
	}
	text := WithChoices([]byte("version: 1\nchoices:\n  \"K!2\": wait\n  \"K!3\": new\nmode: update\n"), map[string]string{"K!2": "new", `a "b"!4`: "17"})
	m, err := mapping.Parse("m", text, mappingtest.Schema(t), mapping.Fallback{})
	if err != nil || m.Policy.Mode != "update" || !cmp.Equal(m.Policy.Choices, map[string]string{"K!2": "new", `a "b"!4`: "17"}) {
		t.Errorf("choices: %v in\n%s", err, text)
	}
}

func TestTooWide(t *testing.T) {
	t.Parallel()
	from := source(t, strings.Repeat("Företag;", 301)+"\n"+strings.Repeat("x;", 301)+"\n")
	if _, _, err := Look(t.Context(), from, "", 1, nil); !errors.Is(err, ErrWide) {
		t.Errorf("301 columns: %v", err)
	}
}

// FuzzYAML: whatever a heading is and whatever is written into the form, the mapping can be read and means that.
func FuzzYAML(f *testing.F) {
	f.Add("Företag", "Hösten 2026", "K!1")
	f.Add("a: {b", "'\n- x", "\"!2")
	schema := mappingtest.Schema(f)
	f.Fuzz(func(t *testing.T, heading, campaign, key string) {
		if !utf8.ValidString(heading) || !utf8.ValidString(campaign) || !utf8.ValidString(key) {
			t.Skip("what a workbook or a browser gives is valid")
		}
		d := &Draft{Rules: map[crm.Kind][][]string{crm.Account: {{"name"}}}, Columns: []Column{{Letter: "A", Heading: heading, Field: "account.name"}, {Letter: "B", Heading: "Kod"}},
			Choices: map[string]string{ledger.ChoiceKey(key, 7): "new"}}
		if campaign = crm.Trim(campaign); campaign != "" {
			d.Campaigns = []string{campaign}
		}
		m, err := mapping.Parse("m", d.YAML(true), schema, mapping.Fallback{})
		if err != nil {
			if key == "" {
				return // a sheet has a name
			}
			t.Fatalf("%v in\n%s", err, d.YAML(true))
		}
		if c := m.Columns[0]; c.Letter != "A" && crm.Heading(c.Heading) != crm.Heading(heading) {
			t.Errorf("%q is read as %q", heading, c.Heading)
		}
		if len(m.Columns) > 2 || len(m.Policy.Match) != len(crm.Kinds) || m.Policy.Mode != ledger.Upsert || m.Policy.Choices[ledger.ChoiceKey(key, 7)] != "new" {
			t.Errorf("something else is read:\n%s", d.YAML(true))
		}
	})
}
