package mapping

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
)

// TestNoClear has nothing in a workbook or its mapping clear a value where the inbox does not allow it, and each do so where it does.
func TestNoClear(t *testing.T) {
	headings := sheet.Row{Number: 1, Cells: textCells([]string{"Företag", "Ort"})}
	clearing := sheet.Row{Number: 2, Cells: textCells([]string{"Acme", "<clear>"})}
	columns := "columns: {Företag: account.name, Ort: account.city}"
	for name, sidecar := range map[string]string{
		"by the headings": "",
		"by its columns":  columns,
		"a sheet":         "sheets: [{sheet: S, " + columns + "}]",
		"the second":      "sheets: [{sheet: T, " + columns + "}, {sheet: S, " + columns + "}]",
	} {
		for _, allowed := range []bool{true, false} {
			m := limited(t, sidecar, Limits{NoClear: !allowed})
			if parts := m.Parts(); len(parts) > 0 {
				m = parts[len(parts)-1]
			}
			b, err := New(&Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "S"}}, headings)
			if err != nil {
				t.Fatal(err)
			}
			d, err := drafted(b, clearing, 2)
			if err != nil {
				t.Fatal(err)
			}
			cleared := len(d.Account.Cells) == 2 && d.Account.Cells[1].Clear
			told := len(d.Problems) == 1 && d.Problems[0].Code == ledger.Invalid && strings.Contains(d.Problems[0].Text.String(), "this inbox does not allow")
			if cleared != allowed || told == allowed {
				t.Errorf("%s, allowed %v: cleared %v, told %v", name, allowed, cleared, told)
			}
		}
	}
}

func limited(t *testing.T, sidecar string, limits Limits) *Mapping {
	t.Helper()
	m, err := Default(cellsSchema(t), Fallback{Limits: limits})
	if sidecar != "" {
		m, err = Parse("m.yaml", []byte(sidecar), cellsSchema(t), Fallback{Limits: limits})
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestNoClearOfBlanks: a mapping that has blanks clear is refused there, wherever in it that stands.
func TestNoClearOfBlanks(t *testing.T) {
	for sidecar, want := range map[string]string{
		"on_blank: clear": "on_blank: this inbox allows keep and default at the most",
		"columns: {A: account.name, B: {field: account.city, on_blank: clear}}":                             "columns: this inbox allows no on_blank: clear",
		"sheets: [{sheet: S, on_blank: clear}]":                                                             "on_blank: this inbox allows keep",
		"sheets: [{sheet: S, columns: {A: account.name, B: {field: account.city, on_blank: clear}}}]":       "columns: this inbox allows no on_blank: clear",
		"on_blank: default\ncolumns: {A: account.name, B: {field: account.city, on_blank: keep}}":           "",
		"on_blank: clear\ncolumns: {A: account.name, B: {field: account.city, on_blank: keep}}":             "on_blank: this inbox allows keep",
		"on_blank: keep\ncolumns: {A: account.name, B: {field: account.city, on_blank: clear, default: x}}": "columns: this inbox allows no on_blank: clear",
	} {
		got := mistakesIn(t, sidecar, Fallback{Limits: Limits{NoClear: true}})
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s\nis refused for %q, not %q", sidecar, got, want)
		}
		if got := mistakes(t, sidecar); strings.Contains(got, "this inbox") {
			t.Errorf("%s\nis refused in an inbox that allows it: %s", sidecar, got)
		}
	}
}
