package filename

import (
	"path"
	"regexp"
	"strings"
)

// A copy is named by the program that made it, when one file was changed in two places:
//
//	Syncthing             kunder.sync-conflict-20261129-101500-ABCDEFG.xlsx
//	Dropbox, Nextcloud    kunder (Annas conflicted copy 2026-11-29).xlsx
//	ownCloud, Nextcloud   kunder_conflict-20261129-101500.xlsx
//	OneDrive              kunder-DESKTOP-4F2A.xlsx: the name of the computer, which says nothing where there is no kunder.xlsx
const day = `(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])`

var (
	certainCopies = []*regexp.Regexp{
		regexp.MustCompile(`(?is)^(.*)\.sync-conflict-` + day + `-\d{6}-`),
		regexp.MustCompile(`(?is)^(.*) \(.*conflicted copy.*\)`),
		regexp.MustCompile(`(?is)^(.*)_conflict-` + day + `-`),
	}
	computer = regexp.MustCompile(`(?i)-(?:desktop|laptop)-`)
)

// CopyOf returns the names that the original of a copy may have, none where the name is not that of a copy. Where it is not certain it is a
// copy only if there is such an original.
func CopyOf(name string) (originals []string, certain bool) {
	ext := path.Ext(name)
	for _, pattern := range certainCopies {
		if m := pattern.FindStringSubmatch(name); m != nil {
			return []string{m[1] + ext}, true
		}
	}
	for _, at := range computer.FindAllStringIndex(strings.TrimSuffix(name, ext), -1) {
		if at[0] > 0 {
			originals = append(originals, name[:at[0]]+ext)
		}
	}
	return originals, false
}

// SameName reports whether two names are one for a person.
func SameName(a, b string) bool { return a == b || Fold(a) == Fold(b) }
