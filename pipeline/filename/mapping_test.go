package filename

import (
	"slices"
	"strings"
	"testing"
)

func TestNearMapping(t *testing.T) {
	for name, book := range map[string]string{
		// the endings of the rule
		"kunder.yaml": "kunder.xlsx", "kunder.yml": "kunder.xlsx", "kunder.mapping": "kunder.xlsx", "kunder.mapping.yaml.txt": "kunder.xlsx",
		"kunder_mapping.yaml": "kunder.xlsx", "kunder-mapping.yaml": "kunder.xlsx", "kunder_mapping.yml": "kunder.xlsx", "kunder.mapping.yml.txt": "kunder.xlsx",
		// one letter
		"kunder.maping.yaml": "kunder.xlsx", "kunder.mapping.yam": "kunder.xlsx", "kunder.mappping.yaml": "kunder.xlsx", "kunder.napping.yaml": "kunder.xlsx",
		"kunder.mapipng.yaml": "kunder.xlsx", "kunder.mapping.yalm": "kunder.xlsx", "kundermapping.yaml": "kunder.xlsx", "kunder mapping.yaml": "kunder.xlsx",
		"kunder..mapping.yaml": "kunder.xlsx", "kunder.mapping,yaml": "kunder.xlsx", "kunder.mapping.yaml~": "kunder.xlsx", "kunder.mappingyaml": "kunder.xlsx",
		"kunder.maping.yml": "kunder.xlsx", "kunderm.apping.yaml": "kunder.xlsx",
		// the stem, folded
		"Kunder.mapping.yaml": "kunder.xlsx", "KUNDER.MAPPING.YAML": "kunder.xlsx", "kunder.Mapping.yaml": "kunder.xlsx", "kunder .mapping.yaml": "kunder.xlsx",
		"malmo\u0308.mapping.yaml": "malmö.xlsx", "kund lista.mapping.yaml": "kundlista.xlsx", "kund\u00a0lista.mapping.yml": "kund lista.csv",
		"MALMO\u0308.yaml": "malmö.xlsx", "STRASSE.yml": "straße.xlsx",
		// the long form
		"kunder.xlsx.yaml": "kunder.xlsx", "Kunder.xlsx.mapping.yaml": "kunder.xlsx", "kunder.XLSX.mapping.yml": "kunder.xlsx",
	} {
		if got := NearMapping(book, []string{"other.yaml", name, "README.txt"}); got != name {
			t.Errorf("%s beside %s: %q", name, book, got)
		}
		if !Misnamed(book, name) {
			t.Errorf("%s beside %s is taken for right", name, book)
		}
	}
	for name, book := range map[string]string{
		"kunder.mapping.yaml": "kunder.xlsx", "kunder.xlsx.mapping.yaml": "kunder.xlsx", "kunder.mapping.yml": "kunder.xlsx", "kunder.xlsx.mapping.yml": "kunder.xlsx",
		"kunder2.mapping.yaml": "kunder.xlsx", "kunder2mapping.yaml": "kunder.xlsx", "kunders.mapping.yml": "kunder.xlsx", "kunder.json": "kunder.xlsx",
		"kunder.maping.yam": "kunder.xlsx", "kund.mapping.yaml": "kunder.xlsx", "kunder.txt": "kunder.xlsx", "mapping.yaml": "kunder.xlsx", ".yaml": "kunder.xlsx",
		"malmo.yaml": "malmö.xlsx", "kunder.xlsx": "kunder.csv", "\xff.yaml": "\xfe.xlsx", "_default.mapping.yaml": "kunder.xlsx", "kunder.mapping.yaml.bak": "kunder.xlsx",
	} {
		if got := NearMapping(book, []string{name}); got != "" {
			t.Errorf("%s is near for %s", name, book)
		}
	}
	if got := NearMapping("kunder.xlsx", []string{"kunder.maping.yaml", "kunder.yaml", "Kunder.mapping.yaml", "kunder.yml"}); got != "Kunder.mapping.yaml" {
		t.Errorf("the nearest is %s", got)
	}
}

