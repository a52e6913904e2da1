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

// records is one of the two collections of records.
type records struct {
	*driver.Collection
	kind     crm.Kind
	layout   *document.Layout
	searched bool   // documents are given terms that people find them by
	changed  string // the path of the time that the application sets whenever it writes a document; "" for none
	ids      document.IDForms
	form     ledger.IDForm     // of new _ids
	pointers document.Pointers // at the parents
	parents  *records          // that the records of this kind point at
	fields   []string          // that the application has an index of
}

func (r *records) read(ctx context.Context, filter bson.D, o *options.FindOptionsBuilder) ([]crm.Record, error) {
	var recs []crm.Record
	err := r.each(ctx, filter, o, func(doc bson.Raw) {
		if rec, ok := r.decode(doc); ok {
			recs = append(recs, rec)
		}
	})
	return recs, err
}

// each calls do with each document found; do keeps nothing of it.
func (r *records) each(ctx context.Context, filter bson.D, o *options.FindOptionsBuilder, do func(bson.Raw)) error {
	return query.Each(ctx, r.Collection, filter, o, do)
}

// wrap says what was being done to which records.
func (r *records) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, r.Name(), answer.Mark(err))
}

// decode returns the record that a document is, and whether it is one, and notes the form of its ID.
func (r *records) decode(doc bson.Raw) (crm.Record, bool) {
	r.ids.Saw(doc.Lookup("_id"))
	return r.layout.Record(doc)
}

// stored returns the _ids that there are for these IDs, each in the form it has. It asks the server only where an ID could have
// several forms.
func (r *records) stored(ctx context.Context, ids []string) (map[string]any, error) {
	found := make(map[string]any, len(ids))
	var unsure []any
	for _, id := range ids {
		cs := r.ids.Candidates(id)
		if len(cs) == 0 {
			cs = []any{document.FreshID(id)}
		}
		_, anyNumber := cs[0].(int64) // it may be a double
		if found[id] = cs[0]; len(cs) > 1 || anyNumber {
			unsure = append(unsure, cs...)
		}
	}
	if len(unsure) == 0 {
		return found, nil
	}
	return found, r.each(ctx, query.In(unsure), options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}), func(doc bson.Raw) {
		v := doc.Lookup("_id")
		if id, ok := document.IDText(v); ok {
			found[id] = bson.RawValue{Type: v.Type, Value: append([]byte(nil), v.Value...)}
		}
	})
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
