package store_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/lease"
)

const (
	ever = time.Hour        // longer than any of these tests
	slow = 10 * time.Second // longer than a database on a busy machine takes to answer
)

// paced opens a store whose lease has other times.
func paced(t testing.TB, e engine.Engine, beat, dead time.Duration) *store.Store {
	t.Helper()
	s := open(t, e)
	s.Lease.Timing = lease.Timing{Heartbeat: beat, Expiry: dead, Poll: time.Millisecond}
	return s
}

func TestOneHolds(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		var holding, held atomic.Int32
		var all sync.WaitGroup
		for range 3 {
			s := paced(t, e, slow/40, slow)
			for range 2 { // two of one store, which must exclude each other too
				all.Go(func() {
					for range 3 {
						err := s.Hold(t.Context(), func(context.Context) error {
							if holding.Add(1) != 1 {
								t.Error("two hold at once")
							}
							time.Sleep(slow / 30) // a beat
							holding.Add(-1)
							held.Add(1)
							return nil
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		all.Wait()
		if held.Load() != 18 {
			t.Errorf("%d of 18 held", held.Load())
		}
	})
}

// leave has an owner die while it holds the lease.
func leave(t *testing.T, e engine.Engine, own func(*store.Store)) {
	t.Helper()
	f := &fault{}
	s := paced(t, faulty{e, f}, ever, ever)
	own(s)
	err := s.Hold(t.Context(), func(context.Context) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.dead = true
		return nil
	})
	must(t, err)
	if is := document(t, e, engine.Leases, "apply"); is["held"] != true {
		t.Fatalf("the lease is %v", is)
	}
}

// ended returns the ID of a process that ran on this host.
func ended(t *testing.T) int {
	cmd := exec.CommandContext(t.Context(), "true")
	must(t, cmd.Run())
	return cmd.Process.Pid
}

func TestDeadOwnerIsSeenAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		this := open(t, e).Lease.Process
		if this.Boot == "" {
			t.Skip("this system does not tell which process lives")
		}
		gone := ended(t)
		for what, own := range map[string]func(*store.Store){
			"ended": func(s *store.Store) {
				s.Lease.Process = lease.Process{Host: this.Host, Boot: this.Boot, PID: gone, Start: "123"}
			},
			"its number used again": func(s *store.Store) {
				s.Lease.Process = lease.Process{Host: this.Host, Boot: this.Boot, PID: this.PID, Start: "123"}
			},
		} {
			leave(t, e, own)
			begun := time.Now()
			if err := paced(t, e, ever, ever).Hold(t.Context(), nothing); err != nil || time.Since(begun) > 5*time.Second {
				t.Errorf("%s: taken over after %v: %v", what, time.Since(begun), err)
			}
		}
	})
}

func elsewhere(s *store.Store) {
	s.Lease.Process = lease.Process{Host: "elsewhere", Boot: "b007", PID: 77, Start: "1"}
}

func TestSilentOwnerElsewhere(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		const dead = 300 * time.Millisecond
		e := fresh()
		leave(t, e, elsewhere)
		begun := time.Now()
		must(t, paced(t, e, ever, dead).Hold(t.Context(), nothing))
		if took := time.Since(begun); took < dead {
			t.Errorf("taken over after %v: it may have been alive", took)
		}
	})
}

func TestLivingOwnerElsewhere(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		const dead = time.Second // for a database that is slow at times
		e := fresh()
		lives := paced(t, e, slow/100, ever)
		elsewhere(lives)
		must(t, lives.Hold(t.Context(), func(context.Context) error {
			ctx, cancel := context.WithTimeout(t.Context(), 3*dead)
			defer cancel()
			err := paced(t, e, ever, dead).Hold(ctx, func(context.Context) error {
				t.Error("two hold")
				return nil
			})
			if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "process 77 on elsewhere") {
				t.Errorf("who waited in vain gets: %v", err)
			}
			return nil
		}))
		if is := document(t, e, engine.Leases, "apply"); is["held"] != false {
			t.Errorf("the lease is %v", is)
		}
	})
}

