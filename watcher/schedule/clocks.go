package schedule

import (
	"context"
	"errors"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// maxJitter is how late a source may be polled, so that not everybody polls at the full hour.
const maxJitter = 10 * time.Second

// stopTimeout is how long a clock may take to stop. Its jobs wait for ctx and nothing else.
const stopTimeout = 5 * time.Second

// Clocks time scans and sources: one per time zone.
type Clocks map[string]gocron.Scheduler

// Every calls a func at an interval.
func (c Clocks) Every(ctx context.Context, interval time.Duration, do func()) error {
	clock, err := c.in(ctx, time.UTC)
	if err == nil {
		_, err = clock.NewJob(gocron.DurationJob(interval), gocron.NewTask(do))
	}
	return err
}

// Add has a Schedule polled at its times.
func (c Clocks) Add(ctx context.Context, s *Schedule) error {
	clock, err := c.in(ctx, s.zone)
	if err != nil {
		return err
	}
	job, err := clock.NewJob(s.timing, gocron.NewTask(func() { s.tick(ctx) }), s.option)
	if err == nil {
		s.job.Store(&job)
	}
	return err
}

// in returns the clock of a time zone.
func (c Clocks) in(ctx context.Context, zone *time.Location) (gocron.Scheduler, error) {
	if clock, made := c[zone.String()]; made {
		return clock, nil
	}
	clock, err := gocron.NewScheduler(gocron.WithLocation(zone), gocron.WithStopTimeout(stopTimeout),
		gocron.WithGlobalJobOptions(gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithContext(ctx)))
	if err == nil {
		c[zone.String()] = clock
	}
	return clock, err
}

// Start starts them. Each must be stopped, also if it was not started.
func (c Clocks) Start() {
	for _, clock := range c {
		clock.Start()
	}
}

// Stop stops them and waits until they have stopped.
func (c Clocks) Stop() error {
	var err error
	for _, clock := range c {
		err = errors.Join(err, clock.Shutdown())
	}
	return err
}
