package storetest

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

func termed(n int, terms ...string) engine.Termed {
	return engine.Termed{ID: id(n), Terms: terms, From: named("x")}
}

var searching = []rule{
	{"records are found by the beginning of a term, each once", func(s suite) {
		s.given(insert(1, 1, "a"), insert(2, 2, "b"), insert(3, 3, "c"))
		s.terms(termed(1, "anna", "annasson", "å.b"), termed(2, "ann"), termed(3, "bo", "anna@x.se", "+4670"))
		s.begins("anna", 1, 3)
		s.begins("ann", 1, 2, 3)
		s.begins("annas", 1)
		s.begins("b", 3)
		s.begins("nna")
		s.begins("a.", 0)
		s.begins("å.", 1)
		s.begins("+46", 3)
		s.begins("anna@", 3)
		s.begins("ANNA")
	}},
	{"other terms replace those that there were", func(s suite) {
		s.given(insert(1, 1, "a"), insert(2, 2, "b"))
		for range 2 {
			s.terms(termed(1, "old", "both"), termed(2, "old"))
			s.terms(termed(1, "new", "both"))
			s.begins("old", 2)
			s.begins("new", 1)
			s.begins("both", 1)
		}
		s.terms(termed(1), termed(2))
		s.begins("")
	}},
	{"a record that is gone is not found, and has no terms when it is there again", func(s suite) {
		s.begins("")
		s.given(insert(1, 1, "a"))
		s.terms(termed(1, "x"), termed(9, "x"))
		s.begins("x", 1)
		s.begins("", 1)
		s.given(engine.Write{Remove: true, ID: id(1), Expect: 1, Mark: 2, Before: named("a"), At: at})
		s.begins("x")
		s.terms(termed(1, "x"))
		s.given(insert(1, 3, "a"))
		s.begins("x")
		s.terms(termed(1, "y"))
		s.begins("y", 1)
	}},
	{"an update leaves the terms as they are, and a removal is not hindered by them", func(s suite) {
		s.given(insert(1, 1, "a"))
		s.terms(termed(1, "x"))
		s.given(rename(1, 1, 2, "a", "b"))
		s.begins("x", 1)
		s.given(engine.Write{Remove: true, ID: id(1), Expect: 2, Mark: 3, Before: named("b"), At: at})
		s.stored()
	}},
	{"no more than so many are returned, and it is said whether these are all", func(s suite) {
		var writes []engine.Write
		var terms []engine.Termed
		for n := range 20 {
			writes, terms = append(writes, insert(n+1, int64(n+1), "a")), append(terms, termed(n+1, "x"))
		}
		s.given(writes...)
		s.terms(terms...)
		for limit, all := range map[int]bool{5: false, 19: false, 20: true, 21: true} {
			recs, is, err := s.ByTerm(s.Context(), crm.Account, "x", limit)
			if err != nil || len(recs) != min(limit, 20) || is != all {
				s.Errorf("of 20, %d at most: %d, all %v, %v", limit, len(recs), is, err)
			}
		}
	}},
	{"kinds are apart", func(s suite) {
		s.given(insert(1, 1, "a"))
		s.terms(termed(1, "x"))
		if recs, _, err := s.ByTerm(s.Context(), crm.Contact, "x", 9); len(recs) > 0 || err != nil {
			s.Fatal(recs, err)
		}
	}},
}

func (s suite) terms(all ...engine.Termed) {
	s.Helper()
	if err := s.SetTerms(s.Context(), crm.Account, all); err != nil {
		s.Fatal(err)
	}
}

// begins wants these accounts to have a term that begins so.
func (s suite) begins(text string, want ...int) {
	s.Helper()
	recs, all, err := s.ByTerm(s.Context(), crm.Account, text, 100)
	if err != nil || !all {
		s.Fatal(all, err)
	}
	var ids, wanted []string
	for _, rec := range recs {
		ids = append(ids, rec.ID)
	}
	for _, n := range want {
		if n > 0 {
			wanted = append(wanted, id(n))
		}
	}
	if slices.Sort(ids); !slices.Equal(ids, wanted) {
		s.Fatalf("%q finds %v, not %v", text, ids, wanted)
	}
}
