package archive

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const longest = 255 // bytes of a name, on every file system that matters here

// names are the names of the files of a set under each number.
type names struct {
	stem  string // of the workbook: kunder
	files []parts
}

// parts are one file's name around the number: stem kunder, rest .xlsx.reason.txt.
type parts struct{ stem, rest string }

// namesOf splits the names of the set's files. A file whose name begins with the workbook's stem shares the stem, and the
// number stands behind that; any other has a stem of its own, and the number stands behind its own.
func namesOf(s Set) names {
	workbook := baseName(s.Name)
	stem := stemOf(workbook)
	ns := names{stem: stem}
	for i, f := range s.Files {
		name := workbook
		if i < len(s.Files)-1 || f.Name != "" {
			name = baseName(f.Name)
		}
		own := stem
		if rest, ok := strings.CutPrefix(name, stem); !ok || (rest != "" && rest[0] != '.') {
			own = stemOf(name)
		}
		if f.Stem != "" && strings.HasPrefix(name, f.Stem) {
			own = f.Stem
		}
		ns.files = append(ns.files, parts{stem: own, rest: name[len(own):]})
	}
	return ns
}

// baseName returns the last part of a name that may have folders before it.
func baseName(name string) string {
	name = filepath.Base(filepath.FromSlash(name))
	if name == "." || name == ".." || name == string(filepath.Separator) {
		return "unnamed"
	}
	return strings.ReplaceAll(name, "\x00", "_")
}

// stemOf returns a name without its ending. A name that begins with a dot has no ending.
func stemOf(name string) string {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	if stem == "" || len(filepath.Ext(name)) > 32 { // "Anbud nr. 17 till …" has no ending
		return name
	}
	return stem
}

// of returns the name of file i under a number.
func (ns names) of(i, n int) string {
	mark := number(n)
	f := ns.files[i]
	return shorten(f.stem, longest-len(mark)-ns.longestRest(f.stem)) + mark + f.rest
}

// stemOf returns what a number is reserved for: the workbook's stem with it.
func (ns names) stemOf(n int) string { return ns.stem + number(n) }

func number(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("~%d", n)
}

// numbers returns those under which file i is listed, in order. Some may have been removed.
func (ns names) numbers(i int, listed map[string]bool) []int {
	var found []int
	for name := range listed {
		n := 1
		head := strings.TrimSuffix(name, ns.files[i].rest)
		if mark := strings.LastIndexByte(head, '~'); mark >= 0 && ns.of(i, 1) != name {
			n, _ = strconv.Atoi(head[mark+1:]) // 0 if that is not a number
		}
		if n > 0 && ns.of(i, n) == name {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	return found
}

// Fit returns a name of a stem and what follows it, the stem shortened to what a file system takes.
func Fit(stem, rest string) string { return shorten(stem, longest-len(rest)) + rest }

// longestRest returns the length of the longest rest of all files with a stem, so that one shortened stem fits them all.
func (ns names) longestRest(stem string) int {
	longest := 0
	for _, f := range ns.files {
		if f.stem == stem {
			longest = max(longest, len(f.rest))
		}
	}
	return longest
}

// shorten cuts text to a number of bytes, at the edge of a character.
func shorten(text string, size int) string {
	if len(text) <= size {
		return text
	}
	size = max(size, 0)
	for back := 0; back < utf8.UTFMax && size-back > 0; back++ {
		if utf8.RuneStart(text[size-back]) {
			return text[:size-back]
		}
	}
	return text[:size] // not UTF-8
}
