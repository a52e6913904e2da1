package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/channels"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/disks"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/notify"
	"inlet.example/inlet/daemon/queue"
	"inlet.example/inlet/daemon/sources"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
)

// session is everything that lives as long as one configuration. Its methods stand in the order in which they run.
type session struct {
	// Of the daemon; they outlive the session.
	cfg        config.Config
	log        *slog.Logger
	metrics    *metrics.Metrics
	status     *inboxStatus
	heartbeat  *heartbeat
	storeFile  *storeFile
	at         ledger.At
	interval   time.Duration
	drives     assembly.Drives
	wrapEngine func(engine.Engine) engine.Engine
	serving    *atomic.Pointer[store.Store] // the store, while files can be imported

	parts   *assembly.Parts
	pauses  *pauses
	backlog *backlog
	queue   *queue.Queue
	sources *sources.Relay
	watcher *watcher.Watcher
	sender  *notify.Sender
	worker  *worker
	began   bool // files could be imported
}

// run opens the store and imports every arrival until ctx ends.
func (s *session) run(ctx context.Context) error {
	if err := s.openStore(ctx); err != nil {
		return err
	}
	defer s.parts.Close(context.WithoutCancel(ctx)) // last: the worker may still be writing
	defer s.serving.Store(nil)
	s.queue = queue.New(s.parts.Store.Claims, s.log, s.metrics.ClaimAdopted)
	defer s.queue.Close(context.WithoutCancel(ctx))
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := s.worker.finishArchives(ctx); err != nil {
		return err
	}
	if err := s.restoreLastSuccess(ctx); err != nil {
		return err
	}
	stores := &storeWatch{store: s.parts.Store, log: s.log, metrics: s.metrics, pauses: s.pauses}
	cancels := &cancelWatch{store: s.parts.Store, log: s.log, current: &s.worker.current, every: cmp.Or(s.interval, pausePoll)}
	space := &disks.Watch{Dirs: disks.WrittenDirs(s.cfg.Inboxes, s.parts.Store.DataDir()), Metrics: s.metrics}
	old := s.parts.Retention()
	old.Removed = s.metrics.Pruned
	leftovers := &disks.Cleaner{Inboxes: s.cfg.Inboxes, Log: s.log}

	arrivals := make(chan watcher.Arrival)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.watcher.Run(ctx, arrivals) })
	g.Go(func() error { return s.worker.run(ctx, arrivals) })
	g.Go(func() error { return s.queue.Run(ctx, s.watcher.Adopt) })
	g.Go(func() error { return stores.run(ctx) })
	g.Go(func() error { return cancels.run(ctx) })
	g.Go(func() error { return s.sender.Run(ctx) })
	g.Go(func() error { return leftovers.Run(ctx) })
	g.Go(func() error { return old.Run(ctx, s.log) })
	g.Go(func() error { return s.sources.Run(ctx, s.watcher) })
	g.Go(func() error { return space.Run(ctx) })
	select {
	case <-s.watcher.Watching():
		s.warnOfOwnership(ctx)
		s.announce(ctx)
	case <-ctx.Done():
	}
	return g.Wait()
}

