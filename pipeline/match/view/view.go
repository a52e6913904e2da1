package view

import (
	"cmp"
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
)

// Finder looks records up. It is all that matching asks of the store.
type Finder interface {
	// Find returns the records that may have one of these keys; the caller compares the texts.
	Find(ctx context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error)
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)

	// ByValues returns the records that have one of these values in a field of ValueFields, also those that another program has just written and that have
	// no keys yet.
	ByValues(ctx context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error)
	ValueFields(kind crm.Kind) []string
}

// Record is a record as the rows so far leave it.
type Record struct {
	crm.Record
	fresh   bool    // created by a row of this batch, or of those before it: the store may not have it yet
	ours    bool    // written by a row of them
	written int64   // place of the last row of this batch that writes it; 0: none does
	hashes  []int64 // of its keys as they are now, by each of the rules; 0 where there is none. The change that creates it shares them
	shared  bool    // the change that creates it has the same Values
}

// NewRecord returns a record that a row would create.
func NewRecord(rec crm.Record) *Record { return &Record{Record: rec, fresh: true} }

// Fresh says that the store has nothing that belongs to the record: it was created by a row that may not be written yet.
func (e *Record) Fresh() bool { return e.fresh }

func (e *Record) apply(before, after crm.Values) {
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

// Views are the views of all kinds.
type Views [len(crm.Kinds)]*View

// Of returns the view of a kind.
func (v *Views) Of(kind crm.Kind) *View { return v[kind.Number()] }

// Reset forgets everything: the store is asked again.
func (v *Views) Reset() {
	for _, of := range v {
		of.empty()
	}
}

// Ahead puts an empty view for the next batch in place of each, and keeps what this batch writes visible. The import has this number.
func (v *Views) Ahead(no int64, rows int) {
	for i, of := range v {
		v[i] = of.ahead(no, rows)
	}
}

// View is what the store has of one kind, as far as the batch asked, with what the batch's rows write laid over it.
type View struct {
	finder  Finder
	Keys    *keys.Keys
	rules   []crm.Rule
	below   []*View // of the batches that the store may not have yet, or only in part, the last one first: what they write is seen here
	byID    map[string]*Record
	byHash  map[int64][]*Record
	wrote   []*Record // by rows of the batch
	asked   map[int64]bool
	askedID map[string]bool
	most    int                 // how many views may be below
	crowds  map[int64][]*Record // some records of each hash that very many have; shared by the views of the kind
	slab    []*Record           // memory for lists of one
	spare   *View               // one to be used again: maps that were emptied need not grow again
}

// New returns empty views of records that have keys of these rules, for an import that matches so many batches ahead of the store.
func New(finder Finder, kinds [len(crm.Kinds)]*keys.Keys, rules map[crm.Kind][]crm.Rule, ahead int) *Views {
	var all Views
	for i, k := range kinds {
		all[i] = &View{finder: finder, Keys: k, rules: rules[k.Kind], most: ahead, byID: map[string]*Record{}, byHash: map[int64][]*Record{},
			asked: map[int64]bool{}, askedID: map[string]bool{}, crowds: map[int64][]*Record{}}
	}
	return &all
}

// like returns an empty view of the same kind, with room for the rows of a batch.
func (v *View) like(rows int) *View {
	return &View{finder: v.finder, Keys: v.Keys, rules: v.rules, most: v.most, byID: make(map[string]*Record, rows), byHash: make(map[int64][]*Record, 2*rows),
		asked: make(map[int64]bool, 2*rows), askedID: map[string]bool{}, crowds: v.crowds}
}

// empty forgets everything but crowds.
func (v *View) empty() {
	clear(v.byID)
	clear(v.byHash)
	clear(v.wrote)
	clear(v.asked)
	clear(v.askedID)
	v.below, v.wrote = v.below[:0], v.wrote[:0]
	v.slab = nil // lists that were cut from it keep records in memory, whose texts may be long
}

// ahead returns an empty view for the next batch, which sees what this batch writes. This one stays as it is.
func (v *View) ahead(no int64, rows int) *View {
	for _, e := range v.wrote {
		e.ChangeID, e.written = ledger.ChangeID(no, e.written, 0, e.Kind), 0
	}
	next := v.spare
	if next == nil {
		next = v.like(rows)
	}
	v.spare = nil
	next.below = append(append(next.below, v), v.below...)
	if len(next.below) > v.most {
		last := next.below[v.most]
		for _, e := range last.wrote {
			e.fresh = false // the store has it, and what is inside it
		}
		last.empty()
		next.below, next.spare = next.below[:v.most], last
	}
	return next
}

// WithID returns the record with this ID; nil if none is known.
func (v *View) WithID(id string) *Record {
	if e := v.byID[id]; e != nil {
		return e
	}
	for _, b := range v.below {
		if e := b.byID[id]; e != nil && e.ours {
			return e
		}
	}
	return nil
}

// WithHash returns the records that may have a key of this hash.
func (v *View) WithHash(hash int64) []*Record {
	found := v.byHash[hash]
	for _, b := range v.below {
		for _, e := range b.byHash[hash] {
			if e.ours && !slices.Contains(found, e) {
				found = append(found[:len(found):len(found)], e)
			}
		}
	}
	return found
}

// MayHave reports whether any record may have a key of this hash.
func (v *View) MayHave(hash int64) bool {
	if len(v.byHash[hash]) > 0 {
		return true
	}
	for _, b := range v.below {
		for _, e := range b.byHash[hash] {
			if e.ours {
				return true
			}
		}
	}
	return false
}

// WithFeed returns the one record with this feed key; nil if there is none, or several.
func (v *View) WithFeed(key crm.FeedKey) *Record {
	hash, _ := key.Hash()
	var one *Record
	for _, e := range v.WithHash(hash) {
		switch {
		case e.Feed != key:
		case one != nil:
			return nil
		default:
			one = e
		}
	}
	return one
}

// Hits returns the records whose key under the rule is this one, in the order of creation.
func (v *View) Hits(rule *crm.Rule, key crm.Key) []*Record {
	var found []*Record
	for _, e := range v.WithHash(key.Hash) {
		if v.Keys.Cache.Is(rule, e.ParentID, e.Values, key.Text) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, byCreation)
	return found
}

func byCreation(a, b *Record) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
}

