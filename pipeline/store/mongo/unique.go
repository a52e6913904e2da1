package mongo

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// indexed is one of a collection's indexes.
type indexed struct {
	name      string
	paths     []string
	kinds     map[string]string // by path: 2dsphere, hashed, text …; "" for one that sorts
	unique    bool
	sparse    bool
	partial   bson.Raw // the filter of the documents that are in it; nil for all
	collation *options.Collation
}

// listIndexes returns the indexes but that of _id, those with a partial filter last: a record may have the same value and not be in one.
func (r *records) listIndexes(ctx context.Context) ([]indexed, error) {
	found, err := r.Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	defer found.Close(context.WithoutCancel(ctx))
	var all []indexed
	for found.Next(ctx) {
		if ix := indexFrom(found.Current); len(ix.paths) != 1 || ix.paths[0] != "_id" {
			all = append(all, ix)
		}
	}
	slices.SortStableFunc(all, func(a, b indexed) int { return cmp.Compare(len(a.partial), len(b.partial)) })
	return all, found.Err()
}

// findValueFields notes the fields that an index of the application begins with, which any document with a value is in. Where inlet may not list indexes
// there are none.
func (r *records) findValueFields(ctx context.Context) error {
	all, err := r.listIndexes(ctx)
	if err != nil {
		if faultOf(err) == temporary {
			return err
		}
		return nil
	}
	r.fields = nil
	for _, ix := range all {
		field := r.layout.Mapped(ix.paths[0])
		if field != "" && ix.kinds[ix.paths[0]] == "" && ix.partial == nil && ix.collation == nil && !slices.Contains(r.fields, field) {
			r.fields = append(r.fields, field)
		}
	}
	return nil
}

func indexFrom(doc bson.Raw) indexed {
	ix := indexed{kinds: map[string]string{}}
	ix.name, _ = doc.Lookup("name").StringValueOK()
	ix.unique, _ = doc.Lookup("unique").BooleanOK()
	ix.sparse, _ = doc.Lookup("sparse").BooleanOK()
	if filter, ok := doc.Lookup("partialFilterExpression").DocumentOK(); ok {
		ix.partial = slices.Clone(filter)
	}
	if c, ok := doc.Lookup("collation").DocumentOK(); ok {
		ix.collation = collationFrom(c)
	}
	key, _ := doc.Lookup("key").DocumentOK()
	elements, _ := key.Elements()
	for _, e := range elements {
		ix.paths = append(ix.paths, e.Key())
		ix.kinds[e.Key()], _ = e.Value().StringValueOK()
	}
	return ix
}

func collationFrom(doc bson.Raw) *options.Collation {
	c := &options.Collation{}
	c.Locale, _ = doc.Lookup("locale").StringValueOK()
	c.CaseLevel, _ = doc.Lookup("caseLevel").BooleanOK()
	c.NumericOrdering, _ = doc.Lookup("numericOrdering").BooleanOK()
	c.Alternate, _ = doc.Lookup("alternate").StringValueOK()
	strength, _ := doc.Lookup("strength").AsInt64OK()
	c.Strength = int(strength)
	return c
}

// holders finds the records that have what the refused ones were to have in the fields of a unique index.
func (r *refusalReasons) holders(ctx context.Context, ix *indexed) error {
	if !ix.unique {
		return nil
	}
	var simple, others []openRefusal
	for _, a := range r.asked {
		if why := a.result.Why; why == nil || why.Reason != engine.Unique || why.Index != "" {
			continue
		}
		if ix.sparse && !slices.ContainsFunc(ix.paths, func(path string) bool { return !r.will(a, path).IsZero() }) {
			continue // it is not in the index
		}
		if _, one := r.scalar(a, ix); one {
			simple = append(simple, a)
		} else {
			others = append(others, a)
		}
	}
	for some := range slices.Chunk(simple, mostKeys) {
		if err := r.holdersAtOnce(ctx, ix, some); err != nil {
			return err
		}
	}
	var asking errgroup.Group
	asking.SetLimit(atOnce)
	for _, a := range others {
		asking.Go(func() error { return r.holder(ctx, ix, a) })
	}
	return asking.Wait()
}

