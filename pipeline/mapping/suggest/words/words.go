// Package words is the dictionary of headings: what a word of an export means, in eleven languages. Suggestions alone use it; what a file
// without a mapping is read by are the headings of the template (section 15).
//
// # Where its words are from
//
// Each entry has a source: general for words of the language itself and of many systems, otherwise the one system whose export they were
// taken from. Without leaves out those of a system, so that one can measure how a system is read that was never seen.
package words

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
)

// Meaning is what a word of a heading stands for.
type Meaning string

// Word is one meaning that a text has in a language.
type Word struct {
	Meaning  Meaning
	Language string // Any where it is the same everywhere
}

// Any is the language of words that all languages have.
const Any = "*"

// General is the source of words that are not those of one system.
const General = "general"

// Languages are those of the dictionary; of two that are equally likely for a sheet, the first.
var Languages = []string{"en", "sv", "nb", "da", "fi", "de", "nl", "fr", "es", "pl", "it"}

// Dictionary finds the meanings of words.
type Dictionary struct {
	words    map[string][]Word
	shown    map[string]string // as the text has them
	byLength map[int][]string
	letters  int // of the longest word
}

//go:embed fields.txt
var fields string

//go:embed qualifiers.txt
var qualifiers string

// All returns the whole dictionary.
var All = sync.OnceValue(func() *Dictionary { return Without("") })

// Without returns the dictionary without the words of one source, and without some folded words.
func Without(source string, forgotten ...string) *Dictionary {
	d := &Dictionary{words: map[string][]Word{}, shown: map[string]string{}, byLength: map[int][]string{}}
	for _, text := range []string{fields, qualifiers} {
		if err := d.add(text, source); err != nil {
			panic(err) // the texts are part of the program, and a test reads them
		}
	}
	for _, key := range forgotten {
		delete(d.words, key)
	}
	for key := range d.words {
		d.byLength[len(key)] = append(d.byLength[len(key)], key)
	}
	return d
}

// add reads entries: a line "meaning | source", then lines "language: word, word" below it.
func (d *Dictionary) add(text, without string) error {
	var meaning, source string
	for n, line := range strings.Split(text, "\n") {
		indented := strings.HasPrefix(line, " ")
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !indented:
			var ok bool
			if meaning, source, ok = strings.Cut(line, " | "); !ok {
				return fmt.Errorf("dictionary line %d: no source in %q", n+1, line)
			}
		default:
			language, list, ok := strings.Cut(line, ": ")
			if !ok || language != Any && !slices.Contains(Languages, language) {
				return fmt.Errorf("dictionary line %d: no language in %q", n+1, line)
			}
			if source == without {
				continue
			}
			for word := range strings.SplitSeq(list, ",") {
				d.put(word, Word{Meaning(meaning), language})
			}
		}
	}
	return nil
}

func (d *Dictionary) put(text string, w Word) {
	for _, key := range spellings(text) {
		if !slices.Contains(d.words[key], w) {
			if d.words[key] == nil {
				d.shown[key] = strings.TrimSpace(text)
			}
			d.words[key] = append(d.words[key], w)
			d.letters = max(d.letters, len(key))
		}
	}
}

// umlauts are written with an e by systems that have only ASCII.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe")

// spellings returns the folded forms of a text. A number sign at its front is a word of its own.
func spellings(text string) []string {
	text = strings.ToLower(strings.TrimSpace(text))
	keys := []string{tokens.Fold(text)}
	if other := tokens.Fold(umlauts.Replace(text)); other != keys[0] {
		keys = append(keys, other)
	}
	return slices.DeleteFunc(keys, func(key string) bool { return key == "" })
}

// Find returns the meanings of a folded text, nil where it has none.
func (d *Dictionary) Find(key string) []Word { return d.words[key] }

// Longest returns how many letters the longest word has.
func (d *Dictionary) Longest() int { return d.letters }

// Near returns the word that is the fewest letters from a folded text, at most one, or two of a long one; of several that of the language. Short
// words are too much alike.
func (d *Dictionary) Near(key, language string, distance func(a, b string) int) (word string, letters int) {
	const short, long = 5, 9
	n := len(key)
	if n < short {
		return "", 0
	}
	most := 1
	if n >= long {
		most = 2
	}
	letters = most + 1
	for length := n - most; length <= n+most; length++ {
		for _, text := range d.byLength[length] {
			if text[0] != key[0] {
				continue // the first letter is rarely mistyped, and other words differ in it
			}
			is := distance(key, text)
			if is < letters || is == letters && is <= most && d.better(text, word, language) {
				word, letters = text, is
			}
		}
	}
	return d.shown[word], letters
}

// better reports whether of two words the first is to be shown.
func (d *Dictionary) better(a, b, language string) bool {
	in := func(key string) bool {
		return slices.ContainsFunc(d.words[key], func(w Word) bool { return w.Language == language })
	}
	if in(a) != in(b) {
		return in(a)
	}
	return a < b
}
