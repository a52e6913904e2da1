package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Apply writes a batch: journal, records, checkpoint. It moves imp on to where the batch ends, and returns an outcome for each change.
//
// Where a record was written by somebody else since it was looked up, or the database does not take it, its changes are Lost. On the first try
// the caller matches those rows again and applies them as the second try; until then the import stays where it was. What is lost on the second
// try is rejected, with the reason.
func (s *Store) Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error) {
	var outcomes []ledger.Outcome
	next := *imp
	err := s.engine.Batch(ctx, func(ctx context.Context, e Engine) error {
		var err error
		next = *imp
		next.Tally = imp.Tally.Clone()
		outcomes, err = s.applyWith(ctx, e, &next, b, b.Try == 0)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("apply batch %d of %s: %w", b.N, imp.ID, err)
	}
	*imp = next
	if p, done := b.Packed.(*packed); done {
		p.leave()
	}
	s.At.Reach(ledger.AtCheckpointed)
	return outcomes, nil
}

func (s *Store) applyWith(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch, again bool) ([]ledger.Outcome, error) {
	doc, err := s.mine(ctx, e, imp)
	if err != nil {
		return nil, err
	}
	b, before, err := s.write(ctx, e, imp, b)
	if err != nil {
		return nil, err
	}
	s.At.Reach(ledger.AtJournalled)
	lost, err := s.writeRecords(ctx, e, imp, b, before)
	if err != nil {
		return nil, err
	}
	s.At.Reach(ledger.AtWritten)
	outcomes := make([]ledger.Outcome, len(b.Changes))
	for i := range b.Changes {
		outcomes[i].Change = &b.Changes[i]
	}
	for i := range lost {
		outcomes[i].Conflict = true
	}
	if len(lost) > 0 {
		if err := s.noteLost(ctx, e, imp, b, lost); err != nil {
			return nil, err
		}
		if again {
			imp.Tally.Settle(outcomes) // of the rows that are done with; the others are counted on the second try
			return outcomes, nil
		}
		b.After.Above = lost.above(b)
		lost.settle(b.Changes)
		for i := range lost {
			outcomes[i].Conflict = false
		}
	}
	return outcomes, s.checkpoint(ctx, e, doc, imp, b, outcomes)
}

// checkpoint moves the import on. From here on the batch is never applied again.
func (s *Store) checkpoint(ctx context.Context, e Engine, doc Doc, imp *ledger.Import, b ledger.Batch, outcomes []ledger.Outcome) error {
	moveTo(imp, b, outcomes)
	return s.replace(ctx, e, doc, imp)
}

// moveTo counts a batch that is done with and moves the import to its end.
func moveTo(imp *ledger.Import, b ledger.Batch, outcomes []ledger.Outcome) {
	imp.Tally.Settle(outcomes)
	imp.Tally.Rows = int(b.After.Ordinal - b.After.LeftOut)
	imp.Tally.Blank = b.After.Blank
	imp.Batch, imp.Cursor = b.N, b.After
}

// writeRecords carries out the changes and returns those that were not made. What was lost before a crash stays lost, even if the record is
// again as expected: the second try may have been begun.
func (s *Store) writeRecords(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch, before missed) (missed, error) {
	lost := missed{}
	maps.Copy(lost, before)
	for i, kind := range inTurn(b) {
		lost.strand(b)
		folded := s.folded(imp, kind, b, lost)
		if len(folded.writes) == 0 {
			continue
		}
		if err := s.key(ctx, e, kind, folded.of); err != nil {
			return nil, err
		}
		results, err := e.Write(ctx, kind, folded.writes)
		if err != nil {
			return nil, fmt.Errorf("write %ss: %w", kind, err)
		}
		for i, result := range results {
			if result.Did == NotMade {
				s.miss(imp.Inbox, lost, kind, result.Why, folded.of[i].changes)
			}
		}
		if i == 0 {
			s.At.Reach(ledger.AtHalfWritten)
		}
	}
	return lost, nil
}

// inTurn returns the kinds in the order in which a batch writes them: a contact comes after its account, and goes before it. No batch does
// both, for no import removes and no undo of one creates.
func inTurn(b ledger.Batch) [2]crm.Kind {
	if slices.ContainsFunc(b.Changes, func(c ledger.Change) bool { return c.Action == ledger.Remove }) {
		return [2]crm.Kind{crm.Contact, crm.Account}
	}
	return crm.Kinds
}
