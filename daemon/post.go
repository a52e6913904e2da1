package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/notify"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/outbox"
)

// The times of the post.
const (
	postLook  = 30 * time.Second // how often the outbox is looked into, besides when an import has ended
	postEnd   = 24 * time.Hour   // how long a letter is tried
	postDrain = 5 * time.Second  // for letters in hand at a stop
	atOnce    = 4                // letters on their way side by side: a server that hangs does not keep the others waiting
)

// post sends what stands in the outbox.
//
// A letter is marked as tried before it goes out and as posted after: what a crash in between repeats has the same ID, so that its
// recipient knows it again. Of several daemons the one sends it that marks it first; the others let it be as long as it changes.
type post struct {
	store   *store.Store
	mail    *notify.Mail // nil where none is configured
	hooks   map[string]*notify.Hook
	metrics *metrics
	log     *slog.Logger
	at      ledger.At
	again   time.Duration // until the second try
	wake    chan struct{}
	seen    map[string]sighting
	asked   sync.Map // letter ID to the time that its receiver asked us to wait for
}

// sighting is since when a letter has not changed, by our own clock.
type sighting struct {
	version int64
	since   time.Time
}

func newPost(cfg config.Config, s *store.Store, m *metrics, log *slog.Logger) (*post, error) {
	p := &post{store: s, hooks: map[string]*notify.Hook{}, metrics: m, log: log, again: time.Minute, wake: make(chan struct{}, 1), seen: map[string]sighting{}}
	var errs []error
	if cfg.Mail.Server != "" {
		mail := notify.Mail{Server: cfg.Mail.Server, From: cfg.Mail.From, User: cfg.Mail.User, TLS: cfg.Mail.TLS, Password: secret(cfg.Mail.PasswordFile)}
		var err error
		p.mail, err = notify.NewMail(mail)
		errs = append(errs, err)
	}
	for _, h := range cfg.Webhooks {
		url := secret(h.URLFile)
		if h.URL != "" {
			url = func() (string, error) { return h.URL, nil }
		}
		hook, err := notify.NewHook(notify.Hook{Name: h.Name, URL: url, Form: h.Form, Secret: secret(h.SecretFile)})
		errs = append(errs, err)
		p.hooks[h.Name] = hook
	}
	return p, errors.Join(errs...)
}

// secret reads a file each time it is asked, so that a secret can be changed while inlet runs.
func secret(path string) func() (string, error) {
	if path == "" {
		return nil
	}
	return func() (string, error) { return config.Secret(path) }
}

// ring says that there may be something to send.
func (p *post) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run sends until ctx ends. A store that does not answer is tried again at the next look.
func (p *post) run(ctx context.Context) error {
	tick := time.NewTicker(min(postLook, p.again))
	defer tick.Stop()
	for {
		if err := p.round(ctx); err != nil && ctx.Err() == nil {
			p.log.LogAttrs(ctx, slog.LevelWarn, "Outbox not read", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.wake:
		case <-tick.C:
		}
	}
}

// round sends each letter whose time has come.
func (p *post) round(ctx context.Context) error {
	const most = 5000
	waiting, err := p.store.Outbox.Waiting(ctx, most)
	if err != nil {
		return err
	}
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(postDrain, cancel) })()
	var g errgroup.Group
	g.SetLimit(atOnce)
	seen := map[string]sighting{}
	for i := range waiting {
		l := &waiting[i]
		seen[l.ID] = p.sight(l)
		if ctx.Err() == nil && time.Since(seen[l.ID].since) >= p.pause(l.Tries) && !p.heldOff(l) {
			g.Go(func() error { return p.one(sending, l) })
		}
	}
	p.seen = seen
	return errors.Join(g.Wait(), p.store.Outbox.Sweep(ctx, time.Now()))
}

func (p *post) sight(l *outbox.Entry) sighting {
	if s, ok := p.seen[l.ID]; ok && s.version == l.Version() {
		return s
	}
	return sighting{l.Version(), time.Now()}
}

// pause is how long a letter waits after so many tries: a minute, then twice as long each time, up to an hour.
func (p *post) pause(tries int) time.Duration {
	if tries == 0 {
		return 0
	}
	return min(p.again<<min(tries-1, 16), time.Hour)
}

