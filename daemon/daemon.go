// Package daemon keeps running: it wires the parts and owns every goroutine that lives long.
//
//	watcher ─Arrival▶ worker ─Job▶ pipeline ─Report▶ metrics, log
//	web: /metrics, /healthz, /readyz
//
// # Why one worker
//
// The guide's queue is first in, first out, and a store is applied to by one import at a time: a second worker would only wait for the first.
//
// # Why the pages come up before the store
//
// A store that is down is the world's fault and is waited for. Who watches must see that inlet lives and what it waits for.
package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/remote"
)

// Daemon imports what arrives in the inboxes until it is stopped.
type Daemon struct {
	cfg     config.Config
	log     *slog.Logger
	metrics *metrics
	ready   atomic.Bool                 // the store is open and the inboxes are watched
	store   atomic.Pointer[store.Store] // nil while none is open
	file    storeFile
	addr    chan net.Addr

	post    *post
	lines   *lines
	seen    seen
	sources *sources
	pulse   pulse
	current current

	// At is told of the points of claims and imports; nil but in tests.
	At ledger.At
	// Again is how long a mail or webhook that failed waits for its second try, and how often it is looked whether an import that is stuck
	// may go on; 0: a minute, half a minute.
	Again time.Duration
	// Stalled is how long an import may make no progress before the watchdog is not fed any more; 0: ten minutes.
	Stalled time.Duration
	// Drives opens the drives of sources; nil: there are none.
	Drives Drives
	// Around puts something around the store's engine; nil but in tests.
	Around func(store.Engine) store.Engine
	// Load reads the configuration again, for a change while inlet runs; nil: it never changes.
	Load  func() (config.Config, error)
	asked chan struct{}
}

// New makes a daemon of a configuration. It starts nothing and touches nothing.
func New(cfg config.Config, log *slog.Logger) *Daemon {
	return &Daemon{cfg: cfg, log: log, metrics: newMetrics(cfg), addr: make(chan net.Addr, 1), asked: make(chan struct{}, 1)}
}

// Addr returns the address that the pages are served on, once Run listens.
func (d *Daemon) Addr() net.Addr {
	addr := <-d.addr
	d.addr <- addr
	return addr
}

// Run imports until ctx ends, and returns when all it started has ended: nil after a stop that was asked for.
func (d *Daemon) Run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.cfg.HTTP.Address)
	if err != nil {
		return fmt.Errorf("serve %s: %w", d.cfg.HTTP.Address, err)
	}
	d.addr <- listener.Addr()
	pages := d.newPages(ctx, listener)

	g, ctx := errgroup.WithContext(ctx)
	g.Go(pages.serve)
	g.Go(func() error { return pages.stop(ctx) })
	g.Go(func() error { return d.feedWatchdog(ctx, pages.url+"/healthz") })
	g.Go(func() error {
		defer d.notify(systemd.SdNotifyStopping)
		return d.importAlways(ctx)
	})
	err = g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// importAll opens the store and takes every arrival through the pipeline.
func (d *Daemon) importAll(ctx context.Context) error {
	parts, err := d.assemble(ctx)
	if err != nil {
		return err
	}
	defer parts.Close(context.WithoutCancel(ctx)) // last to stop: the worker may still be writing
	d.store.Store(parts.Store)
	defer d.store.Store(nil)
	d.lines, d.sources = newLines(), newSources()
	watching, err := d.watching(parts)
	if err != nil {
		return err
	}
	if watching.First, err = inWork(ctx, parts.Store); err != nil {
		return err
	}
	w, err := watcher.New(watching)
	if err != nil {
		return err
	}
	if d.post, err = newPost(d.cfg, parts.Store, d.metrics, d.log); err != nil {
		return err
	}
	d.post.at, d.post.again = d.At, cmp.Or(d.Again, d.post.again)
	if err := d.finishMoves(ctx, parts); err != nil {
		return err
	}
	if err := d.recall(ctx, parts.Store); err != nil {
		return err
	}
	arrivals := make(chan watcher.Arrival)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.Run(ctx, arrivals) })
	g.Go(func() error { return d.work(ctx, parts, arrivals) })
	g.Go(func() error { return d.watchStore(ctx, parts.Store) })
	g.Go(func() error { return d.endCancelled(ctx, parts.Store) })
	g.Go(func() error { return d.post.run(ctx) })
	g.Go(func() error { return d.sweep(ctx) })
	g.Go(func() error { return d.tellSources(ctx, parts.Store, w) })
	g.Go(func() error { return d.measure(ctx, w) })
	select {
	case <-w.Watching():
		d.tryOwners(ctx, parts)
		d.watches(ctx)
	case <-ctx.Done():
	}
	return g.Wait()
}

