package store_test

import (
	"fmt"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
)

// names returns the names of the records that a search finds, and whether these are all.
func names(t *testing.T, s *store.Store, text string) []string {
	t.Helper()
	f, err := s.Search.Find(t.Context(), text, 10)
	must(t, err)
	var all []string
	for _, rec := range f.Records {
		all = append(all, rec.Values.Of("name").String())
	}
	if !f.Whole {
		all = append(all, "and more")
	}
	return all
}

func indexed(t *testing.T, s *store.Store) {
	t.Helper()
	_, err := s.Indexer().Step(t.Context())
	must(t, err)
}

// TestSearch: records are found by any word, number, e-mail and phone, before they are indexed and afterwards.
func TestSearch(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		must(t, people.life(t.Context(), e, true))
		s := open(t, e)
		for _, indexing := range []bool{true, false} {
			for text, want := range map[string][]string{
				"åkes":                   {"Åkessons Färg & Tak AB", "Märta Åkesson"},
				"TAK ÅKE":                {"Åkessons Färg & Tak AB"},
				"tak fär ab":             {"Åkessons Färg & Tak AB"},
				"ak":                     nil,
				"556012-5790":            {"Åkessons Färg & Tak AB"},
				"5560125790":             {"Åkessons Färg & Tak AB"},
				"556012-57":              {"Åkessons Färg & Tak AB"},
				"marta@akessons.ex":      {"Märta Åkesson"},
				"MARTA@akessons.example": {"Märta Åkesson"},
				"070-123 45 67":          {"Märta Åkesson"},
				"070-123":                {"Märta Åkesson"},
				"+46 70 123 45":          {"Märta Åkesson"},
				"märta":                  {"Märta Åkesson"},
				"zzz":                    nil,
				"":                       nil,
			} {
				if got := names(t, s, text); !slices.Equal(got, want) {
					t.Errorf("indexing %v: %q finds %q, not %q", indexing, text, got, want)
				}
			}
			if f, err := s.Search.Find(t.Context(), "x", 10); err != nil || f.Indexing != indexing {
				t.Errorf("indexing is %v: %v", f.Indexing, err)
			}
			indexed(t, s)
		}
	})
}

var people = workbook{"people", func(imp *ledger.Import) []ledger.Batch {
	r := row{imp}
	return []ledger.Batch{r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Åkessons Färg & Tak AB", "org_number", "556012-5790")),
		r.create(1, crm.Contact, r.id(1, crm.Account), vals("name", "Märta Åkesson", "email", "marta@akessons.example", "mobile", "070-123 45 67")))}
}}

// forget makes the process that indexes one that has been dead for long.
func forget(t *testing.T, e engine.Engine) {
	t.Helper()
	_, err := engine.Update(t.Context(), e, engine.Meta, "search", func(s *map[string]any) { (*s)["by"] = "" })
	must(t, err)
}

// TestSearchFollowsImports: what an import has changed is found by its new name and not by the old one, wherever the process that indexes is killed.
func TestSearchFollowsImports(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for n := 1; ; n += 2 * stride(t) {
			e := fresh()
			must(t, seeds.life(t.Context(), e, true))
			indexed(t, open(t, e))
			must(t, works.life(t.Context(), e, true))
			if got := names(t, open(t, e), "zeta"); !slices.Equal(got, []string{"Zeta", "and more"}) { // what is new is found at once, and that this may not be all is said
				t.Errorf("before it is indexed %q is found", got)
			}
			f := &fault{at: n, after: n%4 == 1}
			s := open(t, e)
			forget(t, e)
			if killed, err := store.New(t.Context(), faulty{e, f}); err == nil {
				_, _ = killed.Indexer().Step(t.Context())
			}
			forget(t, e)
			indexed(t, s)
			for text, want := range map[string][]string{"epsilon ab": {"Epsilon AB"}, "zeta": {"Zeta"}, "zoe@": {"Zoë"}, "bea@": {"Ann Beta"}, "ann2@": nil, "alf": {"Alfa", "Ann Alfa"}} {
				if got := names(t, s, text); !slices.Equal(got, want) {
					t.Errorf("killed at call %d: %q finds %q, not %q", n, text, got, want)
				}
			}
			if found, _, err := e.ByTerm(t.Context(), crm.Contact, "ann2", 9); err != nil || len(found) > 0 {
				t.Errorf("killed at call %d: %d have a term of old: %v", n, len(found), err)
			}
			if !f.dead {
				return
			}
		}
	})
}

// TestSearchFollowsRemoval: what an undo removes is not found, and leaves nothing behind.
func TestSearchFollowsRemoval(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		must(t, people.life(t.Context(), e, true))
		s := open(t, e)
		x := s.Indexer()
		step := func() {
			t.Helper()
			_, err := x.Step(t.Context())
			must(t, err)
		}
		step()
		contact, account := records(t, e, crm.Contact)[0], records(t, e, crm.Account)[0]
		undo := workbook{"undo", func(imp *ledger.Import) []ledger.Batch {
			r := row{imp}
			return []ledger.Batch{r.batch(1, 1, r.removal(1, contact)), r.batch(2, 2, r.removal(2, account))}
		}}
		must(t, undo.life(t.Context(), e, true))
		step()
		for _, kind := range crm.Kinds {
			if has, all, err := e.ByTerm(t.Context(), kind, "", 9); len(has) > 0 || !all || err != nil {
				t.Errorf("%s have terms: %v, %v", kind.Plural(), has, err)
			}
		}
		same(t, "found", []string(nil), names(t, s, "åkes"))
	})
}

// TestSearchOfAnothersDocuments: what another program adds and renames is found after the next comparison, and not by its old name before.
func TestSearchOfAnothersDocuments(t *testing.T) {
	db := newDatabase(t)
	s := open(t, db.engine)
	add := func(name string) bson.ObjectID {
		id := bson.NewObjectID()
		if _, err := db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "name", Value: name}}); err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := add("Alfa Ett")
	indexed(t, s)
	same(t, "found", []string{"Alfa Ett"}, names(t, s, "ett"))
	add("Beta Två")
	_, err := db.Collection("accounts").UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: "Gamma Tre"}}}})
	must(t, err)
	same(t, "by the old name", []string(nil), names(t, s, "ett"))
	forget(t, db.engine)
	indexed(t, s) // of a process that has just been started
	same(t, "found", []string{"Gamma Tre"}, names(t, s, "tre"))
	same(t, "found", []string{"Beta Två"}, names(t, s, "två"))
	if n := len(fmt.Sprint(names(t, s, "alfa"))); n != len("[]") {
		t.Error("it is found by its old name")
	}
}
