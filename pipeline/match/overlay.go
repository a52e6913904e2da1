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
	fresh   bool    // created by a row of this batch, or of the one that is being written: the store may not have it yet
	written int64   // place of the last row of this batch that writes it; 0: none does
	hashes  []int64 // of its keys as they are now
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
	byID    map[string]*entry
	byHash  map[int64][]*entry
	asked   map[int64]bool
	askedID map[string]bool
	piece   []*entry // of memory, for lists of one
}

// newOverlay returns an empty one, with room for the rows of a batch and of the one before it.
func newOverlay(finder Finder, k *keys, rows int) *overlay {
	return &overlay{finder: finder, keys: k, rules: k.all(), byID: make(map[string]*entry, 2*rows), byHash: make(map[int64][]*entry, 4*rows),
		asked: make(map[int64]bool, 2*rows), askedID: map[string]bool{}}
}

// again makes it an empty one.
func (o *overlay) again() *overlay {
	clear(o.byID)
	clear(o.byHash)
	clear(o.asked)
	clear(o.askedID)
	return o
}

// add takes a record in. One that is there already stays as it is: it may have been changed by a row.
func (o *overlay) add(e *entry) {
	if o.byID[e.ID] != nil {
		return
	}
	o.byID[e.ID] = e
	o.index(e)
}

// index makes the record found by its keys as they are now. Old ones may stay: whoever looks compares.
func (o *overlay) index(e *entry) {
	e.hashes = e.hashes[:0]
	for i := range o.rules {
		if hash, ok := o.keys.memo.Hash(&o.rules[i], e.AccountID, e.Values); ok {
			e.hashes = append(e.hashes, hash)
		}
	}
	o.find(e)
}

// find makes the record found by its hashes.
func (o *overlay) find(e *entry) {
	for _, hash := range e.hashes {
		switch had := o.byHash[hash]; {
		case len(had) == 0:
			o.byHash[hash] = o.alone(e)
		case !contains(had, e):
			o.byHash[hash] = append(had, e)
		}
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

// carry takes over what the batch before has written, which the store may not have yet, or only in part. What the store says of these
// records is passed over.
func (o *overlay) carry(before *overlay, no int64) {
	for _, e := range before.byID {
		if e.written > 0 {
			e.Mark, e.written = ledger.Mark(no, e.written, 0, e.Kind), 0
			o.byID[e.ID] = e
			o.find(e)
		}
	}
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
		if id != "" && !o.askedID[id] && o.byID[id] == nil {
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
	for _, e := range o.byHash[key.Hash] {
		if o.keys.memo.Is(rule, e.AccountID, e.Values, key.Text) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
	})
	return found
}
