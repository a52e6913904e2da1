package filename

import (
	"path"
	"strings"
	"unicode/utf8"
)

// Opened returns the folded name of the workbook that an owner file speaks of; "" where the name is not one of an owner file. Programs put such
// a file beside a workbook that they have open.
//
// Office writes ~$ before a name, or in place of the first letters of a longer one: then cut is true and the name lacks them.
func Opened(name string) (book string, cut bool) {
	if inner, ok := strings.CutPrefix(name, "~$"); ok {
		return Fold(inner), true
	}
	if inner, ok := strings.CutPrefix(name, ".~lock."); ok {
		inner, ok = strings.CutSuffix(inner, "#") // LibreOffice
		if !ok {
			return "", false
		}
		return Fold(inner), false
	}
	if inner, ok := strings.CutPrefix(name, ".~"); ok { // WPS
		return Fold(inner), false
	}
	return "", false
}

// OwnedAs returns the folded names by which owner files may speak of a workbook: its own, and the one without its first letters that Office
// uses; "" if there is none.
func OwnedAs(book string) (whole, cut string) {
	whole = Fold(book)
	var lost int
	switch n := utf8.RuneCountInString(strings.TrimSuffix(book, path.Ext(book))); {
	case n >= 8:
		lost = 2
	case n == 7:
		lost = 1
	default:
		return whole, ""
	}
	runes := []rune(book)
	return whole, Fold(string(runes[lost:]))
}
