package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// idleAfter is how long an engine keeps what it needs for looking up: an inlet that has nothing to do stays small.
const idleAfter = time.Minute

// shrink gives back the memory of the logs of keys and of the pages of connections. What is busy meanwhile keeps it.
func (e *Engine) shrink() {
	e.shrinking.Lock() // Close waits
	defer e.shrinking.Unlock()
	for _, log := range e.recent {
		log.forget()
	}
	shrinkPool(e.writer)
	shrinkPool(e.readers)
}

// shrinkPool opens no connection: it takes those that lie idle, at once, for one after the other they would be one and the same.
func shrinkPool(db *sql.DB) {
	ctx, end := context.WithTimeout(context.Background(), time.Second)
	defer end()
	for range db.Stats().Idle {
		conn, err := db.Conn(ctx)
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.ExecContext(ctx, "PRAGMA shrink_memory")
	}
}
