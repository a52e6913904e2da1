package mongo

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/refusal"
)

// findValueFields notes the fields that an index of the application begins with, which any document with a value is in. Where inlet may not list indexes
// there are none.
func findValueFields(ctx context.Context, r *records) error {
	all, err := refusal.Indexes(ctx, r.Collection)
	if err != nil {
		if answer.FaultOf(err) == answer.Temporary {
			return err
		}
		return nil
	}
	r.fields = nil
	for _, ix := range all {
		field := r.layout.Mapped(ix.Paths[0])
		if field != "" && ix.Kinds[ix.Paths[0]] == "" && ix.Partial == nil && ix.Collation == nil && !slices.Contains(r.fields, field) {
			r.fields = append(r.fields, field)
		}
	}
	return nil
}
