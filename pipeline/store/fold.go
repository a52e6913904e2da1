package store

import (
	"cmp"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// folded is what a batch does to the records of one kind: one write for each, made of all changes to it, so that writes may be carried out in
// any order.
type folded struct {
	writes []Write
	of     []folding      // each of the write at its place
	at     map[string]int // the places, by record
}

// folding is one record's write, and the changes of the batch that it is made of.
type folding struct {
	*Write
	changes []int
	lent    bool   // Set is that of a change still, and not to be written in
	in      string // the account that a contact is in before the batch
}

// foldeds are some to be filled again, those of a batch for the next one: a kilobyte for each row.
var foldeds = make(chan *folded, len(crm.Kinds))

func spareFolded(most int) *folded {
	select {
	case f := <-foldeds:
		f.writes = slices.Grow(f.writes, most)
		return f
	default:
		return &folded{writes: make([]Write, 0, most), of: make([]folding, 0, most), at: make(map[string]int, most)}
	}
}

func (f *folded) leave() {
	clear(f.writes)
	clear(f.of)
	clear(f.at)
	f.writes, f.of = f.writes[:0], f.of[:0]
	select {
	case foldeds <- f:
	default:
	}
}

// fold makes one write of all changes to one record. New records have their keys by the rules in use.
func fold(rules []crm.Rule, kind crm.Kind, b ledger.Batch, lost missed, no int64, at time.Time) *folded {
	most := 0
	for i := range b.Changes {
		if b.Changes[i].Kind == kind {
			most++
		}
	}
	f := spareFolded(most) // foldings point into its writes, which therefore have to stay where they are
	for n := range b.Changes {
		c := &b.Changes[n]
		if _, skip := lost[n]; skip || c.Kind != kind || !c.Writes() {
			continue
		}
		i, ok := f.at[c.ID]
		if !ok {
			i = len(f.of)
			f.at[c.ID] = i
			f.writes = append(f.writes, Write{ID: c.ID, Expect: c.Expect, At: at})
			f.of = append(f.of, folding{Write: &f.writes[i], in: cmp.Or(c.Moved, c.AccountID)})
		}
		f.of[i].add(c, ledger.ChangeID(no, c.Ordinal, b.Try, kind))
		f.of[i].changes = append(f.of[i].changes, n)
	}
	keyNew(rules, kind, f, b)
	return f
}

// keyNew gives the new records their keys: those that matching made, so far as the record stayed as it was then.
func keyNew(rules []crm.Rule, kind crm.Kind, f *folded, b ledger.Batch) {
	place := given(rules, b.Rules[kind])
	for i := range f.of {
		w := &f.of[i]
		if !w.New {
			continue
		}
		var known []int64
		if len(w.changes) == 1 {
			known = b.Changes[w.changes[0]].Hashes
		}
		w.Hashes = withFeed(hashesBut(rules, kind, w.AccountID, w.Set, known, place), w.Feed)
	}
}

func (f *folding) add(c *ledger.Change, mark int64) {
	f.Mark, f.AccountID = mark, c.AccountID
	switch c.Action {
	case ledger.Create:
		f.New, f.Seq, f.Feed, f.Set, f.lent = true, cmp.Or(c.Seq, mark), c.Feed, c.After, true
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
	*f.Write = Write{Remove: true, ID: f.ID, AccountID: f.in, Expect: f.Expect, Mark: f.Mark, Before: before, At: f.At}
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
