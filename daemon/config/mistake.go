package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// What a Mistake has in place of a file's name.
const (
	InEnvironment = "environment"
	InFlags       = "flags"
)

// Mistake is one thing that is wrong: where, what was there, what to write.
type Mistake struct {
	File         string // as it was given to Load; "environment" or "flags" for what stands in no file
	Line, Column int    // from 1; 0 where there is no line
	Key          string // inboxes[0].settle, INLET_LOG_LEVEL, --log-level
	Text         Phrase
	Language     string // that it is said in: of the configuration, as far as it could be read
}

// String is the mistake on one line: inlet.yaml:7:3: inboxs: unknown key; did you mean inboxes?
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.place())
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, m.Column)
	}
	if m.Key != "" {
		b.WriteString(": " + printable(m.Key))
	}
	b.WriteString(": " + printable(m.Text.In(m.Language)))
	return b.String()
}

// place is what stands before the mistake, in its language.
func (m Mistake) place() string {
	if m.File == InEnvironment || m.File == InFlags {
		return Say(m.File).In(m.Language)
	}
	return m.File
}

// Mistakes is the error that Load returns: all that is wrong, in the order of the file.
type Mistakes []Mistake

// Error prints every mistake, one per line.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// LanguageOf returns the language of mistakes; "" for any other error.
func LanguageOf(err error) string {
	if wrong, ok := errors.AsType[Mistakes](err); ok && len(wrong) > 0 {
		return wrong[0].Language
	}
	return ""
}

// In has the mistakes said in a language.
func (ms Mistakes) In(lang string) Mistakes {
	for i := range ms {
		ms[i].Language = lang
	}
	return ms
}

// Sort puts the mistakes of the file before those of what overrides it, each in their order: a person reads from the top.
func (ms Mistakes) Sort() {
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

func rank(m Mistake) int {
	switch m.File {
	case InEnvironment:
		return 1
	case InFlags:
		return 2
	}
	return 0
}

// printable keeps a value from the file from breaking the line or the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return '�'
		}
		return r
	}, s)
}

// DidYouMean ends a message about a word that is not known: with the word that was meant, or with all there are.
func DidYouMean(word string, known []string) Phrase {
	if best := message.Nearest(word, known); best != "" {
		return Say("did you mean %s?", best)
	}
	sorted := slices.Sorted(slices.Values(known))
	return Say("known here: %s", strings.Join(sorted, ", "))
}
