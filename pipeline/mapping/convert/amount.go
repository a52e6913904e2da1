package convert

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
