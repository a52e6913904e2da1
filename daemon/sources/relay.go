// Package sources connects the sources of the watcher with the commands, through the store: it polls the sources that a person wants polled, and writes
// down the state of all.
package sources

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	sourcestore "inlet.example/inlet/pipeline/store/sources"
	"inlet.example/inlet/watcher"
)

// How often the store is read and written.
const (
	RequestPoll   = 2 * time.Second // how soon `inlet source run` is noticed
	stateInterval = time.Minute     // how often a state is written of which only the time has changed
)

// Poller polls the sources.
type Poller interface {
	RunNow(source string) error
	Next(source string) time.Time
}

// Relay is the sources of a session.
type Relay struct {
	configured []config.Source
	store      *sourcestore.Status
	log        *slog.Logger
	metrics    *metrics.Metrics
	every      time.Duration

	mu        sync.Mutex
	states    map[string]sourcestore.State
	written   map[string]sourcestore.State  // as they are in the store
	polls     map[string][]sourcestore.Poll // that are not in the store yet
	requested map[string]int64              // numbers of the requests that are being carried out
	changed   chan struct{}
}

// New makes the relay of some sources. It starts nothing.
func New(configured []config.Source, s *sourcestore.Status, log *slog.Logger, m *metrics.Metrics, every time.Duration) *Relay {
	return &Relay{configured: configured, store: s, log: log, metrics: m, every: every, states: map[string]sourcestore.State{},
		written: map[string]sourcestore.State{}, polls: map[string][]sourcestore.Poll{}, requested: map[string]int64{}, changed: make(chan struct{}, 1)}
}

// Polled takes the result of a poll.
func (r *Relay) Polled(source string, result watcher.PollResult) {
	r.mu.Lock()
	defer r.mu.Unlock()
	state := sourcestore.State{Asked: time.Now().UTC(), Outcome: result.Outcome, Files: result.Files, Waiting: result.Waiting, Next: result.Again.UTC()}
	if result.Again.IsZero() {
		state.Next = time.Time{}
	}
	if result.Err != nil {
		state.Why = result.Err.Error()
	}
	state.Ran = r.states[source].Ran // which may not be in the store yet
	if result.ByHand {
		state.Ran = r.requested[source]
	}
	r.states[source] = state
	polls := append(r.polls[source], sourcestore.Poll{At: state.Asked, Outcome: state.Outcome, Files: state.Files})
	r.polls[source] = polls[max(0, len(polls)-sourcestore.KeptPolls):]
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// Run relays until ctx ends.
func (r *Relay) Run(ctx context.Context, w Poller) error {
	if len(r.configured) == 0 {
		return nil
	}
	poll := time.NewTicker(r.every)
	defer poll.Stop()
	logged, resumed := "", false
	for {
		r.showNextPolls(w)
		var err error
		if !resumed {
			err = r.pollUnanswered(ctx, w)
			resumed = err == nil
		}
		err = errors.Join(err, r.pollRequested(ctx, w), r.writeStates(ctx, w))
		if ctx.Err() != nil {
			return nil
		}
		if text := fmt.Sprint(err); err != nil && text != logged {
			logged = text
			r.log.LogAttrs(ctx, slog.LevelWarn, "States of the sources cannot be recorded, retrying", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
		case <-r.changed:
		}
	}
}

func (r *Relay) showNextPolls(w Poller) {
	for _, source := range r.configured {
		if next := w.Next(source.Name); !next.IsZero() {
			r.metrics.NextPoll(source.Name, next)
		}
	}
}

// pollUnanswered makes the watcher poll the sources for which a daemon took a request that it has not carried out: that may have been the one before
// this, and a person waits for the answer. If it is another that still runs, the source is polled once more than needed.
func (r *Relay) pollUnanswered(ctx context.Context, w Poller) error {
	unanswered, err := r.store.Unanswered(ctx)
	if err != nil {
		return err
	}
	for name, no := range unanswered {
		if !r.isConfigured(name) {
			continue
		}
		r.setRequested(name, no)
		if err := w.RunNow(name); err != nil {
			return err
		}
	}
	return nil
}

func (r *Relay) isConfigured(name string) bool {
	return slices.ContainsFunc(r.configured, func(s config.Source) bool { return s.Name == name })
}

// pollRequested makes the watcher poll the sources for which there is a request.
func (r *Relay) pollRequested(ctx context.Context, w Poller) error {
	names, err := r.store.Requests(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !r.isConfigured(name) {
			continue // of another daemon of this store
		}
		no, taken, err := r.store.TakeRequest(ctx, name)
		if err != nil {
			return err
		}
		if taken {
			r.setRequested(name, no)
			if err := w.RunNow(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Relay) setRequested(source string, no int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requested[source] = no
}

// writeStates stores the states that have changed.
func (r *Relay) writeStates(ctx context.Context, w Poller) error {
	unwritten := r.unwritten()
	for _, name := range slices.Sorted(maps.Keys(unwritten)) {
		state := unwritten[name]
		if state.Next.IsZero() {
			state.Next = w.Next(name).UTC()
		}
		polls := r.unwrittenPolls(name)
		if err := r.store.Set(ctx, name, state, polls...); err != nil {
			return err
		}
		r.setWritten(name, unwritten[name], polls)
	}
	return nil
}

// unwritten returns the states that differ from those in the store.
func (r *Relay) unwritten() map[string]sourcestore.State {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[string]sourcestore.State{}
	for name, state := range r.states {
		was, written := r.written[name]
		same := was
		same.Asked, same.Next = state.Asked, state.Next
		if !written || same != state || state.Asked.Sub(was.Asked) >= stateInterval {
			all[name] = state
		}
	}
	return all
}

func (r *Relay) unwrittenPolls(source string) []sourcestore.Poll {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.polls[source])
}

func (r *Relay) setWritten(source string, state sourcestore.State, polls []sourcestore.Poll) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written[source] = state
	r.polls[source] = slices.DeleteFunc(r.polls[source], func(p sourcestore.Poll) bool { return slices.Contains(polls, p) })
}
