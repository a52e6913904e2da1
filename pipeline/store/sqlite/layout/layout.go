// Package layout is the tables of a file, and how those of an older inlet become them.
package layout

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
)

// What a file says about itself.
const (
	ApplicationID = 0x696e6c74 // "inlt", by which the file tool and we know a database of ours
	Version       = 5          // of the tables below; what is in the documents has a version of its own in store.Meta
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
` + keyLog + termTables

// termTables have the terms that people find records by.
const termTables = `
CREATE TABLE {kind}_term (
	term TEXT    NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (term, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE {kind}_termed (
	id    TEXT    NOT NULL PRIMARY KEY,
	seq   INTEGER NOT NULL,
	terms TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
`

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
	blob    BLOB,
	tags    TEXT    NOT NULL DEFAULT '[]'
) STRICT;
`

// tagTable has the tags of a table's documents in the order of the documents. Triggers keep it: whoever writes a document writes its row alone.
const tagTable = `
CREATE TABLE {table}_tag (
	tag TEXT NOT NULL,
	ord TEXT NOT NULL,
	PRIMARY KEY (tag, ord)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER {table}_tagged AFTER INSERT ON {table} WHEN new.tags <> '[]' BEGIN
	INSERT OR IGNORE INTO {table}_tag SELECT value, new.ord FROM json_each(new.tags);
END;
CREATE TRIGGER {table}_retagged AFTER UPDATE OF ord, tags ON {table} WHEN old.tags <> new.tags OR old.ord <> new.ord BEGIN
	DELETE FROM {table}_tag WHERE tag IN (SELECT value FROM json_each(old.tags)) AND ord = old.ord;
	INSERT OR IGNORE INTO {table}_tag SELECT value, new.ord FROM json_each(new.tags);
END;
CREATE TRIGGER {table}_untagged AFTER DELETE ON {table} WHEN old.tags <> '[]' BEGIN
	DELETE FROM {table}_tag WHERE tag IN (SELECT value FROM json_each(old.tags)) AND ord = old.ord;
END;
`

// addTags gives the tables that a file of layout 3 has their tags. The earliest files have not all of them; addTables makes the others.
func addTags(ctx context.Context, tx *sql.Tx) error {
	for _, table := range []engine.Table{engine.Meta, engine.Imports, engine.Journal, engine.Rules, engine.Leases, engine.Sources, engine.Outbox, engine.Claims} {
		has, err := hasTable(ctx, tx, string(table))
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		if _, err := tx.ExecContext(ctx, In(table, "ALTER TABLE {table} ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';\n")); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, In(engine.Imports, tagTable))
	return err
}

// addTables makes the tables of documents that were added since the file was made.
func addTables(ctx context.Context, tx *sql.Tx) error {
	for _, table := range engine.Tables {
		has, err := hasTable(ctx, tx, string(table))
		if err != nil {
			return err
		}
		if has {
			continue
		}
		statements := documentTable
		if slices.Contains(engine.Tagged, table) {
			statements += tagTable
		}
		if _, err := tx.ExecContext(ctx, In(table, statements)); err != nil {
			return fmt.Errorf("add the table %s: %w", table, err)
		}
	}
	return nil
}

func hasTable(ctx context.Context, tx *sql.Tx, name string) (has bool, err error) {
	err = tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)", name).Scan(&has)
	return has, err
}

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
		b.WriteString(In(table, documentTable))
	}
	for _, table := range engine.Tagged {
		b.WriteString(In(table, tagTable))
	}
	fmt.Fprintf(&b, "PRAGMA application_id = %d;", ApplicationID)
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
	return Of(kind, "CREATE INDEX {kind}_{parent} ON {kind} ({parent});\n")
}

// addKinds makes the tables of kinds that were added since the file was made.
func addKinds(ctx context.Context, tx *sql.Tx) error {
	for _, kind := range crm.Kinds {
		has, err := hasTable(ctx, tx, string(kind))
		if err != nil {
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
	1: Of(crm.Kinds[0], keyLog) + Of(crm.Kinds[1], keyLog), // the kinds that a file of those layouts has
	2: Of(crm.Kinds[0], addFeed) + Of(crm.Kinds[1], addFeed),
	// 3: addTags
	4: Of(crm.Kinds[0], termTables) + Of(crm.Kinds[1], termTables),
}

// current marks a file as one that has this layout.
var current = fmt.Sprintf("PRAGMA user_version = %d;", Version)

// Prepare makes the tables in an empty file, brings those of an older inlet up to date, and refuses a file that is not ours or not yet known.
func Prepare(ctx context.Context, tx *sql.Tx) error {
	var application, version, tables int
	const query = "SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)"
	if err := tx.QueryRowContext(ctx, query).Scan(&application, &version, &tables); err != nil {
		return err
	}
	switch {
	case application == 0 && tables == 0:
		_, err := tx.ExecContext(ctx, schema())
		return err
	case application != ApplicationID:
		return message.Errorf("this is the database of another program; name another file or move this one away")
	case version > Version:
		return newer(ctx, tx, version)
	}
	for ; version < Version; version++ {
		if err := upgrade(ctx, tx, version); err != nil {
			return message.Errorf("upgrade the database from layout %d to %d: %w", version, Version, err)
		}
	}
	return errors.Join(addKinds(ctx, tx), addTables(ctx, tx))
}

// upgrade brings a file of a layout to the one behind it.
func upgrade(ctx context.Context, tx *sql.Tx, version int) error {
	if version == 3 {
		if err := addTags(ctx, tx); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, upgrades[version]+current)
	return err
}

// Of makes a statement one about a kind. A kind with a parent has a column for it, which has the name of that kind.
func Of(kind crm.Kind, statement string) string {
	return strings.NewReplacer("{kind}", string(kind), "{parent}", cmp.Or(string(kind.Parent()), "''")).Replace(statement)
}

// In makes a statement one about a table.
func In(table engine.Table, statement string) string {
	return strings.ReplaceAll(statement, "{table}", string(table))
}

// newer says which inlet has made the file, as far as it can still be read.
func newer(ctx context.Context, tx *sql.Tx, version int) error {
	by := "a newer inlet"
	var inlet string
	const query = "SELECT body ->> '$.inlet' FROM meta WHERE id = 'schema'"
	if err := tx.QueryRowContext(ctx, query).Scan(&inlet); err == nil && inlet != "" {
		by = "inlet " + inlet
	}
	return message.Errorf("this database was created by %s (layout %d), and this is inlet %s, which reads layout %d at the most: run that inlet or a newer one, or restore the backup from before the upgrade",
		by, version, build.Version(), Version)
}
