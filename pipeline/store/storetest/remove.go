package storetest

import (
	"fmt"
	"slices"

	gocmp "github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// remove is the write that takes away the account called name.
func remove(n int, expect int64, name string) engine.Write {
	return engine.Write{Remove: true, ID: id(n), Expect: expect, Mark: 99, Before: named(name), At: at}
}

var removing = []rule{
	{"a record that is removed is gone, and so are its keys", func(s suite) {
		s.given(insert(1, 9, "one", 7), insert(2, 9, "two", 7))
		s.wrote(written, remove(1, 9, "one"))
		s.stored(account(2, 9, "two"))
		s.finds([]int64{7}, account(2, 9, "two"))
		s.byID([]string{id(1)})
	}},
	{"a removal is repeated without harm", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(written, remove(1, 9, "one"))
		s.wrote(already, remove(1, 9, "one"))
	}},
	{"a removal of a record there is none of is already made", func(s suite) { s.wrote(already, remove(1, 9, "one")) }},
	{"a removal is refused where another mark stands", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, remove(1, 8, "one"))
		s.stored(account(1, 9, "one"))
	}},
	{"a removal is refused where a value is another, missing, or one more", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, remove(1, 9, "two"))
		w := remove(1, 9, "one")
		w.Before = texts("name", "one", "city", "Åre")
		s.wrote(refused, w)
		w.Before = nil
		s.wrote(refused, w)
		s.stored(account(1, 9, "one"))
	}},
	{"a record with values of every form is removed", func(s suite) {
		vs := append(texts("name", "one", "custom.level", "$x"), crm.Pair{Field: "employees", Value: crm.IntegerValue(7)},
			crm.Pair{Field: "active", Value: crm.BoolValue(false)}, crm.Pair{Field: "campaigns", Value: crm.ListValue("a", "b")},
			crm.Pair{Field: "since", Value: crm.DateValue(at)}, crm.Pair{Field: "custom.met", Value: crm.DateTimeValue(at)})
		s.given(engine.Write{New: true, ID: id(1), Seq: 1, Mark: 9, Set: vs, At: at})
		w := remove(1, 9, "one")
		w.Before = vs[1:]
		s.wrote(refused, w)
		w.Before = vs
		s.wrote(written, w)
	}},
	{"a record that lost its last own field is removed", func(s suite) {
		s.given(engine.Write{New: true, ID: id(1), Seq: 1, Mark: 9, Set: texts("name", "one", "custom.level", "x"), At: at})
		s.given(engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: texts("custom.level", "x"), Unset: []string{"custom.level"}, At: at})
		s.wrote(written, remove(1, 10, "one"))
	}},
	{"a contact is removed from the account it is in", func(s suite) {
		s.write(crm.Contact, engine.Write{New: true, ID: id(1), ParentID: id(7), Seq: 1, Mark: 9, At: at, Set: named("Bo")})
		w := remove(1, 9, "Bo")
		w.ParentID = id(7)
		if got := s.write(crm.Contact, w); got[0] != engine.Written {
			s.Errorf("result %v", got)
		}
	}},
	{"a record that was removed is made again in its old place", func(s suite) {
		s.given(insert(1, 9, "one", 7), insert(2, 9, "two"))
		s.given(remove(1, 9, "one"))
		s.given(insert(1, 11, "one", 7))
		s.stored(account(1, 11, "one"), account(2, 9, "two"))
		s.finds([]int64{7}, account(1, 11, "one"))
	}},
	{"each of the three ways to write has its own result", func(s suite) {
		s.given(insert(1, 9, "one"), insert(2, 9, "two"), insert(3, 9, "three"))
		s.wrote([]engine.Result{engine.Written, engine.Conflict, engine.Written, engine.Written},
			remove(1, 9, "one"), remove(2, 8, "two"), rename(3, 9, 10, "three", "third"), insert(4, 10, "four"))
		s.stored(account(2, 9, "two"), account(3, 10, "third"), account(4, 10, "four"))
	}},
	{"contacts are counted by their accounts", func(s suite) {
		for n, in := range []int{7, 7, 8, 9} {
			s.write(crm.Contact, engine.Write{New: true, ID: id(n + 1), ParentID: id(in), Seq: int64(n + 1), Mark: 9, At: at, Set: named(fmt.Sprint(n))})
		}
		for _, c := range []struct {
			of   []string
			want map[string]int
		}{{nil, map[string]int{}}, {[]string{id(7), id(8), id(6)}, map[string]int{id(7): 2, id(8): 1}}, {[]string{id(6)}, map[string]int{}}} {
			got, err := s.Children(s.Context(), crm.Contact, c.of)
			if err != nil {
				s.Fatal(err)
			}
			if diff := gocmp.Diff(c.want, got); diff != "" {
				s.Errorf("contacts of %v (-want +got):\n%s", c.of, diff)
			}
		}
		for _, c := range []struct {
			of          string
			limit, want int
		}{{id(7), 10, 2}, {id(7), 1, 1}, {id(8), 10, 1}, {id(6), 10, 0}, {id(7), 0, 0}} {
			got, err := s.ChildrenOf(s.Context(), crm.Contact, c.of, c.limit)
			if err != nil {
				s.Fatal(err)
			}
			if len(got) != c.want || slices.ContainsFunc(got, func(rec crm.Record) bool { return rec.ParentID != c.of }) {
				s.Errorf("contacts of %s, at most %d: %v, want %d", c.of, c.limit, got, c.want)
			}
		}
	}},
}
