package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	fieldName  = regexp.MustCompile(`^(account|contact)\.custom\.[a-z][a-z0-9_]{0,62}$`)
	fieldTypes = []string{
		"text", "email", "url", "phone", "org_number", "postcode", "id", "integer", "decimal", "date", "datetime",
		"bool", "choice", "choices", "user",
	}
)

func (l *loading) checkFields(fields []Field) {
	seen := map[string]string{}
	for i, f := range fields {
		key := fmt.Sprintf("fields[%d]", i)
		first, twice := seen[f.Field]
		switch {
		case !fieldName.MatchString(f.Field):
			l.wrong(key+".field", "%q is no custom field; write account.custom.x or contact.custom.x, x in small letters, digits and _", f.Field)
		case twice:
			l.wrong(key+".field", "%s is %s already; keep one", f.Field, first)
		default:
			seen[f.Field] = key
		}
		l.oneOf(key+".type", f.Type, fieldTypes...)
		l.checkChoices(key, f)
	}
}

func (l *loading) checkChoices(key string, f Field) {
	if len(f.Choices) > 0 && f.Type != "choice" && f.Type != "choices" {
		l.wrong(key+".choices", "a field of type %s has none; write type: choice", f.Type)
	}
	l.checkWords(key+".aliases", f.Aliases)
	means := map[string]Choice{} // by each word in the form that cells are compared in
	for i, c := range f.Choices {
		at := fmt.Sprintf("%s.choices[%d]", key, i)
		l.checkValue(at, c)
		l.checkWords(at+".aliases", c.Aliases)
		for _, w := range l.wordsOf(at, c) {
			l.checkMeans(w, c, means)
		}
		for _, w := range l.wordsOf(at, c) {
			if _, taken := means[w.folded]; !taken {
				means[w.folded] = c
			}
		}
	}
}

func (l *loading) checkValue(key string, c Choice) {
	at, labelled := l.valueKey(key)
	switch {
	case strings.TrimSpace(c.Value) != "":
	case !labelled && l.standsIn(key):
		l.wrong(key, "has no value; write what is stored, e.g. value: A")
	default:
		l.wrong(at, "is empty; write a word or remove it")
	}
}

// valueKey is the key of a choice's value: its own, or that of the choice where the value stands alone.
func (l *loading) valueKey(choice string) (key string, labelled bool) {
	if _, labelled := l.places[choice+".value"]; labelled {
		return choice + ".value", true
	}
	return choice, false
}

// spoken is one word for a choice, and where it stands.
type spoken struct{ key, word, folded string }

func (l *loading) wordsOf(key string, c Choice) []spoken {
	value, _ := l.valueKey(key)
	words := []spoken{{key: value, word: c.Value}, {key: key + ".labels.sv", word: c.Labels.SV}, {key: key + ".labels.en", word: c.Labels.EN}}
	for i, alias := range c.Aliases {
		words = append(words, spoken{key: fmt.Sprintf("%s.aliases[%d]", key, i), word: alias})
	}
	for i, w := range words {
		words[i].folded = fold(strings.Join(strings.Fields(w.word), " "))
	}
	return words
}

// checkMeans wants a word of a choice to mean none before it.
func (l *loading) checkMeans(w spoken, c Choice, means map[string]Choice) {
	other, taken := means[w.folded]
	switch {
	case w.folded == "" || !taken:
	case w.word == c.Value && other.Value == c.Value:
		l.wrong(w.key, "%q is here twice; keep one", w.word)
	default:
		l.wrong(w.key, "%q means the choice %s already; leave the word to one of them", w.word, other.Value)
	}
}

func (l *loading) checkWords(key string, words []string) {
	for i, word := range words {
		switch at := fmt.Sprintf("%s[%d]", key, i); {
		case strings.TrimSpace(word) == "":
			l.wrong(at, "is empty; write a word or remove it")
		case slices.Contains(words[:i], word):
			l.wrong(at, "%q is here twice; keep one", word)
		}
	}
}
