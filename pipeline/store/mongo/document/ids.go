package document

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// IDForms remembers which forms of _id a collection has besides ObjectId. Where it has none, which is the rule, an ID is one
// ObjectId and nothing else is asked for.
type IDForms struct {
	texts, numbers, uuids atomic.Bool
}

// IDTypes are the types of BSON that an _id can have to be an ID. Not every value of each type is one: see IDText.
var IDTypes = bson.A{"objectId", "string", "int", "long", "double", "decimal", "binData"}

// The subtypes of binary that are UUIDs. The old one is written in another order of bytes by some drivers: its text is that of the bytes as they are.
const (
	oldUUID = 0x03
	newUUID = 0x04
)

// IDText returns the ID that an _id is to inlet, and whether it is one: an ObjectId's 24 hex digits, a text, a whole number's digits, a UUID's usual
// form.
func IDText(v bson.RawValue) (string, bool) {
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
	case bson.TypeDecimal128:
		n, ok := decimalValue(v.Decimal128().String()).Integer()
		return strconv.FormatInt(n, 10), ok
	case bson.TypeBinary:
		subtype, b := v.Binary()
		if len(b) != 16 || subtype != oldUUID && subtype != newUUID {
			return "", false
		}
		return uuidText(b), true
	}
	return "", false
}

// Saw notes the form of an _id that was read.
func (f *IDForms) Saw(v bson.RawValue) {
	switch v.Type {
	case bson.TypeString:
		f.texts.Store(true)
	case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble, bson.TypeDecimal128:
		f.numbers.Store(true)
	case bson.TypeBinary:
		f.uuids.Store(true)
	}
}

// Candidates returns every _id that could be meant by an ID, in the order in which they are likely.
func (f *IDForms) Candidates(id string) []any {
	var cs []any
	if oid, ok := objectID(id); ok {
		cs = append(cs, oid)
	}
	if n, ok := number(id); ok && f.numbers.Load() {
		cs = append(cs, n)
	}
	if b, ok := uuid(id); ok && f.uuids.Load() {
		cs = append(cs, bson.Binary{Subtype: newUUID, Data: b}, bson.Binary{Subtype: oldUUID, Data: b})
	}
	if id != "" && f.texts.Load() {
		cs = append(cs, id)
	}
	return cs
}

// Of returns the candidates of all these IDs.
func (f *IDForms) Of(ids []string) []any {
	all := make([]any, 0, len(ids))
	for _, id := range ids {
		all = append(all, f.Candidates(id)...)
	}
	return all
}

// Spelled returns every form that these IDs can be written in.
func Spelled(ids []string) bson.A {
	var every IDForms
	every.texts.Store(true)
	every.numbers.Store(true)
	every.uuids.Store(true)
	return bson.A(every.Of(ids))
}

// Is returns what an _id must be to have this ID.
func (f *IDForms) Is(id string) any {
	cs := f.Candidates(id)
	if len(cs) == 1 {
		return cs[0]
	}
	return bson.D{{Key: "$in", Value: append(bson.A{}, cs...)}}
}

// FreshID returns the _id of a new record, or of one there is nothing to learn from.
func FreshID(id string) any {
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

// hyphens are where the text of a UUID has them.
var hyphens = [...]int{8, 13, 18, 23}

func uuidText(b []byte) string {
	text := hex.EncodeToString(b)
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

// uuid takes the usual form only, in small letters.
func uuid(id string) ([]byte, bool) {
	if len(id) != 36 || strings.ToLower(id) != id {
		return nil, false
	}
	for _, i := range hyphens {
		if id[i] != '-' {
			return nil, false
		}
	}
	b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return b, err == nil && len(b) == 16
}
