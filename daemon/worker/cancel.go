package worker

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/pipeline/store"
)

// errCancelled is the cause with which the current import ends when a person cancels it.
var errCancelled = errors.New("cancelled by a user")

// Progress is how far an import is.
type Progress struct {
	ID              string // "" until the import has begun
	Inbox, Workbook string
	Began           time.Time
	Rows, Total     int // Total is 0 until the rows are counted
}

// currentImport is the import that the worker is at, so that a person can cancel it and see how far it is.
type currentImport struct {
	mu       sync.Mutex
	id       string // "" until the import has begun
	cancel   context.CancelCauseFunc
	progress Progress
}

// begin sets how to cancel the import of a workbook that begins next.
func (c *currentImport) begin(inbox, workbook string, cancel context.CancelCauseFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id, c.cancel, c.progress = "", cancel, Progress{Inbox: inbox, Workbook: workbook, Began: time.Now()}
}

// end forgets the workbook: nothing is being imported.
func (c *currentImport) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = Progress{}
}

// advance is called with how many rows are written, and how many there are.
func (c *currentImport) advance(rows, total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.Rows, c.progress.Total = rows, total
}

// now returns how far the import is, and whether there is one.
func (c *currentImport) now() (Progress, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.progress
	p.ID = c.id
	return p, p.Workbook != ""
}

// setID is called with the ID of the import once it has begun.
func (c *currentImport) setID(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id = id
}

func (c *currentImport) importID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// cancelIfIn ends the current import after its batch if it is one of these, and returns its ID; otherwise "".
func (c *currentImport) cancelIfIn(ids []string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id == "" || !slices.Contains(ids, c.id) {
		return ""
	}
	c.cancel(errCancelled)
	return c.id
}

// cancelWatch cancels the current import when a person asks for it (inlet cancel).
type cancelWatch struct {
	store   *store.Store
	log     *slog.Logger
	current *currentImport
	every   time.Duration
}

func (w *cancelWatch) run(ctx context.Context) error {
	logged := ""
	for backoff.Sleep(ctx, w.every) == nil {
		ids, err := w.store.Cancellations.All(ctx)
		if err != nil || len(ids) == 0 {
			continue // storeWatch reports a store that does not answer
		}
		id := w.current.cancelIfIn(ids)
		w.dropEnded(ctx, ids)
		if id != "" && id != logged {
			logged = id
			w.log.LogAttrs(ctx, slog.LevelInfo, "Import will be cancelled after the current batch", slog.String("import", id))
		}
	}
	return nil
}

// dropEnded removes the requests for imports that have ended by themselves.
func (w *cancelWatch) dropEnded(ctx context.Context, ids []string) {
	for _, id := range ids {
		if imp, ok, err := w.store.Imports.Import(ctx, id); err == nil && (!ok || imp.State.Ended()) {
			_ = w.store.Cancellations.Remove(ctx, id) // the next poll tries again
		}
	}
}
