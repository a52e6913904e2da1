package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-co-op/gocron/v2"
)

// A source that fails is polled again after firstRetry, then after twice as long each time, up to lastRetry. One that rejects the login is left
// alone for deniedWait, since asking again may lock the account.
const (
	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
	deniedWait = 24 * time.Hour
)

// Plan is when a source is to be polled.
type Plan struct {
	Every          time.Duration // this, …
	Cron, TimeZone string        // … or five fields; the time zone is UTC if empty
	Missed         Missed        // of Cron; MissedRunOnce if empty
}

// Zone returns the time zone of a plan.
func (p Plan) Zone() (*time.Location, error) {
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not valid; write e.g. Europe/Stockholm", p.TimeZone)
	}
	return zone, nil
}

// Memory keeps the last slot of each source over restarts.
type Memory interface {
	// Last is "" for a key that nothing was remembered of.
	Last(ctx context.Context, key string) (string, error)
	Remember(ctx context.Context, key, value string) error
}

// Source is what a Schedule polls.
type Source interface {
	// Poll asks the source once.
	Poll(ctx context.Context) Result
	// Polled is called after each Poll. Next is when the source is polled again if that is not by its schedule, else zero.
	Polled(r Result, next time.Time, byHand bool)
}

// Result is what a Schedule needs to know of a poll, and what Polled is given of it.
type Result struct {
	New     []string // the names of the new files in the inbox
	Waiting int      // files that were seen and are not fetched yet
	Err     error    // why it failed, also in part

	Denied     bool          // the source rejects the login
	RetryAfter time.Duration // when the source says to come back; 0 where it does not
	Recheck    time.Duration // when to poll again whatever the schedule says; 0 if that is not needed
}

// Events are what a Schedule calls. None may be nil.
type Events struct {
	Missed func(source string, slots int) // they passed and the source was not polled
	Taken  func()                         // a slot is noted and its source not polled yet
	Paused func(ctx context.Context, source string) bool
}

// Schedule polls one source. All but now, ticks and job belongs to the goroutine of Run.
type Schedule struct {
	name   string
	missed Missed
	memory Memory
	events Events
	log    *slog.Logger

	now    chan struct{}
	ticks  chan struct{}
	zone   *time.Location
	timing gocron.JobDefinition
	option gocron.JobOption
	jitter time.Duration
	job    atomic.Pointer[gocron.Job] // on a clock, once that runs

	wall       func() time.Time // the clock on the wall; a test puts it forward and back
	slots      *slots           // of a cron expression; nil for an interval
	slot       time.Time        // that was taken last
	unfinished bool             // and the source was not polled to the end for it
	loaded     bool             // slot and unfinished are known

	retries *backoff.ExponentialBackOff
	retryAt time.Time // when a source that failed is polled again; zero if it did not
	recheck time.Time // when it is polled again because something is waited for; zero if nothing is
}

// New makes a Schedule, or says what is wrong with its plan.
func New(name string, plan Plan, memory Memory, events Events, log *slog.Logger) (*Schedule, error) {
	s := &Schedule{
		name: name, missed: plan.Missed, memory: memory, events: events, log: log, now: make(chan struct{}, 1), ticks: make(chan struct{}), wall: time.Now,
		retries: newRetries(),
	}
	zone, err := plan.Zone()
	if err != nil {
		return nil, err
	}
	s.zone = zone
	switch {
	case (plan.Cron == "") == (plan.Every == 0):
		return nil, errors.New("set every or cron")
	case plan.Every < 0:
		return nil, errors.New("every is negative")
	case plan.Every > 0:
		s.timing, s.option, s.jitter = gocron.DurationJob(plan.Every), gocron.WithStartAt(gocron.WithStartImmediately()), min(plan.Every/10, maxJitter)
		return s, nil
	}
	if s.slots, err = newSlots(plan.Cron, zone); err != nil {
		return nil, err
	}
	s.timing, s.option, s.jitter = gocron.CronJob(plan.Cron, false), gocron.WithCronImplementation(s.slots), maxJitter
	return s, nil
}

