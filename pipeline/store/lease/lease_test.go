package lease

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

const (
	heartbeat = 2 * time.Second
	expiry    = 15 * time.Second
)

var elsewhere = Process{Host: "elsewhere", Boot: "b007", PID: 77, Start: "1"}

func nothing(context.Context) error { return nil }

// held reports whether the database has the lease as held.
func held(t *testing.T, docs *enginetest.Documents) bool {
	t.Helper()
	doc, _, err := docs.Load(context.Background(), engine.Leases, documentID)
	must(t, err)
	var is document
	must(t, json.Unmarshal(doc.Body, &is))
	return is.Held
}

// abandon leaves the lease held by a process that does nothing more.
func abandon(t *testing.T, docs *enginetest.Documents, by Process) {
	t.Helper()
	l := New(docs)
	l.Process = by
	_, err := l.acquire(t.Context())
	must(t, err)
	if !held(t, docs) {
		t.Fatal("the lease is not held")
	}
}

func TestOnlyOneHoldsAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		var holding, count atomic.Int32
		var all sync.WaitGroup
		for range 3 {
			l := New(docs)
			for range 2 { // two callers of one Lease exclude each other too
				all.Go(func() {
					for range 3 {
						err := l.Do(t.Context(), nothing, func(context.Context) error {
							if holding.Add(1) != 1 {
								t.Error("two hold the lease")
							}
							time.Sleep(heartbeat + heartbeat/2)
							holding.Add(-1)
							count.Add(1)
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
		if count.Load() != 18 {
			t.Errorf("%d of 18 held the lease", count.Load())
		}
	})
}

func TestRecoverRunsUnderTheLeaseAndBeforeDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		l := New(docs)
		var order []string
		step := func(name string) func(context.Context) error {
			return func(context.Context) error {
				if !held(t, docs) || l.Epoch() == 0 {
					t.Errorf("%s runs without the lease", name)
				}
				order = append(order, name)
				return nil
			}
		}
		must(t, l.Do(t.Context(), step("recover"), step("do")))
		if got := strings.Join(order, " "); got != "recover do" {
			t.Errorf("it runs %s", got)
		}
		if held(t, docs) || l.Epoch() != 0 {
			t.Error("the lease is not given back")
		}
		fails := errors.New("not now")
		if err := l.Do(t.Context(), func(context.Context) error { return fails }, step("do")); !errors.Is(err, fails) || len(order) != 2 {
			t.Errorf("after a recovery that fails: %v, %v", err, order)
		}
	})
}

func TestEpochRisesWithEachOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		for want := int64(1); want <= 3; want++ {
			l := New(docs)
			must(t, l.Do(t.Context(), nothing, func(context.Context) error {
				if l.Epoch() != want {
					t.Errorf("the epoch is %d, not %d", l.Epoch(), want)
				}
				return nil
			}))
		}
	})
}

// TestExitedOwnerIsReplacedAtOnce is for owners on this host.
func TestExitedOwnerIsReplacedAtOnce(t *testing.T) {
	this := ThisProcess()
	if this.Boot == "" {
		t.Skip("this system does not say which process is running")
	}
	gone := exitedProcess(t)
	for what, owner := range map[string]Process{
		"exited":            {Host: this.Host, Boot: this.Boot, PID: gone, Start: "123"},
		"process ID reused": {Host: this.Host, Boot: this.Boot, PID: this.PID, Start: "123"},
	} {
		synctest.Test(t, func(t *testing.T) {
			docs := &enginetest.Documents{}
			abandon(t, docs, owner)
			began := time.Now()
			must(t, New(docs).Do(t.Context(), nothing, nothing))
			if took := time.Since(began); took > 0 {
				t.Errorf("%s: taken over after %v", what, took)
			}
		})
	}
}

func TestSilentOwnerElsewhereIsReplacedAfterExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		abandon(t, docs, elsewhere)
		began := time.Now()
		must(t, New(docs).Do(t.Context(), nothing, nothing))
		if took := time.Since(began); took <= expiry || took > expiry+time.Second {
			t.Errorf("taken over after %v", took)
		}
	})
}

