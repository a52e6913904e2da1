package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web"
)

// pages serve what web shows, with the TLS and the logins of the web configuration.
type pages struct {
	url      string
	http     config.HTTP
	listener net.Listener
	server   *http.Server
	log      *slog.Logger
}

func (d *Daemon) newPages(ctx context.Context, listener net.Listener) *pages {
	guard, err := d.cfg.HTTP.Guard()
	if err != nil {
		d.log.LogAttrs(ctx, slog.LevelError, "Web configuration cannot be used", slog.Any("error", err)) // serve ends with it
	}
	p := &pages{http: d.cfg.HTTP, listener: listener, log: d.log}
	p.url = "http://" + listener.Addr().String()
	if guard.TLS {
		p.url = "https://" + listener.Addr().String()
	} else if p.http.Public() {
		d.log.LogAttrs(ctx, slog.LevelWarn, "Passwords cross the network readable to others; write tls_server_config in the web configuration",
			slog.String("file", p.http.WebConfigFile))
	}
	p.server = &http.Server{Handler: p.guarded(web.Handler(d.metrics.registry, d.unready, d.inboxes)), ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelDebug)} // whoever calls writes there what he likes
	d.log.LogAttrs(ctx, slog.LevelInfo, "Serving", slog.String("address", p.url))
	return p
}

func (p *pages) serve() error {
	err := toolkit.Serve(p.listener, p.server, &toolkit.FlagConfig{WebConfigFile: &p.http.WebConfigFile}, slog.New(warnings{p.log.Handler()}))
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve pages: %w", err)
	}
	return nil
}

const drain = 3 * time.Second // for requests in flight at a stop; the batch in hand has the rest of the ten seconds

// stop waits for the end of ctx, and then for the requests in flight.
func (p *pages) stop(ctx context.Context) error {
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	return p.server.Shutdown(stop)
}

// guarded answers nobody from outside once the web configuration, which is read with each request, asks for no login any more.
func (p *pages) guarded(h http.Handler) http.Handler {
	if !p.http.Public() {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if guard, err := p.http.Guard(); err != nil || !guard.Login {
			http.Error(w, "the web configuration asks for no login any more", http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// warnings lets nothing through that is less than a warning.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (d *Daemon) inboxes() []web.Inbox { return d.seen.inboxes(&d.metrics.hand) }

// answers is how long the readiness page waits for the store; those who ask give up after a few seconds.
const answers = 2 * time.Second

// unready says why no file can be imported now; nil if nothing keeps one from it.
func (d *Daemon) unready(ctx context.Context) error {
	s := d.store.Load()
	if s == nil || !d.ready.Load() {
		return errors.New("the store is not open yet")
	}
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	var all []error
	if err := s.Ping(ctx); err != nil {
		all = append(all, fmt.Errorf("the store does not answer: %w", err))
	}
	return errors.Join(append(all, d.seen.unusable()...)...)
}
