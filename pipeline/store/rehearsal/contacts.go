package rehearsal

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// contactCounts keeps by how much a plan changes the number of contacts of each account.
type contactCounts struct {
	docs engine.Documents
}

// countDelta is the document with how many contacts more an account has after the rows so far than in the store.
type countDelta struct {
	By int `json:"by"`
}

func deltaID(account string) string { return "contacts/" + account }

// add notes by how much a batch changes the number of contacts of each account.
func (c contactCounts) add(ctx context.Context, changes []ledger.Change) error {
	by := map[string]int{}
	for i := range changes {
		change := &changes[i]
		switch {
		case change.Kind != crm.Contact:
		case change.Action == ledger.Remove:
			by[change.ParentID]--
		case change.Action == ledger.Create:
			by[change.ParentID]++
		case change.Action == ledger.Update && change.Moved != "":
			by[change.Moved]--
			by[change.ParentID]++
		}
	}
	for account, n := range by {
		if _, err := engine.Update(ctx, c.docs, engine.Meta, deltaID(account), func(d *countDelta) { d.By += n }); err != nil {
			return err
		}
	}
	return nil
}

// applyTo adds what the plan changes to counts.
func (c contactCounts) applyTo(ctx context.Context, counts map[string]int, accounts []string) error {
	for _, account := range accounts {
		var delta countDelta
		there, err := engine.LoadInto(ctx, c.docs, engine.Meta, deltaID(account), &delta)
		if err != nil {
			return err
		}
		if there {
			counts[account] += delta.By
		}
	}
	return nil
}
