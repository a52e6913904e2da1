package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"inlet.example/inlet/pipeline/store"
)

// errCancelled is why an import in hand ends that a person has cancelled.
var errCancelled = errors.New("a person cancelled it")

// current is the import in hand, for a person who wants to end it.
type current struct {
	mu   sync.Mutex
	id   string // "" while none has begun
	stop context.CancelCauseFunc
}

// take has what begins from here on be ended by end.
func (c *current) take(stop context.CancelCauseFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id, c.stop = "", stop
}

// begun says which import it is.
func (c *current) begun(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id = id
}

// imp returns which import it is.
func (c *current) imp() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// end ends the import in hand after its batch, if it is one of these, and returns it.
func (c *current) end(ids []string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id == "" || !slices.Contains(ids, c.id) {
		return ""
	}
	c.stop(errCancelled)
	return c.id
}

// endCancelled looks whether a person wants the import in hand to end.
func (d *Daemon) endCancelled(ctx context.Context, s *store.Store) error {
	told := ""
	for sleep(ctx, cmp.Or(d.Again, pauseLook)) == nil {
		ids, err := s.Cancellations.All(ctx)
		if err != nil || len(ids) == 0 {
			continue // a store that does not answer is told of elsewhere
		}
		id := d.current.end(ids)
		d.forgetEnded(ctx, s, ids)
		if id != "" && id != told {
			told = id
			d.log.LogAttrs(ctx, slog.LevelInfo, "Import is to end after the batch in hand", slog.String("import", id))
		}
	}
	return nil
}

// forgetEnded forgets the wish that imports end which have ended by themselves.
func (d *Daemon) forgetEnded(ctx context.Context, s *store.Store, ids []string) {
	for _, id := range ids {
		if imp, ok, err := s.Imports.Import(ctx, id); err == nil && (!ok || imp.State.Ended()) {
			_ = s.Cancellations.Remove(ctx, id) // the next look tries again
		}
	}
}

// cancelled notes that the import in hand has ended as a person asked.
func (w *worker) cancelled(ctx context.Context) error {
	id := w.current.imp()
	if err := w.parts.Pipeline.Cancel(ctx, id); err != nil {
		return err
	}
	w.log.LogAttrs(ctx, slog.LevelWarn, "Import is cancelled", slog.String("import", id),
		slog.String("do", "inlet resume "+id+" writes the rest, inlet undo "+id+" takes back what was written"))
	return w.parts.Store.Cancellations.Remove(ctx, id)
}
