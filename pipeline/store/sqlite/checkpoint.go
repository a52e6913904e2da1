package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// SQLite copies the write-ahead log into the database when a commit has made it long, and that commit waits for the disk. Here another connection does
// it, beside the next batch. The log is restarted where all of it was copied before a commit: where batches follow each other without a pause that never
// happens, and the writer copies the rest.
const (
	minCheckpointPages = 4_000 // pages. A batch of 2,000 rows changes hundreds, many of them again by the next: a few are gathered
	maxLogPages        = 8_000 // pages, 31 MiB: then the writer does it
)

// checkpointer copies the write-ahead log of an engine after its commits. Its connection stays open as long as the engine: those of the readers and of
// the writer are closed where a query is interrupted, and SQLite removes the log with the last connection.
type checkpointer struct {
	db   *sql.DB
	conn *sql.Conn // nil until it is started
	wake chan struct{}
	end  func()        // may be called more than once; run returns
	done chan struct{} // nil until it is started
}

func newCheckpointer(db *sql.DB) *checkpointer {
	return &checkpointer{db: db, wake: make(chan struct{}, 1), end: func() {}}
}

// start opens the connection and reads with it, which opens the log.
func (c *checkpointer) start(ctx context.Context) (err error) {
	if c.conn, err = c.db.Conn(ctx); err != nil {
		return err
	}
	err = retryBusy(ctx, func() error {
		var n int
		return c.conn.QueryRowContext(context.WithoutCancel(ctx), "SELECT count(*) FROM sqlite_schema").Scan(&n)
	})
	if err != nil {
		return err
	}
	ctx, c.end = context.WithCancel(context.WithoutCancel(ctx))
	c.done = make(chan struct{})
	go c.run(ctx)
	return nil
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
		err := c.conn.QueryRowContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &pages, &copied)
		if err == nil && pages-copied >= minCheckpointPages {
			_, _ = c.conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(PASSIVE)")
		}
	}
}

// close waits until copying has ended. It may be called more than once.
func (c *checkpointer) close() error {
	c.end()
	if c.done != nil {
		<-c.done
	}
	var err error
	if c.conn != nil {
		err = c.conn.Close()
		c.conn = nil
	}
	return errors.Join(err, c.db.Close())
}
