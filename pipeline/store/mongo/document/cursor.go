package document

import (
	"encoding/base64"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Cursor is the position of a document in a dump; ID is that of the document, whatever its type.
type Cursor struct {
	Seq int64         `bson:"seq"`           // 0 before those that inlet created
	ID  bson.RawValue `bson:"_id,omitempty"` // missing: before the first with this seq
}

// Text returns a cursor as text.
func (c Cursor) Text() (string, error) {
	raw, err := bson.Marshal(c)
	return base64.StdEncoding.EncodeToString(raw), err
}

// ParseCursor returns the cursor that Text made a text of; the zero one of "".
func ParseCursor(text string) (c Cursor, err error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) > 0 {
		err = bson.Unmarshal(raw, &c)
	}
	return c, err
}

// CursorAt returns the position of a document.
func CursorAt(doc bson.Raw) Cursor {
	seq, _ := doc.Lookup(own, "seq").AsInt64OK()
	return Cursor{max(seq, 0), doc.Lookup("_id")}
}

// Rest returns the filter and the order of the documents behind a cursor: of those that inlet did not create, or, from seq 1, of those that it created.
func (c Cursor) Rest() (filter, order bson.D) {
	created := bson.D{{Key: "$gte", Value: max(c.Seq, 1)}}
	order = bson.D{{Key: "_inlet.seq", Value: 1}, {Key: "_id", Value: 1}}
	if filter = (bson.D{{Key: "_inlet.seq", Value: created}}); c.Seq == 0 {
		filter, order = bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$not", Value: created}}}}, order[1:]
	}
	if c.ID.Type == 0 {
		return filter, order
	}
	behind := Behind(c.ID)
	if c.Seq > 0 {
		behind = append(behind, bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$ne", Value: c.Seq}}}})
	}
	return append(filter, bson.E{Key: "$or", Value: behind}), order
}

// sortOrder is how values of different types sort as _ids; those behind it are never looked behind for.
var sortOrder = []any{math.Inf(-1), "", bson.D{}, bson.Binary{}, bson.ObjectID{}, false, bson.DateTime(math.MinInt64)}

// Behind returns the conditions one of which holds for every _id that sorts behind this one. A comparison finds only values of its own type.
func Behind(id any) bson.A {
	conditions := bson.A{bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: id}}}}}
	for _, least := range sortOrder[sortedAs(id):] {
		conditions = append(conditions, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: least}}}})
	}
	return conditions
}

// sortedAs returns the index in sortOrder of what sorts behind all values of an _id's type.
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
