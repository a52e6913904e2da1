package watcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/go-co-op/gocron/v2"
	"inlet.example/inlet/watcher/remote"
)

// How a source that fails is asked again: soon at first, then twice as late each time. One that lets nobody in is left alone, for asking
// again may lock the account.
const (
	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
	denied     = 24 * time.Hour
)

// What asking a source came to.
const (
	PolledNew       = "new"
	PolledUnchanged = "unchanged"
	PolledFailed    = "failed"
	PolledAuth      = "auth" // it lets nobody in: a person must mend that
)

// Outcomes are all of them.
var Outcomes = []string{PolledNew, PolledUnchanged, PolledFailed, PolledAuth}

// Answer is what asking a source once came to.
type Answer struct {
	Outcome string
	Files   int       // put into the inbox
	Waiting int       // files that were seen and are not taken yet
	Err     error     // why it failed, also in part
	Again   time.Time // when it is asked next, where that is not by its schedule
	ByHand  bool      // RunNow was called
}

// source asks one place. All but now and ticks belongs to the goroutine of run.
type source struct {
	Source
	errand remote.Errand
	round  *remote.Round // of a drive, instead of the errand
	open   func(context.Context) (remote.Folder, error)
	tell   Events
	paused func(ctx context.Context, source string) bool // may be nil
	log    *slog.Logger
	now    chan struct{}
	ticks  chan struct{}

	job        atomic.Pointer[gocron.Job] // on the clock, once it runs
	wall       func() time.Time           // the clock that people see; a test puts it forward and back
	slots      *slots                     // of cron
	slot       time.Time                  // that was taken last
	unfinished bool                       // and the source was not asked to the end for it
	recalled   bool                       // that is known

	failed int       // times in a row
	again  time.Time // no sooner, after it failed
	look   time.Time // whatever the schedule says, because something is waited for
}

// addSource checks a source and adds it.
func (w *Watcher) addSource(s Source, inbox Inbox) error {
	if _, doubled := w.sources[s.Name]; doubled || s.Name == "" {
		return errors.New("give each source a name of its own")
	}
	if inbox.Path == "" {
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
	if s.Drive != nil && (w.cfg.Ledger == nil || w.cfg.Drive == nil || w.cfg.Imports == nil) {
		return errors.New("drives need a ledger, the imports, and something that opens them")
	}
	zone, err := s.zone()
	if err != nil {
		return err
	}
	plan, err := s.schedule()
	if err != nil {
		return err
	}
	added := &source{
		Source: s, tell: w.cfg.Events, paused: w.cfg.Paused, log: w.cfg.Log.With(slog.String("source", s.Name)),
		now: make(chan struct{}, 1), ticks: make(chan struct{}), wall: time.Now, slots: plan.slots,
	}
	reached := func(p remote.Point) { w.cfg.Events.Reached(Point(p)) }
	added.errand = remote.Errand{
		Name: s.Name, Source: place, Memory: w.cfg.Memory, Inbox: inbox.Path, As: s.As, Zone: zone, Mapping: s.Mapping, Noted: s.Noted, Reached: reached,
	}
	if s.Drive != nil {
		added.open = func(ctx context.Context) (remote.Folder, error) { return w.cfg.Drive(ctx, *s.Drive) }
		added.round = s.round(w.cfg.Ledger, w.cfg.Imports, inbox)
		added.round.Reached, added.round.Log = reached, added.log
	}
	w.sources[s.Name] = added
	return nil
}

// round returns what brings the files of a drive.
func (s Source) round(ledger remote.Ledger, imports remote.Imports, inbox Inbox) *remote.Round {
	return &remote.Round{Name: s.Name, Ledger: ledger, Imports: imports, Inbox: inbox.Path, Called: inbox.Name, Mapping: s.Mapping, Noted: s.Noted,
		Include: s.Include, Max: s.MaxBytes, Grace: inbox.SidecarGrace, Then: cmp.Or(s.Then, remote.Keep), MoveTo: s.MoveTo}
}

func (s Source) place() (remote.Source, error) {
	given := 0
	for _, is := range []bool{s.URL != "", s.Path != "", s.Drive != nil} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, errors.New("give it a url, a path or a drive")
	case s.URL != "":
		zone, err := s.zone()
		if err != nil {
			return nil, err
		}
		return remote.NewURL(s.URL, s.Header, s.MaxBytes, zone)
	case s.Path != "":
		return remote.NewPath(s.Path, s.MaxBytes)
	}
	return nil, nil
}

