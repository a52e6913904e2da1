package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

const (
	applicationID = 0x696e6c74 // "inlt", by which the file tool and we know a database of ours
	layout        = 3          // of the tables below; what is in the documents has a version of its own in store.Meta
)

// The hashes of a record stand in its row as well: they are what has to go from the key table when it gets others.
const recordTables = `
CREATE TABLE {kind} (
	seq      INTEGER PRIMARY KEY,
	id       TEXT    NOT NULL UNIQUE,{parent}
	mark     INTEGER NOT NULL,
	created  TEXT    NOT NULL,
	modified TEXT    NOT NULL,
	hashes   BLOB,
	doc      TEXT    NOT NULL,
	feed     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE {kind}_key (
	hash INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (hash, seq)
) STRICT, WITHOUT ROWID;
` + keyLog

// keyLog has what is not yet in the key table: see recent.
const keyLog = `
CREATE TABLE {kind}_key_log (
	n       INTEGER PRIMARY KEY AUTOINCREMENT,
	added   BLOB NOT NULL,
	dropped BLOB NOT NULL
) STRICT;
`

const addFeed = `ALTER TABLE {kind} ADD COLUMN feed TEXT NOT NULL DEFAULT '';
`

const documentTable = `
CREATE TABLE {table} (
	id      TEXT    NOT NULL PRIMARY KEY,
	ord     TEXT    NOT NULL UNIQUE,
	version INTEGER NOT NULL,
	body    TEXT    NOT NULL,
	blob    BLOB
) STRICT;
`

// schema is every statement that makes an empty file a database of ours.
func schema() string {
	var b strings.Builder
	for _, kind := range crm.Kinds {
		b.WriteString(tablesOf(kind))
	}
	for _, kind := range crm.Kinds {
		b.WriteString(indexOf(kind))
	}
	for _, table := range engine.Tables {
		b.WriteString(strings.ReplaceAll(documentTable, "{table}", string(table)))
	}
	fmt.Fprintf(&b, "PRAGMA application_id = %d;", applicationID)
	return b.String() + current
}

// tablesOf is the statements that make the tables of a kind.
func tablesOf(kind crm.Kind) string {
	column := ""
	if parent := kind.Parent(); parent != "" {
		column = fmt.Sprintf("\n\t%-8s TEXT    NOT NULL,", parent)
	}
	return strings.NewReplacer("{kind}", string(kind), "{parent}", column).Replace(recordTables)
}

// indexOf is the statement that makes the index of a kind's parents; "" for a kind without.
func indexOf(kind crm.Kind) string {
	if kind.Parent() == "" {
		return ""
	}
	return of(kind, "CREATE INDEX {kind}_{parent} ON {kind} ({parent});\n")
}

// addKinds makes the tables of kinds that were added since the file was made.
func addKinds(ctx context.Context, tx *sql.Tx) error {
	for _, kind := range crm.Kinds {
		var has bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)", string(kind)).Scan(&has); err != nil {
			return err
		}
		if has {
			continue
		}
		if _, err := tx.ExecContext(ctx, tablesOf(kind)+indexOf(kind)); err != nil {
			return fmt.Errorf("add the tables of %s: %w", kind.Plural(), err)
		}
	}
	return nil
}

// upgrades are, by the layout that a file has, the statements that bring it to the one behind it.
var upgrades = map[int]string{
	1: of(crm.Kinds[0], keyLog) + of(crm.Kinds[1], keyLog), // the kinds that a file of those layouts has
	2: of(crm.Kinds[0], addFeed) + of(crm.Kinds[1], addFeed),
}

// current marks a file as one that has this layout.
var current = fmt.Sprintf("PRAGMA user_version = %d;", layout)

// prepare makes the tables in an empty file, brings those of an older inlet up to date, and refuses a file that is not ours or not yet known.
func prepare(ctx context.Context, tx *sql.Tx) error {
	var application, version, tables int
	const query = "SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)"
	if err := tx.QueryRowContext(ctx, query).Scan(&application, &version, &tables); err != nil {
		return err
	}
	switch {
	case application == 0 && tables == 0:
		_, err := tx.ExecContext(ctx, schema())
		return err
	case application != applicationID:
		return errors.New("this is the database of another program; name another file or move this one away")
	case version > layout:
		return fmt.Errorf("this database was created by a newer inlet (layout %d, supported here: %d); run that version or a newer one", version, layout)
	}
	for ; version < layout; version++ {
		if _, err := tx.ExecContext(ctx, upgrades[version]+current); err != nil {
			return fmt.Errorf("upgrade the database from layout %d to %d: %w", version, layout, err)
		}
	}
	return addKinds(ctx, tx)
}
