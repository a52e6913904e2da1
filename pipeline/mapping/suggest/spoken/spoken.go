// Package spoken says the sentences of suggestions in English or Swedish.
package spoken

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// In returns a sentence in a language, sv or en. Fields in it are called by their labels; withPaths adds their paths, for a person who writes them into a
// mapping.
func In(lang string, t message.Text, withPaths bool) string {
	format := t.Format
	if sv, ok := Swedish(format); ok && lang == message.Swedish {
		format = sv
	}
	args := slices.Clone(t.Args)
	for i, arg := range args {
		names := strings.Split(arg, mark)
		if len(names) != parts {
			continue
		}
		if args[i] = names[2]; lang == message.Swedish {
			args[i] = names[1]
		}
		if path := names[3]; withPaths && path != args[i] {
			args[i] += " (" + path + ")"
		}
	}
	return message.Text{Args: args}.Fill(format)
}

const (
	mark  = "\x00" // stands before each name of a field; no heading and no value has it
	parts = 4      // of an argument that is a field, between the marks
)

// Field is a field as an argument of a sentence, to be called by its label in the reader's language.
func Field(f *crm.Field) string {
	return strings.Join([]string{"", f.Label("sv"), f.Label("en"), f.Path()}, mark)
}
