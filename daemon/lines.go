package daemon

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
)

// lines are the inboxes that stand still because of their own folders: the files of an import that has ended cannot be moved to done, or
// a claimed workbook cannot be read. What arrived later in such an inbox waits behind, and nothing more is claimed there. The other
// inboxes go on.
//
// Only the worker changes them; the watcher asks.
type lines struct {
	mu  sync.Mutex
	of  map[string]*line
	old map[string]bool // by ID: arrivals of an earlier run that only have to be moved, and no watcher hands out
}

type line struct {
	tries  []watcher.Arrival // tried again, the oldest first
	behind []watcher.Arrival // not tried yet
	wait   pause
	due    time.Time // of the next try
	cause  string    // that was logged

	paused  bool // a person has paused the inbox
	unknown int  // tries of the first that failed in a way that is not known to be the folders'
}

func newLines() *lines { return &lines{of: map[string]*line{}, old: map[string]bool{}} }

// held says whether an inbox stands still.
func (l *lines) held(inbox string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[inbox] != nil
}

// behind has an arrival wait if its inbox stands still, and says whether it does.
func (l *lines) behind(a watcher.Arrival) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.of[a.Inbox]
	if line == nil {
		return false
	}
	line.behind = append(line.behind, a)
	return true
}

// hold has an inbox stand still for one arrival more.
func (l *lines) hold(a watcher.Arrival) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[a.Inbox] == nil {
		l.of[a.Inbox] = &line{wait: newPause()}
	}
	line := l.of[a.Inbox]
	line.tries = append(line.tries, a)
	return line
}

// pause has an inbox stand still from an arrival on, until a person lets it go on.
func (l *lines) pause(a watcher.Arrival, look time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[a.Inbox] = &line{wait: newPause(), behind: []watcher.Arrival{a}, paused: true, due: time.Now().Add(look)}
}

// release lets an inbox go on, and returns what waits there.
func (l *lines) release(inbox string) []watcher.Arrival {
	l.mu.Lock()
	defer l.mu.Unlock()
	behind := l.of[inbox].behind
	delete(l.of, inbox)
	return behind
}

// wind sets the timer to the next try.
func (l *lines) wind(timer *time.Timer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	timer.Stop()
	var next time.Time
	for _, line := range l.of {
		if next.IsZero() || line.due.Before(next) {
			next = line.due
		}
	}
	if !next.IsZero() {
		timer.Reset(time.Until(next))
	}
}

// due returns the inboxes whose time it is.
func (l *lines) due() map[string]*line {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := map[string]*line{}
	for inbox, line := range l.of {
		if !line.due.After(time.Now()) {
			due[inbox] = line
		}
	}
	return due
}

// ofFolders says whether an import cannot go on because of the folders of its inbox, or their disk.
func ofFolders(a watcher.Arrival, err error) bool {
	if _, ok := errors.AsType[*pipeline.ArchiveError](err); ok {
		return true
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok && ledger.IsTemporary(err) && strings.HasPrefix(file.Path, a.Dir) {
		return true
	}
	return (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) && a.Readable() != nil
}

// hold has an inbox stand still and tells why, once.
func (d *Daemon) hold(ctx context.Context, a watcher.Arrival, err error) {
	if d.gone(ctx, a, err) {
		return
	}
	d.lines.hold(a).failed(ctx, d.log, a, err)
}

// failed sets the time of the next try, and logs a cause that was not logged yet.
func (l *line) failed(ctx context.Context, log *slog.Logger, a watcher.Arrival, err error) {
	l.due = time.Now().Add(l.wait.next())
	cause := inbox.Cause(err)
	if cause == l.cause {
		return
	}
	l.cause = cause
	text := "A claimed workbook cannot be read; its inbox waits"
	if _, ok := errors.AsType[*pipeline.ArchiveError](err); ok {
		text = "The files of an import that has ended cannot be moved; its inbox waits"
	} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		text = "The end of an import cannot be noted; its inbox waits"
	}
	log.LogAttrs(ctx, slog.LevelWarn, text, slog.String("inbox", a.Inbox), slog.String("workbook", a.Name), slog.Any("error", err),
		slog.String("do", inbox.Advice(err)))
}

// gone says that nothing is left to try for: of an import that had ended before this start somebody has taken the file out of done already,
// or another daemon has moved it. That is theirs to do, and no reason to stand still.
func (d *Daemon) gone(ctx context.Context, a watcher.Arrival, err error) bool {
	_, unmoved := errors.AsType[*pipeline.ArchiveError](err)
	missing := errors.Is(err, archive.ErrMissing) || !unmoved && errors.Is(err, fs.ErrNotExist)
	if !d.lines.old[a.ID] || !missing {
		return false
	}
	d.log.LogAttrs(ctx, slog.LevelWarn, "Archived file not found again", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name),
		slog.Any("error", err))
	return true
}

// goOn tries again what is due. An inbox whose fault is over imports what waits there.
func (w *worker) goOn(ctx context.Context) {
	for inbox, line := range w.lines.due() {
		if line.paused && w.isPaused(ctx, w.parts.Store, settings.OfInbox(inbox)) {
			line.due = time.Now().Add(cmp.Or(w.Again, pauseLook))
			continue
		}
		line.paused = false
		if !w.tried(ctx, line) {
			continue
		}
		behind := w.lines.release(inbox)
		w.log.LogAttrs(ctx, slog.LevelInfo, "Inbox goes on", slog.String("inbox", inbox))
		for _, a := range behind {
			if ctx.Err() == nil {
				w.take(ctx, a)
			}
		}
	}
}

// tried says whether all that an inbox stands still for is done with.
func (w *worker) tried(ctx context.Context, line *line) bool {
	for len(line.tries) > 0 {
		a := line.tries[0]
		_, err := w.unpaused(ctx, w.parts.Store)
		if err == nil {
			err = w.importOne(ctx, a)
		}
		if ctx.Err() != nil {
			return false
		}
		if err != nil && !w.gone(ctx, a, err) && !w.lost(ctx, a) && !w.leave(ctx, line, a, err) {
			line.failed(ctx, w.log, a, err)
			return false
		}
		line.tries = slices.Delete(line.tries, 0, 1)
	}
	return true
}

// lost says that the claim of a workbook was removed for good: nobody can import it any more. What was begun of it is marked as stuck, so
// that a person sees it; the same file dropped again goes on with it.
func (w *worker) lost(ctx context.Context, a watcher.Arrival) bool {
	if !a.Gone() {
		return false
	}
	_, begun, err := w.parts.Store.Attempts.Begin(ctx, a.Inbox, a.ID, true)
	if err == nil && begun != nil {
		err = w.parts.Store.Attempts.Stop(ctx, begun, ledger.Stuck)
	}
	if err != nil {
		w.log.LogAttrs(ctx, slog.LevelWarn, "A removed claim cannot be noted", slog.String("workbook", a.Name), slog.Any("error", err))
		return false
	}
	w.log.LogAttrs(ctx, slog.LevelError, "Somebody removed a claimed workbook", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name),
		slog.String("do", "drop the file again"))
	return true
}
