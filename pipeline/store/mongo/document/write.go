package document

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Encode returns the document of a new record; id is its _id, parent that of its parent, nil if it has none.
func (l *Layout) Encode(w engine.Write, id, parent any) (bson.D, error) {
	doc := bson.D{{Key: "_id", Value: id}}
	if parent != nil {
		put(&doc, l.parent, parent)
	}
	var times, from bson.D
	if l.parent != "" && w.Keying != nil && parent != nil {
		put(&from, l.parent, parent)
	}
	for _, p := range w.Set {
		v, err := l.encode(p)
		if err != nil {
			return nil, err
		}
		put(&doc, l.Path(p.Field), v)
		if midnight(p.Value) {
			put(&times, p.Field, true)
		}
		if w.Keying.Uses(p.Field) {
			put(&from, l.Path(p.Field), v)
		}
	}
	doc, times = customLast(doc), customLast(times)
	at := w.TimesOf()
	for _, t := range []struct {
		path string
		time.Time
	}{{l.created, at.Created}, {l.modified, at.Modified}} {
		if t.path != "" && !t.IsZero() {
			put(&doc, t.path, Stamp(t.Time))
		}
	}
	return append(doc, bson.E{Key: own, Value: marks(w, times, from)}), nil
}

func (l *Layout) encode(p crm.Pair) (any, error) {
	if err := l.Check(p.Field); err != nil {
		return nil, err
	}
	v, err := BSON(p.Value)
	if err != nil {
		return nil, fmt.Errorf("field %s: %w", p.Field, err)
	}
	return v, nil
}

// Update returns the update document of a write; parent is the _id of the parent that a record moves to, or, with new keys, is in.
func (l *Layout) Update(w engine.Write, parent any) (bson.D, error) {
	set := bson.D{{Key: "_inlet.mark", Value: w.Mark}}
	if l.modified != "" {
		set = append(set, bson.E{Key: l.modified, Value: Stamp(w.At)})
	}
	var unset bson.D
	for _, p := range w.Set {
		v, err := l.encode(p)
		if err != nil {
			return nil, err
		}
		set = append(set, bson.E{Key: l.Path(p.Field), Value: v})
		switch clock := "_inlet.clock." + p.Field; {
		case midnight(p.Value):
			set = append(set, bson.E{Key: clock, Value: true})
		case p.Value.Date() || midnight(w.Before.Of(p.Field)):
			unset = append(unset, bson.E{Key: clock, Value: ""})
		}
	}
	for _, field := range w.Unset {
		unset = append(unset, bson.E{Key: l.Path(field), Value: ""})
		if midnight(w.Before.Of(field)) {
			unset = append(unset, bson.E{Key: "_inlet.clock." + field, Value: ""})
		}
	}
	if w.Move {
		set = append(set, bson.E{Key: l.parent, Value: parent})
	}
	if w.Rekey {
		var err error
		if set, err = l.rekey(set, w, parent); err != nil {
			return nil, err
		}
	}
	if unset == nil {
		return bson.D{{Key: "$set", Value: set}}, nil
	}
	return bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}}, nil
}

// rekey sets the keys of an update, and what they are made of: what the record was read with and is given, not what another program has written to it
// since. That differs from it, and is found by it.
func (l *Layout) rekey(set bson.D, w engine.Write, parent any) (bson.D, error) {
	set = append(set, bson.E{Key: "_inlet.keys", Value: Hashes(w.Hashes)})
	if w.Keying == nil {
		return set, nil
	}
	var from bson.D
	if l.parent != "" && parent != nil {
		put(&from, l.parent, parent)
	}
	for _, p := range w.Keyed {
		if !w.Keying.Uses(p.Field) || l.Check(p.Field) != nil {
			continue
		}
		v, err := BSON(p.Value)
		if err != nil {
			return nil, err
		}
		put(&from, l.Path(p.Field), v)
	}
	return append(set, bson.E{Key: "_inlet.from", Value: orEmpty(from)}, bson.E{Key: "_inlet.rules", Value: w.Keying.Generation}), nil
}

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

// Stale returns the expression that is true of a document whose keys were made by rules of an earlier generation, or of other values than it has now.
// $lt is also true of a generation that is not there.
func (l *Layout) Stale(k engine.Keying) bson.D {
	conditions := bson.A{bson.D{{Key: "$lt", Value: bson.A{"$_inlet.rules", k.Generation}}}}
	for _, path := range l.sources(k) {
		conditions = append(conditions, bson.D{{Key: "$ne", Value: bson.A{"$" + path, "$_inlet.from." + path}}})
	}
	return bson.D{{Key: "$or", Value: conditions}}
}

// sources are the paths of what keys are made of.
func (l *Layout) sources(k engine.Keying) []string {
	var paths []string
	if l.parent != "" {
		paths = append(paths, l.parent)
	}
	for _, field := range k.Fields {
		if l.Check(field) == nil {
			paths = append(paths, l.Path(field))
		}
	}
	return paths
}

// Keys returns what an update sets in a document for its keys to be these: they, and the values that they were made of, as the document has them.
func (l *Layout) Keys(doc bson.Raw, k engine.Keying, hashes []int64) bson.D {
	var from bson.D
	for _, path := range l.sources(k) {
		if v, err := doc.LookupErr(strings.Split(path, ".")...); err == nil {
			put(&from, path, v)
		}
	}
	return bson.D{{Key: "keys", Value: Hashes(hashes)}, {Key: "from", Value: orEmpty(from)}, {Key: "rules", Value: k.Generation}}
}
