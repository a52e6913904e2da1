package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/records"
)

// Rehearsal is the store that one plan writes to.
type Rehearsal struct {
	engine.OnlyInlet // a plan says what an import would do that began with it: it does not look for what is inserted meanwhile

	base    *records.Records
	records *records.Records // of scratch
	index   *records.Index   // of scratch
	scratch engine.Engine
	counts  childCounts
	copied  map[crm.Kind]bool // all records of the kind are in scratch, because in base they cannot be found by the rules of the plan
}

// New begins a rehearsal, in an empty scratch database, of an import that matches by these rules. Index is that of base. Close closes scratch; where
// New returns an error the caller does.
func New(ctx context.Context, base *records.Records, index *records.Index, scratch engine.Engine, rules []crm.Rule) (*Rehearsal, error) {
	e := scratchEngine{scratch, new(atomic.Int64)}
	r := &Rehearsal{base: base, scratch: e, records: records.New(e), counts: childCounts{e}, copied: map[crm.Kind]bool{}}
	r.index = records.NewIndex(r.records, e)
	if err := r.index.Use(ctx, rules); err != nil {
		return nil, err
	}
	for _, kind := range crm.Kinds {
		copyPage := func(page []crm.Record) error { return r.copy(ctx, e, kind, page) }
		err := index.Stale(ctx, kind, rules, copyPage) // what another program has changed is found in scratch
		if r.copied[kind] = errors.Is(err, records.ErrNotIndexed); r.copied[kind] {
			err = base.Pages(ctx, kind, copyPage)
		}
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// copy puts records into the scratch database, through db, as they are.
func (r *Rehearsal) copy(ctx context.Context, db engine.Records, kind crm.Kind, records []crm.Record) error {
	if len(records) == 0 {
		return nil
	}
	writes := make([]engine.Write, len(records))
	for i, rec := range records {
		writes[i] = engine.Write{New: true, ID: rec.ID, ParentID: rec.ParentID, Seq: rec.Seq, Mark: rec.ChangeID, Feed: rec.Feed, Set: rec.Values,
			Hashes: r.index.Rules().Hashes(&rec)}
	}
	_, err := db.Write(ctx, kind, writes)
	return err
}

// Find returns the records that one of the keys may mean, as the rows of the plan so far leave them.
func (r *Rehearsal) Find(ctx context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error) {
	touched, err := r.records.Find(ctx, kind, keys)
	if err != nil || r.copied[kind] {
		return touched, err
	}
	there, err := r.base.Find(ctx, kind, keys)
	if err != nil {
		return nil, err
	}
	untouched, err := r.untouched(ctx, kind, there)
	return append(touched, untouched...), err
}

// ByID returns the records with these IDs, as the rows of the plan so far leave them.
func (r *Rehearsal) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	touched, err := r.records.ByID(ctx, kind, ids)
	if err != nil || r.copied[kind] {
		return touched, err
	}
	there, err := r.base.ByID(ctx, kind, ids)
	if err != nil {
		return nil, err
	}
	return overlay(there, touched), nil
}

// overlay puts the records that the plan has touched in place of those in the store. What a record has besides values is only in the store.
func overlay(there, touched []crm.Record) []crm.Record {
	now := map[string]*crm.Record{}
	for i := range touched {
		now[touched[i].ID] = &touched[i]
	}
	var all []crm.Record
	for _, rec := range there {
		if is := now[rec.ID]; is != nil {
			is.More = rec.More
		} else {
			all = append(all, rec)
		}
	}
	return append(all, withoutTombstones(touched)...)
}

// untouched returns those records of the store that the plan has not changed.
func (r *Rehearsal) untouched(ctx context.Context, kind crm.Kind, there []crm.Record) ([]crm.Record, error) {
	if len(there) == 0 {
		return nil, nil
	}
	ids := make([]string, len(there))
	for i, rec := range there {
		ids[i] = rec.ID
	}
	touched, err := r.records.ByID(ctx, kind, ids)
	if err != nil {
		return nil, err
	}
	is := map[string]bool{}
	for _, rec := range touched {
		is[rec.ID] = true
	}
	untouched := there[:0]
	for _, rec := range there {
		if !is[rec.ID] {
			untouched = append(untouched, rec)
		}
	}
	return untouched, nil
}

// Children returns how many records of a kind each of these parents has, as the rows of the plan so far leave them.
func (r *Rehearsal) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	counts, err := r.base.Children(ctx, kind, parents)
	if err != nil {
		return nil, err
	}
	if err := r.counts.applyTo(ctx, counts, kind, parents); err != nil {
		return nil, err
	}
	return counts, nil
}

