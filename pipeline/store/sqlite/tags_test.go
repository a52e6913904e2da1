package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/store/engine"
)

// TestTaggedBothWays: the two ways to several tags lead to the same documents in the same order.
func TestTaggedBothWays(t *testing.T) {
	e := opened(t, filepath.Join(t.TempDir(), "inlet.db"))
	for n := range 60 {
		doc := engine.Doc{ID: fmt.Sprint(n), Order: engine.Order(int64(n)), Body: []byte(`{}`)}
		for tag, every := range map[string]int{"a": 2, "b": 3, "c": 5} {
			if n%every == 0 {
				doc.Tags = append(doc.Tags, tag)
			}
		}
		if ok, err := e.Insert(t.Context(), engine.Imports, doc); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	for _, c := range []struct {
		r    engine.Range
		want []string
	}{
		{engine.Range{Tags: []string{"a", "b"}, Limit: 3}, []string{"0", "6", "12"}},
		{engine.Range{Tags: []string{"a", "b"}, Limit: 3, Down: true}, []string{"54", "48", "42"}},
		{engine.Range{Tags: []string{"a", "b"}, Limit: 9, Down: true, After: engine.Order(20)}, []string{"18", "12", "6", "0"}},
		{engine.Range{Tags: []string{"c", "a", "b"}, Limit: 9, After: engine.Order(0)}, []string{"30"}},
		{engine.Range{Tags: []string{"c", "a"}, Limit: 9, Prefix: engine.Order(1)[:11] + "2"}, nil},
		{engine.Range{Tags: []string{"a", "d"}, Limit: 9}, nil},
	} {
		for _, isRare := range []bool{true, false} {
			query, args := taggedQuery(c.r.Tags, isRare, c.r)
			docs, err := e.listed(t.Context(), in(engine.Imports, query), args...)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, doc := range docs {
				got = append(got, doc.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v, rare %v: %v, not %v", c.r, isRare, got, c.want)
			}
		}
	}
}
