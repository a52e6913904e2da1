package lint

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/crm/sentence"
)

// TestFindingsInSwedish has every sentence of a finding in the table, with as many verbs.
func TestFindingsInSwedish(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") || path == "swedish.go" {
			continue
		}
		for _, found := range regexp.MustCompile(`Say(?:Of\([\w.]+,\s*"([^"]+)"|Each\([\w.]+,\s*\[\.{3}\]string\{\s*"([^"]+)",\s*"([^"]+)"|\(\s*"([^"]+)")`).FindAllStringSubmatch(string(content), -1) {
			for _, format := range found[1:] {
				if format == "" {
					continue
				}
				for _, kind := range crm.Kinds {
					said++
					if format := sentence.About(kind, format); swedish[format] == "" {
						t.Errorf("%s: no Swedish for %q", path, format)
					}
				}
			}
		}
	}
	for en, sv := range swedish {
		if strings.Count(en, "%s") != strings.Count(sv, "%s") {
			t.Errorf("%q has other places than %q", sv, en)
		}
	}
	if said < 20 {
		t.Errorf("only %d sentences were found", said)
	}
}
