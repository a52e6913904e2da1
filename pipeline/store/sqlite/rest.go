package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// restAfter is how long an engine keeps what it needs for looking up: an inlet that has nothing to do stays small.
const restAfter = time.Minute

// rest gives back the memory of the logs of keys and of the connections' pages. What is busy meanwhile keeps it.
func (e *Engine) rest() {
	for _, log := range e.recent {
		log.forget()
	}
	const shrink = "PRAGMA shrink_memory"
	ctx, end := context.WithTimeout(context.Background(), time.Second)
	defer end()
	_, _ = e.writer.ExecContext(ctx, shrink)
	var all [readers]*sql.Conn // at once: one after the other they would be one and the same
	for i := range all {
		var err error
		if all[i], err = e.readers.Conn(ctx); err != nil {
			return
		}
		defer all[i].Close()
		_, _ = all[i].ExecContext(ctx, shrink)
	}
}
