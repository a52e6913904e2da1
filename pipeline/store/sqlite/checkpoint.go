package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// SQLite copies the write-ahead log into the database when a commit has made it long, and that commit waits for the disk. Here another
// connection does it, beside the next batch. The log begins anew when all of it was copied before a commit: where batches come one right after
// the other that is never so, and the writer copies what is left.
const (
	worthCopying = 4_000 // pages. A batch of 2,000 rows changes hundreds, many of them again by the next: a few are gathered
	longest      = 8_000 // pages, 31 MiB: then the writer does it
)

// copier copies the write-ahead log of an engine after its commits. Its connection is the one that stays as long as the engine does: those of
// the readers and of the writer are given up where a query is interrupted, and SQLite removes the log with the last connection.
type copier struct {
	db   *sql.DB
	conn *sql.Conn // nil until it is started
	wake chan struct{}
	end  func()        // to be called once or more; run returns
	done chan struct{} // nil until it is started
}

func newCopier(db *sql.DB) *copier {
	return &copier{db: db, wake: make(chan struct{}, 1), end: func() {}}
}

// start makes the connection, and has it read: with that it opens the log, and keeps it.
func (c *copier) start(ctx context.Context) (err error) {
	if c.conn, err = c.db.Conn(ctx); err != nil {
		return err
	}
	err = patiently(ctx, func() error {
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

// committed tells that the log may have become longer. It does not wait.
func (c *copier) committed() {
	select {
	case c.wake <- struct{}{}:
	default: // it has been told
	}
}

// run passes over errors: the log stays, is read as ever, and is copied another time.
func (c *copier) run(ctx context.Context) {
	defer close(c.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		var busy, pages, copied int
		err := c.conn.QueryRowContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &pages, &copied)
		if err == nil && pages-copied >= worthCopying {
			_, _ = c.conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(PASSIVE)")
		}
	}
}

// close waits for what is being copied. It may be called once more.
func (c *copier) close() error {
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