// scalar returns the value that a record would have in an index of one field, if equal values are equal to the index too.
func (r *refusalReasons) scalar(a openRefusal, ix *indexed) (crm.Value, bool) {
	if len(ix.paths) != 1 || ix.collation != nil {
		return crm.Value{}, false
	}
	raw := r.will(a, ix.paths[0])
	v := document.Value(raw, true)
	return v, !v.Absent() && raw.Type != bson.TypeArray
}

// holdersAtOnce is one look-up for many records.
func (r *refusalReasons) holdersAtOnce(ctx context.Context, ix *indexed, some []openRefusal) error {
	path := ix.paths[0]
	values := bson.A{}
	for _, a := range some {
		values = append(values, r.will(a, path))
	}
	filter := bson.D{{Key: path, Value: bson.D{{Key: "$in", Value: values}}}}
	have := map[crm.Value][]string{}
	err := r.each(ctx, ix.of(filter), options.Find().SetProjection(bson.D{{Key: path, Value: 1}}), func(doc bson.Raw) {
		v := document.Value(lookup(doc, path), true)
		id, _ := document.IDText(doc.Lookup("_id"))
		have[v] = append(have[v], id)
	})
	if err != nil {
		return err
	}
	for _, a := range some {
		v, _ := r.scalar(a, ix)
		for _, id := range have[v] {
			if id != a.ID {
				r.found(ix, a, id)
				break
			}
		}
	}
	return nil
}

// holder is one look-up for one record.
func (r *refusalReasons) holder(ctx context.Context, ix *indexed, a openRefusal) error {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$nin", Value: append(bson.A{document.FreshID(a.ID)}, r.ids.Candidates(a.ID)...)}}}}
	for _, path := range ix.paths {
		filter = append(filter, bson.E{Key: path, Value: hasValue(r.will(a, path))})
	}
	o := options.Find().SetLimit(1).SetProjection(bson.D{{Key: "_id", Value: 1}})
	if ix.collation != nil {
		o.SetCollation(ix.collation)
	}
	return r.each(ctx, ix.of(filter), o, func(doc bson.Raw) {
		id, _ := document.IDText(doc.Lookup("_id"))
		r.found(ix, a, id)
	})
}

// hasValue returns the condition that a field has a value, or of a list one of its values. Null stands for a field that is not there, too.
func hasValue(v bson.RawValue) any {
	if list, ok := v.ArrayOK(); ok {
		return bson.D{{Key: "$in", Value: bson.RawValue{Type: bson.TypeArray, Value: list}}}
	}
	if v.IsZero() {
		return nil
	}
	return bson.D{{Key: "$eq", Value: v}}
}

// of returns the filter, of the documents that are in the index.
func (ix *indexed) of(filter bson.D) bson.D {
	if ix.partial == nil {
		return filter
	}
	return bson.D{{Key: "$and", Value: bson.A{filter, ix.partial}}}
}

// found says of a refused record which index it violates, and whose value it has.
func (r *refusalReasons) found(ix *indexed, a openRefusal, other string) {
	why := a.result.Why
	why.Index, why.Other = ix.name, other
	var values []string
	for _, path := range ix.paths {
		why.Fields = append(why.Fields, r.layout.Field(path))
		if v := document.Value(r.will(a, path), true); !v.Absent() {
			values = append(values, v.String())
		}
	}
	why.Value = strings.Join(values, ", ")
}

// onlyOne names the index of those whose other record was not found, where there is but one that it can be.
func (r *refusalReasons) onlyOne() {
	var unique []*indexed
	for i := range r.indexes {
		if r.indexes[i].unique {
			unique = append(unique, &r.indexes[i])
		}
	}
	for _, a := range r.asked {
		if why := a.result.Why; len(unique) == 1 && why != nil && why.Reason == engine.Unique && why.Index == "" {
			r.found(unique[0], a, "")
		}
	}
}
