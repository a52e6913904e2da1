package message

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/message/errorwords"
)

const Swedish = "sv" // any other language is English, and so is what has no Swedish

// In says a sentence in a language, sv or en.
func In(lang string, t Text) string {
	if lang != Swedish {
		return t.String()
	}
	args := make([]string, len(t.Args))
	for i, arg := range t.Args {
		args[i] = swedishQuotes(arg)
	}
	return Text{Format: t.Format, Args: args}.Fill(inSwedish(t.Format))
}

// What stands before a sentence, or behind it.
const (
	OfValue        = "%s: "                                                       // Text.Of
	atPlace        = "%s, line %s, column %s: "                                   // Text.At
	atPlaceSv      = "%s, rad %s, kolumn %s: "                                    // the same in Swedish
	LeftOut        = "; the cell was left out"                                    // of a dropped cell
	didItMean      = "; did you mean %s?"                                         // of an unknown word
	raisedFormerly = "; an admin can raise import.limits.%s if the file is right" // as older versions stored it
	raised         = "; an administrator can raise import.limits.%s if the file is correct"
)

// heldBecause are the sentences that end with why an import was held.
var heldBecause = []string{
	"discarded by a user. It was held because: %s",
	"discarded by a user; its file was no longer in the folder held. It was held because: %s",
	"its file was submitted again, as import %s. It was held because: %s",
}

// catalogues hold the Swedish of all sentences: of rows and mappings, of files that cannot be read, of sidecars with mistakes.
var catalogues = []map[string]string{swedish, swedishSheet, swedishMapping, swedishUndo, swedishRows, swedishCSV}

func catalogue(format string) (sv string, ok bool) {
	if now := errorwords.Formerly[format]; now != "" { // stored by an older version
		format = now
	}
	for _, sentences := range catalogues {
		if sv, ok = sentences[format]; ok {
			return sv, true
		}
	}
	return "", false
}

// inSwedish returns the Swedish of a format, also of one that is put together of others.
func inSwedish(format string) string {
	if sv, ok := catalogue(format); ok {
		return sv
	}
	if first, rest, ok := strings.Cut(format, "\n"); ok { // ledger.Lines
		return inSwedish(first) + "\n" + inSwedish(rest)
	}
	for _, end := range []string{LeftOut, didItMean, raised, raisedFormerly} {
		if inner, ok := strings.CutSuffix(format, end); ok {
			sv, _ := catalogue(end)
			return inSwedish(inner) + sv
		}
	}
	for _, before := range heldBecause {
		if inner, ok := strings.CutPrefix(format, strings.TrimSuffix(before, "%s")); ok {
			sv, _ := catalogue(before)
			return strings.TrimSuffix(sv, "%s") + inSwedish(inner)
		}
	}
	if inner, ok := strings.CutPrefix(format, atPlace); ok {
		return atPlaceSv + inSwedish(inner)
	}
	if inner, ok := strings.CutPrefix(format, OfValue); ok {
		return OfValue + inSwedish(inner)
	}
	return format
}

// swedishQuotes writes what stands in quotes, one thing or several with commas between, with the quotes that Swedish has.
func swedishQuotes(arg string) string {
	var all []string
	for rest := arg; ; {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] != '"' {
			return arg
		}
		inner, err := strconv.Unquote(quoted)
		if err != nil {
			return arg
		}
		all = append(all, "”"+Plain(inner)+"”")
		more := rest[len(quoted):]
		if more == "" {
			return strings.Join(all, ", ")
		}
		if rest, _ = strings.CutPrefix(more, ", "); rest == more {
			return arg
		}
	}
}

// Quote puts what a person wrote into the quotes of a language.
func Quote(lang, s string) string {
	if lang == Swedish {
		return "”" + Plain(s) + "”"
	}
	return strconv.Quote(s)
}

// Word returns a word or a format of a report, a command or a page in a language.
func Word(lang, en string) string {
	if lang != Swedish {
		return en
	}
	if sv, ok := words[en]; ok {
		return sv
	}
	if sv, ok := commandWords[en]; ok {
		return sv
	}
	if sv, ok := errorwords.Formats[en]; ok {
		return sv
	}
	return en
}

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
		return cmp.Or(errorwords.System[text], text)
	}
	for _, cause := range causes {
		text = strings.Replace(text, cause.Error(), ErrorIn(lang, cause), 1)
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
		if _, is := arg.(error); is { // %w wraps it
			english[i] = arg
		} else {
			english[i] = argIn("en", arg)
		}
	}
	return &worded{format, args, fmt.Errorf(format, english...)}
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
