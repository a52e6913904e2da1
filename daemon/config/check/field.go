package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
)

var (
	kinds      = strings.Join(config.KindNames[:], "|")
	FieldForm  = regexp.MustCompile(`^(` + kinds + `)\.custom\.[a-z][a-z0-9_]{0,62}$`)
	FieldTypes = []string{
		"text", "email", "url", "phone", "org_number", "postcode", "id", "integer", "decimal", "date", "datetime",
		"bool", "choice", "choices", "user",
	}
)

func checkFields(ck *Checker, fields []config.Field) {
	seen := map[string]string{}
	for i, f := range fields {
		key := fmt.Sprintf("fields[%d]", i)
		first, twice := seen[f.Field]
		switch {
		case !FieldForm.MatchString(f.Field):
			ck.Wrong(key+".field", "%q is not a custom field; write account.custom.x or contact.custom.x, with lower-case letters, digits and _ for x", f.Field)
		case twice:
			ck.Wrong(key+".field", "%s is already defined as %s; keep one", f.Field, first)
		default:
			seen[f.Field] = key
		}
		oneOf(ck, key+".type", f.Type, FieldTypes...)
		checkChoices(ck, key, f)
	}
}

func checkChoices(ck *Checker, key string, f config.Field) {
	if len(f.Choices) > 0 && f.Type != "choice" && f.Type != "choices" {
		ck.Wrong(key+".choices", "a field of type %s has no choices; write type: choice, or remove it", f.Type)
	}
	checkWords(ck, key+".aliases", f.Aliases)
	means := map[string]config.Choice{} // by each word in the form that cells are compared in
	for i, c := range f.Choices {
		at := fmt.Sprintf("%s.choices[%d]", key, i)
		checkValue(ck, at, c)
		checkWords(ck, at+".aliases", c.Aliases)
		for _, w := range wordsOf(ck, at, c) {
			checkMeans(ck, w, c, means)
		}
		for _, w := range wordsOf(ck, at, c) {
			if _, taken := means[w.folded]; !taken {
				means[w.folded] = c
			}
		}
	}
}

func checkValue(ck *Checker, key string, c config.Choice) {
	at, labelled := valueKey(ck, key)
	switch {
	case strings.TrimSpace(c.Value) != "":
	case !labelled && ck.IsSetBelow(key):
		ck.Wrong(key, "the value is missing; write what is stored, e.g. value: A")
	default:
		ck.Wrong(at, "is empty; write a text, or remove it")
	}
}

// valueKey is the key of a choice's value: its own, or that of the choice where the value stands alone.
func valueKey(ck *Checker, choice string) (key string, labelled bool) {
	if ck.isSet(choice + ".value") {
		return choice + ".value", true
	}
	return choice, false
}

// choiceWord is one word for a choice, and where it stands.
type choiceWord struct{ key, word, folded string }

func wordsOf(ck *Checker, key string, c config.Choice) []choiceWord {
	value, _ := valueKey(ck, key)
	words := []choiceWord{{key: value, word: c.Value}, {key: key + ".labels.sv", word: c.Labels.SV}, {key: key + ".labels.en", word: c.Labels.EN}}
	for i, alias := range c.Aliases {
		words = append(words, choiceWord{key: fmt.Sprintf("%s.aliases[%d]", key, i), word: alias})
	}
	for i, w := range words {
		words[i].folded = fold(strings.Join(strings.Fields(w.word), " "))
	}
	return words
}

// checkMeans wants a word of a choice to mean none before it.
func checkMeans(ck *Checker, w choiceWord, c config.Choice, means map[string]config.Choice) {
	other, taken := means[w.folded]
	switch {
	case w.folded == "" || !taken:
	case w.word == c.Value && other.Value == c.Value:
		ck.Wrong(w.key, "%q is listed twice; keep one", w.word)
	default:
		ck.Wrong(w.key, "%q already stands for the choice %s; remove it from one of them", w.word, other.Value)
	}
}

func checkWords(ck *Checker, key string, words []string) {
	for i, word := range words {
		switch at := fmt.Sprintf("%s[%d]", key, i); {
		case strings.TrimSpace(word) == "":
			ck.Wrong(at, "is empty; write a text, or remove it")
		case slices.Contains(words[:i], word):
			ck.Wrong(at, "%q is listed twice; keep one", word)
		}
	}
}
