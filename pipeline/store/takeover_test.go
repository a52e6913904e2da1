package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

const (
	ever = time.Hour // longer than any of these tests
)

// paced opens a store whose lease has other times.
func paced(t testing.TB, e engine.Engine, beat, dead time.Duration) *store.Store {
	t.Helper()
	s := open(t, e)
	s.Lease.Timing = lease.Timing{Heartbeat: beat, Expiry: dead, Poll: time.Millisecond}
	return s
}

func elsewhere(s *store.Store) {
	s.Lease.Process = lease.Process{Host: "elsewhere", Boot: "b007", PID: 77, Start: "1"}
}

// sleeper is a process that stops in the middle of its import, while another takes over, and goes on.
type sleeper struct {
	e     engine.Engine
	store *store.Store
	fault *fault
}

func newSleeper(t *testing.T, e engine.Engine) sleeper {
	f := &fault{}
	s := paced(t, faulty{e, f}, ever, 2*time.Second) // on a slow machine the one before may not have given the lease back within its few milliseconds
	elsewhere(s)
	return sleeper{e, s, f}
}

// meanwhile is what another does when the sleeper is taken for dead.
func meanwhile(t *testing.T, e engine.Engine, do func(ctx context.Context, s *store.Store) error) {
	t.Helper()
	s := paced(t, e, ever, 50*time.Millisecond)
	must(t, s.Hold(t.Context(), func(ctx context.Context) error { return do(ctx, s) }))
}

// TestSleeperBetweenBatches: its successor may do nothing with the import, or go on with it. The sleeper writes nothing more.
func TestSleeperBetweenBatches(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		for what, do := range map[string]func(ctx context.Context, s *store.Store) error{
			"nothing":    func(context.Context, *store.Store) error { return nil },
			"the import": works.carry,
			"begins the import": func(ctx context.Context, s *store.Store) error {
				_, err := s.Imports.Begin(ctx, wants("work", "work"), false)
				return err
			},
			"some other": workbook{"other", func(*ledger.Import) []ledger.Batch { return nil }}.carry,
			"the import's first": func(ctx context.Context, s *store.Store) error {
				return errors.Join(s.Index.Use(ctx, rules), s.Ping(ctx))
			},
		} {
			e := fresh()
			must(t, seeds.life(t.Context(), e, true))
			sleeps := newSleeper(t, e)
			err := sleeps.store.Hold(t.Context(), func(ctx context.Context) error {
				imp, err := sleeps.store.Imports.Begin(ctx, wants("work", "work"), false)
				must(t, err)
				must(t, sleeps.store.Index.Use(ctx, rules))
				batches := works.batches(&imp)
				apply(t, sleeps.store, &imp, batches[0])
				meanwhile(t, e, do)
				before := look(t, e)
				_, err = sleeps.store.Apply(context.WithoutCancel(ctx), &imp, batches[1])
				if !errors.Is(err, ledger.ErrTakenOver) {
					t.Errorf("%s meanwhile: the sleeper's batch gives: %v", what, err)
				}
				imp.State = ledger.Done
				if err := sleeps.store.Imports.Finish(context.WithoutCancel(ctx), &imp); what != "the import" && !errors.Is(err, ledger.ErrTakenOver) {
					t.Errorf("%s meanwhile: the sleeper's Finish gives: %v", what, err)
				}
				same(t, what+" meanwhile: after the sleeper", before, look(t, e))
				return err
			})
			if !errors.Is(err, ledger.ErrTakenOver) {
				t.Errorf("%s meanwhile: the sleeper's Hold gives: %v", what, err)
			}
			must(t, works.life(t.Context(), e, true))
			if n := len(records(t, e, crm.Account)); n != 6 {
				t.Errorf("%s meanwhile: %d accounts at the end", what, n)
			}
		}
	})
}

// TestSleeperInBatch stops a process at each call of a batch. Its successor settles the batch, and changes the same records
// itself. The first process, once resumed, neither overwrites that nor notes conflicts which are none.
func TestSleeperInBatch(t *testing.T) {
	db := newDatabase(t) // on SQLite a batch is one transaction: no other process can take the lease while it is under way
	t.Parallel()
	for n := 1; ; n++ {
		db.clear(t)
		e := db.engine
		must(t, seeds.life(t.Context(), e, true))
		sleeps := newSleeper(t, e)
		var slept string
		var settled picture
		err := sleeps.store.Hold(t.Context(), func(ctx context.Context) error {
			imp, err := sleeps.store.Imports.Begin(ctx, wants("work", "work"), false)
			must(t, err)
			must(t, sleeps.store.Index.Use(ctx, rules))
			batch := works.batches(&imp)[0]
			calls := 0
			sleeps.fault.before = func(name string) {
				if strings.HasSuffix(name, "leases") {
					return // the beat: on a slow machine there is always one more
				}
				if calls++; calls != n {
					return
				}
				slept = name
				meanwhile(t, e, func(ctx context.Context, s *store.Store) error {
					is := stored(t, s, imp.ID)
					other, err := s.Imports.Begin(ctx, wants("other", "other"), false)
					must(t, err)
					if is.Batch == 1 {
						r := row{&other}
						gamma := record(t, e, crm.Account, row{&ledger.Import{ID: "seed-1", No: 1}}.id(3, crm.Account))
						apply(t, s, &other, r.batch(1, 1, r.update(1, crm.Account, gamma.ID, "", gamma.ChangeID, vals("city", "Umeå"), vals("city", "Visby"))))
					}
					return nil
				})
				settled = look(t, e)
			}
			_, err = sleeps.store.Apply(ctx, &imp, batch)
			sleeps.fault.before = nil
			return err
		})
		if slept == "" {
			must(t, err)
			return
		}
		if !errors.Is(err, ledger.ErrTakenOver) {
			t.Errorf("suspended at call %d (%s), the batch gives: %v", n, slept, err)
		}
		if is, ok, _ := open(t, e).Imports.Import(t.Context(), "other-1"); ok && is.Batch == 1 {
			same(t, "suspended at "+slept+": after it was resumed", settled, look(t, e))
		}
		must(t, works.life(t.Context(), e, true))
		wholeTally(t, e, slept)
		if t.Failed() {
			return
		}
	}
}

// wholeTally wants every part of every row of works counted once.
func wholeTally(t *testing.T, e engine.Engine, slept string) {
	t.Helper()
	imp := stored(t, open(t, e), "work-1")
	if imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Sum() != 12 || imp.Tally.Counts.Of(crm.Contact).Sum() != 7 {
		t.Errorf("suspended at %s: the import ends as %+v", slept, imp)
	}
	if n := len(records(t, e, crm.Account)); n != 6 {
		t.Errorf("suspended at %s: %d accounts at the end", slept, n)
	}
}
