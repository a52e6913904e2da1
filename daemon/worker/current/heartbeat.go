package current

import (
	"context"
	"sync/atomic"
	"time"
)

// Heartbeat is when the current import last made progress.
type Heartbeat struct{ last atomic.Int64 } // nanoseconds since 1970; 0 while there is no import

// Begin notes that an import begins.
func (h *Heartbeat) Begin() { h.last.Store(time.Now().UnixNano()) }

// End notes that there is no import.
func (h *Heartbeat) End() { h.last.Store(0) }

// Beat notes progress.
func (h *Heartbeat) Beat() {
	if was := h.last.Load(); was != 0 {
		h.last.CompareAndSwap(was, time.Now().UnixNano())
	}
}

// Follow returns a context for the operations of the current import.
func (h *Heartbeat) Follow(ctx context.Context) context.Context {
	return context.WithValue(ctx, h, true)
}

// Answered notes an operation of the store as progress if the current import asked for it: pages and the search would hide one that hangs.
func (h *Heartbeat) Answered(ctx context.Context) {
	if ctx.Value(h) != nil {
		h.Beat()
	}
}

// Idle returns for how long there was no progress; 0 while there is no import.
func (h *Heartbeat) Idle() time.Duration {
	last := h.last.Load()
	if last == 0 {
		return 0
	}
	return time.Since(time.Unix(0, last))
}
