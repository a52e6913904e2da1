package filename

import (
	"slices"
	"strings"
	"testing"
)

func TestFamily(t *testing.T) {
	t.Parallel()
	for book, want := range map[string]string{
		"kunder_2026-11-29.xlsx": "kunder", "Kunder (3).xlsx": "kunder", "sub/KUNDER~2.csv": "kunder", "Åre gäster 4.xlsx": "åregäster",
		"2026-11.xlsx": "", `a/"x"\:*?<>|'y'.csv`: "xy", "a\x1b\u202eb.csv": "ab",
	} {
		if got := Family(book); got != want {
			t.Errorf("the family of %q is %q, want %q", book, got, want)
		}
	}
	if got := FamilyMappings("kunder_1.xlsx"); !slices.Equal(got, []string{"_default.kunder.mapping.yaml", "_default.kunder.mapping.yml"}) || !IsDefault(got[0]) || !IsDefault(got[1]) {
		t.Errorf("mappings of a family: %q", got)
	}
	if FamilyMappings("17.xlsx") != nil || FamilyMappings(strings.Repeat("å", 101)+".xlsx") != nil {
		t.Error("a name that cannot have one has a mapping of its family")
	}
	if IsDefault("_default.kunder.yaml") || IsDefault("kunder.mapping.yaml") {
		t.Error("a file that is no default counts as one")
	}
}