// Prepare prepares nothing: the batches of a plan are written one after the other.
func (r *Rehearsal) Prepare(_ int64, _ time.Time, b ledger.Batch) func(context.Context, *ledger.Import) ([]ledger.Outcome, error) {
	return func(ctx context.Context, imp *ledger.Import) ([]ledger.Outcome, error) { return r.Apply(ctx, imp, b) }
}

// Apply writes a batch to the scratch database and advances imp to its end, as the store's Apply does.
func (r *Rehearsal) Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error) {
	err := r.scratch.Batch(ctx, func(ctx context.Context, db engine.Engine) error { return r.write(ctx, db, imp, &b) })
	if err != nil {
		return nil, fmt.Errorf("plan batch %d of %s: %w", b.N, imp.ID, err)
	}
	outcomes := make([]ledger.Outcome, len(b.Changes))
	for i := range b.Changes {
		outcomes[i].Change = &b.Changes[i]
	}
	imp.Advance(b, outcomes)
	if imp.Undoes == "" {
		return outcomes, nil // only an undo asks for them
	}
	return outcomes, r.counts.add(ctx, b.Changes)
}

func (r *Rehearsal) write(ctx context.Context, db engine.Records, imp *ledger.Import, b *ledger.Batch) error {
	for _, kind := range crm.Kinds {
		if err := r.fetch(ctx, db, kind, b.Changes); err != nil {
			return err
		}
	}
	writesOf := func(kind crm.Kind, unwritten ledger.Unwritten) *records.Writes {
		return records.Coalesce(r.index.Rules(), kind, b, unwritten, imp.No, imp.Began)
	}
	unwritten, err := r.index.Write(ctx, db, imp.Inbox, b, writesOf, nil, func() {})
	if err == nil && len(unwritten) > 0 {
		err = errors.New("another program or person changed the records of the plan; plan again")
	}
	return err
}

// fetch copies the records that a batch updates or removes to the scratch database, those that are not there yet.
func (r *Rehearsal) fetch(ctx context.Context, db engine.Records, kind crm.Kind, changes []ledger.Change) error {
	var ids []string
	known := map[string]bool{}
	for i := range changes {
		switch c := &changes[i]; {
		case c.Kind != kind || known[c.ID]:
		case c.Action == ledger.Create:
			known[c.ID] = true
		case c.Action == ledger.Update || c.Action == ledger.Remove:
			known[c.ID] = true
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 || r.copied[kind] {
		return nil
	}
	touched, err := db.ByID(ctx, kind, ids)
	if err != nil {
		return err
	}
	there, err := r.base.ByID(ctx, kind, without(ids, touched))
	if err != nil {
		return err
	}
	return r.copy(ctx, db, kind, there)
}

// without returns the IDs that none of these records has.
func without(ids []string, known []crm.Record) []string {
	is := map[string]bool{}
	for _, rec := range known {
		is[rec.ID] = true
	}
	var rest []string
	for _, id := range ids {
		if !is[id] {
			rest = append(rest, id)
		}
	}
	return rest
}

// Close removes the scratch database.
func (r *Rehearsal) Close(ctx context.Context) error { return r.scratch.Close(ctx) }
