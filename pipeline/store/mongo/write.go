package mongo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/query"
	"inlet.example/inlet/pipeline/store/mongo/refusal"
)

// leastPart is up to how many writes stay one part of a bulk write.
const leastPart = 500

// tooLarge is what MongoDB says about a document that has more than refusal.MostDocument bytes.
const tooLarge = 10334

var unordered = options.BulkWrite().SetOrdered(false)

// Write is an unordered bulk write in one part or two: each is at most one insert, one update and one delete command. Only where some of it did
// not happen are marks read back, by one find, and only where a record was refused is looked why.
func (e *Engine) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	results := make([]engine.Result, len(writes))
	if len(writes) == 0 {
		return results, nil
	}
	r := e.kinds[kind]
	models, unsent, err := r.models(ctx, writes)
	if err != nil {
		return nil, r.wrap("write", err)
	}
	done, failed, err := r.bulk(ctx, models)
	if err != nil {
		return nil, r.wrap("write", err)
	}
	maps.Copy(failed, unsent)
	unsure := unsureOf(writes, failed, done)
	marks, err := r.marks(ctx, writes, unsure)
	if err != nil {
		return nil, r.wrap("read the write marks of", err)
	}
	why := refusal.Reasons{Collection: r.Collection, Layout: r.layout, IDs: &r.ids, Pointers: r.pointers}
	for i, w := range writes {
		results[i] = engine.Written
		if unsure[i] {
			results[i] = outcome(w, marks, done)
		}
		if results[i] == engine.Conflict {
			mark, there := marks[w.ID]
			why.Ask(w, &results[i], failed[i], there, mark)
		}
	}
	return results, r.wrap("find out why records were refused in", why.Answer(ctx))
}

// Restore is one bulk write.
func (e *Engine) Restore(ctx context.Context, kind crm.Kind, documents [][]byte) error {
	r := e.kinds[kind]
	models := make([]driver.WriteModel, len(documents))
	for i, doc := range documents {
		models[i] = driver.NewInsertOneModel().SetDocument(bson.Raw(doc))
	}
	_, failed, err := r.send(ctx, models)
	for i, why := range failed {
		if m := answer.MeaningOf(why.Code); m.Fault == answer.RefusedRecord && m.Reason != engine.Unique {
			id := bson.Raw(documents[i]).Lookup("_id")
			return r.wrap("write", fmt.Errorf("the database refused the document with _id %s (error %d)", id, why.Code))
		}
	}
	return r.wrap("write", err)
}

// bulk carries out the parts, and returns which writes were refused, by their places. A model that is nil is left
// out.
func (r *records) bulk(ctx context.Context, models []driver.WriteModel) (driver.BulkWriteResult, map[int]refusal.Refusal, error) {
	each := max((len(models)+query.AtOnce-1)/query.AtOnce, leastPart)
	var all driver.BulkWriteResult
	var mu sync.Mutex // on all and failed
	failed := map[int]refusal.Refusal{}
	var parts errgroup.Group
	for first := 0; first < len(models); first += each {
		parts.Go(func() error {
			done, refused, err := r.send(ctx, models[first:min(first+each, len(models))])
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all.MatchedCount += done.MatchedCount
			all.DeletedCount += done.DeletedCount
			for i, why := range refused {
				failed[first+i] = why
			}
			return nil
		})
	}
	err := parts.Wait()
	return all, failed, err
}

// send is one bulk write. Where a server refuses the whole of it for one record, halves are sent until that record stands alone: writes that were
// made already do no harm.
func (r *records) send(ctx context.Context, models []driver.WriteModel) (done driver.BulkWriteResult, refused map[int]refusal.Refusal, err error) {
	var sent []driver.WriteModel
	var place []int
	for i, model := range models {
		if model != nil {
			sent, place = append(sent, model), append(place, i)
		}
	}
	if len(sent) == 0 {
		return done, nil, nil
	}
	result, err := r.BulkWrite(ctx, sent, unordered)
	if result != nil {
		done = *result
	}
	failed, err := refusal.Of(err)
	var whole driver.CommandError
	if err != nil && answer.FaultOf(err) == answer.RefusedRecord && errors.As(err, &whole) {
		if len(sent) == 1 {
			return done, map[int]refusal.Refusal{place[0]: {Code: int(whole.Code)}}, nil
		}
		return r.sendHalves(ctx, models)
	}
	refused = make(map[int]refusal.Refusal, len(failed))
	for i, why := range failed {
		refused[place[i]] = why
	}
	return done, refused, err
}

func (r *records) sendHalves(ctx context.Context, models []driver.WriteModel) (driver.BulkWriteResult, map[int]refusal.Refusal, error) {
	half := len(models) / 2
	done, refused, err := r.send(ctx, models[:half])
	if err != nil {
		return done, nil, err
	}
	rest, more, err := r.send(ctx, models[half:])
	done.MatchedCount += rest.MatchedCount
	done.DeletedCount += rest.DeletedCount
	if refused == nil {
		refused = map[int]refusal.Refusal{}
	}
	for i, why := range more {
		refused[half+i] = why
	}
	return done, refused, err
}

