package apply

import (
	"context"
	"errors"
	"iter"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/read"
)

// replay shows the matchers the rows that were applied before a stop, with what the journal has of them: rows still to come may be equal to them, or
// write the same records.
func (a *applier) replay(ctx context.Context) error {
	imp := &a.Report.Import
	if imp.Cursor.Ordinal == 0 {
		return nil
	}
	if err := imp.CheckJournal(); err != nil {
		return err
	}
	next, stop := iter.Pull2(a.Journal.Changes(ctx, imp.ID))
	defer stop()
	var changes []ledger.Change
	errReachedCursor := errors.New("all that was applied is read")
	err := a.Source.Portions(ctx, ledger.Cursor{}, a.Notes, func(b *read.Portion) error {
		for len(changes) == 0 || changes[len(changes)-1].Ordinal < b.After.Ordinal { // a portion of blank rows has no drafts
			more, err, ok := next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			changes = append(changes, more...)
		}
		a.Matchers[b.After.Sheet].Recall(b.Drafts, changes)
		changes = slices.DeleteFunc(changes, func(c ledger.Change) bool { return c.Ordinal <= b.After.Ordinal })
		if b.After.Ordinal >= imp.Cursor.Ordinal {
			return errReachedCursor
		}
		return ctx.Err()
	})
	if errors.Is(err, errReachedCursor) {
		return nil
	}
	return err
}
