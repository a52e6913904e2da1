package document

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Guard returns the filter that a record passes only as the write expects it: its mark, and its values in the fields that change. id is what its _id
// must be.
func (l *Layout) Guard(w engine.Write, id any) (bson.D, error) {
	filter := bson.D{{Key: "_id", Value: id}, {Key: "_inlet.mark", Value: w.Expect}}
	if w.Expect == 0 {
		filter[1].Value = bson.D{{Key: "$in", Value: bson.A{nil, 0}}}
	}
	var conditions bson.A
	for _, field := range FieldsOf(w) {
		if err := l.Check(field); err != nil {
			return nil, err
		}
		c, err := l.holds(field, w.Before.Of(field))
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", field, err)
		}
		conditions = append(conditions, c)
	}
	if conditions == nil {
		return filter, nil
	}
	return append(filter, expr(conditions)), nil
}

func expr(conditions bson.A) bson.E {
	return bson.E{Key: "$expr", Value: bson.D{{Key: "$and", Value: conditions}}}
}

// GuardWhole returns the filter that a record passes only where it is all that the write knows of it: what is removed must be no other program's. It
// compares names, so that a field passes by no form that it may hold.
func (l *Layout) GuardWhole(w engine.Write, id any) (bson.D, error) {
	filter := bson.D{{Key: "_id", Value: id}, {Key: "_inlet.mark", Value: w.Expect}}
	if l.parent != "" {
		filter = append(filter, bson.E{Key: l.parent, Value: bson.D{{Key: "$in", Value: Spelled([]string{w.ParentID})}}})
	}
	var conditions bson.A
	paths := []string{"_id", own}
	for _, path := range []string{l.parent, l.created, l.modified} {
		if path != "" {
			paths = append(paths, path)
		}
	}
	for _, p := range w.Before {
		c, err := l.holds(p.Field, p.Value)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", p.Field, err)
		}
		conditions = append(conditions, c)
		paths = append(paths, l.Path(p.Field))
	}
	return append(filter, expr(append(conditions, l.onlyPaths(paths)...))), nil
}

// onlyPaths returns the expressions that are true of a document that has nothing at other paths than these. An object that fields are in may be there
// and empty.
func (l *Layout) onlyPaths(paths []string) bson.A {
	names := map[string]bson.A{"": {custom}, custom: {}} // by the path of the object
	for object := range l.inside {
		names[object] = bson.A{}
	}
	for object := range l.inside {
		in, name := cutLast(object)
		names[in] = append(names[in], name)
	}
	for _, path := range paths {
		in, name := cutLast(path)
		names[in] = append(names[in], name)
	}
	var conditions bson.A
	for _, object := range slices.Sorted(maps.Keys(names)) {
		if object == "" {
			conditions = append(conditions, onlyNamed("$$ROOT", names[object]))
			continue
		}
		ref := "$" + object
		isObject := bson.D{{Key: "$in", Value: bson.A{bson.D{{Key: "$type", Value: ref}}, bson.A{"object", "missing"}}}}
		content := bson.D{{Key: "$cond", Value: bson.A{isObject, bson.D{{Key: "$ifNull", Value: bson.A{ref, bson.D{}}}}, bson.D{}}}}
		conditions = append(conditions, isObject, onlyNamed(content, names[object]))
	}
	return conditions
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

// holds returns the expression that is true where a document's field would be read as this value, in whichever type of BSON
// another program may have written it.
func (l *Layout) holds(field string, v crm.Value) (bson.D, error) {
	ref := "$" + l.Path(field)
	if v.Absent() { // null, "" and an empty list are read as absent
		return oneOf(bson.D{{Key: "$ifNull", Value: bson.A{ref, ""}}}, "", bson.A{}), nil
	}
	b, err := BSON(v)
	if err != nil {
		return nil, err
	}
	if t, ok := v.Time(); ok {
		return holdsTime(ref, field, v, t), nil
	}
	if s, ok := v.Decimal(); ok {
		return holdsDecimal(ref, s, b), nil
	}
	return compare("$eq", ref, b), nil
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
