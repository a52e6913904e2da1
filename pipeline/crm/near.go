package crm

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// legalForms are what companies have behind or before their name, and people leave out or write in another way.
var legalForms = []string{"ab", "aktiebolag", "aktiebolaget", "publ", "hb", "handelsbolag", "kb", "kommanditbolag", "ekonomisk", "förening", "as", "asa",
	"aps", "oy", "oyj", "gmbh", "ag", "kg", "ltd", "limited", "inc", "incorporated", "llc", "plc", "bv", "nv", "sa", "co", "corp", "the"}

// near returns a text in the form in which two are almost the same: no accents, signs, spaces or legal form. It is for warnings only: to
// every other rule å is not a.
func near(v Value) string {
	words := strings.FieldsFunc(canonicalText(v.String()), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var kept []string
	for _, word := range words {
		if !slices.Contains(legalForms, word) {
			kept = append(kept, word)
		}
	}
	if len(kept) == 0 {
		kept = words
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.Join(kept, "")))
}
