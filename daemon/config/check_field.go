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
	l.checkWords(key+".choices", f.Choices)
	l.checkWords(key+".aliases", f.Aliases)
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
