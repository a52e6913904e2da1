package filename

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/message"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MappingEnd is how the name of a mapping ends.
const MappingEnd = ".mapping.yaml"

const shortEnd = ".mapping.yml" // is read likewise

// MappingEnds are both forms, in the order in which they count.
var MappingEnds = []string{MappingEnd, shortEnd}

// DefaultMapping is the mapping of all workbooks of a folder that have none of their own.
const (
	DefaultMapping = defaultStem + MappingEnd
	defaultStem    = "_default"
)

// DefaultMappings are both forms of it.
var DefaultMappings = []string{DefaultMapping, defaultStem + shortEnd}

// Family is what the name of a workbook has in common with those of the workbooks before and after it: kunder of kunder_2026-11-29.xlsx and of
// kunder (3).xlsx. It is "" where the name consists of digits and signs only.
func Family(book string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || strings.ContainsRune("-_.()~ \"'/\\:*?<>|", r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, Fold(Stem(path.Base(book))))
}

// FamilyMappings returns the names that the mapping of all workbooks of one family may have: _default.kunder.mapping.yaml. It holds before the default of
// the folder.
func FamilyMappings(book string) []string {
	family := Family(book)
	if family == "" || len(family) > mostFamily {
		return nil
	}
	return []string{defaultStem + "." + family + MappingEnd, defaultStem + "." + family + shortEnd}
}

// mostFamily bounds the bytes of a family in the name of its mapping, which may have 255 in all.
const mostFamily = 200

// Mappings returns the names that the own mapping of a workbook may have: first those of the form .mapping.yaml.
func Mappings(book string) []string {
	names := make([]string, 0, 2*len(MappingEnds))
	for _, end := range MappingEnds {
		names = append(names, Stem(book)+end, book+end)
	}
	return names
}

// Stem is a name without its last ending.
func Stem(name string) string { return name[:len(name)-len(path.Ext(name))] }

// IsMapping reports whether a file has the name of a mapping.
func IsMapping(name string) bool {
	return slices.ContainsFunc(MappingEnds, func(end string) bool { return strings.HasSuffix(name, end) })
}

// IsDefault reports whether a file has the name of a mapping that stays for the next workbook: of a folder, or of a family of names.
func IsDefault(name string) bool {
	return slices.Contains(DefaultMappings, name) || IsMapping(name) && strings.HasPrefix(name, defaultStem+".")
}

// OtherForm returns a second mapping among names beside the one that holds: one is .mapping.yaml, the other .mapping.yml, and which is meant
// nobody can tell. there says whether a file is there.
func OtherForm(chosen string, names []string, there func(string) bool) string {
	for _, name := range names {
		if path.Ext(name) != path.Ext(chosen) && there(name) {
			return name
		}
	}
	return ""
}

// Misnamed reports whether the mapping beside a workbook has only nearly the name of one.
func Misnamed(book, mapping string) bool {
	book, mapping = path.Base(book), path.Base(mapping)
	return mapping != "." && !IsDefault(mapping) && !slices.Contains(Mappings(book), mapping)
}

// NearMappingEnd is an ending that is nearly MappingEnd, for a mapping that must not count as approved under a name of ours.
const NearMappingEnd = "_mapping.yaml"

// nearEnds are endings that people, editors and file managers give to what is to be a mapping. The first ones are right but for the stem.
var nearEnds = []string{MappingEnd, shortEnd, ".yaml", ".yml", ".mapping", ".mapping.yaml.txt", ".mapping.yml.txt",
	NearMappingEnd, "-mapping.yaml", "_mapping.yml", "-mapping.yml"}

// split is one way to see a name as that of a mapping.
type split struct {
	stem string // as it is written
	cost int    // 0: the ending is right, 1: it is known, 2: one letter is wrong
}

// splits returns the ways to see a name as nearly that of a mapping.
func splits(name string) []split {
	if !utf8.ValidString(name) {
		return nil
	}
	written := []rune(name)
	low := make([]rune, len(written))
	for i, r := range written {
		low[i] = unicode.ToLower(r)
	}
	var all []split
	add := func(length, cost int) {
		stem := string(written[:len(written)-length])
		known := slices.ContainsFunc(all, func(s split) bool { return s.stem == stem })
		if Fold(stem) != "" && !known {
			all = append(all, split{stem, cost})
		}
	}
	for i, end := range nearEnds {
		if strings.HasSuffix(string(low), end) {
			add(len(end), min(i/len(MappingEnds), 1))
		}
	}
	for _, end := range MappingEnds {
		for length := len(end) - 1; length <= len(end)+1 && length < len(low); length++ {
			if tail := low[len(low)-length:]; !partOfStem(tail, end) && message.Distance(string(tail), end) <= 1 {
				add(length, 2)
			}
		}
	}
	return all
}

// partOfStem reports whether the first letter of a tail is the last of a stem: kunder2.mapping.yaml is the mapping of kunder2, and not nearly that
// of kunder.
func partOfStem(tail []rune, end string) bool {
	rest := string(tail[1:])
	return (rest == end || rest == end[1:]) && (unicode.IsLetter(tail[0]) || unicode.IsDigit(tail[0]))
}

// Fold makes names equal that a person takes for one: whatever their case, their Unicode form, their spaces.
func Fold(name string) string {
	name = norm.NFC.String(cases.Fold().String(norm.NFC.String(name)))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
}

// MaybeOf returns the folded names whose mapping a file may be, were it called right: the stems of workbooks, or their whole names.
func MaybeOf(name string) []string {
	var all []string
	for _, s := range splits(name) {
		all = append(all, Fold(s.stem))
	}
	return all
}

// NearMapping returns which of some files in a workbook's folder has nearly the name of its mapping, the nearest; "" if none.
func NearMapping(book string, names []string) string {
	return nearest([]string{Fold(Stem(book)), Fold(book)}, Mappings(book), names)
}

// NearDefault likewise of the folder's default mapping.
func NearDefault(names []string) string {
	return nearest([]string{defaultStem}, DefaultMappings, names)
}

func nearest(stems, right, names []string) string {
	best, cost := "", 0
	for _, name := range names {
		if slices.Contains(right, name) {
			continue
		}
		for _, s := range splits(name) {
			if slices.Contains(stems, Fold(s.stem)) && (best == "" || s.cost < cost || s.cost == cost && name < best) {
				best, cost = name, s.cost
			}
		}
	}
	return best
}

// KeptAs returns the name that a mapping of nearly the right name has beside its workbook in a folder of ours, and the part of it behind which
// a number stands: kunder~2.xlsx then has kunder~2.yaml, and the two go together again where a person moves them back. It is not the right name, for
// moving a file approves nothing.
func KeptAs(book, mapping string) (name, stem string) {
	for _, s := range splits(mapping) {
		switch Fold(s.stem) {
		case Fold(Stem(book)), Fold(book):
			return mapping, s.stem
		case defaultStem:
			return Stem(book) + NearMappingEnd, Stem(book)
		}
	}
	return mapping, Stem(mapping)
}
