// Package sentence puts the words for a kind of record into a sentence about it.
package sentence

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

// About returns a sentence about a kind. The sentence has these where the words of the kind belong:
//
//	{kind} {a kind} {kinds} {parent}    an account, accounts
//	{in the parent}                     " in the account"; nothing for a kind without a parent
//	{required}                          the fields of which a record has at least one: "a name or an e-mail address"
//	{identifier} {an identifier}        the field that tells records of one name apart: "an org number"
func About(kind crm.Kind, sentence string) string { return words[kind.Number()].Replace(sentence) }

var words = func() (all [len(crm.Kinds)]*strings.Replacer) {
	for i, kind := range crm.Kinds {
		inParent := ""
		if parent := kind.Parent(); parent != "" {
			inParent = " in the " + string(parent)
		}
		_, identifier := kind.Identifier()
		all[i] = strings.NewReplacer("{kind}", string(kind), "{a kind}", article(string(kind)), "{kinds}", kind.Plural(), "{parent}", string(kind.Parent()),
			"{in the parent}", inParent, "{required}", kind.RequiredWords(), "{identifier}", identifier, "{an identifier}", article(identifier))
	}
	return all
}()

func article(noun string) string {
	if strings.Contains("aeiou", noun[:1]) {
		return "an " + noun
	}
	return "a " + noun
}
