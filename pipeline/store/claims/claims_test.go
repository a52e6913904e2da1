package claims

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/lease"
)

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// process returns the claims as a process on another host sees them.
func process(docs engine.Documents, pid int) *Claims {
	c := New(docs)
	c.Process = lease.Process{Host: fmt.Sprint("host", pid), Boot: "b007", PID: pid, Start: "1"}
	return c
}

// take takes a claim of the inbox kunder.
func take(t testing.TB, c *Claims, id string) Taking {
	t.Helper()
	taking, err := c.Take(t.Context(), "kunder", id)
	must(t, err)
	return taking
}

func takes(t testing.TB, c *Claims, id string, want Taking) {
	t.Helper()
	if got := take(t, c, id); got != want {
		t.Errorf("%s: %s, not %s", id, got, want)
	}
}

// queued returns the claims of the inbox kunder as text.
func queued(t testing.TB, c *Claims) string {
	t.Helper()
	all, err := c.List(t.Context(), "kunder")
	must(t, err)
	text := ""
	for _, claim := range all {
		text += fmt.Sprintf("%d:%s ", claim.Number, claim.ID)
	}
	return text
}

func orphans(t testing.TB, c *Claims) []string {
	t.Helper()
	all, err := c.Orphans(t.Context())
	must(t, err)
	return all["kunder"]
}

func TestNumbersAreThoseOfTheInbox(t *testing.T) {
	docs := &enginetest.Documents{}
	a, b := process(docs, 1), process(docs, 2)
	takes(t, a, "x", Fresh)
	takes(t, b, "y", Fresh)
	takes(t, a, "z", Fresh)
	takes(t, a, "x", Own)
	takes(t, b, "x", Foreign)
	must(t, a.Release(t.Context(), "kunder", "x"), a.Release(t.Context(), "kunder", "x"))
	if taking, err := a.Take(t.Context(), "other", "o"); err != nil || taking != Fresh {
		t.Error(taking, err)
	}
	takes(t, b, "w", Fresh)
	if got := queued(t, a); got != "2:y 3:z 4:w " {
		t.Errorf("the queue is %s", got)
	}
	if others, err := b.List(t.Context(), "other"); err != nil || len(others) != 1 || others[0].Number != 1 {
		t.Errorf("the other queue is %+v, %v", others, err)
	}
}

// TestOthersClaimsAreLeftAlone is for changes of claims that another process owns.
func TestOthersClaimsAreLeftAlone(t *testing.T) {
	docs := &enginetest.Documents{}
	a, b := process(docs, 1), process(docs, 2)
	takes(t, a, "x", Fresh)
	takes(t, b, "y", Fresh)
	must(t, b.Release(t.Context(), "kunder", "x"), b.SetAside(t.Context(), "kunder", "x"), a.SetAside(t.Context(), "kunder", "x"))
	all, err := b.List(t.Context(), "kunder")
	if must(t, err); len(all) != 2 || !all[0].Aside || all[1].Aside {
		t.Errorf("the queue is %+v", all)
	}
}

// TestSilentOwnerIsReplaced: nothing is adopted while a heartbeat advances, all once it has stood still, and the former owner learns it.
func TestSilentOwnerIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		a, b := process(docs, 1), process(docs, 2)
		takes(t, a, "x", Fresh)
		takes(t, a, "y", Fresh)
		for range 20 {
			must(t, a.Beat(t.Context()))
			if got := orphans(t, b); got != nil {
				t.Fatalf("orphans of one that is alive: %v", got)
			}
			takes(t, b, "x", Foreign)
			time.Sleep(a.Timing.Heartbeat)
		}
		began := time.Now()
		for orphans(t, b) == nil {
			time.Sleep(b.Timing.Heartbeat)
		}
		if took := time.Since(began); took < b.Timing.Expiry-b.Timing.Heartbeat || took > 30*time.Second {
			t.Errorf("declared dead after %v", took)
		}
		takes(t, b, "x", Adopted)
		takes(t, b, "y", Adopted)
		if got := queued(t, b); got != "1:x 2:y " {
			t.Errorf("the queue is %s", got)
		}
		if _ = orphans(t, b); !b.Gone(a.Process) || b.Gone(b.Process) {
			t.Error("the former owner is not known to be gone, or the other is")
		}
		if err := a.Beat(t.Context()); !errors.Is(err, ErrLost) {
			t.Errorf("the former owner: %v", err)
		}
		must(t, a.Release(t.Context(), "kunder", "x"), a.Beat(t.Context()))
		if _ = orphans(t, b); b.Gone(a.Process) {
			t.Error("one that is alive again is taken to be gone")
		}
		takes(t, a, "x", Foreign)
		takes(t, a, "z", Fresh)
	})
}