// TestOwnerKnownToBeGoneIsReplacedAtOnce is for what is known of a process by other means than the lease.
func TestOwnerKnownToBeGoneIsReplacedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		abandon(t, docs, elsewhere)
		l := New(docs)
		l.Gone = func(p Process) bool { return p == elsewhere }
		began := time.Now()
		must(t, l.Do(t.Context(), nothing, nothing))
		if took := time.Since(began); took > 0 {
			t.Errorf("taken over after %v", took)
		}
	})
}

func TestLivingOwnerElsewhereKeepsTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		lives := New(docs)
		lives.Process = elsewhere
		must(t, lives.Do(t.Context(), nothing, func(context.Context) error {
			ctx, cancel := context.WithTimeout(t.Context(), 4*expiry)
			defer cancel()
			err := New(docs).Do(ctx, nothing, func(context.Context) error {
				t.Error("two hold the lease")
				return nil
			})
			if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "process 77 on elsewhere") {
				t.Errorf("the one that waited gets: %v", err)
			}
			return nil
		}))
		if held(t, docs) {
			t.Error("the lease is not given back")
		}
	})
}

// TestWaitingEndsWithItsContext is for two callers of one process.
func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(&enginetest.Documents{})
		must(t, l.Do(t.Context(), nothing, func(context.Context) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := l.Do(ctx, nothing, nothing); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the one that waited gets: %v", err)
			}
			return nil
		}))
		must(t, l.Do(t.Context(), nothing, nothing))
	})
}

var errAway = errors.New("the server is away")

// failing returns a hook that fails each swap of the lease while it is on.
func failing(on *atomic.Bool) func(string) error {
	return func(call string) error {
		if call == "swap leases" && on.Load() {
			return errAway
		}
		return nil
	}
}

// TestHeartbeatWithoutAnAnswerKeepsTheLease: the heartbeat may have been written.
func TestHeartbeatWithoutAnAnswerKeepsTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		docs := &enginetest.Documents{After: failing(&away)}
		err := New(docs).Do(t.Context(), nothing, func(ctx context.Context) error {
			for range 4 {
				away.Store(true)
				time.Sleep(heartbeat)
				away.Store(false)
				time.Sleep(heartbeat)
			}
			return ctx.Err()
		})
		if err != nil {
			t.Errorf("a lost answer gives: %v", err)
		}
		if held(t, docs) {
			t.Error("the lease is not given back")
		}
	})
}

// TestOwnLeaseIsTakenAgainAtOnce: where giving it back did not reach the database, or the answer to taking it was lost, the process need not wait for
// the lease to expire.
func TestOwnLeaseIsTakenAgainAtOnce(t *testing.T) {
	for _, answerLost := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var away atomic.Bool
			docs := &enginetest.Documents{}
			l := New(docs)
			if answerLost {
				docs.After = failing(&away)
				away.Store(true)
				if err := l.Do(t.Context(), nothing, nothing); !errors.Is(err, errAway) {
					t.Errorf("it holds a lease that it was not given: %v", err)
				}
			} else {
				docs.Before = failing(&away)
				must(t, l.Do(t.Context(), nothing, func(context.Context) error { away.Store(true); return nil }))
			}
			if !held(t, docs) {
				t.Fatal("the lease is not left behind")
			}
			away.Store(false)
			began := time.Now()
			must(t, l.Do(t.Context(), nothing, nothing))
			if took := time.Since(began); took > 0 {
				t.Errorf("taken again after %v", took)
			}
		})
	}
}

// TestCancelledWorkGivesTheLeaseBack: the caller's context ends the work, and the lease is free at once all the same.
func TestCancelledWorkGivesTheLeaseBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		ctx, cancel := context.WithCancel(t.Context())
		l := New(&cancellable{Documents: docs})
		var events []Event
		l.Observe = func(e Event) { events = append(events, e) }
		err := l.Do(ctx, nothing, func(ctx context.Context) error {
			cancel()
			return untilCancelled(t, ctx)
		})
		if !errors.Is(err, context.Canceled) || !slices.Equal(events, []Event{Taken, Released}) {
			t.Errorf("cancelled work gives: %v, %v", err, events)
		}
		if held(t, docs) {
			t.Error("the lease is not given back")
		}
	})
}

