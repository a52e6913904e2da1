// Package session imports into one store, by one configuration: it opens the store, watches the inboxes that import into it, and runs what belongs to
// it: the worker, the queue that it shares with other daemons, the sources, the sender of notifications, retention, and the watch over the store.
//
//	watcher ─Arrival▶ worker ─Job▶ pipeline ─Report▶ metrics, log
//
// The daemon has a session for each store; they share nothing but the metrics.
package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/channels"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/disks"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/notify"
	"inlet.example/inlet/daemon/notify/delivery"
	"inlet.example/inlet/daemon/queue"
	"inlet.example/inlet/daemon/sources"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/daemon/tracing"
	"inlet.example/inlet/daemon/upkeep"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/daemon/worker"
	"inlet.example/inlet/daemon/worker/current"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
)

// Settings are what a session is made of.
type Settings struct {
	Name    string        // of the store
	Config  config.Config // of this store alone
	Log     *slog.Logger
	Metrics *metrics.Metrics
	File    *StoreFile // of the store, as it was last opened
	Memory  *worker.Memory
	Traces  *tracing.Traces
	At      ledger.At
	Drives  assembly.Drives
	Ready   func() // called once files can be imported

	Interval   time.Duration // replaces the intervals of all that is polled or retried; 0 except in tests
	WrapEngine func(engine.Engine) engine.Engine
}

// Session is everything that lives as long as one configuration, of one store. Its methods stand in the order in which they run.
type Session struct {
	Settings
	ofStore   *metrics.Store
	status    *status.Inboxes
	heartbeat current.Heartbeat
	serving   atomic.Pointer[store.Store] // while files can be imported
	began     atomic.Bool                 // files could be imported

	parts   *assembly.Parts
	queue   *queue.Queue
	sources *sources.Relay
	watcher *watcher.Watcher
	sender  *delivery.Sender
	worker  *worker.Worker
	acts    chan func(context.Context) error
}

// New makes a session. It starts nothing and touches nothing.
func New(s Settings) *Session {
	var inboxes, sources []string
	for _, inbox := range s.Config.Inboxes {
		inboxes = append(inboxes, inbox.Name)
	}
	for _, source := range s.Config.Sources {
		sources = append(sources, source.Name)
	}
	return &Session{Settings: s, ofStore: s.Metrics.Store(s.Name, inboxes, sources), status: status.New(s.Config.Inboxes), acts: make(chan func(context.Context) error)}
}

// Began reports whether files could be imported at some time.
func (s *Session) Began() bool { return s.began.Load() }

// Store returns the store while files can be imported, else nil.
func (s *Session) Store() *store.Store { return s.serving.Load() }

// Parts returns the store with its pipeline while files can be imported, else nil. The pipeline is the worker's: see assembly.Parts.Beside.
func (s *Session) Parts() *assembly.Parts {
	if s.serving.Load() == nil {
		return nil
	}
	return s.parts
}

// Configuration returns what the session imports by.
func (s *Session) Configuration() config.Config { return s.Config }

// Statuses returns the inboxes as their last scans found them.
func (s *Session) Statuses() []status.Inbox { return s.status.Inboxes() }

// Running returns how far the import is that is being done, and whether one is.
func (s *Session) Running() (current.Progress, bool) {
	if s.serving.Load() == nil {
		return current.Progress{}, false
	}
	return s.worker.Running()
}

func (s *Session) importing() bool {
	_, is := s.Running()
	return is
}

// ShowPauses reads again what is paused, so that whoever has paused something sees it at once.
func (s *Session) ShowPauses(ctx context.Context) error { return s.worker.Pauses.Refresh(ctx) }

