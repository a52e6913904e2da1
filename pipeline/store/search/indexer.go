package search

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// imports is what the Indexer reads of the imports of a store.
type imports interface {
	List(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
	Oldest(ctx context.Context, after int64, limit int) ([]ledger.Import, error)
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
}

// journal has what the imports did.
type journal interface {
	Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error)
}

// Indexer gives records their terms.
type Indexer struct {
	db      records
	docs    engine.Documents
	imports imports
	journal journal
	self    string

	// Pause is called between two pages; nil: there is no pause.
	Pause func(context.Context) error

	is   state
	seen struct { // of the process that does it, where that is another
		beat int64
		at   time.Time
	}
	checked  bool      // that there are terms
	compared time.Time // when all records were last compared
}

// NewIndexer returns the indexer of a store.
func NewIndexer(db records, docs engine.Documents, imports imports, journal journal) *Indexer {
	return &Indexer{db: db, docs: docs, imports: imports, journal: journal, self: rand.Text()}
}

const (
	page         = 500              // records that get their terms at once: a transaction of some ten milliseconds
	takenOver    = 30 * time.Second // without a beat of the process that does it
	compareAfter = 10 * time.Minute
)

// Step does all that is to be done now, and returns how many records it gave terms. Where another process does it, it does nothing.
func (x *Indexer) Step(ctx context.Context) (int, error) {
	n, err := x.step(ctx)
	if err != nil {
		x.is = state{} // it is read again
	}
	if errors.Is(err, errAnother) {
		return n, nil
	}
	if err != nil {
		return n, fmt.Errorf("index records for the search: %w", err)
	}
	return n, nil
}

// errAnother says that another process indexes.
var errAnother = errors.New("another process indexes")

func (x *Indexer) step(ctx context.Context) (int, error) {
	if x.is.By != x.self {
		var err error
		if x.is, err = loadState(ctx, x.docs); err != nil {
			return 0, err
		}
		if x.is.Beat != x.seen.beat {
			x.seen.beat, x.seen.at = x.is.Beat, time.Now()
		}
		if x.is.By != "" && x.is.By != x.self && time.Since(x.seen.at) < takenOver {
			return 0, nil
		}
	}
	total := 0
	for _, do := range []func(context.Context) (int, error){x.begin, x.build, x.follow, x.compare} {
		n, err := do(ctx)
		if total += n; err != nil {
			return total, err
		}
	}
	return total, nil
}

// save writes the state, unless another process has written it.
func (x *Indexer) save(ctx context.Context) error {
	was, now := x.is.Beat, x.is
	now.Form, now.By, now.Beat = form, x.self, was+1
	saved, err := engine.Update(ctx, x.docs, engine.Meta, stateID, func(is *state) {
		if is.Beat == was {
			*is = now
		}
	})
	if err != nil {
		return err
	}
	if saved.By != x.self || saved.Beat != was+1 {
		return errAnother
	}
	x.is = now
	return nil
}

// begin notes which imports are to be followed, before any record is read. An index whose records were copied from another database is begun anew.
func (x *Indexer) begin(ctx context.Context) (int, error) {
	for _, kind := range crm.Kinds {
		if x.checked || !x.is.complete(kind) {
			continue
		}
		gone, err := x.gone(ctx, kind)
		if err != nil {
			return 0, err
		}
		if gone {
			x.is.Built = nil
		}
	}
	if x.checked = true; x.is.Built != nil {
		return 0, nil
	}
	x.is.Built, x.is.Open, x.is.Through = map[crm.Kind]position{}, map[string]int{}, 0
	const newest = 500 // an older one that is taken up again by a person is not followed
	all, err := x.imports.List(ctx, 0, newest)
	if err != nil {
		return 0, err
	}
	for i := range all {
		if x.is.Through = max(x.is.Through, all[i].No); goesOn(&all[i]) {
			x.is.Open[all[i].ID] = 0
		}
	}
	return 0, x.save(ctx)
}

// gone reports whether no record has terms although some should.
func (x *Indexer) gone(ctx context.Context, kind crm.Kind) (bool, error) {
	if !x.db.Searchable(kind) {
		return false, nil
	}
	if has, _, err := x.db.ByTerm(ctx, kind, "", 1); len(has) > 0 || err != nil {
		return false, err
	}
	some, err := x.db.Scan(ctx, kind, engine.Position{}, 1)
	return len(some) > 0 && len(Terms(&some[0])) > 0, err
}

// goesOn reports whether an import may write more.
func goesOn(imp *ledger.Import) bool { return !imp.State.Ended() || imp.State == ledger.Held }

