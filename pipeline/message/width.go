package message

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/width"
)

// Width returns how many columns of a terminal a text takes: two for a wide East Asian character or an emoji, none for a combining one.
func Width(s string) int {
	columns := 0
	for g := graphemes.FromString(s); g.Next(); {
		for _, r := range g.Value() {
			if w := RuneWidth(r); w > 0 {
				columns += w
				break // what combines with it takes no column of its own
			}
		}
	}
	return columns
}

// RuneWidth returns how many columns of a terminal a character takes.
func RuneWidth(r rune) int {
	if r < ' ' || unicode.In(r, unicode.Cc, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Pad pads a text with spaces to a number of columns.
func Pad(s string, columns int) string { return s + strings.Repeat(" ", max(0, columns-Width(s))) }

// Truncate shortens a text to a number of columns, the last of them an ellipsis.
func Truncate(s string, columns int) string {
	if Width(s) <= columns {
		return s
	}
	used := 0
	for i, r := range s {
		if used += RuneWidth(r); used > columns-1 {
			return s[:i] + "…"
		}
	}
	return s
}
