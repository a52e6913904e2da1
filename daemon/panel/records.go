package panel

import (
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/provenance"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/search"
)

// Browser gives the pages the records of a store and its fields.
type Browser struct{ *Panel }

// Search returns up to limit records of all kinds that are found by a text.
func (b Browser) Search(ctx context.Context, text string, limit int) (search.Found, error) {
	parts, err := b.parts()
	if err != nil {
		return search.Found{}, err
	}
	return parts.Store.Search.Find(ctx, text, limit)
}

// ChildrenOf returns up to limit records of a kind that belong to a parent.
func (b Browser) ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error) {
	parts, err := b.parts()
	if err != nil {
		return nil, err
	}
	return parts.Store.Records.ChildrenOf(ctx, kind, parent, limit)
}

// mostSteps is how many changes of a record are followed back.
const mostSteps = 30

// History returns where the values of a record came from.
func (b Browser) History(ctx context.Context, rec crm.Record) (provenance.History, error) {
	parts, err := b.parts()
	if err != nil {
		return provenance.History{}, err
	}
	return provenance.Of(ctx, parts.Store.Imports, parts.Store.Journal, rec, mostSteps)
}

// AddField adds a custom field.
func (b Browser) AddField(ctx context.Context, by string, f crm.Field) error {
	parts, err := b.fresh(ctx)
	if err != nil {
		return err
	}
	if parts.Schema.Field(f.Path()) != nil {
		return fmt.Errorf("%s already exists", f.Path())
	}
	return b.act(ctx, audit.Entry{Who: by, What: audit.AddField, Of: f.Path()}, func(ctx context.Context) error { return parts.AddField(ctx, f) })
}

// RemoveField removes a field that was added to the store.
func (b Browser) RemoveField(ctx context.Context, by, path string) error {
	parts, err := b.fresh(ctx)
	if err != nil {
		return err
	}
	return b.act(ctx, audit.Entry{Who: by, What: audit.RemoveField, Of: path}, func(ctx context.Context) error { return parts.RemoveField(ctx, path, nil) })
}

// AddedFields returns the paths of the fields that were added to the store.
func (b Browser) AddedFields(ctx context.Context) ([]string, error) {
	parts, err := b.parts()
	if err != nil {
		return nil, err
	}
	own, err := parts.Store.Settings.Additions(ctx)
	var all []string
	for i := range own.Fields {
		all = append(all, own.Fields[i].Path())
	}
	return all, err
}
