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
	codes "modernc.org/sqlite/lib"
)

// maxBusyWait is how long a writer waits for that of another process, whose batches take well under a second.
const maxBusyWait = 10 * time.Second

// Engine keeps records and documents in one file.
type Engine struct {
	engine.OnlyInlet

	file         *file   // nil inside Batch
	dir          string  // of the file
	writer       *sql.DB // one connection, so that the writers of a process wait for each other here
	readers      *sql.DB
	batch        *batch // of an engine inside Batch; nil outside
	checkpointer *checkpointer
	recent       map[crm.Kind]*recent
	maxRowBytes  int         // bytes that SQLite accepts as one row
	idle         *time.Timer // fires when nothing has been looked up for a while
	shrinking    sync.Mutex
}

var _ engine.Engine = (*Engine)(nil)

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
		if err := do(ctx, &Engine{dir: e.dir, writer: e.writer, readers: e.readers, batch: b, maxRowBytes: e.maxRowBytes}); err != nil {
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

func (e *Engine) reading() querier {
	if e.batch != nil {
		return e.batch.tx
	}
	return e.readers
}

// snapshot runs do with a view of the database that does not change meanwhile, and with the log of a kind.
func (e *Engine) snapshot(ctx context.Context, kind crm.Kind, do func(q querier, log *recent) error) error {
	if e.batch != nil {
		return do(e.batch.tx, &recent{}) // what it has written itself may be rolled back
	}
	if err := e.file.check(); err != nil {
		return err
	}
	e.idle.Reset(idleAfter)
	tx, err := e.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return do(tx, e.recent[kind])
}

// writing runs do in the batch's transaction, or in one of its own.
func (e *Engine) writing(ctx context.Context, do func(tx *sql.Tx) error) error {
	if e.batch == nil {
		return e.transact(ctx, do)
	}
	return e.batch.run(do)
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
func (e *Engine) transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	if err := e.file.check(); err != nil {
		return err
	}
	conn, err := e.writer.Conn(ctx)
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
	e.checkpointer.committed()
	return cmp.Or(err, e.file.check())
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
