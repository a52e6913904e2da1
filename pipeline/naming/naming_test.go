package naming

import (
	"slices"
	"testing"
)

// TestWordsDiffer: two files beside one workbook never have one name, in any language.
func TestWordsDiffer(t *testing.T) {
	for _, lang := range []string{"en", "sv"} {
		words := In(lang)
		var all []string
		for _, word := range words.All() {
			all = append(all, *word)
		}
		slices.Sort(all)
		if len(slices.Compact(slices.Clone(all))) != len(all) || all[0] == "" {
			t.Errorf("%s: %q", lang, all)
		}
	}
	if In("sv") == In("en") {
		t.Error("both languages have the same words")
	}
}

func TestOr(t *testing.T) {
	got := Words{Rejected: "fel"}.Or(In("sv"))
	if got.Rejected != "fel" || got.Reason != "orsak" {
		t.Errorf("%+v", got)
	}
}

func TestRejectedStem(t *testing.T) {
	own := Words{Rejected: "fel"}.Or(In("sv"))
	for name, want := range map[string]struct {
		stem string
		n    int
	}{
		"kunder":             {"kunder", 0},
		"kunder.avvisade":    {"kunder", 1},
		"kunder.rejected":    {"kunder", 1},
		"kunder.rejected-2":  {"kunder", 2},
		"kunder.avvisade-12": {"kunder", 12},
		"kunder.fel-3":       {"kunder", 3},
		"kunder~2.avvisade":  {"kunder~2", 1},
		"kunder.avvisade.ny": {"kunder.avvisade.ny", 0},
		".avvisade":          {".avvisade", 0},
	} {
		if stem, n := own.RejectedStem(name); stem != want.stem || n != want.n {
			t.Errorf("%s is %q %d, want %q %d", name, stem, n, want.stem, want.n)
		}
	}
}

func TestNames(t *testing.T) {
	if got := Numbered("kunder", "avvisade", 1, ".xlsx"); got != "kunder.avvisade.xlsx" {
		t.Error(got)
	}
	if got := Numbered("kunder", "avvisade", 2, ".csv"); got != "kunder.avvisade-2.csv" {
		t.Error(got)
	}
	if got := Note("kunder.xlsx", "orsak"); got != "kunder.xlsx.orsak.txt" {
		t.Error(got)
	}
}
