package canon

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Trim removes white space at both ends, no-break and zero-width spaces included, and all control characters but tab and line breaks.
func Trim(s string) string {
	if tidy(s) {
		return s
	}
	return trim(s)
}

func trim(s string) string {
	s = strings.TrimFunc(s, Blank)
	if strings.IndexFunc(s, unwanted) < 0 {
		return s
	}
	return strings.TrimFunc(strings.Map(func(r rune) rune {
		if unwanted(r) {
			return -1
		}
		return r
	}, s), Blank)
}

// tidy recognizes from its bytes nearly every text that needs no trimming: it begins and ends with a letter or sign of ASCII or a two-byte letter
// from À on, and has no control characters.
func tidy(s string) bool {
	n := len(s)
	switch {
	case n == 0:
		return true
	case !visible(s[0]), !visible(s[n-1]) && (s[n-1] < 0x80 || n < 2 || !leads(s[n-2])):
		return false
	}
	for i := range n {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// visible reports whether a rune that begins with this byte is certainly not white space.
func visible(b byte) bool { return b > ' ' && b < 0x7f || leads(b) }

// Shows reports whether a text begins with a rune that is certainly not white space.
func Shows(s string) bool { return s != "" && visible(s[0]) }

// leads reports whether this byte begins a rune of two bytes that is not white space. White space is below À, or takes three bytes.
func leads(b byte) bool { return b >= 0xc3 && b <= 0xdf }

// Blank reports whether a rune is white space, a zero-width space or a control character.
func Blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r < ' '
}

func unwanted(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
}

// invisible reports whether a character has no width: zero-width spaces and joiners, direction marks, soft hyphens.
func invisible(r rune) bool {
	switch {
	case r < 0x200b:
		return r == 0xad
	case r > 0x2069:
		return r == 0xfeff
	}
	return r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060
}

func dropInvisible(r rune) rune {
	if invisible(r) {
		return -1
	}
	return r
}

// mayHide reports from its bytes whether a text may have an invisible character. In UTF-8 each begins with one of these three bytes, and no
// European letter does.
func mayHide(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == 0xc2 || c == 0xe2 || c == 0xef {
			return true
		}
	}
	return false
}

// Visible returns a trimmed text without characters that have no width.
func Visible(s string) string {
	if !mayHide(s) {
		return s
	}
	return withoutInvisible(s)
}

func withoutInvisible(s string) string { return Trim(strings.Map(dropInvisible, s)) }

// Formula reports whether a spreadsheet takes a text for a formula, unless there is an apostrophe before it.
func Formula(s string) bool { return s != "" && strings.IndexByte("=+-@", s[0]) >= 0 }

// Text returns the form of a text in which case, runs of white space and invisible characters do not count.
func Text(s string) string {
	if s = Trim(s); !isASCII(s) {
		s = Visible(s)
	}
	if len(s) > 1 && s[0] == '\'' && Formula(s[1:]) {
		s = Trim(s[1:])
	}
	if isASCII(s) {
		return strings.ToLower(oneSpace(s))
	}
	s = oneSpace(norm.NFC.String(s))
	if strings.IndexFunc(s, foldsOddly) >= 0 {
		return norm.NFC.String(cases.Fold().String(s))
	}
	return strings.ToLower(s)
}

// foldsOddly reports whether full case folding may differ from lower case for this rune. In Swedish it never does, and lower case is faster.
func foldsOddly(r rune) bool {
	return r >= 0x180 || r == 'ß' || r == 'µ' || r == 'İ' || r == 'ŉ' || r == 'ſ'
}

// oneSpace replaces each run of white space by one space.
func oneSpace(s string) string {
	clean := true
	last := false
	for _, r := range s {
		space := Blank(r)
		if space && (r != ' ' || last) {
			clean = false
			break
		}
		last = space
	}
	if clean {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, Blank), " ")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Postcode returns a postcode in upper case without white space.
func Postcode(s string) string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(s, Blank), ""))
}
