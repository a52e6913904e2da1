package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/watcher"
)

const (
	storeLook = 10 * time.Second // alerts on a store that is down wait for minutes
	pauseLook = 2 * time.Second  // how soon the end of a pause is noticed
)

// watchStore keeps the metrics of what only the store can tell: whether it answers, that a person has paused importing, and what commands
// have taken back.
func (d *Daemon) watchStore(ctx context.Context, s *store.Store) error {
	undone, told := undoing{last: -1}, ""
	for {
		look, cancel := context.WithTimeout(ctx, storeLook)
		err := cmp.Or(s.Ping(look), d.seePause(look, s), undone.see(look, s, d.metrics))
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		up := 1.0
		if err != nil {
			up = 0
		}
		if cause := watcher.Cause(err); cause != told {
			told = cause
			d.tellStore(ctx, err)
		}
		d.metrics.storeUp.Set(up)
		if sleep(ctx, storeLook) != nil {
			return nil
		}
	}
}

// tellStore logs that the store does not answer, once for each cause, and once that it does again.
func (d *Daemon) tellStore(ctx context.Context, err error) {
	if err != nil {
		d.log.LogAttrs(ctx, slog.LevelWarn, "Store does not answer", slog.Any("error", err))
		return
	}
	d.log.LogAttrs(ctx, slog.LevelInfo, "Store answers again")
}

// byHand is why importing is paused: the only reason there is.
const byHand = "by_hand"

func (d *Daemon) seePause(ctx context.Context, s *store.Store) error {
	all, err := s.Paused(ctx)
	if err == nil {
		d.metrics.seePauses(d.cfg, all)
	}
	return err
}

// unpaused waits until importing is not paused. An error says that the daemon is asked to stop.
func (d *Daemon) unpaused(ctx context.Context, s *store.Store) error {
	for told := false; ; {
		all, err := s.Paused(ctx)
		if err != nil {
			return ctx.Err() // a store that does not answer is told of by what asks it next
		}
		d.metrics.seePauses(d.cfg, all)
		p, is := all.Holds(store.Everything)
		if is != told {
			d.log.LogAttrs(ctx, slog.LevelInfo, map[bool]string{true: "Importing is paused", false: "Importing goes on"}[is],
				slog.Time("since", p.Since), slog.String("why", p.Why))
		}
		if told = is; !is {
			return nil
		}
		if err := sleep(ctx, cmp.Or(d.Again, pauseLook)); err != nil {
			return err
		}
	}
}

// isPaused says whether an inbox or a source is paused by its name. A store that does not answer is told of by what asks it next.
func (d *Daemon) isPaused(ctx context.Context, s *store.Store, what string) bool {
	all, err := s.Paused(ctx)
	if err != nil {
		return false
	}
	_, is := all.Holds(what)
	return is
}

// seePauses shows which inboxes and sources are paused by their names, and whether everything is.
func (m *metrics) seePauses(cfg config.Config, all store.Pauses) {
	_, is := all.Holds(store.Everything)
	m.paused.WithLabelValues(byHand).Set(yes(is))
	m.hand.pause(all)
	for _, in := range cfg.Inboxes {
		_, is := all.Holds(store.OfInbox(in.Name))
		m.inboxPaused.WithLabelValues(in.Name).Set(yes(is))
	}
	for _, s := range cfg.Sources {
		_, is := all.Holds(store.OfSource(s.Name))
		m.sourcePaused.WithLabelValues(s.Name).Set(yes(is))
	}
}

// outcomes of an undo.
const (
	undoneWhole = "whole" // all is as before
	undoneKept  = "kept"  // something that was changed since stays
)

// undoing counts the undos that have ended since the start. They are commands' work, each a process of its own.
type undoing struct {
	last int64 // number of the newest import that is done with; -1 before the first look
}

func (u *undoing) see(ctx context.Context, s *store.Store, m *metrics) error {
	fresh, err := u.fresh(ctx, s)
	if err != nil {
		return err
	}
	first := u.last < 0
	u.last = max(u.last, 0)
	for _, imp := range slices.Backward(fresh) {
		if imp.Undoes != "" && !imp.State.Ended() {
			return nil // it and what came after it is looked at again
		}
		if imp.Undoes != "" && !first {
			m.undone.WithLabelValues(undoOutcome(&imp)).Inc()
		}
		u.last = imp.No
	}
	return nil
}

// fresh returns the imports that have begun since the last look, the newest first; of the first look the newest of all.
func (u *undoing) fresh(ctx context.Context, s *store.Store) ([]ledger.Import, error) {
	const page = 20
	var all []ledger.Import
	for before := int64(0); ; before = all[len(all)-1].No {
		imports, err := s.Imports(ctx, before, page)
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

func undoOutcome(imp *ledger.Import) string {
	if imp.Tally.Account.Rejected+imp.Tally.Contact.Rejected+imp.Tally.Problems[ledger.ChangedSince] > 0 {
		return undoneKept
	}
	return undoneWhole
}

// storeFile is the file of an embedded store that this process has opened last. A configuration that changes has the store opened again.
type storeFile struct {
	uri string
	is  fs.FileInfo // nil where the store is no file
}

func (f *storeFile) remember(s config.Store) {
	*f = storeFile{uri: s.URI}
	if path, ok := s.Embedded(); ok {
		f.is, _ = os.Stat(path) // one that is gone since is told of by the engine
	}
}

// same says whether the file that a URI names is the one that was opened, if one was.
func (f *storeFile) same(s config.Store) error {
	if f.is == nil || f.uri != s.URI {
		return nil
	}
	path, _ := s.Embedded()
	now, err := os.Stat(path)
	if err == nil && !os.SameFile(now, f.is) {
		err = errors.New("it is another file")
	}
	if err == nil {
		return nil
	}
	return &ledger.Temporary{Err: fmt.Errorf("the store %s was moved, removed or replaced while it was in use: %w; put the file back, "+
		"or restart inlet if a new one is meant", path, err)}
}
