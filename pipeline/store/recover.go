package store

import (
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// recoverImports finishes the batch that an interrupted import left between journal and checkpoint.
func recoverImports(ctx context.Context, s *Store) error {
	open, err := s.Imports.Open(ctx)
	if err != nil {
		return fmt.Errorf("search for interrupted imports: %w", err)
	}
	if len(open) > 0 {
		if err := s.Index.Load(ctx); err != nil {
			return err
		}
	}
	for _, id := range open {
		imp, ok, err := s.Imports.Import(ctx, id)
		if err != nil {
			return fmt.Errorf("search for interrupted imports: %w", err)
		}
		if imp.Unplaced() {
			continue // nothing is left to apply; the daemon that has its file archives it
		}
		if !ok || imp.State.Ended() { // its process died before it was inserted, or it is taken off the list when that is next written
			if err := s.Imports.Close(ctx, id); err != nil {
				return fmt.Errorf("search for interrupted imports: %w", err)
			}
			continue
		}
		if err := recoverBatch(ctx, s, &imp); err != nil {
			return err
		}
	}
	return nil
}

// recoverBatch applies the journal entry after the checkpoint. The rows are not at hand, so what met a conflict is not matched again. Where there is
// no entry the import is saved all the same: if its owner was only suspended, it finds out before its next checkpoint.
func recoverBatch(ctx context.Context, s *Store, imp *ledger.Import) error {
	n := imp.Batch + 1
	first, ok, err := s.Journal.Get(ctx, imp.ID, n, 0)
	if err != nil {
		return err
	}
	if !ok {
		return s.Imports.Save(ctx, imp)
	}
	second, twice, err := s.Journal.Get(ctx, imp.ID, n, 1)
	if err != nil {
		return err
	}
	return s.engine.Batch(ctx, func(ctx context.Context, db engine.Engine) error {
		apply := func(b ledger.Batch, retry bool) error {
			_, err := s.applyIn(ctx, db, imp, prepare(s.Index.Rules(), imp.No, imp.Began, b), retry)
			return err
		}
		if err := apply(first, twice); err != nil || !twice {
			return err
		}
		if imp.Batch == n {
			return nil // nothing met a conflict this time: the first try is written whole
		}
		return apply(second, false)
	})
}
