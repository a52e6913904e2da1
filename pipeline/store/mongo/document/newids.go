package document

import (
	"bytes"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/ledger"
)

// Auto is the configured form of new _ids that is found out.
const Auto = "auto"

// FormOf returns the form of new _ids: the configured one, or that of the newest of these documents whose _id is an ID.
func FormOf(configured string, newest []bson.Raw) ledger.IDForm {
	switch configured {
	case "objectid":
		return ledger.ObjectIDs
	case "uuid":
		return ledger.UUIDs
	case "string":
		return ledger.TextIDs
	}
	for _, doc := range newest {
		id := doc.Lookup("_id")
		if !IsID(id) {
			continue
		}
		switch id.Type {
		case bson.TypeString:
			return ledger.TextIDs
		case bson.TypeBinary:
			return ledger.UUIDs
		case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble, bson.TypeDecimal128:
			return ledger.NumberIDs
		}
		return ledger.ObjectIDs
	}
	return ledger.ObjectIDs
}

// IsID reports whether an _id is an ID to inlet.
func IsID(v bson.RawValue) bool {
	_, ok := IDText(v)
	return ok
}

// Make notes the form of _ids that are to be made.
func (f *IDForms) Make(form ledger.IDForm) {
	switch form {
	case ledger.TextIDs:
		f.texts.Store(true)
	case ledger.UUIDs:
		f.uuids.Store(true)
	}
}

// NewID returns the _id of a new record.
func NewID(id string, form ledger.IDForm) any {
	if form == ledger.TextIDs {
		return id
	}
	if b, ok := uuid(id); ok && form == ledger.UUIDs {
		return bson.Binary{Subtype: newUUID, Data: b}
	}
	return FreshID(id)
}

// Pointers says in which type contacts have the _id of their account.
type Pointers uint8

// The types.
const (
	SameType  Pointers = iota // that of the account's _id
	AsText                    // text
	ObjectIDs                 // ObjectId, though the _id is its text
)

// PointersLike returns how new contacts point at accounts where one has its account in this type, and the account its _id in that.
func PointersLike(pointer, id bson.Type) Pointers {
	switch {
	case pointer == bson.TypeString && id != bson.TypeString:
		return AsText
	case pointer == bson.TypeObjectID && id == bson.TypeString:
		return ObjectIDs
	}
	return SameType
}

// To returns what a contact has of an account with this ID, which has this _id.
func (p Pointers) To(id string, is any) any {
	if oid, ok := objectID(id); ok && p == ObjectIDs {
		return oid
	}
	if p == AsText {
		return id
	}
	return is
}

// Unreadable returns the conditions one of which holds for every _id that is not an ID. Each is a range of the index of _id. The numbers with a fraction are
// looked for among all numbers, where there are any.
func (f *IDForms) Unreadable() bson.A {
	all := bson.A{is("$gte", bson.D{}), is("$gte", false), is("$gte", bson.DateTime(math.MinInt64)), is("$gte", bson.Timestamp{}), is("$eq", nil), is("$eq", "")}
	// Binary sorts by length, then by subtype.
	first, last := bson.Binary{Subtype: oldUUID, Data: make([]byte, 16)}, bson.Binary{Subtype: newUUID, Data: bytes.Repeat([]byte{0xff}, 16)}
	all = append(all, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: bson.Binary{}}, {Key: "$lt", Value: first}}}}, is("$gt", last))
	if f.numbers.Load() {
		fraction := bson.D{{Key: "$ne", Value: bson.A{bson.D{{Key: "$mod", Value: bson.A{"$_id", 1}}}, 0}}}
		numbers := bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: float64(-1 << 63)}, {Key: "$lt", Value: float64(1 << 63)}}}
		all = append(all, bson.D{numbers, {Key: "$expr", Value: fraction}}, is("$gte", float64(1<<63)), is("$lte", float64(-1<<63)), is("$eq", math.NaN()))
	}
	return all
}

func is(op string, v any) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: op, Value: v}}}}
}

// Describe returns a value as a person may search for it, cut where it is long.
func Describe(v bson.RawValue) string {
	const most = 100
	text := []rune(v.String())
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
