package store

import (
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
)

// Undone notes with an import that by has taken it back. Where that was an undo itself, what it took back is there again, and so on down
// the line. The same bytes are then no duplicate, or one again. Doing it again does no harm.
func (s *Store) Undone(ctx context.Context, by *ledger.Import) error {
	undone, who := true, by.ID
	for id := by.Undoes; id != ""; undone = !undone {
		is, err := change(ctx, s, Imports, id, func(imp *stored) {
			if imp.UndoneBy = ""; undone {
				imp.UndoneBy = who
			}
		})
		if err != nil {
			return fmt.Errorf("note that %s is undone: %w", id, err)
		}
		if err := s.countRuns(ctx, base(id)); err != nil {
			return fmt.Errorf("note that %s is undone: %w", id, err)
		}
		who, id = id, is.Undoes
	}
	return nil
}

// countRuns looks anew which import of a workbook with its mapping was the last that is done and not undone.
func (s *Store) countRuns(ctx context.Context, base string) error {
	var seen runs
	if _, err := s.load(ctx, "runs/"+base, &seen); err != nil {
		return err
	}
	done := ""
	for n := seen.Last; n > 0 && done == ""; n-- {
		imp, ok, err := s.Import(ctx, runID(base, n))
		if err != nil {
			return err
		}
		if ok && imp.State == ledger.Done && imp.UndoneBy == "" {
			done = imp.ID
		}
	}
	_, err := change(ctx, s, Meta, "runs/"+base, func(r *runs) { r.Done = done })
	return err
}
