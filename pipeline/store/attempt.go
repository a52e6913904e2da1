package store

import (
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
)

// trying is the arrival of an inbox that is in work, and how often in a row a process died over it.
type trying struct {
	Arrival string `json:"arrival"`
	Batch   int    `json:"batch"` // what of it was durable when it was taken up
	Times   int    `json:"times"` // that it was taken up without coming further
}

// Attempt counts that an arrival is taken up, before anything is done with its workbook, and returns how often it was in a row without
// anything of it becoming durable; and its import, if it has begun one. Where alive says that the last time ended without a death, the
// count begins anew.
func (s *Store) Attempt(ctx context.Context, inbox, arrival string, alive bool) (int, *ledger.Import, error) {
	imp, err := s.openImport(ctx, inbox, arrival)
	if err != nil {
		return 0, nil, fmt.Errorf("take %s up: %w", arrival, err)
	}
	batch := 0
	if imp != nil {
		batch = imp.Batch
	}
	t, err := change(ctx, s, Meta, "trying/"+inbox, func(t *trying) {
		if alive || t.Arrival != arrival || t.Batch != batch {
			*t = trying{Arrival: arrival, Batch: batch}
		}
		t.Times++
	})
	if err != nil {
		return 0, nil, fmt.Errorf("take %s up: %w", arrival, err)
	}
	return t.Times, imp, nil
}

// openImport returns the import of an arrival that has begun and not ended; nil if there is none.
func (s *Store) openImport(ctx context.Context, inbox, arrival string) (*ledger.Import, error) {
	var begun open
	if _, err := s.loadOrInsert(ctx, Meta, "open", &begun); err != nil {
		return nil, err
	}
	for _, id := range begun.Imports {
		imp, ok, err := s.Import(ctx, id)
		if err != nil {
			return nil, err
		}
		if ok && imp.Inbox == inbox && imp.Arrival == arrival && !imp.State.Ended() {
			return &imp, nil
		}
	}
	return nil, nil
}

// Journalled says whether any batch of an import was begun to be written.
func (s *Store) Journalled(ctx context.Context, imp string) (bool, error) {
	docs, err := s.engine.Range(ctx, Journal, Range{Prefix: imp + "/", Limit: 1})
	if err != nil {
		return false, fmt.Errorf("read the journal of %s: %w", imp, err)
	}
	return len(docs) > 0, nil
}

// Stop marks an import that has begun as one that waits for a person: stuck, or cancelled.
func (s *Store) Stop(ctx context.Context, imp *ledger.Import, state ledger.State) error {
	imp.State = state
	if err := s.save(ctx, imp); err != nil {
		return fmt.Errorf("stop import %s: %w", imp.ID, err)
	}
	return nil
}

// Resume lets an import that is stuck go on, with as many tries as a new one.
func (s *Store) Resume(ctx context.Context, imp *ledger.Import) error {
	if _, err := change(ctx, s, Meta, "trying/"+imp.Inbox, func(t *trying) { *t = trying{} }); err != nil {
		return fmt.Errorf("resume import %s: %w", imp.ID, err)
	}
	imp.State, imp.Code, imp.Why = ledger.Running, "", ""
	if err := s.save(ctx, imp); err != nil {
		return fmt.Errorf("resume import %s: %w", imp.ID, err)
	}
	return nil
}
