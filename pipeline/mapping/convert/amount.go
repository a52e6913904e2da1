package convert

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// amount is a number as text has it, with what stands around it.
type amount struct {
	plain   string // digits with a point, and a sign
	mark    mark   // of a currency; shown is "" where there is none
	percent bool
}

// parseAmount reads a number of a locale with a currency, a percent sign, and a minus on either side or parentheses (W17); each at most once.
func parseAmount(text, locale string) (amount, bool) {
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
		m, ok := parseMark(text[:at])
		return text[at:], m, ok
	}
	at = strings.LastIndexFunc(text, ends)
	if at < 0 || !digit(text[0]) && text[0] != '(' {
		return text, mark{}, false
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	m, ok := parseMark(text[at+size:])
	return text[:at+size], m, ok
}

// currency says what is wrong with the currency of an amount: it must be the row's, else that of the column's default, else the region's.
func (cv *Converter) currency(c *Rule, m mark, row sheet.Row) *Problem {
	home := cv.home
	column, text, inRow := cv.currencyCell(c, row)
	wrong := func(text message.Text) *Problem { return &Problem{Code: ledger.Currency, Text: text} }
	if text != "" {
		said, known := parseMark(text)
		if known && m.mayMean(said.of(home), home) {
			return nil
		}
		if inRow {
			return wrong(message.Say("is an amount in %s, and %s of the row is %s: correct one of them", m.shown, strconv.Quote(column.Heading), strconv.Quote(text)))
		}
		return wrong(message.Say("is an amount in %s, and where %s is blank amounts are in %s: fill it in", m.shown, strconv.Quote(column.Heading), text))
	}
	if home != "" && m.mayMean(home, home) {
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
