package store

import (
	"context"
	"fmt"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/records"
)

// Apply writes a batch: journal, records, checkpoint. It advances imp to the end of the batch, and returns an outcome for each change.
//
// Where a record was written by another program since it was looked up, or the database refuses it, the outcomes of its changes are a Conflict. On
// the first try the caller matches those rows again and applies them as the second try; until then the import stays where it was. What is not written
// on the second try is rejected, with the reason.
func (s *Store) Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error) {
	return s.Prepare(imp.No, imp.Began, b)(ctx, imp)
}

func (s *Store) applyPrepared(ctx context.Context, imp *ledger.Import, p *prepared) ([]ledger.Outcome, error) {
	var outcomes []ledger.Outcome
	next := *imp
	err := s.engine.Batch(ctx, func(ctx context.Context, db engine.Engine) error {
		var err error
		next = *imp
		next.Tally = imp.Tally.Clone()
		outcomes, err = s.applyIn(ctx, db, &next, p, p.batch.Try == 0)
		return err
	})
	if err != nil {
		s.Imports.Forget() // a transaction is rolled back
		return nil, fmt.Errorf("apply batch %d of %s: %w", p.batch.N, imp.ID, err)
	}
	*imp = next
	p.recycle()
	s.At.Reach(ledger.AtCheckpointed)
	return outcomes, nil
}

// applyIn applies a batch within a Batch of the engine. Where retry is set a second try will follow for what is not written.
func (s *Store) applyIn(ctx context.Context, db engine.Engine, imp *ledger.Import, p *prepared, retry bool) ([]ledger.Outcome, error) {
	doc, err := s.Imports.Owned(ctx, db, imp)
	if err != nil {
		return nil, err
	}
	p.wait()
	b, before, fresh, err := s.Journal.Put(ctx, db, imp.ID, p.batch, p.entry)
	if err != nil {
		return nil, err
	}
	s.At.Reach(ledger.AtJournalled)
	b.NewIDs = imp.NewIDs // an entry that was there does not have them
	writesOf := func(kind crm.Kind, unwritten ledger.Unwritten) *records.Writes {
		if fresh && len(unwritten) == 0 {
			return p.writes[kind]
		}
		return records.Coalesce(s.Index.Rules(), kind, &b, unwritten, imp.No, imp.Began)
	}
	unwritten, err := s.Index.Write(ctx, db, imp.Inbox, &b, writesOf, before, func() { s.At.Reach(ledger.AtHalfWritten) })
	if err != nil {
		return nil, err
	}
	s.At.Reach(ledger.AtWritten)
	outcomes := make([]ledger.Outcome, len(b.Changes))
	for i := range b.Changes {
		outcomes[i].Change = &b.Changes[i]
	}
	for i := range unwritten {
		outcomes[i].Conflict = true
	}
	if len(unwritten) > 0 {
		err := s.Journal.MarkUnwritten(ctx, db, imp.ID, b, unwritten, func(ctx context.Context) error {
			_, err := s.Imports.LoadOwned(ctx, db, imp)
			return err
		})
		if err != nil {
			return nil, err
		}
		if retry {
			imp.Tally.Settle(outcomes) // of the rows that are done with; the others are counted on the second try
			return outcomes, nil
		}
		b.After.Above = above(&b, unwritten)
		unwritten.Reject(b.Changes)
		for i := range unwritten {
			outcomes[i].Conflict = false
		}
	}
	if imp.Advance(b, outcomes); p.batch.Last {
		return outcomes, nil
	}
	return outcomes, s.Imports.Replace(ctx, db, doc, imp) // the checkpoint: from here on the batch is never applied again
}

// above returns what the rows after a batch belong to under fill_down: not to an account that was not created.
func above(b *ledger.Batch, unwritten ledger.Unwritten) ledger.Above {
	for i := range unwritten {
		c := &b.Changes[i]
		if c.Kind == crm.Top && c.Action == ledger.Create && c.ID == b.After.Above.ID {
			return ledger.Above{Lost: ledger.Reject}
		}
	}
	return b.After.Above
}

// Prepare begins to prepare a batch of the import with this number, which began at that time, and returns the func that applies it as Apply does.
// Nothing of the batch may change from now on, and the func is called at most once.
func (s *Store) Prepare(no int64, began time.Time, b ledger.Batch) func(context.Context, *ledger.Import) ([]ledger.Outcome, error) {
	p := prepare(s.Index.Rules(), no, began, b)
	return func(ctx context.Context, imp *ledger.Import) ([]ledger.Outcome, error) {
		return s.applyPrepared(ctx, imp, p)
	}
}
