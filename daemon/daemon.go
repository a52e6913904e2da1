package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/intake"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/session"
	"inlet.example/inlet/daemon/tracing"
	"inlet.example/inlet/daemon/uploads"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Daemon imports what arrives in the inboxes until it is stopped.
type Daemon struct {
	cfg      config.Config // that is in use
	log      *slog.Logger
	metrics  *metrics.Metrics
	sessions atomic.Pointer[[]*session.Session] // of the stores, by that configuration
	files    map[string]*session.StoreFile      // by the name of the store
	intake   *intake.Intake                     // of what is uploaded on the pages
	shown    atomic.Pointer[config.Config]      // what the pages show of the configuration that is in use
	traces   *tracing.Traces                    // nil: none are exported
	addr     chan net.Addr
	reload   chan struct{}

	// Version is shown to who asks for it.
	Version string
	// ConfigFile is the path of the configuration, for the log; "" if there is none.
	ConfigFile string
	// At is called at the crash points of claims and imports; nil except in tests.
	At ledger.At
	// Interval replaces the intervals of all that is polled or retried; 0 except in tests.
	Interval time.Duration
	// Drives opens the drives of sources; nil: no drives are supported.
	Drives assembly.Drives
	// Origins returns where the values of the configuration were set, for who looks at it; nil: that is not known.
	Origins func() config.Origins
	// Load reads the configuration again; nil: it never changes.
	Load func() (config.Config, error)

	stallTimeout time.Duration                     // see watchdog
	uploadIdle   time.Duration                     // see upload.Settings; 0 except in tests
	wrapEngine   func(engine.Engine) engine.Engine // of tests; nil: none
}

// New makes a daemon of a configuration. It starts nothing and touches nothing.
func New(cfg config.Config, log *slog.Logger) *Daemon {
	d := &Daemon{cfg: cfg, log: log, metrics: metrics.New(labels(cfg)), files: map[string]*session.StoreFile{}, addr: make(chan net.Addr, 1),
		reload: make(chan struct{}, 1), stallTimeout: stallTimeout}
	d.sessions.Store(new([]*session.Session))
	d.shown.Store(&cfg)
	d.intake = intake.New(d.stores, uploads.Limits{Bytes: cfg.HTTP.UploadBytes, Total: cfg.HTTP.UploadTotal}, log)
	return d
}

// labels are the stores, inboxes and sources of a configuration for the metrics.
func labels(cfg config.Config) metrics.Labels {
	l := metrics.Labels{Stores: storesInUse(cfg)}
	for _, in := range cfg.Inboxes {
		l.Inboxes = append(l.Inboxes, metrics.Inbox{Name: in.Name, ExpectEvery: in.ExpectEvery})
	}
	for _, s := range cfg.Sources {
		l.Sources = append(l.Sources, metrics.Source{Name: s.Name, Every: s.Every})
	}
	return l
}

// Addr returns the address that the pages are served on. It blocks until Run listens.
func (d *Daemon) Addr() net.Addr {
	addr := <-d.addr
	d.addr <- addr
	return addr
}

// Reload makes Run read the configuration at once instead of with the next poll.
func (d *Daemon) Reload() {
	select {
	case d.reload <- struct{}{}:
	default:
	}
}

// Run imports until ctx ends, and returns when everything that it started has ended: nil after a requested stop.
func (d *Daemon) Run(ctx context.Context) error {
	began := time.Now()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.cfg.HTTP.Address)
	if err != nil {
		return &listenError{address: d.cfg.HTTP.Address, cause: err}
	}
	d.addr <- listener.Addr()
	d.logStart(ctx)
	if d.traces, err = tracing.New(ctx, d.Version, d.log); err != nil {
		return errors.Join(err, listener.Close())
	}
	pages := web.New(ctx, listener, handler(ctx, d, listener.Addr()), webSettings(d.cfg.HTTP, d.log))
	dog := watchdog{log: d.log, idle: d.idle, url: pages.URL() + "/healthz", stallTimeout: d.stallTimeout}

	g, ctx := errgroup.WithContext(ctx)
	g.Go(pages.Serve)
	g.Go(func() error { return pages.Stop(ctx) })
	g.Go(func() error { return serveProfiles(ctx, d.cfg.HTTP.Pprof, d.log) })
	g.Go(func() error { return dog.run(ctx) })
	g.Go(func() error { return d.intake.Run(ctx) })
	g.Go(func() error {
		defer notifySystemd(d.log, systemd.SdNotifyStopping)
		return d.runSessions(ctx)
	})
	g.Go(func() error {
		<-ctx.Done()
		d.log.LogAttrs(ctx, slog.LevelInfo, "Stopping after the current batch of rows")
		return nil
	})
	err = g.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	if failed := d.traces.Close(ctx); failed != nil {
		d.log.LogAttrs(ctx, slog.LevelWarn, "Last traces were not exported", slog.Any("error", failed))
	}
	d.log.LogAttrs(ctx, slog.LevelInfo, "Daemon stopped", slog.Duration("after", time.Since(began)))
	return err
}

