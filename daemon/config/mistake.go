package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong: where, what was there, what to write.
type Mistake struct {
	File         string // as it was given to Load; "environment" or "flags" for what stands in no file
	Line, Column int    // from 1; 0 where there is no line
	Key          string // inboxes[0].settle, INLET_LOG_LEVEL, --log-level
	Text         string
}

// String is the mistake on one line: inlet.yaml:7:3: inboxs: unknown key; did you mean inboxes?
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, m.Column)
	}
	if m.Key != "" {
		b.WriteString(": " + printable(m.Key))
	}
	b.WriteString(": " + printable(m.Text))
	return b.String()
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

func (ms Mistakes) sort() {
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		// The file first, then what overrides it: a person reads from the top.
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

func rank(m Mistake) int {
	switch m.File {
	case inEnvironment:
		return 1
	case inFlags:
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

// place is where a key was set.
type place struct {
	file         string
	line, column int
	label        string // how the person wrote the key, where that is not its path: INLET_LOG_LEVEL
}

// finding collects mistakes and knows where each key was set, by the layer that won.
type finding struct {
	file     string
	places   map[string]place
	mistakes Mistakes
	said     map[string]bool // the keys that have a mistake, as the person wrote them
}

// wrong is add, unless the key or one around it has a mistake already: what was left out for it is not wrong twice.
func (f *finding) wrong(key, format string, args ...any) {
	for near := key; near != ""; near = parent(near) {
		if f.said[near] || f.said[f.places[near].label] {
			return
		}
	}
	f.add(key, format, args...)
}

// add notes a mistake at the place of a key, or of the nearest key around it that stands somewhere.
func (f *finding) add(key, format string, args ...any) {
	at, ok := f.places[key]
	for near := key; !ok && near != ""; at, ok = f.places[near] {
		near = parent(near)
	}
	if at.file == "" {
		at.file = f.file
	}
	f.at(at, cmp.Or(at.labelFor(key, f.places), key), format, args...)
}

func (f *finding) at(at place, key, format string, args ...any) {
	f.said[key] = true
	f.mistakes = append(f.mistakes, Mistake{
		File: at.file, Line: at.line, Column: at.column, Key: key, Text: fmt.Sprintf(format, args...),
	})
}

// labelFor is the place's own label, if the place is the key's and not that of a key around it.
func (p place) labelFor(key string, places map[string]place) string {
	if _, own := places[key]; own {
		return p.label
	}
	return ""
}

// parent is the key around a key: inboxes[0].name, inboxes[0], inboxes, nothing.
func parent(key string) string {
	return key[:max(strings.LastIndexAny(key, ".["), 0)]
}
