package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
)

const (
	insertDocSQL = `INSERT INTO {table} (id, ord, version, body, blob, tags) VALUES (?1, ?2, 1, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING`
	swapDocSQL   = `UPDATE {table} SET ord = ?2, version = version + 1, body = ?3, blob = ?4, tags = ?6 WHERE id = ?1 AND version = ?5`
	deleteDocSQL = `DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?1))`
	writeDocSQL  = `INSERT INTO {table} (id, ord, version, body, blob, tags) VALUES (?1, ?2, ?5 + 1, ?3, ?4, ?6)
		ON CONFLICT (id) DO UPDATE SET ord = ?2, version = version + 1, body = ?3, blob = ?4, tags = ?6 WHERE version = ?5`
	loadAllSQL  = `SELECT id, ord, version, body, blob, tags FROM {table} WHERE id IN (SELECT value FROM json_each(?1))`
	loadDocSQL  = `SELECT id, ord, version, body, blob, tags FROM {table} WHERE id = ?1`
	rangeDocSQL = `SELECT id, ord, version, body, blob, tags FROM {table} WHERE ord >= ?1 `
)

// documents are the tables of documents.
type documents struct{ *database }

// Insert adds a document and says whether it did.
func (d documents) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	did, err := d.changed(ctx, in(table, insertDocSQL), doc.ID, doc.Order, string(doc.Body), blob(doc), idList(doc.Tags))
	if err != nil {
		return false, fmt.Errorf("insert %s into %s: %w", doc.ID, table, markTemporary(err))
	}
	return did, nil
}

// Swap replaces a document of which doc.Version is there, and says whether it did.
func (d documents) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	did, err := d.changed(ctx, in(table, swapDocSQL), doc.ID, doc.Order, string(doc.Body), blob(doc), doc.Version, idList(doc.Tags))
	if err != nil {
		return false, fmt.Errorf("replace %s in %s: %w", doc.ID, table, markTemporary(err))
	}
	return did, nil
}

// Delete removes documents.
func (d documents) Delete(ctx context.Context, table engine.Table, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := d.changed(ctx, in(table, deleteDocSQL), idList(ids)); err != nil {
		return fmt.Errorf("delete from %s: %w", table, markTemporary(err))
	}
	return nil
}

// Load returns the document and whether there is one.
func (d documents) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	if err := d.file.check(); err != nil {
		return engine.Doc{}, false, err
	}
	doc, err := document(d.reading().QueryRowContext(ctx, in(table, loadDocSQL), id))
	if errors.Is(err, sql.ErrNoRows) {
		return engine.Doc{}, false, nil
	}
	if err != nil {
		return engine.Doc{}, false, fmt.Errorf("load %s of %s: %w", id, table, markTemporary(err))
	}
	return doc, true, nil
}

// LoadAll returns the documents that there are.
func (d documents) LoadAll(ctx context.Context, table engine.Table, ids []string) ([]engine.Doc, error) {
	if err := d.file.check(); err != nil {
		return nil, err
	}
	docs, err := d.listed(ctx, in(table, loadAllSQL), idList(ids))
	if err != nil {
		return nil, fmt.Errorf("load from %s: %w", table, markTemporary(err))
	}
	return docs, nil
}

// WriteAll is one transaction, or part of that of the batch.
func (d documents) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	written := 0
	err := d.writing(ctx, func(tx *sql.Tx) error {
		written = 0
		for _, doc := range docs {
			result, err := tx.ExecContext(context.WithoutCancel(ctx), in(table, writeDocSQL), doc.ID, doc.Order, string(doc.Body), blob(doc), doc.Version, idList(doc.Tags))
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				return err
			}
			written++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("write to %s: %w", table, markTemporary(err))
	}
	return written, nil
}

// Range returns documents by their Order.
func (d documents) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	var docs []engine.Doc
	var err error
	if len(r.Tags) > 0 {
		docs, err = tagged(ctx, d, table, r)
	} else {
		docs, err = d.ranged(ctx, table, r)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, markTemporary(err))
	}
	return docs, nil
}

func (d documents) ranged(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	bounds, args := bounded(r)
	return d.listed(ctx, in(table, rangeDocSQL)+bounds, args...)
}

func (d documents) listed(ctx context.Context, query string, args ...any) ([]engine.Doc, error) {
	rows, err := d.reading().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var docs []engine.Doc
	for rows.Next() {
		doc, err := document(rows)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, rows.Err()
}

// bounded returns what follows "ord >= ?1". It gives SQLite one bound on either side: of two on the same side it would go by
// one and read past all that the other leaves out, on every page again.
func bounded(r engine.Range) (string, []any) {
	from, to := r.Prefix, behind(r.Prefix)
	switch {
	case !r.Down && r.After != "":
		from = max(from, r.After+"\x00") // the smallest text greater than After
	case r.Down && r.After != "" && (to == "" || r.After < to):
		to = r.After
	}
	switch {
	case r.Down:
		from = max(from, r.Until)
	case r.Until != "" && (to == "" || r.Until < to):
		to = r.Until + "\x00"
	}
	direction := "ASC"
	if r.Down {
		direction = "DESC"
	}
	if to == "" {
		return "ORDER BY ord " + direction + " LIMIT ?2", []any{from, max(r.Limit, 0)}
	}
	return "AND ord < ?3 ORDER BY ord " + direction + " LIMIT ?2", []any{from, max(r.Limit, 0), to}
}

// behind is the smallest text greater than every one with the prefix; "" where there is none.
func behind(prefix string) string {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return ""
	}
	b[len(b)-1]++
	return string(b)
}

func in(table engine.Table, statement string) string { return layout.In(table, statement) }

// changed runs a statement and says whether it changed a row.
func (d documents) changed(ctx context.Context, query string, args ...any) (bool, error) {
	var n int64
	err := d.writing(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(context.WithoutCancel(ctx), query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n > 0, err
}

// blob is nil and not an empty slice where there is none, so that the column is NULL.
func blob(doc engine.Doc) any {
	if doc.Blob == nil {
		return nil
	}
	return doc.Blob
}

func document(row interface{ Scan(into ...any) error }) (engine.Doc, error) {
	var doc engine.Doc
	var tags string
	err := row.Scan(&doc.ID, &doc.Order, &doc.Version, &doc.Body, &doc.Blob, &tags)
	if err == nil && tags != noTags {
		err = json.Unmarshal([]byte(tags), &doc.Tags)
	}
	return doc, err
}
