package canon

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nearAtOnce is near in the order of its description, a whole text at a time.
func nearAtOnce(text string) string {
	words := strings.FieldsFunc(Text(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return slices.Contains(legalForms, word) })
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

// FuzzNear: the keys of records are stored, so that what a text is like must stay what it was.
func FuzzNear(f *testing.F) {
	for _, text := range []string{"", "AB", "Åkerlund & Söner AB", "The  Göteborg-Förening (publ)", "ÀÉÎõü ÿ ŁódŹ Ǖ", "Ελλάδα Ώ", "ที่ 5", "각 한국", "e\u0301a\u0323\u0302", "ﬁ ½ Ⅷ", "\xff x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := Fuzzy(Text(text)), nearAtOnce(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	})
}
