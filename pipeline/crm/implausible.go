package crm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// A value is implausible as a key if it means that there is none (W7): "saknas", a phone of three digits, an org number that no register issues.
// Otherwise two records with such a value would be taken for one.

// compare returns the canonical form of a value and whether it is implausible, as both need the folded text. Org numbers are those of the region.
func compare(t Type, v Value, region string) compared {
	switch t {
	case likeness:
		folded := canonicalText(v.String())
		return compared{nearText(folded), placeholder(folded)}
	case Text:
		form := canonical(t, v, region)
		return compared{form, placeholder(form)}
	}
	return compared{canonical(t, v, region), implausible(t, v.String(), region)}
}

func implausible(t Type, s, region string) bool {
	switch t {
	case Phone, OrgNumber, Postcode, ID, URL:
	default:
		return false
	}
	if s = Clean(t, s); s == "" || startsPlaceholder(s) && placeholder(canonicalText(s)) {
		return s != ""
	}
	switch t {
	case Phone:
		return fewerDigits(s, 5)
	case OrgNumber:
		return !fitsRegion(s, region)
	case Postcode:
		return fewerDigits(s, 1) || fewerDigits(s, 3) && hasWord(s)
	}
	return false
}

// hasWord reports whether there are five letters in a row, as in the hint "5 siffror"; no country's postcode has that many.
func hasWord(s string) bool {
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

// mayBeImplausible rules out most values without folding them.
func mayBeImplausible(t Type, v Value) bool {
	switch t {
	case Text, likeness, ID, URL:
		s := v.String()
		return s != "" && (startsPlaceholder(s) || !visible(s[0]))
	case Phone, OrgNumber, Postcode:
		return true
	}
	return false
}

// placeholder reports whether the canonical form of a text is one of those that people and programs write for a missing value.
func placeholder(form string) bool {
	switch form {
	case "saknas", "okänd", "okänt", "unknown", "none", "null", "nan", "n/a", "na", "ej angivet",
		"-", "–", ".", "0", "00", "000", "0000", "00000", "x", "?":
		return true
	}
	return false
}

// startsPlaceholder reports from its first byte whether a text may be a placeholder, perhaps behind invisible characters or an apostrophe.
func startsPlaceholder(s string) bool {
	switch c := s[0]; c {
	case 's', 'S', 'o', 'O', 'u', 'U', 'n', 'N', 'e', 'E', 'x', 'X', '-', '.', '0', '?', '\'':
		return true
	default:
		return c >= utf8.RuneSelf && !leads(c)
	}
}

// fewerDigits reports whether a text has fewer than n digits, of whatever script.
func fewerDigits(s string, n int) bool {
	for _, r := range s {
		if r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r) {
			if n--; n == 0 {
				return false
			}
		}
	}
	return true
}

// fitsRegion reports whether an org number is one of the region, or begins with the code of another country.
func fitsRegion(s, region string) bool {
	s = lettersAndDigits(s)
	if hasCountry(s) {
		return utf8.RuneCountInString(s) >= 5
	}
	switch region {
	case "SE":
		return onlyDigits(s) && (len(s) == 10 || len(s) == 12 && swedishCentury(s[:2]))
	case "NO":
		s = strings.TrimSuffix(s, "MVA") // of a company registered for VAT
		return onlyDigits(s) && len(s) == 9
	case "DK", "FI":
		return onlyDigits(s) && len(s) == 8
	}
	return utf8.RuneCountInString(s) >= 5
}

// swedishCentury reports whether twelve digits that begin like this are an org number (16) or a personal number with its century (18, 19, 20).
func swedishCentury(first string) bool {
	return first == "16" || first == "18" || first == "19" || first == "20"
}

func onlyDigits(s string) bool { return digits(s) == s }

// lettersAndDigits returns the letters and digits of a text in upper case, with full-width digits as ASCII ones.
func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// hasCountry reports whether a number begins with a country code, as VAT numbers do: DE123456789. The EU writes EL for Greece, and XI
// for Northern Ireland.
func hasCountry(s string) bool {
	if len(s) < 3 || strings.IndexFunc(s, unicode.IsDigit) < 0 {
		return false
	}
	country := s[:2]
	return country == "EL" || country == "XI" || phonenumbers.GetSupportedRegions()[country]
}