// TestCompletedWorkIsNotLost: work that was complete when another process took over is not reported as lost.
func TestCompletedWorkIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		err := New(docs).Do(t.Context(), nothing, func(ctx context.Context) error {
			takeOver(t, docs)
			_ = untilCancelled(t, ctx)
			return nil
		})
		if err != nil {
			t.Errorf("work that was complete gives: %v", err)
		}
	})
}

// cancellable is a database that refuses calls whose context has ended and, while hangs is set, does not answer a swap.
type cancellable struct {
	*enginetest.Documents
	hangs atomic.Bool
}

func (c *cancellable) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	if c.hangs.Load() {
		<-ctx.Done()
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	return c.Documents.Swap(ctx, table, doc)
}

// TestHungDatabaseHardlyDelaysTheEnd: neither the heartbeat under way nor giving the lease back waits for a database that does not answer.
func TestHungDatabaseHardlyDelaysTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := &cancellable{Documents: &enginetest.Documents{}}
		var ended time.Time
		must(t, New(db).Do(t.Context(), nothing, func(context.Context) error {
			db.hangs.Store(true)
			time.Sleep(heartbeat + time.Millisecond)
			ended = time.Now()
			return nil
		}))
		if took := time.Since(ended); took > heartbeat {
			t.Errorf("the work ended %v before it was reported", took)
		}
	})
}

// TestHungHeartbeatIsTriedAgain: a process whose heartbeat got no answer finds out that another one has taken over.
func TestHungHeartbeatIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := &cancellable{Documents: &enginetest.Documents{}}
		err := New(db).Do(t.Context(), nothing, func(ctx context.Context) error {
			db.hangs.Store(true)
			time.Sleep(heartbeat + time.Millisecond)
			db.hangs.Store(false)
			takeOver(t, db.Documents)
			return untilCancelled(t, ctx)
		})
		if !errors.Is(err, ledger.ErrTakenOver) {
			t.Errorf("the former owner gets: %v", err)
		}
	})
}

// TestHolderIsNamedThoughTheDatabaseRefuses: a driver refuses calls shortly before the deadline. The error still says who holds the lease.
func TestHolderIsNamedThoughTheDatabaseRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		abandon(t, docs, elsewhere)
		deadline := time.Now().Add(time.Second)
		docs.Before = func(string) error {
			if time.Until(deadline) < 250*time.Millisecond {
				time.Sleep(time.Until(deadline) - 50*time.Millisecond) // a slow answer
				return errAway
			}
			return nil
		}
		ctx, cancel := context.WithDeadline(t.Context(), deadline)
		defer cancel()
		err := New(docs).Do(ctx, nothing, nothing)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "process 77 on elsewhere") {
			t.Errorf("the one that waited gets: %v", err)
		}
	})
}

// untilCancelled waits until the context of some work ends, but not much longer than it takes to notice that the lease is lost.
func untilCancelled(t *testing.T, ctx context.Context) error {
	t.Helper()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(expiry + 2*heartbeat):
		t.Error("the work is not cancelled")
		return nil
	}
}

// takeOver has another process take the lease, as after this one was suspended.
func takeOver(t *testing.T, docs *enginetest.Documents) {
	t.Helper()
	doc, _, err := docs.Load(context.Background(), engine.Leases, documentID)
	must(t, err)
	var is document
	must(t, json.Unmarshal(doc.Body, &is))
	doc.Body, err = json.Marshal(document{Owner: elsewhere, Held: true, Epoch: is.Epoch + 1})
	must(t, err)
	if ok, err := docs.Swap(context.Background(), engine.Leases, doc); !ok || err != nil {
		t.Fatal(ok, err)
	}
}