// TestSuspendedObserverDeclaresNobodyDead: what it has read is out of date.
func TestSuspendedObserverDeclaresNobodyDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &enginetest.Documents{}
		a, b := process(docs, 1), process(docs, 2)
		takes(t, a, "x", Fresh)
		_ = orphans(t, b)
		docs.After = func(call string) error {
			if call == "range claims" {
				docs.After = nil
				time.Sleep(time.Minute)
				return a.Beat(t.Context())
			}
			return nil
		}
		if got := orphans(t, b); got != nil {
			t.Errorf("orphans: %v", got)
		}
		must(t, a.Beat(t.Context()))
	})
}

func TestOwnerThatLeavesIsReplacedAtOnce(t *testing.T) {
	docs := &enginetest.Documents{}
	a, b := process(docs, 1), process(docs, 2)
	takes(t, a, "x", Fresh)
	must(t, a.Leave(t.Context()))
	takes(t, b, "x", Adopted)
	takes(t, a, "x", Foreign)
}

// TestOwnersAreFew: a daemon that starts again and again uses the same document.
func TestOwnersAreFew(t *testing.T) {
	docs := &enginetest.Documents{}
	for i := range 10 {
		c := process(docs, i)
		must(t, c.Beat(t.Context()), c.Leave(t.Context()))
	}
	all, err := docs.Range(t.Context(), engine.Claims, engine.Range{Limit: 100})
	if must(t, err); len(all) != 1 {
		t.Errorf("%d documents", len(all))
	}
}

// TestOneHeartbeatForAllClaims counts commands: a heartbeat is one, and so is a claim, its release and an observation.
func TestOneHeartbeatForAllClaims(t *testing.T) {
	calls := 0
	docs := &enginetest.Documents{Before: func(string) error { calls++; return nil }}
	c := process(docs, 1)
	for i := range 100 {
		take(t, c, fmt.Sprint(i))
	}
	for what, call := range map[string]func() error{
		"heartbeat": func() error { return c.Beat(t.Context()) },
		"claim":     func() error { _, err := c.Take(t.Context(), "kunder", "x"); return err },
		"release":   func() error { return c.Release(t.Context(), "kunder", "0") },
		"observe":   func() error { _, err := c.Orphans(t.Context()); return err },
		"list":      func() error { _, err := c.List(t.Context(), "kunder"); return err },
	} {
		calls = 0
		must(t, call())
		if calls != 1 {
			t.Errorf("%s: %d commands", what, calls)
		}
	}
}

// fault ends a process at one of its calls: before the call is made, or after it was and before its answer has arrived.
type fault struct {
	engine.Documents
	at    int
	after bool
	lost  bool // only the answer of that call is lost, and the process goes on
	calls int
}

var errKilled = errors.New("the process was killed here")

func faulty[T any](f *fault, call func() (T, error)) (T, error) {
	var none T
	f.calls++
	if f.calls > f.at && !f.lost || f.calls == f.at && !f.after {
		return none, errKilled
	}
	v, err := call()
	if f.calls == f.at {
		return none, errKilled
	}
	return v, err
}

func (f *fault) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return faulty(f, func() (bool, error) { return f.Documents.Insert(ctx, table, doc) })
}

func (f *fault) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return faulty(f, func() (bool, error) { return f.Documents.Swap(ctx, table, doc) })
}

func (f *fault) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	there := false
	doc, err := faulty(f, func() (doc engine.Doc, err error) {
		doc, there, err = f.Documents.Load(ctx, table, id)
		return doc, err
	})
	return doc, there, err
}

func (f *fault) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	return faulty(f, func() ([]engine.Doc, error) { return f.Documents.Range(ctx, table, r) })
}

// life is what a process does with claims: those of an owner that has left, its own, and its end.
func life(ctx context.Context, c *Claims) error {
	for _, id := range []string{"a", "b", "c", "d"} {
		if _, err := c.Take(ctx, "kunder", id); err != nil {
			return err
		}
	}
	if _, err := c.Orphans(ctx); err != nil {
		return err
	}
	return errors.Join(c.SetAside(ctx, "kunder", "c"), c.Beat(ctx), c.Release(ctx, "kunder", "b"), c.Leave(ctx))
}

