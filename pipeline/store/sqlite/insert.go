package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
)

const addKeySQL = `INSERT OR IGNORE INTO {kind}_key (hash, seq) VALUES `

// insertSQL returns what comes before the values of a new record; behind the two moments they are in the order of writer.create.
func insertSQL(kind crm.Kind) string {
	columns := "created, modified, seq, id, mark, hashes, feed, doc"
	if parent := kind.Parent(); parent != "" {
		columns += ", " + string(parent)
	}
	return fmt.Sprintf("INSERT OR FAIL INTO %s (%s) VALUES ", kind, columns)
}

// insertRows is how many rows one statement inserts. To begin and end a statement costs more than to insert a row.
const insertRows = 32

// insertion gathers rows and inserts them many at a time.
//
// It is OR FAIL and not OR ABORT: where a statement fails its transaction is taken back, and to be able to take back the statement alone
// SQLite would copy each page before it changes it.
type insertion struct {
	tx        *sql.Tx
	into      string
	at        engine.Times
	moments   string // what the tuples begin with: literals, for to bind a text costs as much as to insert it
	one, many statement.Statement
	columns   int
	args      []any
}

// since has the rows behind it begin with other moments of creation and last change.
func (i *insertion) since(ctx context.Context, at engine.Times) error {
	if i.moments != "" && at.Created.Equal(i.at.Created) && at.Modified.Equal(i.at.Modified) {
		return nil
	}
	err := i.end(ctx)
	i.one, i.many, i.at, i.moments = statement.Statement{}, statement.Statement{}, at, "'"+moment(at.Created)+"','"+moment(at.Modified)+"',"
	return err
}

func (i *insertion) add(ctx context.Context, row ...any) error {
	i.columns = len(row)
	if i.args = append(i.args, row...); len(i.args) < insertRows*i.columns {
		return nil
	}
	err := i.run(ctx, &i.many, insertRows, i.args)
	i.args = i.args[:0]
	return err
}

// end inserts what has been gathered and is not yet as many.
func (i *insertion) end(ctx context.Context) error {
	for left := i.args; len(left) > 0; left = left[i.columns:] {
		if err := i.run(ctx, &i.one, 1, left[:i.columns]); err != nil {
			return err
		}
	}
	i.args = i.args[:0]
	return nil
}

func (i *insertion) run(ctx context.Context, s *statement.Statement, rows int, args []any) error {
	if *s == (statement.Statement{}) {
		*s = statement.New(i.tx, i.into+strings.Repeat(i.tuple()+",", rows-1)+i.tuple())
	}
	return s.Run(ctx, args...)
}

func (i *insertion) tuple() string {
	return "(" + i.moments + strings.Repeat("?,", i.columns-1) + "?)"
}
