package document

import (
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

func expr(conditions bson.A) bson.E {
	return bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: conditions}}}
}

// cutLast returns the path of the object that a path is in, "" for the document, and the name there.
func cutLast(path string) (object, name string) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}

// onlyNamed returns the expression that is true of a document that has no other fields than these.
func onlyNamed(document any, names bson.A) bson.D {
	fields := bson.D{{Key: "$map", Value: bson.D{{Key: "input", Value: bson.D{{Key: "$objectToArray", Value: document}}}, {Key: "in", Value: "$$this.k"}}}}
	return bson.D{{Key: "$setIsSubset", Value: bson.A{fields, bson.D{{Key: "$literal", Value: names}}}}}
}

// FieldsOf returns the fields that a write changes.
func FieldsOf(w engine.Write) []string {
	fields := make([]string, 0, len(w.Set)+len(w.Unset))
	for _, p := range w.Set {
		fields = append(fields, p.Field)
	}
	return append(fields, w.Unset...)
}

// holdsTime takes a point in time to the second, as it was read: other programs write milliseconds.
func holdsTime(ref, field string, v crm.Value, t time.Time) bson.D {
	if v.Date() {
		return both(compare("$eq", ref, Stamp(t)), compare("$ne", "$_inlet.clock."+field, true))
	}
	return both(compare("$gte", ref, Stamp(t)), compare("$lt", ref, Stamp(t.Add(time.Second))))
}

// holdsDecimal takes a double that is read as the number, too: 0.1 as a double is another number than 0.1.
func holdsDecimal(ref, s string, exact any) bson.D {
	if f, err := strconv.ParseFloat(s, 64); err == nil && decimalValue(strconv.FormatFloat(f, 'g', -1, 64)) == decimalValue(s) {
		return oneOf(ref, exact, f)
	}
	return compare("$eq", ref, exact)
}

func both(a, b bson.D) bson.D {
	return bson.D{{Key: "$and", Value: bson.A{a, b}}}
}

// compare takes the right side as it is: text with a $ is not the name of a field.
func compare(op, ref string, v any) bson.D {
	return bson.D{{Key: op, Value: bson.A{ref, bson.D{{Key: "$literal", Value: v}}}}}
}

func oneOf(v any, choices ...any) bson.D {
	return bson.D{{Key: "$in", Value: bson.A{v, bson.D{{Key: "$literal", Value: bson.A(choices)}}}}}
}
