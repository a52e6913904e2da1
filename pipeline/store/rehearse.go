package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Rehearsal is a store as a plan sees it: what is there, and laid over it what the plan's rows would write. Those go to a scratch
// database of its own; to the store itself nothing is written.
//
// # Why a database and not memory
//
// Row n sees what the rows before it wrote, so a plan has to remember every record that it touches. A file of a million rows would
// take a gigabyte of memory. On a scratch database the plan also goes the way that the import will go, so the two cannot come to differ.
type Rehearsal struct {
	base    *Store
	scratch *Store
	copied  map[crm.Kind]bool // all records of the kind lie in scratch, because in base they cannot be found by these rules
}

// Rehearse begins a rehearsal of an import that matches by these rules. The caller closes it.
func (s *Store) Rehearse(ctx context.Context, rules []crm.Rule) (*Rehearsal, error) {
	if s.Scratch == nil {
		return nil, errors.New("plan: the store has no scratch database")
	}
	engine, err := s.Scratch(ctx)
	if err != nil {
		return nil, fmt.Errorf("plan: open a scratch database: %w", err)
	}
	r := &Rehearsal{base: s, copied: map[crm.Kind]bool{}}
	if r.scratch, err = New(ctx, pad{engine, new(atomic.Int64)}); err != nil {
		return nil, errors.Join(fmt.Errorf("plan: %w", err), engine.Close(ctx))
	}
	if err := r.begin(ctx, rules); err != nil {
		return nil, errors.Join(fmt.Errorf("plan: %w", err), r.Close(ctx))
	}
	return r, nil
}

func (r *Rehearsal) begin(ctx context.Context, rules []crm.Rule) error {
	if err := r.scratch.Use(ctx, rules); err != nil {
		return err
	}
	for _, kind := range crm.Kinds {
		whole, err := r.base.indexed(ctx, kind, rules)
		if err != nil {
			return err
		}
		if r.copied[kind] = !whole; !whole {
			if err := r.copyAll(ctx, kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexed says whether every record of a kind is found by these rules. A kind that is looked up by none needs no keys.
func (s *Store) indexed(ctx context.Context, kind crm.Kind, rules []crm.Rule) (bool, error) {
	asked := false
	for _, rule := range rules {
		if rule.Kind != kind {
			continue
		}
		asked = true
		ready, err := s.ready(ctx, rule)
		if err != nil || !ready {
			return false, err
		}
	}
	if !asked {
		return true, nil
	}
	foreign, err := s.engine.Unkeyed(ctx, kind, 1)
	return len(foreign) == 0, err
}

// copyAll takes every record of a kind over to the scratch database, where it is found by the rules of the plan.
func (r *Rehearsal) copyAll(ctx context.Context, kind crm.Kind) error {
	const page = 1000
	var records []crm.Record
	flush := func() error {
		err := r.keep(ctx, r.scratch.engine, kind, records)
		records = records[:0]
		return err
	}
	err := r.base.Records(ctx, kind, func(rec crm.Record) error {
		if records = append(records, rec); len(records) < page {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// keep puts records into the scratch database as they are.
func (r *Rehearsal) keep(ctx context.Context, e Engine, kind crm.Kind, records []crm.Record) error {
	if len(records) == 0 {
		return nil
	}
	writes := make([]Write, len(records))
	for i, rec := range records {
		writes[i] = Write{New: true, ID: rec.ID, AccountID: rec.AccountID, Seq: rec.Seq, Mark: rec.ChangeID, Feed: rec.Feed, Set: rec.Values,
			Hashes: r.scratch.hashes(kind, rec.AccountID, rec.Values, rec.Feed)}
	}
	_, err := e.Write(ctx, kind, writes)
	return err
}

// Find returns the records that one of the keys may mean, as the plan's rows so far leave them.
func (r *Rehearsal) Find(ctx context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error) {
	touched, err := r.scratch.Find(ctx, kind, keys)
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

// ByID returns the records with these IDs, as the plan's rows so far leave them.
func (r *Rehearsal) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	touched, err := r.scratch.ByID(ctx, kind, ids)
	if err != nil || r.copied[kind] {
		return touched, err
	}
	there, err := r.base.ByID(ctx, kind, ids)
	if err != nil {
		return nil, err
	}
	return overlay(there, touched), nil
}

// overlay lays what the plan has touched over what is there. Something else than values can only be seen in what is there.
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
	return append(all, standing(touched)...)
}

// untouched returns those of base's records that the plan has not changed.
func (r *Rehearsal) untouched(ctx context.Context, kind crm.Kind, there []crm.Record) ([]crm.Record, error) {
	if len(there) == 0 {
		return nil, nil
	}
	ids := make([]string, len(there))
	for i, rec := range there {
		ids[i] = rec.ID
	}
	touched, err := r.scratch.ByID(ctx, kind, ids)
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

// Pack does nothing: the batches of a plan are written one after the other.
func (r *Rehearsal) Pack(int64, time.Time, *ledger.Batch) {}

// Apply notes what a batch would write and moves imp on to where it ends, as Store.Apply does.
func (r *Rehearsal) Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error) {
	err := r.scratch.engine.Batch(ctx, func(ctx context.Context, e Engine) error {
		for _, kind := range crm.Kinds {
			if err := r.bring(ctx, e, kind, b.Changes); err != nil {
				return err
			}
		}
		lost, err := r.scratch.writeRecords(ctx, e, imp, b, nil)
		if err == nil && len(lost) > 0 {
			err = errors.New("somebody else wrote the records that are planned for; plan again")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("plan batch %d of %s: %w", b.N, imp.ID, err)
	}
	outcomes := make([]ledger.Outcome, len(b.Changes))
	for i := range b.Changes {
		outcomes[i].Change = &b.Changes[i]
	}
	moveTo(imp, b, outcomes)
	if imp.Undoes == "" {
		return outcomes, nil // nobody asks it for the contacts of an account
	}
	return outcomes, r.recount(ctx, b.Changes)
}

// bring copies the records that a batch updates to the scratch database, those that are not there yet.
func (r *Rehearsal) bring(ctx context.Context, e Engine, kind crm.Kind, changes []ledger.Change) error {
	var ids []string
	made := map[string]bool{}
	for i := range changes {
		switch c := &changes[i]; {
		case c.Kind != kind || made[c.ID]:
		case c.Action == ledger.Create:
			made[c.ID] = true
		case c.Action == ledger.Update || c.Action == ledger.Remove:
			made[c.ID] = true
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 || r.copied[kind] {
		return nil
	}
	touched, err := e.ByID(ctx, kind, ids)
	if err != nil {
		return err
	}
	there, err := r.base.ByID(ctx, kind, without(ids, touched))
	if err != nil {
		return err
	}
	return r.keep(ctx, e, kind, there)
}

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

// Close lets go of the scratch database; nothing of it is left.
func (r *Rehearsal) Close(ctx context.Context) error { return r.scratch.Close(ctx) }
