package storetest

import (
	"bytes"
	"encoding/json"
	"math/big"
	"reflect"
	"slices"

	gocmp "github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/store/engine"
)

var ranging = []rule{
	{"documents come by rising order, byte by byte", func(s suite) {
		orders := []string{"10", "2", "A", "a", "a/1", "b", "é", "\uffee", "😀"}
		s.ordered("😀", "b", "2", "10", "a/1", "A", "\uffee", "é", "a")
		s.orders(engine.Range{Limit: 100}, orders...)
		s.orders(engine.Range{Limit: 3}, orders[:3]...)
		s.orders(engine.Range{Limit: 2, After: "b"}, "é", "\uffee")
	}},
	{"down they come by falling order", func(s suite) {
		s.ordered("1", "2", "3", "4")
		s.orders(engine.Range{Limit: 100, Down: true}, "4", "3", "2", "1")
		s.orders(engine.Range{Limit: 2, Down: true}, "4", "3")
		s.orders(engine.Range{Limit: 2, Down: true, After: "3"}, "2", "1")
		s.orders(engine.Range{Limit: 2, Down: true, After: "1"})
	}},
	{"a prefix is the beginning of an order, and no pattern", func(s suite) {
		s.ordered("a", "a/1", "a/10", "a/2", "a0", "b/1", "A/1", "a.*", "a.*x", "axx", "%", "%1", "_1", "ä1", "ä2", "ö")
		s.orders(engine.Range{Limit: 100, Prefix: "a/"}, "a/1", "a/10", "a/2")
		s.orders(engine.Range{Limit: 100, Prefix: "a/", Down: true}, "a/2", "a/10", "a/1")
		s.orders(engine.Range{Limit: 100, Prefix: "a.*"}, "a.*", "a.*x")
		s.orders(engine.Range{Limit: 100, Prefix: "%"}, "%", "%1")
		s.orders(engine.Range{Limit: 100, Prefix: "_"}, "_1")
		s.orders(engine.Range{Limit: 100, Prefix: "ä"}, "ä1", "ä2")
		s.orders(engine.Range{Limit: 100, Prefix: "c"})
	}},
	{"prefix and after narrow together", func(s suite) {
		s.ordered("a1", "a2", "a3", "b1", "b2", "b3", "c1")
		s.orders(engine.Range{Limit: 100, Prefix: "b", After: "b1"}, "b2", "b3")
		s.orders(engine.Range{Limit: 1, Prefix: "b", After: "b1"}, "b2")
		s.orders(engine.Range{Limit: 100, Prefix: "b", After: "a2"}, "b1", "b2", "b3")
		s.orders(engine.Range{Limit: 100, Prefix: "b", After: "c"})
		s.orders(engine.Range{Limit: 100, Prefix: "b", After: "b3", Down: true}, "b2", "b1")
		s.orders(engine.Range{Limit: 100, Prefix: "b", After: "c", Down: true}, "b3", "b2", "b1")
		s.orders(engine.Range{Limit: 100, Prefix: "b", After: "a2", Down: true})
	}},
	{"until is the last that comes", func(s suite) {
		s.ordered("a1", "a2", "a3", "b1", "b2", "b3", "c1")
		s.orders(engine.Range{Limit: 100, Until: "a2"}, "a1", "a2")
		s.orders(engine.Range{Limit: 100, Until: "a25", After: "a1"}, "a2")
		s.orders(engine.Range{Limit: 100, Prefix: "b", Until: "b2"}, "b1", "b2")
		s.orders(engine.Range{Limit: 100, Prefix: "b", Until: "c"}, "b1", "b2", "b3")
		s.orders(engine.Range{Limit: 1, Until: "b3", After: "b1"}, "b2")
		s.orders(engine.Range{Limit: 100, Until: "a3", After: "a3"})
		s.orders(engine.Range{Limit: 100, Down: true, Until: "b3"}, "c1", "b3")
		s.orders(engine.Range{Limit: 100, Down: true, Until: "b2", After: "c1"}, "b3", "b2")
		s.orders(engine.Range{Limit: 100, Down: true, Prefix: "b", Until: "a2", After: "b3"}, "b2", "b1")
		s.orders(engine.Range{Limit: 100, Down: true, Prefix: "a", Until: "b2"})
	}},
	{"a prefix may end in the last character there is", func(s suite) {
		s.ordered("\U0010ffff", "\U0010ffff1", "\U0010fffe")
		s.orders(engine.Range{Limit: 100, Prefix: "\U0010ffff"}, "\U0010ffff", "\U0010ffff1")
	}},
	{"with tags only documents that have all of them come", func(s suite) {
		for order, tags := range map[string][]string{"1": {"a", "b"}, "2": {"b"}, "3": {"a", "å \"c\"", "b"}, "4": nil, "5": {"a"}} {
			d := doc(order, order)
			d.Tags = tags
			if ok, err := s.Insert(s.Context(), engine.Imports, d); !ok || err != nil {
				s.Fatal(ok, err)
			}
		}
		s.tagged(engine.Range{Limit: 9, Tags: []string{"a"}}, "1", "3", "5")
		s.tagged(engine.Range{Limit: 2, Tags: []string{"a"}, Down: true}, "5", "3")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"a", "b"}}, "1", "3")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"b", "a"}, Down: true, After: "3"}, "1")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"a", "b", "å \"c\""}, Prefix: "3"}, "3")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"a"}, After: "1"}, "3", "5")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"a"}, After: "1", Until: "3"}, "3")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"a", "b"}, Down: true, Until: "2"}, "3")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"c"}})
		s.tagged(engine.Range{Tags: []string{"a"}})
	}},
	{"tags are replaced with the document, come back with it and go with it", func(s suite) {
		d := doc("a", "1")
		d.Tags = []string{"x", "y"}
		if ok, err := s.Insert(s.Context(), engine.Imports, d); !ok || err != nil {
			s.Fatal(ok, err)
		}
		d.Version = 1
		if got, _, err := s.Load(s.Context(), engine.Imports, "a"); err != nil || !slices.Equal(got.Tags, d.Tags) {
			s.Fatal(got.Tags, err)
		}
		d.Order, d.Tags = "2", []string{"y", "z"}
		if ok, err := s.Swap(s.Context(), engine.Imports, d); !ok || err != nil {
			s.Fatal(ok, err)
		}
		s.tagged(engine.Range{Limit: 9, Tags: []string{"x"}})
		s.tagged(engine.Range{Limit: 9, Tags: []string{"y"}}, "2")
		d.Version, d.Tags = 2, []string{"x"}
		more := doc("b", "3")
		more.Tags = []string{"x"}
		if n, err := s.WriteAll(s.Context(), engine.Imports, []engine.Doc{d, more}); n != 2 || err != nil {
			s.Fatal(n, err)
		}
		s.tagged(engine.Range{Limit: 9, Tags: []string{"x"}}, "2", "3")
		s.tagged(engine.Range{Limit: 9, Tags: []string{"z"}})
		if err := s.Delete(s.Context(), engine.Imports, []string{"a"}); err != nil {
			s.Fatal(err)
		}
		s.tagged(engine.Range{Limit: 9, Tags: []string{"x"}}, "3")
	}},
	{"a range of no documents has none", func(s suite) {
		s.ordered("1", "2")
		s.orders(engine.Range{})
	}},
	{"an order that another document has is an error", func(s suite) {
		s.ordered("1")
		if _, err := s.Insert(s.Context(), engine.Journal, doc("other", "1")); err == nil {
			s.Fatal("two documents have one order")
		}
		s.orders(engine.Range{Limit: 10}, "1")
	}},
}

