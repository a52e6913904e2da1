package provenance

import (
	"context"
	"errors"
	"fmt"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Imports has the imports of a store.
type Imports interface {
	List(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
}

// Journal has the changes of imports.
type Journal interface {
	Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error)
}

// Step is one change of a record.
type Step struct {
	Import ledger.Import
	Change ledger.Change
}

// Source is where a value came from. The zero Source is not known: it is older than what is kept, or inlet never wrote it.
type Source struct {
	Import ledger.Import
	Ref    ledger.Ref // of the row, with the column where that is known
	Action ledger.Action
}

// Known reports whether it is known where the value came from.
func (s Source) Known() bool { return s.Import.ID != "" }

// Value is a field of a record with where its value came from.
type Value struct {
	Field   string
	Value   crm.Value
	From    Source
	Outside bool      // it was changed by another program after From
	Earlier []Earlier // what it was before, the newest first
}

// Earlier is a value that a field had.
type Earlier struct {
	Value crm.Value
	Until Source // the change that replaced it
}

// History is what is known of how a record came to be as it is.
type History struct {
	Steps  []Step // the newest first
	Values []Value
	Whole  bool // the steps reach back to the creation of the record
}

// Of returns the history of a record, of its last most changes.
func Of(ctx context.Context, imports Imports, journal Journal, rec crm.Record, most int) (History, error) {
	var h History
	for mark := rec.ChangeID; mark != 0 && len(h.Steps) < most; {
		step, ok, err := find(ctx, imports, journal, rec.Kind, rec.ID, mark)
		if err != nil {
			return h, fmt.Errorf("history of %s: %w", rec.ID, err)
		}
		if !ok {
			break
		}
		h.Steps = append(h.Steps, step)
		if step.Change.Action == ledger.Create {
			h.Whole = true
			break
		}
		mark = step.Change.Expect
	}
	h.Values = values(&rec, h.Steps)
	return h, nil
}

// find returns the change of a record with an ID. Not found: its import or its journal was removed.
func find(ctx context.Context, imports Imports, journal Journal, kind crm.Kind, id string, mark int64) (Step, bool, error) {
	no := ledger.ImportOf(mark)
	if no == 0 {
		return Step{}, false, nil // inlet did not make it
	}
	found, err := imports.List(ctx, no+1, 1)
	if err != nil || len(found) == 0 || found[0].No != no || found[0].IsPruned() {
		return Step{}, false, err
	}
	imp := found[0]
	change, err := findChange(ctx, journal, &imp, kind, id, mark)
	if err != nil || change == nil {
		return Step{}, false, err
	}
	return Step{Import: imp, Change: *change}, true, nil
}

// findChange searches the batches of an import, whose places rise, by halves.
func findChange(ctx context.Context, journal Journal, imp *ledger.Import, kind crm.Kind, id string, mark int64) (*ledger.Change, error) {
	for low, high := 1, imp.Batch+1; low <= high; { // one batch more than is counted may have been written
		middle := (low + high) / 2
		changes, err := journal.Batch(ctx, imp.ID, middle)
		if errors.Is(err, ledger.ErrNoBatch) {
			high = middle - 1
			continue
		}
		if err != nil {
			return nil, err
		}
		first, last, any := places(changes)
		place := ledger.PlaceOf(mark)
		switch {
		case any && place < first:
			high = middle - 1
		case !any || place > last:
			low = middle + 1
		default:
			return newest(changes, kind, id), nil
		}
	}
	return nil, nil
}

// places returns the first and the last place of the rows of a batch.
func places(changes []ledger.Change) (first, last int64, any bool) {
	for i := range changes {
		at := changes[i].Ordinal
		if !any {
			first, last, any = at, at, true
		}
		first, last = min(first, at), max(last, at)
	}
	return first, last, any
}

// newest returns the change of a record in a batch. Several rows of a batch may change one record, which then has the mark of the last: they are one
// change from the values before the first to those after the last.
func newest(changes []ledger.Change, kind crm.Kind, id string) *ledger.Change {
	var all *ledger.Change
	for i := range changes {
		c := &changes[i]
		if c.Kind != kind || c.ID != id || !c.Writes() {
			continue
		}
		if all == nil {
			all = clone(c)
			continue
		}
		merge(all, c)
	}
	return all
}

func clone(c *ledger.Change) *ledger.Change {
	copied := *c
	copied.Before, copied.After = c.Before.Clone(), c.After.Clone()
	return &copied
}

// merge adds a later change of the same record.
func merge(all, c *ledger.Change) {
	for _, v := range c.Before {
		if !has(all.Before, v.Field) && !has(all.After, v.Field) {
			all.Before.Set(v.Field, v.Value)
		}
	}
	for _, v := range c.After {
		all.After.Set(v.Field, v.Value)
	}
	all.Ref = c.Ref
}

func has(values crm.Values, field string) bool {
	for _, v := range values {
		if v.Field == field {
			return true
		}
	}
	return false
}

// values returns the fields of a record with where each came from.
func values(rec *crm.Record, steps []Step) []Value {
	var all []Value
	for _, v := range rec.Values {
		value := Value{Field: v.Field, Value: v.Value}
		for i := range steps {
			c := &steps[i].Change
			if !touches(c, v.Field) {
				continue
			}
			from := Source{Import: steps[i].Import, Ref: Cell(&steps[i].Import, rec.Kind, v.Field, c.Ref), Action: c.Action}
			if !value.From.Known() {
				value.From, value.Outside = from, c.After.Of(v.Field) != v.Value
			}
			if c.Action != ledger.Create {
				value.Earlier = append(value.Earlier, Earlier{Value: c.Before.Of(v.Field), Until: from})
			}
		}
		all = append(all, value)
	}
	return all
}

// touches reports whether a change wrote a field.
func touches(c *ledger.Change, field string) bool { return has(c.Before, field) || has(c.After, field) }

// Cell returns the cell of a row that a field was read from; the row where the column is not known.
func Cell(imp *ledger.Import, kind crm.Kind, field string, row ledger.Ref) ledger.Ref {
	for _, c := range imp.Columns {
		if c.Field == kind.Path(field) && (c.Sheet == row.Sheet || c.Sheet == "") {
			row.Column = c.Letter
		}
	}
	return row
}
