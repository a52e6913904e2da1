package panel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/provenance"
	"inlet.example/inlet/pipeline/store/audit"
)

// Browser gives the pages the records of a store and its fields.
type Browser struct{ *Panel }

// searchTime is how long names are looked through for a search; mostNames how many records.
const (
	searchTime = 700 * time.Millisecond
	mostNames  = 200_000
)

// Search returns up to limit records of all kinds: the one with this ID, those that are found by the query as the only value of a match rule in use,
// and those whose name has words that begin with those of the query, or whose number, e-mail or phone is the query. whole reports whether all records
// were looked through.
func (b Browser) Search(ctx context.Context, query string, limit int) (all []crm.Record, whole bool, err error) {
	parts, err := b.parts()
	if err != nil {
		return nil, false, err
	}
	for _, kind := range crm.Kinds {
		found, err := parts.Store.Records.ByID(ctx, kind, []string{query})
		if err != nil {
			return nil, false, err
		}
		byKey, err := parts.Store.Records.Find(ctx, kind, parts.Store.Index.Rules().KeysOf(kind, query))
		if err != nil {
			return nil, false, err
		}
		all = append(append(all, found...), byKey...)
	}
	looking, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	l := &looker{query: newQuery(query), room: limit, left: mostNames}
	for _, kind := range crm.Kinds {
		err := parts.Store.Records.Pages(looking, kind, l.page)
		if err != nil && !errors.Is(err, errEnough) && looking.Err() == nil {
			return nil, false, err
		}
		l.stopped = l.stopped || err != nil
	}
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	all = append(all, l.found...)
	slices.SortFunc(all, func(a, b crm.Record) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	all = slices.CompactFunc(all, func(a, b crm.Record) bool { return a.Kind == b.Kind && a.ID == b.ID })
	return all[:min(len(all), limit)], !l.stopped, nil
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
