// Package sentence puts the words for a kind of record into a sentence about it.
package sentence

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

// About returns a sentence about a kind. The sentence has {kind}, {a kind}, {kinds} and {parent} where those words belong.
func About(kind crm.Kind, sentence string) string { return words[kind.Number()].Replace(sentence) }

var words = func() (all [len(crm.Kinds)]*strings.Replacer) {
	for i, kind := range crm.Kinds {
		article := "a "
		if strings.Contains("aeiou", string(kind[:1])) {
			article = "an "
		}
		all[i] = strings.NewReplacer("{kind}", string(kind), "{a kind}", article+string(kind), "{kinds}", kind.Plural(), "{parent}", string(kind.Parent()))
	}
	return all
}()
