package watcher

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// maxJitter is how late a source may be asked, so that not all of the world asks at the full hour.
const maxJitter = 10 * time.Second

// stopping is how long the clock may take to stop. Its jobs wait for ctx and nothing else.
const stopping = 5 * time.Second

// clocks time scans and sources: one per time zone, because gocron tells the hour that a change of clocks leaves out by
// the zone of its clock, and by no other.
type clocks map[string]gocron.Scheduler

// newClocks makes what Run starts, and stops in the end.
func (w *Watcher) newClocks(ctx context.Context) (clocks, error) {
	c := clocks{}
	for _, f := range w.folders {
		clock, err := c.in(ctx, time.UTC)
		if err == nil {
			_, err = clock.NewJob(gocron.DurationJob(f.inbox.Scan), gocron.NewTask(func() { f.tick(ctx) }))
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("time the scans of inbox %q: %w", f.inbox.Name, err), c.stop())
		}
	}
	for _, s := range w.sources {
		if err := c.add(ctx, s); err != nil {
			return nil, errors.Join(fmt.Errorf("time source %q: %w", s.Name, err), c.stop())
		}
	}
	return c, nil
}

func (c clocks) add(ctx context.Context, s *source) error {
	plan, err := s.schedule()
	if err != nil {
		return err
	}
	clock, err := c.in(ctx, s.errand.Zone)
	if err != nil {
		return err
	}
	job, err := clock.NewJob(plan.job, gocron.NewTask(func() { s.tick(ctx, plan.jitter) }), plan.options...)
	if err == nil {
		s.job.Store(&job)
	}
	return err
}

// in gives the clock of a time zone.
func (c clocks) in(ctx context.Context, zone *time.Location) (gocron.Scheduler, error) {
	if clock, made := c[zone.String()]; made {
		return clock, nil
	}
	clock, err := gocron.NewScheduler(gocron.WithLocation(zone), gocron.WithStopTimeout(stopping),
		gocron.WithGlobalJobOptions(gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithContext(ctx)))
	if err == nil {
		c[zone.String()] = clock
	}
	return clock, err
}

func (c clocks) start() {
	for _, clock := range c {
		clock.Start()
	}
}

func (c clocks) stop() error {
	var err error
	for _, clock := range c {
		err = errors.Join(err, clock.Shutdown())
	}
	return err
}

// schedule is when a source is asked.
type schedule struct {
	job     gocron.JobDefinition
	options []gocron.JobOption
	jitter  time.Duration
	slots   *slots // of cron
}

func (s Source) schedule() (schedule, error) {
	switch {
	case (s.Cron == "") == (s.Every == 0):
		return schedule{}, errors.New("give it every or cron")
	case s.Every < 0:
		return schedule{}, errors.New("every is negative")
	case s.Every > 0:
		start := gocron.WithStartAt(gocron.WithStartImmediately())
		return schedule{job: gocron.DurationJob(s.Every), options: []gocron.JobOption{start}, jitter: min(s.Every/10, maxJitter)}, nil
	}
	zone, err := s.zone()
	if err != nil {
		return schedule{}, err
	}
	slots, err := newSlots(s.Cron, zone)
	if err != nil {
		return schedule{}, err
	}
	return schedule{job: gocron.CronJob(s.Cron, false), options: []gocron.JobOption{gocron.WithCronImplementation(slots)}, jitter: maxJitter, slots: slots}, nil
}

// tick asks the source to be asked; the clock calls it. It waits for the one before.
func (s *source) tick(ctx context.Context, jitter time.Duration) {
	wait := time.NewTimer(rand.N(jitter + 1))
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
