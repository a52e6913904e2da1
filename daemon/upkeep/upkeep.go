// Package upkeep does in the background what lists and searches of a store need and no import waits for: it catalogues the imports of an older version, and
// keeps the index of the search.
//
// # Why it pauses
//
// It shares the database with the imports. While one is running it leaves the database alone for several times as long as it used it, and a little also
// at other times.
package upkeep

import (
	"context"
	"log/slog"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/pipeline/store"
)

// every is how often it looks for imports that have written records.
const every = 2 * time.Second

// Upkeep is the upkeep of one store.
type Upkeep struct {
	Store     *store.Store
	Log       *slog.Logger
	Importing func() bool // an import is running

	resumed time.Time // when it last went on after a pause
}

// Run does what is to be done until ctx ends.
func (u *Upkeep) Run(ctx context.Context) error {
	u.resumed = time.Now()
	u.retry(ctx, "Imports cannot be catalogued, trying again", u.catalogue)
	index := u.Store.Indexer()
	index.Pause = u.pause
	begun := false
	for ctx.Err() == nil {
		u.retry(ctx, "Records cannot be indexed for the search, trying again", func(ctx context.Context) error {
			u.resumed = time.Now()
			n, err := index.Step(ctx)
			if n > 0 && !begun {
				u.Log.LogAttrs(ctx, slog.LevelInfo, "Records are indexed for the search", slog.Int("records", n))
			}
			begun = begun || err == nil
			return err
		})
		_ = backoff.Sleep(ctx, every) // an error: ctx has ended
	}
	return nil
}

// pause is called between two pages.
func (u *Upkeep) pause(ctx context.Context) error {
	used := time.Since(u.resumed)
	wait := used / 4
	if u.Importing() {
		wait = 4 * used
	}
	err := backoff.Sleep(ctx, wait)
	u.resumed = time.Now()
	return err
}

func (u *Upkeep) catalogue(ctx context.Context) error {
	n, err := u.Store.Catalog.Complete(ctx, u.pause)
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
