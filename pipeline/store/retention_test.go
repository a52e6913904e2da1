package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	encoder "inlet.example/inlet/pipeline/store/journal"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/retention"
)

const day = retention.Day

// aged is an import as retention finds it.
type aged struct {
	base  string
	age   time.Duration // since its end, when retention looks
	state ledger.State
	edit  func(imp *ledger.Import) // nil for nothing
}

// present is when retention looks in these tests.
var present = at.Add(1000 * day)

// archives puts the imports into a store, each with two batches of several pieces and a notification.
func archives(t *testing.T, e engine.Engine, all ...aged) {
	t.Helper()
	s := open(t, e)
	s.Journal.PieceBytes = 64
	for _, a := range all {
		imp := wants(a.base, "arrival of "+a.base)
		imp.Began, imp.Recipients.Webhooks = present.Add(-a.age-time.Hour), []string{"crm"}
		imp, err := s.Imports.Begin(t.Context(), imp, false)
		must(t, err)
		for n := 1; n <= 2; n++ {
			b := ledger.Batch{N: n, Rows: 1, Changes: []ledger.Change{{Ordinal: int64(n), Kind: crm.Account, Action: ledger.Create, ID: fmt.Sprint(a.base, n)}}}
			_, _, _, err := s.Journal.Put(t.Context(), e, imp.ID, b, encoder.Encode(&b))
			must(t, err)
		}
		imp.State, imp.Batch, imp.Ended, imp.Archived = a.state, 2, present.Add(-a.age), "done/x.xlsx"
		if a.edit != nil {
			a.edit(&imp)
		}
		must(t, s.Outbox.Add(t.Context(), ledger.NotificationsFor(&imp, "en", imp.Ended)))
		if imp.State.Ended() {
			must(t, s.Imports.Finish(t.Context(), &imp))
		} else {
			must(t, s.Imports.Save(t.Context(), &imp))
		}
	}
}

// prune is a process that removes what is old.
func prune(ctx context.Context, e engine.Engine, p retention.Policy) (retention.Removed, error) {
	s, err := store.New(ctx, e)
	if err != nil {
		return retention.Removed{}, err
	}
	s.Lease.Timing = lease.Timing{Heartbeat: time.Hour, Expiry: 5 * time.Millisecond, Poll: time.Millisecond}
	return retention.New(retention.Store{Imports: s.Imports, Journal: s.Journal, Outbox: s.Outbox, Hold: s.Hold}, p).Prune(ctx, present)
}

// left returns what there is: of each import whether it is there, is marked, and how many documents of its journal are there.
func left(t *testing.T, e engine.Engine) map[string]string {
	t.Helper()
	docs, err := e.Range(t.Context(), engine.Journal, engine.Range{Limit: 10_000})
	must(t, err)
	all := map[string]string{}
	for _, doc := range docs {
		all[strings.Split(strings.TrimPrefix(doc.ID, "pieces/"), "/")[0]] = "a journal and nothing else"
	}
	imports, err := open(t, e).Imports.List(t.Context(), 0, 1000)
	must(t, err)
	for i := range imports {
		imp := &imports[i]
		switch has := all[imp.ID] != ""; {
		case has && imp.Pruned == ledger.Pruned{}:
			all[imp.ID] = "whole"
		case !has && imp.IsPruned() && !imp.Pruned.Left:
			all[imp.ID] = fmt.Sprintf("pruned after %d days", imp.Pruned.Days)
		default:
			all[imp.ID] = fmt.Sprintf("journal: %v, %+v", has, imp.Pruned)
		}
	}
	return all
}

func notified(t *testing.T, e engine.Engine) []string {
	t.Helper()
	docs, err := e.Range(t.Context(), engine.Outbox, engine.Range{Limit: 1000})
	must(t, err)
	var all []string
	for _, doc := range docs {
		all = append(all, strings.Split(doc.ID, "-")[0])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lives is every kind of import that retention may meet.
var lives = []aged{
	{"ancient", 500 * day, ledger.Done, nil},
	{"undone", 490 * day, ledger.Refused, func(imp *ledger.Import) { imp.Code = "undone" }},
	{"stuck", 480 * day, ledger.Stuck, func(imp *ledger.Import) { imp.Ended = time.Time{} }},
	{"cancelled", 470 * day, ledger.Cancelled, nil},
	{"running", 460 * day, ledger.Running, nil},
	{"held", 450 * day, ledger.Held, nil},
	{"unarchived", 440 * day, ledger.Done, func(imp *ledger.Import) { imp.Archived = "" }},
	{"old", 90 * day, ledger.Done, nil},
	{"young", 90*day - time.Second, ledger.Done, nil},
	{"fresh", 0, ledger.Done, nil},
}

var (
	short  = retention.Policy{Journal: 90 * day}
	policy = retention.Policy{Journal: 90 * day, Imports: 400 * day}
)

func TestRetention(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		archives(t, e, lives...)
		want := left(t, e)
		removed, err := prune(t.Context(), e, retention.Policy{})
		must(t, err)
		same(t, "kept for ever", want, left(t, e))
		same(t, "kept for ever", retention.Removed{}, removed)

		removed, err = prune(t.Context(), e, short)
		must(t, err)
		same(t, "journals", retention.Removed{Journals: 3}, removed)
		for _, id := range []string{"ancient-1", "undone-1", "old-1"} {
			want[id] = "pruned after 90 days"
		}
		same(t, "journals", want, left(t, e))

		removed, err = prune(t.Context(), e, policy)
		must(t, err)
		same(t, "imports", retention.Removed{Imports: 2}, removed)
		delete(want, "ancient-1")
		delete(want, "undone-1")
		same(t, "imports", want, left(t, e))
		same(t, "notifications", []string{"fresh", "held", "old", "unarchived", "young"}, slices.DeleteFunc(notified(t, e), func(base string) bool {
			return base == "stuck" || base == "cancelled" || base == "running" // which have none
		}))
		s := open(t, e)
		for base, forgotten := range map[string]bool{"ancient": true, "old": false} {
			imp, err := s.Imports.Begin(t.Context(), wants(base, "again"), false)
			must(t, err)
			if imp.State != ledger.Duplicate || imp.Original() != base+"-1" || imp.Forgotten != forgotten {
				t.Errorf("%s again: %+v", base, imp)
			}
		}
	})
}

