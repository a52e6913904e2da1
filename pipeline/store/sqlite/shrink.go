package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// idleAfter is how long an engine keeps the memory that look-ups need: an inlet that has nothing to do stays small.
const idleAfter = time.Minute

// shrink frees the memory of the logs of keys and of the page caches of connections. A connection that is in use keeps it.
func (e *Engine) shrink() {
	e.shrinking.Lock() // Close waits
	defer e.shrinking.Unlock()
	for _, log := range e.recent {
		log.forget()
	}
	shrinkPool(e.writer)
	shrinkPool(e.readers)
}

// shrinkPool opens no connection: it takes those that are idle, all before it returns one, because else it would get the same one each time.
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
