package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

// workbook is an import whose changes are known beforehand.
type workbook struct {
	base    string
	batches func(imp *ledger.Import) []ledger.Batch
}

// seeds makes what the other workbooks change: four accounts, three contacts.
var seeds = workbook{"seed", func(imp *ledger.Import) []ledger.Batch {
	r := row{imp}
	var changes []ledger.Change
	for i, name := range []string{"Alfa", "Beta", "Gamma", "Delta"} {
		place := int64(i) + 1
		changes = append(changes, r.create(place, crm.Account, "", vals("name", name, "city", "Umeå", "zip", fmt.Sprint("9011", place))))
		if place < 4 {
			changes = append(changes, r.create(place, crm.Contact, r.id(place, crm.Account),
				vals("name", "Ann "+name, "email", fmt.Sprintf("ann%d@example.com", place), "phone", "090-1")))
		}
	}
	return []ledger.Batch{r.batch(1, 4, changes...)}
}}

// works does everything that a batch can do, and in a second one goes on from what the first left.
var works = workbook{"work", func(imp *ledger.Import) []ledger.Batch {
	r, seed := row{imp}, row{&ledger.Import{ID: "seed-1", No: 1}}
	account := func(place int64) string { return seed.id(place, crm.Account) }
	contact := func(place int64) string { return seed.id(place, crm.Contact) }
	was := func(place int64) int64 { return seed.mark(place, crm.Account) }
	fresh := r.id(1, crm.Account)
	rejected := r.change(8, crm.Account, ledger.Reject)
	rejected.Problems = []ledger.Problem{{Ref: ledger.Ref{Row: 9, Column: "C"}, Code: ledger.Invalid, Value: "x<y", Text: message.Say("write a number")},
		{Code: ledger.Ambiguous, Text: message.Say("which?"), Candidates: []string{"a", "b"}}}
	unchanged := r.change(9, crm.Account, ledger.Unchanged)
	unchanged.Problems = []ledger.Problem{{Code: ledger.CheckDigit, Text: message.Say("look"), Warning: true}}
	moved := r.update(6, crm.Contact, contact(3), account(4), seed.mark(3, crm.Contact), nil, vals("title", "VD"))
	moved.Moved = account(3)
	first := r.batch(1, 9,
		r.create(1, crm.Account, "", vals("name", "Epsilon", "city", "Kiruna")),
		r.create(1, crm.Contact, fresh, vals("name", "Eva", "email", "eva@example.com")),
		r.update(2, crm.Account, account(1), "", was(1), vals("city", "Umeå"), vals("city", "Luleå")),
		r.update(2, crm.Contact, contact(1), account(1), seed.mark(1, crm.Contact), vals("phone", "090-1"), nil),
		r.update(3, crm.Account, account(1), "", was(1), vals("city", "Luleå", "zip", "90111"), vals("city", "Piteå", "state", "BD")),
		r.update(4, crm.Account, account(2), "", was(2), vals("name", "Beta"), vals("name", "Beta AB")),
		r.update(4, crm.Contact, contact(2), account(2), seed.mark(2, crm.Contact), vals("email", "ann2@example.com"), vals("email", "bea@example.com")),
		r.update(5, crm.Account, fresh, "", 0, vals("city", "Kiruna"), vals("name", "Epsilon AB")),
		r.update(6, crm.Account, account(3), "", was(3), vals("city", "Umeå"), vals("city", "Boden")),
		moved,
		r.update(7, crm.Account, account(3), "", was(3), vals("city", "Boden"), vals("city", "Umeå")),
		rejected, r.change(8, crm.Contact, ledger.Park),
		unchanged, r.change(9, crm.Contact, ledger.Skip))
	// What differs in a create and a later update of it is in Before as the first left it.
	first.Changes[7].Before = vals("name", "Epsilon", "city", "Kiruna")
	second := r.batch(2, 12,
		r.update(10, crm.Account, account(1), "", r.mark(3, crm.Account), vals("city", "Piteå"), vals("city", "Umeå")),
		r.update(11, crm.Account, fresh, "", r.mark(5, crm.Account), nil, crm.Values{{Field: "employees", Value: crm.IntegerValue(7)}}),
		r.create(12, crm.Account, "", vals("name", "Zeta")),
		r.create(12, crm.Contact, r.id(12, crm.Account), vals("name", "Zoë", "email", "zoe@example.com")))
	return []ledger.Batch{first, second}
}}

// life is what a process does with a workbook, as far as a store sees it.
func (w workbook) life(ctx context.Context, e engine.Engine, holds bool) error {
	s, err := store.New(ctx, e)
	if err != nil {
		return err
	}
	s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: 5 * time.Millisecond, Poll: time.Millisecond} // no beats: calls are counted; who waits sees a dead one at once
	if !holds {
		return w.carry(ctx, s)
	}
	return s.Hold(ctx, func(ctx context.Context) error { return w.carry(ctx, s) })
}

