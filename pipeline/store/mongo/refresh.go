package mongo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/changes"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/query"
	"inlet.example/inlet/pipeline/store/mongo/tables"
)

// refreshPage is how many documents are given keys by one command.
const refreshPage = 1_000

// mostRefused is how many documents may be passed over because the database does not let keys be added to them: a validator that forbids them forbids
// all, and no import should then begin.
var mostRefused = 10_000

// refresher gives documents that another program has written the keys that they lack.
type refresher struct {
	kinds  collections
	tables *tables.Tables

	streamless atomic.Bool // the server has no change stream, or the user may not read it
}

// follow returns what follows the changes of a collection.
func (f *refresher) follow(r *records) *changes.Follower {
	return &changes.Follower{Of: r.Collection, Kind: r.kind, Changed: r.changed, Tables: f.tables, Streamless: &f.streamless}
}

// Refresh reads what may have changed with one cursor, and writes while it reads.
func (f *refresher) Refresh(ctx context.Context, kind crm.Kind, ask engine.Refresh) (int, error) {
	done, err := f.refresh(ctx, f.kinds[kind], ask)
	return done, f.kinds[kind].wrap("index", err)
}

func (f *refresher) refresh(ctx context.Context, r *records, ask engine.Refresh) (int, error) {
	follow := f.follow(r)
	filters, next, err := follow.Since(ctx, ask)
	if err != nil {
		return 0, err
	}
	pages := make(chan []bson.Raw, query.AtOnce)
	work, within := errgroup.WithContext(ctx)
	work.Go(func() error {
		defer close(pages)
		return stale(within, r, differs(r, ask.Needed()), filters, func(page []bson.Raw) error {
			select {
			case pages <- page:
				return nil
			case <-within.Done():
				return within.Err()
			}
		})
	})
	var sum refreshed
	for range query.AtOnce {
		work.Go(func() error {
			for page := range pages {
				refused, err := rekey(within, r, ask, page)
				if err == nil {
					err = sum.add(len(page)-refused, refused, ask.Progress)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil || ask.KeepNewer || sum.refused > 0 { // a document that is left as it is has to be looked at again
		return sum.done, err
	}
	return sum.done, follow.Keep(ctx, next)
}

// refreshed counts the documents that are given keys, and those that the database does not let be changed.
type refreshed struct {
	sync.Mutex
	done, refused int
}

func (s *refreshed) add(done, refused int, progress func(int)) error {
	s.Lock()
	defer s.Unlock()
	s.done += done
	if s.refused += refused; s.refused > mostRefused {
		return fmt.Errorf("the database does not allow adding _inlet to more than %d documents: check whether a validator forbids it", mostRefused)
	}
	if progress != nil {
		progress(s.done)
	}
	return nil
}

// Pending is one command where all documents have to be compared. Where the server or the application says what has changed, Refresh asks for that.
func (f *refresher) Pending(ctx context.Context, asks []engine.KindRefresh) (engine.Pending, error) {
	var p engine.Pending
	var parts []part
	for _, ask := range asks {
		r, n := f.kinds[ask.Kind], ask.Kind.Number()
		p.Unreadable[n] = engine.Maybe
		if p.Stale[n] = engine.Maybe; !ask.Complete || r.changed != "" || !f.streamless.Load() {
			continue
		}
		p.Stale[n], p.Unreadable[n] = engine.None, engine.None
		parts = append(parts, part{r, bson.D{differs(r, ask.Needed())}, &p.Stale[n]})
		for _, ids := range r.ids.Unreadable() {
			parts = append(parts, part{r, ids, &p.Unreadable[n]})
		}
	}
	if len(parts) == 0 {
		return p, nil
	}
	return p, exist(ctx, parts)
}

// part is a question whether any document of a collection passes a filter. The answer is Maybe if one does.
type part struct {
	*records
	filter any
	answer *engine.Doubt
}

// exist answers all of them with one command.
func exist(ctx context.Context, parts []part) error {
	var stages bson.A
	for n, p := range parts {
		one := bson.A{
			bson.D{{Key: "$match", Value: p.filter}},
			bson.D{{Key: "$limit", Value: 1}},
			bson.D{{Key: "$project", Value: bson.D{{Key: "_id", Value: 0}, {Key: "part", Value: bson.D{{Key: "$literal", Value: n}}}}}},
		}
		if n == 0 {
			stages = one
			continue
		}
		stages = append(stages, bson.D{{Key: "$unionWith", Value: bson.D{{Key: "coll", Value: p.Name()}, {Key: "pipeline", Value: one}}}})
	}
	found, err := parts[0].Aggregate(ctx, stages)
	if err != nil {
		return parts[0].wrap("search for unindexed", err)
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		if n, ok := found.Current.Lookup("part").AsInt64OK(); ok && n >= 0 && int(n) < len(parts) {
			*parts[n].answer = engine.Maybe
		}
	}
	return parts[0].wrap("search for unindexed", found.Err())
}

// Stale reads what may have changed with one cursor.
func (f *refresher) Stale(ctx context.Context, kind crm.Kind, ask engine.Refresh, do func([]crm.Record) error) error {
	r := f.kinds[kind]
	follow := f.follow(r)
	filters, _, err := follow.Since(ctx, ask)
	if err != nil {
		return r.wrap("search for unindexed", err)
	}
	return r.wrap("search for unindexed", stale(ctx, r, differs(r, ask.Needed()), filters, decoded(r, do)))
}

// decoded calls do with the records that pages of documents are.
func decoded(r *records, do func([]crm.Record) error) func([]bson.Raw) error {
	return func(page []bson.Raw) error {
		records := make([]crm.Record, 0, len(page))
		for _, doc := range page {
			rec, _ := r.decode(doc)
			records = append(records, rec)
		}
		return do(records)
	}
}

// differs is true of a document that needs new keys.
func differs(r *records, k engine.Keying) bson.E {
	return bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: bson.A{keyable, r.layout.Stale(k)}}}}
}

// stale calls do with the documents that pass a filter and differ from what inlet notes of them, a page at a time. A document whose _id is not an ID is not one of them, nor is one
// whose _inlet is another program's.
func stale(ctx context.Context, r *records, differs bson.E, filters []bson.D, do func([]bson.Raw) error) error {
	var page []bson.Raw
	var failed error
	for _, filter := range filters {
		err := r.each(ctx, append(slices.Clone(filter), differs), options.Find(), func(doc bson.Raw) {
			if _, ok := document.IDText(doc.Lookup("_id")); !ok || failed != nil {
				return
			}
			if page = append(page, slices.Clone(doc)); len(page) == refreshPage {
				failed, page = do(page), nil
			}
		})
		if err := cmp.Or(failed, err); err != nil {
			return err
		}
	}
	if len(page) == 0 {
		return nil
	}
	return do(page)
}

// rekey gives documents their keys, and returns how many the database did not let be changed.
func rekey(ctx context.Context, r *records, ask engine.Refresh, page []bson.Raw) (refused int, err error) {
	models := make([]driver.WriteModel, len(page))
	for i, doc := range page {
		rec, _ := r.decode(doc)
		models[i] = keyModel(r, ask, doc, ask.Hashes(&rec))
	}
	_, failed, err := r.send(ctx, models)
	return len(failed), err
}

// keyModel replaces an _inlet that is null as a whole: null belongs to no program.
func keyModel(r *records, ask engine.Refresh, doc bson.Raw, hashes []int64) driver.WriteModel {
	filter := bson.D{{Key: "_id", Value: doc.Lookup("_id")}}
	if ask.KeepNewer {
		filter = append(filter, bson.E{Key: "_inlet.rules", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: ask.Generation}}}}})
	}
	keys := r.layout.Keys(doc, ask.Keying, hashes)
	if doc.Lookup("_inlet").Type == bson.TypeNull {
		filter = append(filter, bson.E{Key: "_inlet", Value: bson.D{{Key: "$type", Value: "null"}}})
		return driver.NewUpdateOneModel().SetFilter(filter).SetUpdate(bson.D{{Key: "$set", Value: bson.D{{Key: "_inlet", Value: keys}}}})
	}
	set := make(bson.D, len(keys))
	for i, e := range keys {
		set[i] = bson.E{Key: "_inlet." + e.Key, Value: e.Value}
	}
	return driver.NewUpdateOneModel().SetFilter(filter).SetUpdate(bson.D{{Key: "$set", Value: set}})
}

// keyable is true of documents whose _inlet is inlet's, or absent. {$type: "object"} would also be true of a list with a document in it.
var keyable = bson.D{{Key: "$in", Value: bson.A{bson.D{{Key: "$type", Value: "$_inlet"}}, bson.A{"missing", "null", "object"}}}}

// Unkeyable returns how many documents cannot be given keys, because their _inlet is another program's.
func (f *refresher) Unkeyable(ctx context.Context, kind crm.Kind) (int, error) {
	r := f.kinds[kind]
	n, err := r.CountDocuments(ctx, bson.D{{Key: "$expr", Value: bson.D{{Key: "$not", Value: bson.A{keyable}}}}})
	return int(n), r.wrap("count unindexable", err)
}
