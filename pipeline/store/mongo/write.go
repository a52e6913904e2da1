package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store"
)

// What a server says of one write that is refused because the record is not as expected.
const (
	duplicateKey  = 11000
	pathNotViable = 28 // somebody keeps a number or a list where our fields have a document: {custom: 1}
)

// Parts of a bulk write, and look-ups, that are under way at once, and up to how many writes stay one part. With two of them a fresh
// import of 100,000 rows takes 7.9 s instead of 9.2, on a server that shares its two cores with inlet; with four it takes as long.
const (
	atOnce    = 2
	leastPart = 500
)

var unordered = options.BulkWrite().SetOrdered(false)

// Write is an unordered bulk write in one part or two: each is at most one insert, one update and one delete command. Only where some of it did
// not happen are marks read back, by one find.
func (e *Engine) Write(ctx context.Context, kind crm.Kind, writes []store.Write) ([]store.Result, error) {
	results := make([]store.Result, len(writes))
	if len(writes) == 0 {
		return results, nil
	}
	r := e.kinds[kind]
	models, err := r.models(ctx, writes)
	if err != nil {
		return nil, r.wrap("write", err)
	}
	done, failed, err := r.bulk(ctx, models)
	if err != nil {
		return nil, r.wrap("write", err)
	}
	unsure := unsureOf(writes, failed, done)
	marks, err := r.marks(ctx, writes, unsure)
	if err != nil {
		return nil, r.wrap("read the marks of", err)
	}
	for i, w := range writes {
		results[i] = store.Written
		if unsure[i] {
			results[i] = outcome(w, marks, done)
		}
	}
	return results, nil
}

// bulk carries out the parts, and returns the places of the writes that were refused because the record is not as expected.
func (r *records) bulk(ctx context.Context, models []driver.WriteModel) (driver.BulkWriteResult, map[int]bool, error) {
	each := max((len(models)+atOnce-1)/atOnce, leastPart)
	var all driver.BulkWriteResult
	var mu sync.Mutex // on all and failed
	failed := map[int]bool{}
	var parts errgroup.Group
	for first := 0; first < len(models); first += each {
		parts.Go(func() error {
			done, err := r.BulkWrite(ctx, models[first:min(first+each, len(models))], unordered)
			refused, err := notAsExpected(err)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all.MatchedCount += done.MatchedCount
			all.DeletedCount += done.DeletedCount
			for i := range refused {
				failed[first+i] = true
			}
			return nil
		})
	}
	err := parts.Wait()
	return all, failed, err
}

// unsureOf says of which writes it is not clear that they happened: inserts that failed, and all updates or removals where fewer matched
// than there are.
func unsureOf(writes []store.Write, failed map[int]bool, done driver.BulkWriteResult) []bool {
	var updates, removals int64
	for _, w := range writes {
		switch {
		case w.Remove:
			removals++
		case !w.New:
			updates++
		}
	}
	unsure := make([]bool, len(writes))
	for i, w := range writes {
		switch {
		case w.Remove:
			unsure[i] = done.DeletedCount < removals
		case !w.New:
			unsure[i] = done.MatchedCount < updates
		}
		unsure[i] = unsure[i] || failed[i]
	}
	return unsure
}

// outcome decides by the mark that a record has now, if it is there; done says whether any of the call found its record as expected.
func outcome(w store.Write, marks map[string]int64, done driver.BulkWriteResult) store.Result {
	mark, there := marks[w.ID]
	matched := done.MatchedCount > 0
	if w.Remove {
		there, mark, matched = !there, w.Mark, done.DeletedCount > 0
	}
	switch {
	case !there || mark != w.Mark:
		return store.Refused
	case w.New || !matched:
		return store.Already
	default:
		return store.Written
	}
}

