package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/ledger"
)

// ErrTakenOver says that another process carries on with the import. It is no fault: this one stops.
var ErrTakenOver = errors.New("another process took this import over")

// runs is what is known of one workbook with one mapping and target: how often it came, and what became of it.
type runs struct {
	Last int    `json:"last"`           // running number of the last import
	Done string `json:"done,omitempty"` // the last import that was done and not undone
}

// stored is an import's document.
type stored struct {
	ledger.Import
	Epoch int64 `json:"epoch,omitempty"` // of the lease under which it was last written
}

// open is the imports that are begun and not ended, or ended and not placed.
type open struct {
	Imports []string `json:"imports"`
}

// Begin opens the import of imp.ID (without its running number; Begin adds it) and returns it as it stands in the store:
//
//   - a new one, with its number;
//   - the one that was interrupted, to be carried on with;
//   - an ended one, if it is that of the same arrival: only its file is still to be moved;
//   - a Duplicate, if the same was done before and again is not set.
func (s *Store) Begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error) {
	base := imp.ID
	var seen runs
	if _, err := s.loadOrInsert(ctx, Meta, "runs/"+base, &seen); err != nil {
		return imp, fmt.Errorf("begin import: %w", err)
	}
	for {
		last, ok, err := s.Import(ctx, runID(base, seen.Last))
		if err != nil {
			return imp, fmt.Errorf("begin import: %w", err)
		}
		if ok && (!last.State.Ended() || imp.Arrival != "" && last.Arrival == imp.Arrival) {
			return s.again(ctx, last, imp.Rules)
		}
		if ok && last.State == ledger.Done && last.UndoneBy == "" {
			seen.Done = last.ID // its process may have died before it noted that
		}
		imp.ID = runID(base, seen.Last+1)
		if seen.Done != "" && !again {
			imp.Repeats(seen.Done)
			imp.Ended = time.Now().UTC()
		}
		begun, fresh, err := s.insertImport(ctx, imp)
		if err != nil {
			return imp, fmt.Errorf("begin import: %w", err)
		}
		seen.Last++ // where it is not fresh it was inserted just before a crash; look at it as the last
		if _, err := change(ctx, s, Meta, "runs/"+base, func(r *runs) { r.Last = max(r.Last, seen.Last) }); err != nil {
			return imp, fmt.Errorf("begin import: %w", err)
		}
		if fresh {
			return begun, nil
		}
	}
}

func runID(base string, n int) string { return fmt.Sprintf("%s-%d", base, n) }

// again takes up an import that is there. One more attempt is counted before anything is done with the workbook. One that has written nothing
// goes by the rules of today from here on.
func (s *Store) again(ctx context.Context, imp ledger.Import, rules int) (ledger.Import, error) {
	if imp.State.Ended() {
		return imp, nil
	}
	if imp.Rules != rules {
		written, err := s.Journalled(ctx, imp.ID)
		if err != nil {
			return imp, err
		}
		if !written {
			imp.Rules = rules
		}
	}
	imp.Attempts++
	return imp, s.save(ctx, &imp)
}

func (s *Store) insertImport(ctx context.Context, imp ledger.Import) (ledger.Import, bool, error) {
	number, err := change(ctx, s, Meta, "numbers", func(n *struct {
		Import int64 `json:"import"`
	}) {
		n.Import++
	})
	if err != nil {
		return imp, false, err
	}
	imp.No, imp.Attempts = number.Import, 1
	if !imp.State.Ended() {
		// Before the import itself: a name too many in the list does no harm, one too few would.
		if err := s.setOpen(ctx, imp.ID, true); err != nil {
			return imp, false, err
		}
	}
	body, err := json.Marshal(stored{imp, s.epoch.Load()})
	if err != nil {
		return imp, false, err
	}
	fresh, err := s.engine.Insert(ctx, Imports, Doc{ID: imp.ID, Order: importOrder(imp.No), Body: body})
	return imp, fresh, err
}

