package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// scanForeign reads on behind documents whose _id is not an ID: a caller takes a short page for the last.
func scanForeign(ctx context.Context, r *records, after string, limit int) ([]crm.Record, error) {
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
			filter = append(filter, bson.E{Key: "$or", Value: document.Behind(behindID)})
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
func scanCreated(ctx context.Context, r *records, after engine.Position, limit int) ([]crm.Record, error) {
	window := bson.D{{Key: "$gte", Value: max(after.Seq, 1)}, {Key: "$lte", Value: after.Seq + 4*int64(limit)}}
	recs, err := scanRange(ctx, r, window, after, limit)
	if err != nil || len(recs) == limit {
		return recs, err
	}
	return scanRange(ctx, r, window[:1], after, limit)
}

func scanRange(ctx context.Context, r *records, seqs bson.D, after engine.Position, limit int) ([]crm.Record, error) {
	filter := bson.D{{Key: "_inlet.seq", Value: seqs}}
	if after.ID != "" {
		later := bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$ne", Value: after.Seq}}}}
		ids, err := r.stored(ctx, []string{after.ID})
		if err != nil {
			return nil, err
		}
		filter = append(filter, bson.E{Key: "$or", Value: append(document.Behind(ids[after.ID]), later)})
	}
	sorted := options.Find().SetSort(bson.D{{Key: "_inlet.seq", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit))
	return r.read(ctx, filter, sorted)
}

func missing(field string) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$exists", Value: false}}}
}
