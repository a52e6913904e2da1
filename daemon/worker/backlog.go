package worker

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
)

// backlog keeps the arrivals of inboxes that cannot be imported from because of their own folders: the files of an import that has ended cannot be
// moved to the done folder, or a claimed workbook cannot be read. Later arrivals of such an inbox wait behind, and the watcher claims no more there. The
// other inboxes go on. An inbox that a person has paused waits in the same way.
//
// Only the worker changes it; the watcher calls blocks.
type backlog struct {
	mu          sync.Mutex
	inboxes     map[string]*inboxBacklog
	archiveOnly map[string]bool // IDs of arrivals of an earlier run whose files only have to be moved; the watcher does not hand them out
}

// inboxBacklog is what waits in one inbox.
type inboxBacklog struct {
	failing []watcher.Arrival // retried, the oldest first
	waiting []watcher.Arrival // not tried yet
	wait    backoff.Pauses
	due     time.Time // of the next retry
	cause   string    // that was logged last

	paused  bool // by a person
	queued  bool // until the earlier files of the inbox are imported
	unknown int  // retries of the first that failed and of which it is not known that the folders are at fault
}

func newBacklog() *backlog {
	return &backlog{inboxes: map[string]*inboxBacklog{}, archiveOnly: map[string]bool{}}
}

// blocks reports whether an inbox waits.
func (b *backlog) blocks(inbox string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.inboxes[inbox] != nil
}

// enqueueIfBlocked adds an arrival if its inbox waits, and reports whether it does.
func (b *backlog) enqueueIfBlocked(a watcher.Arrival) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	in := b.inboxes[a.Inbox]
	if in == nil {
		return false
	}
	in.waiting = append(slices.DeleteFunc(in.waiting, func(b watcher.Arrival) bool { return b.ID == a.ID }), a) // it may have been adopted again
	return true
}

// block makes an inbox wait for an arrival.
func (b *backlog) block(a watcher.Arrival) *inboxBacklog {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inboxes[a.Inbox] == nil {
		b.inboxes[a.Inbox] = &inboxBacklog{wait: backoff.New()}
	}
	in := b.inboxes[a.Inbox]
	in.failing = append(in.failing, a)
	return in
}

// pause makes an inbox wait from an arrival on, until a person ends the pause.
func (b *backlog) pause(a watcher.Arrival, poll time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inboxes[a.Inbox] = &inboxBacklog{wait: backoff.New(), waiting: []watcher.Arrival{a}, paused: true, due: time.Now().Add(poll)}
}

// queue makes an inbox wait from an arrival on, until the earlier files of the inbox are imported. It reports whether the inbox did not wait before.
func (b *backlog) queue(a watcher.Arrival) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if in := b.inboxes[a.Inbox]; in != nil {
		in.waiting = append([]watcher.Arrival{a}, in.waiting...)
		return false
	}
	b.inboxes[a.Inbox] = &inboxBacklog{wait: backoff.New(), waiting: []watcher.Arrival{a}, queued: true, due: time.Now().Add(turnPoll)}
	return true
}

// waitingIn returns the IDs of the arrivals that wait in an inbox and were not tried yet.
func (b *backlog) waitingIn(inbox string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []string
	if in := b.inboxes[inbox]; in != nil {
		for _, a := range in.waiting {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// release ends the wait of an inbox, and returns the arrivals that were not tried yet.
func (b *backlog) release(inbox string) []watcher.Arrival {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting := b.inboxes[inbox].waiting
	delete(b.inboxes, inbox)
	return waiting
}

// resetTimer sets a timer to the next retry.
func (b *backlog) resetTimer(timer *time.Timer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	timer.Stop()
	var next time.Time
	for _, in := range b.inboxes {
		if next.IsZero() || in.due.Before(next) {
			next = in.due
		}
	}
	if !next.IsZero() {
		timer.Reset(time.Until(next))
	}
}

// due returns the inboxes to retry now.
func (b *backlog) due() map[string]*inboxBacklog {
	b.mu.Lock()
	defer b.mu.Unlock()
	due := map[string]*inboxBacklog{}
	for inbox, in := range b.inboxes {
		if !in.due.After(time.Now()) {
			due[inbox] = in
		}
	}
	return due
}

// othersDue reports whether another inbox than this one is to be retried now.
func (b *backlog) othersDue(inbox string) bool {
	due := b.due()
	delete(due, inbox)
	return len(due) > 0
}

// failed sets the time of the next retry, and logs a cause that differs from the last one.
func (in *inboxBacklog) failed(ctx context.Context, log *slog.Logger, a watcher.Arrival, err error) {
	in.due = time.Now().Add(in.wait.Next())
	cause := inbox.Cause(err)
	if cause == in.cause {
		return
	}
	in.cause = cause
	text := "Claimed workbook cannot be read, its inbox waits"
	if _, ok := errors.AsType[*pipeline.ArchiveError](err); ok {
		text = "Files of an ended import cannot be moved, its inbox waits"
	} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		text = "End of the import cannot be recorded, its inbox waits"
	}
	log.LogAttrs(ctx, slog.LevelWarn, text, slog.String("inbox", a.Inbox), slog.String("workbook", a.Name), slog.Any("error", err),
		slog.String("do", inbox.Advice(err)))
}
