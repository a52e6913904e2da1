package drive

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// mostLost is how many calls of one source may hang for good before it asks no more. Each holds a goroutine and a connection.
const mostLost = 4

var errNoAnswer = errors.New("no answer")

// guard gives up on calls that do not listen to their context.
type guard struct {
	letGo time.Duration
	lost  atomic.Int32
}

// call is one that was started.
type call[T any] struct {
	guard *guard
	value chan T
	err   chan error
	state atomic.Int32
}

// The states of a call.
const (
	running int32 = iota
	ended
	left
)

// start runs do beside the caller, who must wait for it.
func start[T any](ctx context.Context, g *guard, do func(context.Context) (T, error)) (*call[T], error) {
	if n := g.lost.Load(); n >= mostLost {
		return nil, fmt.Errorf("%d earlier calls still hang; it is not asked again until one of them ends, or inlet is restarted", n)
	}
	c := &call[T]{guard: g, value: make(chan T, 1), err: make(chan error, 1)}
	go func() {
		value, err := do(ctx)
		c.value <- value
		c.err <- err
		if !c.state.CompareAndSwap(running, ended) {
			g.lost.Add(-1)
		}
	}()
	return c, nil
}

// wait gives what came of the call. When ctx is over the call has a moment to notice, and is then left behind.
func (c *call[T]) wait(ctx context.Context) (T, error) {
	select {
	case err := <-c.err:
		return <-c.value, err
	case <-ctx.Done():
	}
	select {
	case err := <-c.err:
		return <-c.value, err
	case <-time.After(c.guard.letGo):
	}
	c.guard.lost.Add(1)
	if !c.state.CompareAndSwap(running, left) {
		c.guard.lost.Add(-1)
		return <-c.value, <-c.err
	}
	var none T
	return none, fmt.Errorf("the call does not end and was left behind: %w", context.Cause(ctx))
}

// guarded runs do and waits for it, no longer than limit.
func guarded[T any](ctx context.Context, g *guard, limit time.Duration, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w within %s", errNoAnswer, limit))
	defer cancel()
	var none T
	c, err := start(ctx, g, do)
	if err != nil {
		return none, err
	}
	value, err := c.wait(ctx)
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		err = context.Cause(ctx)
	}
	return value, err
}
