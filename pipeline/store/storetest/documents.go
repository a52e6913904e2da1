package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"inlet.example/inlet/pipeline/store/engine"
)

var documents = []rule{
	{"a document is inserted once", func(s suite) {
		s.inserted(doc("a", "1"))
		again := doc("a", "2")
		again.Body = []byte(`{"other":true}`)
		if ok, err := s.Insert(s.Context(), engine.Journal, again); ok || err != nil {
			s.Fatalf("inserted again: %v, %v", ok, err)
		}
		s.loaded("a", version(doc("a", "1"), 1))
	}},
	{"a document begins at version 1 whatever it says", func(s suite) {
		s.inserted(version(doc("a", "1"), 7))
		s.loaded("a", version(doc("a", "1"), 1))
	}},
	{"tables are apart", func(s suite) {
		for _, table := range engine.Tables {
			if _, ok, err := s.Load(s.Context(), table, "a"); ok || err != nil {
				s.Fatalf("%s has a document before it is inserted: %v", table, err)
			}
			if ok, err := s.Insert(s.Context(), table, doc("a", "1")); !ok || err != nil {
				s.Fatalf("insert into %s: %v, %v", table, ok, err)
			}
		}
	}},
	{"a document there is none of is not loaded and not swapped", func(s suite) {
		if _, ok, err := s.Load(s.Context(), engine.Journal, "a"); ok || err != nil {
			s.Fatalf("loaded %v, %v", ok, err)
		}
		s.swapped(false, version(doc("a", "1"), 0))
		s.swapped(false, version(doc("a", "1"), 1))
		s.ranged(engine.Range{Limit: 10})
	}},
	{"deleting removes the documents that are named and no others, and they can be inserted again", func(s suite) {
		s.inserted(doc("a", "1"))
		s.inserted(doc("b", "2"))
		s.inserted(doc("c", "3"))
		for range 2 {
			if err := s.Delete(s.Context(), engine.Journal, []string{"a", "c", "d"}); err != nil {
				s.Fatal(err)
			}
			s.ranged(engine.Range{Limit: 10}, version(doc("b", "2"), 1))
		}
		if err := s.Delete(s.Context(), engine.Journal, nil); err != nil {
			s.Fatal(err)
		}
		s.inserted(doc("a", "1"))
		s.ranged(engine.Range{Limit: 10}, version(doc("a", "1"), 1), version(doc("b", "2"), 1))
	}},
	{"a swap at the right version replaces all of a document and counts on", func(s suite) {
		s.inserted(doc("a", "1"))
		changed := engine.Doc{ID: "a", Order: "2", Version: 1, Body: []byte(`{"n":2}`), Blob: []byte{0, 1}}
		s.swapped(true, changed)
		s.loaded("a", version(changed, 2))
		s.ranged(engine.Range{Limit: 10}, version(changed, 2))
		changed.Version, changed.Blob = 2, nil
		s.swapped(true, changed)
		s.loaded("a", version(changed, 3))
	}},
	{"a swap at another version changes nothing", func(s suite) {
		s.inserted(doc("a", "1"))
		s.swapped(false, version(doc("a", "2"), 2))
		s.swapped(false, version(doc("a", "2"), 0))
		s.loaded("a", version(doc("a", "1"), 1))
	}},
	{"of two that swap one version, one does", func(s suite) {
		s.inserted(doc("a", "1"))
		for v := int64(1); v <= 50; v++ {
			s.oneSwaps(version(doc("a", "1"), v))
		}
		s.loaded("a", version(doc("a", "1"), 51))
	}},
	{"of two that insert one document, one does", func(s suite) {
		for n := range 20 {
			d := doc(fmt.Sprint(n), fmt.Sprint(n))
			s.oneDoes(func() (bool, error) { return s.Insert(s.Context(), engine.Journal, d) })
		}
	}},
	{"documents are loaded together, and those that there are none of are left out", func(s suite) {
		s.inserted(doc("a", "1"))
		s.inserted(doc("b", "2"))
		s.inserted(doc("c", "3"))
		docs, err := s.LoadAll(s.Context(), engine.Journal, []string{"c", "a", "d"})
		slices.SortFunc(docs, func(a, b engine.Doc) int { return strings.Compare(a.ID, b.ID) })
		s.sameDocs([]engine.Doc{version(doc("a", "1"), 1), version(doc("c", "3"), 1)}, docs)
		if none, other := s.LoadAll(s.Context(), engine.Journal, nil); err != nil || other != nil || len(none) > 0 {
			s.Fatal(none, err, other)
		}
	}},
	{"documents are written together, up to the first of another version", func(s suite) {
		s.inserted(doc("a", "1"))
		s.inserted(doc("b", "2"))
		write := func(want int, docs ...engine.Doc) {
			s.Helper()
			if n, err := s.WriteAll(s.Context(), engine.Journal, docs); n != want || err != nil {
				s.Fatalf("wrote %d of %d, not %d: %v", n, len(docs), want, err)
			}
		}
		write(3, version(doc("a", "4"), 1), version(doc("c", "3"), 0), version(doc("b", "2"), 1))
		s.loaded("a", version(doc("a", "4"), 2))
		s.loaded("c", version(doc("c", "3"), 1))
		write(1, version(doc("b", "2"), 2), version(doc("a", "5"), 1), version(doc("c", "6"), 1))
		write(0, version(doc("a", "5"), 0), version(doc("d", "7"), 0))
		s.ranged(engine.Range{Limit: 10}, version(doc("b", "2"), 3), version(doc("c", "3"), 1), version(doc("a", "4"), 2))
		write(1, version(doc("e", "8"), 5)) // it was there and was deleted
		s.loaded("e", version(doc("e", "8"), 6))
	}},
	{"a body comes back equal in meaning", func(s suite) {
		for i, body := range bodies {
			d := engine.Doc{ID: fmt.Sprint(i), Order: fmt.Sprint(i), Body: []byte(body)}
			s.inserted(d)
			s.loaded(d.ID, version(d, 1))
		}
	}},
	{"a blob of 1 MB comes back whole", func(s suite) {
		d := doc("a", "1")
		d.Blob = bytes.Repeat([]byte{0, 1, 0xff, '"', '$', 0x80, '\n'}, 1<<20/7)
		s.inserted(d)
		s.loaded("a", version(d, 1))
		s.ranged(engine.Range{Limit: 10}, version(d, 1))
	}},
	{"a body of 1 MB comes back whole", func(s suite) {
		d := doc("a", "1")
		d.Body = []byte(`{"rows":[` + strings.Repeat(`{"å.$":[1,null,"x"]},`, 50_000) + `1]}`)
		s.inserted(d)
		s.loaded("a", version(d, 1))
	}},
}

