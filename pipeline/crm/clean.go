package crm

import "strings"

// Clean returns the text of a cell as it is read and stored for a type (W6): trimmed, without invisible characters where they cannot be part of a
// value, and without the apostrophe that marks a value as text in a spreadsheet. Text keeps its invisible characters, which join letters in some
// languages; only its canonical form has none.
func Clean(t Type, s string) string {
	s = Trim(s)
	if visibleOnly(t) && mayHide(s) {
		s = Trim(strings.Map(dropInvisible, s))
	}
	if len(s) > 0 && s[0] == '\'' && guards(t, s[1:]) {
		return Trim(s[1:])
	}
	return s
}

// visibleOnly reports whether invisible characters cannot be part of a type's values.
func visibleOnly(t Type) bool {
	switch t {
	case Email, Phone, URL, ID, OrgNumber, Postcode, Integer, Decimal, Date, DateTime, Bool:
		return true
	}
	return false
}

// guards reports whether an apostrophe before this text is a spreadsheet's mark. In text it may belong to the name ('47 Brand).
func guards(t Type, rest string) bool {
	switch t {
	case Phone, OrgNumber, Postcode, ID, Integer, Decimal, Date, DateTime, Email:
		return true
	case Text:
		return rest != "" && strings.IndexByte("=+-@", rest[0]) >= 0
	}
	return false
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