// TestRetentionKilledAtEachCall kills the process before and after each of its calls to the database. The next one finishes. INLET_TEST_DEEP plays each
// call on a server, too.
func TestRetentionKilledAtEachCall(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		few := []aged{lives[0], lives[2], lives[7], lives[8]}
		want := map[string]string{"stuck-1": "whole", "old-1": "pruned after 90 days", "young-1": "whole"}
		for _, after := range []bool{false, true} {
			step := 1
			if e := fresh(); os.Getenv("INLET_TEST_DEEP") == "" && !e.Capabilities().Transactions {
				step = 7
			}
			for n := 1; ; n += step {
				e := fresh()
				archives(t, e, few...)
				f := &fault{at: n, after: after}
				if _, err := prune(t.Context(), faulty{e, f}, policy); err != nil && !errors.Is(err, errKilled) {
					t.Fatalf("killed at call %d (%s): %v", n, last(f.names), err)
				}
				for id, is := range left(t, e) { // whoever reads the store now is not told of half a journal
					if strings.HasPrefix(is, "journal") && !strings.Contains(is, "Left:true") {
						t.Errorf("killed at call %d (%s): %s is left with %s", n, last(f.names), id, is)
					}
				}
				_, err := prune(t.Context(), e, policy)
				must(t, err)
				what := fmt.Sprintf("killed at call %d (%s), after it: %t", n, last(f.names), after)
				same(t, what, want, left(t, e))
				imp, err := open(t, e).Imports.Begin(t.Context(), wants("ancient", "again"), false)
				must(t, err)
				same(t, what+": the same again", "ancient-1", imp.Original())
				if t.Failed() || !f.dead {
					break
				}
			}
		}
	})
}

// TestRetentionKeepsWhatAnUndoReads: an undo that was interrupted continues, however old what it undoes is.
func TestRetentionKeepsWhatAnUndoReads(t *testing.T) {
	e := onSQLite(t)
	archives(t, e, lives[0])
	s := open(t, e)
	undo := wants("undo", "")
	undo.Undoes = "ancient-1"
	undo, err := s.Imports.Begin(t.Context(), undo, true)
	must(t, err)
	removed, err := prune(t.Context(), e, policy)
	must(t, err)
	same(t, "removed", retention.Removed{}, removed)
	undo.State, undo.Ended = ledger.Done, present
	must(t, s.Imports.MarkUndone(t.Context(), &undo))
	must(t, s.Imports.Finish(t.Context(), &undo))
	removed, err = prune(t.Context(), e, policy)
	must(t, err)
	same(t, "removed once it has ended", retention.Removed{Journals: 1, Imports: 1}, removed)
}

// TestUndoOfAnUndoOfWhatWasRemoved: what was undone counts again, although only the undo is still in the store, or nothing of either.
func TestUndoOfAnUndoOfWhatWasRemoved(t *testing.T) {
	for name, ended := range map[string]time.Duration{"undo in the store": day, "undo removed": 450 * day} {
		t.Run(name, func(t *testing.T) {
			e := onSQLite(t)
			archives(t, e, lives[0])
			s := open(t, e)
			undo := func(base, of string, ended time.Duration) {
				t.Helper()
				imp := wants(base, "")
				imp.Undoes = of
				imp, err := s.Imports.Begin(t.Context(), imp, true)
				must(t, err)
				imp.State, imp.Ended = ledger.Done, present.Add(-ended)
				must(t, s.Imports.MarkUndone(t.Context(), &imp))
				must(t, s.Imports.Finish(t.Context(), &imp))
			}
			original := func(want string) {
				t.Helper()
				next, err := s.Imports.Next(t.Context(), wants("ancient", "again"), false)
				must(t, err)
				same(t, "the same again repeats", want, next.Original())
			}
			undo("undo", "ancient-1", ended)
			original("")
			_, err := prune(t.Context(), e, policy)
			must(t, err)
			original("")
			undo("redo", "undo-1", time.Hour)
			original("ancient-1")
			undo("third", "redo-1", time.Minute)
			original("")
		})
	}
}