var bodies = []string{
	`{}`,
	`{"a":{"b":{"c":[]}},"d":[[],{},[[1,[2]]],"x",null,true,false]}`,
	`{"text":"Åsa \"Ö\" \\ \n\t e\u0301 é 👩‍👩‍👧 \u2028 漢字","empty":"","blank":" "}`,
	`{"$set":{"$gt":""},"a.b":{"c.d":1},"$":"$","a..b":".",".":0,"_id":"mine","id":1,"order":2,"version":3}`,
	`{"ints":[0,1,-1,2147483648,9007199254740993,9223372036854775807,-9223372036854775808],"reals":[0.5,-0.1,1.25e300,2.5e-300]}`,
	`{"dates":"2026-03-04T05:06:07Z","wrapped":{"$date":"2026-03-04"},"oid":{"$oid":"0123456789abcdef01234567"},"n":{"$numberLong":"1"}}`,
	`{"list":[{"$ref":"x","$id":1},{"å":{"ö":[null]}}],"null":null}`,
}

// doc is a small document of the journal.
func doc(id, order string) engine.Doc {
	return engine.Doc{ID: id, Order: order, Body: []byte(`{"n":1}`)}
}

func version(d engine.Doc, v int64) engine.Doc {
	d.Version = v
	return d
}

func (s suite) inserted(d engine.Doc) {
	s.Helper()
	if ok, err := s.Insert(s.Context(), engine.Journal, d); !ok || err != nil {
		s.Fatalf("insert document %s: %v, %v", d.ID, ok, err)
	}
}

func (s suite) swapped(want bool, d engine.Doc) {
	s.Helper()
	if ok, err := s.Swap(s.Context(), engine.Journal, d); ok != want || err != nil {
		s.Fatalf("swap of document %s at version %d: %v, %v", d.ID, d.Version, ok, err)
	}
}

func (s suite) loaded(id string, want engine.Doc) {
	s.Helper()
	got, ok, err := s.Load(s.Context(), engine.Journal, id)
	if !ok || err != nil {
		s.Fatalf("load document %s: %v, %v", id, ok, err)
	}
	s.sameDocs([]engine.Doc{want}, []engine.Doc{got})
}

func (s suite) oneSwaps(d engine.Doc) {
	s.Helper()
	s.oneDoes(func() (bool, error) { return s.Swap(s.Context(), engine.Journal, d) })
}

// oneDoes calls do from two goroutines and wants one of them to have done it.
func (s suite) oneDoes(do func() (bool, error)) {
	s.Helper()
	var did [2]bool
	var errs [2]error
	var g sync.WaitGroup
	for i := range did {
		g.Go(func() { did[i], errs[i] = do() })
	}
	g.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		s.Fatal(err)
	}
	if did[0] == did[1] {
		s.Fatalf("both say %v", did[0])
	}
}
