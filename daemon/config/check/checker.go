package check

import (
	"io/fs"
	"strings"

	"inlet.example/inlet/daemon/config"
)

// Place is where a key was set.
type Place struct {
	File         string
	Line, Column int
	Label        string // how the person wrote the key, where that is not its path: INLET_LOG_LEVEL
}

// Checker collects mistakes and knows where each key was set, by the layer that won.
type Checker struct {
	File        string                                                   // as the person named it
	Mode        fs.FileMode                                              // of the file
	JudgeDrive  func(kind, root string, options map[string]string) error // says what is wrong with a drive; nil where drives are not known
	KnownFields map[string][]string                                      // of the CRM, by kind; nil where they are not known
	Mistakes    config.Mistakes
	places      map[string]Place
	mistaken    map[string]bool // the keys that have a mistake, as the person wrote them
}

// New returns a Checker for a file.
func New(file string) *Checker {
	return &Checker{File: file, places: map[string]Place{}, mistaken: map[string]bool{}}
}

// Wrong is Add, unless the key or one around it has a mistake already: what was left out for it is not wrong twice.
func (ck *Checker) Wrong(key, format string, args ...any) {
	for near := key; near != ""; near = parent(near) {
		if ck.mistaken[near] || ck.mistaken[ck.places[near].Label] {
			return
		}
	}
	ck.Add(key, format, args...)
}

// Add notes a mistake at the place of a key, or of the nearest key around it that was set.
func (ck *Checker) Add(key, format string, args ...any) {
	at, own := ck.places[key]
	ok := own
	for near := key; !ok && near != ""; at, ok = ck.places[near] {
		near = parent(near)
	}
	if at.File == "" {
		at.File = ck.File
	}
	name := key
	if own && at.Label != "" {
		name = at.Label
	}
	ck.At(at, name, format, args...)
}

// At notes a mistake at a place.
func (ck *Checker) At(at Place, key, format string, args ...any) {
	ck.mistaken[key] = true
	ck.Mistakes = append(ck.Mistakes, config.Mistake{
		File: at.File, Line: at.Line, Column: at.Column, Key: key, Text: config.Say(format, args...),
	})
}

// SetAt notes where a key was set.
func (ck *Checker) SetAt(key string, at Place) { ck.places[key] = at }

// Origins returns where each key was set.
func (ck *Checker) Origins() config.Origins {
	all := config.Origins{}
	for key, at := range ck.places {
		file := at.File
		if file == "" {
			file = ck.File
		}
		all[key] = config.Origin{File: file, Line: at.Line, Label: at.Label}
	}
	return all
}

// isSet reports whether a layer sets a key.
func (ck *Checker) isSet(key string) bool {
	_, set := ck.places[key]
	return set
}

// IsSetBelow reports whether anything was written under a key, be it wrong.
func (ck *Checker) IsSetBelow(key string) bool {
	for at := range ck.places {
		if parent(at) == key {
			return true
		}
	}
	return false
}

// inFile reports whether the file sets a key, and no layer over it does.
func (ck *Checker) inFile(key string) bool { return ck.isSet(key) && ck.places[key].File == ck.File }

func (ck *Checker) openToOthers() bool { return config.OpenToOthers(ck.Mode) }

// parent is the key around a key: inboxes[0].name, inboxes[0], inboxes, nothing.
func parent(key string) string {
	return key[:max(strings.LastIndexAny(key, ".["), 0)]
}
