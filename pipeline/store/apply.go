package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Apply writes a batch: journal, records, checkpoint. It moves imp on to where the batch ends, and returns an outcome for each change.
//
// Where a record was written by somebody else since it was looked up, its changes are Lost. On the first try the caller matches
// those rows again and applies them as the second try; until then the import stays where it was. What is lost on the second try is rejected.
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
	for _, i := range lost {
		outcomes[i].Lost = true
	}
	if len(lost) > 0 {
		if err := s.noteLost(ctx, e, imp, b, lost); err != nil {
			return nil, err
		}
		if again {
			imp.Tally.Settle(outcomes) // of the rows that are done with; the others are counted on the second try
			return outcomes, nil
		}
		for _, i := range lost {
			b.Changes[i].Lose()
			outcomes[i].Lost = false
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
	imp.Tally.Rows = int(b.After.Place)
	imp.Tally.Blank = b.After.Blank
	imp.Batch, imp.Cursor = b.N, b.After
}

// writeRecords carries out the changes and returns the indexes of those that were lost. What was lost before a crash stays lost, even
// if the record is again as expected: the second try may have been begun.
func (s *Store) writeRecords(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch, before []int) ([]int, error) {
	lost := slices.Clone(before)
	for i, kind := range inTurn(b) {
		lost = append(lost, stranding(b, lost)...)
		folded := s.folded(imp, kind, b, lost)
		if len(folded) == 0 {
			continue
		}
		if err := s.key(ctx, e, kind, folded); err != nil {
			return nil, err
		}
		writes := make([]Write, len(folded))
		for i := range folded {
			writes[i] = folded[i].Write
		}
		results, err := e.Write(ctx, kind, writes)
		if err != nil {
			return nil, fmt.Errorf("write %ss: %w", kind, err)
		}
		for i, result := range results {
			if result == Refused {
				lost = append(lost, folded[i].changes...)
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

// stranding returns the changes that would take an account away from under a contact which stays, because its own change was lost.
func stranding(b ledger.Batch, lost []int) []int {
	stays := map[string]bool{}
	for _, i := range lost {
		if c := &b.Changes[i]; c.Kind == crm.Contact {
			stays[c.AccountID], stays[c.Moved] = true, true
		}
	}
	if len(stays) == 0 {
		return nil
	}
	goes := map[string]bool{}
	for i := range b.Changes {
		if c := &b.Changes[i]; c.Kind == crm.Account && c.Action == ledger.Remove && stays[c.ID] {
			goes[c.ID] = true
		}
	}
	var all []int
	for i := range b.Changes {
		if c := &b.Changes[i]; c.Kind == crm.Account && goes[c.ID] && !slices.Contains(lost, i) {
			all = append(all, i)
		}
	}
	return all
}

// folding is one record's write, and the changes of the batch that it is made of.
type folding struct {
	Write
	changes []int
	lent    bool   // Set is that of a change still, and not to be written in
	in      string // the account that a contact is in before the batch
}

// fold makes one write of all changes to one record, so that writes may be carried out in any order. New records have their keys.
func (s *Store) fold(memo *crm.Memo, kind crm.Kind, b ledger.Batch, lost []int, no int64, at time.Time) []folding {
	folded := make([]folding, 0, len(b.Changes)/len(crm.Kinds)+1)
	index := make(map[string]int, cap(folded))
	for n := range b.Changes {
		c := &b.Changes[n]
		if c.Kind != kind || !c.Writes() || slices.Contains(lost, n) {
			continue
		}
		i, ok := index[c.ID]
		if !ok {
			i = len(folded)
			index[c.ID] = i
			folded = append(folded, folding{Write: Write{ID: c.ID, Expect: c.Expect, At: at}, in: cmp.Or(c.Moved, c.AccountID)})
		}
		folded[i].add(c, ledger.Mark(no, c.Place, b.Try, kind))
		folded[i].changes = append(folded[i].changes, n)
	}
	for i := range folded {
		if f := &folded[i]; f.New {
			f.Hashes = s.hashes(memo, kind, f.AccountID, f.Set)
		}
	}
	return folded
}

func (f *folding) add(c *ledger.Change, mark int64) {
	f.Mark, f.AccountID = mark, c.AccountID
	switch c.Action {
	case ledger.Create:
		f.New, f.Seq, f.Set, f.lent = true, cmp.Or(c.Seq, mark), c.After, true
		return
	case ledger.Remove:
		f.remove(c)
		return
	}
	for _, p := range c.After {
		f.put(c, p.Field, p.Value)
	}
	for _, p := range c.Before {
		if c.After.Of(p.Field).Absent() {
			f.put(c, p.Field, crm.Value{})
		}
	}
	f.Move = f.Move || c.Moved != "" // its keys say in which account it is
	f.Rekey = f.Rekey || f.Move
}

// remove takes the record away as it was before the batch: what the batch does to it before that is not written.
func (f *folding) remove(c *ledger.Change) {
	before := c.Before.Clone()
	for _, p := range f.Set {
		before.Set(p.Field, f.Before.Of(p.Field))
	}
	for _, field := range f.Unset {
		before.Set(field, f.Before.Of(field))
	}
	f.Write = Write{Remove: true, ID: f.ID, AccountID: f.in, Expect: f.Expect, Mark: f.Mark, Before: before, At: f.At}
}

// put gives a field its new value. The value before the batch stands in Before from the first change that touched it.
func (f *folding) put(c *ledger.Change, field string, v crm.Value) {
	if f.lent {
		f.Set, f.lent = f.Set.Clone(), false
	}
	if f.New {
		f.Set.Set(field, v)
		return
	}
	if f.Set.Of(field).Absent() && !slices.Contains(f.Unset, field) {
		f.Before.Set(field, c.Before.Of(field))
	}
	f.Set.Set(field, v)
	f.Unset = slices.DeleteFunc(f.Unset, func(name string) bool { return name == field })
	if v.Absent() {
		f.Unset = append(f.Unset, field)
	}
}
