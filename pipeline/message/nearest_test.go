package message

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"name", "name", 0},
		{"", "abc", 3},
		{"nmae", "name", 1},
		{"names", "name", 1},
		{"nome", "name", 1},
		{"företag", "foretag", 1},
		{"kund", "order", 5},
		{strings.Repeat("a", 65), strings.Repeat("a", 65), 0},
		{strings.Repeat("a", 65), "a", 64},
	} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := Distance(test.b, test.a); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"mode", "match", "columns", "defaults"}
	for word, want := range map[string]string{"mdoe": "mode", "colums": "columns", "MATCH": "match", "x": "", "column": "columns", "default": "defaults"} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
