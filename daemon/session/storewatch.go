package session

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/daemon/worker"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/watcher/inbox"
)

const storePoll = 10 * time.Second // alerts on a store that is down wait for minutes

// storeWatch updates the metrics of what only the store knows: whether it answers, what is paused, what is held, and which undos have ended.
type storeWatch struct {
	store   *store.Store
	log     *slog.Logger
	metrics *metrics.Store
	pauses  *worker.Pauses
	status  *status.Inboxes
	inboxes []config.Inbox
	every   time.Duration
}

func (w *storeWatch) run(ctx context.Context) error {
	undos, logged := undoCounter{store: w.store, metrics: w.metrics, last: -1}, ""
	for {
		poll, cancel := context.WithTimeout(ctx, storePoll)
		err := cmp.Or(w.store.Ping(poll), w.pauses.Refresh(poll), w.countHeld(poll), w.showWaits(poll), undos.count(poll))
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		if cause := inbox.Cause(err); cause != logged {
			logged = cause
			w.report(ctx, err)
		}
		w.metrics.Up(err == nil)
		if backoff.Sleep(ctx, w.every) != nil {
			return nil
		}
	}
}

// mostHeld is up to how many held files of an inbox are looked up one by one; with more of them the count need not be exact.
const mostHeld = 50

// countHeld counts the files that wait for an approval. The list of the store may name some that wait no longer.
func (w *storeWatch) countHeld(ctx context.Context) error {
	for _, inbox := range w.inboxes {
		files, err := w.store.Imports.Held(ctx, inbox.Name)
		if err != nil {
			return err
		}
		n := len(files)
		for _, file := range files[:min(n, mostHeld)] {
			imp, ok, err := w.store.Imports.Import(ctx, file.Import)
			if err != nil {
				return err
			}
			if !ok || imp.State != ledger.Held {
				n--
			}
		}
		w.metrics.Held(inbox.Name, n)
	}
	return nil
}

// showWaits shows what the files wait for that other daemons have claimed.
func (w *storeWatch) showWaits(ctx context.Context) error {
	all, err := w.store.Claims.All(ctx)
	if err != nil {
		return err
	}
	me, waits := w.store.Claims.Name(), map[string]claims.Reason{}
	for _, inbox := range w.inboxes {
		for _, claim := range all[inbox.Name] {
			if claim.Owner != me && claim.Waits != "" {
				waits[claim.ID] = claim.Waits
			}
		}
	}
	w.status.SetElsewhere(waits)
	return nil
}

// report logs that the store does not answer, or that it does again.
func (w *storeWatch) report(ctx context.Context, err error) {
	if newer, ok := errors.AsType[*store.NewerError](err); ok {
		w.log.LogAttrs(ctx, slog.LevelError, "Store was upgraded by a newer inlet, nothing is imported", slog.Any("error", newer))
		return
	}
	if err != nil {
		w.log.LogAttrs(ctx, slog.LevelWarn, "Store cannot be reached", slog.Any("error", err))
		return
	}
	w.log.LogAttrs(ctx, slog.LevelInfo, "Store can be reached again")
}

// undoCounter counts the undos that have ended since the start. They run in commands, which are processes of their own.
type undoCounter struct {
	store   *store.Store
	metrics *metrics.Store
	last    int64 // number of the newest import that is dealt with; -1 before the first poll
}

func (u *undoCounter) count(ctx context.Context) error {
	imports, err := u.newImports(ctx)
	if err != nil {
		return err
	}
	first := u.last < 0
	u.last = max(u.last, 0)
	for _, imp := range slices.Backward(imports) {
		if imp.Undoes != "" && !imp.State.Ended() {
			return nil // the next poll begins with it
		}
		if imp.Undoes != "" && !first {
			u.metrics.Undone(imp.Tally.Counts.All().Rejected+imp.Tally.Problems[ledger.ChangedSince] > 0)
		}
		u.last = imp.No
	}
	return nil
}

// newImports returns the imports that have begun since the last poll, the newest first; with the first poll some of the newest.
func (u *undoCounter) newImports(ctx context.Context) ([]ledger.Import, error) {
	const page = 20
	var all []ledger.Import
	for before := int64(0); ; before = all[len(all)-1].No {
		imports, err := u.store.Imports.List(ctx, before, page)
		if err != nil {
			return nil, err
		}
		for _, imp := range imports {
			if imp.No <= u.last {
				return all, nil
			}
			all = append(all, imp)
		}
		if len(imports) < page || u.last < 0 {
			return all, nil
		}
	}
}

// StoreFile is the file of an embedded store that this process opened last. A session that begins after a reload opens the store again.
type StoreFile struct {
	store config.Store
	is    files.Number // zero if the store is not a file
}

func (f *StoreFile) remember(store config.Store) {
	*f = StoreFile{store: store}
	if path, ok := store.Embedded(); ok {
		f.is, _ = files.NumberOf(path) // the engine reports a file that is missing by now
	}
}

// check returns an error if the file of a store is another one than was opened by this name.
func (f *StoreFile) check(store config.Store) error {
	if (f.is == files.Number{}) || f.store.URI != store.URI {
		return nil
	}
	path, _ := store.Embedded()
	now, err := files.NumberOf(path)
	if err == nil && now != f.is {
		err = message.Errorf("it is another file")
	}
	if err == nil {
		return nil
	}
	return &ledger.Temporary{Err: message.Errorf("the store %s was moved, removed or replaced while it was in use: %w; put the file back, or restart inlet if the new file is the "+
		"right one", path, err)}
}