// TestWaitingEndsWithItsContext: also where the other is of the same store.
func TestWaitingEndsWithItsContext(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		s := paced(t, fresh(), ever, ever)
		must(t, s.Hold(t.Context(), func(context.Context) error {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := s.Hold(ctx, nothing); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("who waited in vain gets: %v", err)
			}
			return nil
		}))
		must(t, s.Hold(t.Context(), nothing))
	})
}

// TestLostAnswer: where the answer to a beat is lost, the beat may have been written. The lease is not lost for it.
func TestLostAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		var beats atomic.Int32
		f := &fault{}
		s := paced(t, faulty{e, f}, slow/100, ever)
		err := s.Hold(t.Context(), func(ctx context.Context) error {
			f.mu.Lock()
			f.deaf = func(name string) bool { return name == "swap leases" && beats.Add(1)%2 == 1 }
			f.mu.Unlock()
			for beats.Load() < 8 && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			f.mu.Lock()
			f.deaf = nil
			f.mu.Unlock()
			return ctx.Err()
		})
		if err != nil {
			t.Errorf("a lost answer gives: %v", err)
		}
		if is := document(t, e, engine.Leases, "apply"); is["held"] != false {
			t.Errorf("the lease is not given back: %v", is)
		}
	})
}

// TestNotGivenBack: where the lease could not be given back, or its taking was not heard of, its owner takes it again without waiting for its
// own death.
func TestNotGivenBack(t *testing.T) {
	for name, made := range map[string]bool{"not made": false, "answer lost": true} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
				e, f, fails := fresh(), &fault{}, atomic.Bool{}
				s := paced(t, faulty{e, f}, ever, ever)
				bad := func(name string) bool { return name == "swap leases" && fails.Load() }
				if made {
					f.deaf = bad
					fails.Store(true)
					if err := s.Hold(t.Context(), func(context.Context) error { return nil }); err == nil {
						t.Error("it holds a lease that it was not given")
					}
				} else {
					f.cut = bad
					must(t, s.Hold(t.Context(), func(context.Context) error { fails.Store(true); return nil }))
				}
				if is := document(t, e, engine.Leases, "apply"); is["held"] != true {
					t.Fatalf("the lease is not left: %v", is)
				}
				fails.Store(false)
				ctx, cancel := context.WithTimeout(t.Context(), slow)
				defer cancel()
				must(t, s.Hold(ctx, func(context.Context) error { return nil }))
			})
		})
	}
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
// itself. The sleeper, awake, neither writes over that nor says of its batch what is no longer so.
func TestSleeperInBatch(t *testing.T) {
	db := newDatabase(t) // on SQLite a batch is one transaction: nobody else can take the lease while it is under way
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
			t.Errorf("asleep at call %d (%s), the batch gives: %v", n, slept, err)
		}
		if is, ok, _ := open(t, e).Imports.Import(t.Context(), "other-1"); ok && is.Batch == 1 {
			same(t, "asleep at "+slept+": after it woke", settled, look(t, e))
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
	if imp.State != ledger.Done || imp.Tally.Account.Sum() != 12 || imp.Tally.Contact.Sum() != 7 {
		t.Errorf("asleep at %s: the import ends as %+v", slept, imp)
	}
	if n := len(records(t, e, crm.Account)); n != 6 {
		t.Errorf("asleep at %s: %d accounts at the end", slept, n)
	}
}

// TestLoserHears: the context of who holds ends when another took over.
func TestLoserHears(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		f := &fault{}
		loser := paced(t, faulty{e, f}, 10*time.Millisecond, ever)
		elsewhere(loser)
		var asleep sync.Mutex
		err := loser.Hold(t.Context(), func(ctx context.Context) error {
			f.mu.Lock()
			f.before = func(name string) {
				if name == "swap leases" {
					asleep.Lock()
					defer asleep.Unlock()
				}
			}
			asleep.Lock()
			f.mu.Unlock()
			meanwhile(t, e, func(context.Context, *store.Store) error { return nil })
			asleep.Unlock()
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), ledger.ErrTakenOver) {
				t.Errorf("the context ended for %v", context.Cause(ctx))
			}
			return ctx.Err()
		})
		if !errors.Is(err, ledger.ErrTakenOver) {
			t.Errorf("the loser's Hold gives: %v", err)
		}
		must(t, paced(t, e, ever, ever).Hold(t.Context(), nothing)) // the loser did not give back what was not its own
	})
}
