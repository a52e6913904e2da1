// Package upkeep does in the background what lists and searches of a store need and no import waits for: it catalogues the imports of an older version.
package upkeep

import (
	"context"
	"log/slog"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/pipeline/store"
)

// pause is left between two pages, so that an import that is running gets the database to itself most of the time.
const pause = 50 * time.Millisecond

// Upkeep is the upkeep of one store.
type Upkeep struct {
	Store *store.Store
	Log   *slog.Logger
}

// Run does what is to be done until that is done or ctx ends.
func (u *Upkeep) Run(ctx context.Context) error {
	u.retry(ctx, "Imports cannot be catalogued, trying again", u.catalogue)
	return nil
}

func (u *Upkeep) catalogue(ctx context.Context) error {
	n, err := u.Store.Catalog.Complete(ctx, func(ctx context.Context) error { return backoff.Sleep(ctx, pause) })
	if n > 0 {
		u.Log.LogAttrs(ctx, slog.LevelInfo, "Imports of an older version are catalogued", slog.Int("imports", n))
	}
	return err
}

// retry repeats do until it succeeds or ctx ends.
func (u *Upkeep) retry(ctx context.Context, failed string, do func(context.Context) error) {
	wait := backoff.New()
	for {
		err := do(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		next := wait.Next()
		u.Log.LogAttrs(ctx, slog.LevelWarn, failed, slog.Duration("in", next), slog.Any("error", err))
		if backoff.Sleep(ctx, next) != nil {
			return
		}
	}
}
