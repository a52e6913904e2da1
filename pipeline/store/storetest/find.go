package storetest

import (
	"math"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var finding = []rule{
	{"a record is found by each of its key hashes", func(s suite) {
		s.given(insert(1, 9, "one", 11, 12), insert(2, 9, "two", 21))
		s.finds([]int64{11}, account(1, 9, "one"))
		s.finds([]int64{12}, account(1, 9, "one"))
		s.finds([]int64{21, 12}, account(1, 9, "one"), account(2, 9, "two"))
	}},
	{"a record with several of the hashes is found once", func(s suite) {
		s.given(insert(1, 9, "one", 11, 12))
		s.finds([]int64{11, 12, 11}, account(1, 9, "one"))
	}},
	{"a hash that a write names twice is kept once", func(s suite) {
		s.given(insert(1, 9, "one", 11, 11))
		s.finds([]int64{11}, account(1, 9, "one"))
	}},
	{"records that share a hash are all found", func(s suite) {
		s.given(insert(1, 9, "one", 7), insert(2, 9, "two", 7))
		s.finds([]int64{7}, account(1, 9, "one"), account(2, 9, "two"))
	}},
	{"a hash that no record has finds none", func(s suite) {
		s.given(insert(1, 9, "one", 11))
		s.finds([]int64{12})
	}},
	{"no hashes find none", func(s suite) {
		s.given(insert(1, 9, "one", 11))
		s.finds(nil)
	}},
	{"a record without hashes is found by its ID alone", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.finds([]int64{0, 1})
		s.byID([]string{id(1)}, account(1, 9, "one"))
	}},
	{"a hash is any 64 bits", func(s suite) {
		hashes := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1 << 53, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64}
		for i, h := range hashes {
			s.given(insert(i+1, 9, "some", h))
		}
		for i, h := range hashes {
			s.finds([]int64{h}, account(i+1, 9, "some"))
		}
		s.finds([]int64{math.MaxInt64, math.MinInt64}, account(1, 9, "some"), account(len(hashes), 9, "some"))
	}},
	{"two thousand hashes are looked for at once", func(s suite) {
		writes, hashes, want := many(2000)
		s.given(writes...)
		s.finds(hashes, want...)
	}},
	{"a record is returned once for hashes far apart in a long list", func(s suite) {
		s.given(insert(1, 9, "one", 1, 4000), insert(2, 9, "two", 2500))
		hashes := make([]int64, 4000)
		for i := range hashes {
			hashes[i] = int64(i + 1)
		}
		s.finds(hashes, account(1, 9, "one"), account(2, 9, "two"))
	}},
	{"accounts and contacts do not see each other", func(s suite) {
		s.given(insert(1, 9, "account", 7))
		contact := insert(1, 9, "contact", 7)
		contact.ParentID = id(1)
		s.write(crm.Contact, contact)
		s.finds([]int64{7}, account(1, 9, "account"))
		want := []crm.Record{{Kind: crm.Contact, ID: id(1), ParentID: id(1), Seq: 1, ChangeID: 9, Values: named("contact")}}
		got, err := s.Find(s.Context(), crm.Contact, []int64{7})
		s.found(want, got, err)
		got, err = s.ByID(s.Context(), crm.Contact, []string{id(1)})
		s.found(want, got, err)
		got, err = s.Scan(s.Context(), crm.Contact, engine.Position{}, 10)
		s.same(want, got, err)
	}},
	{"IDs there are none of are passed over", func(s suite) {
		s.given(insert(1, 9, "one"), insert(2, 9, "two"), insert(3, 9, "three"))
		s.byID([]string{id(3), id(4), "", "'", id(1)}, account(1, 9, "one"), account(3, 9, "three"))
		s.byID([]string{id(4)})
		s.byID(nil)
	}},
	{"an ID that is asked for twice is returned once", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.byID([]string{id(1), id(1)}, account(1, 9, "one"))
	}},
	{"two thousand IDs are looked for at once", func(s suite) {
		writes, _, want := many(2000)
		s.given(writes...)
		ids := make([]string, len(writes))
		for i, w := range writes {
			ids[i] = w.ID
		}
		s.byID(ids, want...)
	}},
}

var scanning = []rule{
	{"records come in the order of creation, page by page", func(s suite) {
		writes, _, want := many(25)
		for i := range writes { // 7 and 25 have no common factor: all are written, none in its place
			s.given(writes[i*7%25])
		}
		var got []crm.Record
		after := engine.Position{}
		for _, n := range []int{10, 10, 5, 0} {
			page, err := s.Scan(s.Context(), crm.Account, after, 10)
			if err != nil || len(page) != n {
				s.Fatalf("a page behind %v has %d records and not %d: %v", after, len(page), n, err)
			}
			if n > 0 {
				after = engine.Position{Seq: page[n-1].Seq, ID: page[n-1].ID}
			}
			got = append(got, page...)
		}
		s.same(want, got, nil)
	}},
	{"a place need not be that of a record", func(s suite) {
		s.given(insert(3, 9, "three"), insert(5, 9, "five"))
		got, err := s.Scan(s.Context(), crm.Account, engine.Position{Seq: 4, ID: id(9)}, 10)
		s.same([]crm.Record{account(5, 9, "five")}, got, err)
		got, err = s.Scan(s.Context(), crm.Account, engine.Position{Seq: 5}, 10)
		s.same([]crm.Record{account(5, 9, "five")}, got, err)
		got, err = s.Scan(s.Context(), crm.Account, engine.Position{Seq: 5, ID: id(5)}, 10)
		s.same(nil, got, err)
	}},
	{"an update does not move a record", func(s suite) {
		s.given(insert(1, 9, "one"), insert(2, 9, "two"))
		s.given(rename(1, 9, 10, "one", "first"))
		s.stored(account(1, 10, "first"), account(2, 9, "two"))
	}},
	{"an empty store has no records", func(s suite) { s.stored() }},
	{"what inlet wrote is never stale", func(s suite) {
		by := engine.Keying{Generation: lastGeneration.Add(1), Fields: []string{"name"}}
		one, two := insert(1, 9, "one", 7), insert(2, 9, "two")
		one.Keying, two.Keying = &by, &by
		s.given(one, two)
		s.staleIs(by)
		w := rename(1, 9, 10, "one", "first")
		w.Rekey, w.Hashes, w.Keying, w.Keyed = true, []int64{8}, &by, crm.Values{{Field: "name", Value: crm.TextValue("first")}}
		s.given(w)
		s.staleIs(by)
	}},
}

// staleIs fails unless these accounts are the ones whose keys were not made as they would be now.
func (s suite) staleIs(by engine.Keying, want ...crm.Record) {
	s.Helper()
	var got []crm.Record
	err := s.Stale(s.Context(), crm.Account, engine.Refresh{Keying: by, Complete: true}, func(page []crm.Record) error {
		got = append(got, page...)
		return nil
	})
	s.found(want, got, err)
}

// many returns n inserts with one hash each, the hashes, and the records they make.
func many(n int) (writes []engine.Write, hashes []int64, want []crm.Record) {
	for i := 1; i <= n; i++ {
		hash := int64(uint64(i) * 0x9e3779b97f4a7c15) // far apart and of both signs, as real ones are
		writes = append(writes, insert(i, 9, "some", hash))
		hashes = append(hashes, hash)
		want = append(want, account(i, 9, "some"))
	}
	return writes, hashes, want
}

func (s suite) byID(ids []string, want ...crm.Record) {
	s.Helper()
	got, err := s.ByID(s.Context(), crm.Account, ids)
	s.found(want, got, err)
}
