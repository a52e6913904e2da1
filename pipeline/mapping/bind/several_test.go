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

// TestSeveralValues has a cell with several values be none, and one that only looks so be one (W7b).
func TestSeveralValues(t *testing.T) {
	const several = "SEVERAL_VALUES"
	for _, tt := range []struct{ field, text, want string }{
		{"contact.email", "anna@x.se; anna@y.se", several}, {"contact.email", "anna@x.se,anna@y.se", several}, {"contact.email", "anna@x.se / anna@y.se", several},
		{"contact.email", "anna@x.se\nanna@y.se", several}, {"contact.email", "anna@x.se\r\nanna@y.se\r\n", several}, {"contact.email", "<a@x.se>; mailto:b@x.se; c@x.se", several},
		{"contact.email", "anna@x.se, ", "anna@x.se"}, {"contact.email", "; anna@x.se", "anna@x.se"}, {"contact.email", "anna@x.se; Anna@X.se", "anna@x.se"},
		{"contact.email", "anna@x.se; anna", "INVALID"}, {"contact.email", "anna@x.se anna@y.se", "INVALID"}, {"contact.email", "anna@x.se/anna@y.se", "INVALID"}, {"contact.email", ",", "INVALID"},
		{"contact.phone", "08-123 45 67; 070-123 45 67", several}, {"contact.mobile", "08-123 45 67 / 070-123 45 67", several}, {"account.fax", "08-123456,08-123457", several},
		{"account.phone", "08-123 45 67 / 89", "08-123 45 67 / 89"}, {"account.phone", "08-123 45 67/68", "08-123 45 67/68"}, {"account.phone", "08-123456/08-123457", "08-123456/08-123457"},
		{"account.phone", "08-123 45 67, ext 12345", "08-123 45 67, ext 12345"}, {"account.phone", "08-123 45 67, ankn. 12345", "08-123 45 67, ankn. 12345"}, {"account.phone", "08-123 45 67 /", "08-123 45 67"},
		{"account.phone", "08-123 45 67; +46 8 123 45 67", "08-123 45 67"},
		{"account.website", "x.se; y.se", several}, {"account.website", "https://x.se/a, https://y.se/b", several}, {"account.website", "https://x.se/a,https://y.se/b", several},
		{"account.website", "https://x.se/a,b.html", "https://x.se/a,b.html"}, {"account.website", "https://x.se/?q=1;r=a.b", "https://x.se/?q=1;r=a.b"}, {"account.website", "x.se, Malmö", "x.se, Malmö"},
		{"account.org_number", "556012-5790 / 556036-0793", several}, {"account.org_number", "556012-5790, SE556036079301", several}, {"account.org_number", "556012-5790, Lund", "556012-5790, Lund CHECK_DIGIT"},
		{"account.custom.number", "K-100; K-200", several}, {"contact.id", "100,200", several}, {"account.custom.number", "100,", "100"}, {"account.custom.number", "Bygg, allmänt", "Bygg, allmänt"},
		{"account.custom.number", "Bygg 1, 2", "Bygg 1, 2"}, {"account.zip", "111 22; 222 33", "111 22; 222 33"}, {"account.city", "Lund; Malmö", "Lund; Malmö"},
	} {
		if got := cellText(t, tt.field, tt.text, ""); got != tt.want {
			t.Errorf("%s %q is %q, not %q", tt.field, tt.text, got, tt.want)
		}
	}
}

// TestSplit takes the first of several values, and names the others.
func TestSplit(t *testing.T) {
	for _, tt := range []struct{ field, text, want, says string }{
		{"contact.email", "anna@x.se; anna@y.se;anna@z.se", "anna@x.se SEVERAL_VALUES", `contains 3 values: anna@x.se was used; left out: anna@y.se, anna@z.se`},
		{"contact.email", "anna@x.se", "anna@x.se", ""}, {"contact.email", "anna@x.se; anna", "INVALID", ""},
		{"account.phone", "46701234567.0; 46701234568.0", "46701234567 SEVERAL_VALUES", "46701234568.0"},
		{"account.phone", "4,67012E+10; 4,67012E+10", "4,67012E+10; 4,67012E+10", ""},
	} {
		d := textRow(t, "columns: {Cell: {field: "+tt.field+", split: first}}", []string{"Cell"}, []string{tt.text})
		if got := became(&d); got != tt.want || tt.says != "" && !strings.Contains(d.Problems[0].Text.String(), tt.says) {
			t.Errorf("%s %q is %q with %v, not %q", tt.field, tt.text, got, d.Problems, tt.want)
		}
	}
	d := textRow(t, "columns: {E-post: contact.email}", []string{"E-post"}, []string{"a@x.se; b@x.se"})
	if want := `contains 2 values, but the field holds only one: keep one of them in the cell, or write split: first for the column "E-post" in the mapping`; d.Problems[0].Text.String() != want {
		t.Errorf("several values are reported as %s", d.Problems[0].Text)
	}
}

