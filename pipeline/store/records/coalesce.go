package records

import (
	"cmp"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Writes are what a batch does to the records of one kind: one write for each record, made of all changes to it.
type Writes struct {
	writes []engine.Write
	of     []coalescedWrite // each of the write at its index
	at     map[string]int   // the index, by record
}

// coalescedWrite is the write of one record, and the changes of the batch that it is made of.
type coalescedWrite struct {
	*engine.Write
	changes  []int
	borrowed bool   // Set belongs to a change and must be cloned before it is modified
	in       string // the parent that the record has before the batch
}

// writePool holds Writes to be filled again, those of a batch for the next one: a kilobyte for each row.
var writePool = make(chan *Writes, len(crm.Kinds))

func takeWrites(most int) *Writes {
	select {
	case w := <-writePool:
		w.writes = slices.Grow(w.writes, most)
		return w
	default:
		return &Writes{writes: make([]engine.Write, 0, most), of: make([]coalescedWrite, 0, most), at: make(map[string]int, most)}
	}
}

// Recycle gives the memory of writes that are made to those of another batch. They are not to be used any more.
func (w *Writes) Recycle() {
	clear(w.writes)
	clear(w.of)
	clear(w.at)
	w.writes, w.of = w.writes[:0], w.of[:0]
	select {
	case writePool <- w:
	default:
	}
}

// Coalesce makes one write of all changes of a batch to one record, without those that are unwritten. New records get their keys by these rules. No
// and began are those of the batch's import.
func Coalesce(rules *RuleSet, kind crm.Kind, b *ledger.Batch, unwritten ledger.Unwritten, no int64, began time.Time) *Writes {
	most := 0
	for i := range b.Changes {
		if b.Changes[i].Kind == kind {
			most++
		}
	}
	w := takeWrites(most) // each coalescedWrite points into its writes, which therefore must not be reallocated
	for n := range b.Changes {
		c := &b.Changes[n]
		if _, skip := unwritten[n]; skip || c.Kind != kind || !c.Writes() {
			continue
		}
		i, ok := w.at[c.ID]
		if !ok {
			i = len(w.of)
			w.at[c.ID] = i
			w.writes = append(w.writes, engine.Write{ID: c.ID, Expect: c.Expect, At: began})
			w.of = append(w.of, coalescedWrite{Write: &w.writes[i], in: cmp.Or(c.Moved, c.ParentID)})
		}
		w.of[i].add(c, ledger.ChangeID(no, c.Ordinal, b.Try, kind))
		w.of[i].Form = b.NewIDs.Of(kind)
		w.of[i].changes = append(w.of[i].changes, n)
	}
	w.keyNew(rules, kind, b)
	return w
}

// keyNew gives the new records their keys: those that matching made, as far as the record stayed as it was then.
func (w *Writes) keyNew(set *RuleSet, kind crm.Kind, b *ledger.Batch) {
	positions := rulePositions(set.rules, b.Rules[kind])
	for i := range w.of {
		one := &w.of[i]
		if !one.New {
			continue
		}
		var known []int64
		if len(one.changes) == 1 {
			known = b.Changes[one.changes[0]].Hashes
		}
		one.Hashes = withFeed(remainingHashes(set.rules, kind, one.ParentID, one.Set, known, positions), one.Feed)
		one.Keying = set.Keying(kind)
	}
}

// add makes a change part of the write.
func (w *coalescedWrite) add(c *ledger.Change, id int64) {
	w.Mark, w.ParentID = id, c.ParentID
	switch c.Action {
	case ledger.Create:
		w.New, w.Seq, w.Feed, w.Set, w.borrowed = true, cmp.Or(c.Seq, id), c.Feed, c.After, true
		return
	case ledger.Remove:
		w.remove(c)
		return
	}
	for _, p := range c.After {
		w.put(c, p.Field, p.Value)
	}
	for _, p := range c.Before {
		if c.After.Of(p.Field).Absent() {
			w.put(c, p.Field, crm.Value{})
		}
	}
	w.Move = w.Move || c.Moved != "" // its keys depend on its parent
	w.Rekey = w.Rekey || w.Move
}

// remove removes the record as it was before the batch: what the batch did to it before that is not written.
func (w *coalescedWrite) remove(c *ledger.Change) {
	before := c.Before.Clone()
	for _, p := range w.Set {
		before.Set(p.Field, w.Before.Of(p.Field))
	}
	for _, field := range w.Unset {
		before.Set(field, w.Before.Of(field))
	}
	*w.Write = engine.Write{Remove: true, ID: w.ID, ParentID: w.in, Expect: w.Expect, Mark: w.Mark, Before: before, At: w.At}
}

// put gives a field its new value. Before has the value before the batch, from the first change that touched the field.
func (w *coalescedWrite) put(c *ledger.Change, field string, v crm.Value) {
	if w.borrowed {
		w.Set, w.borrowed = w.Set.Clone(), false
	}
	if w.New {
		w.Set.Set(field, v)
		return
	}
	if w.Set.Of(field).Absent() && !slices.Contains(w.Unset, field) {
		w.Before.Set(field, c.Before.Of(field))
	}
	w.Set.Set(field, v)
	w.Unset = slices.DeleteFunc(w.Unset, func(name string) bool { return name == field })
	if v.Absent() {
		w.Unset = append(w.Unset, field)
	}
}

// on returns the values that a record has after the write.
func (w *coalescedWrite) on(before crm.Values) crm.Values {
	vs := before.Clone()
	for _, p := range w.Set {
		vs.Set(p.Field, p.Value)
	}
	for _, field := range w.Unset {
		vs.Set(field, crm.Value{})
	}
	return vs
}
