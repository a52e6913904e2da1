package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Where returns a position as people write it: "Kunder!C17", "Kunder row 17".
func Where(r ledger.Ref, lang string) string {
	if lang == message.Swedish && r.Row > 0 && r.Column == "" {
		return message.Plain(strings.TrimSpace(r.Sheet + " rad " + strconv.Itoa(r.Row)))
	}
	return message.Plain(r.String())
}

// Kinds returns the word for several records of a kind.
func Kinds(kind crm.Kind, lang string) string {
	return message.Word(lang, kind.Plural())
}

// Heading returns the word for several records of a kind as the heading of a column.
func Heading(kind crm.Kind, lang string) string {
	return capital(Kinds(kind, lang))
}

// capital returns a text that begins with a capital.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Kind returns the word for one record of a kind.
func Kind(kind crm.Kind, lang string) string { return message.Word(lang, string(kind)) }
