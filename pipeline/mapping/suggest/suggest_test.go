package suggest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/crm/sentence"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
	"inlet.example/inlet/pipeline/mapping/suggest/spoken"
	"inlet.example/inlet/pipeline/mapping/suggest/values"
	"inlet.example/inlet/pipeline/sheet"
)

func suggested(t *testing.T, name, text string) (*Suggestion, *sheet.Workbook) {
	t.Helper()
	book := mappingtest.Book(t, name, text)
	s, err := Suggest(t.Context(), mappingtest.Schema(t), book, "")
	if err != nil {
		t.Fatal(err)
	}
	return s, book
}

// bound parses the suggested sidecar and lays it on the book's headings: it must be usable unchanged.
func bound(t *testing.T, s *Suggestion, book *sheet.Workbook) *bind.Binding {
	t.Helper()
	var b *bind.Binding
	for _, lang := range []string{"sv", "en"} {
		text := s.YAML(lang)
		m, err := mapping.Parse("a.yaml", text, mappingtest.Schema(t), mapping.Fallback{})
		if err != nil {
			t.Fatalf("the sidecar is refused: %v\n%s", err, text)
		}
		tab, err := layout.Choose(book, m.Sheet)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := layout.FirstRows(t.Context(), tab, 300)
		if err != nil {
			t.Fatal(err)
		}
		head := rows[0]
		for _, row := range rows {
			if m.HeaderRow > row.Number {
				head = row
			} else if m.HeaderRow == row.Number {
				head = row
				break
			}
		}
		if b, err = bind.New(&layout.Layout{Mapping: m, Sheet: tab}, head); err != nil {
			t.Fatalf("the sidecar does not fit its book: %v\n%s", err, text)
		}
		if len(b.Unknown) > 0 {
			t.Errorf("the sidecar does not speak of %v", b.Unknown)
		}
	}
	return b
}

// fieldsOf is the suggestion in short: column, heading, field, and ? where it is unsure.
func fieldsOf(s *Suggestion) []string {
	var all []string
	for _, c := range s.Columns {
		path, mark := "ignore", ""
		if c.Field != nil {
			path = c.Field.Path()
		}
		if c.Unsure {
			mark = "?"
		}
		all = append(all, fmt.Sprintf("%s %s: %s %d%s", c.Letter, oneLine(c.Heading), path, c.Confidence, mark))
	}
	return all
}