// TestFormerOwnerIsCancelled: a process that was suspended, so that another one took over, finds out with its next heartbeat and leaves the lease to
// the other.
func TestFormerOwnerIsCancelled(t *testing.T) {
	for _, recovering := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			docs := &enginetest.Documents{}
			var events []Event
			former := New(docs)
			former.Observe = func(e Event) { events = append(events, e) }
			steps := [2]func(context.Context) error{nothing, nothing}
			steps[1] = func(ctx context.Context) error {
				takeOver(t, docs)
				err := untilCancelled(t, ctx)
				if !errors.Is(context.Cause(ctx), ledger.ErrTakenOver) {
					t.Errorf("the context ended for %v", context.Cause(ctx))
				}
				return err
			}
			if recovering {
				steps[0], steps[1] = steps[1], steps[0]
			}
			if err := former.Do(t.Context(), steps[0], steps[1]); !errors.Is(err, ledger.ErrTakenOver) {
				t.Errorf("the former owner gets: %v", err)
			}
			if !held(t, docs) {
				t.Error("the former owner gave back the lease of its successor")
			}
			if !slices.Equal(events, []Event{Taken, Lost}) {
				t.Errorf("the events are %v", events)
			}
		})
	}
}

// TestTerm lasts until another process has held the lease. Within it the lease is taken and given back with one command each.
func TestTerm(t *testing.T) {
	var calls []string
	docs := &enginetest.Documents{Before: func(call string) error { calls = append(calls, call); return nil }}
	a, b := New(docs), New(docs)
	b.Process = elsewhere
	terms := func(l *Lease) int64 {
		t.Helper()
		calls = nil
		var in int64
		must(t, l.Do(t.Context(), nothing, func(context.Context) error {
			term, epoch := l.Term()
			if in = term; epoch == 0 || epoch != l.Epoch() {
				t.Errorf("the epoch is %d", epoch)
			}
			return nil
		}))
		if after, epoch := l.Term(); after != in || epoch != 0 {
			t.Errorf("after term %d it is term %d, epoch %d", in, after, epoch)
		}
		return in
	}
	first := terms(a)
	if again := terms(a); again != first || !slices.Equal(calls, []string{"swap leases", "swap leases"}) {
		t.Errorf("the term after %d is %d, with %v", first, again, calls)
	}
	terms(b)
	if next := terms(a); next == first {
		t.Error("another process has held the lease in this term")
	}
	lost := errors.New("the answer is lost")
	docs.After = func(string) error { docs.After = nil; return lost }
	if err := a.Do(t.Context(), nothing, nothing); !errors.Is(err, lost) {
		t.Errorf("with a lost answer: %v", err)
	}
	before, _ := a.Term()
	if next := terms(a); next == before { // what happened is not known; it does not wait for the lease to expire
		t.Error("the term goes on after a lost answer")
	}
}

// TestMovedDatabase: its lease is given to nobody but for the sake of the database that it was moved to, until it is to be used again.
func TestMovedDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		idle, mover := New(docs), New(docs)
		mover.Process = elsewhere
		must(t, errors.Join(idle.Do(t.Context(), nothing, nothing), Moved(t.Context(), docs)))
		must(t, mover.Do(t.Context(), nothing, func(ctx context.Context) error {
			err := mover.Retire(ctx, "mongodb://new/db")
			time.Sleep(3 * heartbeat)
			return err
		}))
		refused := func(l *Lease) {
			t.Helper()
			err := l.Do(t.Context(), nothing, func(context.Context) error {
				t.Error("it is used")
				return nil
			})
			if moved, ok := errors.AsType[*MovedError](err); !ok || moved.To != "mongodb://new/db" || !ledger.IsTemporary(err) {
				t.Errorf("the error is %v", err)
			}
		}
		refused(idle)
		refused(New(docs))
		again := New(docs)
		again.Heir = "mongodb://new/db"
		must(t, again.Do(t.Context(), nothing, nothing)) // a move that is continued
		refused(idle)
		if err := Moved(t.Context(), docs); err == nil {
			t.Error("it is forgotten")
		}
		must(t, again.Do(t.Context(), nothing, func(ctx context.Context) error { return again.Retire(ctx, "") }))
		must(t, errors.Join(idle.Do(t.Context(), nothing, nothing), Moved(t.Context(), docs)))
	})
}
