package usage

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSwedishPlaces: a text in Swedish has the places and the names of values of the English one.
func TestSwedishPlaces(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	if len(texts()) < 100 {
		t.Fatalf("%d texts were read", len(texts()))
	}
	for en, sv := range texts() {
		if !slices.Equal(verbs.FindAllString(en, -1), verbs.FindAllString(sv, -1)) || strings.Count(en, "`") != strings.Count(sv, "`") || sv == "" {
			t.Errorf("%q has other places than %q", sv, en)
		}
	}
}

func TestIn(t *testing.T) {
	for want, got := range map[string]string{" eller ": In("sv", " or "), " or ": In("en", " or "), "Importera en arbetsbok nu": In("sv", "Import one\nworkbook  now"), "x y": In("sv", "x y")} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
