package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
)

const many = 2_345 // records, so that there are whole pages and one that is not

// fill writes accounts with a name and a city each, without keys, in an order that is not that of their creation.
func fill(t testing.TB, e engine.Engine) {
	t.Helper()
	writes := make([]engine.Write, many)
	for i := range writes {
		id := fmt.Sprintf("%024x", (i*7919)%many) // IDs are in another order than the records
		writes[i] = engine.Write{New: true, ID: id, Seq: int64(i) + 1, Mark: 1, At: at,
			Set: vals("name", fmt.Sprint("Name ", i), "city", fmt.Sprint("City ", i%500))}
	}
	random := rand.New(rand.NewPCG(3, 4))
	random.Shuffle(many, func(i, j int) { writes[i], writes[j] = writes[j], writes[i] })
	for part := range slices.Chunk(writes, 600) {
		_, err := e.Write(context.Background(), crm.Account, part)
		must(t, err)
	}
}

func TestRecordsInOrderOfCreation(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		fill(t, e)
		s := open(t, e)
		n := int64(0)
		must(t, s.Records.Each(t.Context(), crm.Account, func(rec crm.Record) error {
			if n++; rec.Seq != n || rec.Values.Of("name").Text() != fmt.Sprint("Name ", n-1) {
				t.Fatalf("record %d is %+v", n, rec)
			}
			return nil
		}))
		if n != many {
			t.Errorf("%d records, not %d", n, many)
		}
		enough := errors.New("enough")
		n = 0
		err := s.Records.Each(t.Context(), crm.Account, func(crm.Record) error {
			if n++; n == 1_500 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || n != 1_500 {
			t.Errorf("after %d records: %v", n, err)
		}
	})
}

// allFound wants every account to be found by its name and its city, and by nothing else.
func allFound(t testing.TB, e engine.Engine, what string) {
	t.Helper()
	s := open(t, e)
	for _, rule := range []crm.Rule{byName, byCity} {
		field := rule.Ticked[0].Field
		want := map[string][]string{}
		var keys []crm.Key
		must(t, s.Records.Each(t.Context(), crm.Account, func(rec crm.Record) error {
			text := rec.Values.Of(field).Text()
			if want[text] == nil {
				key, _ := rule.Key("", rec.Values)
				keys = append(keys, key)
			}
			want[text] = append(want[text], rec.ID)
			return nil
		}))
		got := map[string][]string{}
		recs, err := s.Records.Find(t.Context(), crm.Account, keys)
		must(t, err)
		slices.SortFunc(recs, func(a, b crm.Record) int { return cmp.Compare(a.Seq, b.Seq) })
		for _, rec := range recs {
			text := rec.Values.Of(field).Text()
			got[text] = append(got[text], rec.ID)
		}
		if len(want) == 0 || len(got) != len(want) {
			t.Fatalf("%s: by %s %d are found, not %d", what, field, len(got), len(want))
		}
		same(t, what+": found by "+field, want, got)
	}
}

// TestUseIndexesWhatWasThere, also where it is killed at any call: until a rule is ready, whoever uses it indexes again.
func TestUseIndexesWhatWasThere(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for n := 0; ; n += stride(t) {
			e := fresh()
			fill(t, e)
			open(t, e)
			f := &fault{at: n, after: n%2 == 1}
			s, err := store.New(t.Context(), faulty{e, f})
			if err == nil {
				err = s.Index.Use(t.Context(), []crm.Rule{byName})
			}
			if n > 0 && f.dead && !errors.Is(err, errKilled) {
				t.Fatalf("killed at call %d: %v", n, err)
			}
			must(t, open(t, e).Index.Use(t.Context(), []crm.Rule{byCity, byName}))
			allFound(t, e, fmt.Sprintf("killed at call %d", n))
			for _, rule := range []crm.Rule{byName, byCity} {
				if is := document(t, e, engine.Rules, rule.ID()); is["ready"] != true {
					t.Errorf("killed at call %d: rule %s is %v", n, rule.ID(), is)
				}
			}
			if t.Failed() || n > 0 && !f.dead {
				return
			}
		}
	})
}