func TestNearDefault(t *testing.T) {
	for _, name := range []string{"_default.yaml", "_default.maping.yaml", "_Default.mapping.yaml", "_default_mapping.yaml", "_default.mapping"} {
		if got := NearDefault([]string{name}); got != name {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{"_default.mapping.yaml", "_default.mapping.yml", "default.yaml", "_default2.mapping.yaml"} {
		if got := NearDefault([]string{name}); got != "" {
			t.Errorf("%s is near", name)
		}
	}
}

// What is kept beside a workbook under a number is near its workbook again, and is not right.
func TestKeptAs(t *testing.T) {
	for near, want := range map[string]string{
		"kunder.yaml": "kunder~2.yaml", "Kunder.mapping.yaml": "Kunder~2.mapping.yaml", "kunder_mapping.yaml": "kunder~2_mapping.yaml",
		"kunder.maping.yaml": "kunder~2.maping.yaml", "kunder.xlsx.yaml": "", "_default.yaml": "kunder~2_mapping.yaml", "_Default.mapping.yaml": "kunder~2_mapping.yaml",
	} {
		name, stem := KeptAs("kunder.xlsx", near)
		if want == "" {
			want = strings.Replace(near, stem, stem+"~2", 1)
			if want != "kunder.xlsx~2.yaml" {
				t.Errorf("%s: %s", near, want)
			}
			continue
		}
		numbered := stem + "~2" + strings.TrimPrefix(name, stem)
		if numbered != want || NearMapping("kunder~2.xlsx", []string{numbered}) == "" {
			t.Errorf("%s is kept as %s", near, numbered)
		}
	}
}

func TestCopyOf(t *testing.T) {
	for name, original := range map[string]string{
		"kunder.sync-conflict-20261129-101500-ABCDEFG.xlsx":     "kunder.xlsx",
		"KUNDER.SYNC-CONFLICT-20261129-101500-ABCDEFG.XLSX":     "KUNDER.XLSX",
		"kunder.sync-conflict-20261129-101500-ABCDEFG (1).xlsx": "kunder.xlsx",
		"kunder (Annas conflicted copy 2026-11-29).xlsx":        "kunder.xlsx",
		"kunder (conflicted copy 2026-11-29 101500).csv":        "kunder.csv",
		"kunder (Anna's Conflicted Copy).xlsx":                  "kunder.xlsx",
		"kunder_conflict-20261129-101500.xlsx":                  "kunder.xlsx",
		"kund lista_Conflict-20261129-1.xlsx":                   "kund lista.xlsx",
	} {
		if got, certain := CopyOf(name); !certain || !slices.Equal(got, []string{original}) {
			t.Errorf("%s: %q, %v", name, got, certain)
		}
	}
	for name, originals := range map[string][]string{
		"kunder-DESKTOP-4F2A.xlsx": {"kunder.xlsx"}, "kunder-laptop-anna.xlsx": {"kunder.xlsx"}, "kunder-DESKTOP-4F2A-2.xlsx": {"kunder.xlsx"},
		"a-b-DESKTOP-1-LAPTOP-2.csv": {"a-b.csv", "a-b-DESKTOP-1.csv"},
	} {
		if got, certain := CopyOf(name); certain || !slices.Equal(got, originals) {
			t.Errorf("%s: %q, %v", name, got, certain)
		}
	}
	for _, name := range []string{
		"kunder.xlsx", "kunder (1).xlsx", "kunder - kopia.xlsx", "kunder (2) copy.xlsx", "rapport-DESKTOP.xlsx", "DESKTOP-4F2A.xlsx", "-DESKTOP-4F2A.xlsx",
		"kunder~2.xlsx", "conflict-20261129-1.xlsx", "kunder_conflict-1-2.xlsx", "kunder_conflict-20261399-1.xlsx", "kunder.sync-conflict.xlsx",
		"kunder(conflicted copy).xlsx", "conflicted copy.xlsx", "kunder conflicted copy.xlsx", "desktop-kunder.xlsx", "kunder_DESKTOP-1.xlsx",
		"kunder.rejected.xlsx", "kunder-2026-11-29.xlsx",
	} {
		if got, certain := CopyOf(name); certain || len(got) > 0 {
			t.Errorf("%s is a copy of %q", name, got)
		}
	}
}

func TestOwnerFiles(t *testing.T) {
	for owner, books := range map[string]struct{ open, not []string }{
		"~$kunder.xlsx":          {[]string{"kunder.xlsx", "Kunder.XLSX"}, []string{"kunder.csv", "nder.csv"}},
		"~$ndlista.xlsx":         {[]string{"kundlista.xlsx", "ndlista.xlsx"}, []string{"ista.xlsx", "lista.xlsx"}},
		".~lock.kunder.csv#":     {[]string{"kunder.csv"}, []string{"kunder.xlsx"}},
		".~lock.kundlista.xlsx#": {[]string{"kundlista.xlsx"}, []string{"xxkundlista.xlsx"}},
		".~kunder.xlsx":          {[]string{"kunder.xlsx"}, []string{"xxkunder.xlsx"}},
		"~$malmo\u0308.xlsx":     {[]string{"malmö.xlsx"}, []string{"malmo.xlsx"}},
		"kunder.xlsx":            {nil, []string{"kunder.xlsx"}},
		".~lock.kunder.xlsx":     {nil, []string{"kunder.xlsx"}},
	} {
		says := func(book string) bool {
			of, mayBeCut := Opened(owner)
			whole, cut := OwnedAs(book)
			return of != "" && (of == whole || mayBeCut && of == cut)
		}
		for _, book := range books.open {
			if !says(book) {
				t.Errorf("%s does not say that %s is open", owner, book)
			}
		}
		for _, book := range books.not {
			if says(book) {
				t.Errorf("%s says that %s is open", owner, book)
			}
		}
	}
}
