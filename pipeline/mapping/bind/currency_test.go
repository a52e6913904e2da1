package bind

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet"
)

func sheetRow(headings ...string) sheet.Row { return sheet.Row{Number: 1, Cells: textCells(headings)} }

// TestCurrencies has an amount's currency be the row's, else the default's, else the region's, and never dropped.
func TestCurrencies(t *testing.T) {
	for _, tt := range []struct{ more, revenue, currency, want string }{
		{"", "12 500 kr", "", "12500"}, {"", "SEK 12 500", "", "12500"}, {"", "12 500 skr", "", "12500"}, {"", "12 500", "EUR", "12500"}, {"", "15 %", "", "0.15"},
		{"", "12 500 €", "", "CURRENCY"}, {"", "NOK 5", "", "CURRENCY"}, {"", "5 tkr", "", "CURRENCY"}, {"", "5 MSEK", "SEK", "CURRENCY"},
		{"", "12 500 €", "EUR", "12500"}, {"", "12 500 €", "eur", "12500"}, {"", "12 500 EUR", "€", "12500"}, {"", "12 500 kr", "SEK", "12500"}, {"", "12 500 kr", "kr", "12500"},
		{"", "12 500 kr", "NOK", "CURRENCY"}, // kr is the region's
		{"", "12 500 kr", "EUR", "CURRENCY"}, {"", "$5", "USD", "5"}, {"", "$5", "CAD", "5"}, {"", "$5", "SEK", "CURRENCY"}, {"", "5 kr", "Svenska kronor", "CURRENCY"}, {"", "5 kr", "#N/A", "CELL_ERROR"},
		{"", "5 kr", "NULL", "5"},
		{"region: NO", "12 kr", "", "12"}, {"region: NO", "12 kr", "SEK", "CURRENCY"}, {"region: NO", "SEK 12", "", "CURRENCY"}, {"region: FI", "12 kr", "", "CURRENCY"}, {"region: FI", "12 kr", "SEK", "12"},
		{"region: FI", "12 €", "", "12"}, {"region: HR", "12 €", "", "12"}, {"region: DK", "DKK 12", "", "12"}, {"region: ZZ", "12 €", "", "CURRENCY"},
		{"{locale: de-DE, region: DE}", "€1.200,50", "", "1200.5"}, {"locale: de-DE", "€1.200,50", "", "CURRENCY"}, {"", "€1.200,50", "", "INVALID"}, {"{locale: de-DE, region: DE}", "1.200,50 €-", "", "-1200.5"},
		{"{locale: en-US, region: US}", "($5)", "", "-5"}, {"{locale: en-US, region: US}", "$5", "CAD", "CURRENCY"},
	} {
		more := strings.ReplaceAll(strings.Trim(tt.more, "{}"), ", ", "\n")
		d := textRow(t, "columns: {Oms: account.revenue, Valuta: account.currency}\n"+more, []string{"Oms", "Valuta"}, []string{tt.revenue, tt.currency})
		got := "-"
		if len(d.Part(crm.Account).Cells) > 0 {
			got = d.Part(crm.Account).Cells[0].Value.String()
		}
		if d.Rejected() {
			got = string(d.Problems[0].Code)
		}
		if code, _, _ := strings.Cut(tt.want, " "); got != code && (tt.want != "CELL_ERROR" || !d.Rejected()) {
			t.Errorf("%s: %q with %q is %q, not %q: %v", tt.more, tt.revenue, tt.currency, got, tt.want, d.Problems)
		}
	}
}

// TestCurrencyOfOthers covers what has no column for its currency, and a default for one.
func TestCurrencyOfOthers(t *testing.T) {
	for _, tt := range []struct{ sidecar, text, want, says string }{
		{"columns: {Cell: account.revenue}", "5 kr", "5", ""}, {"columns: {Cell: account.revenue}", "5 €", "CURRENCY", "without a column Valuta"},
		{"columns: {Cell: account.custom.share}", "5 €", "CURRENCY", ""}, {"columns: {Cell: contact.custom.budget}", "5 €", "CURRENCY", "amounts of contacts"}, {"columns: {Cell: contact.custom.budget}", "5 kr", "5", ""},
		{"columns: {Cell: account.revenue, Cur: {field: account.currency, default: EUR}}", "5 €", "5", ""}, {"columns: {Cell: account.revenue, Cur: {field: account.currency, default: EUR}}", "5 kr", "CURRENCY", `where "Cur" is blank, amounts are in EUR`},
		{"columns: {Cell: {field: account.revenue, on_invalid: drop_cell}}", "5 €", " CURRENCY", ""},
		{"columns: {Cell: account.employees}", "15 %", "INVALID", "percentage"}, {"columns: {Cell: account.employees}", "100 %", "INVALID", ""}, {"columns: {Cell: account.employees}", "(5)", "-5", ""}, {"columns: {Cell: account.custom.share}", "2,5 %", "0.025", ""},
	} {
		d := textRow(t, tt.sidecar, []string{"Cell", "Cur"}, []string{tt.text})
		got := became(&d)
		if strings.Contains(tt.sidecar, "Cur:") && !d.Rejected() {
			got = d.Part(crm.Account).Cells[0].Value.String()
		}
		if got != tt.want || tt.says != "" && !strings.Contains(d.Problems[0].Text.String(), tt.says) {
			t.Errorf("%s: %q is %q, not %q: %v", tt.sidecar, tt.text, got, tt.want, d.Problems)
		}
	}
}

// TestCurrencyOfCells has the currency that a cell's number format shows be the row's.
func TestCurrencyOfCells(t *testing.T) {
	for cell, want := range map[string]string{`"n:5|#,##0 ""kr"""`: "5", `n:5|[$€-407] #\,##0`: "CURRENCY", `n:5|#\,##0`: "5", "n:0.15|0%": "0.15", `n:5|[$NOK] 0`: "CURRENCY"} {
		if got := read(t, "account.revenue", cell); got != want {
			t.Errorf("%s is %q, not %q", cell, got, want)
		}
	}
}
