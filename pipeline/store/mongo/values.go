package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

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

// ValueFields returns the fields that the application has an index of, as they were when the database was opened.
func (e *Engine) ValueFields(kind crm.Kind) []string { return e.kinds[kind].fields }

// ByValues is one command for each thousand values. It returns a few records for each value: more of them would be found by no rule that decides.
func (e *Engine) ByValues(ctx context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error) {
	const each = 20
	r := e.kinds[kind]
	var all []crm.Record
	for some := range slices.Chunk(values, mostKeys) {
		wanted := make(bson.A, 0, len(some))
		for _, v := range some {
			is, err := document.BSON(v)
			if err != nil {
				return nil, r.wrap("look up", err)
			}
			wanted = append(wanted, is)
		}
		filter := bson.D{{Key: r.layout.Path(field), Value: bson.D{{Key: "$in", Value: wanted}}}}
		recs, err := r.read(ctx, filter, options.Find().SetLimit(int64(each*len(some))))
		if err != nil {
			return nil, r.wrap("look up", err)
		}
		all = append(all, recs...)
	}
	return all, nil
}
