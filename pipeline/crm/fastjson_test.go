package crm

import (
	"slices"
	"testing"
)

// FuzzDecode holds the quick reader against encoding/json: what it does not call odd, the other reads in the same way.
func FuzzDecode(f *testing.F) {
	for _, doc := range []string{`{}`, `{"name":"Åsa AB","revenue":{"$dec":"12.5"},"employees":-7,"active":true,"since":{"$date":"2024-02-29"}}`,
		`{"a":"\u0041"}`, `{"a":01}`, `{"a":-}`, `{"a":1.5}`, `{"a":["x"]}`, `{"a":null}`, ` {"a":false}`, `{"a":{"$dec":"1e3"}}`, `{"a":"x"`, `{"a":"x",}`,
		`{"a":{"$dec":"1","$date":"2024-01-01"}}`, "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", `{"a":"x"}}`, `{"a":truex}`, `{"a":12345678901234567890}`} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		var vs, slow Values
		if err := vs.Decode(doc); err != nil {
			return
		}
		if err := slow.decodeSlowly(doc); err != nil || !slices.Equal(vs, slow) {
			t.Errorf("%q is read as %v, by encoding/json as %v, %v", doc, vs, slow, err)
		}
	})
}

func TestDecodeIsQuick(t *testing.T) {
	for doc, quick := range map[string]bool{`{}`: true, `{"a":"x","b":{"$dec":"1.5"},"c":12,"d":false,"e":{"$date":"2024-02-29"}}`: true,
		`{"a":"\"x"}`: false, `{"a":["x","y"]}`: false, `{"a":{"$time":"2024-02-29T12:00:00Z"}}`: false} {
		r := reader{left: doc}
		var vs Values
		if r.values(&vs); r.odd == quick {
			t.Errorf("%s: odd is %v", doc, r.odd)
		}
		if err := vs.Decode(doc); err != nil || string(vs.AppendJSON(nil)) != doc {
			t.Errorf("%s came back as %s, %v", doc, vs.AppendJSON(nil), err)
		}
	}
}
