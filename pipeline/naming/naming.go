// Package naming has the names of the files that inlet writes for people: beside workbooks in the folders done, failed and held, and in an inbox.
// They are in the language of the inbox, and the configuration may choose other words.
//
// # Why the names are not parsed
//
// The words of an inbox change with its language and its configuration, and people rename files. Where a file is recognised later, its path is stored
// with the import, or the file itself says what it is; the words only decide how new files are called.
package naming

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Words are the words in the names of files, each between two dots: kunder.avvisade.xlsx, kunder.xlsx.orsak.txt.
type Words struct {
	Rejected  string // the workbook of the rejected rows, and the text in its place
	Corrected string // such a workbook that came back
	Reason    string // why a workbook is held or was refused
	Plan      string // what the import of a held workbook would do
	Duplicate string // that a workbook was imported before
	Importing string // in the inbox: a workbook that is being imported
	Ignored   string // in the inbox: a file that is not a workbook
}

var english = Words{"rejected", "corrected", "reason", "plan", "duplicate", "importing", "ignored"}

var swedish = Words{"avvisade", "korrigerade", "orsak", "plan", "dubblett", "importeras", "ignoreras"}

// In returns the words of a language.
func In(lang string) Words {
	if lang == "sv" {
		return swedish
	}
	return english
}

// Or returns the words with those of another in place of empty ones.
func (w Words) Or(other Words) Words {
	from := other.All()
	for i, word := range w.All() {
		if *word == "" {
			*word = *from[i]
		}
	}
	return w
}

// All returns all words, in the order of the fields.
func (w *Words) All() []*string {
	return []*string{&w.Rejected, &w.Corrected, &w.Reason, &w.Plan, &w.Duplicate, &w.Importing, &w.Ignored}
}

// Note returns the name of a text beside a file.
func Note(file, word string) string { return file + "." + word + ".txt" }

// Numbered returns the name of one of several workbooks that belong to another, the first without its number: kunder.avvisade.xlsx,
// kunder.avvisade-2.xlsx. The extension has its dot.
func Numbered(stem, word string, n int, extension string) string {
	if n > 1 {
		word += "-" + strconv.Itoa(n)
	}
	return stem + "." + word + extension
}

// HeldNotes returns the paths of the notes beside the workbook at a path that versions before names had a language wrote.
func HeldNotes(book string) []string {
	return []string{Note(book, english.Reason), Note(book, english.Plan)}
}

// RejectedStem splits the name of a workbook without its extension into what stands before the word for rejected rows, and the number behind that.
// The word is that of any language or one of words; n is 0 where the name has none.
func (w Words) RejectedStem(name string) (stem string, n int) {
	var known []string
	for _, words := range []Words{w, english, swedish} {
		known = append(known, regexp.QuoteMeta(words.Rejected))
	}
	m := regexp.MustCompile(fmt.Sprintf(`^(.+)\.(?:%s)(?:-(\d+))?$`, strings.Join(known, "|"))).FindStringSubmatch(name)
	if m == nil {
		return name, 0
	}
	n, _ = strconv.Atoi(m[2])
	return m[1], max(n, 1)
}

// Stem returns the last part of a path without its extension.
func Stem(path string) string {
	name := filepath.Base(path)
	return strings.TrimSuffix(name, filepath.Ext(name))
}
