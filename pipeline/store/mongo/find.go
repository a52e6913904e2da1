package mongo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// page is how many documents a server is to send at once: a look-up of a batch is then one answer, up to the protocol's 16 MB.
const page = 10_000

// mostKeys is how many a look-up by $in has. A server's time for one can grow with the square of them: 100,000 unchanged rows took 6
// to 8 s by the thousand, 7 to 11 by two thousand and 10 to 22 by four.
const mostKeys = 1_000

// Find is one command for each thousand hashes, a few at once.
func (e *Engine) Find(ctx context.Context, kind crm.Kind, hs []int64) ([]crm.Record, error) {
	if len(hs) == 0 {
		return nil, nil
	}
	r := e.kinds[kind]
	var all []crm.Record
	var mu sync.Mutex // on all
	var asking errgroup.Group
	asking.SetLimit(atOnce)
	for some := range slices.Chunk(hs, mostKeys) {
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
	if len(hs) > mostKeys { // a record may have keys in several lists
		slices.SortFunc(all, func(a, b crm.Record) int { return cmp.Compare(a.ID, b.ID) })
		all = slices.CompactFunc(all, func(a, b crm.Record) bool { return a.ID == b.ID })
	}
	return all, nil
}

// ByID is one command, however many IDs there are.
func (e *Engine) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	r := e.kinds[kind]
	wanted := r.ids.of(ids)
	if len(wanted) == 0 {
		return nil, nil
	}
	recs, err := r.read(ctx, in(wanted), options.Find())
	return recs, r.wrap("look up", err)
}

// Children is one command: the server counts along the index of the parent. Other programs may have written a parent's _id as text.
func (e *Engine) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	counts := map[string]int{}
	if len(parents) == 0 {
		return counts, nil
	}
	r, parent := e.kinds[kind], kind.ParentField()
	found, err := r.Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: bson.D{{Key: parent, Value: bson.D{{Key: "$in", Value: spelled(parents)}}}}}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + parent}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	}, options.Aggregate().SetBatchSize(page))
	if err != nil {
		return nil, r.wrap("count", err)
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		if id, ok := idText(found.Current.Lookup("_id")); ok {
			n, _ := found.Current.Lookup("n").AsInt64OK()
			counts[id] += int(n)
		}
	}
	return counts, r.wrap("count", found.Err())
}

// Unkeyed asks for documents without the list of keys. $exists is served by the index of the keys alone; {keys: null} would also
// look at every record whose list is empty. A document whose _inlet is something else than a document cannot be given any.
func (e *Engine) Unkeyed(ctx context.Context, kind crm.Kind, limit int) ([]crm.Record, error) {
	if limit <= 0 {
		return nil, nil
	}
	r := e.kinds[kind]
	filter := bson.D{missing("_inlet.keys"), {Key: "$and", Value: bson.A{readable, bson.D{{Key: "$expr", Value: keyable}}}}}
	recs, err := r.read(ctx, filter, options.Find().SetLimit(int64(limit)))
	return recs, r.wrap("search for unindexed", err)
}

// keyable is true of documents whose _inlet is inlet's, or absent. {$type: "object"} would also be true of a list with a document in it.
var keyable = bson.D{{Key: "$in", Value: bson.A{bson.D{{Key: "$type", Value: "$_inlet"}}, bson.A{"missing", "null", "object"}}}}

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

func (r *records) scanForeign(ctx context.Context, after string, limit int) ([]crm.Record, error) {
	filter := append(bson.D{missing("_inlet.seq")}, readable...)
	if after != "" {
		ids, err := r.stored(ctx, []string{after})
		if err != nil {
			return nil, err
		}
		filter = append(filter, bson.E{Key: "$or", Value: behind(ids[after])})
	}
	sorted := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit))
	return r.read(ctx, filter, sorted)
}

// scanCreated looks in a window of running numbers first; see the package comment.
func (r *records) scanCreated(ctx context.Context, after engine.Position, limit int) ([]crm.Record, error) {
	window := bson.D{{Key: "$gte", Value: max(after.Seq, 1)}, {Key: "$lte", Value: after.Seq + 4*int64(limit)}}
	recs, err := r.scanRange(ctx, window, after, limit)
	if err != nil || len(recs) == limit {
		return recs, err
	}
	return r.scanRange(ctx, window[:1], after, limit)
}

func (r *records) scanRange(ctx context.Context, seqs bson.D, after engine.Position, limit int) ([]crm.Record, error) {
	filter := bson.D{{Key: "_inlet.seq", Value: seqs}}
	if after.ID != "" {
		later := bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$ne", Value: after.Seq}}}}
		filter = append(filter, bson.E{Key: "$or", Value: append(behind(fresh(after.ID)), later)})
	}
	sorted := options.Find().SetSort(bson.D{{Key: "_inlet.seq", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit))
	return r.read(ctx, filter, sorted)
}

// behind returns the conditions one of which holds for every _id that sorts behind this one: numbers, then text, then ObjectIds. A
// comparison finds only values of its own type.
func behind(id any) bson.A {
	greater := func(op string, v any) bson.D {
		return bson.D{{Key: "_id", Value: bson.D{{Key: op, Value: v}}}}
	}
	conditions := bson.A{greater("$gt", id)}
	switch typeOf(id) {
	case bson.TypeObjectID:
	case bson.TypeString:
		conditions = append(conditions, greater("$gte", bson.ObjectID{}))
	default:
		conditions = append(conditions, greater("$gte", ""), greater("$gte", bson.ObjectID{}))
	}
	return conditions
}

func typeOf(id any) bson.Type {
	switch id := id.(type) {
	case bson.ObjectID:
		return bson.TypeObjectID
	case string:
		return bson.TypeString
	case bson.RawValue:
		return id.Type
	}
	return bson.TypeInt64
}

func missing(field string) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}
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
	found, err := r.Find(ctx, filter, o.SetBatchSize(page))
	if err != nil {
		return err
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		do(found.Current)
	}
	return found.Err()
}

// wrap says what was being done to which records.
func (r *records) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, r.Name(), markFault(err))
}

// Unkeyable returns how many documents cannot be given keys, because their _inlet is another program's. They are looked for where Unkeyed looks.
func (e *Engine) Unkeyable(ctx context.Context, kind crm.Kind) (int, error) {
	r := e.kinds[kind]
	n, err := r.CountDocuments(ctx, bson.D{missing("_inlet.keys"), {Key: "$expr", Value: bson.D{{Key: "$not", Value: bson.A{keyable}}}}})
	return int(n), r.wrap("count unindexable", err)
}