func (s *Store) setOpen(ctx context.Context, id string, is bool) error {
	_, err := change(ctx, s, Meta, "open", func(o *open) {
		o.Imports = slices.DeleteFunc(o.Imports, func(other string) bool { return other == id })
		if is {
			o.Imports = append(o.Imports, id)
		}
	})
	return err
}

// Finish writes down how an import ended. Doing it again does no harm.
func (s *Store) Finish(ctx context.Context, imp *ledger.Import) error {
	if err := s.save(ctx, imp); err != nil {
		return fmt.Errorf("finish import %s: %w", imp.ID, err)
	}
	if err := s.noteHeld(ctx, imp); err != nil {
		return fmt.Errorf("finish import %s: %w", imp.ID, err)
	}
	if imp.State == ledger.Done && imp.UndoneBy == "" {
		if _, err := change(ctx, s, Meta, "runs/"+base(imp.ID), func(r *runs) { r.Done = imp.ID }); err != nil {
			return fmt.Errorf("finish import %s: %w", imp.ID, err)
		}
	}
	return s.setOpen(ctx, imp.ID, imp.Unplaced())
}

// Begun returns the imports of arrivals that have begun and not ended.
func (s *Store) Begun(ctx context.Context) ([]ledger.Import, error) {
	return s.opened(ctx, func(imp *ledger.Import) bool { return !imp.State.Ended() && imp.Arrival != "" })
}

// Unplaced returns the imports of arrivals that have ended and whose files were not seen to have moved.
func (s *Store) Unplaced(ctx context.Context) ([]ledger.Import, error) {
	return s.opened(ctx, (*ledger.Import).Unplaced)
}

func (s *Store) opened(ctx context.Context, wanted func(*ledger.Import) bool) ([]ledger.Import, error) {
	var begun open
	if _, err := s.loadOrInsert(ctx, Meta, "open", &begun); err != nil {
		return nil, fmt.Errorf("look for interrupted imports: %w", err)
	}
	var found []ledger.Import
	for _, id := range begun.Imports {
		imp, ok, err := s.Import(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look for interrupted imports: %w", err)
		}
		if ok && wanted(&imp) {
			found = append(found, imp)
		}
	}
	return found, nil
}

// save replaces the import's document, unless another process took over.
func (s *Store) save(ctx context.Context, imp *ledger.Import) error {
	doc, err := s.mine(ctx, s.engine, imp)
	if err != nil {
		return err
	}
	return s.replace(ctx, s.engine, doc, imp)
}

// mine returns the import's document as long as no other process took over: under a later lease, or further with the import than we are.
func (s *Store) mine(ctx context.Context, e Engine, imp *ledger.Import) (Doc, error) {
	doc, ok, err := e.Load(ctx, Imports, imp.ID)
	if err != nil {
		return doc, err
	}
	if !ok {
		return doc, fmt.Errorf("import %s is not in the store any more", imp.ID)
	}
	var is stored
	epoch := s.epoch.Load() // 0 for what is noted of a file after the lease was given back
	if err := json.Unmarshal(doc.Body, &is); err != nil {
		return doc, err
	}
	if epoch > 0 && is.Epoch > epoch || is.Batch > imp.Batch || is.Attempts > imp.Attempts || is.State.Ended() && !imp.State.Ended() {
		return doc, ErrTakenOver
	}
	imp.UndoneBy = is.UndoneBy // Undone alone changes it; an import that is still to be placed may have been taken back meanwhile
	return doc, nil
}

// replace writes the import where its document is still the one that mine returned.
func (s *Store) replace(ctx context.Context, e Engine, doc Doc, imp *ledger.Import) (err error) {
	if doc.Body, err = json.Marshal(stored{*imp, s.epoch.Load()}); err != nil {
		return err
	}
	swapped, err := e.Swap(ctx, Imports, doc)
	if err == nil && !swapped {
		return ErrTakenOver
	}
	return err
}
