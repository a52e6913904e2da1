package bind

import (
	"fmt"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/sheet"
)

// BenchmarkDraft reads rows of text cells as most files have them: nothing in them is special, and nothing may be allocated for a cell.
func BenchmarkDraft(b *testing.B) {
	schema, err := crm.NewSchema()
	if err != nil {
		b.Fatal(err)
	}
	m, err := mapping.Default(schema, mapping.Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}})
	if err != nil {
		b.Fatal(err)
	}
	text := func(texts ...string) (cells []sheet.Cell) {
		for i, s := range texts {
			cells = append(cells, sheet.Cell{Column: i, Type: sheet.Text, Raw: s})
		}
		return cells
	}
	bound, err := New(&layout.Layout{Mapping: m, Sheet: &sheet.Sheet{Name: "S"}}, sheet.Row{Number: 1, Cells: text("Företag", "Org.nr", "Telefon", "Webbplats", "Adress", "Postnr", "Ort", "Anställda", "Omsättning", "Kontakt", "E-post", "Mobil")})
	if err != nil {
		b.Fatal(err)
	}
	var rows []sheet.Row
	for i := range 1000 {
		rows = append(rows, sheet.Row{Number: i + 2, Cells: text(fmt.Sprintf("Åkeri %d AB", i), "556012-5790", fmt.Sprintf("08-123 %02d %02d", i%100, i/10), "www.exempel.se",
			"Storgatan 12", "111 22", "Malmö", "12", "1 234,50", "Anna Andersson", fmt.Sprintf("anna%d@exempel.se", i), "070-123 45 67")})
	}
	cells := make([]ledger.Cell, len(bound.Columns))
	var d ledger.Draft
	b.ReportAllocs()
	for b.Loop() {
		for _, row := range rows {
			if err := bound.Draft(&d, cells, row, 2); err != nil || len(d.Problems) > 0 {
				b.Fatal(err, d.Problems)
			}
		}
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}
