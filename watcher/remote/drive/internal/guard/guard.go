// Package guard abandons calls that ignore their context: some of rclone's block for good where a server accepts a connection and never answers.
package guard

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"inlet.example/inlet/pipeline/message"
)

// maxHanging is how many calls of one source may hang for good before it makes no more. Each holds a goroutine and a connection.
const maxHanging = 4

// ErrNoAnswer says that a call has not returned in time.
var ErrNoAnswer = message.Errorf("no answer")

// Guard abandons the calls of one source.
type Guard struct {
	AbandonAfter time.Duration // a call was cancelled
	hanging      atomic.Int32
}

// Call is a call that was started.
type Call[T any] struct {
	guard *Guard
	value chan T
	err   chan error
	state atomic.Int32
}

// The states of a call.
const (
	running int32 = iota
	ended
	abandoned
)

// Start runs do in another goroutine; the caller must wait for it.
func Start[T any](ctx context.Context, g *Guard, do func(context.Context) (T, error)) (*Call[T], error) {
	if n := g.hanging.Load(); n >= maxHanging {
		return nil, message.Errorf("%d earlier calls have not returned; the source is polled again when one of them returns, or after a restart of inlet", n)
	}
	c := &Call[T]{guard: g, value: make(chan T, 1), err: make(chan error, 1)}
	go func() {
		value, err := do(ctx)
		c.value <- value
		c.err <- err
		if !c.state.CompareAndSwap(running, ended) {
			g.hanging.Add(-1)
		}
	}()
	return c, nil
}

// Wait returns the result of the call. When ctx ends the call has a moment to notice, and is then abandoned.
func (c *Call[T]) Wait(ctx context.Context) (T, error) {
	select {
	case err := <-c.err:
		return <-c.value, err
	case <-ctx.Done():
	}
	select {
	case err := <-c.err:
		return <-c.value, err
	case <-time.After(c.guard.AbandonAfter):
	}
	c.guard.hanging.Add(1)
	if !c.state.CompareAndSwap(running, abandoned) {
		c.guard.hanging.Add(-1)
		return <-c.value, <-c.err
	}
	var none T
	return none, message.Errorf("the call did not return and was abandoned: %w", context.Cause(ctx))
}

// Run runs do and waits for it, no longer than limit.
func Run[T any](ctx context.Context, g *Guard, limit time.Duration, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, message.Errorf("%w within %s", ErrNoAnswer, limit))
	defer cancel()
	var none T
	c, err := Start(ctx, g, do)
	if err != nil {
		return none, err
	}
	value, err := c.Wait(ctx)
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		err = context.Cause(ctx)
	}
	return value, err
}