// openStore opens the store. A server that cannot be reached is retried; an embedded file that cannot be opened is an error.
func (s *session) openStore(ctx context.Context) error {
	wait := newBackoff()
	for {
		err := s.tryOpenStore(ctx)
		if err == nil {
			s.metrics.StoreUp(true)
			s.metrics.Transactions(s.parts.Store.Capabilities().Transactions)
			s.parts.Store.Lease.Observe = s.metrics.LeaseChanged
			return nil
		}
		_, moved := errors.AsType[*ledger.Temporary](err)
		_, embedded := s.cfg.Store.Embedded()
		if ctx.Err() != nil || embedded && !moved {
			return err
		}
		s.metrics.StoreUp(false)
		s.metrics.StoreOpenRetried()
		pause := wait.next()
		s.log.LogAttrs(ctx, slog.LevelWarn, "Store cannot be reached, retrying", slog.Duration("in", pause), slog.Any("error", err))
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// tryOpenStore opens the store, but no other file than the one that this process had open before: a new, empty one knows of no imports, and every
// file would be imported again.
func (s *session) tryOpenStore(ctx context.Context) error {
	if err := s.storeFile.check(s.cfg.Store); err != nil {
		return err
	}
	parts, err := assembly.OpenWrapped(ctx, s.cfg, s.log, s.at, func(e engine.Engine) engine.Engine {
		if s.wrapEngine != nil {
			e = s.wrapEngine(e)
		}
		return s.metrics.TimeEngine(e, s.heartbeat.beat)
	})
	if err == nil {
		s.storeFile.remember(s.cfg.Store)
		s.parts = parts
	}
	return err
}

// prepare makes the watcher, the worker and the sender.
func (s *session) prepare(ctx context.Context) error {
	s.pauses = &pauses{store: s.parts.Store, log: s.log, metrics: s.metrics, status: s.status, every: cmp.Or(s.interval, pausePoll)}
	s.backlog = newBacklog()
	s.sources = sources.New(s.cfg.Sources, s.parts.Store, s.log, s.metrics, cmp.Or(s.interval, sources.RequestPoll))
	s.status.configure(s.cfg.Inboxes)
	watching, err := s.watcherConfig(ctx)
	if err != nil {
		return err
	}
	if s.watcher, err = watcher.New(watching); err != nil {
		return err
	}
	if s.sender, err = s.newSender(); err != nil {
		return err
	}
	s.worker = newWorker(s)
	return nil
}

// watcherConfig returns the watcher's configuration with the callbacks of the session.
func (s *session) watcherConfig(ctx context.Context) (watcher.Config, error) {
	cfg, err := s.parts.Watcher(s.drives)
	if err != nil {
		return cfg, err
	}
	cfg.Log, cfg.Events = s.log, s.metrics.WatcherEvents()
	cfg.Events.Scanned = func(inbox string, scan watcher.Scan) {
		s.metrics.InboxScanned(inbox, scan, s.status.pending(inbox, scan.Claimed))
		s.status.scanned(inbox, scan)
	}
	count := cfg.Events.Polled
	cfg.Events.Polled = func(source string, result watcher.PollResult) {
		count(source, result)
		s.sources.Polled(source, result)
	}
	cfg.Events.Full, cfg.Claims = s.backlog.blocks, s.queue
	cfg.Events.Reached = func(p watcher.Point) { s.at.Reach(ledger.CrashPoint(p)) }
	cfg.Paused = func(ctx context.Context, source string) bool { return s.pauses.holds(ctx, settings.OfSource(source)) }
	begun, err := s.parts.Store.Imports.Begun(ctx)
	for _, imp := range begun {
		cfg.First = append(cfg.First, imp.Arrival)
	}
	return cfg, err
}

// newSender makes the sender of notifications with the mail server and webhooks of the configuration.
func (s *session) newSender() (*notify.Sender, error) {
	settings := notify.Settings{Outbox: s.parts.Store.Outbox, Imports: s.parts.Store.Imports, Journal: s.parts.Store.Journal, Hooks: map[string]*notify.Hook{}, Log: s.log, RetryAfter: cmp.Or(s.interval, time.Minute),
		Attempted: s.metrics.Notified, At: s.at}
	var err error
	if settings.Mail, err = channels.Mail(s.cfg.Mail); err != nil {
		return nil, err
	}
	for _, h := range s.cfg.Webhooks {
		if settings.Hooks[h.Name], err = channels.Webhook(h); err != nil {
			return nil, err
		}
	}
	return notify.NewSender(settings), nil
}

// restoreLastSuccess sets the metric of the last import that was done in each inbox. Only the newest imports are read: an alert on an older one has
// fired anyway.
func (s *session) restoreLastSuccess(ctx context.Context) error {
	const newest = 1000
	imports, err := s.parts.Store.Imports.List(ctx, 0, newest)
	if err != nil {
		return err
	}
	restored := map[string]bool{}
	for _, inbox := range s.cfg.Inboxes {
		restored[inbox.Name] = false
	}
	for _, imp := range imports {
		if done, configured := restored[imp.Inbox]; configured && !done && imp.State == ledger.Done {
			restored[imp.Inbox] = true
			s.metrics.LastSuccess(imp.Inbox, imp.Ended)
		}
	}
	return nil
}

// warnOfOwnership warns of an ownership that cannot be set, before the first file needs it. Other errors are reported with the files.
func (s *session) warnOfOwnership(ctx context.Context) {
	for _, inbox := range s.cfg.Inboxes {
		if denied, ok := errors.AsType[*files.OwnershipError](assembly.TryOwnership(inbox)); ok {
			s.parts.Pipeline.WarnOwnership(ctx, inbox.Name, denied)
		}
	}
}

// announce logs and notifies that files are imported from now on.
func (s *session) announce(ctx context.Context) {
	for _, inbox := range s.cfg.Inboxes {
		s.log.LogAttrs(ctx, slog.LevelInfo, "Watching", slog.String("inbox", inbox.Name), slog.String("path", inbox.Path))
	}
	s.serving.Store(s.parts.Store)
	s.began = true
	notifySystemd(s.log, systemd.SdNotifyReady)
}
