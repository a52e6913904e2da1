package refusal

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/query"
)

// Index is one of a collection's indexes.
type Index struct {
	name      string
	Paths     []string
	Kinds     map[string]string // by path: 2dsphere, hashed, text …; "" for one that sorts
	unique    bool
	sparse    bool
	Partial   bson.Raw // the filter of the documents that are in it; nil for all
	Collation *options.Collation
}

// Indexes returns the indexes but that of _id, those with a partial filter last: a record may have the same value and not be in one.
func Indexes(ctx context.Context, c *driver.Collection) ([]Index, error) {
	found, err := c.Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	defer found.Close(context.WithoutCancel(ctx))
	var all []Index
	for found.Next(ctx) {
		if ix := indexFrom(found.Current); len(ix.Paths) != 1 || ix.Paths[0] != "_id" {
			all = append(all, ix)
		}
	}
	slices.SortStableFunc(all, func(a, b Index) int { return cmp.Compare(len(a.Partial), len(b.Partial)) })
	return all, found.Err()
}

func indexFrom(doc bson.Raw) Index {
	ix := Index{Kinds: map[string]string{}}
	ix.name, _ = doc.Lookup("name").StringValueOK()
	ix.unique, _ = doc.Lookup("unique").BooleanOK()
	ix.sparse, _ = doc.Lookup("sparse").BooleanOK()
	if filter, ok := doc.Lookup("partialFilterExpression").DocumentOK(); ok {
		ix.Partial = slices.Clone(filter)
	}
	if c, ok := doc.Lookup("collation").DocumentOK(); ok {
		ix.Collation = collationFrom(c)
	}
	key, _ := doc.Lookup("key").DocumentOK()
	elements, _ := key.Elements()
	for _, e := range elements {
		ix.Paths = append(ix.Paths, e.Key())
		ix.Kinds[e.Key()], _ = e.Value().StringValueOK()
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
func (r *Reasons) holders(ctx context.Context, ix *Index) error {
	if !ix.unique {
		return nil
	}
	var simple, others []openRefusal
	for _, a := range r.asked {
		if why := a.result.Why; why == nil || why.Reason != engine.Unique || why.Index != "" {
			continue
		}
		if ix.sparse && !slices.ContainsFunc(ix.Paths, func(path string) bool { return !r.will(a, path).IsZero() }) {
			continue // it is not in the index
		}
		if _, one := r.scalar(a, ix); one {
			simple = append(simple, a)
		} else {
			others = append(others, a)
		}
	}
	for some := range slices.Chunk(simple, query.MostKeys) {
		if err := r.holdersAtOnce(ctx, ix, some); err != nil {
			return err
		}
	}
	var asking errgroup.Group
	asking.SetLimit(query.AtOnce)
	for _, a := range others {
		asking.Go(func() error { return r.holder(ctx, ix, a) })
	}
	return asking.Wait()
}

// scalar returns the value that a record would have in an index of one field, if equal values are equal to the index too.
func (r *Reasons) scalar(a openRefusal, ix *Index) (crm.Value, bool) {
	if len(ix.Paths) != 1 || ix.Collation != nil {
		return crm.Value{}, false
	}
	raw := r.will(a, ix.Paths[0])
	v := document.Value(raw, true)
	return v, !v.Absent() && raw.Type != bson.TypeArray
}

// holdersAtOnce is one look-up for many records.
func (r *Reasons) holdersAtOnce(ctx context.Context, ix *Index, some []openRefusal) error {
	path := ix.Paths[0]
	values := bson.A{}
	for _, a := range some {
		values = append(values, r.will(a, path))
	}
	filter := bson.D{{Key: path, Value: bson.D{{Key: "$in", Value: values}}}}
	have := map[crm.Value][]string{}
	err := query.Each(ctx, r.Collection, ix.of(filter), options.Find().SetProjection(bson.D{{Key: path, Value: 1}}), func(doc bson.Raw) {
		v := document.Value(document.Lookup(doc, path), true)
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
func (r *Reasons) holder(ctx context.Context, ix *Index, a openRefusal) error {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$nin", Value: append(bson.A{document.FreshID(a.ID)}, r.IDs.Candidates(a.ID)...)}}}}
	for _, path := range ix.Paths {
		filter = append(filter, bson.E{Key: path, Value: hasValue(r.will(a, path))})
	}
	o := options.Find().SetLimit(1).SetProjection(bson.D{{Key: "_id", Value: 1}})
	if ix.Collation != nil {
		o.SetCollation(ix.Collation)
	}
	return query.Each(ctx, r.Collection, ix.of(filter), o, func(doc bson.Raw) {
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
func (ix *Index) of(filter bson.D) bson.D {
	if ix.Partial == nil {
		return filter
	}
	return bson.D{{Key: "$and", Value: bson.A{filter, ix.Partial}}}
}

// found says about a refused record which index it violates, and whose value it has.
func (r *Reasons) found(ix *Index, a openRefusal, other string) {
	why := a.result.Why
	why.Index, why.Other = ix.name, other
	var values []string
	for _, path := range ix.Paths {
		why.Fields = append(why.Fields, r.Layout.Field(path))
		if v := document.Value(r.will(a, path), true); !v.Absent() {
			values = append(values, v.String())
		}
	}
	why.Value = strings.Join(values, ", ")
}

// onlyOne names the index of those whose other record was not found, where there is but one that it can be.
func (r *Reasons) onlyOne() {
	var unique []*Index
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
