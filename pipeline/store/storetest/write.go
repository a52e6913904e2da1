package storetest

import (
	"errors"
	"sync"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var (
	written = []engine.Result{engine.Written}
	already = []engine.Result{engine.Already}
	refused = []engine.Result{engine.Conflict}
)

var inserting = []rule{
	{"a new record has what the write says", func(s suite) {
		s.wrote(written, insert(1, 9, "one"))
		s.stored(account(1, 9, "one"))
	}},
	{"a new record is repeated without harm", func(s suite) {
		s.wrote(written, insert(1, 9, "one", 7))
		s.wrote(already, insert(1, 9, "one", 7))
		s.stored(account(1, 9, "one"))
		s.finds([]int64{7}, account(1, 9, "one"))
	}},
	{"a new record is refused where another mark has its ID", func(s suite) {
		s.given(insert(1, 9, "one", 7))
		w := insert(1, 10, "another", 8)
		w.Seq = 2
		s.wrote(refused, w)
		s.stored(account(1, 9, "one"))
		s.finds([]int64{8})
	}},
	{"a new record is refused once its first version is written over", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.given(rename(1, 9, 10, "one", "first"))
		s.wrote(refused, insert(1, 9, "one"))
		s.stored(account(1, 10, "first"))
	}},
	{"a record may have no values", func(s suite) {
		s.given(engine.Write{New: true, ID: id(1), Seq: 1, Mark: 9, At: at})
		s.stored(crm.Record{Kind: crm.Account, ID: id(1), Seq: 1, ChangeID: 9})
	}},
	{"of very many, just those are refused whose record is not as expected", func(s suite) {
		const many = 1500
		var there, writes []engine.Write
		var want []engine.Result
		for n := 1; n <= many; n++ {
			w, result := insert(n, 10, "new"), engine.Written
			switch n % 100 {
			case 3: // somebody else's
				there, result = append(there, insert(n, 9, "one")), engine.Conflict
			case 7, 8:
				there, w = append(there, insert(n, 9, "one")), rename(n, 9, 10, "one", "other")
			case 12:
				there, w, result = append(there, insert(n, 8, "one")), rename(n, 9, 10, "one", "other"), engine.Conflict
			}
			writes, want = append(writes, w), append(want, result)
		}
		s.given(there...)
		s.wrote(want, writes...)
	}},
	{"no writes have no results", func(s suite) { s.write(crm.Account) }},
	{"of two that write one new record, one does", func(s suite) {
		for n := 1; n <= 20; n++ {
			s.oneOf(n, insert(n, 9, "left"), insert(n, 10, "right"))
		}
	}},
}

