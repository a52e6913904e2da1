package statement

import (
	"context"
	"database/sql"
	"strings"
)

// insertRows is how many rows one statement inserts. To begin and end a statement costs more than to insert a row.
const insertRows = 32

// Rows gathers rows and inserts them many at a time.
type Rows struct {
	tx        *sql.Tx
	into      string
	literals  string // what the tuples begin with: to bind a text costs as much as to insert it
	one, many Statement
	columns   int
	args      []any
}

// Insert returns an insertion in a transaction. Its SQL ends before the values.
func Insert(tx *sql.Tx, into string) Rows { return Rows{tx: tx, into: into} }

// Begin has the rows behind it begin with other literals, each with a comma behind it.
func (i *Rows) Begin(ctx context.Context, literals string) error {
	err := i.End(ctx)
	i.one, i.many, i.literals = Statement{}, Statement{}, literals
	return err
}

// Add adds a row.
func (i *Rows) Add(ctx context.Context, row ...any) error {
	i.columns = len(row)
	if i.args = append(i.args, row...); len(i.args) < insertRows*i.columns {
		return nil
	}
	err := i.run(ctx, &i.many, insertRows, i.args)
	i.args = i.args[:0]
	return err
}

// End inserts what has been gathered and is not yet as many.
func (i *Rows) End(ctx context.Context) error {
	for left := i.args; len(left) > 0; left = left[i.columns:] {
		if err := i.run(ctx, &i.one, 1, left[:i.columns]); err != nil {
			return err
		}
	}
	i.args = i.args[:0]
	return nil
}

func (i *Rows) run(ctx context.Context, s *Statement, rows int, args []any) error {
	if *s == (Statement{}) {
		*s = New(i.tx, i.into+strings.Repeat(i.tuple()+",", rows-1)+i.tuple())
	}
	return s.Run(ctx, args...)
}

func (i *Rows) tuple() string {
	return "(" + i.literals + strings.Repeat("?,", i.columns-1) + "?)"
}
