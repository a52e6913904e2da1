package message

import (
	"fmt"
	"slices"
	"strings"
)

// said is an error whose text has a Swedish form.
type said interface {
	error
	In(lang string) string
}

// ErrorIn returns the text of an error in a language, as far as it and the errors that it wraps have a Swedish form.
func ErrorIn(lang string, err error) string {
	text := err.Error()
	if lang != Swedish {
		return text
	}
	var causes []error
	switch e := err.(type) { //nolint:errorlint // the causes are looked at one after another
	case said:
		return e.In(lang)
	case interface{ Unwrap() error }:
		causes = []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		causes = e.Unwrap()
	}
	causes = slices.DeleteFunc(slices.Clone(causes), func(cause error) bool { return cause == nil })
	if len(causes) == 0 {
		return inSystem(text)
	}
	for _, cause := range causes {
		text = strings.Replace(text, cause.Error(), ErrorIn(lang, cause), 1)
	}
	return text
}

// inSystem returns the Swedish of what the operating system or the network says.
func inSystem(text string) string {
	if sv, ok := systemWords[text]; ok {
		return sv
	}
	return text
}

// worded is an error of Errorf.
type worded struct {
	format  string
	args    []any
	english error
}

// Errorf is fmt.Errorf with a text that has a Swedish form, see Word. Its arguments are said in the same language where they are errors, texts, or functions
// that return a text in a language.
func Errorf(format string, args ...any) error {
	english := make([]any, len(args))
	for i, arg := range args {
		if english[i] = arg; !isError(arg) {
			english[i] = argIn("en", arg)
		}
	}
	return &worded{format, args, fmt.Errorf(format, english...)}
}

func isError(arg any) bool {
	_, is := arg.(error)
	return is
}

func argIn(lang string, arg any) any {
	switch arg := arg.(type) {
	case error:
		return ErrorIn(lang, arg)
	case Text:
		return In(lang, arg)
	case func(lang string) string:
		return arg(lang)
	}
	return arg
}

// Error is the text in English.
func (e *worded) Error() string { return e.english.Error() }

// Unwrap returns what the error wraps.
func (e *worded) Unwrap() error { return e.english }

// In is the text in a language.
func (e *worded) In(lang string) string {
	if lang != Swedish {
		return e.Error()
	}
	args := make([]any, len(e.args))
	for i, arg := range e.args {
		args[i] = argIn(lang, arg)
	}
	return fmt.Sprintf(strings.ReplaceAll(Word(lang, e.format), "%w", "%s"), args...)
}

// Explained is an error that says what happened in a language.
type Explained func(lang string) string

// Error is the text in English.
func (e Explained) Error() string { return e("en") }

// In is the text in a language.
func (e Explained) In(lang string) string { return e(lang) }
