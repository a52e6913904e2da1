package storetest

import (
	"sync/atomic"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var rekeying = []rule{
	{"an update keeps the hashes unless it brings others", func(s suite) {
		s.given(insert(1, 9, "one", 7, 8))
		s.given(rename(1, 9, 10, "one", "first"))
		s.finds([]int64{7}, account(1, 10, "first"))
		w := rename(1, 10, 11, "first", "last")
		w.Rekey, w.Hashes = true, []int64{8, 9}
		s.given(w)
		s.finds([]int64{7})
		s.finds([]int64{8}, account(1, 11, "last"))
		s.finds([]int64{9}, account(1, 11, "last"))
	}},
	{"an update can take all hashes away", func(s suite) {
		s.given(insert(1, 9, "one", 7, 8))
		w := rename(1, 9, 10, "one", "first")
		w.Rekey = true
		s.given(w)
		s.finds([]int64{7, 8})
	}},
	{"a refused update leaves the hashes", func(s suite) {
		s.given(insert(1, 9, "one", 7))
		w := rename(1, 8, 10, "one", "first")
		w.Rekey, w.Hashes = true, []int64{8}
		s.wrote(refused, w)
		s.finds([]int64{7}, account(1, 9, "one"))
		s.finds([]int64{8})
	}},
	{"rekeying changes the hashes and nothing else, whatever the mark", func(s suite) {
		s.given(insert(1, 9, "one", 7), insert(2, 10, "two", 8))
		s.rekey(keyed{id: id(1), hashes: []int64{17, 27}}, keyed{id: id(2), hashes: []int64{8, 18}})
		s.finds([]int64{7})
		s.finds([]int64{17}, account(1, 9, "one"))
		s.finds([]int64{27, 8}, account(1, 9, "one"), account(2, 10, "two"))
		s.finds([]int64{18}, account(2, 10, "two"))
	}},
	{"rekeying is repeated without harm", func(s suite) {
		s.given(insert(1, 9, "one", 7))
		for range 2 {
			s.rekey(keyed{id: id(1), hashes: []int64{8, 8, 9}})
		}
		s.finds([]int64{7})
		s.finds([]int64{8, 9}, account(1, 9, "one"))
	}},
	{"a record can be rekeyed to no hashes", func(s suite) {
		s.given(insert(1, 9, "one", 7))
		s.rekey(keyed{id: id(1)})
		s.finds([]int64{7})
		s.stored(account(1, 9, "one"))
	}},
	{"a hash that two records share goes from one and stays with the other", func(s suite) {
		s.given(insert(1, 9, "one", 7), insert(2, 9, "two", 7))
		s.rekey(keyed{id: id(1), hashes: []int64{8}}, keyed{id: id(2), hashes: []int64{7}})
		s.finds([]int64{7}, account(2, 9, "two"))
	}},
	{"a record keeps its feed key, whatever is written and however it is found", func(s suite) {
		w := insert(1, 9, "one", 7)
		w.Feed = "00112233445566778899aabbccddeeff"
		s.given(w, insert(2, 9, "two", 8))
		with := func(mark int64, name string) crm.Record {
			rec := account(1, mark, name)
			rec.Feed = w.Feed
			return rec
		}
		s.stored(with(9, "one"), account(2, 9, "two"))
		s.finds([]int64{7, 8}, with(9, "one"), account(2, 9, "two"))
		s.given(rename(1, 9, 10, "one", "first"))
		s.rekey(keyed{id: id(1), hashes: []int64{17}})
		s.finds([]int64{17}, with(10, "first"))
		s.byID([]string{id(1)}, with(10, "first"))
		s.given(remove(1, 10, "first"))
		s.given(insert(1, 11, "one", 7))
		s.finds([]int64{7}, account(1, 11, "one"))
	}},
	{"two thousand records are rekeyed at once", func(s suite) {
		writes, hashes, want := many(2000)
		s.given(writes...)
		all := make([]keyed, len(writes))
		for i, w := range writes {
			all[i] = keyed{id: w.ID, hashes: []int64{hashes[i] + 1}}
			hashes[i]++
		}
		s.rekey(all...)
		s.finds(hashes, want...)
	}},
}

// keyed is the ID of a record and the key hashes that it is to have.
type keyed struct {
	id     string
	hashes []int64
}

// rekey gives all records other key hashes, none to those that are not named.
func (s suite) rekey(all ...keyed) {
	s.Helper()
	hashes := map[string][]int64{}
	for _, k := range all {
		hashes[k.id] = k.hashes
	}
	generation := lastGeneration.Add(1)
	_, err := s.Refresh(s.Context(), crm.Account, engine.Refresh{Keying: engine.Keying{Generation: generation, Fields: []string{"name"}},
		Hashes: func(rec *crm.Record) []int64 { return hashes[rec.ID] }})
	if err != nil {
		s.Fatal(err)
	}
}

// lastGeneration is that of the last rekey: a record that has its keys by it would be left alone.
var lastGeneration atomic.Int64