// unsureOf says about which writes it is not clear that they happened: inserts that failed, and all updates or removals where fewer matched
// than there are.
func unsureOf(writes []engine.Write, failed map[int]refusal.Refusal, done driver.BulkWriteResult) []bool {
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
		_, refused := failed[i]
		unsure[i] = unsure[i] || refused
	}
	return unsure
}

// outcome decides by the mark that a record has now, if it is there; done says whether any of the call found its record as expected.
func outcome(w engine.Write, marks map[string]int64, done driver.BulkWriteResult) engine.Result {
	mark, there := marks[w.ID]
	matched := done.MatchedCount > 0
	if w.Remove {
		there, mark, matched = !there, w.Mark, done.DeletedCount > 0
	}
	switch {
	case !there || mark != w.Mark:
		return engine.Conflict
	case w.New || !matched:
		return engine.Already
	default:
		return engine.Written
	}
}

// marks reads the marks of the records of the writes that are unsure.
func (r *records) marks(ctx context.Context, writes []engine.Write, unsure []bool) (map[string]int64, error) {
	var ids []any
	for i, w := range writes {
		if unsure[i] {
			ids = append(ids, r.ids.Candidates(w.ID)...)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	marks := make(map[string]int64, len(ids))
	o := options.Find().SetProjection(bson.D{{Key: "_inlet.mark", Value: 1}})
	return marks, r.each(ctx, query.In(ids), o, func(doc bson.Raw) {
		if rec, ok := r.decode(doc); ok {
			marks[rec.ID] = rec.ChangeID
		}
	})
}

// models returns what is sent of each write, and why nothing is sent of some, by their places.
func (r *records) models(ctx context.Context, writes []engine.Write) (models []driver.WriteModel, unsent map[int]refusal.Refusal, err error) {
	parents, err := r.parentsOf(ctx, writes)
	if err != nil {
		return nil, nil, err
	}
	models, unsent = make([]driver.WriteModel, len(writes)), map[int]refusal.Refusal{}
	for i, w := range writes {
		if why := r.unfit(w); why != nil {
			unsent[i] = refusal.Refusal{Unfit: why}
			continue
		}
		if models[i], err = r.model(w, parents); err != nil {
			return nil, nil, fmt.Errorf("record %s: %w", w.ID, err)
		}
		if exceeds(w, models[i]) {
			models[i], unsent[i] = nil, refusal.Refusal{Code: tooLarge}
		}
	}
	return models, unsent, nil
}

// unfit returns why a write cannot be sent: there is no ID for its record, or no place for one of its fields.
func (r *records) unfit(w engine.Write) *engine.Unfit {
	if w.New && w.Form == ledger.NumberIDs {
		return &engine.Unfit{Reason: engine.Unnumbered}
	}
	for _, field := range document.FieldsOf(w) {
		if r.layout.Unplaced(field) {
			return &engine.Unfit{Reason: engine.Unplaced, Fields: []string{field}}
		}
	}
	return nil
}

// exceeds reports whether a statement is larger than a server takes. Few are long enough to be measured.
func exceeds(w engine.Write, model driver.WriteModel) bool {
	const long = 4 << 20
	size := 0
	for _, values := range []crm.Values{w.Set, w.Before} {
		for _, p := range values {
			size += len(p.Value.Text())
			items, _ := p.Value.Items()
			for _, item := range items {
				size += len(item)
			}
		}
	}
	if size < long {
		return false
	}
	var all any
	switch m := model.(type) {
	case *driver.InsertOneModel:
		all = m.Document
	case *driver.UpdateOneModel:
		all = bson.D{{Key: "q", Value: m.Filter}, {Key: "u", Value: m.Update}}
	case *driver.DeleteOneModel:
		all = bson.D{{Key: "q", Value: m.Filter}}
	}
	raw, err := bson.Marshal(all)
	return err == nil && len(raw) > refusal.MostDocument
}

func (r *records) model(w engine.Write, parents map[string]any) (driver.WriteModel, error) {
	if w.New {
		doc, err := r.layout.Encode(w, document.NewID(w.ID, w.Form), parents[w.ParentID])
		return driver.NewInsertOneModel().SetDocument(doc), err
	}
	if w.Remove {
		filter, err := r.layout.GuardWhole(w, r.ids.Is(w.ID))
		return driver.NewDeleteOneModel().SetFilter(filter), err
	}
	filter, err := r.layout.Guard(w, r.ids.Is(w.ID))
	if err != nil {
		return nil, err
	}
	update, err := r.layout.Update(w, parents[w.ParentID])
	return driver.NewUpdateOneModel().SetFilter(filter).SetUpdate(update), err
}

// parentsOf returns the _ids of the parents that records are put into, as the other records of the kind have them.
func (r *records) parentsOf(ctx context.Context, writes []engine.Write) (map[string]any, error) {
	if r.parents == nil {
		return nil, nil
	}
	seen := map[string]bool{}
	var ids []string
	for _, w := range writes {
		if (w.New || w.Move || w.Rekey) && w.ParentID != "" && !seen[w.ParentID] {
			seen[w.ParentID] = true
			ids = append(ids, w.ParentID)
		}
	}
	found, err := r.parents.stored(ctx, ids)
	for id, is := range found {
		found[id] = r.pointers.To(id, is)
	}
	return found, err
}
