package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/disks"
	"inlet.example/inlet/daemon/intake"
	"inlet.example/inlet/daemon/panel"
	"inlet.example/inlet/daemon/session"
	"inlet.example/inlet/daemon/web"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/daemon/web/frame"
	"inlet.example/inlet/daemon/worker"
	"inlet.example/inlet/pipeline/message"
)

// storesInUse returns the names of the stores that inboxes import into; all of them if there is no inbox.
func storesInUse(cfg config.Config) []string {
	var used []string
	for _, name := range cfg.StoreNames() {
		if len(cfg.For(name).Inboxes) > 0 {
			used = append(used, name)
		}
	}
	if len(used) == 0 {
		return cfg.StoreNames()
	}
	return used
}

// runStores imports into all stores at once until ctx ends or one of them cannot be opened. began reports whether files could be imported into that
// one; without an error, into any.
func (d *Daemon) runStores(ctx context.Context) (began bool, err error) {
	all := d.newSessions()
	d.sessions.Store(&all)
	leftovers := &disks.Cleaner{Inboxes: d.cfg.Inboxes, Log: d.log} // stores may share a done folder
	g, ctx := errgroup.WithContext(ctx)
	failed := make(chan *session.Session, len(all))
	for _, s := range all {
		g.Go(func() error {
			err := s.Run(ctx)
			if err != nil && ctx.Err() == nil {
				failed <- s
			}
			return err
		})
	}
	g.Go(func() error { return leftovers.Run(ctx) })
	err = g.Wait()
	select {
	case s := <-failed:
		return s.Began(), err
	default:
	}
	for _, s := range all {
		began = began || s.Began()
	}
	return began, err
}

func (d *Daemon) newSessions() []*session.Session {
	var all []*session.Session
	memory := &worker.Memory{}
	names := storesInUse(d.cfg)
	for _, name := range names {
		if d.files[name] == nil {
			d.files[name] = &session.StoreFile{}
		}
		log := d.log
		if len(names) > 1 {
			log = log.With(slog.String("store", name))
		}
		all = append(all, session.New(session.Settings{Name: name, Config: d.cfg.For(name), Log: log, Metrics: d.metrics, File: d.files[name], Memory: memory, Traces: d.traces,
			At: d.At, Interval: d.Interval, Drives: d.Drives, WrapEngine: d.wrapEngine, Ready: func() { notifySystemd(d.log, systemd.SdNotifyReady) }}))
	}
	return all
}

// inboxes returns what the pages show of all inboxes.
func (d *Daemon) inboxes() []web.Inbox {
	all, sessions := []web.Inbox{}, *d.sessions.Load()
	for _, s := range sessions {
		for _, inbox := range s.Inboxes() {
			if len(sessions) > 1 {
				inbox.Store = s.Name
			}
			all = append(all, inbox)
		}
	}
	return all
}

// idle returns for how long the running import that makes no progress for the longest time has made none; 0 while there is none.
func (d *Daemon) idle() time.Duration {
	var longest time.Duration
	for _, s := range *d.sessions.Load() {
		longest = max(longest, s.Idle())
	}
	return longest
}

// readyTimeout is how long the readiness page waits for the stores; most monitoring gives up after a few seconds.
const readyTimeout = 2 * time.Second

// unready returns why no file can be imported now; nil if files can be, into all stores.
func (d *Daemon) unready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	sessions := *d.sessions.Load()
	if len(sessions) == 0 {
		return message.Errorf("the store has not been opened yet")
	}
	errs := make([]error, len(sessions))
	var asked errgroup.Group
	for i, s := range sessions {
		asked.Go(func() error {
			errs[i] = s.Unready(ctx)
			return nil
		})
	}
	_ = asked.Wait()
	for i, s := range sessions {
		if errs[i] != nil && len(sessions) > 1 {
			errs[i] = fmt.Errorf("store %s: %w", s.Name, errs[i])
		}
	}
	return errors.Join(errs...)
}

// storeNames returns the stores that this daemon imports into, in the order of the configuration.
func (d *Daemon) storeNames() []string {
	var all []string
	for _, s := range *d.sessions.Load() {
		all = append(all, s.Name)
	}
	return all
}

// sessionOf returns the session of a store; nil while there is none.
func (d *Daemon) sessionOf(store string) panel.Session {
	for _, s := range *d.sessions.Load() {
		if s.Name == store {
			return s
		}
	}
	return nil
}

// stores returns the stores with their sessions, in the order of the configuration.
func (d *Daemon) stores() []intake.Store {
	var all []intake.Store
	for _, s := range *d.sessions.Load() {
		all = append(all, intake.Store{Name: s.Name, Session: s})
	}
	return all
}

// token returns what the token of a program may do, whichever store it is kept in. A store that cannot be read is an error only where no other knows it.
func (d *Daemon) token(ctx context.Context, secret string) (access.Token, bool, error) {
	var failed error
	for _, s := range *d.sessions.Load() {
		parts := s.Parts()
		if parts == nil {
			failed = cmp.Or(failed, frame.ErrNoStore)
			continue
		}
		t, ok, err := parts.Store.APITokens.Find(ctx, secret)
		if err == nil && ok {
			return access.Token{Name: t.Name, Store: s.Name, Inboxes: t.Inboxes, Verbs: t.Verbs}, true, nil
		}
		failed = cmp.Or(failed, err)
	}
	return access.Token{}, false, failed
}
