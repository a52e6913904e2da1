package mongo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/query"
	"inlet.example/inlet/pipeline/store/mongo/refusal"
)

// collections are those of the records, by kind.
type collections map[crm.Kind]*records

// Find is one command for each thousand hashes, a few at once.
func (c collections) Find(ctx context.Context, kind crm.Kind, hs []int64) ([]crm.Record, error) {
	if len(hs) == 0 {
		return nil, nil
	}
	r := c[kind]
	var all []crm.Record
	var mu sync.Mutex // on all
	var asking errgroup.Group
	asking.SetLimit(query.AtOnce)
	for some := range slices.Chunk(hs, query.MostKeys) {
		asking.Go(func() error {
			recs, err := r.read(ctx, bson.D{{Key: "_inlet.keys", Value: bson.D{{Key: "$in", Value: some}}}}, options.Find())
			mu.Lock()
			defer mu.Unlock()
			all = append(all, recs...)
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, r.wrap("find", err)
	}
	if len(hs) > query.MostKeys { // a record may have keys in several lists
		slices.SortFunc(all, func(a, b crm.Record) int { return cmp.Compare(a.ID, b.ID) })
		all = slices.CompactFunc(all, func(a, b crm.Record) bool { return a.ID == b.ID })
	}
	return all, nil
}

// ByID is one command, however many IDs there are.
func (c collections) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	r := c[kind]
	wanted := r.ids.Of(ids)
	if len(wanted) == 0 {
		return nil, nil
	}
	recs, err := r.read(ctx, query.In(wanted), options.Find())
	return recs, r.wrap("look up", err)
}

// ValueFields returns the fields that the application has an index of, as they were when the database was opened.
func (c collections) ValueFields(kind crm.Kind) []string { return c[kind].fields }

// ByValues is one command for each thousand values. It returns a few records for each value: more of them would be found by no rule that decides.
func (c collections) ByValues(ctx context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error) {
	const each = 20
	r := c[kind]
	var all []crm.Record
	for some := range slices.Chunk(values, query.MostKeys) {
		wanted := make(bson.A, 0, len(some))
		for _, v := range some {
			is, err := document.BSON(v)
			if err != nil {
				return nil, r.wrap("look up", err)
			}
			wanted = append(wanted, is)
		}
		filter := bson.D{{Key: r.layout.Path(field), Value: bson.D{{Key: "$in", Value: wanted}}}}
		recs, err := r.read(ctx, filter, options.Find().SetLimit(int64(each*len(some))))
		if err != nil {
			return nil, r.wrap("look up", err)
		}
		all = append(all, recs...)
	}
	return all, nil
}

// Children is one command: the server counts along the index of the parent. Other programs may have written a parent's _id as text.
func (c collections) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	counts := map[string]int{}
	if len(parents) == 0 {
		return counts, nil
	}
	r := c[kind]
	found, err := r.Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: bson.D{{Key: r.layout.Parent(), Value: bson.D{{Key: "$in", Value: document.Spelled(parents)}}}}}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + r.layout.Parent()}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	}, options.Aggregate().SetBatchSize(query.Page))
	if err != nil {
		return nil, r.wrap("count", err)
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		if id, ok := document.IDText(found.Current.Lookup("_id")); ok {
			n, _ := found.Current.Lookup("n").AsInt64OK()
			counts[id] += int(n)
		}
	}
	return counts, r.wrap("count", found.Err())
}

// ChildrenOf is one command along the index of the parent.
func (c collections) ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error) {
	if limit <= 0 {
		return nil, nil
	}
	r := c[kind]
	recs, err := r.read(ctx, bson.D{{Key: r.layout.Parent(), Value: bson.D{{Key: "$in", Value: document.Spelled([]string{parent})}}}}, options.Find().SetLimit(int64(limit)))
	return recs, r.wrap("look up", err)
}

// Searchable reports whether documents may be given terms: those of an application's collection only where the configuration says so.
func (c collections) Searchable(kind crm.Kind) bool { return c[kind].searched }

