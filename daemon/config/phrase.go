package config

import (
	"errors"
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// Phrase is a sentence about a configuration, or a part of one: an English format, which is also its name in the Swedish catalogue, and what it is filled
// with. Phrases among its arguments are said in its language.
type Phrase struct {
	Format string
	Args   []any
}

// Say makes a Phrase. It is an error too, where one is needed; an error among its arguments is what it wraps.
func Say(format string, args ...any) Phrase { return Phrase{format, args} }

// In returns the phrase in a language, sv or en.
func (p Phrase) In(lang string) string {
	format := p.Format
	if lang == message.Swedish {
		if sv, ok := swedish[format]; ok {
			format = sv
		}
	}
	if len(p.Args) == 0 {
		return format
	}
	args := make([]any, len(p.Args))
	for i, arg := range p.Args {
		args[i] = inLanguage(arg, lang)
	}
	return fmt.Sprintf(format, args...)
}

// inLanguage returns an argument as a language says it.
func inLanguage(arg any, lang string) any {
	switch is := arg.(type) {
	case Phrase:
		return is.In(lang)
	case error:
		text := is.Error()
		if said, ok := errors.AsType[Phrase](is); ok && lang == message.Swedish { // it is wrapped in what does not need a language
			return strings.Replace(text, said.String(), said.In(lang), 1)
		}
		return text
	}
	return arg
}

// Empty reports whether nothing is said.
func (p Phrase) Empty() bool { return p.Format == "" }

// String returns the phrase in English.
func (p Phrase) String() string { return p.In("en") }

// Error is String.
func (p Phrase) Error() string { return p.String() }

// Unwrap returns the first error among the arguments.
func (p Phrase) Unwrap() error {
	for _, arg := range p.Args {
		if err, ok := arg.(error); ok {
			return err
		}
	}
	return nil
}