func TestSuggest(t *testing.T) {
	for name, tt := range map[string]struct {
		book, text       string
		fields           []string
		account, contact string
		says             []string
	}{
		"a swedish export": {"kunder.xlsx", `Kundlista 2026
,
Företagsnamn ,Org nr,Mail,Tel,Ort/Stad,Postnumer,Kontaktpersn,Skostorlek,Kundens hemsida
Acme AB,556036-0793,anna@acme.se,08-123 45 67,Malmö,111 22,Anna,n:38,www.acme.se
Beta AB,556012-5790,bo@beta.se,040-12 34 56,Lund,222 33,Bo,n:44,beta.se
Acme AB,556036-0793,cia@acme.se,070-123 45 67,Malmö,111 22,Cia,n:41,
`, []string{"A Företagsnamn: account.name 95", "B Org nr: account.org_number 100", "C Mail: contact.email 92?", "D Tel: account.phone 82?",
			"E Ort/Stad: account.city 95", "F Postnumer: account.zip 93?", "G Kontaktpersn: contact.name 85?", "H Skostorlek: ignore 0?",
			"I Kundens hemsida: account.website 95"}, "org_number", "email",
			[]string{"header_row: 3\n", "# 3 av 3 rader har organisationsnummer", "Mail: contact.email  # 92 %: rubriken är ett känt ord; kan också vara Företagets e-post (account.email)",
				"Postnumer: account.zip  # 93 %: som postnummer (en bokstav skiljer); 3 av 3 värden är postnummer", "  Skostorlek: ignore  # rubriken känns inte igen; 3 av 3 rader har ett värde: ska kolumnen utelämnas?"}},
		"an english export": {"people.csv", `Company name,Company_Email,Zip Code,Town,First name,Surname,E-mail,Contact phone,Annual Revenue (kSEK),Created by
Acme,info@acme.com,11122,London,Ann,Lee,ann@acme.com,+44 20 7946 0000,"1,200.50",sys@us.com
Beta,info@beta.com,22233,Leeds,Bob,Li,bob@beta.com,+44 20 7946 0001,"2,400.00",sys@us.com
Gamma,info@gamma.com,33344,Leeds,Cyd,Ek,,+44 20 7946 0002,"10.25",sys@us.com
`, []string{"A Company name: account.name 95", "B Company_Email: account.email 95", "C Zip Code: account.zip 95", "D Town: account.city 95", "E First name: contact.first_name 100",
			"F Surname: contact.last_name 95", "G E-mail: contact.email 92?", "H Contact phone: contact.phone 100", "I Annual Revenue (kSEK): account.revenue 70?",
			"J Created by: ignore 0?"}, "name zip", "name",
			[]string{"locale: en-US  #", "bara 2 av 3 rader har e-postadress", `Annual Revenue (kSEK): account.revenue`}},
		"two columns of one heading": {"a.csv", `Företag,E-post,Kontakt,E-post,Postnr,Postnr
Acme,info@acme.se,Anna,anna@acme.se,111 22,111 23
Beta,info@beta.se,Bo,bo@beta.se,222 33,222 34
`, []string{"A Företag: account.name 100", "B E-post: account.email 70?", "C Kontakt: contact.name 100", "D E-post: contact.email 70?", "E Postnr: account.zip 70?", "F Postnr: ignore 70?"},
			"name zip", "email", []string{`"=B": account.email  # 70 %`, `"=D": contact.email`, `"=F": ignore  # 70 %: kan vara Postnr (account.zip); kolumn E är lika trolig och står först`,
				"kolumn F är lika trolig"}},
		"two that cannot be distinguished": {"a.csv", "Förnamn,E-post,E-post\nAnna,a@b.se,c@d.se\n",
			[]string{"A Förnamn: contact.first_name 100", "B E-post: contact.email 70?", "C E-post: ignore 70?"}, "", "email", nil},
		"the more exact heading wins": {"a.csv", "Företagets telefon,Telefon,Bolag\n08-1234567,08-7654321,Acme\n",
			[]string{"A Företagets telefon: account.phone 95", "B Telefon: ignore 95?", "C Bolag: account.name 95"}, "name", "", []string{"kolumn A är mer trolig"}},
		"values beat the heading": {"a.csv", "Företag,Kontakt,Postnr\nAcme,a@b.se,Malmö\nBeta,b@b.se,Lund\nCeta,c@c.se,Ystad\n",
			[]string{"A Företag: account.name 100", "B Kontakt: contact.email 65?", "C Postnr: ignore 50?"}, "name", "email", []string{"bara 0 av 3 värden är postnummer"}},
		"values without heading": {"a.csv", "Företag,,Land\nAcme,5560360793,Sverige\nBeta,5560125790,Sverige\nCeta,2120000142,Sverige\n",
			[]string{"A Företag: account.name 100", "B : account.org_number 70?", "C Land: account.country 100"}, "org_number", "", []string{`"=B": account.org_number`}},
		"dates": {"a.xlsx", "Företag,Kund sedan,Läge\nAcme,03/04/2025,Aktiv\nBeta,04/05/2025,Passiv\n",
			[]string{"A Företag: account.name 100", "B Kund sedan: account.custom.since 100?", "C Läge: account.custom.status 100"}, "name", "",
			[]string{"03/04/2025 kan vara 2025-04-03 eller 2025-03-04", "  # Kund sedan: {field: account.custom.since, layouts: [d/m/yyyy]}\n  # Kund sedan: {field: account.custom.since, layouts: [m/d/yyyy]}\n"}},
		"dates that say it themselves": {"a.csv", "Företag,Kund sedan\nAcme,03/04/2025\nBeta,25/05/2025\n",
			[]string{"A Företag: account.name 100", "B Kund sedan: account.custom.since 100"}, "name", "", []string{"  Kund sedan: {field: account.custom.since, layouts: [d/m/yyyy]}\n"}},
		"choices by their labels": {"a.csv", "Företag,Klassning,Betyg\nAcme,Guld,guld\nBeta,Gold,Brons\nCeta,guldkund,c\n",
			[]string{"A Företag: account.name 100", "B Klassning: ignore 65?", "C Betyg: account.custom.grade 100"}, "name", "", nil},
		"two things in one column":   {"a.csv", "Företag,Postnr/Ort\nAcme,111 22 Malmö\n", []string{"A Företag: account.name 100", "B Postnr/Ort: ignore 5?"}, "name", "", []string{"dela upp den i två"}},
		"a number of another system": {"a.csv", "Kundnummer,Företag\n1001,Acme\n1002,Beta\n", []string{"A Kundnummer: ignore 0?", "B Företag: account.name 100"}, "name", "", []string{"kundnummer i ett annat system", "inlet field add account.custom.customer_number"}},
		"the second sheet":           {"a.xlsx", "-- Läs mig --\nDetta är en lista\n-- Kunder: A --\nFöretag,Postnr\nAcme,111 22\n", []string{"A Företag: account.name 100", "B Postnr: account.zip 100"}, "name zip", "", []string{`sheet: "Kunder: A"`}},
		"only headings":              {"a.csv", "Företag,Postnr\n", []string{"A Företag: account.name 100", "B Postnr: account.zip 100"}, "name zip", "", nil},
		"one column":                 {"a.csv", "Företag\nAcme\nBeta\n", []string{"A Företag: account.name 100"}, "name", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, book := suggested(t, tt.book, tt.text)
			if diff := cmp.Diff(tt.fields, fieldsOf(s)); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			text := string(s.YAML("sv"))
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("it does not say %q:\n%s", says, text)
				}
			}
			b := bound(t, s, book)
			if got := fmt.Sprint(b.Policy.Ticked(crm.Account), b.Policy.Ticked(crm.Contact)); got != strings.ReplaceAll(fmt.Sprint(rules(tt.account), rules(tt.contact)), "[[]]", "[]") {
				t.Errorf("match is %s:\n%s", got, text)
			}
		})
	}
}

