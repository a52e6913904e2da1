package convert

import "strings"

// Locales are those whose numbers are known.
var Locales = []string{"sv-SE", "en-US", "en-GB", "de-DE", "nb-NO", "da-DK", "fi-FI"}

// marks returns the decimal mark of a locale and what may stand between thousands.
func marks(locale string) (point string, groups string) {
	switch locale {
	case "en-US", "en-GB":
		return ".", ", \u00a0\u202f"
	case "de-DE", "da-DK":
		return ",", ". \u00a0\u202f"
	default:
		return ",", " \u00a0\u202f\u2009"
	}
}

func numberExample(locale string) string {
	point, groups := marks(locale)
	return "1" + string([]rune(groups)[0]) + "234" + point + "50"
}

// plainNumber returns a number as a locale writes it in plain digits with a point, and false for what is none. A point where the locale
// has a comma is read only where it cannot mean thousands: one of them, and not three digits behind it.
func plainNumber(text, locale string) (string, bool) {
	point, groups := marks(locale)
	text = strings.ReplaceAll(text, "\u2212", "-")
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", trimSpaces(rest)
	}
	if point == "," && !strings.Contains(text, ",") && strings.Count(text, ".") == 1 {
		if whole, fraction, _ := strings.Cut(text, "."); len(fraction) != 3 && onlyDigits(whole) && onlyDigits(fraction) {
			return sign + text, true
		}
	}
	whole, fraction, has := strings.Cut(text, point)
	if has && !onlyDigits(fraction) {
		return "", false
	}
	whole, ok := ungroup(whole, groups)
	if !ok {
		return "", false
	}
	if has {
		return sign + whole + "." + fraction, true
	}
	return sign + whole, true
}

// ungroup takes thousands marks out. A mark that does not stand before three digits does not separate thousands, and a number has one kind of them:
// two are the thousands and the decimal mark of another locale.
func ungroup(whole, groups string) (string, bool) {
	if onlyDigits(whole) {
		return whole, true
	}
	plain := make([]byte, 0, 32)
	mark, since := rune(0), 0 // the mark of the number, and the digits behind the last one
	for _, r := range whole {
		if r >= '0' && r <= '9' {
			plain = append(plain, byte(r))
			since++
			continue
		}
		if !strings.ContainsRune(groups, r) || since == 0 || since > 3 {
			return "", false
		}
		if r != '.' && r != ',' {
			r = ' ' // of whichever width
		}
		if mark != 0 && (r != mark || since != 3) {
			return "", false
		}
		mark, since = r, 0
	}
	return string(plain), since == 3
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// IsNumber reports whether a text is a number as a locale writes it, with what may stand around it: a currency, a percent sign.
func IsNumber(text, locale string) bool {
	_, ok := parseAmount(text, locale)
	return ok
}
