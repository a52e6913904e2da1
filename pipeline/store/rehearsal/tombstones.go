package rehearsal

import (
	"context"
	"sync/atomic"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// scratchEngine is the scratch database, with what an embedded engine cannot do.
//
// A record that a plan removes is still in the store, and would be seen there. So it stays in the scratch database as a tombstone: a record without
// values that no key leads to. A record that another program created has no position in the order of creation. Here it gets one that no other record
// has, and is read without it.
type scratchEngine struct {
	engine.Engine
	foreign *atomic.Int64 // how many records without a position were written
}

const (
	tombstone       = -1      // the change ID of a record that the plan removes; no change has it
	firstScratchSeq = 1 << 62 // positions from here on belong to no import
)

func (e scratchEngine) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	return e.Engine.Batch(ctx, func(ctx context.Context, in engine.Engine) error { return do(ctx, scratchEngine{in, e.foreign}) })
}

func (e scratchEngine) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	in := make([]engine.Write, len(writes))
	for i, w := range writes {
		in[i] = w
		switch {
		case w.Remove:
			in[i] = engine.Write{ID: w.ID, Expect: w.Expect, Before: w.Before, Mark: tombstone, Rekey: true, At: w.At}
			for _, pair := range w.Before {
				in[i].Unset = append(in[i].Unset, pair.Field)
			}
		case w.New && w.Seq == 0:
			in[i].Seq = firstScratchSeq + e.foreign.Add(1)
		}
	}
	return e.Engine.Write(ctx, kind, in)
}

func (e scratchEngine) Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error) {
	records, err := e.Engine.Find(ctx, kind, hashes)
	return withoutScratchSeq(records), err
}

func (e scratchEngine) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	records, err := e.Engine.ByID(ctx, kind, ids)
	return withoutScratchSeq(records), err
}

// withoutScratchSeq removes the positions that only the scratch database has.
func withoutScratchSeq(records []crm.Record) []crm.Record {
	for i := range records {
		if records[i].Seq >= firstScratchSeq {
			records[i].Seq = 0
		}
	}
	return records
}

// withoutTombstones returns the records that the plan does not remove.
func withoutTombstones(records []crm.Record) []crm.Record {
	var all []crm.Record
	for _, rec := range records {
		if rec.ChangeID != tombstone {
			all = append(all, rec)
		}
	}
	return all
}