// TestRemainingValuesGoToAnotherField adds the values that split: first leaves, of one column or more, to a field that keeps what it has.
func TestRemainingValuesGoToAnotherField(t *testing.T) {
	const sidecar = `columns:
  E-post: {field: contact.email, split: first, rest: contact.custom.others}
  Mobil: {field: contact.mobile, split: first, rest: contact.custom.others}
  Tfn: {field: account.phone, split: first, rest: account.custom.others}`
	d := textRow(t, sidecar, []string{"Tfn", "Mobil", "E-post", "Kontakt"}, []string{"08-111111;08-222222", "070-1234567 / 070-1234568", "a@x.se; b@x.se; c@x.se", "Anna"})
	for _, part := range []*ledger.Part{&d.Parts[0], &d.Parts[1]} {
		last := part.Cells[len(part.Cells)-1]
		want := "08-222222"
		if part == &d.Parts[1] {
			want = "b@x.se, c@x.se, 070-1234568"
		}
		if last.Value.String() != want || last.Column.OnUpdate != ledger.Append || last.Column.Field.Name != "custom.others" {
			t.Errorf("the rest is %s for %s (%s), not %s", last.Value, last.Column.Field.Path(), last.Column.OnUpdate, want)
		}
	}
	if says := d.Problems[1].Text.String(); !strings.Contains(says, "added to contact.custom.others: b@x.se, c@x.se") {
		t.Errorf("the warning says %s", says)
	}
	d = textRow(t, sidecar, []string{"Tfn", "Mobil", "E-post"}, []string{"", "", "a@x.se"})
	if last := d.Part(crm.Contact).Cells[len(d.Part(crm.Contact).Cells)-1]; !last.Blank() || d.Part(crm.Account).Present || len(d.Problems) > 0 {
		t.Errorf("a row of single values has the rest %s and the problems %v", last.Value, d.Problems)
	}
}

// TestWrongSplits has a mapping refused that splits what cannot be split, or puts the rest where it cannot be.
func TestWrongSplits(t *testing.T) {
	for sidecar, want := range map[string]string{
		"columns: {A: {field: account.city, split: first}}":                                                       "line 1, column 43: split: account.city is not an e-mail",
		"columns: {A: {field: account.email, split: last}}":                                                       "write one of first",
		"columns: {A: {field: account.email, rest: account.campaigns}}":                                           "rest: is only used with split: first",
		"columns: {A: {field: account.email, split: first, rest: contact.campaigns}}":                             "rest: contact.campaigns cannot receive",
		"columns: {A: {field: account.email, split: first, rest: account.notes}}":                                 "rest: account.notes cannot receive",
		"columns: {A: {field: contact.email, split: first, rest: contact.custom.fixed}}":                          "rest: contact.custom.fixed cannot receive",
		"columns: {A: {field: contact.email, split: first, rest: contact.nothing}}":                               "this field does not exist",
		"columns: {A: {field: contact.email, split: first, rest: ignore}}":                                        "rest: ignore is not a field",
		"columns: {A: {field: contact.email, split: first, rest: contact.campaigns}, B: contact.campaigns}":       `rest: contact.campaigns is already mapped from column "B"`,
		"{columns: {A: {field: contact.email, split: first, rest: contact.campaigns, spilt: first}}, version: 1}": "did you mean split",
	} {
		_, err := mapping.Parse("m.yaml", []byte(sidecar), cellsSchema(t), mapping.Fallback{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %s", sidecar, err, want)
		}
	}
	_, err := mapping.Parse("m.yaml", []byte("columns: {A: {field: contact.email, split: first, rest: contact.campaigns}}"), cellsSchema(t), mapping.Fallback{Limits: mapping.Limits{Fields: []string{"account.*", "contact.email"}}})
	if err == nil || !strings.Contains(err.Error(), "does not allow writing to contact.campaigns") {
		t.Errorf("limits: %v", err)
	}
	for sidecar, want := range map[string]string{
		"columns: {A: {field: contact.email, split: first, rest: contact.campaigns}}":                                                            "write ignore for that column",
		"{columns: {A: {field: contact.email, split: first, rest: contact.custom.others}}, match: {contact: [custom.others]}}":                   "is matched on",
		"{columns: {A: {field: contact.email, split: first, rest: contact.campaigns}, \"Kontakt: Kampanj\": ignore}, match: {contact: [email]}}": "",
	} {
		m, err := mapping.Parse("m.yaml", []byte(sidecar), cellsSchema(t), mapping.Fallback{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "S"}}, sheetRow("A", "Kontakt: Kampanj"))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %q", sidecar, err, want)
		}
	}
}