// TestRulesOfOthers: what is written carries the keys of every rule that anybody declared, also since this store was opened and whether
// or not older records carry them all.
func TestRulesOfOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		early := open(t, e)
		f := &fault{}
		s, err := store.New(t.Context(), faulty{e, f})
		must(t, err)
		f.before = func(name string) { f.dead = f.dead || name == "refresh" }
		if err := s.Index.Use(t.Context(), []crm.Rule{byCity}); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		imp := begin(t, early, "a")
		must(t, early.Index.Use(t.Context(), []crm.Rule{byName}))
		r := row{&imp}
		apply(t, early, &imp, r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Alfa", "city", "Umeå"))))
		allFound(t, e, "created")
		apply(t, early, &imp, r.batch(2, 2, r.update(2, crm.Account, r.id(1, crm.Account), "", r.mark(1, crm.Account), vals("city", "Umeå"), vals("city", "Luleå"))))
		allFound(t, e, "updated")
		same(t, "found where it was", []string{}, found(t, e, byCity, "", vals("city", "Umeå")))
	})
}

// TestRulesOfOthersAreNotIndexed: an import that matches by rules that all records have keys for does not wait for the records to be indexed by a rule
// that another import has added. It still finds what another program has changed, and the other import still finds everything.
func TestRulesOfOthersAreNotIndexed(t *testing.T) {
	db := newDatabase(t)
	s := open(t, db.engine)
	accounts := db.Collection("accounts")
	const n = 5
	for i := range n {
		_, err := accounts.InsertOne(t.Context(), bson.D{{Key: "_id", Value: fmt.Sprint(i)}, {Key: "name", Value: fmt.Sprint("Alfa ", i)}, {Key: "city", Value: "Umeå"}})
		must(t, err)
	}
	must(t, s.Index.Use(t.Context(), []crm.Rule{byName}))
	f := &fault{}
	f.before = func(name string) { f.dead = f.dead || name == "refresh" }
	killed, err := store.New(t.Context(), faulty{db.engine, f})
	must(t, err)
	if _, err := killed.Index.Prepare(t.Context(), []crm.Rule{byCity}); !errors.Is(err, errKilled) { // the rule is there, and no record has its key
		t.Fatal(err)
	}
	_, err = accounts.UpdateByID(t.Context(), "3", bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: "Beta"}}}})
	must(t, err)
	before := s.Index.Indexed()
	_, err = s.Index.Prepare(t.Context(), []crm.Rule{byName})
	must(t, err)
	must(t, s.Index.Use(t.Context(), []crm.Rule{byName}))
	same(t, "indexed by who does not need the rule", int64(1), s.Index.Indexed()-before)
	same(t, "by its new name", []string{"3"}, hits(t, db.engine, byName, "", vals("name", "Beta")))
	same(t, "stale for a plan by the old rule", 0, len(staleFor(t, s, byName)))
	must(t, open(t, db.engine).Index.Use(t.Context(), []crm.Rule{byCity}))
	same(t, "found by the new rule", n, len(hits(t, db.engine, byCity, "", vals("city", "Umeå"))))
}

// staleFor returns the accounts that a rule may not find by what they hold now.
func staleFor(t *testing.T, s *store.Store, rule crm.Rule) (ids []string) {
	t.Helper()
	must(t, s.Index.Stale(t.Context(), crm.Account, []crm.Rule{rule}, func(page []crm.Record) error {
		for _, rec := range page {
			ids = append(ids, rec.ID)
		}
		return nil
	}))
	return ids
}

// TestSettledWithKeys: who settles another's batch gives its records their keys, whatever rules it knew when it was opened.
func TestSettledWithKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		early := paced(t, e, ever, ever)
		f := &fault{}
		s, err := store.New(t.Context(), faulty{e, f})
		must(t, err)
		imp := begin(t, s, "a")
		must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity}))
		f.before = func(name string) { f.dead = f.dead || name == "write" }
		r := row{&imp}
		_, err = s.Apply(t.Context(), &imp, r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Alfa", "city", "Umeå"))))
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		must(t, early.Hold(t.Context(), nothing))
		if len(records(t, e, crm.Account)) == 1 { // on SQLite the journal went with the rest
			allFound(t, e, "settled")
		}
	})
}

