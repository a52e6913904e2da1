// Package backoff has the pauses between attempts at what may succeed later.
package backoff

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Pauses grow from attempt to attempt, with jitter, so that a store that is back is not asked by all daemons at once.
type Pauses struct{ b *backoff.ExponentialBackOff }

// New begins with a short pause.
func New() Pauses {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = time.Second, time.Minute
	return Pauses{b}
}

// Next returns how long to wait before the next attempt.
func (p Pauses) Next() time.Duration { return p.b.NextBackOff().Round(time.Millisecond) }

// Sleep waits, and returns an error if ctx ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