// logStart logs what runs, with which configuration and stores.
func (d *Daemon) logStart(ctx context.Context) {
	path := "none"
	if d.ConfigFile != "" {
		path = d.ConfigFile
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
	}
	names := storesInUse(d.cfg)
	stores := slog.Any("store", d.cfg.For(names[0]).Store)
	if len(names) > 1 {
		var all []any
		for _, name := range names {
			all = append(all, slog.Any(name, d.cfg.For(name).Store))
		}
		stores = slog.Group("stores", all...)
	}
	d.log.LogAttrs(ctx, slog.LevelInfo, "Daemon started", slog.String("version", d.Version), slog.String("config", path), stores,
		slog.String("user", files.UserName(os.Geteuid())), slog.Int("pid", os.Getpid()))
}

// runSessions imports by one configuration after another. If the store cannot be opened with a new one, the one before it is used again.
func (d *Daemon) runSessions(ctx context.Context) error {
	r := &reloader{load: d.Load, requested: d.reload, every: cmp.Or(d.Interval, configPoll), log: d.log, loaded: d.metrics.ConfigLoaded, current: d.cfg}
	var before *config.Config
	for {
		began, err := d.runConfig(ctx, r)
		switch {
		case ctx.Err() != nil && errors.Is(err, errConfigChanged):
			return nil // stopped during the change
		case ctx.Err() != nil:
			return err
		case errors.Is(err, errConfigChanged):
			old := d.cfg
			d.change(ctx, r.current)
			before = &old
		case err != nil && !began && before != nil:
			d.metrics.ConfigLoaded(false)
			d.log.LogAttrs(ctx, slog.LevelError, "New configuration rejected, the old one stays in use", slog.String("mistakes", err.Error()))
			d.metrics.Change(labels(*before))
			d.cfg, before = *before, nil
			d.shown.Store(new(d.cfg))
		default:
			return err
		}
	}
}

// errConfigChanged ends the sessions of a configuration that has changed.
var errConfigChanged = errors.New("the configuration has changed")

// runConfig imports until ctx ends or the configuration changes; r.current is then the next one. began reports whether files could be imported; if a store
// has ended it, into that one.
func (d *Daemon) runConfig(ctx context.Context, r *reloader) (began bool, err error) {
	ctx, end := context.WithCancelCause(ctx)
	reloaderEnded := make(chan struct{})
	go func() {
		defer close(reloaderEnded)
		if d.Load != nil && r.wait(ctx) {
			end(errConfigChanged)
		}
	}()
	began, err = d.runStores(ctx)
	changed := errors.Is(context.Cause(ctx), errConfigChanged)
	end(nil)
	<-reloaderEnded
	if changed && (err == nil || errors.Is(err, context.Canceled)) {
		err = errConfigChanged
	}
	return began, err
}

// change takes a configuration into use, between two sessions.
func (d *Daemon) change(ctx context.Context, next config.Config) {
	if !reflect.DeepEqual(next.HTTP, d.cfg.HTTP) || next.Log != d.cfg.Log {
		d.log.LogAttrs(ctx, slog.LevelWarn, "Changes of http and log take effect at the next start, all others now")
	}
	d.metrics.Change(labels(next))
	d.cfg = next
	d.shown.Store(&next)
	d.metrics.ConfigLoaded(true)
	d.log.LogAttrs(ctx, slog.LevelInfo, "Configuration changed")
}
