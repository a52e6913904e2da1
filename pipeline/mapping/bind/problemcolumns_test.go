package bind

import (
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// row makes a row of texts; "" makes no cell.
func row(n int, texts ...string) sheet.Row {
	r := sheet.Row{Number: n}
	for i, text := range texts {
		if text != "" {
			r.Cells = append(r.Cells, sheet.Cell{Column: i, Type: sheet.Text, Raw: text})
		}
	}
	return r
}

// TestReasonColumns holds where the columns are that say what was wrong, and that a workbook of another origin keeps what it calls so.
func TestReasonColumns(t *testing.T) {
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		sidecar  string
		corrects bool
		heads    []string
		places   []int // of the columns; -1 for one of the reasons
		mobile   bool  // a column is the mobile phone
		unknown  []string
	}{
		"first":                {"", true, []string{"Row", "Problem", "Cell", "Company"}, []int{-1, -1, -1, 0}, false, nil},
		"first, own mapping":   {"", false, []string{"Row", "Problem", "Cell", "Company"}, []int{-1, -1, -1, 0}, false, nil},
		"last":                 {"", false, []string{"Company", "", "Rad", "Problem", "Cell", "x"}, []int{0, 1, 2, 3, 4, 5}, false, []string{"Rad", "Problem", "Cell", "x"}},
		"last but for a gap":   {"", false, []string{"Company", "Rad", "Problem", "", "Cell"}, []int{0, 1, 2, 3, 4}, true, []string{"Rad", "Problem"}},
		"last of all":          {"", false, []string{"Company", "Rad", "Problem", "Cell"}, []int{0, -1, -1, -1}, false, nil},
		"not at the edge":      {"", true, []string{"", "Row", "Problem", "Cell", "Company"}, []int{0, 1, 2, 3, 4}, false, []string{"Row", "Problem", "Cell"}},
		"a mobile phone":       {"", false, []string{"Company", "Contact", "Cell"}, []int{0, 1, 2}, true, nil},
		"a mobile phone first": {"", false, []string{"Cell", "Company"}, []int{0, 1}, true, nil},
		"a row of one's own":   {"columns: {Row: account.notes}\n", false, []string{"Row", "Problem", "Cell", "Company"}, []int{0, 1, 2, 3}, false, []string{"Problem", "Cell"}},
		"the field has one":    {"columns: {Firm: account.name}\n", false, []string{"Firm", "Company"}, []int{0, 1}, false, []string{"Company"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := mapping.Parse("m", []byte(tt.sidecar+"match: {account: [], contact: []}\n"), schema, mapping.Fallback{Profile: "standard"})
			if err != nil {
				t.Fatal(err)
			}
			if tt.corrects {
				m.UseForRejects()
			}
			b, err := New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "Sheet"}}, row(1, tt.heads...))
			if err != nil {
				t.Fatal(err)
			}
			for i := range tt.heads {
				if at, ok := b.Place(i); ok != (tt.places[i] >= 0) || ok && at != tt.places[i] {
					t.Errorf("column %d has place %d, %v", i, at, ok)
				}
			}
			mobile := slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool { return c.Field.Name == "mobile" })
			if mobile != tt.mobile || !slices.Equal(b.Unknown, tt.unknown) {
				t.Errorf("mobile %v, unknown %q", mobile, b.Unknown)
			}
		})
	}
}

// TestCorrectsGoesByTheFirstRow holds what of its parent's mapping a correction does not go by.
func TestCorrectsGoesByTheFirstRow(t *testing.T) {
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	m, err := mapping.Parse("m", []byte("sheets: [{sheet: Kunder, header_row: 4}, {sheet: Fler, header_row: 2}]\n"), schema, mapping.Fallback{Profile: "standard"})
	if err != nil {
		t.Fatal(err)
	}
	m.UseForRejects()
	for i, part := range m.Parts() {
		if want := []string{"1", "2"}[i]; part.Sheet != want || part.HeaderRow != 1 {
			t.Errorf("part %d: sheet %q, header row %d", i, part.Sheet, part.HeaderRow)
		}
	}
}
