package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
)

func finish(t *testing.T, s *store.Store, imp *ledger.Import, state ledger.State) {
	t.Helper()
	imp.State, imp.Ended, imp.Archived = state, at, "done/"+imp.Workbook
	must(t, s.Imports.Finish(t.Context(), imp))
}

func TestBegin(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		ask := func(base, arrival string, again bool) ledger.Import {
			t.Helper()
			imp, err := open(t, e).Imports.Begin(t.Context(), wants(base, arrival), again)
			must(t, err)
			return imp
		}
		is := func(imp ledger.Import, id string, no int64, state ledger.State, attempts int) {
			t.Helper()
			if imp.ID != id || imp.No != no || imp.State != state || imp.Attempts != attempts {
				t.Fatalf("begun is %s, number %d, %s, attempt %d; not %s, %d, %s, %d", imp.ID, imp.No, imp.State, imp.Attempts, id, no, state, attempts)
			}
			same(t, "stored import", stored(t, open(t, e), id), imp)
		}
		is(ask("a", "first", false), "a-1", 1, ledger.Running, 1)
		same(t, "open", []string{"a-1"}, openImports(t, e))
		is(ask("a", "first", false), "a-1", 1, ledger.Running, 2)
		resumed := ask("a", "second", false) // the same bytes came again while the first is not ended
		is(resumed, "a-1", 1, ledger.Running, 3)
		if resumed.Arrival != "first" {
			t.Errorf("it is the import of arrival %q now", resumed.Arrival)
		}
		finish(t, open(t, e), &resumed, ledger.Done)
		same(t, "open", []string{}, openImports(t, e))

		is(ask("a", "first", false), "a-1", 1, ledger.Done, 3)
		is(ask("a", "first", true), "a-1", 1, ledger.Done, 3) // again means other arrivals
		duplicate := ask("a", "second", false)
		is(duplicate, "a-2", 2, ledger.Duplicate, 1)
		if !strings.Contains(duplicate.Why, "a-1") {
			t.Errorf("a duplicate says %q, and not of what", duplicate.Why)
		}
		finish(t, open(t, e), &duplicate, ledger.Duplicate)
		if third := ask("a", "third", false); third.State != ledger.Duplicate || third.ID != "a-3" || !strings.Contains(third.Why, "a-1") {
			t.Errorf("the third is %+v", third)
		}
		is(ask("a", "fourth", true), "a-4", 4, ledger.Running, 1)
		is(ask("b", "b", false), "b-1", 5, ledger.Running, 1)
		same(t, "open", []string{"a-4", "b-1"}, openImports(t, e))

		// Without an arrival (a person at the command line) two are never the same.
		one := ask("c", "", false)
		finish(t, open(t, e), &one, ledger.Done)
		is(ask("c", "", false), "c-2", 7, ledger.Duplicate, 1)
		is(ask("c", "", true), "c-3", 8, ledger.Running, 1)
	})
}

// TestUnplaced: what has ended is kept in view until its file is where it belongs, over whatever else is imported meanwhile.
func TestUnplaced(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		s := open(t, e)
		imp := begin(t, s, "a")
		imp.State, imp.Ended = ledger.Done, at
		must(t, s.Imports.Finish(t.Context(), &imp))
		begin(t, s, "b")
		for range 2 {
			must(t, s.Hold(t.Context(), nothing))
			unplaced, err := open(t, e).Imports.Unarchived(t.Context())
			must(t, err)
			same(t, "unplaced", []ledger.Import{imp}, unplaced)
		}
		finish(t, s, &imp, ledger.Done)
		unplaced, err := s.Imports.Unarchived(t.Context())
		must(t, err)
		same(t, "unplaced", []ledger.Import{}, unplaced)
		same(t, "open", []string{"b-1"}, openImports(t, e))
	})
}

// TestRefusedIsNoDuplicate: what was refused has done nothing, so the same again is a new import.
func TestRefusedIsNoDuplicate(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := open(t, fresh())
		refused := wants("a", "first")
		refused.State, refused.Code, refused.Why = ledger.Refused, "no_heading", "no row of headings was found"
		imp, err := s.Imports.Begin(t.Context(), refused, true)
		must(t, err)
		must(t, s.Imports.Finish(t.Context(), &imp))
		second, err := s.Imports.Begin(t.Context(), wants("a", "second"), false)
		must(t, err)
		if second.State != ledger.Running || second.ID != "a-2" {
			t.Errorf("after a refusal the same is %s as %s", second.State, second.ID)
		}
	})
}

// TestDoneIsKnownAfterEveryCrash kills a process at each call of Finish. Once its import is stored as done, the same workbook of another
// arrival is a duplicate.
func TestDoneIsKnownAfterEveryCrash(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for n := 1; ; n++ {
			e := fresh()
			imp := begin(t, open(t, e), "a")
			imp.State, imp.Archived = ledger.Done, "done/a.xlsx"
			f := &fault{at: n + 3} // New makes three calls
			s, err := store.New(t.Context(), faulty{e, f})
			must(t, err)
			err = s.Imports.Finish(t.Context(), &imp)
			before := stored(t, open(t, e), "a-1")
			other, beginErr := open(t, e).Imports.Begin(t.Context(), wants("a", "other"), false)
			must(t, beginErr)
			switch {
			case before.State == ledger.Done && (other.State != ledger.Duplicate || other.ID != "a-2"):
				t.Fatalf("killed at call %d of Finish (%s), the other arrival is %s as %s", n, last(f.names), other.State, other.ID)
			case before.State != ledger.Done && other.ID != "a-1":
				t.Fatalf("killed at call %d of Finish (%s), the other arrival is not the one interrupted: %s", n, last(f.names), other.ID)
			}
			if err == nil {
				break
			}
			// Whoever holds next takes the ended one off the list.
			must(t, open(t, e).Hold(t.Context(), nothing))
			if before.State == ledger.Done && slices.Contains(listedOpen(t, e), "a-1") {
				t.Fatalf("killed at call %d of Finish (%s), a-1 is open for ever", n, last(f.names))
			}
		}
	})
}

