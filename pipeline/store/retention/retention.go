package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/imports"
	"inlet.example/inlet/pipeline/store/journal"
	"inlet.example/inlet/pipeline/store/outbox"
)

// Day is the unit of a policy.
const Day = 24 * time.Hour

// Policy is how long what is to be kept, in whole days; 0: for ever. An import is not removed before its journal.
type Policy struct {
	Journal, Imports time.Duration // after an import's end
	Claims           time.Duration // after the end of their daemon, if no other one adopts them
	Audit            time.Duration // after the act
}

// Store is the parts of a store that something is removed from.
type Store struct {
	Imports *imports.Imports
	Journal *journal.Journal
	Outbox  *outbox.Outbox
	Claims  *claims.Claims
	Audit   *audit.Audit

	// Hold runs do while this process is the one that applies imports.
	Hold func(ctx context.Context, do func(context.Context) error) error
}

// Removed is how many were removed.
type Removed struct {
	Journals, Imports, Claims int
	Entries                   int // of who did what
}

// Retention removes what a policy does not keep.
type Retention struct {
	Policy
	store Store

	// Removed is called with what was removed, now and then; may be nil.
	Removed func(Removed)
}

// New returns the retention of a store.
func New(store Store, policy Policy) *Retention { return &Retention{Policy: policy, store: store} }

// How often Run removes, and how soon again after an error.
const (
	interval   = Day
	afterError = time.Hour
)

// Run removes at once and then daily, until ctx ends.
func (r *Retention) Run(ctx context.Context, log *slog.Logger) error {
	if r.Policy == (Policy{}) {
		return nil
	}
	for {
		pause := interval
		removed, err := r.Prune(ctx, time.Now())
		if removed != (Removed{}) {
			log.LogAttrs(ctx, slog.LevelInfo, "Old imports pruned", slog.Int("journals", removed.Journals), slog.Int("imports", removed.Imports), slog.Int("claims", removed.Claims), slog.Int("audit", removed.Entries))
		}
		if err != nil && ctx.Err() == nil {
			pause = afterError
			log.LogAttrs(ctx, slog.LevelWarn, "Old imports cannot be pruned, trying again", slog.Duration("in", pause), slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

const (
	pageSize = 200 // imports that are read at a time
	atOnce   = 20  // imports that something is removed of before the lease is given back: about a second
)

// Prune removes what is older at a time than the policy keeps. Killed at any point it continues when it is called again.
func (r *Retention) Prune(ctx context.Context, now time.Time) (Removed, error) {
	total, err := r.pruneImports(ctx, now)
	var failed, unread error
	if r.Claims > 0 {
		total.Claims, failed = r.store.Claims.Prune(ctx, now, r.Claims)
	}
	if r.Audit > 0 { // it needs no lease: nothing else writes the entries that are there
		total.Entries, unread = r.store.Audit.Prune(ctx, now.Add(-r.Audit))
	}
	if r.Removed != nil {
		r.Removed(Removed{Claims: total.Claims, Entries: total.Entries})
	}
	return total, errors.Join(err, failed, unread)
}

func (r *Retention) pruneImports(ctx context.Context, now time.Time) (total Removed, err error) {
	if r.Journal == 0 {
		return total, nil
	}
	for after := int64(0); ; {
		page, err := r.store.Imports.Oldest(ctx, after, pageSize)
		if err != nil {
			return total, fmt.Errorf("search for old imports: %w", err)
		}
		due := slices.DeleteFunc(slices.Clone(page), func(imp ledger.Import) bool { return r.due(&imp, now) == nothing })
		for some := range slices.Chunk(due, atOnce) {
			err := r.store.Hold(ctx, func(ctx context.Context) error { return r.remove(ctx, some, now, &total) })
			if err != nil {
				return total, err
			}
		}
		if len(page) < pageSize || now.Sub(page[len(page)-1].Began) < r.Journal {
			return total, nil // what follows began later
		}
		after = page[len(page)-1].No
	}
}

// part is what is due to be removed of an import.
type part int

const (
	nothing part = iota
	itsJournal
	all
)

// due returns what of an import is to be removed. An import that an undo under way reads is not known here.
func (r *Retention) due(imp *ledger.Import, now time.Time) part {
	age := now.Sub(imp.Ended)
	switch {
	case !imp.State.Ended() || imp.State == ledger.Held || imp.Unplaced() || imp.Ended.IsZero():
		return nothing
	case r.Imports > 0 && age >= r.Imports:
		return all
	case imp.Pruned.Left || !imp.IsPruned() && imp.Batch > 0 && age >= r.Journal:
		return itsJournal
	}
	return nothing
}

// remove removes what is due of some imports, under the lease. Each is read again: it may have been approved or undone meanwhile.
func (r *Retention) remove(ctx context.Context, some []ledger.Import, now time.Time, total *Removed) error {
	inUse, err := r.inUse(ctx)
	if err != nil {
		return err
	}
	before := *total
	for i := range some {
		imp, ok, err := r.store.Imports.Import(ctx, some[i].ID)
		if err != nil {
			return fmt.Errorf("remove old imports: %w", err)
		}
		if !ok || slices.Contains(inUse, imp.ID) {
			continue
		}
		if err := r.removeOne(ctx, &imp, r.due(&imp, now), now, total); err != nil {
			return err
		}
	}
	if r.Removed != nil {
		r.Removed(Removed{Journals: total.Journals - before.Journals, Imports: total.Imports - before.Imports})
	}
	return nil
}

// inUse returns the imports that are not over, and those that undos read which are not.
func (r *Retention) inUse(ctx context.Context) ([]string, error) {
	open, err := r.store.Imports.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("search for interrupted imports: %w", err)
	}
	ids := slices.Clone(open)
	for _, id := range open {
		imp, _, err := r.store.Imports.Import(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("search for interrupted imports: %w", err)
		}
		ids = append(ids, imp.Undoes)
	}
	return ids, nil
}

func (r *Retention) removeOne(ctx context.Context, imp *ledger.Import, due part, now time.Time, total *Removed) error {
	if due == nothing {
		return nil
	}
	had := imp.Batch > 0 && (!imp.IsPruned() || imp.Pruned.Left)
	if had {
		if err := r.removeJournal(ctx, imp, now); err != nil {
			return err
		}
		total.Journals++
	}
	if due != all {
		return nil
	}
	// One that has no batch may have an entry that was never applied.
	err := errors.Join(r.store.Journal.Prune(ctx, imp.ID, 0), r.store.Outbox.Remove(ctx, imp))
	if err == nil {
		err = r.store.Imports.Remove(ctx, imp)
	}
	if err == nil {
		total.Imports++
	}
	return err
}

func (r *Retention) removeJournal(ctx context.Context, imp *ledger.Import, now time.Time) error {
	if !imp.IsPruned() {
		imp.Pruned = ledger.Pruned{At: now.UTC().Truncate(time.Second), Days: int(r.Journal / Day), Left: true}
		if err := r.store.Imports.MarkPruned(ctx, imp.ID, imp.Pruned); err != nil {
			return err
		}
	}
	if err := r.store.Journal.Prune(ctx, imp.ID, imp.Batch); err != nil {
		return err
	}
	imp.Pruned.Left = false
	return r.store.Imports.MarkPruned(ctx, imp.ID, imp.Pruned)
}
