package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

const addKeySQL = `INSERT INTO {kind}_key (hash, seq) VALUES `

// insertSQL is what comes before the values of a new record, in the order of writer.create.
var insertSQL = map[crm.Kind]string{
	crm.Account: `INSERT INTO account (seq, id, mark, created, modified, hashes, doc) VALUES `,
	crm.Contact: `INSERT INTO contact (seq, id, mark, created, modified, hashes, doc, account) VALUES `,
}

// insertRows is how many rows one statement inserts. To begin and end a statement costs more than to insert a row.
const insertRows = 32

// insertion gathers rows and inserts them many at a time.
type insertion struct {
	tx        *sql.Tx
	into      string
	one, many statement
	columns   int
	args      []any
}

func (i *insertion) add(ctx context.Context, row ...any) error {
	i.columns = len(row)
	if i.args = append(i.args, row...); len(i.args) < insertRows*i.columns {
		return nil
	}
	if i.many.sql == "" {
		i.many = statement{tx: i.tx, sql: i.into + strings.Repeat(i.tuple()+",", insertRows-1) + i.tuple()}
	}
	err := i.many.run(ctx, i.args...)
	i.args = i.args[:0]
	return err
}

// end inserts what has been gathered and is not yet as many.
func (i *insertion) end(ctx context.Context) error {
	if len(i.args) > 0 && i.one.sql == "" {
		i.one = statement{tx: i.tx, sql: i.into + i.tuple()}
	}
	for len(i.args) > 0 {
		if err := i.one.run(ctx, i.args[:i.columns]...); err != nil {
			return err
		}
		i.args = i.args[i.columns:]
	}
	return nil
}

func (i *insertion) tuple() string { return "(" + strings.Repeat("?,", i.columns-1) + "?)" }