// heldOff says whether the receiver asked to be left alone a while longer. A restart forgets it, and is told again.
func (p *post) heldOff(l *outbox.Entry) bool {
	until, ok := p.asked.Load(l.ID)
	return ok && time.Now().Before(until.(time.Time))
}

// one sends a letter and notes what became of it. An error is the store's.
func (p *post) one(ctx context.Context, l *outbox.Entry) error {
	notice, ready, err := p.notice(ctx, l)
	gone := errors.Is(err, errGone)
	if !gone && (err != nil || !ready) {
		return err
	}
	l.Tries++
	if mine, err := p.store.Outbox.Update(ctx, l); err != nil || !mine {
		return err
	}
	if err = errGone; !gone {
		err = p.send(ctx, l, notice)
	}
	if ctx.Err() != nil && err != nil {
		return nil // stopped: it is tried again after the next start
	}
	p.at.Reach(ledger.AtSent)
	l.Error = ""
	p.asked.Delete(l.ID)
	switch over := gone || notify.Permanent(err) || time.Since(l.Since) > postEnd; {
	case err == nil:
		l.State, l.Ended = ledger.Sent, time.Now().UTC()
	case over:
		l.State, l.Ended, l.Error = ledger.Failed, time.Now().UTC(), err.Error()
	default:
		l.Error = err.Error()
		if wait := notify.RetryAfter(err); wait > 0 {
			p.asked.Store(l.ID, time.Now().Add(min(wait, postEnd)))
		}
	}
	p.tell(ctx, l)
	_, err = p.store.Outbox.Update(ctx, l)
	p.at.Reach(ledger.AtPosted)
	return err
}

// outcomesOfPost are what may come of a try; a closed list, for the metrics.
var outcomesOfPost = []string{"posted", "failed", "given_up"}

func (p *post) tell(ctx context.Context, l *outbox.Entry) {
	outcome, level, text := "failed", slog.LevelWarn, "Not told, trying again"
	switch l.State {
	case ledger.Sent:
		outcome, level, text = "posted", slog.LevelInfo, "Told"
	case ledger.Failed:
		outcome, level, text = "given_up", slog.LevelError, "Not told, given up"
	}
	p.metrics.notifications.WithLabelValues(string(l.Channel), outcome).Inc()
	p.log.LogAttrs(ctx, level, text, slog.String("import", l.Import), slog.String("channel", string(l.Channel)), slog.String("to", l.To),
		slog.Int("tries", l.Tries), slog.String("error", l.Error))
}

func (p *post) send(ctx context.Context, l *outbox.Entry, n notify.Notice) error {
	id := strings.NewReplacer("/", ".", "@", ".at.", " ", "_").Replace(l.ID)
	switch hook := p.hooks[l.To]; {
	case l.Channel == ledger.ByMail && p.mail != nil:
		return p.mail.Send(ctx, id, l.To, n)
	case l.Channel == ledger.ByMail:
		return errors.New("no mail server is configured: write mail.server")
	case hook != nil:
		return hook.Send(ctx, id, n)
	}
	return fmt.Errorf("no webhook %q is configured: write it under webhooks", l.To)
}

// errGone ends a letter about nothing.
var errGone = errors.New("the import is not in the store any more")

// notice makes what a letter says. It is not ready as long as the import's files are on their way.
func (p *post) notice(ctx context.Context, l *outbox.Entry) (notify.Notice, bool, error) {
	imp, ok, err := p.store.Imports.Import(ctx, l.Import)
	switch {
	case err != nil:
		return notify.Notice{}, false, err
	case !ok:
		return notify.Notice{}, false, errGone
	case imp.Unplaced():
		return notify.Notice{}, false, nil
	}
	n := notify.Notice{Import: imp, Language: l.Language, Rejected: imp.Rejected}
	for changes, err := range p.store.Journal.Changes(ctx, imp.ID) {
		if err != nil {
			return n, false, err
		}
		for _, c := range changes {
			if c.Action != ledger.Reject && c.Action != ledger.Park {
				continue
			}
			for _, problem := range c.Problems {
				if problem.Warning {
					continue
				}
				if len(n.Problems) < notify.First {
					n.Problems = append(n.Problems, problem)
				} else {
					n.More++
				}
			}
		}
	}
	return n, true, nil
}
