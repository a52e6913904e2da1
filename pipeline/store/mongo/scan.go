package mongo

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// scanForeign reads on behind documents whose _id is no ID: a caller takes a short page for the last.
func (r *records) scanForeign(ctx context.Context, after string, limit int) ([]crm.Record, error) {
	var behindID any
	if after != "" {
		ids, err := r.stored(ctx, []string{after})
		if err != nil {
			return nil, err
		}
		behindID = ids[after]
	}
	var records []crm.Record
	for {
		filter := bson.D{missing("_inlet.seq")}
		if behindID != nil {
			filter = append(filter, bson.E{Key: "$or", Value: behind(behindID)})
		}
		want, read := limit-len(records), 0
		sorted := options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(want))
		err := r.each(ctx, filter, sorted, func(doc bson.Raw) {
			read++
			id := doc.Lookup("_id")
			behindID = bson.RawValue{Type: id.Type, Value: append([]byte(nil), id.Value...)}
			if rec, ok := r.decode(doc); ok {
				records = append(records, rec)
			}
		})
		if err != nil || read < want || len(records) == limit {
			return records, err
		}
	}
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
		ids, err := r.stored(ctx, []string{after.ID})
		if err != nil {
			return nil, err
		}
		filter = append(filter, bson.E{Key: "$or", Value: append(behind(ids[after.ID]), later)})
	}
	sorted := options.Find().SetSort(bson.D{{Key: "_inlet.seq", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit))
	return r.read(ctx, filter, sorted)
}

// dumpCursor is the position of a document in a dump; ID is that of the document, whatever its type.
type dumpCursor struct {
	Seq int64         `bson:"seq"`           // 0 before those that inlet created
	ID  bson.RawValue `bson:"_id,omitempty"` // missing: before the first with this seq
}

func (c dumpCursor) text() (string, error) {
	raw, err := bson.Marshal(c)
	return base64.StdEncoding.EncodeToString(raw), err
}

func parseDumpCursor(text string) (c dumpCursor, err error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) > 0 {
		err = bson.Unmarshal(raw, &c)
	}
	return c, err
}

// Dump returns all documents of a collection. Where _inlet.seq is not a number of inlet's they stand with those that inlet did not create.
func (e *Engine) Dump(ctx context.Context, kind crm.Kind, after string, limit int) ([]engine.Dumped, string, error) {
	r := e.kinds[kind]
	at, err := parseDumpCursor(after)
	if err != nil {
		return nil, "", r.wrap("read", err)
	}
	var dumped []engine.Dumped
	dump := func(filter, sort bson.D) error {
		return r.each(ctx, filter, options.Find().SetSort(sort).SetLimit(int64(limit-len(dumped))), func(doc bson.Raw) {
			d := r.layout.Dump(doc)
			dumped = append(dumped, d)
			at.ID = bson.Raw(d.Native).Lookup("_id")
			if at.Seq, _ = doc.Lookup("_inlet", "seq").AsInt64OK(); at.Seq < 0 {
				at.Seq = 0
			}
		})
	}
	created := bson.D{{Key: "$gte", Value: max(at.Seq, 1)}}
	if at.Seq == 0 {
		filter := bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$not", Value: created}}}}
		if at.ID.Type != 0 {
			filter = append(filter, bson.E{Key: "$or", Value: behind(at.ID)})
		}
		err = dump(filter, bson.D{{Key: "_id", Value: 1}})
	}
	if err == nil && len(dumped) < limit {
		if at.Seq == 0 {
			at.ID = bson.RawValue{}
		}
		filter := bson.D{{Key: "_inlet.seq", Value: created}}
		if at.ID.Type != 0 {
			later := bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$ne", Value: at.Seq}}}}
			filter = append(filter, bson.E{Key: "$or", Value: append(behind(at.ID), later)})
		}
		err = dump(filter, bson.D{{Key: "_inlet.seq", Value: 1}, {Key: "_id", Value: 1}})
	}
	if err != nil {
		return nil, "", r.wrap("read", err)
	}
	next, err := at.text()
	return dumped, next, r.wrap("read", err)
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
		if m := meanings[why.code]; m.fault == refusedRecord && m.reason != engine.Unique {
			id := bson.Raw(documents[i]).Lookup("_id")
			return r.wrap("write", fmt.Errorf("the database refused the document with _id %s (error %d)", id, why.code))
		}
	}
	return r.wrap("write", err)
}

// order is how values of different types sort as _ids; those behind it are never looked behind for.
var order = []any{math.Inf(-1), "", bson.D{}, bson.Binary{}, bson.ObjectID{}, false, bson.DateTime(math.MinInt64)}

// behind returns the conditions one of which holds for every _id that sorts behind this one. A comparison finds only values of its own type.
func behind(id any) bson.A {
	conditions := bson.A{bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}}}
	for _, least := range order[sortedAs(id):] {
		conditions = append(conditions, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: least}}}})
	}
	return conditions
}

// sortedAs returns the index in order of what sorts behind all values of an _id's type.
func sortedAs(id any) int {
	t := bson.TypeInt64
	switch id := id.(type) {
	case bson.ObjectID:
		t = bson.TypeObjectID
	case string:
		t = bson.TypeString
	case bson.Binary:
		t = bson.TypeBinary
	case bson.RawValue:
		t = id.Type
	}
	switch t {
	case bson.TypeString, bson.TypeSymbol:
		return 2
	case bson.TypeEmbeddedDocument:
		return 3
	case bson.TypeBinary:
		return 4
	case bson.TypeObjectID:
		return 5
	case bson.TypeBoolean:
		return 6
	case bson.TypeDateTime, bson.TypeTimestamp:
		return 7
	}
	return 1
}

func missing(field string) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}
}