// TestBeginKilled kills a process at each call of Begin. The next one gets the one import there is, whichever arrival it has.
func TestBeginKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for _, after := range []bool{false, true} {
			for n := 1; ; n++ {
				e := fresh()
				f := &fault{at: n + 5, after: after} // New makes five calls on an empty database
				s, err := store.New(t.Context(), faulty{e, f})
				must(t, err)
				_, err = s.Imports.Begin(t.Context(), wants("a", "first"), false)
				imp, beginErr := open(t, e).Imports.Begin(t.Context(), wants("a", "second"), false)
				must(t, beginErr)
				what := fmt.Sprintf("killed at call %d of Begin (%s), after it: %t", n, last(f.names), after)
				if imp.ID != "a-1" || imp.State != ledger.Running {
					t.Errorf("%s: the next is %s, %s", what, imp.ID, imp.State)
				}
				same(t, what+": open", []string{"a-1"}, openImports(t, e))
				finish(t, open(t, e), &imp, ledger.Done)
				next, beginErr := open(t, e).Imports.Begin(t.Context(), wants("a", "third"), true)
				must(t, beginErr)
				if next.ID != "a-2" || next.No <= imp.No {
					t.Errorf("%s: the one after is %s, number %d after %d", what, next.ID, next.No, imp.No)
				}
				same(t, what+": open at the end", []string{"a-2"}, openImports(t, e))
				if err == nil {
					break
				}
			}
		}
	})
}

func TestBeginAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		var mu sync.Mutex
		numbers, ids := map[int64]bool{}, map[string]int{}
		var all sync.WaitGroup
		for i := range 6 {
			s := open(t, e)
			all.Go(func() {
				for n := range 5 {
					imp, err := s.Imports.Begin(t.Context(), wants(fmt.Sprintf("own%d.%d", i, n), ""), false)
					shared, sharedErr := s.Imports.Begin(t.Context(), wants(fmt.Sprintf("shared%d", i%2), "same"), false)
					mu.Lock()
					if err != nil {
						t.Error(err)
					} else if numbers[imp.No] {
						t.Errorf("number %d was given twice", imp.No)
					}
					numbers[imp.No] = true
					if sharedErr == nil { // one that loses against another gets an error; it is never given another import
						ids[shared.ID]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if len(numbers) != 30 || len(ids) != 2 || ids["shared0-1"] == 0 || ids["shared1-1"] == 0 {
			t.Errorf("%d numbers; shared ones %v", len(numbers), ids)
		}
		if n := len(openImports(t, e)); n != 32 {
			t.Errorf("%d imports are open, not 32", n)
		}
	})
}

func TestImportsNewestFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := open(t, fresh())
		for n := range 12 {
			begin(t, s, fmt.Sprintf("w%02d", n))
		}
		var got []string
		for before := int64(0); ; {
			page, err := s.Imports.List(t.Context(), before, 5)
			must(t, err)
			if len(page) == 0 {
				break
			}
			for _, imp := range page {
				got = append(got, imp.ID)
				before = imp.No
			}
		}
		var want []string
		for n := 11; n >= 0; n-- {
			want = append(want, fmt.Sprintf("w%02d-1", n))
		}
		same(t, "imports", want, got)
	})
}

// TestNewerDataIsRefused: a newer inlet has upgraded the store, before this one opens it or while it has it open.
func TestNewerDataIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		before, other := open(t, e), open(t, e)
		work := func() error { return before.Hold(t.Context(), func(context.Context) error { return nil }) }
		must(t, work())
		must(t, before.Ping(t.Context()))
		doc, ok, err := e.Load(t.Context(), engine.Meta, "schema")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		doc.Body = []byte(`{"version":99,"inlet":"v9.8.7"}`)
		if swapped, err := e.Swap(t.Context(), engine.Meta, doc); err != nil || !swapped {
			t.Fatal(swapped, err)
		}
		nothing := func(context.Context) error { return nil }
		must(t, other.Lease.Do(t.Context(), nothing, nothing)) // as the newer one does before it applies
		_, err = store.New(t.Context(), e)
		for what, err := range map[string]error{"open": err, "apply": work(), "ping": before.Ping(t.Context())} {
			newer, is := errors.AsType[*store.NewerError](err)
			if _, denied := errors.AsType[*ledger.Denied](err); !is || !denied || newer.Data != 99 || newer.Inlet != "v9.8.7" {
				t.Errorf("%s: %v", what, err)
				continue
			}
			for _, want := range []string{"inlet v9.8.7 (data version 99)", "this is inlet (devel)", " at the most", "run inlet v9.8.7 or a newer one, or restore the backup"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %q is not in: %v", what, want, err)
				}
			}
		}
		same(t, "schema", map[string]any{"version": 99.0, "inlet": "v9.8.7"}, document(t, e, engine.Meta, "schema"))
	})
}
