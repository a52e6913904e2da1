package convert

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet"
)

func TestNumbersByLocale(t *testing.T) {
	for _, tt := range []struct{ locale, text, want string }{
		{"sv-SE", "1 234,50", "1234.50"}, {"sv-SE", "1\u00a0234\u00a0567", "1234567"}, {"sv-SE", "1 234\u00a0567", "1234567"}, {"sv-SE", "\u2212 5", "-5"}, {"sv-SE", "-1 234,5", "-1234.5"}, {"sv-SE", "0,5", "0.5"},
		{"sv-SE", "12.5", "12.5"}, {"sv-SE", "1.234", ""}, {"sv-SE", "1,234.5", ""}, {"sv-SE", "1 23", ""}, {"sv-SE", "12345 678", ""}, {"sv-SE", "1,2,3", ""},
		{"sv-SE", "1,", ""}, {"sv-SE", ",", ""}, {"sv-SE", "", ""}, {"sv-SE", "-", ""}, {"sv-SE", "12 kr", ""}, {"sv-SE", "1e5", ""}, {"sv-SE", "5%", ""}, {"sv-SE", "٣", ""},
		{"en-US", "1,234.50", "1234.50"}, {"en-US", "1,23", ""}, {"en-US", "1.234", "1.234"}, {"en-US", "1.234,5", ""},
		{"de-DE", "1.234,50", "1234.50"}, {"de-DE", "1.234", "1234"}, {"de-DE", "1.2345", "1.2345"}, {"de-DE", "1,234.5", ""},
		{"da-DK", "1.234", "1234"}, {"nb-NO", "1 234,5", "1234.5"}, {"fi-FI", "1 234", "1234"}, {"en-GB", "1 234", "1234"},
	} {
		got, ok := plainNumber(tt.text, tt.locale)
		if got != tt.want && ok || ok != (tt.want != "") {
			t.Errorf("%q in %s is %q %v, not %q", tt.text, tt.locale, got, ok, tt.want)
		}
	}
}

func TestTextDates(t *testing.T) {
	for _, tt := range []struct{ layouts, text, want, hold string }{
		{"", "2025-04-03", "2025-04-03", ""},
		{"", "2025-04-03T23:30:00+02:00", "2025-04-03", ""},
		{"", "2025-02-30", "", ""},
		{"", "03/04/2025", "", "dates"},
		{"", "3.4.2025", "", "dates"},
		{"", "03/04/25", "", "dates"},
		{"", "13/04/2025", "", ""},
		{"", "3 april", "", ""},
		{"dd/mm/yyyy", "03/04/2025", "2025-04-03", ""},
		{"mm/dd/yyyy", "03/04/2025", "2025-03-04", ""},
		{"dd/mm/yyyy", "31/04/2025", "", ""},
		{"dd/mm/yyyy", "2025-04-03", "", ""},
		{"d/m yyyy", "3/4 2025", "2025-04-03", ""},
		{"yy-mm-dd", "25-04-03", "2025-04-03", ""},
		{"yyyymmdd", "20250403", "2025-04-03", ""},
		{"yyyy-mm-dd hh:mm", "2025-04-03 12:30", "2025-04-03", ""},
		{"dd/mm/yyyy|yyyy-mm-dd", "2025-04-03", "2025-04-03", ""},
	} {
		var layouts []string
		if tt.layouts != "" {
			layouts = strings.Split(tt.layouts, "|")
		}
		v, wrong := textDate(crm.Date, layouts, tt.text, "sv-SE")
		hold := ""
		if wrong != nil {
			hold = wrong.Hold
		}
		if v.String() != tt.want || hold != tt.hold || (wrong == nil) != (tt.want != "") {
			t.Errorf("%q by %q is %q, held %q, not %q, held %q", tt.text, tt.layouts, v, hold, tt.want, tt.hold)
		}
	}
}

func TestLayouts(t *testing.T) {
	for layout, want := range map[string]string{"yyyy-mm-dd": "2006-01-02", "d/m yyyy": "2/1 2006", "dd mmm yy": "02 Jan 06", "yyyy-mm-dd hh:mm:ss": "2006-01-02 15:04:05",
		"yyyy-mm": "", "dd/mm": "", "q": "", "2006-01-02": "", "": "", "yyyy-mm-ddx": ""} {
		if got, err := GoLayout(layout); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, not %q: %v", layout, got, want, err)
		}
	}
}

func TestYesAndNo(t *testing.T) {
	for _, word := range []string{"ja", "JA", "yes", "true", "1", "x", "X"} {
		if v, wrong := YesNo(sheet.Cell{Type: sheet.Text, Raw: word}, "sv-SE"); wrong != nil || v != crm.BoolValue(true) {
			t.Errorf("%q is not yes", word)
		}
	}
	for _, word := range []string{"nej", "Nej", "no", "false", "0"} {
		if v, wrong := YesNo(sheet.Cell{Type: sheet.Text, Raw: word}, "sv-SE"); wrong != nil || v != crm.BoolValue(false) {
			t.Errorf("%q is not no", word)
		}
	}
	for _, word := range []string{"kanske", "2", "jaa", "-", "y"} {
		if v, wrong := YesNo(sheet.Cell{Type: sheet.Text, Raw: word}, "sv-SE"); wrong == nil {
			t.Errorf("%q is taken for %s", word, v)
		}
	}
}

// TestMonths reads the months as the people of each locale write them, long and short.
func TestMonths(t *testing.T) {
	for _, tt := range []struct{ locale, layout, text, want string }{
		{"sv-SE", "d mmmm yyyy", "3 maj 2025", "2025-05-03"},
		{"sv-SE", "d mmmm yyyy", "3 Oktober 2025", "2025-10-03"},
		{"sv-SE", "d mmm yyyy", "3 okt 2025", "2025-10-03"},
		{"sv-SE", "d mmm yyyy", "3 okt. 2025", "2025-10-03"},
		{"sv-SE", "dd-mmm-yy", "03-JUN-25", "2025-06-03"},
		{"de-DE", "d. mmmm yyyy", "3. März 2025", "2025-03-03"},
		{"nb-NO", "d. mmmm yyyy", "3. desember 2025", "2025-12-03"},
		{"da-DK", "d. mmmm yyyy", "3. marts 2025", "2025-03-03"},
		{"fi-FI", "d. mmmm yyyy", "3. toukokuuta 2025", "2025-05-03"},
		{"en-US", "mmmm d yyyy", "May 3 2025", "2025-05-03"},
		{"sv-SE", "d mmmm yyyy", "3 ma 2025", ""},
		{"sv-SE", "d mmmm yyyy", "3 desember 2025", ""},
	} {
		v, _ := textDate(crm.Date, []string{tt.layout}, tt.text, tt.locale)
		if v.String() != tt.want {
			t.Errorf("%s: %q by %q is %q, not %q", tt.locale, tt.text, tt.layout, v, tt.want)
		}
	}
}

// TestWordsForYesByLanguage has the words of a locale read in it and in no other.
func TestWordsForYesByLanguage(t *testing.T) {
	for word, locale := range map[string]string{"kyllä": "fi-FI", "nein": "de-DE", "nei": "nb-NO"} {
		cell := sheet.Cell{Type: sheet.Text, Raw: word}
		if _, wrong := YesNo(cell, locale); wrong != nil {
			t.Errorf("%q is none of %s", word, locale)
		}
		if _, wrong := YesNo(cell, "sv-SE"); wrong == nil {
			t.Errorf("%q is read in sv-SE", word)
		}
	}
}

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
		a, ok := parseAmount(tt.text, tt.locale)
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
}
