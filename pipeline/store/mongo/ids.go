package mongo

import (
	"context"
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// idForms remembers which forms of _id a collection has besides ObjectId. Where it has none, which is the rule, an ID is one
// ObjectId and nothing else is asked for.
type idForms struct {
	texts, numbers atomic.Bool
}

// readable is true of the _ids that a record's ID can stand for: ObjectIds, text and whole numbers. Documents with others are as if
// they were not there. The server leaves them out, since a caller that reads pages takes a short one for the last.
var readable = bson.D{
	{Key: "_id", Value: bson.D{{Key: "$type", Value: bson.A{"objectId", "string", "int", "long", "double"}}}},
	{Key: "$expr", Value: bson.D{{Key: "$cond", Value: bson.A{
		bson.D{{Key: "$eq", Value: bson.A{bson.D{{Key: "$type", Value: "$_id"}}, "double"}}},
		bson.D{{Key: "$eq", Value: bson.A{"$_id", bson.D{{Key: "$floor", Value: "$_id"}}}}},
		true,
	}}}},
}

// idText returns the ID that an _id is to inlet, and whether it is one.
func idText(v bson.RawValue) (string, bool) {
	switch v.Type {
	case bson.TypeObjectID:
		return v.ObjectID().Hex(), true
	case bson.TypeString:
		return v.StringValue(), v.StringValue() != ""
	case bson.TypeInt32, bson.TypeInt64:
		return strconv.FormatInt(v.AsInt64(), 10), true
	case bson.TypeDouble:
		f := v.Double()
		return strconv.FormatFloat(f, 'f', 0, 64), f == math.Trunc(f) && math.Abs(f) < 1<<63
	}
	return "", false
}

// saw notes the form of an _id that was read.
func (f *idForms) saw(v bson.RawValue) {
	switch v.Type {
	case bson.TypeString:
		f.texts.Store(true)
	case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble:
		f.numbers.Store(true)
	}
}

// candidates returns every _id that could be meant by an ID, in the order in which they are likely.
func (f *idForms) candidates(id string) []any {
	var cs []any
	if oid, ok := objectID(id); ok {
		cs = append(cs, oid)
	}
	if n, ok := number(id); ok && f.numbers.Load() {
		cs = append(cs, n)
	}
	if id != "" && f.texts.Load() {
		cs = append(cs, id)
	}
	return cs
}

// of returns the candidates of all these IDs.
func (f *idForms) of(ids []string) []any {
	all := make([]any, 0, len(ids))
	for _, id := range ids {
		all = append(all, f.candidates(id)...)
	}
	return all
}

// spelled returns every form that these IDs can be written in.
func spelled(ids []string) bson.A {
	var any idForms
	any.texts.Store(true)
	any.numbers.Store(true)
	return bson.A(any.of(ids))
}

// is returns what an _id must be to have this ID.
func (f *idForms) is(id string) any {
	cs := f.candidates(id)
	if len(cs) == 1 {
		return cs[0]
	}
	return bson.D{{Key: "$in", Value: append(bson.A{}, cs...)}}
}

// fresh returns the _id of a new record, or of one there is nothing to learn from.
func fresh(id string) any {
	if oid, ok := objectID(id); ok {
		return oid
	}
	return id
}

// objectID takes small letters only: "ABC…" is not the ID of any ObjectId.
func objectID(id string) (bson.ObjectID, bool) {
	oid, err := bson.ObjectIDFromHex(id)
	return oid, err == nil && strings.ToLower(id) == id
}

// number takes a number's usual digits only: "007" is the ID of no number.
func number(id string) (int64, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == id
}

// stored returns the _ids that there are for these IDs, each in the form it has. It asks the server only where an ID could have
// several forms.
func (r *records) stored(ctx context.Context, ids []string) (map[string]any, error) {
	found := make(map[string]any, len(ids))
	var unsure []any
	for _, id := range ids {
		cs := r.ids.candidates(id)
		if len(cs) == 0 {
			cs = []any{fresh(id)}
		}
		if found[id] = cs[0]; len(cs) > 1 {
			unsure = append(unsure, cs...)
		}
	}
	if len(unsure) == 0 {
		return found, nil
	}
	return found, r.each(ctx, in(unsure), options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}), func(doc bson.Raw) {
		v := doc.Lookup("_id")
		if id, ok := idText(v); ok {
			found[id] = bson.RawValue{Type: v.Type, Value: append([]byte(nil), v.Value...)}
		}
	})
}

func in(ids []any) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}
