package delivery

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/daemon/notify"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/outbox"
)

const (
	pollInterval = 30 * time.Second // of the outbox, besides the calls of Wake
	giveUpAfter  = 24 * time.Hour   // since the notification was added
	maxRetryWait = time.Hour
	drainTimeout = 5 * time.Second // for notifications being sent at a stop
	concurrency  = 4               // so that one server that does not answer does not delay the others
	batchSize    = 5000            // notifications that are read at a time
)

// Outbox has the notifications that wait to be sent.
type Outbox interface {
	Waiting(ctx context.Context, limit int) ([]outbox.Entry, error)
	Update(ctx context.Context, n *outbox.Entry) (bool, error)
	Sweep(ctx context.Context, now time.Time) error
}

// Imports has the imports that notifications are about.
type Imports interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
}

// Journal has their changes.
type Journal interface {
	Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error]
}

// Settings are what a Sender needs. Only Attempted and At may be nil.
type Settings struct {
	Outbox     Outbox
	Imports    Imports
	Journal    Journal
	Mail       *notify.Mail            // nil where none is configured
	Hooks      map[string]*notify.Hook // by name
	Log        *slog.Logger
	RetryAfter time.Duration                // until the second attempt; each further one waits twice as long, up to an hour
	Attempted  func(n *ledger.Notification) // called after each attempt, for metrics
	At         ledger.At                    // crash points of tests
}

// Sender sends the notifications in the outbox, and retries those that fail for a day.
//
// A notification is stored as tried before it is sent and as sent afterwards. A crash in between repeats it with the same ID, by which its
// receiver can recognise the repeat. When several daemons share a store, the one that stores the attempt first sends it; the others leave it alone
// as long as it keeps changing.
type Sender struct {
	Settings
	wake     chan struct{}
	observed map[string]observation // notifications that wait, by ID
	holdOff  sync.Map               // ID to the time until which the receiver asked not to be called
}

// observation is how long a notification has been unchanged by this host's monotonic clock. Clocks of different hosts are never compared.
type observation struct {
	version int64
	since   time.Time
}

// New makes a Sender. It starts nothing.
func New(s Settings) *Sender {
	if s.Attempted == nil {
		s.Attempted = func(*ledger.Notification) {}
	}
	return &Sender{Settings: s, wake: make(chan struct{}, 1), observed: map[string]observation{}}
}

