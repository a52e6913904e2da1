package mapping

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet"
)

func sheetRow(headings ...string) sheet.Row { return sheet.Row{Number: 1, Cells: textCells(headings)} }

// TestAmounts reads numbers with what people write around them (W17); what is left is the number in plain digits, and its currency.
func TestAmounts(t *testing.T) {
	for _, tt := range []struct{ locale, text, want string }{
		{"sv-SE", "12 500 kr", "12500 kr"}, {"sv-SE", "SEK 12 500", "12500 SEK"}, {"sv-SE", "12500sek", "12500 sek"}, {"sv-SE", "12\u00a0500,50\u00a0Kr.", "12500.50 Kr."}, {"sv-SE", "kr12", "12 kr"},
		{"sv-SE", "-12 kr", "-12 kr"}, {"sv-SE", "kr -12", "-12 kr"}, {"sv-SE", "12 kr-", "-12 kr"}, {"sv-SE", "12- kr", "-12 kr"}, {"sv-SE", "\u221212 kr", "-12 kr"}, {"sv-SE", "kr \u221212", "-12 kr"},
		{"sv-SE", "(1 234)", "-1234"}, {"sv-SE", "(kr 12)", "-12 kr"}, {"sv-SE", "(12) kr", "-12 kr"}, {"sv-SE", "kr (12)", "-12 kr"}, {"sv-SE", "( 12,5 )", "-12.5"},
		{"sv-SE", "1 234-", "-1234"}, {"sv-SE", "1 234 -", "-1234"}, {"sv-SE", "1 234\u2212", "-1234"}, {"de-DE", "1.234,50-", "-1234.50"}, {"de-DE", "€1.200,50", "1200.50 €"}, {"de-DE", "1.200,50 €", "1200.50 €"},
		{"en-US", "$1,234.50", "1234.50 $"}, {"en-US", "US$ 5", "5 US$"}, {"en-US", "($1,234.50)", "-1234.50 $"}, {"en-US", "-$5", "-5 $"}, {"en-GB", "£5", "5 £"},
		{"sv-SE", "15 %", "15 %"}, {"sv-SE", "15,5%", "15.5 %"}, {"sv-SE", "-15 %", "-15 %"}, {"sv-SE", "(15 %)", "-15 %"}, {"sv-SE", "15\u202f%", "15 %"},
		{"sv-SE", "-(5)", ""}, {"sv-SE", "(-5)", ""}, {"sv-SE", "-5-", ""}, {"sv-SE", "--5", ""}, {"sv-SE", "5--", ""}, {"sv-SE", "((5))", ""}, {"sv-SE", "(5", ""}, {"sv-SE", "5)", ""}, {"sv-SE", "()", ""},
		{"sv-SE", "500,-", ""}, {"sv-SE", "500:-", ""}, {"da-DK", "1.234.-", ""}, {"en-US", "12.-", ""}, {"sv-SE", "kr", ""}, {"sv-SE", "kr 5 kr", ""}, {"sv-SE", "SEK 5 kr", ""},
		{"sv-SE", "5 % kr", ""}, {"sv-SE", "5 kr %", ""}, {"sv-SE", "5 %%", ""}, {"sv-SE", "%", ""}, {"sv-SE", "% 5", ""}, {"sv-SE", "€1.200,50", ""}, {"sv-SE", "5 st", ""}, {"sv-SE", "5 000 kr/st", ""}, {"sv-SE", "ca 5 kr", ""},
		{"sv-SE", "+5", ""}, {"sv-SE", "5‰", ""}, {"sv-SE", "1 500 - 2 000 kr", ""}, {"sv-SE", "1-2", ""},
		{"de-DE", ".5", ""}, {"de-DE", "1234.", ""}, {"de-DE", "1..234", ""}, {"de-DE", "1 234.567", ""}, {"en-US", ",5", ""}, {"sv-SE", "1  234", ""}, {"en-US", "1,234 567", ""},
	} {
		a, ok := amountIn(tt.text, tt.locale)
		got := a.plain
		if a.mark.shown != "" {
			got += " " + a.mark.shown
		}
		if a.percent {
			got += " %"
		}
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%q in %s is %q %v, not %q", tt.text, tt.locale, got, ok, tt.want)
		}
	}
}

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
		if len(d.Account.Cells) > 0 {
			got = d.Account.Cells[0].Value.String()
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
		{"columns: {Cell: account.revenue, Cur: {field: account.currency, default: EUR}}", "5 €", "5", ""}, {"columns: {Cell: account.revenue, Cur: {field: account.currency, default: EUR}}", "5 kr", "CURRENCY", `where "Cur" is blank amounts are in EUR`},
		{"columns: {Cell: {field: account.revenue, on_invalid: drop_cell}}", "5 €", " CURRENCY", ""},
		{"columns: {Cell: account.employees}", "15 %", "INVALID", "percentage"}, {"columns: {Cell: account.employees}", "100 %", "INVALID", ""}, {"columns: {Cell: account.employees}", "(5)", "-5", ""}, {"columns: {Cell: account.custom.share}", "2,5 %", "0.025", ""},
	} {
		d := textRow(t, tt.sidecar, []string{"Cell", "Cur"}, []string{tt.text})
		got := became(&d)
		if strings.Contains(tt.sidecar, "Cur:") && !d.Rejected() {
			got = d.Account.Cells[0].Value.String()
		}
		if got != tt.want || tt.says != "" && !strings.Contains(d.Problems[0].Text.String(), tt.says) {
			t.Errorf("%s: %q is %q, not %q: %v", tt.sidecar, tt.text, got, tt.want, d.Problems)
		}
	}
}

// TestCurrencyFormats reads the currency that a number format shows.
func TestCurrencyFormats(t *testing.T) {
	for format, want := range map[string]string{
		`#,##0 "kr"`: "kr", `#,##0.00\ "kr"`: "kr", `[$€-407] #,##0`: "€ EUR", `#,##0 [$SEK]`: "SEK SEK", `[$kr-414] #,##0`: "kr NOK", `#,##0\ [$kr-41D];[Red]\-#,##0\ [$kr-41D]`: "kr SEK", `[$$-409]#,##0`: "$ USD", `"$"#,##0`: "$",
		`$#,##0`: "$", `€#,##0`: "€ EUR", `\€#,##0`: "€ EUR", `_-* #,##0.00\ "kr"_-;\-* #,##0.00\ "kr"_-`: "kr", `#,##0\ "tkr"`: "tkr", `[$€-2]\ #,##0`: "€ EUR", `[$£-809]#,##0`: "£ GBP",
		`#,##0`: "", `0%`: "", `[$-41D]#,##0`: "", `#,##0 "st"`: "", `[Red]0`: "", `0.00E+00`: "", `_-* #,##0_-`: "", `"`: "", `[$`: "", `\`: "", `_`: "", `[$-`: "",
	} {
		m, ok := formatMark(format)
		got := strings.TrimSpace(m.shown + " " + m.code)
		if ok != (want != "") || got != want {
			t.Errorf("%s shows %q %v, not %q", format, got, ok, want)
		}
	}
	for cell, want := range map[string]string{`"n:5|#,##0 ""kr"""`: "5", `n:5|[$€-407] #\,##0`: "CURRENCY", `n:5|#\,##0`: "5", "n:0.15|0%": "0.15", `n:5|[$NOK] 0`: "CURRENCY"} {
		if got := read(t, "account.revenue", cell); got != want {
			t.Errorf("%s is %q, not %q", cell, got, want)
		}
	}
}