// Do runs an act that a person asked for beside the imports, and ends it with the session. It returns before the act does.
func (s *Session) Do(ctx context.Context, act func(context.Context) error) error {
	select {
	case s.acts <- act:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Inboxes returns what the pages show of the inboxes.
func (s *Session) Inboxes() []web.Inbox { return s.status.All() }

// Idle returns for how long the running import has made no progress; 0 while there is none.
func (s *Session) Idle() time.Duration { return s.heartbeat.Idle() }

// Unready returns why no file can be imported now; nil if files can be.
func (s *Session) Unready(ctx context.Context) error {
	open := s.serving.Load()
	if open == nil {
		return message.Errorf("the store has not been opened yet")
	}
	var all []error
	if err := open.Ping(ctx); err != nil {
		all = append(all, fmt.Errorf("the store cannot be reached: %w", err))
	}
	return errors.Join(append(all, s.status.Unusable()...)...)
}

// Run opens the store and imports every arrival until ctx ends.
func (s *Session) Run(ctx context.Context) error {
	if err := s.openStore(ctx); err != nil {
		return err
	}
	defer s.parts.Close(context.WithoutCancel(ctx)) // last: the worker may still be writing
	defer s.serving.Store(nil)
	s.queue = queue.New(s.parts.Store.Claims, s.Log, s.Metrics.ClaimAdopted)
	defer s.queue.Close(context.WithoutCancel(ctx))
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := s.worker.FinishArchives(ctx); err != nil {
		return err
	}
	if err := s.restoreLastSuccess(ctx); err != nil {
		return err
	}
	stores := &storeWatch{store: s.parts.Store, log: s.Log, metrics: s.ofStore, pauses: s.worker.Pauses, status: s.status, inboxes: s.Config.Inboxes, every: cmp.Or(s.Interval, storePoll)}
	space := &disks.Watch{Dirs: disks.WrittenDirs(s.Config.Inboxes, s.parts.Store.DataDir()), Metrics: s.Metrics}
	old := s.parts.Retention()
	old.Removed = s.ofStore.Pruned

	arrivals := make(chan watcher.Arrival)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.watcher.Run(ctx, arrivals) })
	g.Go(func() error { return s.worker.Run(ctx, arrivals) })
	g.Go(func() error { return s.worker.WatchCancels(ctx) })
	g.Go(func() error { return s.queue.Run(ctx, s.watcher.Adopt) })
	g.Go(func() error { return stores.run(ctx) })
	g.Go(func() error { return s.sender.Run(ctx) })
	g.Go(func() error { return old.Run(ctx, s.Log) })
	g.Go(func() error { return s.sources.Run(ctx, s.watcher) })
	g.Go(func() error { return space.Run(ctx) })
	g.Go(func() error {
		return (&upkeep.Upkeep{Store: s.parts.Store, Log: s.Log, Importing: s.importing}).Run(ctx)
	})
	g.Go(func() error { return s.runActs(ctx, g) })
	select {
	case <-s.watcher.Watching():
		s.warnOfOwnership(ctx)
		s.announce(ctx)
	case <-ctx.Done():
	}
	return g.Wait()
}

// runActs runs each act in the group of the session.
func (s *Session) runActs(ctx context.Context, g *errgroup.Group) error {
	for {
		select {
		case act := <-s.acts:
			g.Go(func() error { return act(ctx) })
		case <-ctx.Done():
			return nil
		}
	}
}

