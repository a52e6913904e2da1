package canon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

const dashes = "-\u2010\u2011\u2012\u2013\u2212" // the hyphens and dashes that keyboards, Word and Excel write

// OrgNumber removes what is written around the ten digits in Sweden: spaces, dash, the century 16, the VAT form SE…01.
func OrgNumber(s, region string) string {
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if Blank(r) || strings.ContainsRune(dashes, r) {
			return -1
		}
		return r
	}, s))
	if region != "SE" {
		return s
	}
	if vat := strings.TrimSuffix(strings.TrimPrefix(s, "SE"), "01"); len(s) == 14 && len(vat) == 10 {
		s = vat
	}
	if len(s) == 12 && strings.HasPrefix(s, "16") {
		s = s[2:]
	}
	return s
}

// CheckDigit reports whether a Swedish org number's last digit fits the nine before it (the Luhn sum of all ten is a multiple of ten).
func CheckDigit(number string) bool {
	number = OrgNumber(number, "SE")
	if len(number) != 10 || digits(number) != number {
		return false
	}
	sum := 0
	for i := range number {
		n := int(number[i]-'0') * (2 - i%2)
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

// OrgNumberFits reports whether an org number is one of the region, or begins with the code of another country.
func OrgNumberFits(s, region string) bool {
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
