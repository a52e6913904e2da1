package document

import (
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/store/engine"
)

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
