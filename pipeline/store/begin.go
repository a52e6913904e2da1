package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
)

// ErrTakenOver says that another process carries on with the import. It is no fault: this one stops.
var ErrTakenOver = errors.New("another process took this import over")

// runs is what is known of one workbook with one mapping and target: how often it came, and what became of it.
type runs struct {
	Last int    `json:"last"`           // running number of the last import
	Done string `json:"done,omitempty"` // the last import that was done
}

// open is the imports that are begun and not ended.
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
			return s.again(ctx, last)
		}
		imp.ID = runID(base, seen.Last+1)
		if seen.Done != "" && !again {
			imp.State, imp.Why = ledger.Duplicate, "the same workbook with the same mapping was imported as "+seen.Done
		}
		begun, fresh, err := s.insertImport(ctx, imp)
		if err != nil {
			return imp, fmt.Errorf("begin import: %w", err)
		}
		if fresh {
			_, err := change(ctx, s, Meta, "runs/"+base, func(r *runs) { r.Last = max(r.Last, seen.Last+1) })
			return begun, err
		}
		seen.Last++ // it was inserted just before a crash; look at it as the last
	}
}

func runID(base string, n int) string { return fmt.Sprintf("%s-%d", base, n) }

// again takes up an import that is there. One more attempt is counted before anything is done with the workbook.
func (s *Store) again(ctx context.Context, imp ledger.Import) (ledger.Import, error) {
	if imp.State.Ended() {
		return imp, nil
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
	body, err := json.Marshal(imp)
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
	if imp.State == ledger.Done {
		base, _, _ := cutLast(imp.ID, '-')
		if _, err := change(ctx, s, Meta, "runs/"+base, func(r *runs) { r.Done = imp.ID }); err != nil {
			return fmt.Errorf("finish import %s: %w", imp.ID, err)
		}
	}
	return s.setOpen(ctx, imp.ID, false)
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == sep {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// save replaces the import's document, unless another process came further with it.
func (s *Store) save(ctx context.Context, imp *ledger.Import) error {
	return s.saveWith(ctx, s.engine, imp)
}

func (s *Store) saveWith(ctx context.Context, e Engine, imp *ledger.Import) error {
	doc, ok, err := e.Load(ctx, Imports, imp.ID)
	if err != nil {
		return err
	}
	var stored ledger.Import
	if !ok {
		return fmt.Errorf("import %s is not in the store any more", imp.ID)
	}
	if err := json.Unmarshal(doc.Body, &stored); err != nil {
		return err
	}
	if stored.Batch > imp.Batch || stored.Attempts > imp.Attempts || stored.State.Ended() && !imp.State.Ended() {
		return ErrTakenOver
	}
	if doc.Body, err = json.Marshal(imp); err != nil {
		return err
	}
	swapped, err := e.Swap(ctx, Imports, doc)
	if err == nil && !swapped {
		return ErrTakenOver
	}
	return err
}
