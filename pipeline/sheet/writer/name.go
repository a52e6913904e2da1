package writer

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// nameUnits is how long the name of a sheet may be, in UTF-16 units, which Excel counts.
const nameUnits = 31

// allowedName replaces what Excel does not accept in a name.
func allowedName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r == utf8.RuneError || !unicode.IsPrint(r) { // that is also what changes the direction of writing
			return '_'
		}
		return r
	}, name)
	name = cutUnits(strings.TrimSpace(name), nameUnits)
	switch {
	case name == "":
		return "Sheet1"
	case strings.EqualFold(name, "History"): // Excel keeps it for itself
		return name + "_"
	}
	if strings.HasPrefix(name, "'") {
		name = "_" + name[1:]
	}
	if strings.HasSuffix(name, "'") {
		name = name[:len(name)-1] + "_"
	}
	return name
}

// cutUnits returns the beginning of a text that has at most so many UTF-16 units.
func cutUnits(text string, most int) string {
	units := 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units > most {
			return text[:i]
		}
	}
	return text
}
