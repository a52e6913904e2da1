package crm

import "strings"

// Clean returns a text as a field of type t stores it (W6): trimmed, without characters that nobody sees where they cannot be part of a value,
// and without the one apostrophe that a spreadsheet puts before a value to keep it text.
func Clean(t Type, s string) string {
	s = Trim(s)
	if s == "" {
		return s
	}
	switch t {
	case Text:
		return unguarded(s, "=+-@")
	case Email, Phone, OrgNumber, Postcode, ID, Integer, Decimal, Date, DateTime:
		return unguarded(visibleOnly(s), "")
	case URL, Bool:
		return visibleOnly(s)
	}
	return s
}

// unguarded takes off the apostrophe, where one of these characters follows it if any are given: '47 Brand is a name.
func unguarded(s, before string) string {
	if s == "" || s[0] != '\'' || before != "" && (len(s) == 1 || strings.IndexByte(before, s[1]) < 0) {
		return s
	}
	return Trim(s[1:])
}

// visibleOnly takes the characters out that have no width or only turn the direction of writing.
func visibleOnly(s string) string {
	for i := range len(s) {
		if s[i] == 0xc2 || s[i] == 0xe2 || s[i] == 0xef { // the first bytes of all of them
			return Trim(strings.Map(func(r rune) rune {
				if invisible(r) {
					return -1
				}
				return r
			}, s))
		}
	}
	return s
}

func invisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u2069' || r == '\ufeff' || r == '\u00ad'
}
