package bind

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// cellsSchema has own fields of every type that a cell can go wrong in.
func cellsSchema(t testing.TB) *crm.Schema {
	t.Helper()
	schema, err := crm.NewSchema(
		crm.Field{Kind: crm.Account, Name: "custom.number", Type: crm.ID},
		crm.Field{Kind: crm.Account, Name: "custom.share", Type: crm.Decimal},
		crm.Field{Kind: crm.Account, Name: "custom.since", Type: crm.Date},
		crm.Field{Kind: crm.Account, Name: "custom.tax", Type: crm.Choice, Choices: crm.Options("None", "Full")},
		crm.Field{Kind: crm.Account, Name: "custom.others", Type: crm.Choices},
		crm.Field{Kind: crm.Contact, Name: "custom.others", Type: crm.Choices},
		crm.Field{Kind: crm.Contact, Name: "custom.budget", Type: crm.Decimal},
		crm.Field{Kind: crm.Contact, Name: "custom.fixed", Type: crm.Choices, Choices: crm.Options("A")})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// row returns the draft of a row of text cells under a sidecar.
func textRow(t *testing.T, sidecar string, headings, cells []string) ledger.Draft {
	t.Helper()
	return cellRow(t, sidecar, headings, textCells(cells))
}

func cellRow(t *testing.T, sidecar string, headings []string, cells []sheet.Cell) ledger.Draft {
	t.Helper()
	m, err := mapping.Parse("m.yaml", []byte(sidecar), cellsSchema(t), mapping.Fallback{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "S"}}, sheet.Row{Number: 1, Cells: textCells(headings)})
	if err != nil {
		t.Fatal(err)
	}
	d, err := drafted(b, sheet.Row{Number: 2, Cells: cells}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func textCells(texts []string) (cells []sheet.Cell) {
	for i, text := range texts {
		if text != "" {
			cells = append(cells, sheet.Cell{Column: i, Type: sheet.Text, Raw: text})
		}
	}
	return cells
}

// cellText returns what one text cell of a field becomes: its value, "-" if it is blank, or the code of what is wrong, and the codes of warnings.
func cellText(t *testing.T, field, text, more string) string {
	t.Helper()
	d := textRow(t, "columns: {Cell: "+field+"}\n"+more, []string{"Cell"}, []string{text})
	return became(&d)
}

func became(d *ledger.Draft) string {
	got := "-"
	for _, part := range []*ledger.Part{&d.Parts[0], &d.Parts[1]} {
		if part.Present {
			got = part.ID
			for _, c := range part.Cells {
				if got = c.Value.String(); c.Clear {
					got = "clear"
				}
			}
		}
	}
	for _, p := range d.Problems {
		if !p.Warning {
			return string(p.Code)
		}
		got += " " + string(p.Code)
	}
	return got
}

// TestErrorWords has text that a spreadsheet writes for an error be an error in every field (W4).
func TestErrorWords(t *testing.T) {
	for _, field := range []string{"account.name", "account.city", "account.phone", "account.revenue", "account.active", "account.categories", "account.currency", "contact.id", "contact.email", "account.custom.since"} {
		for _, word := range []string{"#N/A", "#SAKNAS!", " #REF!\u00a0", "###", "##########", "#VÄRDEFEL!", "#div/0!", "#ÜBERLAUF!", "#NV", "#GETTING_DATA", "Err:502", "#BEZUG!", "#I/T", "#ССЫЛКА!", "#¡VALOR!"} {
			if got := cellText(t, field, word, ""); got != "CELL_ERROR" {
				t.Errorf("%s %q is %q", field, word, got)
			}
		}
	}
	if got := cellText(t, "account.categories", "Kund; #SAKNAS!", ""); got != "CELL_ERROR" {
		t.Errorf("a list with an error in it is %q", got)
	}
	for _, text := range []string{"#1", "##", "#nv", "# 5", "#hashtag", "###1", "#Malmö!", "Error 502", "Err:5020", "N/A", "#"} {
		if got := cellText(t, "account.city", text, ""); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}

// TestErrorWordsThatMeanSomething has the mapping's own words come before the errors of spreadsheets.
func TestErrorWordsThatMeanSomething(t *testing.T) {
	if got := cellText(t, "account.city", "#SAKNAS!", `null_words: ["#SAKNAS!"]`); got != "-" {
		t.Errorf("a null word is %q", got)
	}
	for _, words := range []string{`["#N/A"]`, `["#SAKNAS!"]`} {
		d := cellRow(t, "columns: {Cell: account.city}\nnull_words: "+words, []string{"Cell"}, []sheet.Cell{{Type: sheet.Error, Raw: "#N/A"}})
		if got := became(&d); got != "-" {
			t.Errorf("the null words %s and a cell with #N/A give %q", words, got)
		}
	}
	d := textRow(t, `columns: {Cell: {field: account.city, values: {"#N/A": Okänd}}}`, []string{"Cell"}, []string{"#N/A"})
	if got := became(&d); got != "Okänd" {
		t.Errorf("what values: says is %q", got)
	}
}

// TestErrorTexts: each error is reported as what it is. Damage of the file is not called an error of a formula (W11).
func TestErrorTexts(t *testing.T) {
	for raw, want := range map[string]string{"#SAKNAS!": "did not find", "########": "too narrow", "#REFERENS!": "no longer exist", "#DEEL/0!": "zero", "#NULL!": "is an error of the spreadsheet."} {
		d := textRow(t, "columns: {Cell: account.city}", []string{"Cell"}, []string{raw})
		if len(d.Problems) != 1 || d.Problems[0].Value != raw || !strings.Contains(d.Problems[0].Text.String(), want) {
			t.Errorf("%s is reported as %v", raw, d.Problems)
		}
	}
	for raw, want := range map[string]string{"#N/A": "did not find", sheet.ErrStyle: "number format that the file does not contain", sheet.ErrShared: "text that the file does not contain", sheet.ErrNumber: "should contain a number"} {
		d := cellRow(t, "columns: {Cell: account.city}", []string{"Cell"}, []sheet.Cell{{Type: sheet.Error, Raw: raw}})
		if text := d.Problems[0].Text.String(); !strings.Contains(text, want) || strings.Contains(text, "formula") && raw != "#N/A" {
			t.Errorf("%s is reported as %s", raw, text)
		}
	}
}

// TestSpoiledNumbers has no phone, number of a register or key stored that a program took for a number (W5).
func TestSpoiledNumbers(t *testing.T) {
	ticked := map[string]string{"account.name": "match: {account: [name]}", "contact.first_name": "match: {contact: [name]}"}
	for _, tt := range []struct{ field, text, want string }{
		{"account.phone", "4,67012E+10", "INVALID"}, {"account.phone", "4.67012e+10", "INVALID"}, {"account.phone", "+4E+10", "INVALID"}, {"account.phone", "4E-100", "INVALID"},
		{"account.org_number", "5,56E+09", "INVALID"}, {"account.zip", "1E+05", "INVALID"}, {"account.zip", "'1E+05", "INVALID"}, {"account.industry_code", "-1.2E+11", "INVALID"},
		{"account.name", "1,2E+11", "INVALID"}, {"contact.first_name", "1,2E+11", "INVALID"}, {"contact.id", "5,56E+09", "INVALID"},
		{"account.city", "1,2E+11", "1,2E+11"}, {"account.notes", "1,2E+11", "1,2E+11"}, // text that is not matched on
		{"account.phone", "4E10", "4E10"}, {"account.phone", "4E+1", "4E+1"}, {"account.phone", "4E+1000", "4E+1000"}, {"account.zip", "12E+10", "12E+10"}, {"account.zip", "AE+10", "AE+10"},
		{"account.zip", "E+10", "E+10"}, {"account.zip", "1.E+10", "1.E+10"}, {"account.zip", ".5E+10", ".5E+10"},
		{"account.phone", "46701234567.0", "46701234567 NUMBER_TEXT"}, {"account.zip", "01234.0", "01234 NUMBER_TEXT"}, {"account.org_number", "5560125790.0", "5560125790 NUMBER_TEXT"},
		{"account.industry_code", "'62010.0", "62010 NUMBER_TEXT"}, {"account.name", "1234.0", "1234 NUMBER_TEXT"}, {"contact.id", "12.0", "12 NUMBER_TEXT"},
		{"account.city", "1234.0", "1234.0"}, {"account.industry_code", "62.010", "62.010"}, {"account.zip", "1234.00", "1234.00"}, {"account.zip", "1.234.0", "1.234.0"}, {"account.zip", ".0", ".0"},
		{"account.revenue", "5,56E+09", "INVALID"}, // a number that sv-SE does not write
	} {
		if got := cellText(t, tt.field, tt.text, ticked[tt.field]); got != tt.want {
			t.Errorf("%s %q is %q, not %q", tt.field, tt.text, got, tt.want)
		}
	}
}

// TestNullWordsOfPrograms has them be blank in every field but names, and part of nothing (W5).
func TestNullWordsOfPrograms(t *testing.T) {
	for _, word := range []string{"nan", "NaN", "null", "NULL", "None", "<NA>", "NaT", " NaN\u00a0"} {
		for _, field := range []string{"account.city", "account.phone", "account.revenue", "account.active", "account.categories", "contact.email", "contact.id", "contact.title", "account.custom.since"} {
			if got := cellText(t, field, word, ""); got != "-" {
				t.Errorf("%s %q is %q", field, word, got)
			}
		}
		for _, field := range []string{"account.name", "contact.name", "contact.first_name", "contact.last_name"} {
			if got := cellText(t, field, word, ""); got != crm.Trim(word) {
				t.Errorf("%s %q is %q", field, word, got)
			}
		}
	}
	for _, word := range []string{"Nan", "Null", "none", "NONE", "nat", "NA", "N/A", "nanna"} {
		if got := cellText(t, "account.city", word, ""); got != word {
			t.Errorf("%q is %q", word, got)
		}
	}
	if got := cellText(t, "account.custom.tax", "None", ""); got != "None" {
		t.Errorf("a choice that is called None is %q", got)
	}
	d := textRow(t, "columns: {Cell: {field: account.city, values: {\"NULL\": Ingen}}}", []string{"Cell"}, []string{"NULL"})
	if got := became(&d); got != "Ingen" {
		t.Errorf("values: gives for NULL %q", got)
	}
}

// TestUnseenCharacters: values are stored without invisible characters and without a spreadsheet's guard (W6).
func TestUnseenCharacters(t *testing.T) {
	for _, tt := range []struct{ field, text, want string }{
		{"account.phone", "\u202a+46\u00ad701234567\u202c", "+46701234567"}, {"account.phone", "'+46701234567", "+46701234567"}, {"account.phone", "\u200e'0701234567", "0701234567"},
		{"account.email", "a\u200b@\u2060b.se\ufeff", "a@b.se"}, {"account.email", "'a@b.se", "a@b.se"}, {"account.website", "www.x\u200d.se", "www.x.se"}, {"account.website", "'x.se", "'x.se"},
		{"account.zip", "111\u200b22", "11122"}, {"account.zip", "'01234", "01234"}, {"account.org_number", "'556012-5790", "556012-5790"}, {"account.industry_code", "\u206662\u2069010", "62010"},
		{"account.revenue", "'1\u200e234,50", "1234.5"}, {"account.employees", "'12", "12"}, {"account.custom.since", "'2025-04-03\u200e", "2025-04-03"}, {"account.active", "\u200eja", "true"},
		{"account.name", "'47 Brand", "'47 Brand"}, {"account.name", "'=1+1", "=1+1"}, {"account.name", "'-5", "-5"}, {"account.name", "a\u00adb", "a\u00adb"}, {"account.name", "''x", "''x"},
		{"account.phone", "\u200e", "-"}, {"account.phone", "'", "-"}, {"account.name", "\u2060", "-"}, {"account.name", "'", "'"}, {"contact.id", "\u202a\u202c", "-"},
		{"account.phone", "''08-11 11 11", "'08-11 11 11"},
	} {
		if got := cellText(t, tt.field, tt.text, ""); got != tt.want {
			t.Errorf("%s %q is %q, not %q", tt.field, tt.text, got, tt.want)
		}
	}
}