func (w workbook) carry(ctx context.Context, s *store.Store) error {
	imp, err := s.Imports.Begin(ctx, wants(w.base, w.base), false)
	if err != nil {
		return err
	}
	if !imp.State.Ended() {
		if err := s.Index.Use(ctx, rules); err != nil {
			return err
		}
		batches := w.batches(&imp)
		for imp.Batch < len(batches) {
			n := imp.Batch
			if _, err := s.Apply(ctx, &imp, batches[n]); err != nil {
				return err
			}
			if imp.Batch == n {
				return fmt.Errorf("batch %d of %s met a conflict where there is none", n+1, imp.ID)
			}
		}
		imp.State, imp.Ended, imp.Archived = ledger.Done, at, "done/"+imp.Workbook
	}
	return s.Imports.Finish(ctx, &imp)
}

// picture is all of a database that may not depend on how often a process died.
type picture struct {
	Records map[crm.Kind][]crm.Record
	Imports []ledger.Import
	Changes map[string][][]ledger.Change
	Open    []string
	Runs    map[string]map[string]any
	Found   map[string][]string
	Days    []listing.Day
	Listed  map[string][]string
}

// look takes a picture. Numbers of imports are given in order; a process that dies may leave one out, so they are counted anew.
func look(t testing.TB, e engine.Engine) picture {
	t.Helper()
	s := open(t, e)
	p := picture{Records: map[crm.Kind][]crm.Record{}, Changes: map[string][][]ledger.Change{}, Open: openImports(t, e),
		Runs: map[string]map[string]any{}, Found: map[string][]string{}, Listed: map[string][]string{}}
	imports, err := s.Imports.List(context.Background(), 0, 100)
	must(t, err)
	no := map[int64]int64{}
	for i := range imports {
		no[imports[i].No] = int64(len(imports) - i)
	}
	anew := func(mark *int64) { *mark += (no[ledger.ImportOf(*mark)] - ledger.ImportOf(*mark)) << 36 }
	for _, kind := range crm.Kinds {
		for _, rec := range records(t, e, kind) {
			anew(&rec.Seq)
			anew(&rec.ChangeID)
			p.Records[kind] = append(p.Records[kind], rec)
		}
	}
	for _, imp := range imports {
		imp.No, imp.Attempts = no[imp.No], 0
		p.Imports = append(p.Imports, imp)
		p.Runs[imp.Workbook] = document(t, e, engine.Meta, "runs/"+imp.ID[:len(imp.ID)-2])
		for _, changes := range journal(t, s, imp.ID) {
			for i := range changes {
				if changes[i].Expect != 0 {
					anew(&changes[i].Expect)
				}
			}
			p.Changes[imp.ID] = append(p.Changes[imp.ID], changes)
		}
	}
	for _, name := range []string{"Alfa", "Beta", "Beta AB", "Gamma", "Delta", "Epsilon", "Epsilon AB", "Zeta"} {
		p.Found[name] = found(t, e, byName, "", vals("name", name))
	}
	for _, rec := range p.Records[crm.Account] {
		for _, email := range []string{"ann1@example.com", "ann2@example.com", "ann3@example.com", "bea@example.com", "eva@example.com", "zoe@example.com"} {
			p.Found[email+rec.ID] = found(t, e, byEmail, rec.ID, vals("email", email))
		}
	}
	p.Days, err = s.Catalog.Days(context.Background(), "2000-01-01", 10_000)
	must(t, err)
	for _, f := range []listing.Filter{{File: "wor"}, {State: listing.Errors}, {As: ledger.Done}, {State: listing.Needing, Inbox: "in"}} {
		p.Listed[fmt.Sprint(f)] = tagged(t, e, f)
	}
	return p
}

// tagged returns the imports that have the tags of a filter.
func tagged(t testing.TB, e engine.Engine, f listing.Filter) []string {
	t.Helper()
	docs, err := e.Range(context.Background(), engine.Imports, engine.Range{Tags: f.Tags(), Limit: 100})
	must(t, err)
	var all []string
	for _, doc := range docs {
		all = append(all, doc.ID)
	}
	return all
}

func undisturbed(t *testing.T, e engine.Engine) picture {
	must(t, seeds.life(t.Context(), e, true))
	must(t, works.life(t.Context(), e, true))
	return look(t, e)
}

