package imports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// runs counts the imports of each workbook with one mapping and target.
type runs struct {
	docs   engine.Documents
	lookUp func(ctx context.Context, id string) (ledger.Import, bool, error)
}

// runCount is the document with how often one workbook was imported.
type runCount struct {
	Last int    `json:"last"`           // running number of the last import, or of an earlier one: see latest
	Done string `json:"done,omitempty"` // the last import that was done and not undone

	// Of imports that were removed from the store: those that are done and not undone, and which import they all undo, "" for none.
	Kept   []int  `json:"kept,omitempty"`
	Undoes string `json:"undoes,omitempty"`
}

// runID is the ID of an import with its running number.
func runID(base string, n int) string { return fmt.Sprintf("%s-%d", base, n) }

// splitID returns the two parts of an import's ID.
func splitID(id string) (base string, n int, ok bool) {
	base, number, ok := strings.Cut(id, "-")
	n, err := strconv.Atoi(number)
	return base, n, ok && err == nil && n > 0
}

// baseID is an import's ID without its running number.
func baseID(id string) string { return id[:strings.LastIndexByte(id, '-')] }

// counts reports whether an import makes the next one of the same bytes a duplicate.
func counts(imp *ledger.Import) bool { return imp.State == ledger.Done && imp.UndoneBy == "" }

func runsID(base string) string { return "runs/" + base }

// peek returns the count of a workbook, and writes nothing.
func (r runs) peek(ctx context.Context, base string) (runCount, error) {
	var count runCount
	_, err := engine.LoadInto(ctx, r.docs, engine.Meta, runsID(base), &count)
	return count, err
}

// latest returns the last import of a workbook, and whether it is in the store, and brings its count up to date: that is written when the next one begins.
func (r runs) latest(ctx context.Context, base string, count *runCount) (last ledger.Import, ok bool, err error) {
	for n := max(count.Last, 1); ; n++ {
		imp, there, err := r.lookUp(ctx, runID(base, n))
		if err != nil || !there && n > count.Last {
			return last, ok, err
		}
		last, ok, count.Last = imp, there, n
		if there && counts(&imp) {
			count.Done = imp.ID
		}
	}
}

// note writes a count that latest has brought up to date.
func (r runs) note(ctx context.Context, base string, now runCount) error {
	return engine.UpdateAll(ctx, r.docs, engine.Meta, engine.EditOf(runsID(base), func(c *runCount) bool {
		if c.Last >= now.Last && c.Done == now.Done {
			return false
		}
		c.Last, c.Done = max(c.Last, now.Last), now.Done
		return true
	}))
}

// setKept notes whether an import that was removed from the store, or is about to be, still makes the same bytes a duplicate. Undoes is the import that it
// undid, if it is known; the one that is stored is returned.
func (r runs) setKept(ctx context.Context, id string, counts bool, undoes string) (string, error) {
	base, n, _ := splitID(id)
	now, err := engine.Update(ctx, r.docs, engine.Meta, runsID(base), func(c *runCount) {
		c.Kept = slices.DeleteFunc(c.Kept, func(other int) bool { return other == n })
		if c.Last = max(c.Last, n); counts {
			c.Kept = append(c.Kept, n)
			if _, done, _ := splitID(c.Done); n > done {
				c.Done = id
			}
		}
		c.Undoes = cmp.Or(undoes, c.Undoes)
	})
	return now.Undoes, err
}

// recount determines anew which import of a workbook was the last that is done and not undone.
func (r runs) recount(ctx context.Context, base string) error {
	count, err := r.peek(ctx, base)
	if err != nil {
		return err
	}
	if _, _, err := r.latest(ctx, base, &count); err != nil {
		return err
	}
	count.Done = ""
	for n := count.Last; n > 0 && count.Done == ""; n-- {
		imp, ok, err := r.lookUp(ctx, runID(base, n))
		if err != nil {
			return err
		}
		if ok && counts(&imp) || !ok && slices.Contains(count.Kept, n) {
			count.Done = runID(base, n)
		}
	}
	return r.note(ctx, base, count)
}
