package storetest

import (
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var copying = []rule{
	{"a dump has all of a record, in the order of creation, a page at a time", dumpsAll},
	{"a record from another database keeps its times", dumpsTimes},
}

func (s suite) dump(kind crm.Kind, page int) []engine.Dumped {
	s.Helper()
	var all []engine.Dumped
	for after := ""; ; {
		recs, next, err := s.Dump(s.Context(), kind, after, page)
		if err != nil {
			s.Fatal(err)
		}
		if len(recs) == 0 {
			return all
		}
		if len(recs) > page {
			s.Errorf("a page of %d has %d", page, len(recs))
		}
		all, after = append(all, recs...), next
	}
}

func dumpsAll(s suite) {
	var writes []engine.Write
	for i := range 7 {
		writes = append(writes, engine.Write{New: true, ID: fmt.Sprintf("%024x", 100-i), Seq: int64(1)<<36 + int64(i), Mark: int64(7 + i), Feed: crm.FeedKey(fmt.Sprint("feed", i)),
			Set: crm.Values{{Field: "name", Value: crm.TextValue(fmt.Sprint("n", i))}}, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	}
	if _, err := s.Write(s.Context(), crm.Account, writes); err != nil {
		s.Fatal(err)
	}
	for _, page := range []int{1, 3, 7, 100} {
		got := s.dump(crm.Account, page)
		if len(got) != len(writes) {
			s.Fatalf("pages of %d have %d records", page, len(got))
		}
		for i, d := range got {
			w := writes[i]
			if d.ID != w.ID || d.Seq != w.Seq || d.ChangeID != w.Mark || d.Feed != w.Feed || !d.Values.Equal(w.Set) || !d.Created.Equal(w.At) || !d.Modified.Equal(w.At) || len(d.Foreign) > 0 {
				s.Errorf("pages of %d: %+v is dumped as %+v", page, w, d)
			}
			if has := d.Native != nil; has != (s.Capabilities().Native != "") {
				s.Errorf("with its document: %v", has)
			}
		}
	}
}

func dumpsTimes(s suite) {
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	want := []engine.Times{{Created: day, Modified: day.Add(time.Hour)}, {Created: day, Modified: day.Add(2 * time.Hour)}, {}}
	writes := make([]engine.Write, len(want))
	for i := range want {
		writes[i] = engine.Write{New: true, ID: fmt.Sprintf("%024x", i+1), Seq: int64(i + 1), Mark: 1, Times: &want[i]}
	}
	if _, err := s.Write(s.Context(), crm.Account, writes); err != nil {
		s.Fatal(err)
	}
	for i, d := range s.dump(crm.Account, 10) {
		if !d.Created.Equal(want[i].Created) || !d.Modified.Equal(want[i].Modified) {
			s.Errorf("%+v is dumped as %+v", want[i], d.Times)
		}
	}
}