// tryOwners warns of an ownership that cannot be given before the first file would have it.
func (d *Daemon) tryOwners(ctx context.Context, parts *Parts) {
	for _, inbox := range d.cfg.Inboxes {
		if ungiven, ok := errors.AsType[*files.OwnershipError](TryOwner(inbox)); ok { // other errors are told of with the files
			parts.Pipeline.WarnUngiven(ctx, inbox.Name, ungiven)
		}
	}
}

// watches says that files may be dropped from now on.
func (d *Daemon) watches(ctx context.Context) {
	for _, inbox := range d.cfg.Inboxes {
		d.log.LogAttrs(ctx, slog.LevelInfo, "Watching", slog.String("inbox", inbox.Name), slog.String("path", inbox.Path))
	}
	d.ready.Store(true)
	d.notify(systemd.SdNotifyReady)
}

// assemble opens the store. A server that is not reached is waited for; an embedded file that cannot be opened is a mistake to be told.
func (d *Daemon) assemble(ctx context.Context) (*Parts, error) {
	wait := newPause()
	for {
		parts, err := d.reassemble(ctx)
		if err == nil {
			d.metrics.storeUp.Set(1)
			parts.Store.Leased = d.metrics.leased
			return parts, nil
		}
		_, moved := errors.AsType[*ledger.Temporary](err)
		if _, embedded := d.cfg.Store.Embedded(); ctx.Err() != nil || embedded && !moved {
			return nil, err
		}
		d.metrics.storeUp.Set(0)
		d.metrics.retries.WithLabelValues("open").Inc()
		pause := wait.next()
		d.log.LogAttrs(ctx, slog.LevelWarn, "Store not reached, trying again", slog.Duration("in", pause), slog.Any("error", err))
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// reassemble opens the store, but no other file than the one that this process had open before: an empty one knows of no import, and each
// file would be imported once more.
func (d *Daemon) reassemble(ctx context.Context) (*Parts, error) {
	if err := d.file.same(d.cfg.Store); err != nil {
		return nil, err
	}
	parts, err := assemble(ctx, d.cfg, d.log, d.At, d.around)
	if err == nil {
		d.file.remember(d.cfg.Store)
	}
	return parts, err
}

// inWork returns the arrivals whose imports have begun and not ended.
func inWork(ctx context.Context, s *store.Store) ([]string, error) {
	begun, err := s.Begun(ctx)
	var ids []string
	for _, imp := range begun {
		ids = append(ids, imp.Arrival)
	}
	return ids, err
}

func (d *Daemon) around(e store.Engine) store.Engine {
	if d.Around != nil {
		e = d.Around(e)
	}
	return d.metrics.around(e, d.pulse.beat)
}

// watching returns the watcher's part of the configuration.
func (d *Daemon) watching(parts *Parts) (watcher.Config, error) {
	cfg := watcher.Config{Memory: parts.Store, Ledger: parts.Store, Imports: imports{parts.Store}, Events: d.metrics.events(), Log: d.log}
	cfg.Drive = func(ctx context.Context, place remote.Place) (remote.Folder, error) {
		i := slices.IndexFunc(d.cfg.Sources, func(s config.Source) bool { return s.Name == place.Source })
		return parts.open(ctx, d.cfg.Sources[i], cmp.Or(d.Drives, Drives(NoDrives{})))
	}
	polled := cfg.Events.Polled
	d.seen.begin(d.cfg.Inboxes)
	scanned := cfg.Events.Scanned
	cfg.Events.Scanned = func(inbox string, s watcher.Scan) {
		scanned(inbox, s)
		d.seen.scanned(inbox, s)
	}
	cfg.Events.Polled = func(source string, a watcher.Answer) {
		polled(source, a)
		d.sources.answered(source, a)
	}
	cfg.Events.Full = d.lines.held
	cfg.Paused = func(ctx context.Context, source string) bool {
		return d.isPaused(ctx, parts.Store, store.OfSource(source))
	}
	cfg.Events.Reached = func(p watcher.Point) { d.At.Reach(ledger.CrashPoint(p)) }
	for _, in := range d.cfg.Inboxes {
		f := folders(in)
		f.Owner.Refused = func(e *files.OwnershipError) { parts.Pipeline.WarnUngiven(context.Background(), in.Name, e) }
		cfg.Inboxes = append(cfg.Inboxes, watcher.Inbox{Name: in.Name, Path: in.Path, Adopt: f.Owner.GiveFolder, Aside: []string{f.Done, f.Failed, f.Held},
			Settle: in.Settle, Scan: in.Scan, Mapping: in.Mapping, SidecarGrace: in.SidecarGrace})
	}
	for _, s := range d.cfg.Sources {
		source, err := parts.source(s)
		if err != nil {
			return cfg, err
		}
		cfg.Sources = append(cfg.Sources, source)
	}
	return cfg, nil
}
