package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
)

func goOn(context.Context) error { return nil }

// oldImports makes imports as data version 2 had them: without tags, and not counted.
func oldImports(t *testing.T, e engine.Engine, n int) {
	t.Helper()
	for i := range n {
		no := int64(i + 1)
		imp := ledger.Import{ID: fmt.Sprintf("old%d-1", i), No: no, Inbox: []string{"north", "south"}[i%2], Workbook: fmt.Sprintf("Kunder_%d.xlsx", i), State: ledger.Done, Began: at}
		imp.Tally.Counts[0].Created = 1
		if i == 3 {
			imp.State = ledger.Held
		}
		body, err := json.Marshal(imp)
		must(t, err)
		if _, err := e.Insert(t.Context(), engine.Imports, engine.Doc{ID: imp.ID, Order: engine.Order(no), Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "schema", Order: "schema", Body: []byte(`{"version":2}`)})
	must(t, err)
}

// TestCatalogueOldImports: the imports of an older version are found by what they are, and counted once, wherever the process is killed. Until then they are
// looked through.
func TestCatalogueOldImports(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		const imports = 7
		for n := 1; ; n += stride(t) {
			e := fresh()
			oldImports(t, e, imports)
			f := &fault{at: n, after: n%2 == 0}
			if s, err := store.New(t.Context(), faulty{e, f}); err == nil {
				_, _ = s.Catalog.Complete(t.Context(), goOn)
			}
			s := open(t, e)
			held := listing.Filter{State: listing.Held, Inbox: "south"}
			before, err := s.Catalog.List(t.Context(), held, listing.Bounds{Limit: 10})
			if err != nil || len(before.Imports) != 1 {
				t.Errorf("killed at call %d: %d are held before the end: %v", n, len(before.Imports), err)
			}
			_, err = s.Catalog.Complete(t.Context(), goOn)
			must(t, err)
			after, err := s.Catalog.List(t.Context(), held, listing.Bounds{Limit: 10})
			if err != nil || len(after.Imports) != 1 || after.Uncatalogued || len(tagged(t, e, held)) != 1 {
				t.Errorf("killed at call %d: %+v are held, %v", n, after, err)
			}
			days, err := s.Catalog.Days(t.Context(), "2000-01-01", 100)
			must(t, err)
			same(t, fmt.Sprintf("totals after a kill at call %d", n),
				[]listing.Day{{Date: listing.DateOf(at), Inboxes: map[string]listing.Rows{"north": {Created: 4}, "south": {Created: 2}}}}, days)
			if again, err := s.Catalog.Complete(t.Context(), goOn); again != 0 || err != nil {
				t.Errorf("once more %d were written: %v", again, err)
			}
			if !f.dead {
				return
			}
		}
	})
}

// TestVersion2Stops: a process of data version 2 that has the store open reads what it cannot read.
func TestVersion2Stops(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		oldImports(t, e, 1)
		s := open(t, e)
		if schema := document(t, e, engine.Meta, "schema"); schema["version"] != 3.0 {
			t.Errorf("the store has %v", schema)
		}
		if stop := document(t, e, engine.Rules, store.StopID(3)); stop["rule"] != "v3" {
			t.Errorf("an older inlet goes on: %v", stop)
		}
		must(t, s.Index.Load(t.Context()))
	})
}

// TestTotalsAfterUndo: what was undone counts for nothing, and once more when the undo is undone.
func TestTotalsAfterUndo(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		must(t, seeds.life(t.Context(), e, true))
		s := open(t, e)
		count := func() listing.Rows {
			days, err := s.Catalog.Days(t.Context(), "2000-01-01", 100)
			must(t, err)
			return days[0].All()
		}
		same(t, "before", listing.Rows{Created: 7}, count())
		undo := ledger.Import{ID: "u-1", Undoes: "seed-1"}
		for range 2 {
			must(t, s.Imports.MarkUndone(t.Context(), &undo))
			same(t, "undone", listing.Rows{}, count())
		}
		same(t, "undone", []string{"seed-1"}, tagged(t, e, listing.Filter{State: listing.Undone}))
		imp, _, err := s.Imports.Import(t.Context(), "seed-1")
		must(t, err)
		imp.UndoneBy = ""
		must(t, s.Imports.MarkUndone(t.Context(), &undo))
		same(t, "undone once more", listing.Rows{}, count())
	})
}
