// Package inspect reads what the file of a SQLite store says about itself, for a person who looks for a fault.
//
// # Why not the engine
//
// The engine creates, upgrades and indexes what is missing when it opens a file. Whoever looks for a fault with a newer inlet must not upgrade the store
// of the one that runs, and a file that the engine refuses has to be described, too.
//
// # Why the file is opened for writing
//
// Nothing is written: query_only refuses it. But a connection that may only read leaves the files -wal and -shm behind when it is the last one.
package inspect

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/access"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	_ "modernc.org/sqlite" // the driver
)

// ends are the endings of the files of a database.
var ends = []string{"", "-wal", "-shm"}

// File is the file of a store. Nothing in it is changed.
type File struct {
	path   string
	db     *sql.DB
	tables []string // tables and indexes that are there
}

// Open opens a file that exists.
func Open(ctx context.Context, path string) (*File, error) {
	for _, end := range ends {
		if _, err := os.Stat(path + end); end != "" && err != nil {
			continue // they are there only while the store is in use
		}
		if err := access.Writable(path + end); err != nil {
			return nil, access.Explain(path, ends, err)
		}
	}
	query := url.Values{"mode": {"rw"}, "_dqs": {"0"}, "_pragma": {"busy_timeout(2000)", "query_only(1)"}}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", access.URI(absolute, query))
	if err != nil {
		return nil, err
	}
	f := &File{path: absolute, db: db}
	if f.tables, err = f.names(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, access.Explain(path, ends, err)), db.Close())
	}
	return f, nil
}

// names returns the tables and indexes of the file.
func (f *File) names(ctx context.Context) (all []string, err error) {
	rows, err := f.db.QueryContext(ctx, "SELECT name FROM sqlite_schema")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, rows.Err()
}

// Close closes the file.
func (f *File) Close() error { return f.db.Close() }

// Facts returns what the file says about itself. A file of another program is an error.
func (f *File) Facts(ctx context.Context) (engine.Facts, error) {
	facts := engine.Facts{Newest: layout.Version, Records: map[crm.Kind]int64{}}
	var application int
	var version string
	const query = "SELECT sqlite_version(), (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version)"
	if err := f.db.QueryRowContext(ctx, query).Scan(&version, &application, &facts.Layout); err != nil {
		return facts, err
	}
	facts.Product = "SQLite " + version
	if application != layout.ApplicationID && len(f.tables) > 0 {
		return facts, errors.New("this is the database of another program")
	}
	for _, end := range ends {
		if info, err := os.Stat(f.path + end); err == nil {
			facts.Bytes += info.Size()
		}
	}
	for _, name := range needed() {
		if !slices.Contains(f.tables, name) {
			facts.Missing = append(facts.Missing, name)
		}
	}
	for _, kind := range crm.Kinds {
		if !slices.Contains(f.tables, string(kind)) {
			continue
		}
		var n int64
		if err := f.db.QueryRowContext(ctx, "SELECT count(*) FROM "+string(kind)).Scan(&n); err != nil {
			return facts, fmt.Errorf("count %s: %w", kind.Plural(), err)
		}
		facts.Records[kind] = n
	}
	return facts, nil
}

// needed returns the tables and indexes that a store of this inlet has.
func needed() (all []string) {
	for _, kind := range crm.Kinds {
		all = append(all, string(kind), string(kind)+"_key", string(kind)+"_key_log")
		if parent := kind.Parent(); parent != "" {
			all = append(all, string(kind)+"_"+string(parent))
		}
	}
	for _, table := range engine.Tables {
		all = append(all, string(table))
	}
	for _, table := range engine.Tagged {
		all = append(all, string(table)+"_tag")
	}
	return all
}

const columns = "SELECT id, ord, version, body, blob FROM "

// Load returns a document; none where its table is not there.
func (f *File) Load(ctx context.Context, table engine.Table, id string) (doc engine.Doc, ok bool, err error) {
	docs, err := f.LoadAll(ctx, table, []string{id})
	if err != nil || len(docs) == 0 {
		return doc, false, err
	}
	return docs[0], true, nil
}

// LoadAll returns those of these documents that are there.
func (f *File) LoadAll(ctx context.Context, table engine.Table, ids []string) ([]engine.Doc, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return f.documents(ctx, table, "WHERE id IN (SELECT value FROM json_each(?1))", string(list))
}

// Range returns documents by their order.
func (f *File) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	than, until, direction := ">", "<=", ""
	if r.Down {
		than, until, direction = "<", ">=", " DESC"
	}
	where := "WHERE substr(ord, 1, length(?1)) = ?1 AND (?2 = '' OR ord " + than + " ?2) AND (?4 = '' OR ord " + until + " ?4)"
	args := []any{r.Prefix, r.After, r.Limit, r.Until}
	if len(r.Tags) > 0 {
		list, err := json.Marshal(r.Tags)
		if err != nil {
			return nil, err
		}
		where += " AND NOT EXISTS (SELECT 1 FROM json_each(?5) WHERE value NOT IN (SELECT value FROM json_each(tags)))"
		args = append(args, string(list))
	}
	return f.documents(ctx, table, where+" ORDER BY ord"+direction+" LIMIT ?3", args...)
}

func (f *File) documents(ctx context.Context, table engine.Table, where string, args ...any) (all []engine.Doc, err error) {
	if !slices.Contains(f.tables, string(table)) {
		return nil, nil
	}
	rows, err := f.db.QueryContext(ctx, strings.Join([]string{columns, string(table), " ", where}, ""), args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		var doc engine.Doc
		if err := rows.Scan(&doc.ID, &doc.Order, &doc.Version, &doc.Body, &doc.Blob); err != nil {
			return nil, fmt.Errorf("read %s: %w", table, err)
		}
		all = append(all, doc)
	}
	return all, rows.Err()
}