// notAsExpected returns the places of the writes that were refused because the record is not as expected. Any other error stays
// one, without the server's words: they quote what was to be written.
func notAsExpected(err error) (map[int]bool, error) {
	var bulk driver.BulkWriteException
	if err == nil || !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, err
	}
	failed := make(map[int]bool, len(bulk.WriteErrors))
	for _, w := range bulk.WriteErrors {
		if w.Code != duplicateKey && w.Code != pathNotViable {
			return nil, fmt.Errorf("the server refuses %d of the writes, one with code %d; its log has more", len(bulk.WriteErrors), w.Code)
		}
		failed[w.Index] = true
	}
	return failed, nil
}

// marks reads the marks of the records of the writes that are unsure.
func (r *records) marks(ctx context.Context, writes []store.Write, unsure []bool) (map[string]int64, error) {
	var ids []any
	for i, w := range writes {
		if unsure[i] {
			ids = append(ids, r.ids.candidates(w.ID)...)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	marks := make(map[string]int64, len(ids))
	o := options.Find().SetProjection(bson.D{{Key: "_inlet.mark", Value: 1}})
	return marks, r.each(ctx, in(ids), o, func(doc bson.Raw) {
		if rec, ok := r.decode(doc); ok {
			marks[rec.ID] = rec.Mark
		}
	})
}

func (r *records) models(ctx context.Context, writes []store.Write) ([]driver.WriteModel, error) {
	accounts, err := r.accountsOf(ctx, writes)
	if err != nil {
		return nil, err
	}
	models := make([]driver.WriteModel, len(writes))
	for i, w := range writes {
		if models[i], err = r.model(w, accounts); err != nil {
			return nil, fmt.Errorf("record %s: %w", w.ID, err)
		}
	}
	return models, nil
}

func (r *records) model(w store.Write, accounts map[string]any) (driver.WriteModel, error) {
	if w.New {
		doc, err := encode(w, accounts[w.AccountID])
		return driver.NewInsertOneModel().SetDocument(doc), err
	}
	if w.Remove {
		filter, err := r.wholly(w)
		return driver.NewDeleteOneModel().SetFilter(filter), err
	}
	filter, err := guard(w, r.ids.is(w.ID))
	if err != nil {
		return nil, err
	}
	update, err := change(w, accounts[w.AccountID])
	return driver.NewUpdateOneModel().SetFilter(filter).SetUpdate(update), err
}

// accountsOf returns the _ids of the accounts that contacts are put into, so that account_id has the same form.
func (r *records) accountsOf(ctx context.Context, writes []store.Write) (map[string]any, error) {
	if r.accounts == nil {
		return nil, nil
	}
	seen := map[string]bool{}
	var ids []string
	for _, w := range writes {
		if (w.New || w.Move) && w.AccountID != "" && !seen[w.AccountID] {
			seen[w.AccountID] = true
			ids = append(ids, w.AccountID)
		}
	}
	return r.accounts.stored(ctx, ids)
}

// Rekey is one unordered bulk write.
func (e *Engine) Rekey(ctx context.Context, kind crm.Kind, keyed []store.Keyed) error {
	if len(keyed) == 0 {
		return nil
	}
	r := e.kinds[kind]
	models := make([]driver.WriteModel, len(keyed))
	for i, k := range keyed {
		models[i] = r.rekey(k)
	}
	_, err := r.BulkWrite(ctx, models, unordered)
	failed, err := notAsExpected(err)
	if err == nil && len(failed) > 0 {
		err = fmt.Errorf("%d records have an _inlet that is not inlet's", len(failed))
	}
	return r.wrap("rekey", err)
}

// rekey means all records with an ID, should the text 5 and the number 5 both be one: none may stay unkeyed for ever.
func (r *records) rekey(k store.Keyed) driver.WriteModel {
	filter := bson.D{{Key: "_id", Value: r.ids.is(k.ID)}}
	update := bson.D{{Key: "$set", Value: bson.D{{Key: "_inlet.keys", Value: hashes(k.Hashes)}}}}
	if len(r.ids.candidates(k.ID)) > 1 {
		return driver.NewUpdateManyModel().SetFilter(filter).SetUpdate(update)
	}
	return driver.NewUpdateOneModel().SetFilter(filter).SetUpdate(update)
}
