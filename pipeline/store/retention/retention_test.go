package retention_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/imports"
	"inlet.example/inlet/pipeline/store/journal"
	"inlet.example/inlet/pipeline/store/outbox"
	"inlet.example/inlet/pipeline/store/retention"
)

const day = retention.Day

// house is a store in memory, whose lease can be had at once.
type house struct {
	*testing.T
	*retention.Retention
	imports *imports.Imports
	audit   *audit.Audit
	held    int   // how often the lease was taken
	fails   error // of the next time it is taken
	removed retention.Removed
	docs    *enginetest.Documents
}

func newHouse(t *testing.T, p retention.Policy) *house {
	docs := &enginetest.Documents{}
	h := &house{T: t, docs: docs, audit: audit.New(docs)}
	h.imports = imports.New(docs, func() int64 { return 1 }, func(context.Context, string) (bool, error) { return false, nil })
	h.Retention = retention.New(retention.Store{Imports: h.imports, Journal: journal.New(docs), Outbox: outbox.New(docs), Audit: h.audit, Claims: claims.New(docs),
		Hold: func(ctx context.Context, do func(context.Context) error) error {
			h.held++
			if err := h.fails; err != nil {
				h.fails = nil
				return err
			}
			return do(ctx)
		}}, p)
	h.Removed = func(r retention.Removed) {
		h.removed.Journals += r.Journals
		h.removed.Imports += r.Imports
		h.removed.Entries += r.Entries
		h.removed.Claims += r.Claims
	}
	return h
}

// ends adds an import that ends now.
func (h *house) ends(base string) {
	h.Helper()
	imp, err := h.imports.Begin(h.Context(), ledger.Import{ID: base, Workbook: base, State: ledger.Running, Began: time.Now()}, false)
	if err == nil {
		imp.State, imp.Batch, imp.Ended = ledger.Done, 1, time.Now()
		err = h.imports.Finish(h.Context(), &imp)
	}
	if err != nil {
		h.Fatal(err)
	}
}

// TestRun: what gets old while the daemon runs is removed within a day, and an error is followed by another attempt an hour later.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, retention.Policy{Journal: 2 * day, Imports: 4 * day})
		h.ends("a")
		h.fails = errors.New("the store does not answer")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- h.Retention.Run(ctx, slog.New(slog.DiscardHandler)) }()
		wait := func(d time.Duration, want retention.Removed, held int) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if h.removed != want || h.held != held {
				t.Errorf("after %s: %+v were removed, and the lease was taken %d times", d, h.removed, h.held)
			}
		}
		wait(time.Minute, retention.Removed{}, 0)
		wait(2*day, retention.Removed{}, 1) // which failed
		wait(time.Hour, retention.Removed{Journals: 1}, 2)
		wait(2*day, retention.Removed{Journals: 1, Imports: 1}, 3)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestRunWithoutPolicy: nothing is read.
func TestRunWithoutPolicy(t *testing.T) {
	h := newHouse(t, retention.Policy{})
	h.ends("a")
	if err := h.Retention.Run(t.Context(), slog.New(slog.DiscardHandler)); err != nil || h.held > 0 {
		t.Errorf("%v, held %d times", err, h.held)
	}
}

// TestManyImports: the lease is given back now and then, and all that are old are found behind some that are kept.
func TestManyImports(t *testing.T) {
	h := newHouse(t, retention.Policy{Journal: 2 * day})
	const many = 450
	for i := range many {
		h.ends(string(rune('a'+i%26)) + string(rune('a'+i/26)))
	}
	removed, err := h.Prune(t.Context(), time.Now().Add(3*day))
	if err != nil || removed.Journals != many || h.held != 10+10+3 {
		t.Errorf("%+v, %v; the lease was taken %d times", removed, err, h.held)
	}
	if removed, err := h.Prune(t.Context(), time.Now().Add(3*day)); err != nil || removed != (retention.Removed{}) {
		t.Errorf("once more: %+v, %v", removed, err)
	}
}

// TestClaims: those of a daemon that has ended are removed, without the lease, also where nothing else is; imports stay.
func TestClaims(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, retention.Policy{Claims: 5 * day})
		h.ends("a")
		ended := claims.New(h.docs)
		if _, err := ended.Take(t.Context(), "kunder", "a"); err != nil {
			t.Fatal(err)
		}
		if err := ended.Leave(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan error)
		go func() { over <- h.Retention.Run(ctx, slog.New(slog.DiscardHandler)) }()
		for d, want := range []int{0, 0, 0, 0, 0, 1} {
			time.Sleep(time.Minute)
			synctest.Wait()
			if h.removed != (retention.Removed{Claims: want}) || h.held > 0 {
				t.Errorf("after %d days: %+v were removed, and the lease was taken %d times", d, h.removed, h.held)
			}
			time.Sleep(day - time.Minute)
		}
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// TestOldEntries: entries of who did what are removed when they are older than the policy keeps, and not before, also where imports are kept for ever.
func TestOldEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, retention.Policy{Audit: 2 * day})
		for range 3 {
			if _, err := h.audit.Add(t.Context(), audit.Entry{Who: "anna", What: audit.Undo}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(day)
		}
		removed, err := h.Prune(t.Context(), time.Now().Add(-time.Hour))
		if err != nil || removed.Entries != 1 || h.removed.Entries != 1 || h.held != 0 {
			t.Errorf("removed: %+v, %+v, %v", removed, h.removed, err)
		}
		if left, err := h.audit.List(t.Context(), "", 9); err != nil || len(left) != 2 {
			t.Errorf("left: %+v, %v", left, err)
		}
	})
}
