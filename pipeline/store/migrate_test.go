package store_test

import (
	"errors"
	"strconv"
	"testing"

	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// oldHash is a key that the canonical forms of version 1 gave every record.
const oldHash = 4711

// ofVersion1 makes what an inlet of data version 1 leaves: records that are keyed by its rules, and the rules as its documents.
func ofVersion1(t *testing.T, e engine.Engine) {
	t.Helper()
	fill(t, e)
	_, err := e.Refresh(t.Context(), crm.Account, engine.Refresh{Hashes: func(rec *crm.Record) []int64 {
		i, err := strconv.ParseInt(rec.ID, 16, 64)
		must(t, err)
		return []int64{oldHash, i + 10_000}
	}})
	must(t, err)
	for table, doc := range map[engine.Table]engine.Doc{
		engine.Meta:  {ID: "schema", Order: "schema", Body: []byte(`{"version":1}`)},
		engine.Rules: {ID: "account name:text SE", Order: "account name:text SE", Body: []byte(`{"rule":{"kind":"account","ticked":[{"field":"name","type":"text"}],"region":"SE"},"ready":true}`)},
	} {
		if fresh, err := e.Insert(t.Context(), table, doc); !fresh || err != nil {
			t.Fatal(fresh, err)
		}
	}
}

// TestMigrate opens the data of version 1, killed at any call: every record is found by rules that were in use and by others, none has a
// key of old, and an inlet of version 1 that has the store open reads what it cannot read.
func TestMigrate(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for n := 0; ; n += stride(t) {
			e := fresh()
			ofVersion1(t, e)
			f := &fault{at: n, after: n%2 == 1}
			s, err := store.New(t.Context(), faulty{e, f})
			if n > 0 && f.dead && !errors.Is(err, errKilled) {
				t.Fatalf("killed at call %d: %v", n, err)
			}
			if err != nil {
				s = open(t, e)
			}
			same(t, "schema", map[string]any{"version": 3.0, "inlet": build.Version()}, document(t, e, engine.Meta, "schema"))
			if stop := document(t, e, engine.Rules, store.OlderStop); stop["rule"] != "v2" {
				t.Errorf("killed at call %d: an older inlet goes on: %v", n, stop)
			}
			if n == 0 {
				must(t, s.Index.Use(t.Context(), []crm.Rule{byName, byCity}))
				allFound(t, e, "migrated")
				if left, err := e.Find(t.Context(), crm.Account, []int64{oldHash}); len(left) > 0 || err != nil {
					t.Errorf("%d records have keys of old: %v", len(left), err)
				}
			}
			if n > 0 && !f.dead {
				return
			}
		}
	})
}

// TestPlanBeforeTheFirstUse: a plan sees the records that are not keyed anew yet.
func TestPlanBeforeTheFirstUse(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		ofVersion1(t, e)
		s := open(t, e)
		s.Scratch = sqlite.Scratch
		r, err := s.Rehearse(t.Context(), []crm.Rule{byName})
		must(t, err)
		defer r.Close(t.Context())
		key, _ := byName.Key("", vals("name", "Name 7"))
		found, err := r.Find(t.Context(), crm.Account, []crm.Key{key})
		if len(found) != 1 || err != nil {
			t.Errorf("%d are found: %v", len(found), err)
		}
	})
}