// openStore opens the store. A server that cannot be reached is retried; an embedded file that cannot be opened is an error, and so are the data of a newer inlet.
func (s *Session) openStore(ctx context.Context) error {
	wait, retried := backoff.New(), false
	for {
		err := s.tryOpenStore(ctx)
		if err == nil {
			if retried {
				s.Log.LogAttrs(ctx, slog.LevelInfo, "Store can be reached again")
			}
			s.ofStore.Up(true)
			s.ofStore.Transactions(s.parts.Store.Capabilities().Transactions)
			s.parts.Store.Lease.Observe = s.ofStore.LeaseChanged
			return nil
		}
		_, moved := errors.AsType[*ledger.Temporary](err)
		_, embedded := s.Config.Store.Embedded()
		_, newer := errors.AsType[*store.NewerError](err)
		if ctx.Err() != nil || embedded && !moved || newer {
			return err
		}
		s.ofStore.Up(false)
		s.ofStore.OpenRetried()
		retried = true
		pause := wait.Next()
		s.Log.LogAttrs(ctx, slog.LevelWarn, "Store cannot be reached, retrying", slog.Duration("in", pause), slog.Any("error", err))
		if err := backoff.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// tryOpenStore opens the store, but no other file than the one that this process had open before: a new, empty one knows of no imports, and every
// file would be imported again.
func (s *Session) tryOpenStore(ctx context.Context) error {
	if err := s.File.check(s.Config.Store); err != nil {
		return err
	}
	parts, err := assembly.OpenWrapped(ctx, s.Config, s.Log, s.At, func(e engine.Engine) engine.Engine {
		if s.WrapEngine != nil {
			e = s.WrapEngine(e)
		}
		return s.ofStore.TimeEngine(e, s.heartbeat.Answered)
	})
	if err == nil {
		s.File.remember(s.Config.Store)
		s.parts = parts
		parts.Store.Index.Progress = s.ofStore.RecordsIndexed
	}
	return err
}

// prepare makes the worker, the watcher and the sender.
func (s *Session) prepare(ctx context.Context) (err error) {
	s.sources = sources.New(s.Config.Sources, s.parts.Store.Status, s.Log, s.Metrics, cmp.Or(s.Interval, sources.RequestPoll))
	if s.sender, err = s.newSender(); err != nil {
		return err
	}
	s.worker = worker.New(worker.Settings{Parts: s.parts, Inboxes: s.Config.Inboxes, Log: s.Log, Metrics: s.Metrics, OfStore: s.ofStore, Status: s.status,
		Heartbeat: &s.heartbeat, Memory: s.Memory, Sender: s.sender, Queue: s.queue, Traces: s.Traces, At: s.At, Interval: s.Interval})
	watching, err := s.watcherConfig(ctx)
	if err != nil {
		return err
	}
	s.watcher, err = watcher.New(watching)
	return err
}

// watcherConfig returns the watcher's configuration with the callbacks of the session.
func (s *Session) watcherConfig(ctx context.Context) (watcher.Config, error) {
	cfg, err := s.parts.Watcher(s.Drives)
	if err != nil {
		return cfg, err
	}
	cfg.Log, cfg.Events = s.Log, s.Metrics.WatcherEvents()
	cfg.Events.Scanned = func(inbox string, scan watcher.Scan) {
		s.Metrics.InboxScanned(inbox, scan, s.status.Pending(inbox, scan.Claimed))
		s.status.Scanned(inbox, scan)
	}
	count := cfg.Events.Polled
	cfg.Events.Polled = func(source string, result watcher.PollResult) {
		count(source, result)
		s.sources.Polled(source, result)
	}
	cfg.Events.Full, cfg.Claims = s.worker.Blocks, s.queue
	cfg.Events.Reached = func(p watcher.Point) { s.At.Reach(ledger.CrashPoint(p)) }
	cfg.Paused = func(ctx context.Context, source string) bool {
		return s.worker.Pauses.Holds(ctx, settings.OfSource(source))
	}
	begun, err := s.parts.Store.Imports.Begun(ctx)
	for _, imp := range begun {
		cfg.First = append(cfg.First, imp.Arrival)
		s.worker.HasBegun(imp.Arrival)
	}
	return cfg, err
}

// newSender makes the sender of notifications with the mail server and webhooks of the configuration.
func (s *Session) newSender() (*delivery.Sender, error) {
	settings := delivery.Settings{Outbox: s.parts.Store.Outbox, Imports: s.parts.Store.Imports, Journal: s.parts.Store.Journal, Hooks: map[string]*notify.Hook{}, Log: s.Log, RetryAfter: cmp.Or(s.Interval, time.Minute),
		Attempted: s.Metrics.Notified, At: s.At}
	var err error
	if settings.Mail, err = channels.Mail(s.Config.Mail); err != nil {
		return nil, err
	}
	for _, h := range s.Config.Webhooks {
		if settings.Hooks[h.Name], err = channels.Webhook(h); err != nil {
			return nil, err
		}
	}
	return delivery.New(settings), nil
}

// restoreLastSuccess sets the metric of the last import that was done in each inbox. Only the newest imports are read: an alert on an older one has
// fired anyway.
func (s *Session) restoreLastSuccess(ctx context.Context) error {
	const newest = 1000
	imports, err := s.parts.Store.Imports.List(ctx, 0, newest)
	if err != nil {
		return err
	}
	restored := map[string]bool{}
	for _, inbox := range s.Config.Inboxes {
		restored[inbox.Name] = false
	}
	for _, imp := range imports {
		if done, configured := restored[imp.Inbox]; configured && !done && imp.State == ledger.Done {
			restored[imp.Inbox] = true
			s.Metrics.LastSuccess(imp.Inbox, imp.Ended)
		}
	}
	return nil
}

// warnOfOwnership warns of an ownership that cannot be set, before the first file needs it. Other errors are reported with the files.
func (s *Session) warnOfOwnership(ctx context.Context) {
	for _, inbox := range s.Config.Inboxes {
		if denied, ok := errors.AsType[*files.OwnershipError](assembly.TryOwnership(inbox)); ok {
			s.parts.Pipeline.WarnOwnership(ctx, inbox.Name, denied)
		}
	}
}

// announce logs and notifies that files are imported from now on.
func (s *Session) announce(ctx context.Context) {
	for _, inbox := range s.Config.Inboxes {
		if !s.status.Usable(inbox.Name) {
			continue // that was logged, and when it can be used again will be
		}
		s.Log.LogAttrs(ctx, slog.LevelInfo, "Inbox is watched", slog.String("inbox", inbox.Name), slog.String("path", inbox.Path))
	}
	s.serving.Store(s.parts.Store)
	s.began.Store(true)
	s.Ready()
}
