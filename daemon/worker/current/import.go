package current

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrCancelled is the cause with which the current import ends when a person cancels it.
var ErrCancelled = errors.New("cancelled by a user")

// Progress is how far an import is.
type Progress struct {
	ID              string // "" until the import has begun
	Inbox, Workbook string
	Began           time.Time
	Rows, Total     int // Total is 0 until the rows are counted
}

// Import is the import that the worker is at, so that a person can cancel it and see how far it is.
type Import struct {
	mu       sync.Mutex
	id       string // "" until the import has begun
	cancel   context.CancelCauseFunc
	progress Progress
}

// Begin sets how to cancel the import of a workbook that begins next.
func (c *Import) Begin(inbox, workbook string, cancel context.CancelCauseFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id, c.cancel, c.progress = "", cancel, Progress{Inbox: inbox, Workbook: workbook, Began: time.Now()}
}

// End forgets the workbook: nothing is being imported.
func (c *Import) End() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = Progress{}
}

// Advance is called with how many rows are written, and how many there are.
func (c *Import) Advance(rows, total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.Rows, c.progress.Total = rows, total
}

// Now returns how far the import is, and whether there is one.
func (c *Import) Now() (Progress, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.progress
	p.ID = c.id
	return p, p.Workbook != ""
}

// SetID is called with the ID of the import once it has begun.
func (c *Import) SetID(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.id = id
}

// ID returns the ID of the import; "" until it has begun.
func (c *Import) ID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id
}

// cancelIfIn ends the current import after its batch if it is one of these, and returns its ID; otherwise "".
func (c *Import) cancelIfIn(ids []string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id == "" || !slices.Contains(ids, c.id) {
		return ""
	}
	c.cancel(ErrCancelled)
	return c.id
}
