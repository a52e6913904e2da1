package document

import (
	"fmt"
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

// put adds a value at a path, with the objects that lead there.
func put(doc *bson.D, path string, v any) {
	for {
		name, rest, inside := strings.Cut(path, ".")
		if !inside {
			*doc = append(*doc, bson.E{Key: name, Value: v})
			return
		}
		doc, path = object(doc, name), rest
	}
}

// customLast puts the site's own fields behind the others.
func customLast(doc bson.D) bson.D {
	if i := slices.IndexFunc(doc, func(e bson.E) bool { return e.Key == custom }); i >= 0 {
		last := doc[i]
		doc = append(slices.Delete(doc, i, i+1), last)
	}
	return doc
}

// object returns the object of this name in another, which gets one where it has none.
func object(in *bson.D, name string) *bson.D {
	for _, e := range *in {
		if e.Key == name {
			return e.Value.(*bson.D)
		}
	}
	inner := new(bson.D)
	*in = append(*in, bson.E{Key: name, Value: inner})
	return inner
}

// marks leaves seq out where it is 0: such a record stands with those that inlet did not create.
func marks(w engine.Write, clock, from bson.D) bson.D {
	var m bson.D
	if w.Seq != 0 {
		m = append(m, bson.E{Key: "seq", Value: w.Seq})
	}
	m = append(m, bson.E{Key: "mark", Value: w.Mark}, bson.E{Key: "keys", Value: Hashes(w.Hashes)})
	if w.Feed != "" {
		m = append(m, bson.E{Key: "feed", Value: string(w.Feed)})
	}
	if clock != nil {
		m = append(m, bson.E{Key: "clock", Value: clock})
	}
	if w.Keying == nil {
		return m
	}
	return append(m, bson.E{Key: "from", Value: orEmpty(from)}, bson.E{Key: "rules", Value: w.Keying.Generation})
}

// Hashes is an empty list, never null, where there are none.
func Hashes(hs []int64) []int64 { return append(make([]int64, 0, len(hs)), hs...) }

// Stamp returns a time as a document has it.
func Stamp(t time.Time) bson.DateTime { return bson.NewDateTimeFromTime(t) }

func orEmpty(doc bson.D) bson.D {
	if doc == nil {
		return bson.D{}
	}
	return doc
}
