package mongo

import (
	"cmp"
	"context"
	"fmt"
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
)

// Find is one command for each thousand hashes, a few at once.
func (e *Engine) Find(ctx context.Context, kind crm.Kind, hs []int64) ([]crm.Record, error) {
	if len(hs) == 0 {
		return nil, nil
	}
	r := e.kinds[kind]
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
func (e *Engine) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	r := e.kinds[kind]
	wanted := r.ids.Of(ids)
	if len(wanted) == 0 {
		return nil, nil
	}
	recs, err := r.read(ctx, query.In(wanted), options.Find())
	return recs, r.wrap("look up", err)
}

// ValueFields returns the fields that the application has an index of, as they were when the database was opened.
func (e *Engine) ValueFields(kind crm.Kind) []string { return e.kinds[kind].fields }

// ByValues is one command for each thousand values. It returns a few records for each value: more of them would be found by no rule that decides.
func (e *Engine) ByValues(ctx context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error) {
	const each = 20
	r := e.kinds[kind]
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
func (e *Engine) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	counts := map[string]int{}
	if len(parents) == 0 {
		return counts, nil
	}
	r := e.kinds[kind]
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
func (e *Engine) ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error) {
	if limit <= 0 {
		return nil, nil
	}
	r := e.kinds[kind]
	recs, err := r.read(ctx, bson.D{{Key: r.layout.Parent(), Value: bson.D{{Key: "$in", Value: document.Spelled([]string{parent})}}}}, options.Find().SetLimit(int64(limit)))
	return recs, r.wrap("look up", err)
}

// Searchable reports whether documents may be given terms: those of an application's collection only where the configuration says so.
func (e *Engine) Searchable(kind crm.Kind) bool { return e.kinds[kind].searched }

// SetTerms is one bulk write.
func (e *Engine) SetTerms(ctx context.Context, kind crm.Kind, all []engine.Termed) error {
	r := e.kinds[kind]
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
func (e *Engine) ByTerm(ctx context.Context, kind crm.Kind, begins string, limit int) ([]crm.Record, bool, error) {
	r := e.kinds[kind]
	if !r.searched || limit <= 0 {
		return nil, false, nil
	}
	recs, err := r.read(ctx, document.TermBegins(begins), options.Find().SetLimit(int64(limit)+1))
	return recs[:min(len(recs), limit)], len(recs) <= limit, r.wrap("search", err)
}

// StaleTerms reads the collection with one cursor.
func (e *Engine) StaleTerms(ctx context.Context, kind crm.Kind, fields []string, do func([]crm.Record) error) error {
	r := e.kinds[kind]
	if !r.searched {
		return nil
	}
	differs := bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: bson.A{keyable, document.StaleTerms(r.layout, fields)}}}}
	return r.wrap("search for changed", r.stale(ctx, differs, []bson.D{{}}, r.decoded(do)))
}

// Scan returns what inlet did not create first, by _id, then the others by their running number.
func (e *Engine) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) ([]crm.Record, error) {
	if limit <= 0 {
		return nil, nil
	}
	r := e.kinds[kind]
	var recs []crm.Record
	if after.Seq == 0 {
		var err error
		if recs, err = r.scanForeign(ctx, after.ID, limit); err != nil || len(recs) == limit {
			return recs, r.wrap("scan", err)
		}
		after.ID = ""
	}
	created, err := r.scanCreated(ctx, after, limit-len(recs))
	return append(recs, created...), r.wrap("scan", err)
}

// Unreadable looks along the index of _id.
func (e *Engine) Unreadable(ctx context.Context, kind crm.Kind) (n int, example string, err error) {
	return e.kinds[kind].unreadable(ctx)
}

// Dump returns all documents of a collection. Where _inlet.seq is not a number of inlet's they stand with those that inlet did not create.
func (e *Engine) Dump(ctx context.Context, kind crm.Kind, after string, limit int) ([]engine.Dumped, string, error) {
	r := e.kinds[kind]
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
