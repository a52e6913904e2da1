package sqlite

import (
	"context"
	"database/sql"
)

// SQLite copies the write-ahead log into the database when a commit has made it long, and that commit waits for the disk. Here another connection does
// it, beside the next batch. The log is restarted where all of it was copied before a commit: where batches follow each other without a pause that never
// happens, and the writer copies the rest.
const (
	minCheckpointPages = 4_000 // pages. A batch of 2,000 rows changes hundreds, many of them again by the next: a few are gathered
	maxLogPages        = 8_000 // pages, 31 MiB: then the writer does it
)

// checkpointer copies the write-ahead log of an engine after its commits.
type checkpointer struct {
	db   *sql.DB // one connection
	wake chan struct{}
	end  func() // may be called more than once; run returns
	done chan struct{}
}

func startCheckpointer(db *sql.DB) *checkpointer {
	db.SetMaxOpenConns(1)
	ctx, end := context.WithCancel(context.Background())
	c := &checkpointer{db: db, wake: make(chan struct{}, 1), end: end, done: make(chan struct{})}
	go c.run(ctx)
	return c
}

// committed notes that the log may have become longer. It does not wait.
func (c *checkpointer) committed() {
	select {
	case c.wake <- struct{}{}:
	default: // it is noted already
	}
}

// run ignores errors: the log stays, is read as before, and is copied later.
func (c *checkpointer) run(ctx context.Context) {
	defer close(c.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		var busy, pages, copied int
		err := c.db.QueryRowContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &pages, &copied)
		if err == nil && pages-copied >= minCheckpointPages {
			_, _ = c.db.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(PASSIVE)")
		}
	}
}

// close waits until copying has ended.
func (c *checkpointer) close() error {
	c.end()
	<-c.done
	return c.db.Close()
}
