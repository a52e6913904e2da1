package canon

import (
	"unicode"
	"unicode/utf8"
)

// Placeholder reports whether the canonical form of a text is one of those that people and programs write for a missing value.
func Placeholder(form string) bool {
	switch form {
	case "saknas", "okänd", "okänt", "unknown", "none", "null", "nan", "n/a", "na", "ej angivet",
		"-", "–", ".", "0", "00", "000", "0000", "00000", "x", "?":
		return true
	}
	return false
}

// MayBePlaceholder reports from its first byte whether a text may be a Placeholder, perhaps behind invisible characters or an apostrophe.
func MayBePlaceholder(s string) bool {
	switch c := s[0]; c {
	case 's', 'S', 'o', 'O', 'u', 'U', 'n', 'N', 'e', 'E', 'x', 'X', '-', '.', '0', '?', '\'':
		return true
	default:
		return c >= utf8.RuneSelf && !leads(c)
	}
}

// FewerDigits reports whether a text has fewer than n digits, of whatever script.
func FewerDigits(s string, n int) bool {
	for _, r := range s {
		if r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r) {
			if n--; n == 0 {
				return false
			}
		}
	}
	return true
}

// HasWord reports whether there are five letters in a row, as in the hint "5 siffror"; no country's postcode has that many.
func HasWord(s string) bool {
	letters := 0
	for _, r := range s {
		if !unicode.IsLetter(r) {
			letters = 0
		} else if letters++; letters == 5 {
			return true
		}
	}
	return false
}
