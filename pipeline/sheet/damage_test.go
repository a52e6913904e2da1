package sheet_test

import (
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// TestDamage expects each damaged cell to be an error, and no other one.
func TestDamage(t *testing.T) {
	w := opened(t, made{formats: []string{"yyyy-mm-dd"}, shared: `<si><t>a</t></si>`, rows: `<row r="1">` +
		`<c r="A1" s="99"><v>45750</v></c><c r="B1" s="-1"><v>1</v></c><c r="C1" s="x&amp;"><v>x</v></c><c r="D1" s="1"><v>1e999</v></c>` +
		`<c r="E1" t="s"><v>7</v></c><c r="F1" t="s"><v>x</v></c><c r="G1" t="b"><v>2</v></c><c r="H1" t="e"><v>#REF!</v></c>` +
		`<c r="I1" s="99" t="str"><v>text</v></c><c r="J1" s="99" t="s"><v>0</v></c><c r="K1" s="99" t="b"><v>1</v></c>` +
		`<c r="L1" s="99" t="e"><v>#N/A</v></c><c r="M1" s="1"><v>45750</v></c><c r="N1" s="2"><v>1e-999</v></c><c r="O1"><v>` + strings.Repeat("é", 200) + `</v></c></row>`})
	want := map[string][2]string{
		"A": {"error", "#STYLE!"}, "B": {"error", "#STYLE!"}, "C": {"error", "#STYLE!"},
		"D": {"error", "#NUMBER!"}, "E": {"error", "#SHARED!"}, "F": {"error", "#SHARED!"},
		"G": {"error", "#NUMBER!"}, "H": {"error", "#REF!"}, "I": {"text", "text"}, "J": {"text", "a"},
		"K": {"true or false", "1"}, "L": {"error", "#N/A"}, "M": {"date", "45750"},
		"N": {"error", "#STYLE!"}, "O": {"error", "#NUMBER!"},
	}
	for rows, err := range w.Sheets[0].Rows(t.Context(), 9) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range rows[0].Cells {
			if got := [2]string{c.Type.String(), c.Raw}; got != want[sheet.ColumnName(c.Column)] {
				t.Errorf("cell %s: %q, want %q", sheet.ColumnName(c.Column), got, want[sheet.ColumnName(c.Column)])
			}
			if c.Format() != "" && c.Type == sheet.Error {
				t.Errorf("cell %s has the format %q", sheet.ColumnName(c.Column), c.Format())
			}
		}
	}
}

// TestCopiedErrors reads copied errors again: they are errors and not texts, so that a rejected workbook is rejected again unless it was
// corrected.
func TestCopiedErrors(t *testing.T) {
	in := opened(t, made{rows: `<row><c s="99"><v>45750</v></c><c t="s"><v>7</v></c><c><v>1e-999</v></c><c t="e"><v>#REF!</v></c><c t="e"><v>#SPILL!</v></c><c t="e"><v>Acme</v></c><c><f>A1</f></c></row>`})
	path := filepath.Join(t.TempDir(), "out.xlsx")
	out, err := writer.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Sheet("S"); err != nil {
		t.Fatal(err)
	}
	for rows, err := range in.Sheets[0].Rows(t.Context(), 9) {
		if err == nil {
			err = out.Copy(nil, rows[0].Cells, 7, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for rows, err := range w.Sheets[0].Rows(t.Context(), 9) {
		if err != nil || len(rows[0].Cells) != 7 {
			t.Fatalf("%v, %v", rows, err)
		}
		for _, c := range rows[0].Cells {
			if c.Type != sheet.Error && c.Type != sheet.NoValue {
				t.Errorf("cell %s comes back as %s %q", sheet.ColumnName(c.Column), c.Type, c.Raw)
			}
		}
	}
}
