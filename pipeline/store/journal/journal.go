package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Journal is the batches of all imports.
type Journal struct {
	docs engine.Documents

	// PieceBytes is how much of an entry goes into one document; the rest goes into others.
	PieceBytes int
}

// New returns the journal in a database.
func New(docs engine.Documents) *Journal { return &Journal{docs: docs, PieceBytes: defaultPieceBytes} }

func entryID(imp string, n, try int) string { return fmt.Sprintf("%s/%08d.%d", imp, n, try) }

// Put writes a batch, which Encode made encoded of, into the journal, through docs. If the batch is there already the entry is left as it is, and
// returned with what was not written of it; fresh is false then.
func (j *Journal) Put(ctx context.Context, docs engine.Documents, imp string, b ledger.Batch, encoded []byte) (there ledger.Batch, unwritten ledger.Unwritten, fresh bool, err error) {
	id := entryID(imp, b.N, b.Try)
	h := header{Import: imp, Rows: b.Rows, Changes: len(b.Changes), Counts: countsOf(&b)}
	doc := engine.Doc{ID: id, Order: id, Blob: encoded}
	if len(doc.Blob) > j.PieceBytes {
		if h.Pieces, err = writePieces(ctx, docs, id, doc.Blob, j.PieceBytes); err != nil {
			return b, nil, false, err
		}
		doc.Blob = nil
	}
	if doc.Body, err = json.Marshal(h); err != nil {
		return b, nil, false, err
	}
	fresh, err = docs.Insert(ctx, engine.Journal, doc)
	if err != nil || fresh {
		return b, nil, fresh, err
	}
	doc, ok, err := docs.Load(ctx, engine.Journal, id)
	if err == nil && !ok {
		err = fmt.Errorf("journal entry %s could neither be inserted nor loaded", id)
	}
	if err != nil {
		return b, nil, false, err
	}
	there, h, err = decode(ctx, docs, doc)
	if err == nil && (there.After.Sheet != b.After.Sheet || there.After.Row != b.After.Row) {
		err = ledger.ErrTakenOver // it read on to another row: nothing that follows would fit
	}
	return there, h.unwritten(), false, err
}

// Get returns one try of a batch, and whether it is in the journal.
func (j *Journal) Get(ctx context.Context, imp string, n, try int) (ledger.Batch, bool, error) {
	doc, ok, err := j.docs.Load(ctx, engine.Journal, entryID(imp, n, try))
	if err != nil || !ok {
		return ledger.Batch{}, false, err
	}
	b, _, err := decode(ctx, j.docs, doc)
	return b, true, err
}

// MarkUnwritten notes, through docs, which changes of a batch were not written. It asks stillOurs between reading the entry and writing it: a process
// that was suspended finds every record written by its successor, and must not call that a conflict.
func (j *Journal) MarkUnwritten(ctx context.Context, docs engine.Documents, imp string, b ledger.Batch, unwritten ledger.Unwritten, stillOurs func(context.Context) error) error {
	id := entryID(imp, b.N, b.Try)
	doc, ok, err := docs.Load(ctx, engine.Journal, id)
	if err == nil && !ok {
		err = fmt.Errorf("journal entry %s was removed", id)
	}
	if err != nil {
		return err
	}
	if err := stillOurs(ctx); err != nil {
		return err
	}
	var h header
	if err := json.Unmarshal(doc.Body, &h); err != nil {
		return fmt.Errorf("journal entry %s: %w", id, err)
	}
	h.note(unwritten)
	if doc.Body, err = json.Marshal(h); err != nil {
		return err
	}
	swapped, err := docs.Swap(ctx, engine.Journal, doc)
	if err == nil && !swapped {
		return ledger.ErrTakenOver
	}
	return err
}

// Started reports whether any batch of an import is in the journal.
func (j *Journal) Started(ctx context.Context, imp string) (bool, error) {
	docs, err := j.docs.Range(ctx, engine.Journal, engine.Range{Prefix: imp + "/", Limit: 1})
	if err != nil {
		return false, fmt.Errorf("read the journal of %s: %w", imp, err)
	}
	return len(docs) > 0, nil
}

// pruneAtOnce is how many entries are removed with one command; one of a batch of 2,000 rows has some 100 KB.
const pruneAtOnce = 100

// Prune removes all entries of an import whose last batch was this one, with their pieces. It can be repeated after a crash.
func (j *Journal) Prune(ctx context.Context, imp string, batches int) error {
	var ids []string
	for n := range batches + 2 { // the one behind the last may have been written and never applied
		ids = append(ids, entryID(imp, n, 0), entryID(imp, n, 1))
	}
	for some := range slices.Chunk(ids, pruneAtOnce) {
		if err := j.docs.Delete(ctx, engine.Journal, some); err != nil {
			return fmt.Errorf("prune the journal of %s: %w", imp, err)
		}
	}
	for _, prefix := range []string{imp + "/", piecesOf(imp)} { // entries first: they say where their pieces are
		if err := j.pruneBelow(ctx, prefix); err != nil {
			return fmt.Errorf("prune the journal of %s: %w", imp, err)
		}
	}
	return nil
}

