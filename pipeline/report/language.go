package report

import (
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

const svenska = "sv" // any other language is English, and so is what has no Swedish

// In says a sentence in a language, sv or en.
func In(lang string, t ledger.Text) string {
	if lang != svenska {
		return t.String()
	}
	args := make([]string, len(t.Args))
	for i, arg := range t.Args {
		args[i] = swedishQuotes(arg)
	}
	return ledger.Text{Format: t.Format, Args: args}.As(inSwedish(t.Format))
}

// What stands before a sentence, or behind it.
const (
	ofValue   = "%s: "                     // Text.Of
	atPlace   = "%s, line %s, column %s: " // Text.At
	atPlaceSv = "%s, rad %s, kolumn %s: "  // the same in Swedish
	leftOut   = "; the cell was left out"  // of a dropped cell
	didItMean = "; did you mean %s?"       // of a word that nobody knows
	raised    = "; an admin can raise import.limits.%s if the file is right"
)

// catalogues hold the Swedish of all sentences: of rows and mappings, of files that cannot be read, of sidecars with mistakes.
var catalogues = []map[string]string{swedish, swedishSheet, swedishMapping, swedishUndo, swedishRows, swedishXLSX, swedishReport, swedishKeys, swedishCells, swedishHouse, swedishFeed, swedishCSV, swedishArrive, swedishStore}

func catalogue(format string) (sv string, ok bool) {
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
	for _, end := range []string{leftOut, didItMean, raised} {
		if inner, ok := strings.CutSuffix(format, end); ok {
			sv, _ := catalogue(end)
			return inSwedish(inner) + sv
		}
	}
	if inner, ok := strings.CutPrefix(format, atPlace); ok {
		return atPlaceSv + inSwedish(inner)
	}
	if inner, ok := strings.CutPrefix(format, ofValue); ok {
		return ofValue + inSwedish(inner)
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
		all = append(all, "”"+plain(inner)+"”")
		more := rest[len(quoted):]
		if more == "" {
			return strings.Join(all, ", ")
		}
		if rest, _ = strings.CutPrefix(more, ", "); rest == more {
			return arg
		}
	}
}

// quote puts what a person wrote into the quotes of a language.
func quote(lang, s string) string {
	if lang == svenska {
		return "”" + plain(s) + "”"
	}
	return strconv.Quote(s)
}

// word returns what this package itself says, a word or a format, in a language.
func word(lang, en string) string {
	if sv, ok := words[en]; ok && lang == svenska {
		return sv
	}
	return en
}

// Word is word for those who speak beside this package: the commands, and the plan that is kept with a held workbook.
func Word(lang, en string) string { return word(lang, en) }

// Where returns a place as people write it: "Kunder!C17", "Kunder row 17".
func Where(r ledger.Ref, lang string) string {
	if lang == svenska && r.Row > 0 && r.Column == "" {
		return plain(strings.TrimSpace(r.Sheet + " rad " + strconv.Itoa(r.Row)))
	}
	return plain(r.String())
}

// Kinds returns the word for the records of a kind.
func Kinds(kind crm.Kind, lang string) string {
	if kind == crm.Contact {
		return word(lang, "contacts")
	}
	return word(lang, "accounts")
}

// Kind returns the word for a record of a kind.
func Kind(kind crm.Kind, lang string) string { return one(kind, lang) }

func one(kind crm.Kind, lang string) string {
	if kind == crm.Contact {
		return word(lang, "contact")
	}
	return word(lang, "account")
}