// SetTerms is one bulk write.
func (c collections) SetTerms(ctx context.Context, kind crm.Kind, all []engine.Termed) error {
	r := c[kind]
	var models []driver.WriteModel
	for _, t := range all {
		update, err := document.Terms(r.layout, t.Terms, t.From)
		if err != nil {
			return r.wrap("set the terms of", err)
		}
		models = append(models, driver.NewUpdateOneModel().SetFilter(bson.D{{Key: "_id", Value: r.ids.Is(t.ID)}, {Key: "$expr", Value: keyable}}).SetUpdate(update))
	}
	_, _, err := r.send(ctx, models)
	return r.wrap("set the terms of", err)
}

// ByTerm is one command along the index of the terms.
func (c collections) ByTerm(ctx context.Context, kind crm.Kind, begins string, limit int) ([]crm.Record, bool, error) {
	r := c[kind]
	if !r.searched || limit <= 0 {
		return nil, false, nil
	}
	recs, err := r.read(ctx, document.TermBegins(begins), options.Find().SetLimit(int64(limit)+1))
	return recs[:min(len(recs), limit)], len(recs) <= limit, r.wrap("search", err)
}

// StaleTerms reads the collection with one cursor.
func (c collections) StaleTerms(ctx context.Context, kind crm.Kind, fields []string, do func([]crm.Record) error) error {
	r := c[kind]
	if !r.searched {
		return nil
	}
	differs := bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: bson.A{keyable, document.StaleTerms(r.layout, fields)}}}}
	return r.wrap("search for changed", stale(ctx, r, differs, []bson.D{{}}, decoded(r, do)))
}

// Scan returns what inlet did not create first, by _id, then the others by their running number.
func (c collections) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) ([]crm.Record, error) {
	if limit <= 0 {
		return nil, nil
	}
	r := c[kind]
	var recs []crm.Record
	if after.Seq == 0 {
		var err error
		if recs, err = scanForeign(ctx, r, after.ID, limit); err != nil || len(recs) == limit {
			return recs, r.wrap("scan", err)
		}
		after.ID = ""
	}
	created, err := scanCreated(ctx, r, after, limit-len(recs))
	return append(recs, created...), r.wrap("scan", err)
}

// Unreadable looks along the index of _id.
func (c collections) Unreadable(ctx context.Context, kind crm.Kind) (n int, example string, err error) {
	return countUnreadable(ctx, c[kind])
}

// Dump returns all documents of a collection. Where _inlet.seq is not a number of inlet's they stand with those that inlet did not create.
func (c collections) Dump(ctx context.Context, kind crm.Kind, after string, limit int) ([]engine.Dumped, string, error) {
	r := c[kind]
	at, err := document.ParseCursor(after)
	if err != nil {
		return nil, "", r.wrap("read", err)
	}
	var dumped []engine.Dumped
	for err == nil && len(dumped) < limit {
		created := at.Seq > 0
		filter, sort := at.Rest()
		err = r.each(ctx, filter, options.Find().SetSort(sort).SetLimit(int64(limit-len(dumped))), func(doc bson.Raw) {
			d := r.layout.Dump(doc)
			dumped, at = append(dumped, d), document.CursorAt(d.Native)
		})
		if created || len(dumped) == limit {
			break
		}
		at = document.Cursor{Seq: 1}
	}
	if err != nil {
		return nil, "", r.wrap("read", err)
	}
	next, err := at.Text()
	return dumped, next, r.wrap("read", err)
}

// Write is an unordered bulk write in one part or two: each is at most one insert, one update and one delete command. Only where some of it did
// not happen are marks read back, by one find, and only where a record was refused is looked why.
func (c collections) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	results := make([]engine.Result, len(writes))
	if len(writes) == 0 {
		return results, nil
	}
	r := c[kind]
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
func (c collections) Restore(ctx context.Context, kind crm.Kind, documents [][]byte) error {
	r := c[kind]
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
