package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"inlet.example/inlet/pipeline/ledger"
)

// A journal entry is one batch: its changes packed, and beside them, readable, what is worth seeing without unpacking.
type entry struct {
	Import  string `json:"import"`
	Rows    int    `json:"rows"`
	Changes int    `json:"changes"`
	Lost    []int  `json:"lost,omitempty"` // changes that met a foreign edit and were not made
}

var (
	pack, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(512<<10))
	unpack, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
)

func entryID(imp string, n, try int) string { return fmt.Sprintf("%s/%08d.%d", imp, n, try) }

// write puts a batch into the journal. If one is there already it is left as it is, and returned with what was lost of it.
func (s *Store) write(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch) (ledger.Batch, []int, error) {
	body, err := json.Marshal(entry{Import: imp.ID, Rows: b.Rows, Changes: len(b.Changes)})
	if err != nil {
		return b, nil, err
	}
	id := entryID(imp.ID, b.N, b.Try)
	doc := Doc{ID: id, Order: id, Body: body, Blob: s.packed(imp, &b).entry}
	fresh, err := e.Insert(ctx, Journal, doc)
	if err != nil || fresh {
		return b, nil, err
	}
	doc, ok, err := e.Load(ctx, Journal, id)
	if err == nil && !ok {
		err = fmt.Errorf("journal entry %s is there and is not", id)
	}
	if err != nil {
		return b, nil, err
	}
	there, about, err := unpackEntry(doc)
	if err == nil && (there.After.Sheet != b.After.Sheet || there.After.Row != b.After.Row) {
		err = ErrTakenOver // it read on to another row: nothing that follows would fit
	}
	return there, about.Lost, err
}

// read returns a batch of the journal, and whether there is one.
func (s *Store) read(ctx context.Context, e Engine, imp string, n, try int) (ledger.Batch, bool, error) {
	doc, ok, err := e.Load(ctx, Journal, entryID(imp, n, try))
	if err != nil || !ok {
		return ledger.Batch{}, false, err
	}
	b, _, err := unpackEntry(doc)
	return b, true, err
}

func unpackEntry(doc Doc) (ledger.Batch, entry, error) {
	var b ledger.Batch
	var e entry
	if err := json.Unmarshal(doc.Body, &e); err != nil {
		return b, e, fmt.Errorf("journal entry %s: %w", doc.ID, err)
	}
	raw, err := unpack.DecodeAll(doc.Blob, nil)
	if err != nil {
		return b, e, fmt.Errorf("journal entry %s: %w", doc.ID, err)
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, e, fmt.Errorf("journal entry %s: %w", doc.ID, err)
	}
	return b, e, nil
}

// noteLost writes down which changes of a batch were not made.
//
// A process that slept finds every record written by its successor. It is asked here whether it has one, before it calls them lost.
func (s *Store) noteLost(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch, lost []int) error {
	id := entryID(imp.ID, b.N, b.Try)
	doc, ok, err := e.Load(ctx, Journal, id)
	if err == nil && !ok {
		err = fmt.Errorf("journal entry %s is gone", id)
	}
	if err != nil {
		return err
	}
	if _, err := s.mine(ctx, e, imp); err != nil {
		return err
	}
	if doc.Body, err = json.Marshal(entry{Import: imp.ID, Rows: b.Rows, Changes: len(b.Changes), Lost: lost}); err != nil {
		return err
	}
	swapped, err := e.Swap(ctx, Journal, doc)
	if err == nil && !swapped {
		return ErrTakenOver
	}
	return err
}

// Changes returns what an import did, in the order of its rows, a batch at a time. A change that met a foreign edit twice stands
// there as rejected.
func (s *Store) Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error] {
	return func(yield func([]ledger.Change, error) bool) {
		r := Range{Prefix: imp + "/", Limit: 1}
		var changes []ledger.Change // of the batch at hand, until it is known whether there was a second try
		for n := 0; ; n++ {
			docs, err := s.engine.Range(ctx, Journal, r)
			if err != nil {
				yield(nil, fmt.Errorf("read the journal of %s: %w", imp, err))
				return
			}
			if len(docs) == 0 {
				if n > 0 {
					yield(changes, nil)
				}
				return
			}
			first := strings.HasSuffix(docs[0].ID, ".0")
			if first && n > 0 && !yield(changes, nil) {
				return
			}
			b, e, err := unpackEntry(docs[0])
			if err != nil {
				yield(nil, err)
				return
			}
			if made := settled(b, e.Lost); first {
				changes = made
			} else {
				changes = merge(changes, made)
			}
			r.After = docs[0].Order
		}
	}
}

// Batch returns what one batch of an import did, as Changes has it.
func (s *Store) Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error) {
	tries := strings.TrimSuffix(entryID(imp, n, 0), "0")
	docs, err := s.engine.Range(ctx, Journal, Range{Prefix: tries, Limit: 2})
	if err == nil && len(docs) == 0 {
		err = errors.New("it is not there")
	}
	if err != nil {
		return nil, fmt.Errorf("read batch %d in the journal of %s: %w", n, imp, err)
	}
	var changes []ledger.Change
	for i, doc := range docs {
		b, e, err := unpackEntry(doc)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			changes = settled(b, e.Lost)
		} else {
			changes = merge(changes, settled(b, e.Lost))
		}
	}
	return changes, nil
}

// settled returns a batch's changes with the lost ones as what they became: rejected for a conflict.
func settled(b ledger.Batch, lost []int) []ledger.Change {
	for _, i := range lost {
		b.Changes[i].Lose()
	}
	return b.Changes
}

// merge puts what the second try of some rows gave in the place of what the first gave.
func merge(first, second []ledger.Change) []ledger.Change {
	type part struct {
		place int64
		kind  string
	}
	at := map[part]int{}
	for i, c := range first {
		at[part{c.Place, string(c.Kind)}] = i
	}
	merged := slices.Clone(first)
	for _, c := range second {
		if i, ok := at[part{c.Place, string(c.Kind)}]; ok {
			merged[i] = c
		}
	}
	return merged
}
