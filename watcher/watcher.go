package watcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/watcher/inbox"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/startup"
	"inlet.example/inlet/watcher/schedule"
)

// Watcher watches the inboxes and polls the sources.
type Watcher struct {
	inboxes []*inbox.Watch
	sources map[string]*source
	startup *startup.Startup
}

// New checks cfg and makes a Watcher of it. It starts nothing and touches nothing.
func New(cfg Config) (*Watcher, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Paused == nil {
		cfg.Paused = func(context.Context, string) bool { return false }
	}
	cfg.Events = cfg.Events.withDefaults()
	e := cfg.Events
	events := inbox.Events{Ignored: e.Ignored, Scanned: e.Scanned, Claimed: e.Claimed, Event: e.Event, Reached: e.Reached, Full: e.Full}
	w := &Watcher{sources: map[string]*source{}}
	ids := claim.NewIDs()
	var errs []error
	paths, inboxes := map[string]string{}, map[string]Inbox{}
	for _, in := range cfg.Inboxes {
		if err := checkInbox(in, paths); err != nil {
			errs = append(errs, fmt.Errorf("inbox %q: %w", in.Name, err))
			continue
		}
		paths[in.Name], inboxes[in.Name] = filepath.Clean(in.Path), in.WithDefaults()
		in.Registry = cfg.Claims
		w.inboxes = append(w.inboxes, inbox.New(in.WithDefaults(), ids, events, cfg.Log))
	}
	for _, s := range cfg.Sources {
		err := errors.New("source names must be unique")
		if _, doubled := w.sources[s.Name]; !doubled && s.Name != "" {
			var added *source
			if added, err = newSource(s, inboxes[s.Inbox], cfg); err == nil {
				w.sources[s.Name] = added
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("source %q: %w", s.Name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	w.startup = startup.New(len(w.inboxes), cfg.First)
	return w, nil
}

// Run watches until ctx ends, and sends each workbook that it claims. It returns when everything it started has ended; an arrival that was not
// received by then is handed out by the next Run of a new Watcher.
func (w *Watcher) Run(ctx context.Context, arrivals chan<- Arrival) error {
	g, ctx := errgroup.WithContext(ctx)
	clocks, err := w.newClocks(ctx)
	if err != nil {
		return err
	}
	g.Go(func() error { return w.startup.Run(ctx, arrivals) })
	for _, in := range w.inboxes {
		g.Go(func() error { return in.Run(ctx, w.startup, arrivals) })
	}
	for _, s := range w.sources {
		g.Go(func() error { return s.run(ctx) })
	}
	clocks.Start()
	return errors.Join(g.Wait(), clocks.Stop())
}

// newClocks makes the clocks that Run starts, and stops in the end.
func (w *Watcher) newClocks(ctx context.Context) (schedule.Clocks, error) {
	clocks := schedule.Clocks{}
	for _, in := range w.inboxes {
		if err := clocks.Every(ctx, in.Inbox().Scan, func() { in.Tick(ctx) }); err != nil {
			return nil, errors.Join(fmt.Errorf("schedule the scans of inbox %q: %w", in.Inbox().Name, err), clocks.Stop())
		}
	}
	for _, s := range w.sources {
		if err := clocks.Add(ctx, s.schedule); err != nil {
			return nil, errors.Join(fmt.Errorf("schedule source %q: %w", s.Name, err), clocks.Stop())
		}
	}
	return clocks, nil
}

// Watching is closed when every inbox was scanned once, and made where it was missing. One that hangs is waited for only for some seconds; one
// that cannot be opened is tried again as long as Run runs.
func (w *Watcher) Watching() <-chan struct{} { return w.startup.Collected() }

// Adopt has claims of an inbox taken up whose owner has ended.
func (w *Watcher) Adopt(ctx context.Context, name string, ids []string) {
	for _, in := range w.inboxes {
		if in.Inbox().Name == name {
			in.Adopt(ctx, ids)
		}
	}
}

// RunNow polls a source now, whatever its schedule says.
func (w *Watcher) RunNow(name string) error {
	s, ok := w.sources[name]
	if !ok {
		return fmt.Errorf("the source %q does not exist", name)
	}
	s.schedule.PollNow()
	return nil
}

// Next returns when a source is polled next by its schedule; the zero time while that is not known.
func (w *Watcher) Next(name string) time.Time {
	s, ok := w.sources[name]
	if !ok {
		return time.Time{}
	}
	return s.schedule.Next()
}
