package watcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/go-co-op/gocron/v2"

	"inlet.example/inlet/watcher/remote"
)

// How a source that fails is asked again: soon at first, then twice as late each time.
const (
	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
)

// What asking a source came to.
const (
	PolledNew       = "new"
	PolledUnchanged = "unchanged"
	PolledFailed    = "failed"
)

// source asks one place. All but now and ticks belongs to the goroutine of run.
type source struct {
	Source
	errand remote.Errand
	tell   Events
	log    *slog.Logger
	now    chan struct{}
	ticks  chan struct{}

	job    atomic.Pointer[gocron.Job] // on the clock, once it runs
	failed int                        // times in a row
	again  time.Time                  // no sooner, after it failed
}

// addSource checks a source and adds it.
func (w *Watcher) addSource(s Source, inbox string) error {
	if _, doubled := w.sources[s.Name]; doubled || s.Name == "" {
		return errors.New("give each source a name of its own")
	}
	if inbox == "" {
		return fmt.Errorf("no inbox is called %q", s.Inbox)
	}
	if w.cfg.Memory == nil {
		return errors.New("sources need a memory")
	}
	if s.Mapping != "" && !filepath.IsAbs(s.Mapping) {
		return fmt.Errorf("mapping %q is not absolute", s.Mapping)
	}
	place, err := s.place()
	if err != nil {
		return err
	}
	zone, err := s.zone()
	if err != nil {
		return err
	}
	if _, err := s.schedule(); err != nil {
		return err
	}
	w.sources[s.Name] = &source{
		Source: s, tell: w.cfg.Events, log: w.cfg.Log.With(slog.String("source", s.Name)),
		now: make(chan struct{}, 1), ticks: make(chan struct{}),
		errand: remote.Errand{
			Name: s.Name, Source: place, Memory: w.cfg.Memory, Inbox: inbox, As: s.As, Zone: zone, Mapping: s.Mapping,
			Reached: func(p remote.Point) { w.cfg.Events.Reached(Point(p)) },
		},
	}
	return nil
}

func (s Source) place() (remote.Source, error) {
	switch {
	case (s.URL == "") == (s.Path == ""):
		return nil, errors.New("give it a url or a path")
	case s.URL != "":
		return remote.NewURL(s.URL, s.Header, s.MaxBytes)
	}
	return remote.NewPath(s.Path, s.MaxBytes)
}

func (s Source) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not known; write it like Europe/Stockholm", s.TimeZone)
	}
	return zone, nil
}

// run asks when the clock says so, when a person does, and again after it failed.
func (s *source) run(ctx context.Context) error {
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		retry.Stop()
		if s.failed > 0 {
			retry.Reset(time.Until(s.again))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.now:
		case <-s.ticks:
			if time.Now().Before(s.again) {
				continue // it failed and is left alone; the retry will come
			}
		case <-retry.C:
		}
		s.ask(ctx)
	}
}

func (s *source) ask(ctx context.Context) {
	name, err := s.errand.Run(ctx)
	if ctx.Err() != nil {
		return
	}
	outcome := PolledUnchanged
	switch {
	case err != nil:
		outcome = PolledFailed
		s.putOff(err)
		s.log.Warn("Ask", slog.Any("error", err), slog.Time("again", s.again))
	case name != "":
		outcome = PolledNew
		s.log.Info("New", slog.String("file", name))
	}
	if err == nil {
		s.failed, s.again = 0, time.Time{}
	}
	s.tell.Polled(s.Name, outcome)
}

// putOff says when to ask again: when the server said, if it did, else twice as late as the time before.
func (s *source) putOff(err error) {
	pause := min(firstRetry<<min(s.failed, 16), lastRetry)
	pause += rand.N(pause / 5) // many daemons must not come back in step
	if w, ok := errors.AsType[*remote.Wait](err); ok {
		pause = max(w.After, time.Second)
	}
	s.failed++
	s.again = time.Now().Add(pause)
}

// Next returns when a source is asked next by its schedule; the zero time while that is not known.
func (w *Watcher) Next(name string) time.Time {
	s, ok := w.sources[name]
	if !ok || s.job.Load() == nil {
		return time.Time{}
	}
	next, err := (*s.job.Load()).NextRun()
	if err != nil { // the clock stands still
		return time.Time{}
	}
	return next
}

// askNow asks once, however often it is called before that happens.
func (s *source) askNow() {
	select {
	case s.now <- struct{}{}:
	default:
	}
}
