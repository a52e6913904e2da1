package revert

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
)

// batches undoes what is left to undo, a batch of the import at a time.
func (r *reverter) batches(ctx context.Context) error {
	imp := &r.Report.Import
	if err := r.replay(ctx); err != nil {
		return err
	}
	for imp.Batch < r.Of.Batch {
		if err := r.batch(ctx); err != nil {
			return err
		}
		if r.Progress != nil {
			r.Progress(int(imp.Cursor.Ordinal), int(r.Of.Cursor.Ordinal))
		}
		if imp.Batch < r.Of.Batch {
			r.At.Reach(ledger.AtUndoing)
		}
		if err := ctx.Err(); err != nil {
			return err // the batch in hand is finished; the same command finishes the rest
		}
	}
	return nil
}

// replay learns from the journal what was kept before a stop.
func (r *reverter) replay(ctx context.Context) error {
	if r.Report.Import.Batch == 0 {
		return nil
	}
	for changes, err := range r.Journal.Changes(ctx, r.Report.Import.ID) {
		if err != nil {
			return err
		}
		for i := range changes {
			r.rememberKept(&changes[i])
		}
	}
	return nil
}

// batch undoes one batch of the import. Changes of records that another program wrote between look-up and write are decided a second time.
func (r *reverter) batch(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // what has been begun is brought to its checkpoint
	imp := &r.Report.Import
	changes, err := r.Journal.Batch(ctx, r.Of.ID, r.Of.Batch-imp.Batch)
	if err != nil {
		return err
	}
	slices.Reverse(changes)
	batch := ledger.Batch{N: imp.Batch + 1, After: ledger.Cursor{Ordinal: imp.Cursor.Ordinal}, Rows: rows(changes), NewIDs: imp.NewIDs}
	if len(changes) > 0 { // a batch of blank rows has none
		batch.After.Ordinal = r.rowNumber(&changes[len(changes)-1])
	}
	batch.After.LeftOut = batch.After.Ordinal - (imp.Cursor.Ordinal - imp.Cursor.LeftOut) - int64(batch.Rows) // the numbers of rows that were left out
	for {
		if batch.Changes, err = r.invert(ctx, changes); err != nil {
			return err
		}
		writing, written := r.Report.Took(ctx, ledger.StepWrite)
		outcomes, err := r.Target.Apply(writing, imp, batch)
		written()
		if err != nil {
			return err
		}
		if r.Each != nil {
			return r.Each(batch.Changes)
		}
		var again []ledger.Change
		for i, o := range outcomes {
			if o.Conflict {
				again = append(again, changes[i])
			} else {
				r.rememberKept(o.Change)
			}
		}
		if changes = again; len(changes) == 0 { // on the second try nothing stays undecided
			return nil
		}
		batch.Try++
	}
}
