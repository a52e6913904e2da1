package xmlscan

import (
	"io"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/sheet/internal/cell"
)

// TestNormalizeRewritesOnlyWhatTheScannerCannotRead covers the forms in which programs write the root of a part.
func TestNormalizeRewritesOnlyWhatTheScannerCannotRead(t *testing.T) {
	const space = `xmlns="` + mainNamespace + `"`
	for _, tt := range []struct {
		name, text, want string
		rewritten        bool
	}{
		{"normal", `<a ` + space + `><b/></a>`, `<a ` + space + `><b/></a>`, false},
		{"no namespace", `<a/>`, `<a/>`, false},
		{"byte order mark and declaration", "\xef\xbb\xbf" + `<?xml version="1.0" encoding="UTF-8"?><a ` + space + `/>`, `<?xml version="1.0" encoding="UTF-8"?><a ` + space + `/>`, false},
		{"a second prefix", `<a ` + space + ` xmlns:x="` + mainNamespace + `"/>`, `<a ` + space + ` xmlns:x="` + mainNamespace + `"/>`, false},
		{"a prefix", `<x:a xmlns:x="` + mainNamespace + `"><x:b/></x:a>`, `<a><b></b></a>`, true},
		{"another namespace", `<x:a xmlns:x="` + mainNamespace + `" xmlns:y="urn:y"><y:b/></x:a>`, `<a><other:b></other:b></a>`, true},
		{"strict", `<a xmlns="` + strictNamespace + `"/>`, `<a></a>`, true},
		{"two prefixes", `<a ` + space + ` xmlns:x="` + mainNamespace + `" xmlns:y="` + mainNamespace + `"/>`, `<a></a>`, true},
		{"a comment", `<!-- by hand --><a/>`, `<a></a>`, true},
		{"ISO 8859-1", `<?xml version="1.0" encoding="ISO-8859-1"?><a b="` + "\xc5" + `"/>`, `<a b="Å"></a>`, true},
		{"UTF-16", "\xff\xfe<\x00a\x00/\x00>\x00", `<a></a>`, true},
	} {
		r, rewritten, err := Normalize(strings.NewReader(tt.text), cell.Limits{}.OrDefaults())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != tt.want || rewritten != tt.rewritten {
			t.Errorf("%s: %q, rewritten %t, %v; want %q, %t", tt.name, got, rewritten, err, tt.want, tt.rewritten)
		}
	}
}