func rules(names string) [][]string { return [][]string{strings.Fields(names)} }

// TestSuggestKey is the order of R18: what is filled in, unique, and no more of it than needed.
func TestSuggestKey(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"org number":        {"Företag,Org.nr,Postnr\nA,5560360793,11122\nB,5560125790,11122\n", "org_number"},
		"shared org number": {"Företag,Org.nr,Postnr\nA,5560360793,11122\nB,5560360793,11122\n", "name zip"},
		"blank org number":  {"Företag,Org.nr,Postnr\nA,5560360793,11122\nB,,11122\n", "name zip"},
		"blank postcode":    {"Företag,Postnr\nA,11122\nB,\n", "name"},
		"no name":           {"Org.nr,Ort\n5560360793,Lund\n,Malmö\n", "org_number"},
		"nothing":           {"Ort,Land\nLund,Sverige\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, book := suggested(t, "a.csv", tt.text)
			b := bound(t, s, book)
			if got := strings.Trim(fmt.Sprint(b.Policy.Ticked(crm.Account)), "[]"); got != tt.want {
				t.Errorf("match is %q, not %q:\n%s", got, tt.want, s.YAML("en"))
			}
		})
	}
}

func TestSuggestRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, sheet, code string }{
		"no headings":      {"Acme,111 22,anna@acme.se\nBeta,222 33,bo@beta.se\n", "", "no_heading"},
		"texts and no key": {"Acme,Malmö\nBeta,Lund\n", "", "no_heading"},
		"no such sheet":    {"Företag\nAcme\n", "Kunder", "no_sheet"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Suggest(t.Context(), mappingtest.Schema(t), mappingtest.Book(t, "a.csv", tt.text), tt.sheet)
			if refusal, ok := errors.AsType[*ledger.Refusal](err); !ok || refusal.Code != tt.code {
				t.Errorf("it is %v, not refused for %s", err, tt.code)
			}
		})
	}
}