func TestUndisturbed(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		p := undisturbed(t, fresh())
		same(t, "totals", []listing.Day{{Date: listing.DateOf(at), Inboxes: map[string]listing.Rows{"": {Created: 11, Updated: 11, Unchanged: 1, NotApplied: 2}}}}, p.Days)
		seed, r := row{&ledger.Import{ID: "seed-1", No: 1}}, row{&ledger.Import{ID: "work-1", No: 2}}
		same(t, "accounts", []crm.Record{
			{Kind: crm.Account, ID: seed.id(1, crm.Account), Seq: seed.mark(1, crm.Account), ChangeID: r.mark(10, crm.Account),
				Values: vals("city", "Umeå", "name", "Alfa", "state", "BD")},
			{Kind: crm.Account, ID: seed.id(2, crm.Account), Seq: seed.mark(2, crm.Account), ChangeID: r.mark(4, crm.Account),
				Values: vals("city", "Umeå", "name", "Beta AB", "zip", "90112")},
			{Kind: crm.Account, ID: seed.id(3, crm.Account), Seq: seed.mark(3, crm.Account), ChangeID: r.mark(7, crm.Account),
				Values: vals("city", "Umeå", "name", "Gamma", "zip", "90113")},
			{Kind: crm.Account, ID: seed.id(4, crm.Account), Seq: seed.mark(4, crm.Account), ChangeID: seed.mark(4, crm.Account),
				Values: vals("city", "Umeå", "name", "Delta", "zip", "90114")},
			{Kind: crm.Account, ID: r.id(1, crm.Account), Seq: r.mark(1, crm.Account), ChangeID: r.mark(11, crm.Account),
				Values: crm.Values{{Field: "employees", Value: crm.IntegerValue(7)}, {Field: "name", Value: crm.TextValue("Epsilon AB")}}},
			{Kind: crm.Account, ID: r.id(12, crm.Account), Seq: r.mark(12, crm.Account), ChangeID: r.mark(12, crm.Account), Values: vals("name", "Zeta")},
		}, p.Records[crm.Account])
		contact := func(r row, place int64, account string, mark int64, vs crm.Values) crm.Record {
			return crm.Record{Kind: crm.Contact, ID: r.id(place, crm.Contact), ParentID: account, Seq: r.mark(place, crm.Contact), ChangeID: mark, Values: vs}
		}
		same(t, "contacts", []crm.Record{
			contact(seed, 1, seed.id(1, crm.Account), r.mark(2, crm.Contact), vals("email", "ann1@example.com", "name", "Ann Alfa")),
			contact(seed, 2, seed.id(2, crm.Account), r.mark(4, crm.Contact), vals("email", "bea@example.com", "name", "Ann Beta", "phone", "090-1")),
			contact(seed, 3, seed.id(4, crm.Account), r.mark(6, crm.Contact), vals("email", "ann3@example.com", "name", "Ann Gamma", "phone", "090-1", "title", "VD")),
			contact(r, 1, r.id(1, crm.Account), r.mark(1, crm.Contact), vals("email", "eva@example.com", "name", "Eva")),
			contact(r, 12, r.id(12, crm.Account), r.mark(12, crm.Contact), vals("email", "zoe@example.com", "name", "Zoë")),
		}, p.Records[crm.Contact])
		work := p.Imports[0]
		same(t, "tally", ledger.Tally{Rows: 12, Blank: 2,
			Counts:   ledger.Counts{{Created: 2, Updated: 8, Unchanged: 1, Rejected: 1}, {Created: 2, Updated: 3, Skipped: 1, Parked: 1}},
			Problems: map[ledger.Code]int{ledger.Invalid: 1, ledger.Ambiguous: 1, ledger.CheckDigit: 1},
			Rejected: map[ledger.Code]int{ledger.Invalid: 1, ledger.Ambiguous: 1}}, work.Tally)
		same(t, "cursor", ledger.Cursor{Row: 13, Ordinal: 12, Blank: 2}, work.Cursor)
		if work.State != ledger.Done || work.Batch != 2 || work.No != 2 {
			t.Errorf("the import is stored as %+v", work)
		}
		var want [][]ledger.Change
		for _, b := range works.batches(&ledger.Import{ID: "work-1", No: 2}) {
			want = append(want, b.Changes)
		}
		same(t, "journal", want, p.Changes["work-1"])
		same(t, "open imports", []string{}, p.Open)
		same(t, "found by the old name", []string{}, p.Found["Beta"])
		same(t, "found by the new name", []string{seed.id(2, crm.Account)}, p.Found["Beta AB"])
		same(t, "found by the name it had for one row", []string{}, p.Found["Epsilon"])
		same(t, "found by the name it ended with", []string{r.id(1, crm.Account)}, p.Found["Epsilon AB"])
		same(t, "found by the new address", []string{seed.id(2, crm.Contact)}, p.Found["bea@example.com"+seed.id(2, crm.Account)])
		same(t, "found where it moved to", []string{seed.id(3, crm.Contact)}, p.Found["ann3@example.com"+seed.id(4, crm.Account)])
		same(t, "found where it was", []string{}, p.Found["ann3@example.com"+seed.id(3, crm.Account)])
		same(t, "found by the old address", []string{}, p.Found["ann2@example.com"+seed.id(2, crm.Account)])
	})
}