// newRetries makes the pauses of a source that fails: up to a fifth longer than they should be, so that many daemons do not come back in step.
func newRetries() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{InitialInterval: firstRetry * 11 / 10, MaxInterval: lastRetry * 11 / 10, Multiplier: 2, RandomizationFactor: 1. / 11}
}

// Run polls the source until ctx ends.
func (s *Schedule) Run(ctx context.Context, source Source) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var checks <-chan time.Time
	if s.slots != nil {
		ticker := time.NewTicker(wallCheck)
		defer ticker.Stop()
		checks = ticker.C
		if s.takeSlot(ctx, 0) {
			s.poll(ctx, source, false)
		}
	}
	for {
		timer.Stop()
		if at := cmp.Or(s.retryAt, s.recheck); !at.IsZero() {
			timer.Reset(time.Until(at))
		}
		byHand := false
		select {
		case <-ctx.Done():
			return nil
		case <-s.now:
			byHand = true
		case <-s.ticks:
			if s.slots != nil && !s.takeSlot(ctx, 0) || time.Now().Before(s.retryAt) {
				continue // its slot is taken already; or it failed and is left alone until the retry
			}
		case <-checks:
			if !s.takeSlot(ctx, maxJitter+wallCheck) || time.Now().Before(s.retryAt) {
				continue
			}
		case <-timer.C:
		}
		s.poll(ctx, source, byHand)
	}
}

func (s *Schedule) poll(ctx context.Context, source Source, byHand bool) {
	if !byHand && s.isPaused(ctx) {
		s.postpone()
		return
	}
	s.recheck = time.Time{}
	r := source.Poll(ctx)
	if ctx.Err() != nil {
		return
	}
	if r.Recheck > 0 {
		s.recheck = time.Now().Add(r.Recheck)
	}
	if r.Err != nil {
		s.backOff(r)
	} else {
		s.retries.Reset()
		s.retryAt = time.Time{}
	}
	if r.Err == nil && s.recheck.IsZero() { // files that are waited for belong to the slot
		s.finishSlot(ctx)
	}
	source.Polled(r, cmp.Or(s.retryAt, s.recheck), byHand)
}

// backOff sets when a source that failed is polled again: when it says, if it does, else after twice as long as the time before.
func (s *Schedule) backOff(r Result) {
	pause := s.retries.NextBackOff()
	if r.RetryAfter > 0 {
		pause = min(max(r.RetryAfter, time.Second), deniedWait)
	}
	if r.Denied {
		pause = deniedWait
	}
	s.retryAt = time.Now().Add(pause)
}

func (s *Schedule) isPaused(ctx context.Context) bool { return s.events.Paused(ctx, s.name) }

// postpone puts off what a source that is paused would be polled again for.
func (s *Schedule) postpone() {
	later := time.Now().Add(wallCheck)
	if !s.retryAt.IsZero() {
		s.retryAt = later
	}
	if !s.recheck.IsZero() {
		s.recheck = later
	}
}

// PollNow polls the source once whatever its schedule says, however often it is called before that happens.
func (s *Schedule) PollNow() {
	select {
	case s.now <- struct{}{}:
	default:
	}
}

// Next returns when the source is polled next by its schedule; the zero time while that is not known.
func (s *Schedule) Next() time.Time {
	job := s.job.Load()
	if job == nil {
		return time.Time{}
	}
	if s.slots != nil {
		return s.slots.Next(s.wall())
	}
	next, err := (*job).NextRun()
	if err != nil { // the clock is stopped
		return time.Time{}
	}
	return next
}

// tick asks for a poll; the clock calls it. It waits for the poll before.
func (s *Schedule) tick(ctx context.Context) {
	wait := time.NewTimer(rand.N(s.jitter + 1))
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
		return
	}
	select {
	case s.ticks <- struct{}{}:
	case <-ctx.Done():
	}
}
