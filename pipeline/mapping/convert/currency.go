package convert

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
	countries "golang.org/x/text/language"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// mark is the sign or code of a currency beside an amount.
type mark struct {
	shown      string
	code       string   // the one currency that it means; "" where it is one of several, or of none
	candidates []string // those that it may mean
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

// parseMark returns what a sign or code means; false where it is neither.
func parseMark(text string) (mark, bool) {
	if len(text) == 3 {
		if unit, err := currency.ParseISO(text); err == nil {
			return mark{shown: text, code: unit.String()}, true
		}
	}
	may, known := signs[text]
	if !known {
		may, known = signs[strings.ToLower(text)]
	}
	m := mark{shown: text, candidates: may}
	if len(may) == 1 {
		m.code = may[0]
	}
	return m, known
}

// of returns the currency that a mark means where amounts are usually in home: kr is the region's crown.
func (m mark) of(home string) string {
	if m.code == "" && slices.Contains(m.candidates, home) {
		return home
	}
	return m.code
}

// mayMean reports whether a mark stands for a currency.
func (m mark) mayMean(code, home string) bool {
	if one := m.of(home); one != "" {
		return one == code
	}
	return slices.Contains(m.candidates, code)
}

// euroCountries are the countries that took the euro after the tables of the currency package were made.
var euroCountries = []string{"HR", "BG"}

// currencyOf returns the currency of a country; "" where none is known.
func currencyOf(region string) string {
	if slices.Contains(euroCountries, region) {
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

// crownsAndDollars are the currencies of the languages for which Excel writes kr or $ into a number format: [$kr-41D].
var crownsAndDollars = map[string]string{"41D": "SEK", "414": "NOK", "814": "NOK", "406": "DKK", "40F": "ISK",
	"409": "USD", "1009": "CAD", "C0C": "CAD", "C09": "AUD", "1409": "NZD"}

// currency says what is wrong with the currency of an amount: it must be the row's, else that of the column's default, else the region's.
func (cv *Converter) currency(c *Column, m mark, row sheet.Row) *Problem {
	home := cv.home
	column, text, inRow := cv.currencyCell(c, row)
	wrong := func(text message.Text) *Problem { return &Problem{Code: ledger.Currency, Text: text} }
	if text != "" {
		said, known := parseMark(text)
		if known && m.mayMean(said.of(home), home) {
			return nil
		}
		if inRow {
			return wrong(message.Say("is an amount in %s, but %s in this row is %s: correct one of them", m.shown, strconv.Quote(column.Heading), strconv.Quote(text)))
		}
		return wrong(message.Say("is an amount in %s, but where %s is blank, amounts are in %s: fill it in", m.shown, strconv.Quote(column.Heading), text))
	}
	if home != "" && m.mayMean(home, home) {
		return nil
	}
	if column != nil {
		return wrong(message.Say("is an amount in %s, but where %s is blank, amounts are in the currency of region %s: fill it in", m.shown, strconv.Quote(column.Heading), cv.Region))
	}
	if cv.Schema.Field(c.Field.Kind.Path(currencyField)) != nil {
		return wrong(message.Say("is an amount in %s, but without a column Valuta or Currency, amounts are in the currency of region %s: add the column, or set region in the mapping", m.shown, cv.Region))
	}
	return wrong(ledger.SayOf(c.Field.Kind, "is an amount in %s, but amounts of {kinds} are in the currency of region %s: convert it, or set region in the mapping", m.shown, cv.Region))
}

// currencyField is the field with the currency of the other fields of a kind. A kind without it has its amounts in the currency of the region.
const currencyField = "currency"

// SetCurrency notes a column that has the currency of the amounts of its kind.
func (cv *Converter) SetCurrency(c *Column) {
	if c.Field.Name == currencyField {
		cv.Currency[c.Field.Kind.Number()] = c
	}
}

// currencyCell returns the column that has the currency of an amount, what it says, and whether the row says it rather than the default.
func (cv *Converter) currencyCell(c *Column, row sheet.Row) (column *Column, text string, inRow bool) {
	column = cv.Currency[c.Field.Kind.Number()]
	if column == nil {
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
