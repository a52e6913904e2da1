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
	Import  string  `json:"import"`
	Rows    int     `json:"rows"`
	Changes int     `json:"changes"`
	Pieces  *pieces `json:"pieces,omitempty"` // where the packed changes lie, if they are too many for this document
	Lost    []int   `json:"lost,omitempty"`   // changes that were not made
	Unfit   []unfit `json:"unfit,omitempty"`  // which of them the database does not take, and why; the others met a foreign edit
}

var (
	pack, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(512<<10))
	unpack, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
)

func entryID(imp string, n, try int) string { return fmt.Sprintf("%s/%08d.%d", imp, n, try) }

// write puts a batch into the journal. If one is there already it is left as it is, and returned with what was lost of it.
func (s *Store) write(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch) (ledger.Batch, missed, error) {
	id := entryID(imp.ID, b.N, b.Try)
	about := entry{Import: imp.ID, Rows: b.Rows, Changes: len(b.Changes)}
	doc := Doc{ID: id, Order: id, Blob: s.packed(imp, &b).entry}
	var err error
	if len(doc.Blob) > s.piece {
		if about.Pieces, err = s.writePieces(ctx, e, id, doc.Blob); err != nil {
			return b, nil, err
		}
		doc.Blob = nil
	}
	if doc.Body, err = json.Marshal(about); err != nil {
		return b, nil, err
	}
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
	there, about, err := unpackEntry(ctx, e, doc)
	if err == nil && (there.After.Sheet != b.After.Sheet || there.After.Row != b.After.Row) {
		err = ErrTakenOver // it read on to another row: nothing that follows would fit
	}
	return there, about.missed(), err
}

// read returns a batch of the journal, and whether there is one.
func (s *Store) read(ctx context.Context, e Engine, imp string, n, try int) (ledger.Batch, bool, error) {
	doc, ok, err := e.Load(ctx, Journal, entryID(imp, n, try))
	if err != nil || !ok {
		return ledger.Batch{}, false, err
	}
	b, _, err := unpackEntry(ctx, e, doc)
	return b, true, err
}

func unpackEntry(ctx context.Context, from Documents, doc Doc) (b ledger.Batch, about entry, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("journal entry %s: %w", doc.ID, err)
		}
	}()
	if err := json.Unmarshal(doc.Body, &about); err != nil {
		return b, about, err
	}
	if about.Pieces != nil {
		if doc.Blob, err = readPieces(ctx, from, doc.ID, about.Pieces); err != nil {
			return b, about, err
		}
	}
	raw, err := unpack.DecodeAll(doc.Blob, nil)
	if err != nil {
		return b, about, err
	}
	return b, about, json.Unmarshal(raw, &b)
}

// noteLost writes down which changes of a batch were not made.
//
// A process that slept finds every record written by its successor. It is asked here whether it has one, before it calls them lost.
func (s *Store) noteLost(ctx context.Context, e Engine, imp *ledger.Import, b ledger.Batch, lost missed) error {
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
	var about entry
	if err := json.Unmarshal(doc.Body, &about); err != nil {
		return fmt.Errorf("journal entry %s: %w", id, err)
	}
	lost.note(&about)
	if doc.Body, err = json.Marshal(about); err != nil {
		return err
	}
	swapped, err := e.Swap(ctx, Journal, doc)
	if err == nil && !swapped {
		return ErrTakenOver
	}
	return err
}

// Changes returns what an import did, in the order of its rows, a batch at a time. A change that met a foreign edit twice, or that the database
// does not take, stands there as rejected.
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
			b, about, err := unpackEntry(ctx, s.engine, docs[0])
			if err != nil {
				yield(nil, err)
				return
			}
			if made := settled(b, &about); first {
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
		b, about, err := unpackEntry(ctx, s.engine, doc)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			changes = settled(b, &about)
		} else {
			changes = merge(changes, settled(b, &about))
		}
	}
	return changes, nil
}

// settled returns a batch's changes with the lost ones as what they became: rejected.
func settled(b ledger.Batch, about *entry) []ledger.Change {
	about.missed().settle(b.Changes)
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
		at[part{c.Ordinal, string(c.Kind)}] = i
	}
	merged := slices.Clone(first)
	for _, c := range second {
		if i, ok := at[part{c.Ordinal, string(c.Kind)}]; ok {
			merged[i] = c
		}
	}
	return merged
}
