package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/keys"
	codes "modernc.org/sqlite/lib"
)

// maxBusyWait is how long a writer waits for that of another process, whose batches take well under a second.
const maxBusyWait = 10 * time.Second

// Engine keeps records and documents in one file.
type Engine struct {
	engine.OnlyInlet
	*database
	records
	documents
}

var _ engine.Engine = (*Engine)(nil)

func newEngine(d *database) *Engine {
	return &Engine{database: d, records: records{d}, documents: documents{d}}
}

// database is the file with its connections, or inside Batch its transaction.
type database struct {
	file         *file   // nil inside Batch
	dir          string  // of the file
	writer       *sql.DB // one connection, so that the writers of a process wait for each other here
	readers      *sql.DB
	batch        *batch // inside Batch; nil outside
	checkpointer *checkpointer
	recent       map[crm.Kind]*keys.Log
	maxRowBytes  int         // bytes that SQLite accepts as one row
	idle         *time.Timer // fires when nothing has been looked up for a while
	shrinking    sync.Mutex
}

// batch is a transaction that is under way.
type batch struct {
	mu  sync.Mutex // a write is several statements
	tx  *sql.Tx
	err error // of the first write that failed. SQLite may have rolled the transaction back then, so nothing is written after it
}

// Batch runs do in one transaction. Inside, only the engine that do is given may write: any other would wait for the batch to end.
func (e *Engine) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	if e.batch != nil {
		return do(ctx, e)
	}
	return markTemporary(e.transact(ctx, func(tx *sql.Tx) error {
		b := &batch{tx: tx}
		if err := do(ctx, newEngine(&database{dir: e.dir, writer: e.writer, readers: e.readers, batch: b, maxRowBytes: e.maxRowBytes})); err != nil {
			return err
		}
		return b.err
	}))
}

// Capabilities says that a batch is one transaction.
func (e *Engine) Capabilities() engine.Capabilities { return engine.Capabilities{Transactions: true} }

// DataDir returns the folder of the file.
func (e *Engine) DataDir() string { return e.dir }

// Close closes the file. Inside Batch it does nothing.
func (e *Engine) Close(context.Context) error {
	if e.batch != nil {
		return nil
	}
	e.idle.Stop()
	e.shrinking.Lock()
	defer e.shrinking.Unlock()
	return errors.Join(e.readers.Close(), e.checkpointer.close(), e.writer.Close())
}

// querier is where rows are read from: a transaction sees what it wrote itself, all others what is committed.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (d *database) reading() querier {
	if d.batch != nil {
		return d.batch.tx
	}
	return d.readers
}

// snapshot runs do with a view of the database that does not change meanwhile, and with the log of a kind.
func (d *database) snapshot(ctx context.Context, kind crm.Kind, do func(q querier, log *keys.Log) error) error {
	if d.batch != nil {
		return do(d.batch.tx, &keys.Log{}) // what it has written itself may be rolled back
	}
	if err := d.file.check(); err != nil {
		return err
	}
	d.idle.Reset(idleAfter)
	tx, err := d.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return do(tx, d.recent[kind])
}

// writing runs do in the batch's transaction, or in one of its own.
func (d *database) writing(ctx context.Context, do func(tx *sql.Tx) error) error {
	if d.batch == nil {
		return d.transact(ctx, do)
	}
	return d.batch.run(do)
}

func (b *batch) run(do func(tx *sql.Tx) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return fmt.Errorf("the batch failed earlier: %w", b.err)
	}
	b.err = do(b.tx)
	return b.err
}

// transact runs do in a transaction and commits it where do succeeds and the context has not ended. The context is not given to the transaction itself:
// SQLite rolls a transaction back that is interrupted while it writes, and the next statement would run outside of any.
func (d *database) transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	if err := d.file.check(); err != nil {
		return err
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var tx *sql.Tx
	err = retryBusy(ctx, func() (err error) {
		tx, err = conn.BeginTx(context.WithoutCancel(ctx), nil)
		return err
	})
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := do(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err = tx.Commit()
	d.checkpointer.committed()
	return cmp.Or(err, d.file.check())
}

// retryBusy repeats do while another connection holds the lock it needs.
func retryBusy(ctx context.Context, do func() error) error {
	return retry(ctx, busy, maxBusyWait, do)
}

func busy(err error) bool { return code(err) == codes.SQLITE_BUSY }

// retry repeats do, for so long, while its error may pass. It is a loop of its own because its error names both the end of the context and the lock.
func retry(ctx context.Context, passing func(error) bool, patience time.Duration, do func() error) error {
	const longest = 20 * time.Millisecond // short enough to get in between two batches of a process that writes one after the other
	begun := time.Now()
	for wait := time.Millisecond; ; wait = min(2*wait, longest) {
		err := do()
		if !passing(err) || time.Since(begun) > patience {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w while %w", ctx.Err(), err)
		case <-time.After(wait):
		}
	}
}

// idleAfter is how long an engine keeps the memory that look-ups need: an inlet that has nothing to do stays small.
const idleAfter = time.Minute

// shrink frees the memory of the logs of keys and of the page caches of connections. A connection that is in use keeps it.
func (d *database) shrink() {
	d.shrinking.Lock() // Close waits
	defer d.shrinking.Unlock()
	for _, log := range d.recent {
		log.Forget()
	}
	shrinkPool(d.writer)
	shrinkPool(d.readers)
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
