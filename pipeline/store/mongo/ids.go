package mongo

import (
	"context"
	"fmt"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/query"
)

// newest is how many documents are looked at to learn how an application writes them now.
const newest = 50

// probe looks which forms of _id there are besides ObjectId, in which form new ones are to be, and in which form documents have the _id of their parent.
// A range finds only values of its own type, so each look is one step in the index of _id.
func probe(ctx context.Context, r *records, configured string) error {
	for _, least := range []any{"", math.Inf(-1), bson.Binary{}} {
		_, err := r.read(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: least}}}}, options.Find().SetLimit(1))
		if err != nil {
			return fmt.Errorf("inspect %s: %w", r.Name(), err)
		}
	}
	docs, err := newestIn(ctx, r)
	if err != nil {
		return fmt.Errorf("inspect %s: %w", r.Name(), err)
	}
	if r.form = document.FormOf(configured, docs); r.form != ledger.ObjectIDs {
		r.ids.Make(r.form)
	}
	if r.parents == nil {
		return nil
	}
	if r.pointers, err = pointersIn(ctx, r.parents, docs, r.layout.Parent()); err != nil {
		return fmt.Errorf("inspect %s: %w", r.Name(), err)
	}
	return nil
}

// newestIn returns the last documents with their _ids and parents, in the order in which the server keeps them, or of their _ids where it has none.
func newestIn(ctx context.Context, r *records) ([]bson.Raw, error) {
	var docs []bson.Raw
	var err error
	for _, order := range []string{"$natural", "_id"} {
		o := options.Find().SetSort(bson.D{{Key: order, Value: -1}}).SetLimit(newest)
		if parent := r.layout.Parent(); parent != "" {
			o.SetProjection(bson.D{{Key: parent, Value: 1}})
		} else {
			o.SetProjection(bson.D{{Key: "_id", Value: 1}})
		}
		docs = nil
		err = r.each(ctx, bson.D{}, o, func(doc bson.Raw) { docs = append(docs, slices.Clone(doc)) })
		if err == nil || answer.FaultOf(err) == answer.Temporary {
			return docs, err
		}
	}
	return nil, err
}

// pointersIn finds out how documents of another kind point at these records: by the newest one whose parent is there.
func pointersIn(ctx context.Context, r *records, children []bson.Raw, parent string) (document.Pointers, error) {
	var ids []string
	for _, doc := range children {
		if id, ok := document.IDText(document.Lookup(doc, parent)); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return document.SameType, nil
	}
	have := map[string]bson.Type{}
	err := r.each(ctx, query.In(document.Spelled(ids)), options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}), func(doc bson.Raw) {
		if id, ok := document.IDText(doc.Lookup("_id")); ok {
			have[id] = doc.Lookup("_id").Type
		}
	})
	if err != nil {
		return document.SameType, err
	}
	for _, doc := range children {
		pointer := document.Lookup(doc, parent)
		id, _ := document.IDText(pointer)
		if t, there := have[id]; there {
			return document.PointersLike(pointer.Type, t), nil
		}
	}
	return document.SameType, nil
}

// countUnreadable returns how many documents have an _id that is not an ID, and one such _id. Each part of the union is a range of the index of _id; the same
// ranges in one $or read the whole collection on some servers.
func countUnreadable(ctx context.Context, r *records) (n int, example string, err error) {
	ranges := r.ids.Unreadable()
	stages := bson.A{bson.D{{Key: "$match", Value: ranges[0]}}}
	for _, one := range ranges[1:] {
		of := bson.D{{Key: "coll", Value: r.Name()}, {Key: "pipeline", Value: bson.A{bson.D{{Key: "$match", Value: one}}}}}
		stages = append(stages, bson.D{{Key: "$unionWith", Value: of}})
	}
	stages = append(stages, bson.D{{Key: "$project", Value: bson.D{{Key: "_id", Value: 1}}}})
	found, err := r.Aggregate(ctx, stages, options.Aggregate().SetBatchSize(query.Page))
	if err != nil {
		return 0, "", r.wrap("look for unreadable IDs in", err)
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		if id := found.Current.Lookup("_id"); !document.IsID(id) {
			if n++; n == 1 {
				example = document.Describe(id)
			}
		}
	}
	return n, example, r.wrap("look for unreadable IDs in", found.Err())
}