// TestSuggestQuotes has headings that YAML would read otherwise come back as they are.
func TestSuggestQuotes(t *testing.T) {
	headings := []string{"Företag", "Postnr", "Kontakt: E-post", "=C", "true", "~", "12", "0x1F", "- a", "# b", "*c", "&d", "!e", "a: b", "a #b", "{f", "[g]", "'h", "\"i\"", "%j", "@k", "`l", "|m", ">n", "? o",
		"null", "p\nq", "r\u00a0s", "t\u200bu", "<<", ",", "1.5", "2025-01-01", "back\\slash", "ä:ö", "-", ".", "emoji 🙂", "\u2028x"}
	var cells []string
	for _, h := range headings {
		cells = append(cells, `"`+strings.ReplaceAll(h, `"`, `""`)+`"`)
	}
	values := strings.Repeat("abc,", len(headings)-1) + "abc\n"
	s, book := suggested(t, "a.csv", strings.Join(cells, ",")+"\n"+values+values)
	if b := bound(t, s, book); len(b.Columns) != 1 || len(b.Unknown) > 0 {
		t.Errorf("columns %d, unknown %v", len(b.Columns), b.Unknown)
	}
	if len(s.Columns) != len(headings) {
		t.Errorf("%d columns, not %d", len(s.Columns), len(headings))
	}
}

func inSwedish(format string) bool {
	_, ok := spoken.Swedish(format)
	return ok
}

// TestSuggestSwedish has every sentence of a suggestion in the table, with as many places.
func TestSuggestSwedish(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"*.go", "keys/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	said := 0
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, found := range regexp.MustCompile(`Say(?:Of\([\w.]+,\s*"([^"]+)"|Each\([\w.]+,\s*\[\.{3}\]string\{\s*"([^"]+)",\s*"([^"]+)"|\(\s*"([^"]+)")`).FindAllStringSubmatch(string(content), -1) {
			for _, format := range found[1:] {
				if format == "" {
					continue
				}
				for _, kind := range crm.Kinds {
					said++
					if format := sentence.About(kind, format); !inSwedish(format) {
						t.Errorf("%s: no Swedish for %q", path, format)
					}
				}
			}
		}
	}
	for _, is := range crm.Types() {
		for _, en := range []string{values.SayMost(is, 1, 2).Format, values.SayFew(is, 1, 2).Format} {
			if en == "" {
				continue
			}
			if sv, _ := spoken.Swedish(en); strings.Count(en, "%s") != 2 || strings.Count(sv, "%s") != 2 {
				t.Errorf("%q and %q do not have the two numbers", en, sv)
			}
		}
	}
	if said < 35 {
		t.Errorf("only %d sentences were found", said)
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add("Företag,E-post\nAcme,a@b.se\n")
	f.Add("\"a\nb\",=C,#x\n1,2,3\n")
	schema := mappingtest.Schema(f)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(path, sheet.Options{})
		if err != nil {
			return
		}
		defer book.Close()
		s, err := Suggest(t.Context(), schema, book, "")
		if err != nil {
			return
		}
		for _, lang := range []string{"sv", "en"} {
			if _, err := mapping.Parse("a.yaml", s.YAML(lang), schema, mapping.Fallback{}); err != nil {
				t.Errorf("%v\n%s", err, s.YAML(lang))
			}
		}
	})
}
