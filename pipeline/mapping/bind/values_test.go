package bind

import (
	"path/filepath"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/sheettest"
)

// TestTypedCells reads cells of a workbook as values of a field. A cell that begins as package sheettest has it is of a type.
func TestTypedCells(t *testing.T) {
	for _, tt := range []struct{ field, cell, want string }{
		{"account.zip", "n:1234|00000", "01234"}, {"account.zip", "n:11122|000 00", "111 22"}, {"account.zip", "n:11122", "11122"}, {"account.zip", "01234", "01234"},
		{"account.zip", "n:11122|#\\,##0", "11122"},
		{"account.phone", "n:701234567|0000000000", "0701234567"}, {"account.phone", "0701234567", "0701234567"},
		{"account.org_number", "n:5560125790", "5560125790"}, {"account.org_number", "n:5560125790|000000-0000", "556012-5790"},
		{"account.industry_code", "n:1234|00000", "01234"}, {"account.industry_code", "n:12345.0", "12345"}, {"account.industry_code", "n:1.2345E4", "12345"},
		{"account.industry_code", "n:12345|0.00E+00", "12345"}, {"account.industry_code", "n:12345|#,##0", "12345"}, {"account.industry_code", "n:12345|000 00", "12345"},
		{"account.name", "n:1234|00000", "01234"}, {"account.name", "=1+1", "=1+1"},
		{"account.employees", "n:12", "12"}, {"account.employees", "n:12.0", "12"}, {"account.employees", "n:12.5", "INVALID"}, {"account.employees", "12,0", "12"},
		{"account.employees", "d:2025-01-01", "INVALID"}, {"account.employees", "b:1", "INVALID"},
		{"account.revenue", "n:0.1", "0.1"}, {"account.revenue", "n:1234.5|#,##0", "1234.5"}, {"account.revenue", "\"1 234,50\"", "1234.5"},
		{"account.custom.since", "d:2025-04-03", "2025-04-03"}, {"account.custom.since", "d:2025-04-03 23:59", "2025-04-03"}, {"account.custom.since", "n:45750", "INVALID"}, {"account.custom.since", "c:12:30", "INVALID"},
		{"account.active", "b:1", "true"}, {"account.active", "b:0", "false"}, {"account.active", "n:1", "true"}, {"account.active", "n:2", "INVALID"}, {"account.active", "Ja", "true"},
		{"account.custom.status", "aktiv", "Aktiv"}, {"account.custom.status", "sovande", "UNKNOWN_CHOICE"},
		{"account.custom.grade", "a", "A"}, {"account.custom.grade", "GULD", "A"}, {"account.custom.grade", "Gold", "A"}, {"account.custom.grade", " Guldkund", "A"},
		{"account.custom.grade", "brons", "B"}, {"account.custom.grade", "bronze", "UNKNOWN_CHOICE"}, {"account.custom.grade", "c", "C"},
		{"account.custom.colours", "\"röd, ljus\"", "R"}, {"account.custom.colours", "\"Grön, red\"", "G, R"}, {"account.custom.colours", "\"Green; Röd, ljus;g\"", "G, R"},
		{"account.custom.colours", "Grön; Blå", "UNKNOWN_CHOICE"},
		{"account.categories", "a; b;; a ;c", "a, b, c"}, {"account.categories", "\"a, b\"", "a, b"}, {"account.categories", "\"a, b; c\"", "a, b, c"},
		{"account.email", "Info@Exempel.se", "Info@Exempel.se"}, {"account.email", "info@", "INVALID"}, {"account.email", "info", "INVALID"}, {"account.email", "\"a@b.se, c@d.se\"", "SEVERAL_VALUES"},
		{"account.email", "info@smörgås.se", "info@smörgås.se"}, {"account.email", "mailto:info@exempel.se", "mailto:info@exempel.se"},
		{"account.city", "e:#REF!", "CELL_ERROR"}, {"account.city", "f:A1", "CELL_ERROR"}, {"account.city", "f:A1=5", "5"}, {"account.city", " \u00a0Malmö\u200b", "Malmö"},
	} {
		if got := read(t, tt.field, tt.cell); got != tt.want {
			t.Errorf("%s %s is %q, not %q", tt.field, tt.cell, got, tt.want)
		}
	}
}