var updating = []rule{
	{"a contact moves only where the write says so", func(s suite) {
		in := func(mark int64, account int, move bool, name string) engine.Write {
			return engine.Write{ID: id(1), ParentID: id(account), Move: move, Expect: mark - 1, Mark: mark, At: at, Set: texts("title", name)}
		}
		s.write(crm.Contact, engine.Write{New: true, ID: id(1), ParentID: id(7), Seq: 1, Mark: 9, At: at, Set: texts("name", "Bo")})
		s.write(crm.Contact, in(10, 7, false, "a"))
		s.contactIn(id(7))
		w := in(11, 8, true, "b")
		w.Before = texts("title", "a")
		s.write(crm.Contact, w)
		s.contactIn(id(8))
	}},
	{"an update sets, takes away and leaves", func(s suite) {
		s.given(engine.Write{New: true, ID: id(1), Seq: 1, Mark: 9, At: at,
			Set: texts("name", "one", "city", "Åre", "zip", "1")})
		s.given(engine.Write{ID: id(1), Expect: 9, Mark: 10, At: at,
			Before: texts("name", "one", "city", "Åre"), Set: texts("name", "first", "phone", "2"), Unset: []string{"city"}})
		s.stored(crm.Record{Kind: crm.Account, ID: id(1), Seq: 1, ChangeID: 10, Values: texts("name", "first", "zip", "1", "phone", "2")})
	}},
	{"an update is repeated without harm", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(written, rename(1, 9, 10, "one", "first"))
		s.wrote(already, rename(1, 9, 10, "one", "first"))
		s.stored(account(1, 10, "first"))
	}},
	{"an update is refused where another mark stands", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, rename(1, 8, 10, "one", "first"))
		s.wrote(refused, rename(1, 0, 10, "one", "first"))
		s.stored(account(1, 9, "one"))
	}},
	{"an update is refused where a value it replaces is another", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, rename(1, 9, 10, "two", "first"))
		s.stored(account(1, 9, "one"))
	}},
	{"an update is refused where a value it takes away is another", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: named("two"), Unset: []string{"name"}, At: at})
		s.stored(account(1, 9, "one"))
	}},
	{"an update is refused where a value should be absent and is not", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, engine.Write{ID: id(1), Expect: 9, Mark: 10, Set: named("first"), At: at})
		s.wrote(refused, engine.Write{ID: id(1), Expect: 9, Mark: 10, Unset: []string{"name"}, At: at})
		s.stored(account(1, 9, "one"))
	}},
	{"an update is refused where a value should be there and is not", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(refused, engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: texts("city", "Åre"), Set: texts("city", "Oslo"), At: at})
		s.stored(account(1, 9, "one"))
	}},
	{"a value of another form is another value", func(s suite) {
		number := crm.Values{{Field: "name", Value: crm.IntegerValue(1)}}
		s.given(insert(1, 9, "1"))
		s.wrote(refused, engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: number, Set: named("first"), At: at})
	}},
	{"the order of a list counts", func(s suite) {
		list := func(items ...string) crm.Values {
			return crm.Values{{Field: "campaigns", Value: crm.ListValue(items...)}}
		}
		s.given(engine.Write{New: true, ID: id(1), Seq: 1, Mark: 9, Set: list("a", "b"), At: at})
		s.wrote(refused, engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: list("b", "a"), Set: list("c"), At: at})
		s.wrote(written, engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: list("a", "b"), Set: list("c"), At: at})
	}},
	{"fields that an update leaves alone may be anything", func(s suite) {
		s.given(engine.Write{New: true, ID: id(1), Seq: 1, Mark: 9, Set: texts("name", "one", "city", "Åre"), At: at})
		s.wrote(written, engine.Write{ID: id(1), Expect: 9, Mark: 10, At: at,
			Before: texts("name", "one", "city", "Oslo", "zip", "1"), Set: named("first")})
	}},
	{"a field that is not there can be taken away", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(written, engine.Write{ID: id(1), Expect: 9, Mark: 10, Unset: []string{"city"}, At: at})
		s.stored(account(1, 10, "one"))
	}},
	{"a record can lose its last value", func(s suite) {
		s.given(insert(1, 9, "one"))
		s.wrote(written, engine.Write{ID: id(1), Expect: 9, Mark: 10, Before: named("one"), Unset: []string{"name"}, At: at})
		s.stored(crm.Record{Kind: crm.Account, ID: id(1), Seq: 1, ChangeID: 10})
	}},
	{"an update of a record there is none of is refused", func(s suite) {
		s.wrote(refused, rename(1, 9, 10, "one", "first"))
		s.wrote(refused, engine.Write{ID: id(1), Mark: 10, Set: named("first"), At: at})
		s.stored()
	}},
	{"an update does not move a contact to another account", func(s suite) {
		w := insert(1, 9, "one")
		w.ParentID = id(7)
		s.write(crm.Contact, w)
		s.write(crm.Contact, rename(1, 9, 10, "one", "first"))
		got, err := s.ByID(s.Context(), crm.Contact, []string{id(1)})
		s.same([]crm.Record{{Kind: crm.Contact, ID: id(1), ParentID: id(7), Seq: 1, ChangeID: 10, Values: named("first")}}, got, err)
	}},
	{"each write of a call has its own result, in its place", func(s suite) {
		s.given(insert(1, 9, "one"), insert(2, 9, "two"), insert(3, 9, "three"), insert(7, 9, "seven"), insert(8, 10, "eight"))
		s.wrote([]engine.Result{
			engine.Conflict, engine.Written, engine.Already, engine.Written, engine.Conflict, engine.Conflict, engine.Written, engine.Already,
		},
			rename(1, 8, 10, "one", "first"),
			insert(5, 10, "five"),
			insert(3, 9, "three"),
			rename(2, 9, 10, "two", "second"),
			rename(6, 9, 10, "six", "sixth"),
			insert(7, 10, "seven"),
			insert(4, 10, "four"),
			insert(8, 10, "eight"),
		)
	}},
	{"of two that update one record, one does", func(s suite) {
		for n := 1; n <= 20; n++ {
			s.given(insert(n, 9, "one"))
			s.oneOf(n, rename(n, 9, 10, "one", "left"), rename(n, 9, 11, "one", "right"))
		}
	}},
}

// texts pairs fields with text values.
func texts(pairs ...string) crm.Values {
	var vs crm.Values
	for i := 0; i < len(pairs); i += 2 {
		vs.Set(pairs[i], crm.TextValue(pairs[i+1]))
	}
	return vs
}

// oneOf carries writes of account n out side by side and wants one of them written, the others refused.
func (s suite) oneOf(n int, writes ...engine.Write) {
	s.Helper()
	results := make([][]engine.Result, len(writes))
	errs := make([]error, len(writes))
	var g sync.WaitGroup
	for i := range writes {
		g.Go(func() { results[i], errs[i] = s.Write(s.Context(), crm.Account, writes[i:i+1]) })
	}
	g.Wait()
	if err := errors.Join(errs...); err != nil {
		s.Fatal(err)
	}
	won := 0
	for i, w := range writes {
		switch results[i][0] {
		case engine.Written:
			won++
			s.byID([]string{w.ID}, account(n, w.Mark, w.Set.Of("name").Text()))
		case engine.Already:
			s.Fatal("a write that nobody made before is called already made")
		}
	}
	if won != 1 {
		s.Fatalf("%d of %d writes won", won, len(writes))
	}
}

// contactIn holds that the contact 1 belongs to an account.
func (s suite) contactIn(account string) {
	s.Helper()
	got, err := s.ByID(s.Context(), crm.Contact, []string{id(1)})
	if err != nil || len(got) != 1 || got[0].ParentID != account {
		s.Errorf("the contact is %+v, %v; want it in account %s", got, err, account)
	}
}
