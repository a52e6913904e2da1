package rehearsal

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// childCounts keeps by how much a plan changes the number of records that belong to each parent.
type childCounts struct {
	docs engine.Documents
}

// countDelta is the document with how many records of a kind more a parent has after the rows so far than in the store.
type countDelta struct {
	By int `json:"by"`
}

func deltaID(kind crm.Kind, parent string) string { return kind.Plural() + "/" + parent }

// add notes by how much a batch changes the number of records of each parent.
func (c childCounts) add(ctx context.Context, changes []ledger.Change) error {
	by := map[string]int{}
	for i := range changes {
		change := &changes[i]
		of := func(parent string) string { return deltaID(change.Kind, parent) }
		switch {
		case change.Kind.Parent() == "":
		case change.Action == ledger.Remove:
			by[of(change.ParentID)]--
		case change.Action == ledger.Create:
			by[of(change.ParentID)]++
		case change.Action == ledger.Update && change.Moved != "":
			by[of(change.Moved)]--
			by[of(change.ParentID)]++
		}
	}
	for id, n := range by {
		if _, err := engine.Update(ctx, c.docs, engine.Meta, id, func(d *countDelta) { d.By += n }); err != nil {
			return err
		}
	}
	return nil
}

// applyTo adds what the plan changes to counts.
func (c childCounts) applyTo(ctx context.Context, counts map[string]int, kind crm.Kind, parents []string) error {
	for _, parent := range parents {
		var delta countDelta
		there, err := engine.LoadInto(ctx, c.docs, engine.Meta, deltaID(kind, parent), &delta)
		if err != nil {
			return err
		}
		if there {
			counts[parent] += delta.By
		}
	}
	return nil
}
