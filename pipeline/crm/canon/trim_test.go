package canon

import (
	"strings"
	"testing"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// trimAtOnce is Trim in the order of its description.
func trimAtOnce(text string) string {
	kept := strings.Map(func(r rune) rune {
		if unwanted(r) {
			return -1
		}
		return r
	}, strings.TrimFunc(text, Blank))
	if len(kept) == len(text) {
		return text // Map replaces invalid UTF-8
	}
	return strings.TrimFunc(kept, Blank)
}

// FuzzTrim holds what is seen from the bytes of a text against what its runes say.
func FuzzTrim(f *testing.F) {
	for _, text := range []string{"", " ", "Åre", "örn\u00a0", "\u00a0å", "\xc3 ", "\xc3", "a\x85", "\u0085b", "a\u2003", "\u200bB", "x\x00y", "x\x7f", "\x7f", "\ta\n", "é\xbf", "\xc2\xa0", "ÿ", "'=x", "\u200e' -", "a\u00adb", "\u2060 x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Trim(text)
		if want := trimAtOnce(text); got != want && strings.ToValidUTF8(text, "") == text {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if again := Trim(got); again != got {
			t.Errorf("%q: %q is trimmed once more to %q", text, got, again)
		}
		seen := trimAtOnce(strings.Map(dropInvisible, got))
		if rest, ok := strings.CutPrefix(seen, "'"); ok && Formula(rest) {
			seen = rest
		}
		want := norm.NFC.String(cases.Fold().String(strings.Join(strings.FieldsFunc(norm.NFC.String(seen), Blank), " ")))
		if lower := Text(text); lower != want && strings.ToValidUTF8(text, "") == text {
			t.Errorf("%q: %q, want %q", text, lower, want)
		}
	})
}
