package assembly

import (
	"context"
	"log/slog"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// BuiltInFields returns the names of the fields that every site has, by kind.
func BuiltInFields() map[string][]string {
	all := map[string][]string{}
	schema, _ := crm.NewSchema() // only fields of a site can be wrong
	for _, f := range schema.Fields() {
		if f.Name != "id" { // the record's own, which is its _id
			all[string(f.Kind)] = append(all[string(f.Kind)], f.Name)
		}
	}
	return all
}

// warnUnreadable logs how many records no import finds, because of their IDs.
func warnUnreadable(ctx context.Context, s *store.Store, log *slog.Logger) error {
	if !log.Enabled(ctx, slog.LevelWarn) {
		return nil
	}
	for _, kind := range crm.Kinds {
		n, example, err := s.Records.Unreadable(ctx, kind)
		if err != nil {
			return err
		}
		if n > 0 {
			log.LogAttrs(ctx, slog.LevelWarn, "Records with unreadable IDs", slog.String("kind", string(kind)), slog.Int("records", n), slog.String("example", example))
		}
	}
	return nil
}

// collectionsOf says to the engine where the records are.
func collectionsOf(collections config.Kinds[config.Collection]) map[crm.Kind]mongo.Collection {
	all := map[crm.Kind]mongo.Collection{}
	for _, kind := range crm.Kinds {
		c := collections.Of(string(kind))
		all[kind] = mongo.Collection{Name: c.Name, ID: c.ID, Changed: c.Changed, Search: c.Search,
			Names: document.Names{Fields: c.Fields, Parent: c.Parent, Created: c.Created, Modified: c.Modified}}
	}
	return all
}
