package listing

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/ledger"
)

// State is a group of imports that a list can show.
type State string

// The groups. An import may be in several.
const (
	All      State = ""
	Errors   State = "errors"  // done, but some rows did not come in
	Held     State = "held"    // waits for a person
	Stopped  State = "stopped" // refused, stuck or cancelled
	Undone   State = "undone"
	Repeated State = "before" // imported before
	Needing  State = "needs"  // a person has something to do
)

var states = []State{Errors, Held, Stopped, Undone, Repeated, Needing}

// Has reports whether an import is in the group.
func (s State) Has(imp *ledger.Import) bool {
	switch s {
	case All:
		return true
	case Errors:
		return imp.State == ledger.Done && imp.Tally.NotApplied() > 0
	case Held:
		return imp.State == ledger.Held
	case Stopped:
		return imp.State == ledger.Refused || imp.State.Waits()
	case Undone:
		return imp.UndoneBy != ""
	case Repeated:
		return imp.State == ledger.Duplicate
	case Needing:
		return imp.State == ledger.Held || imp.State.Waits() || RowsNeed(imp)
	}
	return false
}

// RowsNeed reports whether rejected rows of an import need a person: until corrections of as many rows have been imported, a person has ticked the rows
// off, or the import was undone. What a correction rejects again needs a person as rows of the correction.
func RowsNeed(imp *ledger.Import) bool {
	if imp.State != ledger.Done || imp.Undoes != "" || imp.UndoneBy != "" || !imp.TickedOff.At.IsZero() {
		return false
	}
	rejected := 0 // rows, at least: a row has one part of each kind
	for _, c := range imp.Tally.Counts {
		rejected = max(rejected, c.NotApplied())
	}
	for _, c := range imp.Corrections {
		if !c.Undone {
			rejected -= c.Rows
		}
	}
	return rejected > 0
}

// Filter selects imports. Its zero value selects all.
type Filter struct {
	State         State
	Inbox, Source string
	As            ledger.State // the state itself; "" for any
	Sum           string       // SHA-256 of the workbook
	File          string       // each word begins a word of the workbook's name, or a part of it as beginningsOf says
}

// Shows reports whether the filter selects an import.
func (f Filter) Shows(imp *ledger.Import) bool {
	if !f.State.Has(imp) || f.Inbox != "" && f.Inbox != imp.Inbox || f.Source != "" && f.Source != imp.Source || f.As != "" && f.As != imp.State || f.Sum != "" && f.Sum != imp.Sum {
		return false
	}
	words := beginningsOf(imp.Workbook)
	for _, begins := range wordsOf(f.File) {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, begins) }) {
			return false
		}
	}
	return true
}

// Tags returns tags that every import has which the filter selects. Some that it does not select may have them as well.
func (f Filter) Tags() []string {
	var tags []string
	switch {
	case f.State != All:
		tags = append(tags, stateTag(f.Inbox, f.State))
	case f.Inbox != "":
		tags = append(tags, inboxTag(f.Inbox))
	}
	if f.Source != "" {
		tags = append(tags, sourceTag(f.Source))
	}
	if f.As != "" {
		tags = append(tags, asTag(f.As))
	}
	if f.Sum != "" {
		tags = append(tags, sumTag(f.Sum))
	}
	for _, word := range wordsOf(f.File) {
		tags = append(tags, nameTag(word))
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// Tags returns what an import is tagged with.
func Tags(imp *ledger.Import) []string {
	tags := []string{inboxTag(imp.Inbox), asTag(imp.State), sumTag(imp.Sum)}
	if imp.Source != "" {
		tags = append(tags, sourceTag(imp.Source))
	}
	for _, s := range states {
		if s.Has(imp) {
			tags = append(tags, stateTag("", s), stateTag(imp.Inbox, s))
		}
	}
	words := beginningsOf(imp.Workbook)
	for _, word := range words[:min(len(words), mostWords)] {
		for i, r := range beginning(word) {
			tags = append(tags, nameTag(word[:i+utf8.RuneLen(r)]))
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// What of a name is tagged: the beginnings of so many words, up to so many bytes. Beyond that Shows decides.
const (
	mostWords = 12
	mostBytes = 8
)

func inboxTag(inbox string) string   { return "inbox " + inbox }
func sourceTag(source string) string { return "source " + source }
func asTag(s ledger.State) string    { return "is " + string(s) }
func sumTag(sum string) string       { return "sum " + sum[:min(len(sum), 16)] }
func stateTag(inbox string, s State) string {
	if inbox == "" {
		return "state " + string(s)
	}
	return "state " + string(s) + " " + inbox
}

// nameTag returns the tag of the beginning of a word.
func nameTag(word string) string { return "name " + beginning(word) }

// beginning cuts a word off behind its last character that ends within mostBytes.
func beginning(word string) string {
	cut := min(len(word), mostBytes)
	for cut > 0 && !utf8.ValidString(word[:cut]) {
		cut--
	}
	return word[:cut]
}

// wordsOf returns the words of a file's name in small letters.
func wordsOf(name string) []string {
	return split(strings.ToLower(name))
}

// split returns what stands between characters that are neither letters nor digits.
func split(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// beginningsOf returns in small letters what of a file's name a person may begin with: the words, and after them what follows a change from a small to a
// capital letter, or between letters and digits, inside a word: KundExport2026 is found by export and by 2026.
func beginningsOf(name string) []string {
	words := wordsOf(name)
	for _, word := range split(name) {
		before := rune(0)
		for i, r := range word {
			if i > 0 && (unicode.IsLower(before) && unicode.IsUpper(r) || unicode.IsDigit(before) != unicode.IsDigit(r)) {
				words = append(words, strings.ToLower(word[i:]))
			}
			before = r
		}
	}
	return words
}
