package mapping

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
	countries "golang.org/x/text/language"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// mark is the sign or code of a currency beside an amount.
type mark struct {
	shown string
	code  string   // the one currency that it means; "" where it is one of several, or of none
	may   []string // those that it may mean
}

var (
	crowns  = []string{"SEK", "NOK", "DKK", "ISK"}
	dollars = []string{"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"}
)

// signs are the currencies by what people write, in small letters. A sign of none is of thousands or millions, which is never left out.
var signs = map[string][]string{
	"kr": crowns, "kr.": crowns, "skr": {"SEK"}, "nkr": {"NOK"}, "dkr": {"DKK"}, "ikr": {"ISK"},
	"€": {"EUR"}, "euro": {"EUR"}, "£": {"GBP"}, "¥": {"JPY", "CNY"}, "$": dollars, "us$": {"USD"}, "c$": {"CAD"}, "ca$": {"CAD"}, "a$": {"AUD"}, "au$": {"AUD"},
	"nz$": {"NZD"}, "hk$": {"HKD"}, "s$": {"SGD"}, "r$": {"BRL"}, "zł": {"PLN"}, "kč": {"CZK"}, "ft": {"HUF"}, "fr.": {"CHF"}, "sfr.": {"CHF"}, "lei": {"RON"},
	"лв": {"BGN"}, "лв.": {"BGN"}, "₽": {"RUB"}, "₺": {"TRY"}, "₹": {"INR"}, "₴": {"UAH"}, "₩": {"KRW"}, "₪": {"ILS"},
	"tkr": {}, "mkr": {}, "mnkr": {}, "tsek": {}, "ksek": {}, "msek": {}, "teur": {}, "keur": {}, "meur": {}, "tnok": {}, "mnok": {}, "tdkk": {}, "mdkk": {}, "kusd": {}, "musd": {},
}

// markOf returns what a sign or code means; false where it is neither.
func markOf(text string) (mark, bool) {
	if len(text) == 3 {
		if unit, err := currency.ParseISO(text); err == nil {
			return mark{shown: text, code: unit.String()}, true
		}
	}
	may, known := signs[text]
	if !known {
		may, known = signs[strings.ToLower(text)]
	}
	m := mark{shown: text, may: may}
	if len(may) == 1 {
		m.code = may[0]
	}
	return m, known
}

// in returns the currency that a mark means where amounts are usually in home: kr is the region's crown.
func (m mark) in(home string) string {
	if m.code == "" && slices.Contains(m.may, home) {
		return home
	}
	return m.code
}

// means says whether a mark stands for a currency.
func (m mark) means(code, home string) bool {
	if one := m.in(home); one != "" {
		return one == code
	}
	return slices.Contains(m.may, code)
}

// euro are the countries that took the euro after the tables of the currency package were made.
var euro = []string{"HR", "BG"}

// currencyOf returns the currency of a country; "" where none is known.
func currencyOf(region string) string {
	if slices.Contains(euro, region) {
		return "EUR"
	}
	r, err := countries.ParseRegion(region)
	if err != nil {
		return ""
	}
	unit, ok := currency.FromRegion(r)
	if !ok {
		return ""
	}
	return unit.String()
}

// amount is a number as text has it, with what stands around it.
type amount struct {
	plain   string // digits with a point, and a sign
	mark    mark   // of a currency; shown is "" where there is none
	percent bool
}

// amountIn reads a number of a locale with a currency, a percent sign, and a minus on either side or parentheses (W17); each at most once.
func amountIn(text, locale string) (amount, bool) {
	var a amount
	negative := false
	for {
		text = trimSpaces(text)
		switch inner, minus := unsigned(text); {
		case text == "":
			return amount{}, false
		case minus && !negative:
			text, negative = inner, true
		case minus:
			return amount{}, false
		case strings.HasSuffix(text, "%") && !a.percent && a.mark.shown == "":
			text, a.percent = text[:len(text)-1], true
		case digit(text[0]) && digit(text[len(text)-1]):
			plain, ok := plainNumber(text, locale)
			if a.plain = plain; negative {
				a.plain = "-" + plain
			}
			return a, ok
		default:
			rest, m, ok := cutMark(text)
			if !ok || a.percent || a.mark.shown != "" {
				return amount{}, false
			}
			text, a.mark = rest, m
		}
	}
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func trimSpaces(s string) string {
	return strings.TrimFunc(s, unicode.IsSpace)
}

// unsigned takes one sign of a negative number off: a minus before or behind it, or parentheses.
func unsigned(text string) (string, bool) {
	if len(text) > 2 && text[0] == '(' && text[len(text)-1] == ')' {
		return text[1 : len(text)-1], true
	}
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(text, minus); ok {
			return rest, true
		}
		if rest, ok := strings.CutSuffix(text, minus); ok {
			return rest, true
		}
	}
	return text, false
}

// cutMark takes the currency before or behind a number off.
func cutMark(text string) (string, mark, bool) {
	ends := func(r rune) bool {
		return r >= '0' && r <= '9' || r == '-' || r == '\u2212' || r == '(' || r == ')' || unicode.IsSpace(r)
	}
	at := strings.IndexFunc(text, ends)
	if at > 0 {
		m, ok := markOf(text[:at])
		return text[at:], m, ok
	}
	at = strings.LastIndexFunc(text, ends)
	if at < 0 || !digit(text[0]) && text[0] != '(' {
		return text, mark{}, false
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	m, ok := markOf(text[at+size:])
	return text[:at+size], m, ok
}

// currency says what is wrong with the currency of an amount: it must be the row's, else that of the column's default, else the region's.
func (cv *Converter) currency(c *Rule, m mark, row sheet.Row) *Problem {
	home := cv.home
	column, text, inRow := cv.currencyCell(c, row)
	wrong := func(text message.Text) *Problem { return &Problem{Code: ledger.Currency, Text: text} }
	if text != "" {
		said, known := markOf(text)
		if known && m.means(said.in(home), home) {
			return nil
		}
		if inRow {
			return wrong(message.Say("is an amount in %s, and %s of the row is %s: correct one of them", m.shown, strconv.Quote(column.Heading), strconv.Quote(text)))
		}
		return wrong(message.Say("is an amount in %s, and where %s is blank amounts are in %s: fill it in", m.shown, strconv.Quote(column.Heading), text))
	}
	if home != "" && m.means(home, home) {
		return nil
	}
	if column != nil {
		return wrong(message.Say("is an amount in %s, and where %s is blank amounts are in the currency of region %s: fill it in", m.shown, strconv.Quote(column.Heading), cv.Region))
	}
	if c.Field.Kind == crm.Account {
		return wrong(message.Say("is an amount in %s, and without a column Valuta or Currency amounts are in the currency of region %s: add the column, or set region in the mapping", m.shown, cv.Region))
	}
	return wrong(message.Say("is an amount in %s, and amounts of contacts are in the currency of region %s: convert it, or set region in the mapping", m.shown, cv.Region))
}

// currencyCell returns the column that has the currency of an amount, what it says, and whether the row says it rather than the default.
func (cv *Converter) currencyCell(c *Rule, row sheet.Row) (column *Rule, text string, inRow bool) {
	column = cv.Currency
	if c.Field.Kind != crm.Account || column == nil {
		return nil, "", false
	}
	if cell := Trimmed(row.Cell(column.Index)); !cv.Blank(column, cell) {
		v, wrong := cv.Value(column, cell, row)
		if wrong != nil && !wrong.Warning {
			return column, cell.Shown(), true
		}
		return column, v.Text(), true
	}
	return column, crm.Trim(column.Default), false
}
