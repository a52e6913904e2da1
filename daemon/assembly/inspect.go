package assembly

import (
	"context"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite/inspect"
)

// Inspection is what a store and its database say about themselves.
type Inspection struct {
	Database engine.Facts
	Store    store.Facts
}

// Inspect reads what a store and its database say about themselves. It makes, upgrades and repairs nothing. A store that is a file must exist.
func Inspect(ctx context.Context, s config.Store) (i Inspection, err error) {
	if path, ok := s.Embedded(); ok {
		f, err := inspect.Open(ctx, path)
		if err != nil {
			return i, err
		}
		defer f.Close()
		if i.Database, err = f.Facts(ctx); err == nil {
			i.Store, err = store.Inspect(ctx, f)
		}
		return i, err
	}
	if !s.OnServer() {
		return i, message.Errorf("the URI is not valid: write sqlite:PATH or mongodb://HOST/DATABASE")
	}
	e, facts, err := mongo.Inspect(ctx, s.URI, mongo.Collections(collectionsOf(s.Collections)))
	if err != nil {
		return i, err
	}
	defer e.Close(context.WithoutCancel(ctx))
	i.Database = facts
	i.Store, err = store.Inspect(ctx, e)
	return i, err
}
