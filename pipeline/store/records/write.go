package records

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Write writes, through db, what a batch of an import of an inbox does to records, and returns the changes that were not written. WritesOf returns the writes of a kind
// without those that are unwritten. What was not written before a crash stays so, even if the record is as expected again: the second try may have
// been begun. Half is called between the two kinds.
func (ix *Index) Write(ctx context.Context, db engine.Records, inbox string, b *ledger.Batch, writesOf func(crm.Kind, ledger.Unwritten) *Writes, before ledger.Unwritten, half func()) (ledger.Unwritten, error) {
	unwritten := ledger.Unwritten{}
	maps.Copy(unwritten, before)
	for i, kind := range writeOrder(b) {
		addOrphaned(unwritten, b)
		w := writesOf(kind, unwritten)
		if len(w.writes) == 0 {
			continue
		}
		if err := ix.rekey(ctx, db, kind, w.of); err != nil {
			return nil, err
		}
		results, err := db.Write(ctx, kind, w.writes)
		if err != nil {
			return nil, fmt.Errorf("write %ss: %w", kind, err)
		}
		for n, result := range results {
			if result.Did == engine.NotMade {
				ix.records.addNotMade(unwritten, inbox, kind, result.Why, w.of[n].changes)
			}
		}
		if i == 0 {
			half()
		}
	}
	return unwritten, nil
}

// addNotMade notes that the write which some changes are part of was not made.
func (r *Records) addNotMade(unwritten ledger.Unwritten, inbox string, kind crm.Kind, why *engine.Unfit, changes []int) {
	var problem *ledger.Problem
	if why != nil {
		p := problemOf(kind, why, r.labels(inbox, kind, why.Fields))
		problem = &p
	}
	for _, i := range changes {
		unwritten[i] = problem
	}
}

// writeOrder returns the kinds in the order in which a batch writes them: a record is created after its parent, and removed before it. No batch
// does both, for no import removes, and no undo of one creates.
func writeOrder(b *ledger.Batch) [len(crm.Kinds)]crm.Kind {
	order := crm.Kinds
	if slices.ContainsFunc(b.Changes, func(c ledger.Change) bool { return c.Action == ledger.Remove }) {
		slices.Reverse(order[:])
	}
	return order
}

// recordRef is one record.
type recordRef struct {
	kind crm.Kind
	id   string
}

// addOrphaned adds what cannot be written because another change was not: no record is removed while one that belongs to it stays, and none goes to
// a parent that was not created.
func addOrphaned(unwritten ledger.Unwritten, b *ledger.Batch) {
	if len(unwritten) == 0 {
		return
	}
	stays, never := map[recordRef]bool{}, map[recordRef]*ledger.Problem{}
	for i, why := range unwritten {
		c := &b.Changes[i]
		if parent := c.Kind.Parent(); parent != "" {
			stays[recordRef{parent, c.ParentID}], stays[recordRef{parent, c.Moved}] = true, true
		}
		if c.Action == ledger.Create {
			never[recordRef{c.Kind, c.ID}] = why
		}
	}
	for i := range b.Changes {
		c := &b.Changes[i]
		if _, known := unwritten[i]; known {
			continue
		}
		self, parent := recordRef{c.Kind, c.ID}, recordRef{c.Kind.Parent(), c.ParentID}
		why, missing := never[self]
		_, parentMissing := never[parent]
		switch {
		case c.Action == ledger.Remove && stays[self]:
			unwritten[i] = nil
		case !c.Writes() && c.Action != ledger.Unchanged:
		case parentMissing:
			unwritten[i] = notCreated(c)
		case missing && c.Kind.Parent() == "": // says that the record is as the row wants it
			unwritten[i] = why
		}
	}
}
