package current

import (
	"context"
	"log/slog"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/pipeline/store"
)

// Cancels cancels the current import when a person asks for it (inlet cancel).
type Cancels struct {
	Store   *store.Store
	Log     *slog.Logger
	Current *Import
	Every   time.Duration
}

// Run looks for requests until ctx ends.
func (w *Cancels) Run(ctx context.Context) error {
	logged := ""
	for backoff.Sleep(ctx, w.Every) == nil {
		ids, err := w.Store.Cancellations.All(ctx)
		if err != nil || len(ids) == 0 {
			continue // storeWatch reports a store that does not answer
		}
		id := w.Current.cancelIfIn(ids)
		w.dropEnded(ctx, ids)
		if id != "" && id != logged {
			logged = id
			w.Log.LogAttrs(ctx, slog.LevelInfo, "Import will be cancelled after the current batch", slog.String("import", id))
		}
	}
	return nil
}

// dropEnded removes the requests for imports that have ended by themselves.
func (w *Cancels) dropEnded(ctx context.Context, ids []string) {
	for _, id := range ids {
		if imp, ok, err := w.Store.Imports.Import(ctx, id); err == nil && (!ok || imp.State.Ended()) {
			_ = w.Store.Cancellations.Remove(ctx, id) // the next poll tries again
		}
	}
}
