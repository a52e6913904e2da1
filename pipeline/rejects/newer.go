package rejects

import (
	"cmp"
	"context"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Newer finds in the plan of a correction the rows that would overwrite what a later import wrote: its workbook may have been lying about for weeks.
//
// Records that another correction of the same rows wrote do not count, nor those that the undo of one did: a person who corrects a file again means that.
type Newer struct {
	parent *ledger.Import
	rows   map[int64]int // rows by the number of the import that wrote their record last
}

// NewerThan returns the Newer of a correction of rows that parent rejected.
func NewerThan(parent *ledger.Import) *Newer {
	return &Newer{parent: parent, rows: map[int64]int{}}
}

// Add looks at the changes of a batch.
func (n *Newer) Add(changes []ledger.Change) {
	for i := range changes {
		if by := ledger.ImportOf(changes[i].Expect); by > n.parent.No && overwrites(&changes[i]) {
			n.rows[by]++
		}
	}
}

// overwrites reports whether a change replaces or clears a value.
func overwrites(c *ledger.Change) bool {
	if c.Action != ledger.Update {
		return false
	}
	for _, p := range c.Before {
		if !p.Value.Absent() {
			return true
		}
	}
	return false
}

// Refusal returns why the correction is held; nil where nothing newer would be overwritten. no is the number of the correction itself.
func (n *Newer) Refusal(ctx context.Context, imports Imports, no int64) (*ledger.Refusal, error) {
	rows, last := 0, ledger.Import{}
	for by, count := range n.rows {
		if by == no {
			continue
		}
		found, err := imports.List(ctx, by+1, 1)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 || found[0].No != by {
			rows += count // it was removed from the store
			continue
		}
		same, err := n.ofSameRows(ctx, imports, &found[0])
		if err != nil || same {
			if err != nil {
				return nil, err
			}
			continue
		}
		if rows += count; found[0].No > last.No {
			last = found[0]
		}
	}
	if rows == 0 {
		return nil, nil
	}
	return &ledger.Refusal{Code: ledger.NewerValues, Hold: true, Text: message.Lines([]message.Text{
		message.Say("%s records would get values from rejected rows of %s, which was imported %s, although a later import changed them: %s.",
			rows, n.parent.Workbook, n.parent.Began.Local().Format("2006-01-02 15:04"), cmp.Or(last.Workbook, "?")),
		message.Say("Compare the rows with what is stored now, and remove those that are out of date.")})}, nil
}

// ofSameRows reports whether an import corrected the same rows, or undid one that did.
func (n *Newer) ofSameRows(ctx context.Context, imports Imports, imp *ledger.Import) (bool, error) {
	first := cmp.Or(n.parent.Corrects.First, n.parent.ID)
	for {
		if imp.ID == first || imp.Corrects.First == first || imp.Undoes == "" {
			return imp.ID == first || imp.Corrects.First == first, nil
		}
		undone, ok, err := imports.Import(ctx, imp.Undoes)
		if err != nil || !ok {
			return false, err
		}
		imp = &undone
	}
}
