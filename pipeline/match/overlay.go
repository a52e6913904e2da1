package match

import (
	"cmp"
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// entry is a record as the rows so far leave it.
type entry struct {
	crm.Record
	fresh   bool    // created by a row of this batch, or of those before it: the store may not have it yet
	ours    bool    // written by a row of them
	written int64   // place of the last row of this batch that writes it; 0: none does
	hashes  []int64 // of its keys as they are now, by each of the rules; 0 where there is none. They are the change's that creates it, too
	shared  bool    // the change that creates it has the same Values
}

func (e *entry) apply(before, after crm.Values) {
	if e.shared {
		e.Values, e.shared = e.Values.Clone(), false
	}
	for _, p := range before {
		e.Values.Set(p.Field, after.Of(p.Field))
	}
	for _, p := range after {
		e.Values.Set(p.Field, p.Value)
	}
}

// overlay is what the store has of one kind, so far as the batch asked, with what the batch's rows write laid over it.
type overlay struct {
	finder  Finder
	keys    *keys
	rules   []crm.Rule
	below   []*overlay // of the batches that the store may not have yet, or only in part, the last one first: what they write is seen here
	byID    map[string]*entry
	byHash  map[int64][]*entry
	wrote   []*entry // by rows of the batch
	asked   map[int64]bool
	askedID map[string]bool
	piece   []*entry // of memory, for lists of one
	spare   *overlay // that nobody looks at any more: a map that is emptied need not grow again
}

// newOverlay returns an empty one, with room for the rows of a batch.
func newOverlay(finder Finder, k *keys, rules []crm.Rule, rows int) *overlay {
	return &overlay{finder: finder, keys: k, rules: rules, byID: make(map[string]*entry, rows), byHash: make(map[int64][]*entry, 2*rows),
		asked: make(map[int64]bool, 2*rows), askedID: map[string]bool{}}
}

// empty forgets everything.
func (o *overlay) empty() {
	clear(o.byID)
	clear(o.byHash)
	clear(o.wrote)
	clear(o.asked)
	clear(o.askedID)
	o.below, o.wrote = o.below[:0], o.wrote[:0]
	o.piece = nil // what has been cut from it keeps records alive, whose texts may be long
}

// over returns an empty one for the batch behind this one's, whose import has this number. This one stays as it is.
func (o *overlay) over(no int64, rows int) *overlay {
	for _, e := range o.wrote {
		e.ChangeID, e.written = ledger.ChangeID(no, e.written, 0, e.Kind), 0
	}
	next := o.spare
	if next == nil {
		next = newOverlay(o.finder, o.keys, o.rules, rows)
	}
	o.spare = nil
	next.below = append(append(next.below, o), o.below...)
	if len(next.below) > Ahead {
		last := next.below[Ahead]
		for _, e := range last.wrote {
			e.fresh = false // the store has it, and what is inside it
		}
		last.empty()
		next.below, next.spare = next.below[:Ahead], last
	}
	return next
}

// withID returns the record with this ID; nil if none is known.
func (o *overlay) withID(id string) *entry {
	if e := o.byID[id]; e != nil {
		return e
	}
	for _, b := range o.below {
		if e := b.byID[id]; e != nil && e.ours {
			return e
		}
	}
	return nil
}

// withHash returns the records that may have a key of this hash.
func (o *overlay) withHash(hash int64) []*entry {
	found := o.byHash[hash]
	for _, b := range o.below {
		for _, e := range b.byHash[hash] {
			if e.ours && !contains(found, e) {
				found = append(found[:len(found):len(found)], e)
			}
		}
	}
	return found
}

// known says whether any record may have a key of this hash.
func (o *overlay) known(hash int64) bool {
	if len(o.byHash[hash]) > 0 {
		return true
	}
	for _, b := range o.below {
		for _, e := range b.byHash[hash] {
			if e.ours {
				return true
			}
		}
	}
	return false
}

// add takes in a record as the store has it. One that is there already stays as it is: it may have been changed by a row.
func (o *overlay) add(e *entry) {
	if o.withID(e.ID) == nil {
		o.index(e)
	}
}

// write takes in a record as the row at this place leaves it.
func (o *overlay) write(e *entry, place int64) {
	if e.written == 0 {
		o.wrote = append(o.wrote, e)
	}
	e.written, e.ours = place, true
	o.index(e)
}

// index makes the record found by its keys as they are now. Old ones may stay: whoever looks compares.
func (o *overlay) index(e *entry) {
	o.byID[e.ID] = e
	e.hashes = make([]int64, len(o.rules))
	for i := range o.rules {
		e.hashes[i] = o.keys.memo.Hash(&o.rules[i], e.AccountID, e.Values)
	}
	for _, hash := range e.hashes {
		o.under(hash, e)
	}
	if hash, ok := e.Feed.Hash(); ok {
		o.under(hash, e)
	}
}

// under makes the record found by a hash, which is 0 where there is none.
func (o *overlay) under(hash int64, e *entry) {
	switch had := o.byHash[hash]; {
	case hash == 0:
	case len(had) == 0:
		o.byHash[hash] = o.alone(e)
	case !contains(had, e):
		o.byHash[hash] = append(had, e)
	}
}

// alone returns a list of one. Nearly all of them stay so: they are cut from one piece of memory.
func (o *overlay) alone(e *entry) []*entry {
	if len(o.piece) == 0 {
		o.piece = make([]*entry, 1024)
	}
	list := o.piece[:1:1]
	list[0], o.piece = e, o.piece[1:]
	return list
}

func contains(entries []*entry, e *entry) bool {
	for _, other := range entries {
		if other == e {
			return true
		}
	}
	return false
}

// ask loads what the store has for these keys and has not been asked for yet.
func (o *overlay) ask(ctx context.Context, keys []crm.Key) error {
	fresh := keys[:0:0]
	for _, key := range keys {
		if !o.asked[key.Hash] {
			o.asked[key.Hash] = true
			fresh = append(fresh, key)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	records, err := o.finder.Find(ctx, o.keys.kind, fresh)
	o.addAll(records)
	return err
}

func (o *overlay) askIDs(ctx context.Context, ids []string) error {
	fresh := ids[:0:0]
	for _, id := range ids {
		if id != "" && !o.askedID[id] && o.withID(id) == nil {
			o.askedID[id] = true
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	records, err := o.finder.ByID(ctx, o.keys.kind, fresh)
	o.addAll(records)
	return err
}

func (o *overlay) addAll(records []crm.Record) {
	for _, rec := range records {
		o.add(&entry{Record: rec})
	}
}

// hits returns the records whose key under the rule is this one, in the order of creation.
func (o *overlay) hits(rule *crm.Rule, key crm.Key) []*entry {
	var found []*entry
	for _, e := range o.withHash(key.Hash) {
		if o.keys.memo.Is(rule, e.AccountID, e.Values, key.Text) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, inOrder)
	return found
}

// inOrder is the order of creation.
func inOrder(a, b *entry) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
}