// read returns the value of a cell, or the code of what is wrong with it.
func read(t *testing.T, field, cell string) string {
	t.Helper()
	d := draft(t, "columns: {Cell: "+field+"}", cell)
	for _, p := range d.Problems {
		if !p.Warning {
			return string(p.Code)
		}
	}
	if len(d.Part(crm.Account).Cells) != 1 {
		t.Fatalf("%s %s has %d cells", field, cell, len(d.Part(crm.Account).Cells))
	}
	return d.Part(crm.Account).Cells[0].Value.String()
}

func drafted(b *Binding, row sheet.Row, place int64) (d ledger.Draft, err error) {
	err = b.Draft(&d, make([]ledger.Cell, len(b.Columns)), row, place)
	return d, err
}

// draft returns the draft of a row of one cell.
func draft(t *testing.T, sidecar, cell string) ledger.Draft {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	sheettest.Book(t, path, "Cell\n"+cell+"\n")
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	m, err := mapping.Parse("a.yaml", []byte(sidecar), mappingtest.Schema(t), mapping.Fallback{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := layout.Choose(book, m.Sheet)
	if err != nil {
		t.Fatal(err)
	}
	var bound *Binding
	for rows, err := range s.Rows(t.Context(), 10) {
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if bound == nil {
				if bound, err = New(&layout.Layout{Mapping: m, Sheet: s}, row); err != nil {
					t.Fatal(err)
				}
				continue
			}
			d, err := drafted(bound, row, 2) // the first row also has what is wrong with the mapping as a whole
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
	}
	t.Fatalf("%q is not in a row", cell)
	return ledger.Draft{}
}

func TestValuesOfAColumn(t *testing.T) {
	const sidecar = "columns: {Cell: {field: account.custom.status, values: {A: Aktiv, 1: Passiv, \" b  c \": Passiv}}}"
	for cell, want := range map[string]string{"A": "Aktiv", "a ": "Aktiv", "n:1": "Passiv", "B C": "Passiv", "passiv": "Passiv"} {
		if d := draft(t, sidecar, cell); d.Rejected() || d.Part(crm.Account).Cells[0].Value.Text() != want {
			t.Errorf("%q is %v, not %s: %v", cell, d.Part(crm.Account).Cells, want, d.Problems)
		}
	}
}

// TestValuesMeanChoices has `values:` say any word of a choice, and a default too.
func TestValuesMeanChoices(t *testing.T) {
	const sidecar = "columns: {Cell: {field: account.custom.grade, values: {ja: Guld, nej: brons, B: guldkund}}}"
	for cell, want := range map[string]string{"JA": "A", "nej": "B", "B": "A", "c": "C"} {
		if d := draft(t, sidecar, cell); d.Rejected() || d.Part(crm.Account).Cells[0].Value.Text() != want {
			t.Errorf("%q is %v, not %s: %v", cell, d.Part(crm.Account).Cells, want, d.Problems)
		}
	}
}

// TestUnknownChoice: the problem lists the choices: the values, with the labels that say something else.
func TestUnknownChoice(t *testing.T) {
	d := draft(t, "columns: {Cell: account.custom.grade}", "Platina")
	want := "is not one of the choices: write one of A (Guld/Gold), B (Brons), C"
	if !d.Rejected() || d.Problems[0].Value != "Platina" || d.Problems[0].Text.String() != want {
		t.Errorf("the problems are %v, not %s", d.Problems, want)
	}
}

// TestLongNumbers: digits that Excel has lost are reported.
func TestLongNumbers(t *testing.T) {
	d := draft(t, "columns: {Cell: account.industry_code}", "n:1234567890123456000")
	if len(d.Problems) != 1 || d.Problems[0].Code != ledger.LongNumber || !d.Problems[0].Warning {
		t.Errorf("an ID of 19 digits in a number cell has the problems %v", d.Problems)
	}
}

// TestNothingMatchedOn: the first row, and no other, has a warning that every row will create a record (A3, C8).
func TestNothingMatchedOn(t *testing.T) {
	schema, err := crm.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	for sidecar, want := range map[string]int{"columns: {N: account.name}": 1, "{columns: {N: account.name}, match: {account: [name]}}": 0} {
		m, err := mapping.Parse("m.yaml", []byte(sidecar), schema, mapping.Fallback{})
		if err != nil {
			t.Fatal(err)
		}
		text := func(s string) []sheet.Cell { return []sheet.Cell{{Type: sheet.Text, Raw: s}} }
		b, err := New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "S"}}, sheet.Row{Number: 1, Cells: text("N")})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(b.Lints()); got != want {
			t.Errorf("%s: %d problems of the mapping as a whole, want %d: %v", sidecar, got, want, b.Lints())
		}
	}
}
