// Package statement runs an SQL statement many times in a transaction.
package statement

import (
	"context"
	"database/sql"
)

// Statement is prepared the first time that it is run. The transaction closes it.
type Statement struct {
	tx   *sql.Tx
	sql  string
	stmt *sql.Stmt
}

// New returns a statement of a transaction.
func New(tx *sql.Tx, sql string) Statement { return Statement{tx: tx, sql: sql} }

// Run runs the statement. It does not give the context to SQLite: the driver would start a goroutine for each run, and roll the transaction back in the
// middle when the context ends.
func (s *Statement) Run(ctx context.Context, args ...any) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if s.stmt == nil {
		if s.stmt, err = s.tx.PrepareContext(ctx, s.sql); err != nil {
			return err
		}
	}
	_, err = s.stmt.ExecContext(ctx, args...)
	return err
}
