package records

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// database is what records are read from.
type database interface {
	engine.Records
	engine.Browsing
}

// Records are the records of all kinds in a store.
type Records struct {
	db database

	// Label returns the label of a field in the language of an inbox ("" for none); nil: problems name fields as the database does.
	Label func(inbox string, kind crm.Kind, field string) string
}

// New returns the records of a database.
func New(db database) *Records { return &Records{db: db} }

// Find returns the records that one of the keys may mean. It looks by hash: the caller compares the keys' texts.
func (r *Records) Find(ctx context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	hashes := make([]int64, len(keys))
	for i, key := range keys {
		hashes[i] = key.Hash
	}
	return r.db.Find(ctx, kind, hashes)
}

// ByID returns the records with these IDs. An ID that no record has is ignored.
func (r *Records) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return r.db.ByID(ctx, kind, ids)
}

// ValueFields returns the fields by whose values ByValues finds records.
func (r *Records) ValueFields(kind crm.Kind) []string { return r.db.ValueFields(kind) }

// ByValues returns the records that have one of these values in a field.
func (r *Records) ByValues(ctx context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error) {
	return r.db.ByValues(ctx, kind, field, values)
}

// Children returns how many records of a kind each of these parents has. A parent without any is left out.
func (r *Records) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	if len(parents) == 0 {
		return nil, nil
	}
	return r.db.Children(ctx, kind, parents)
}

// ChildrenOf returns up to limit records of a kind that belong to a parent.
func (r *Records) ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error) {
	return r.db.ChildrenOf(ctx, kind, parent, limit)
}

// Each calls do with every record of a kind, in order of creation, until it returns an error.
func (r *Records) Each(ctx context.Context, kind crm.Kind, do func(crm.Record) error) error {
	return r.Pages(ctx, kind, func(page []crm.Record) error {
		for _, rec := range page {
			if err := do(rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// Pages calls do with the records of a kind, in order of creation, a page at a time.
func (r *Records) Pages(ctx context.Context, kind crm.Kind, do func([]crm.Record) error) error {
	const size = 1000
	var after engine.Position
	for {
		page, err := r.db.Scan(ctx, kind, after, size)
		if err != nil || len(page) == 0 {
			return err
		}
		last := page[len(page)-1]
		if err := do(page); err != nil {
			return err
		}
		if len(page) < size {
			return nil
		}
		after = engine.Position{Seq: last.Seq, ID: last.ID}
	}
}

// Unkeyable returns how many records of a kind cannot be found by any rule, because another program keeps its own value in the field of their keys.
func (r *Records) Unkeyable(ctx context.Context, kind crm.Kind) (int, error) {
	if counter, may := r.db.(interface {
		Unkeyable(ctx context.Context, kind crm.Kind) (int, error)
	}); may {
		return counter.Unkeyable(ctx, kind)
	}
	return 0, nil
}

// Unreadable returns how many records of a kind have an ID that has no form in the CRM, so that no import finds them, and one such ID.
func (r *Records) Unreadable(ctx context.Context, kind crm.Kind) (n int, example string, err error) {
	return r.db.Unreadable(ctx, kind)
}

// labels returns the labels of fields in the language of an inbox.
func (r *Records) labels(inbox string, kind crm.Kind, fields []string) []string {
	all := make([]string, len(fields))
	for i, field := range fields {
		if all[i] = field; r.Label != nil {
			all[i] = r.Label(inbox, kind, field)
		}
	}
	return all
}