// Wake makes Run look into the outbox at once.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends. When the store does not answer it is asked again with the next poll.
func (s *Sender) Run(ctx context.Context) error {
	tick := time.NewTicker(min(pollInterval, s.RetryAfter))
	defer tick.Stop()
	for {
		if err := s.sendDue(ctx); err != nil && ctx.Err() == nil {
			s.Log.LogAttrs(ctx, slog.LevelWarn, "Outbox cannot be read", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// sendDue sends each notification that is due.
func (s *Sender) sendDue(ctx context.Context) error {
	waiting, err := s.Outbox.Waiting(ctx, batchSize)
	if err != nil {
		return err
	}
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(drainTimeout, cancel) })()
	var g errgroup.Group
	g.SetLimit(concurrency)
	observed := map[string]observation{}
	for i := range waiting {
		n := &waiting[i]
		observed[n.ID] = s.observe(n)
		if ctx.Err() == nil && time.Since(observed[n.ID].since) >= s.retryWait(n.Tries) && !s.heldOff(n) {
			g.Go(func() error { return s.attempt(sending, n) })
		}
	}
	s.observed = observed
	return errors.Join(g.Wait(), s.Outbox.Sweep(ctx, time.Now()))
}

func (s *Sender) observe(n *outbox.Entry) observation {
	if o, ok := s.observed[n.ID]; ok && o.version == n.Version() {
		return o
	}
	return observation{n.Version(), time.Now()}
}

// retryWait is how long a notification waits after so many attempts. It follows from what is stored, so that every daemon of the store computes the
// same: hence no jitter.
func (s *Sender) retryWait(tries int) time.Duration {
	if tries == 0 {
		return 0
	}
	return min(s.RetryAfter<<min(tries-1, 16), maxRetryWait)
}

// heldOff reports whether the receiver asked for a pause (Retry-After) that is not over. A restart forgets it; the receiver then asks again.
func (s *Sender) heldOff(n *outbox.Entry) bool {
	until, ok := s.holdOff.Load(n.ID)
	return ok && time.Now().Before(until.(time.Time))
}

// attempt sends a notification and stores the result. An error is the store's.
func (s *Sender) attempt(ctx context.Context, n *outbox.Entry) error {
	notice, ready, err := s.notice(ctx, n)
	deleted := errors.Is(err, errImportDeleted)
	if !deleted && (err != nil || !ready) {
		return err
	}
	n.Tries++
	if stored, err := s.Outbox.Update(ctx, n); err != nil || !stored {
		return err
	}
	if err = errImportDeleted; !deleted {
		err = s.send(ctx, n, notice)
	}
	if ctx.Err() != nil && err != nil {
		return nil // stopped: the next start tries again
	}
	s.At.Reach(ledger.AtSent)
	n.Error = ""
	s.holdOff.Delete(n.ID)
	switch final := deleted || notify.IsPermanent(err) || time.Since(n.Since) > giveUpAfter; {
	case err == nil:
		n.State, n.Ended = ledger.Sent, time.Now().UTC()
	case final:
		n.State, n.Ended, n.Error = ledger.Failed, time.Now().UTC(), err.Error()
	default:
		n.Error = err.Error()
		if wait := notify.RetryAfter(err); wait > 0 {
			s.holdOff.Store(n.ID, time.Now().Add(min(wait, giveUpAfter)))
		}
	}
	s.report(ctx, n)
	_, err = s.Outbox.Update(ctx, n)
	s.At.Reach(ledger.AtPosted)
	return err
}

// report logs and counts an attempt.
func (s *Sender) report(ctx context.Context, n *outbox.Entry) {
	level, text := slog.LevelWarn, "Notification failed, retrying"
	switch n.State {
	case ledger.Sent:
		level, text = slog.LevelInfo, "Notification sent"
	case ledger.Failed:
		level, text = slog.LevelError, "Notification failed, giving up"
	}
	s.Attempted(&n.Notification)
	attrs := []slog.Attr{slog.String("import", n.Import), slog.String("channel", string(n.Channel)), slog.String("to", n.To), slog.Int("tries", n.Tries)}
	if n.Error != "" {
		attrs = append(attrs, slog.String("error", n.Error))
	}
	s.Log.LogAttrs(ctx, level, text, attrs...)
}

func (s *Sender) send(ctx context.Context, n *outbox.Entry, notice notify.Notice) error {
	id := strings.NewReplacer("/", ".", "@", ".at.", " ", "_").Replace(n.ID)
	switch hook := s.Hooks[n.To]; {
	case n.Channel == ledger.ByMail && s.Mail != nil:
		return s.Mail.Send(ctx, id, n.To, notice)
	case n.Channel == ledger.ByMail:
		return errors.New("no mail server is configured: write mail.server")
	case hook != nil:
		return hook.Send(ctx, id, notice)
	}
	return fmt.Errorf("no webhook %q is configured: write it under webhooks", n.To)
}

// errImportDeleted ends a notification whose import is no longer in the store.
var errImportDeleted = errors.New("the import is no longer in the store")

// notice collects what a notification says. It is not ready until the files of the import are archived.
func (s *Sender) notice(ctx context.Context, n *outbox.Entry) (_ notify.Notice, ready bool, _ error) {
	imp, ok, err := s.Imports.Import(ctx, n.Import)
	switch {
	case err != nil:
		return notify.Notice{}, false, err
	case !ok:
		return notify.Notice{}, false, errImportDeleted
	case imp.Unplaced():
		return notify.Notice{}, false, nil
	}
	notice := notify.Notice{Import: imp, Language: n.Language, Rejected: imp.Rejected}
	if imp.IsPruned() {
		return notice, true, nil // and says so in place of the rows
	}
	for changes, err := range s.Journal.Changes(ctx, imp.ID) {
		if err != nil {
			return notice, false, err
		}
		for i := range changes {
			notice.Add(&changes[i])
		}
	}
	return notice, true, nil
}
