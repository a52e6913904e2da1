package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/lease"
)

// process returns the queue as a process on another host sees it, and a counter of what it adopts.
func process(docs engine.Documents, pid int) (*Queue, *int) {
	adopted := new(int)
	c := claims.New(docs)
	c.Process = lease.Process{Host: fmt.Sprint("host", pid), Boot: "b007", PID: pid, Start: "1"}
	return New(c, slog.New(slog.DiscardHandler), func(string) { *adopted++ }), adopted
}

func takes(t *testing.T, q *Queue, id string, fresh, want bool) {
	t.Helper()
	if ours, err := q.Take(t.Context(), "kunder", id, fresh); err != nil || ours != want || q.Owns(id) != want {
		t.Errorf("%s is ours: %t, %v", id, ours, err)
	}
}

func first(t *testing.T, q *Queue, want string, ids ...string) {
	t.Helper()
	if got, err := q.First(t.Context(), "kunder", ids); err != nil || got != want {
		t.Errorf("of %v the first is %q, not %q: %v", ids, got, want, err)
	}
}

func TestFirst(t *testing.T) {
	docs := &enginetest.Documents{}
	a, _ := process(docs, 1)
	b, _ := process(docs, 2)
	takes(t, a, "1", true, true)
	takes(t, b, "2", true, true)
	takes(t, b, "3", true, true)
	first(t, a, "1", "1")
	first(t, b, "", "2", "3")
	first(t, b, "", "3")
	b.SetAside(t.Context(), "kunder", "3")
	first(t, b, "3", "2", "3") // it has lost its place: it waits for nothing
	a.SetAside(t.Context(), "kunder", "1")
	first(t, b, "2", "2")
	first(t, a, "1", "1")
	b.Release(t.Context(), "kunder", "2")
	takes(t, a, "4", true, true)
	first(t, a, "4", "4") // nothing waits for 1 and 3
}

// TestEarlierClaimOfThisProcess is waited for, but not for ever: where it is not among those that are imported something is wrong with it.
func TestEarlierClaimOfThisProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, _ := process(&enginetest.Documents{}, 1)
		takes(t, q, "1", true, true)
		takes(t, q, "2", true, true)
		first(t, q, "", "2")
		first(t, q, "1", "1", "2")
		time.Sleep(ownTimeout)
		first(t, q, "2", "2")
	})
}

var errAway = errors.New("the server is away")

// TestStoreAway: claims are made all the same, in their order, and nothing may be written before they are registered.
func TestStoreAway(t *testing.T) {
	docs := &enginetest.Documents{}
	q, _ := process(docs, 1)
	other, _ := process(docs, 2)
	docs.Before = func(string) error { return errAway }
	takes(t, q, "1", true, true)
	takes(t, q, "2", true, true)
	if ours, err := q.Take(t.Context(), "kunder", "0", false); ours || !errors.Is(err, errAway) {
		t.Errorf("one that was there before: %t, %v", ours, err)
	}
	if err := q.Own(t.Context(), "1"); !errors.Is(err, errAway) {
		t.Errorf("it may be written: %v", err)
	}
	docs.Before = nil
	takes(t, other, "3", true, true)
	if err := q.Own(t.Context(), "1"); err != nil {
		t.Error(err)
	}
	first(t, q, "", "1", "2") // another daemon was there first
	other.Release(t.Context(), "kunder", "3")
	first(t, q, "1", "1", "2")
}

// TestReleaseWithoutAnswer is made again.
func TestReleaseWithoutAnswer(t *testing.T) {
	docs := &enginetest.Documents{}
	q, _ := process(docs, 1)
	other, _ := process(docs, 2)
	takes(t, q, "1", true, true)
	takes(t, other, "2", true, true)
	docs.Before = func(string) error { return errAway }
	q.Release(t.Context(), "kunder", "1")
	docs.Before = nil
	first(t, other, "", "2")
	if err := q.tick(t.Context(), func(context.Context, string, []string) {}); err != nil {
		t.Error(err)
	}
	first(t, other, "2", "2")
}

// TestSuspendedProcess: another one adopts what a process has within thirty seconds, and the process learns it with the first thing that it does.
func TestSuspendedProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		a, _ := process(docs, 1)
		b, adopted := process(docs, 2)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- b.Run(ctx, func(ctx context.Context, inbox string, ids []string) {
				for _, id := range ids {
					if ours, err := b.Take(ctx, inbox, id, false); err != nil || !ours {
						t.Errorf("%s: %t, %v", id, ours, err)
					}
				}
			})
		}()
		takes(t, a, "1", true, true)
		takes(t, a, "2", true, true)
		time.Sleep(30 * time.Second)
		if !b.Owns("1") || !b.Owns("2") || *adopted != 2 {
			t.Errorf("%d were adopted", *adopted)
		}
		if err := a.Own(t.Context(), "1"); !errors.Is(err, ErrLost) || !a.Lost("1") || !a.Lost("2") || a.Owns("2") {
			t.Errorf("the former owner: %v", err)
		}
		takes(t, a, "1", false, false)
		takes(t, a, "3", true, true)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		b.Close(t.Context())
		takes(t, a, "1", false, true)
		if a.Lost("1") || !a.Lost("2") {
			t.Error("what it has again is lost, or what it has not is not")
		}
	})
}

// TestHeartbeatKeepsClaims: a process that runs loses nothing, whatever it does.
func TestHeartbeatKeepsClaims(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		var idle atomic.Bool
		var writes atomic.Int32
		docs.Before = func(call string) error {
			if idle.Load() && call == "swap claims" {
				writes.Add(1)
			}
			return nil
		}
		a, _ := process(docs, 1)
		b, _ := process(docs, 2)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		for _, q := range []*Queue{a, b} {
			go func() {
				ended <- q.Run(ctx, func(_ context.Context, _ string, ids []string) { t.Errorf("orphans: %v", ids) })
			}()
		}
		takes(t, a, "1", true, true)
		time.Sleep(time.Hour)
		if err := a.Own(t.Context(), "1"); err != nil {
			t.Error(err)
		}
		a.Release(t.Context(), "kunder", "1")
		idle.Store(true)
		time.Sleep(time.Hour)
		if n := writes.Load(); n > 1 { // one declares the other dead, which has nothing to lose
			t.Errorf("idle processes write %d times an hour", n)
		}
		takes(t, a, "2", true, true)
		time.Sleep(time.Minute)
		if err := a.Own(t.Context(), "2"); err != nil {
			t.Error(err)
		}
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}

// TestFirstCostsNothing where the queue as this process last saw it has no earlier claim, and one command where it has.
func TestFirstCostsNothing(t *testing.T) {
	calls := 0
	docs := &enginetest.Documents{Before: func(string) error { calls++; return nil }}
	a, _ := process(docs, 1)
	b, _ := process(docs, 2)
	takes(t, a, "1", true, true)
	takes(t, b, "2", true, true)
	for _, c := range []struct {
		q     *Queue
		id    string
		first string
		calls int
	}{{a, "1", "1", 0}, {b, "2", "", 1}} {
		calls = 0
		if first(t, c.q, c.first, c.id); calls != c.calls {
			t.Errorf("%s: %d commands, not %d", c.id, calls, c.calls)
		}
	}
	a.Release(t.Context(), "kunder", "1")
	first(t, b, "2", "2")
}