// TestForeignRecords: what another application wrote into MongoDB is matched like everything else.
func TestForeignRecords(t *testing.T) {
	db := newDatabase(t)
	s := open(t, db.engine)
	must(t, s.Index.Use(t.Context(), rules))
	oid := bson.NewObjectID()
	_, err := db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: oid}, {Key: "name", Value: "Foreign"}})
	must(t, err)
	person := bson.NewObjectID()
	_, err = db.Collection("contacts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: person}, {Key: "account_id", Value: oid}, {Key: "email", Value: "F@example.com"}})
	must(t, err)
	for range 2 { // also the second time they are found, once
		must(t, s.Index.Use(t.Context(), rules))
		same(t, "account", []string{oid.Hex()}, found(t, db.engine, byName, "", vals("name", "FOREIGN")))
		same(t, "contact", []string{person.Hex()}, found(t, db.engine, byEmail, oid.Hex(), vals("email", "f@example.com")))
	}
	imp := begin(t, s, "a")
	r := row{&imp}
	outcomes := apply(t, s, &imp, r.batch(1, 1,
		r.update(1, crm.Account, oid.Hex(), "", 0, vals("name", "Foreign"), vals("name", "Ours", "city", "Umeå")),
		r.update(1, crm.Contact, person.Hex(), oid.Hex(), 0, nil, vals("title", "VD"))))
	same(t, "lost", []bool{false, false}, lost(outcomes))
	same(t, "by its new name", []string{oid.Hex()}, found(t, db.engine, byName, "", vals("name", "Ours")))
	same(t, "by its old name", []string{}, found(t, db.engine, byName, "", vals("name", "Foreign")))
	same(t, "the contact", vals("email", "F@example.com", "title", "VD"), record(t, db.engine, crm.Contact, person.Hex()).Values)
}

// TestCallsPerBatch: a batch takes as many calls for a thousand rows as for ten, and Use as many for many records as for one.
func TestCallsPerBatch(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		count := func(rows int64) (calls [4]int) {
			e := fresh()
			f := &fault{}
			s, err := store.New(t.Context(), faulty{e, f})
			must(t, err)
			imp := begin(t, s, "a")
			r := row{&imp}
			must(t, s.Index.Use(t.Context(), rules))
			var creates, updates, keyed []ledger.Change
			for n := int64(1); n <= rows; n++ {
				account, contact := r.id(n, crm.Account), r.id(n, crm.Contact)
				creates = append(creates, r.create(n, crm.Account, "", vals("name", fmt.Sprint("Name ", n), "city", "Umeå")),
					r.create(n, crm.Contact, account, vals("name", "Ann", "email", fmt.Sprintf("a%d@example.com", n))))
				updates = append(updates, r.update(rows+n, crm.Account, account, "", r.mark(n, crm.Account), vals("city", "Umeå"), vals("city", "Luleå")),
					r.update(rows+n, crm.Contact, contact, account, r.mark(n, crm.Contact), nil, vals("title", "VD")))
				keyed = append(keyed, r.update(2*rows+n, crm.Account, account, "", r.mark(rows+n, crm.Account),
					vals("name", fmt.Sprint("Name ", n)), vals("name", fmt.Sprint("New ", n))))
			}
			for i, changes := range [][]ledger.Change{creates, updates, keyed} {
				before := f.calls
				same(t, "lost", make([]bool, len(changes)), lost(apply(t, s, &imp, r.batch(i+1, int64(i+1)*rows, changes...))))
				calls[i] = f.calls - before
			}
			before := f.calls
			must(t, s.Index.Use(t.Context(), rules))
			calls[3] = f.calls - before
			return calls
		}
		few := count(10)
		same(t, "calls", few, count(1_000))
		if few[0] > 8 { // batch, import, journal, two halves of writes each kind, checkpoint
			t.Errorf("%d calls for a batch of new records", few[0])
		}
	})
}