// pruneBelow removes the documents whose IDs begin with a prefix. It reads them, and pieces are large.
func (j *Journal) pruneBelow(ctx context.Context, prefix string) error {
	const atOnce = 4
	for {
		docs, err := j.docs.Range(ctx, engine.Journal, engine.Range{Prefix: prefix, Limit: atOnce})
		if err != nil || len(docs) == 0 {
			return err
		}
		ids := make([]string, len(docs))
		for i := range docs {
			ids[i] = docs[i].ID
		}
		if err := j.docs.Delete(ctx, engine.Journal, ids); err != nil {
			return err
		}
	}
}

// Changes returns what an import did, in the order of its rows, a batch at a time. A change that met a conflict twice, or that the database refuses,
// stands there as rejected.
func (j *Journal) Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error] {
	return j.Pages(ctx, imp, nil)
}

// Pages is Changes without the batches that are passed over: skip is asked of each that was written at once, with how many problems its changes have and
// how many fields they change. It may be nil.
func (j *Journal) Pages(ctx context.Context, imp string, skip func(problems, fields int) bool) iter.Seq2[[]ledger.Change, error] {
	return func(yield func([]ledger.Change, error) bool) {
		var tries []engine.Doc // of the batch at hand
		r := engine.Range{Prefix: imp + "/", Limit: 1}
		for {
			docs, err := j.docs.Range(ctx, engine.Journal, r)
			if err != nil {
				yield(nil, fmt.Errorf("read the journal of %s: %w", imp, err))
				return
			}
			if len(tries) > 0 && (len(docs) == 0 || strings.HasSuffix(docs[0].ID, ".0")) {
				if !j.yieldBatch(ctx, tries, skip, yield) {
					return
				}
				tries = nil
			}
			if len(docs) == 0 {
				return
			}
			tries = append(tries, docs[0])
			r.After = docs[0].Order
		}
	}
}

// yieldBatch yields what the tries of a batch did, unless it is passed over, and reports whether to go on.
func (j *Journal) yieldBatch(ctx context.Context, tries []engine.Doc, skip func(problems, fields int) bool, yield func([]ledger.Change, error) bool) bool {
	if skip != nil && len(tries) == 1 {
		var h header
		if err := json.Unmarshal(tries[0].Body, &h); err == nil && h.Counts != nil && len(h.Lost) == 0 && skip(h.Counts.Problems, h.Counts.Fields) {
			return true
		}
	}
	changes, err := j.merged(ctx, tries)
	return yield(changes, err) && err == nil
}

// merged returns the changes of a batch of which these are the tries.
func (j *Journal) merged(ctx context.Context, tries []engine.Doc) ([]ledger.Change, error) {
	var changes []ledger.Change
	for i, doc := range tries {
		made, err := j.outcome(ctx, doc)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			changes = made
		} else {
			changes = mergeTries(changes, made)
		}
	}
	return changes, nil
}

// Batch returns what one batch of an import did, as Changes does.
func (j *Journal) Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error) {
	tries := strings.TrimSuffix(entryID(imp, n, 0), "0")
	docs, err := j.docs.Range(ctx, engine.Journal, engine.Range{Prefix: tries, Limit: 2})
	if err == nil && len(docs) == 0 {
		err = ledger.ErrNoBatch
	}
	if err != nil {
		return nil, fmt.Errorf("read batch %d in the journal of %s: %w", n, imp, err)
	}
	return j.merged(ctx, docs)
}

// outcome returns the changes of an entry, those that were not written as rejected.
func (j *Journal) outcome(ctx context.Context, doc engine.Doc) ([]ledger.Change, error) {
	b, h, err := decode(ctx, j.docs, doc)
	if err != nil {
		return nil, err
	}
	h.unwritten().Reject(b.Changes)
	return b.Changes, nil
}

// mergeTries puts the outcome of the second try of some rows in place of that of the first, which it changes.
func mergeTries(first, second []ledger.Change) []ledger.Change {
	type part struct {
		ordinal int64
		kind    string
	}
	at := map[part]int{}
	for i, c := range first {
		at[part{c.Ordinal, string(c.Kind)}] = i
	}
	for _, c := range second {
		if i, ok := at[part{c.Ordinal, string(c.Kind)}]; ok {
			first[i] = c
		}
	}
	return first
}