// Ask loads what the store has for these keys, unless it was asked for before.
func (v *View) Ask(ctx context.Context, wanted []crm.Key) error {
	fresh := wanted[:0:0]
	for _, key := range wanted {
		if !v.asked[key.Hash] {
			v.asked[key.Hash] = true
			fresh = append(fresh, key)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	records, err := v.finder.Find(ctx, v.Keys.Kind, fresh)
	v.add(records)
	return err
}

// AskIDs loads the records with these IDs, unless they were asked for before.
func (v *View) AskIDs(ctx context.Context, ids []string) error {
	fresh := ids[:0:0]
	for _, id := range ids {
		if id != "" && !v.askedID[id] && v.WithID(id) == nil {
			v.askedID[id] = true
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	records, err := v.finder.ByID(ctx, v.Keys.Kind, fresh)
	v.add(records)
	return err
}

// MayAskStored reports whether AskStored may find anything.
func (v *View) MayAskStored() bool { return len(v.finder.ValueFields(v.Keys.Kind)) > 0 }

// AskStored loads the records that have what rows have in a field of a match rule, for each rule by the field that tells most of the rows apart. It is
// asked for rows that would create a record: another program may have inserted one since the import began, and that has no keys.
func (v *View) AskStored(ctx context.Context, rows []crm.Values) error {
	fields := v.finder.ValueFields(v.Keys.Kind)
	if len(rows) == 0 {
		return nil
	}
	wanted := map[string][]crm.Value{}
	for i := range v.Keys.Rules {
		field, values := storedValues(&v.Keys.Rules[i], fields, rows)
		if field == "" {
			continue
		}
		for _, value := range values {
			if !slices.Contains(wanted[field], value) {
				wanted[field] = append(wanted[field], value)
			}
		}
	}
	for field, values := range wanted {
		records, err := v.finder.ByValues(ctx, v.Keys.Kind, field, values)
		if err != nil {
			return err
		}
		v.add(records)
	}
	return nil
}

// add takes in records as the store has them. One that is known already stays as it is: a row may have changed it.
func (v *View) add(records []crm.Record) {
	for _, rec := range records {
		if v.WithID(rec.ID) == nil {
			v.index(&Record{Record: rec})
		}
	}
}

// Create takes in a record that the row at this place creates, and returns the hashes of its keys by each of the rules. The change that creates it
// may keep these and the record's Values: neither is changed later.
func (v *View) Create(e *Record, place int64) []int64 {
	e.shared = true
	v.write(e, place)
	return e.hashes
}

// Update takes in what the row at this place changes in a record, and in which account it leaves it.
func (v *View) Update(e *Record, parentID string, before, after crm.Values, place int64) {
	e.ParentID = parentID
	e.apply(before, after)
	v.write(e, place)
}

func (v *View) write(e *Record, place int64) {
	if e.written == 0 {
		v.wrote = append(v.wrote, e)
	}
	e.written, e.ours = place, true
	v.index(e)
}

// index makes the record findable by its keys as they are now. Old hashes may remain: a record that is found is compared.
func (v *View) index(e *Record) {
	v.byID[e.ID] = e
	e.hashes = make([]int64, len(v.rules))
	for i := range v.rules {
		e.hashes[i] = v.Keys.Cache.Hash(&v.rules[i], e.ParentID, e.Values)
	}
	for _, hash := range e.hashes {
		v.indexHash(hash, e)
	}
	if hash, ok := e.Feed.Hash(); ok {
		v.indexHash(hash, e)
	}
}

// indexHash makes the record findable by a hash, which is 0 where there is none.
func (v *View) indexHash(hash int64, e *Record) {
	switch had := v.byHash[hash]; {
	case hash == 0:
	case len(had) == 0:
		v.byHash[hash] = v.listOfOne(e)
	case !slices.Contains(had, e):
		v.byHash[hash] = append(had, e)
	}
}

// listOfOne returns a list of one record. Nearly all lists stay that short, so they are cut from one slab of memory.
func (v *View) listOfOne(e *Record) []*Record {
	if len(v.slab) == 0 {
		v.slab = make([]*Record, 1024)
	}
	list := v.slab[:1:1]
	list[0], v.slab = e, v.slab[1:]
	return list
}