// build gives terms to all records that were there when it was begun.
func (x *Indexer) build(ctx context.Context) (int, error) {
	total := 0
	for _, kind := range crm.Kinds {
		for !x.is.complete(kind) {
			n, err := x.buildPage(ctx, kind)
			if total += n; err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

func (x *Indexer) buildPage(ctx context.Context, kind crm.Kind) (int, error) {
	at := x.is.Built[kind]
	var recs []crm.Record
	var err error
	if x.db.Searchable(kind) {
		if recs, err = x.db.Scan(ctx, kind, engine.Position{Seq: at.Seq, ID: at.ID}, page); err != nil {
			return 0, err
		}
	}
	if err := x.set(ctx, kind, recs); err != nil {
		return 0, err
	}
	if at.Done = len(recs) < page; !at.Done {
		at.Seq, at.ID = recs[page-1].Seq, recs[page-1].ID
	}
	x.is.Built = maps.Clone(x.is.Built)
	x.is.Built[kind] = at
	if err := x.save(ctx); err != nil || at.Done {
		return len(recs), err
	}
	return len(recs), x.pause(ctx)
}

func (x *Indexer) pause(ctx context.Context) error {
	if x.Pause == nil {
		return ctx.Err()
	}
	return x.Pause(ctx)
}

// set gives records the terms of what they hold.
func (x *Indexer) set(ctx context.Context, kind crm.Kind, recs []crm.Record) error {
	all := make([]engine.Termed, len(recs))
	for i := range recs {
		all[i] = engine.Termed{ID: recs[i].ID, Terms: Terms(&recs[i]), From: from(&recs[i])}
	}
	if len(all) == 0 {
		return nil
	}
	return x.db.SetTerms(ctx, kind, all)
}

// follow indexes what imports have done since.
func (x *Indexer) follow(ctx context.Context) (int, error) {
	total := 0
	for id, done := range x.is.Open {
		imp, ok, err := x.imports.Import(ctx, id)
		if err != nil {
			return total, err
		}
		if !ok {
			imp = ledger.Import{ID: id, State: ledger.Done} // it was removed from the store
		}
		if imp.Batch > done || !goesOn(&imp) {
			n, err := x.followImport(ctx, &imp, done)
			if total += n; err != nil {
				return total, err
			}
		}
	}
	const some = 100
	for {
		imports, err := x.imports.Oldest(ctx, x.is.Through, some)
		if err != nil {
			return total, err
		}
		for i := range imports {
			n, err := x.followImport(ctx, &imports[i], 0)
			if total += n; err != nil {
				return total, err
			}
		}
		if len(imports) < some {
			return total, nil
		}
	}
}

// followImport indexes the batches of an import behind some that are done. Where its journal was removed before it was come to, all is built anew.
func (x *Indexer) followImport(ctx context.Context, imp *ledger.Import, done int) (int, error) {
	if imp.IsPruned() && done < imp.Batch {
		x.is.Built = nil
		if _, err := x.begin(ctx); err != nil {
			return 0, err
		}
		return x.build(ctx)
	}
	total := 0
	for done < imp.Batch {
		n, err := x.followBatch(ctx, imp.ID, done+1)
		if total += n; err != nil {
			return total, err
		}
		if done++; done%8 == 0 && done < imp.Batch {
			if err := x.note(ctx, imp, done); err != nil {
				return total, err
			}
		}
		if err := x.pause(ctx); err != nil {
			return total, err
		}
	}
	return total, x.note(ctx, imp, done)
}

// note notes how far an import is indexed.
func (x *Indexer) note(ctx context.Context, imp *ledger.Import, done int) error {
	x.is.Open = maps.Clone(x.is.Open)
	if x.is.Open == nil {
		x.is.Open = map[string]int{}
	}
	if x.is.Through = max(x.is.Through, imp.No); goesOn(imp) || done < imp.Batch {
		x.is.Open[imp.ID] = done
	} else {
		delete(x.is.Open, imp.ID)
	}
	return x.save(ctx)
}

// followBatch indexes the records that a batch has changed, as they are now.
func (x *Indexer) followBatch(ctx context.Context, imp string, n int) (int, error) {
	changes, err := x.journal.Batch(ctx, imp, n)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, kind := range crm.Kinds {
		var ids []string
		for i := range changes {
			if c := &changes[i]; c.Kind == kind && c.Writes() && touches(c) {
				ids = append(ids, c.ID)
			}
		}
		for len(ids) > 0 && x.db.Searchable(kind) {
			some := ids[:min(len(ids), page)]
			if err := x.again(ctx, kind, some); err != nil {
				return total, err
			}
			total, ids = total+len(some), ids[len(some):]
		}
	}
	return total, nil
}

// touches reports whether a change may change the terms of its record.
func touches(c *ledger.Change) bool {
	if c.Action != ledger.Update {
		return true
	}
	for _, field := range Fields {
		if !c.After.Of(field).Absent() || !c.Before.Of(field).Absent() {
			return true
		}
	}
	return false
}

// again gives records the terms of what they hold now, and none to those that are gone.
func (x *Indexer) again(ctx context.Context, kind crm.Kind, ids []string) error {
	recs, err := x.db.ByID(ctx, kind, ids)
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(recs))
	for i := range recs {
		there[recs[i].ID] = true
	}
	for _, id := range ids {
		if !there[id] {
			recs = append(recs, crm.Record{Kind: kind, ID: id})
		}
	}
	return x.set(ctx, kind, recs)
}

// compare gives terms to the records that another program has changed or added.
func (x *Indexer) compare(ctx context.Context) (int, error) {
	if time.Since(x.compared) < compareAfter {
		return 0, nil
	}
	total := 0
	for _, kind := range crm.Kinds {
		err := x.db.StaleTerms(ctx, kind, Fields, func(recs []crm.Record) error {
			if err := x.set(ctx, kind, recs); err != nil {
				return err
			}
			total += len(recs)
			return x.pause(ctx)
		})
		if err != nil {
			return total, err
		}
	}
	x.compared = time.Now()
	return total, nil
}