func (s Source) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not known; write it like Europe/Stockholm", s.TimeZone)
	}
	return zone, nil
}

// run asks when the clock says so, when a person does, again after it failed, and when something is waited for.
func (s *source) run(ctx context.Context) error {
	defer s.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var beats <-chan time.Time
	if s.slots != nil {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		beats = ticker.C
		if s.due(ctx, 0) {
			s.ask(ctx, false)
		}
	}
	for {
		timer.Stop()
		switch {
		case s.failed > 0:
			timer.Reset(time.Until(s.again))
		case !s.look.IsZero():
			timer.Reset(time.Until(s.look))
		}
		byHand := false
		select {
		case <-ctx.Done():
			return nil
		case <-s.now:
			byHand = true
		case <-s.ticks:
			if s.slots != nil && !s.due(ctx, 0) || time.Now().Before(s.again) {
				continue // its slot is taken already; or it failed and is left alone until the retry
			}
		case <-beats:
			if !s.due(ctx, maxJitter+beat) || time.Now().Before(s.again) {
				continue
			}
		case <-timer.C:
		}
		s.ask(ctx, byHand)
	}
}

func (s *source) ask(ctx context.Context, byHand bool) {
	if !byHand && s.isPaused(ctx) {
		s.rest()
		return
	}
	a := Answer{Outcome: PolledUnchanged, ByHand: byHand}
	s.look = time.Time{}
	names := s.fetch(ctx, &a)
	if ctx.Err() != nil {
		return
	}
	for _, name := range names {
		s.log.Info("New", slog.String("file", name))
	}
	_, shut := errors.AsType[*remote.Denied](a.Err)
	switch {
	case shut:
		a.Outcome = PolledAuth
		s.putOff(a.Err)
		s.log.Error("Not let in", slog.Any("error", a.Err), slog.Time("again", s.again),
			slog.String("do", "mend the login, then have it asked with inlet source run "+s.Name))
	case a.Err != nil:
		a.Outcome = PolledFailed
		s.putOff(a.Err)
		s.log.Warn("Ask", slog.Any("error", a.Err), slog.Time("again", s.again))
	case len(names) > 0:
		a.Outcome = PolledNew
	}
	if a.Err == nil {
		s.failed, s.again = 0, time.Time{}
	}
	if a.Err == nil && s.look.IsZero() { // what was seen and is waited for belongs to the slot
		s.asked(ctx)
	}
	a.Files, a.Again = len(names), cmp.Or(s.again, s.look)
	s.tell.Polled(s.Name, a)
}

func (s *source) isPaused(ctx context.Context) bool { return s.paused != nil && s.paused(ctx, s.Name) }

// rest puts off what a source that is paused would be asked for again.
func (s *source) rest() {
	later := time.Now().Add(beat)
	if s.failed > 0 {
		s.again = later
	}
	if !s.look.IsZero() {
		s.look = later
	}
}

// fetch brings what is new, and returns what it is called in the inbox.
func (s *source) fetch(ctx context.Context, a *Answer) []string {
	if s.round == nil {
		var name string
		if name, a.Err = s.errand.Run(ctx); name == "" {
			return nil
		}
		return []string{name}
	}
	if s.round.Folder == nil {
		if s.round.Folder, a.Err = s.open(ctx); a.Err != nil {
			s.round.Folder = nil
			return nil
		}
	}
	res, err := s.round.Run(ctx)
	if a.Err = err; err != nil {
		s.close() // what a person mended meanwhile is to be seen
	}
	if res.Look > 0 {
		s.look = time.Now().Add(res.Look)
	}
	a.Waiting = res.Waiting
	return res.New
}

// close lets go of the drive, until it is asked again.
func (s *source) close() {
	if s.round == nil {
		return
	}
	if c, ok := s.round.Folder.(io.Closer); ok {
		_ = c.Close() // nothing is written through it
	}
	s.round.Folder = nil
}

// putOff says when to ask again: when the server said, if it did, else twice as late as the time before.
func (s *source) putOff(err error) {
	pause := min(firstRetry<<min(s.failed, 16), lastRetry)
	pause += rand.N(pause / 5) // many daemons must not come back in step
	if w, ok := errors.AsType[*remote.Wait](err); ok && w.After > 0 {
		pause = min(max(w.After, time.Second), denied)
	}
	if _, shut := errors.AsType[*remote.Denied](err); shut {
		pause = denied
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
	if s.slots != nil {
		return s.slots.Next(s.wall())
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
