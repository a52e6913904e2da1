package store

import (
	"context"
	"sync/atomic"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// pad is a rehearsal's scratch database, with what an embedded engine does not know of itself.
//
// What a plan takes away is in the store still and would be seen through the gap, so it stays as a record without values that no key leads
// to. What another program created has no place in the order of creation; here it gets one that nothing else has, and is read without.
type pad struct {
	Engine
	placeless *atomic.Int64 // how many
}

const (
	buried   = -1      // no change's mark
	borrowed = 1 << 62 // places from here on are no import's
)

func (p pad) Batch(ctx context.Context, do func(ctx context.Context, e Engine) error) error {
	return p.Engine.Batch(ctx, func(ctx context.Context, e Engine) error { return do(ctx, pad{e, p.placeless}) })
}

func (p pad) Write(ctx context.Context, kind crm.Kind, writes []Write) ([]Result, error) {
	in := make([]Write, len(writes))
	for i, w := range writes {
		in[i] = w
		switch {
		case w.Remove:
			in[i] = Write{ID: w.ID, Expect: w.Expect, Before: w.Before, Mark: buried, Rekey: true, At: w.At}
			for _, pair := range w.Before {
				in[i].Unset = append(in[i].Unset, pair.Field)
			}
		case w.New && w.Seq == 0:
			in[i].Seq = borrowed + p.placeless.Add(1)
		}
	}
	return p.Engine.Write(ctx, kind, in)
}

func (p pad) Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error) {
	records, err := p.Engine.Find(ctx, kind, hashes)
	return returned(records), err
}

func (p pad) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	records, err := p.Engine.ByID(ctx, kind, ids)
	return returned(records), err
}

// returned takes the borrowed places back.
func returned(records []crm.Record) []crm.Record {
	for i := range records {
		if records[i].Seq >= borrowed {
			records[i].Seq = 0
		}
	}
	return records
}

// standing returns the records that are not buried.
func standing(records []crm.Record) []crm.Record {
	var all []crm.Record
	for _, rec := range records {
		if rec.ChangeID != buried {
			all = append(all, rec)
		}
	}
	return all
}

// shift is how many contacts more an account has after the plan's rows so far than in the store.
type shift struct {
	By int `json:"by"`
}

// recount notes by how much a batch changes the number of contacts that accounts have.
func (r *Rehearsal) recount(ctx context.Context, changes []ledger.Change) error {
	by := map[string]int{}
	for i := range changes {
		c := &changes[i]
		switch {
		case c.Kind != crm.Contact:
		case c.Action == ledger.Remove:
			by[c.AccountID]--
		case c.Action == ledger.Create:
			by[c.AccountID]++
		case c.Action == ledger.Update && c.Moved != "":
			by[c.Moved]--
			by[c.AccountID]++
		}
	}
	for account, n := range by {
		if _, err := change(ctx, r.scratch, Meta, "contacts/"+account, func(s *shift) { s.By += n }); err != nil {
			return err
		}
	}
	return nil
}

// Contacts returns how many contacts each of these accounts has, as the plan's rows so far leave them.
func (r *Rehearsal) Contacts(ctx context.Context, accounts []string) (map[string]int, error) {
	counts, err := r.base.Contacts(ctx, accounts)
	if err != nil {
		return nil, err
	}
	for _, account := range accounts {
		var s shift
		there, err := r.scratch.load(ctx, "contacts/"+account, &s)
		if err != nil {
			return nil, err
		}
		if there {
			counts[account] += s.By
		}
	}
	return counts, nil
}
