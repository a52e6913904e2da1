package current

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestCancel: only the import that is named is cancelled, and none before it has begun.
func TestCancel(t *testing.T) {
	var imp Import
	ctx, cancel := context.WithCancelCause(t.Context())
	imp.Begin("kunder", "a.xlsx", cancel)
	if id := imp.cancelIfIn([]string{"", "a-1"}); id != "" || ctx.Err() != nil {
		t.Errorf("%q was cancelled before it had begun: %v", id, ctx.Err())
	}
	imp.SetID("a-1")
	imp.Advance(3, 7)
	if id := imp.cancelIfIn([]string{"b-1"}); id != "" || ctx.Err() != nil {
		t.Errorf("%q was cancelled with another: %v", id, ctx.Err())
	}
	if now, is := imp.Now(); !is || now.ID != "a-1" || now.Rows != 3 || now.Total != 7 || now.Workbook != "a.xlsx" {
		t.Errorf("%+v %v", now, is)
	}
	if id := imp.cancelIfIn([]string{"b-1", "a-1"}); id != "a-1" || !errors.Is(context.Cause(ctx), ErrCancelled) {
		t.Errorf("%q: %v", id, context.Cause(ctx))
	}
	imp.End()
	if now, is := imp.Now(); is {
		t.Errorf("it has ended, and there is %+v", now)
	}
}

// TestHeartbeat: only what the import itself asks the store for counts as progress.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Heartbeat
		h.Beat()
		time.Sleep(time.Minute)
		if idle := h.Idle(); idle != 0 {
			t.Errorf("idle for %s without an import", idle)
		}
		h.Begin()
		time.Sleep(time.Minute)
		h.Answered(t.Context())
		if idle := h.Idle(); idle != time.Minute {
			t.Errorf("idle for %s after an answer to a page", idle)
		}
		h.Answered(h.Follow(t.Context()))
		if idle := h.Idle(); idle != 0 {
			t.Errorf("idle for %s after an answer to the import", idle)
		}
		h.End()
		time.Sleep(time.Minute)
		if idle := h.Idle(); idle != 0 {
			t.Errorf("idle for %s after its end", idle)
		}
	})
}
