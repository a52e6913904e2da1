package mapping

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// mistakes returns what a sidecar is refused for, "" if it is not.
func mistakes(t testing.TB, content string) string { return mistakesIn(t, content, Fallback{}) }

// strict is an inbox that allows little.
func strict(t testing.TB) Fallback {
	five, err := ledger.ParseCap("5%")
	if err != nil {
		t.Fatal(err)
	}
	return Fallback{Passwords: []string{"excel"}, Limits: Limits{Modes: []string{"upsert"}, Safe: true, NoClear: true, Fields: []string{"account.name", "contact.*"},
		Caps: ledger.Caps{Rejected: five}, MailDomains: []string{"Exempel.se"}, Webhooks: []string{"crm-hook"}}}
}

func mistakesIn(t testing.TB, content string, fallback Fallback) string {
	t.Helper()
	_, err := Parse("a.yaml", []byte(content), mappingtest.Schema(t), fallback)
	refusal, ok := errors.AsType[*ledger.Refusal](err)
	if err != nil && !ok {
		t.Fatalf("a broken sidecar is not the world's fault: %v", err)
	}
	if !ok {
		return ""
	}
	if refusal.Code != "mapping" || refusal.Hold {
		t.Errorf("the refusal is %s, held %v", refusal.Code, refusal.Hold)
	}
	return refusal.Text.String()
}

// TestMistakes reads each testdata/*.yaml and wants all of its mistakes, each with line and column, as the .golden beside it has them.
func TestMistakes(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are %d broken sidecars: %v", len(paths), err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden, got := strings.TrimSuffix(path, ".yaml")+".golden", mistakesIn(t, string(content), strict(t))+"\n"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// TestHostileSidecars has no sidecar cost more than a message.
func TestHostileSidecars(t *testing.T) {
	for name, tt := range map[string]struct{ content, says string }{
		"anchor":             {"columns: &a {X: account.name}\n", "a.yaml, line 1, column 10: anchors"},
		"alias":              {"columns: *a\n", "anchors"},
		"laughs":             {"a: &a [x,x]\nb: &b [*a,*a]\n", "anchors"},
		"merge":              {"<<: {mode: upsert}\n", "unknown key"},
		"tag":                {"columns: !!binary aGVq\n", "tags"},
		"custom tag":         {"columns: !go/exec rm\n", "tags"},
		"deep lists":         {"columns: " + strings.Repeat("[", 100_000), "nested too deep"},
		"deep maps":          {"columns: " + strings.Repeat("{a: ", 50_000), "nested too deep"},
		"deep dashes":        {strings.Repeat("- ", 50_000) + "a", "nested too deep"},
		"deep question":      {strings.Repeat("? ", 50_000) + "a", "nested too deep"},
		"two documents":      {"mode: upsert\n---\nmode: update\n", "a second YAML document"},
		"doubled key":        {"mode: upsert\nmode: update\n", "a.yaml, line 2, column 1: mode: is listed twice; keep one"},
		"doubled column":     {"columns:\n  X: account.name\n  X: account.zip\n", "X: is listed twice; keep one"},
		"doubled field":      {"columns:\n  X: account.name\n  Y: account.name\n", "account.name is already mapped"},
		"zero":               {"mode: \x00\n", "not a text file"},
		"empty":              {"", "is empty"},
		"comment":            {"# nothing\n", "is empty"},
		"a list":             {"- a\n- b\n", "key: value"},
		"a word":             {"hello\n", "key: value"},
		"unclosed":           {"columns: {a: b\n", "a.yaml, line"},
		"tab":                {"columns:\n\tName: account.name\n", "a.yaml, line 2"},
		"not utf-8":          {"mode: \xff\xfe\n", "a.yaml"},
		"columns a list":     {"columns: [account.name]\n", "a.yaml, line 1, column 10"},
		"columns nothing":    {"columns:\n", "key: value"},
		"field a list":       {"columns: {X: [account.name]}\n", "a.yaml, line 1,"},
		"key a list":         {"? [a, b]\n: c\n", "a.yaml, line 2, column 1"},
		"path":               {"password_file: /etc/shadow\n", "no passwords are configured"},
		"place of the store": {"store: mongodb://elsewhere\n", "unknown key"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mistakes(t, tt.content); !strings.Contains(got, tt.says) {
				t.Errorf("%.60q is refused for %.300q, which does not say %q", tt.content, got, tt.says)
			}
		})
	}
}

func TestLoadRefusesWhatIsTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(path, []byte("mode: upsert\n#"+strings.Repeat("x", 300<<10)), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path, mappingtest.Schema(t), Fallback{})
	if refusal, ok := errors.AsType[*ledger.Refusal](err); !ok || !strings.Contains(refusal.Error(), "larger than 256 KiB") {
		t.Errorf("a sidecar of 300 KiB is read: %v", err)
	}
	_, err = Load(path+".not", mappingtest.Schema(t), Fallback{})
	if _, ok := errors.AsType[*ledger.Refusal](err); ok || err == nil {
		t.Errorf("a sidecar that cannot be read is not the workbook's fault: %v", err)
	}
}

// TestSidecar reads the sidecar of section 13, so far as this version acts on it.
func TestSidecar(t *testing.T) {
	m, err := Parse("a.yaml", []byte(`
# the profile sets the defaults of what follows, wherever it stands
ambiguous: reject
version: 1
mode: update
locale: en-GB
region: NO
sheet: Kunder
header_row: 3
columns:
  Företag: account.name
  "=C": account.zip
  Omsättning: {field: account.revenue, on_blank: clear, on_update: fill_if_empty}
  Läge: {field: account.custom.status, values: {A: Aktiv, 1: Passiv}, on_invalid: drop_cell}
  Kund sedan: {field: account.custom.since, layouts: [yyyy-mm-dd, d/m yyyy]}
  Land: {field: account.country, default: 0046}
  Anteckning: ignore
match:
  account: [[org_number], [name, account.zip]]
  contact: email
blank_key: literal
fill_down: true
elsewhere_id: move
on_update: never
null_words: ["-", 0]
duplicates: import
profile: safe
`), mappingtest.Schema(t), Fallback{})
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.Policy{Mode: ledger.UpdateOnly, Ambiguous: ledger.AmbiguousReject, BlankKey: ledger.BlankLiteral, Reuse: ledger.ReuseFeed, Scope: ledger.ScopeInside, Elsewhere: ledger.ElsewhereReject, WarnElsewhere: true,
		ElsewhereID: ledger.ElsewhereMove, FillDown: true, Region: "NO", Match: [...][][]string{{{"org_number"}, {"name", "zip"}}, {{"email"}}}}
	safe, _ := ledger.Profile("safe")
	want.Caps = safe.Caps
	if diff := cmp.Diff(want, m.Policy, cmp.AllowUnexported(crm.Value{})); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	var got []string
	for _, c := range m.Columns {
		path := "ignore"
		if c.Field != nil {
			path = c.Field.Path()
		}
		got = append(got, strings.Join([]string{c.Heading + c.Letter, path, string(c.OnUpdate), string(c.OnBlank), string(c.OnInvalid), c.Default}, " "))
	}
	columns := []string{"Företag account.name never keep reject_row ", "C account.zip never keep reject_row ", "Omsättning account.revenue fill_if_empty clear reject_row ",
		"Läge account.custom.status never keep drop_cell ", "Kund sedan account.custom.since never keep reject_row ", "Land account.country never keep reject_row 0046",
		"Anteckning ignore never keep reject_row "}
	if diff := cmp.Diff(columns, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	if m.Sheet != "Kunder" || m.HeaderRow != 3 || m.Locale != "en-GB" || !m.Repeat {
		t.Errorf("sheet %q, heading row %d, locale %s, again %v", m.Sheet, m.HeaderRow, m.Locale, m.Repeat)
	}
	if diff := cmp.Diff([]string{"-", "0"}, m.NullWords); diff != "" {
		t.Errorf("null words (-want +got):\n%s", diff)
	}
}

// TestProfiles is the table of section 3.
func TestProfiles(t *testing.T) {
	for profile, want := range map[string][4]any{
		"standard": {ledger.AmbiguousCreate, ledger.BlankCreate, ledger.ReuseFeed, false},
		"guide":    {ledger.AmbiguousCreate, ledger.BlankCreate, ledger.ReuseOff, true},
		"safe":     {ledger.AmbiguousPark, ledger.BlankReject, ledger.ReuseFeed, false},
	} {
		m, err := Parse("a.yaml", []byte("profile: "+profile), mappingtest.Schema(t), Fallback{Profile: "guide"})
		if err != nil {
			t.Fatal(err)
		}
		if got := [4]any{m.Policy.Ambiguous, m.Policy.BlankKey, m.Policy.Reuse, m.Policy.Exact}; got != want {
			t.Errorf("%s is %v, not %v", profile, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "version: 1\ncolumns:\n  A: account.name\n  B: {field: account.zip, values: {x: y}, layouts: [d/m yyyy]}\nmatch: {account: [[name], [zip]]}\n",
		"a: &a [*a]", "- - - -", "? a\n: b", "{a: [b, {c: d}]}", "x: |\n  y\n z: >-\n", "\"\\x00\"", "%YAML 1.2\n---\na: 1\n...\n", "a: !!str 1", "columns: {=C: account.name, '=!': ignore}", "<<: {a: b}"} {
		f.Add([]byte(s))
	}
	schema := mappingtest.Schema(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > maxBytes {
			return
		}
		m, err := Parse("a.yaml", content, schema, Fallback{})
		if err != nil {
			if _, ok := errors.AsType[*ledger.Refusal](err); !ok || strings.TrimSpace(err.Error()) == "" {
				t.Errorf("a broken sidecar does not give a refusal, or one without a text: %v", err)
			}
			return
		}
		for _, c := range m.Columns {
			if c.Field != nil && crm.System(c.Field.Path()) || c.OnUpdate == "" || c.OnBlank == "" || c.OnInvalid == "" {
				t.Errorf("column %+v", c)
			}
		}
	})
}

// TestEncodingAndDelimiter has a sidecar's encoding and delimiter win over the house's, and a correction take neither.
func TestEncodingAndDelimiter(t *testing.T) {
	house := Fallback{Encoding: "cp850", Delimiter: "|"}
	for text, want := range map[string][2]string{
		"mode: upsert\n":                            {"cp850", "|"},
		"encoding: Windows-1252\n":                  {"windows-1252", "|"},
		"encoding: auto\ndelimiter: auto\n":         {"", ""},
		"delimiter: \"\\t\"\nencoding: shift_jis\n": {"shift_jis", "\t"},
		"delimiter: tab\nencoding: 1252\n":          {"1252", "tab"},
		"delimiter: ','\n":                          {"cp850", ","},
	} {
		m, err := Parse("x.mapping.yaml", []byte(text), mappingtest.Schema(t), house)
		if err != nil || m.Encoding != want[0] || m.Delimiter != want[1] {
			t.Errorf("%q: %v, %v", text, m, err)
			continue
		}
		if m.UseForRejects(); m.Encoding != "" || m.Delimiter != "" {
			t.Errorf("%q: a correction is read as %s, %s", text, m.Encoding, m.Delimiter)
		}
	}
	for _, text := range []string{"encoding: klingon\n", "delimiter: '::'\n", "delimiter: å\n", "delimiter: ''\n"} {
		if wrong := mistakes(t, text); wrong == "" {
			t.Errorf("%q is taken", text)
		}
	}
	m, err := Default(mappingtest.Schema(t), house)
	bare, bareErr := Default(mappingtest.Schema(t), Fallback{})
	if err != nil || bareErr != nil || m.Encoding != "cp850" || m.Delimiter != "|" || m.Sum == bare.Sum {
		t.Errorf("without a sidecar: %v, %v", m, err)
	}
}
