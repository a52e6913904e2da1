package writer

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// nameUnits is how long a sheet's name may be, in the units of UTF-16 that Excel counts.
const nameUnits = 31

// uniqueName returns the name of a sheet as Excel allows it, and as no other sheet of the workbook has it. It says the same as name as far as there
// is room: names come from files and from other programs, and no name may keep a workbook from being written.
func (w *Writer) uniqueName(name string) string {
	name = allowedName(name)
	free := name
	for n := 2; w.hasSheet(free); n++ {
		mark := fmt.Sprintf("~%d", n)
		free = cutUnits(name, nameUnits-len(mark)) + mark
	}
	return free
}

// allowedName replaces what Excel does not take in a name.
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

// cutUnits returns the beginning of a text that takes at most so many units of UTF-16.
func cutUnits(text string, most int) string {
	units := 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units > most {
			return text[:i]
		}
	}
	return text
}