// ordered inserts a document for each order.
func (s suite) ordered(orders ...string) {
	s.Helper()
	for _, order := range orders {
		s.inserted(doc("id "+order, order))
	}
}

// orders wants the range to be documents with these orders.
func (s suite) orders(r engine.Range, want ...string) {
	s.Helper()
	docs := make([]engine.Doc, len(want))
	for i, order := range want {
		docs[i] = version(doc("id "+order, order), 1)
	}
	s.ranged(r, docs...)
}

func (s suite) ranged(r engine.Range, want ...engine.Doc) {
	s.Helper()
	got, err := s.Range(s.Context(), engine.Journal, r)
	if err != nil {
		s.Fatal(err)
	}
	if len(want) > 0 || len(got) > 0 {
		s.sameDocs(want, got)
	}
}

func (s suite) sameDocs(want, got []engine.Doc) {
	s.Helper()
	// Compared as a whole: a difference inside a body of 1 MB takes go-cmp a minute to describe.
	alike := func(a, b []byte) bool { return reflect.DeepEqual(meaning(s, a), meaning(s, b)) }
	opts := gocmp.Options{
		gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".Body" }, gocmp.Comparer(alike)),
		gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".Blob" }, gocmp.Comparer(bytes.Equal)),
	}
	if diff := gocmp.Diff(want, got, opts); diff != "" {
		s.Fatalf("documents (-want +got):\n%.2000s", diff)
	}
	for i := range want {
		if want[i].Blob == nil && got[i].Blob != nil {
			s.Fatalf("document %s had no blob and has one of %d bytes", want[i].ID, len(got[i].Blob))
		}
	}
}

// meaning is JSON with each number in one form: a database may write 1.0 where 1 was.
func meaning(s suite, body []byte) any {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		s.Fatalf("body %.200q: %v", body, err)
	}
	return plain(v)
}

func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		r, _ := new(big.Rat).SetString(v.String())
		return r.RatString()
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
		return v
	}
	return v
}

// tagged wants the imports of a range to have these orders.
func (s suite) tagged(r engine.Range, want ...string) {
	s.Helper()
	docs, err := s.Range(s.Context(), engine.Imports, r)
	if err != nil {
		s.Fatal(err)
	}
	var got []string
	for _, doc := range docs {
		got = append(got, doc.Order)
	}
	if !slices.Equal(got, want) {
		s.Fatalf("%+v selects %v, not %v", r, got, want)
	}
}