// TestKilledAtEveryCall kills a process before and after each call it makes to its engine. Whoever comes next, by way of the lease or
// by applying the same batches again, ends where an undisturbed run does.
func TestKilledAtEveryCall(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		want := undisturbed(t, fresh())
		for _, holds := range []bool{true, false} {
			for _, after := range []bool{false, true} {
				for n := 1; ; n += stride(t) {
					e := fresh()
					must(t, seeds.life(t.Context(), e, true))
					f := &fault{at: n, after: after}
					err := works.life(t.Context(), faulty{e, f}, true)
					if f.dead && err == nil && f.names[n-1] != "swap leases" {
						t.Fatalf("killed at call %d (%s), and no error", n, f.names[n-1])
					}
					if err != nil && !errors.Is(err, errKilled) {
						t.Fatalf("killed at call %d (%s): %v", n, f.names[n-1], err)
					}
					must(t, works.life(t.Context(), e, holds))
					same(t, fmt.Sprintf("killed at call %d (%s), after it: %t; the next holds: %t", n, last(f.names), after, holds), want, look(t, e))
					if t.Failed() || !f.dead {
						break
					}
				}
			}
		}
	})
}

func last(names []string) string { return names[len(names)-1] }

// TestKilledAgainAndAgain kills those who come next, too.
func TestKilledAgainAndAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		want := undisturbed(t, fresh())
		random := rand.New(rand.NewPCG(1, 2))
		for range 40 {
			e := fresh()
			must(t, seeds.life(t.Context(), e, true))
			var story []string
			for range 1 + random.IntN(5) {
				f := &fault{at: 1 + random.IntN(70), after: random.IntN(2) == 0}
				if err := works.life(t.Context(), faulty{e, f}, true); err != nil && !errors.Is(err, errKilled) {
					t.Fatalf("%v: %v", story, err)
				}
				story = append(story, fmt.Sprintf("%d %s %t", f.at, last(f.names), f.after))
			}
			must(t, works.life(t.Context(), e, true))
			same(t, fmt.Sprint(story), want, look(t, e))
			if t.Failed() {
				return
			}
		}
	})
}

// TestAnotherImportFinishesTheBatchInHand kills a process at each call, and lets another workbook come first. It finishes the batch in hand before
// it begins, and so ends as if it had come between two batches.
func TestAnotherImportFinishesTheBatchInHand(t *testing.T) {
	other := workbook{"other", func(imp *ledger.Import) []ledger.Batch {
		r := row{imp}
		return []ledger.Batch{r.batch(1, 1, r.create(1, crm.Account, "", vals("name", "Omega")))}
	}}
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for _, after := range []bool{false, true} {
			for n := 1; ; n++ {
				e := fresh()
				must(t, seeds.life(t.Context(), e, true))
				f := &fault{at: n, after: after}
				if err := works.life(t.Context(), faulty{e, f}, true); err == nil {
					break
				}
				what := fmt.Sprintf("killed at call %d (%s), after it: %t", n, last(f.names), after)
				must(t, other.life(t.Context(), e, true))
				wholeBatches(t, what, e)
				must(t, works.life(t.Context(), e, true))
				if imp := stored(t, open(t, e), "work-1"); imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Sum() != 12 || imp.Tally.Counts.Of(crm.Contact).Sum() != 7 {
					t.Errorf("%s: the import ends as %+v", what, imp)
				}
				if t.Failed() {
					return
				}
			}
		}
	})
}

// wholeBatches expects the import to be where a batch ends, with its journal, tally and records agreeing.
func wholeBatches(t *testing.T, what string, e engine.Engine) {
	t.Helper()
	s := open(t, e)
	imp, ok, err := s.Imports.Import(t.Context(), "work-1")
	must(t, err)
	if !ok {
		return
	}
	changes := journal(t, s, "work-1")
	if len(changes) != imp.Batch {
		t.Errorf("%s: %d batches are in the journal and %d are in the store", what, len(changes), imp.Batch)
	}
	var tally ledger.Tally
	created := map[crm.Kind]int{crm.Account: 4 + 1, crm.Contact: 3}
	for _, batch := range changes {
		for i := range batch {
			tally.Add(&batch[i])
			if batch[i].Action == ledger.Create {
				created[batch[i].Kind]++
			}
		}
	}
	same(t, what+": counts", tally.Counts, imp.Tally.Counts)
	for _, kind := range crm.Kinds {
		if n := len(records(t, e, kind)); n != created[kind] {
			t.Errorf("%s: there are %d %ss, not %d", what, n, kind, created[kind])
		}
	}
}
