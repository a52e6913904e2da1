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

// TestNoClear: a cell <clear> clears a value where the inbox allows it, and rejects its row where it does not.
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
			m := limited(t, sidecar, mapping.Limits{NoClear: !allowed})
			if parts := m.Parts(); len(parts) > 0 {
				m = parts[len(parts)-1]
			}
			b, err := New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "S"}}, headings)
			if err != nil {
				t.Fatal(err)
			}
			d, err := drafted(b, clearing, 2)
			if err != nil {
				t.Fatal(err)
			}
			cleared := len(d.Part(crm.Account).Cells) == 2 && d.Part(crm.Account).Cells[1].Clear
			rejected := len(d.Problems) == 1 && d.Problems[0].Code == ledger.Invalid && strings.Contains(d.Problems[0].Text.String(), "this inbox does not allow")
			if cleared != allowed || rejected == allowed {
				t.Errorf("%s, allowed %v: cleared %v, rejected %v", name, allowed, cleared, rejected)
			}
		}
	}
}

func limited(t *testing.T, sidecar string, limits mapping.Limits) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Default(cellsSchema(t), mapping.Fallback{Limits: limits})
	if sidecar != "" {
		m, err = mapping.Parse("m.yaml", []byte(sidecar), cellsSchema(t), mapping.Fallback{Limits: limits})
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}