// killed runs a life on a database that fails at one call, and returns whether it came to its end before.
func killed(t *testing.T, docs engine.Documents, at int, after, lost bool) (ended bool) {
	t.Helper()
	before := process(docs, 1)
	takes(t, before, "a", Fresh)
	takes(t, before, "b", Fresh)
	must(t, before.Leave(t.Context()))
	f := &fault{Documents: docs, at: at, after: after, lost: lost}
	c := process(f, 2)
	err := life(t.Context(), c)
	for tries := 0; lost && err != nil && tries < 5; tries++ { // it tries again what failed
		err = life(t.Context(), c)
	}
	if lost && err != nil {
		t.Errorf("call %d: %v", at, err)
	}
	return f.calls < at
}

// inherits has another process adopt everything once the heartbeats have stood still, and checks what is there.
func inherits(t *testing.T, docs engine.Documents, wait func(time.Duration)) {
	t.Helper()
	heir := process(docs, 3)
	heir.Timing = Timing{Heartbeat: 10 * time.Millisecond, Expiry: 50 * time.Millisecond}
	_ = orphans(t, heir)
	wait(2 * heir.Timing.Expiry)
	all, err := heir.List(t.Context(), "kunder")
	must(t, err)
	var ids []string
	for _, claim := range all {
		ids = append(ids, claim.ID)
	}
	if got := orphans(t, heir); !slices.Equal(got, ids) {
		t.Errorf("orphans are %v of %v", got, ids)
	}
	last, seen := int64(0), map[string]bool{}
	for _, claim := range all {
		takes(t, heir, claim.ID, Adopted)
		if claim.Number <= last || seen[claim.ID] {
			t.Errorf("the queue is %+v", all)
		}
		last, seen[claim.ID] = claim.Number, true
	}
	if !seen["a"] || last > 4 {
		t.Errorf("the queue is %+v", all)
	}
	takes(t, heir, "next", Fresh)
}

// TestKilledAtEachCall kills a process at each of its calls, and loses the answer to each: another one adopts what is there, in the old order.
func TestKilledAtEachCall(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct{ after, lost bool }{{false, false}, {true, false}, {true, true}} {
		for at := 1; ; at++ {
			ended := false
			synctest.Test(t, func(t *testing.T) {
				docs := &enginetest.Documents{}
				ended = killed(t, docs, at, kind.after, kind.lost)
				inherits(t, docs, time.Sleep)
			})
			if ended || t.Failed() {
				t.Logf("%+v: %d calls", kind, at)
				break
			}
		}
	}
}

// TestConfirm renews a heartbeat only when it is older than its interval, also by the wall clock, which goes on while a computer sleeps.
func TestConfirm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		docs := &enginetest.Documents{Before: func(string) error { calls++; return nil }}
		c := process(docs, 1)
		take(t, c, "x")
		confirm := func(what string, want int) {
			t.Helper()
			calls = 0
			if must(t, c.Confirm(t.Context())); calls != want {
				t.Errorf("%s: %d commands, not %d", what, calls, want)
			}
		}
		confirm("just taken", 0)
		time.Sleep(c.Timing.Heartbeat - time.Millisecond)
		confirm("within the interval", 0)
		time.Sleep(time.Millisecond)
		confirm("at its end", 1)
		confirm("renewed", 0)
		c.renewed = c.renewed.Add(-c.Timing.Heartbeat)
		confirm("after a sleep", 1)
		other := process(docs, 2)
		orphans(t, other)
		time.Sleep(time.Minute)
		orphans(t, other)
		if err := c.Confirm(t.Context()); !errors.Is(err, ErrLost) {
			t.Errorf("declared dead, it gives %v", err)
		}
	})
}

// TestElapsed goes by the clock that says more.
func TestElapsed(t *testing.T) {
	now := time.Now()
	for since, want := range map[time.Time]time.Duration{now: 0, now.Add(-time.Hour): time.Hour, now.Add(-time.Minute).Round(0): time.Minute, now.Add(time.Minute).Round(0): time.Minute} {
		if got := elapsed(since); got < want-time.Second || got > want+5*time.Second {
			t.Errorf("since %v: %v, not %v", since, got, want)
		}
	}
}
