package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/keys"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
	"inlet.example/inlet/pipeline/store/sqlite/terms"
)

// Keys are given as one JSON list, whatever their number (BenchmarkLookUp). CROSS JOIN has SQLite begin with the list.
const (
	findSQL = `SELECT seq, id, {parent}, mark, feed, doc FROM {kind} WHERE seq IN
		(SELECT k.seq FROM json_each(?1) AS given CROSS JOIN {kind}_key AS k ON k.hash = given.value UNION ALL SELECT value FROM json_each(?2))`
	byIDSQL     = `SELECT seq, id, {parent}, mark, feed, doc FROM {kind} WHERE id IN (SELECT value FROM json_each(?1))`
	childrenSQL = `SELECT {parent}, count(*) FROM {kind} WHERE {parent} IN (SELECT value FROM json_each(?1)) GROUP BY {parent}`
	familySQL   = `SELECT seq, id, {parent}, mark, feed, doc FROM {kind} WHERE {parent} = ?1 LIMIT ?2`
	scanSQL     = `SELECT seq, id, {parent}, mark, feed, doc FROM {kind} WHERE seq >= ?1 AND (seq, id) > (?1, ?2) ORDER BY seq LIMIT ?3`
	bySeqSQL    = `SELECT seq, id, {parent}, mark, feed, doc FROM {kind} WHERE seq IN (SELECT value FROM json_each(?1))`
	dumpSQL     = `SELECT seq, id, {parent}, mark, feed, doc, created, modified FROM {kind} WHERE seq > ?1 ORDER BY seq LIMIT ?2`
)

func of(kind crm.Kind, statement string) string { return layout.Of(kind, statement) }

// records are the tables of records.
type records struct{ *database }

// Find returns the records that carry at least one of the key hashes.
func (r records) Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	var recs []crm.Record
	err := r.snapshot(ctx, kind, func(q querier, log *keys.Log) error {
		seqs, err := log.Find(ctx, q, kind, hashes)
		if err != nil {
			return err
		}
		recs, err = selected(ctx, q, kind, findSQL, numberList(hashes), numberList(seqs))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find %ss: %w", kind, markTemporary(err))
	}
	return recs, nil
}

// ByID returns the records that have one of the IDs.
func (r records) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	recs, err := selected(ctx, r.reading(), kind, byIDSQL, idList(ids))
	if err != nil {
		return nil, fmt.Errorf("find %ss by ID: %w", kind, markTemporary(err))
	}
	return recs, nil
}

// Children counts along the index of the parents.
func (r records) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	counts := map[string]int{}
	if len(parents) == 0 {
		return counts, nil
	}
	rows, err := r.reading().QueryContext(ctx, of(kind, childrenSQL), idList(parents))
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", kind.Plural(), markTemporary(err))
	}
	defer rows.Close()
	for rows.Next() {
		var parent string
		var n int
		if err := rows.Scan(&parent, &n); err != nil {
			return nil, fmt.Errorf("count %s: %w", kind.Plural(), markTemporary(err))
		}
		counts[parent] = n
	}
	return counts, markTemporary(rows.Err())
}

// ChildrenOf reads along the index of the parent.
func (r records) ChildrenOf(ctx context.Context, kind crm.Kind, parent string, limit int) ([]crm.Record, error) {
	recs, err := selected(ctx, r.reading(), kind, familySQL, parent, max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", kind.Plural(), markTemporary(err))
	}
	return recs, nil
}

// Searchable is true: only inlet writes here.
func (r records) Searchable(crm.Kind) bool { return true }

// SetTerms is one transaction.
func (r records) SetTerms(ctx context.Context, kind crm.Kind, all []engine.Termed) error {
	if err := r.writing(ctx, func(tx *sql.Tx) error { return terms.Set(ctx, tx, kind, all) }); err != nil {
		return fmt.Errorf("set the terms of %s: %w", kind.Plural(), markTemporary(err))
	}
	return nil
}

// ByTerm reads along the terms.
func (r records) ByTerm(ctx context.Context, kind crm.Kind, begins string, limit int) (found []crm.Record, all bool, err error) {
	seqs, all, err := terms.Find(ctx, r.reading(), kind, begins, limit)
	if err == nil {
		found, err = selected(ctx, r.reading(), kind, bySeqSQL, numberList(seqs))
	}
	if err != nil {
		return nil, false, fmt.Errorf("search %s: %w", kind.Plural(), markTemporary(err))
	}
	return found, all, nil
}

// Scan returns up to limit records behind a place in the order of creation.
func (r records) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) ([]crm.Record, error) {
	recs, err := selected(ctx, r.reading(), kind, scanSQL, after.Seq, after.ID, max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("scan %ss: %w", kind, markTemporary(err))
	}
	return recs, nil
}

// Dump reads along the primary key; a cursor is a seq.
func (r records) Dump(ctx context.Context, kind crm.Kind, after string, limit int) ([]engine.Dumped, string, error) {
	seq, _ := strconv.ParseInt(after, 10, 64) // "" is 0
	dumped, err := r.dump(ctx, kind, seq, limit)
	if err != nil {
		return nil, "", fmt.Errorf("read %ss: %w", kind, markTemporary(err))
	}
	if len(dumped) > 0 {
		seq = dumped[len(dumped)-1].Seq
	}
	return dumped, strconv.FormatInt(seq, 10), nil
}

func (r records) dump(ctx context.Context, kind crm.Kind, seq int64, limit int) ([]engine.Dumped, error) {
	rows, err := r.reading().QueryContext(ctx, of(kind, dumpSQL), seq, max(limit, 0))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var dumped []engine.Dumped
	for rows.Next() {
		d, err := dumpedRow(rows)
		if err != nil {
			return nil, err
		}
		d.Kind = kind
		dumped = append(dumped, d)
	}
	return dumped, rows.Err()
}

func dumpedRow(rows *sql.Rows) (d engine.Dumped, err error) {
	var created, modified string
	if d.Record, err = record(rows, &created, &modified); err != nil {
		return d, err
	}
	if d.Created, err = time.Parse(time.RFC3339Nano, created); err == nil {
		d.Modified, err = time.Parse(time.RFC3339Nano, modified)
	}
	if err != nil {
		err = fmt.Errorf("read the times of %s: %w", d.ID, err)
	}
	return d, err
}

// Write carries out each write whose record is as it expects.
func (r records) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	results := make([]engine.Result, len(writes))
	err := r.writing(ctx, func(tx *sql.Tx) error {
		w := writer{tx: tx, kind: kind, most: r.maxRowBytes,
			insert: statement.Insert(tx, insertSQL(kind)), update: statement.New(tx, of(kind, updateSQL)),
			move: statement.New(tx, of(kind, moveSQL)), remove: statement.New(tx, of(kind, removeSQL))}
		return w.write(ctx, writes, results)
	})
	if err != nil {
		return nil, fmt.Errorf("write %ss: %w", kind, markTemporary(err))
	}
	return results, nil
}

// Restore returns an error: there are no documents of other programs here.
func (r records) Restore(context.Context, crm.Kind, [][]byte) error { return errors.ErrUnsupported }

// selected returns the records that a query selects.
func selected(ctx context.Context, q querier, kind crm.Kind, query string, args ...any) ([]crm.Record, error) {
	rows, err := q.QueryContext(ctx, of(kind, query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var recs []crm.Record
	for rows.Next() {
		rec, err := record(rows)
		if err != nil {
			return nil, err
		}
		rec.Kind = kind
		recs = append(recs, rec)
	}
	return recs, rows.Err()
}

// record reads a row; more is where its further columns go.
func record(rows *sql.Rows, more ...any) (crm.Record, error) {
	var rec crm.Record
	var doc string
	if err := rows.Scan(append([]any{&rec.Seq, &rec.ID, &rec.ParentID, &rec.ChangeID, &rec.Feed, &doc}, more...)...); err != nil {
		return rec, err
	}
	if err := rec.Values.Decode(doc); err != nil {
		return rec, fmt.Errorf("read the values of %s: %w", rec.ID, err)
	}
	return rec, nil
}

// numberList is sorted, so that each page of a table is come to once.
func numberList(numbers []int64) string {
	b := make([]byte, 0, 21*len(numbers)+2)
	for _, n := range slices.Sorted(slices.Values(numbers)) {
		b = strconv.AppendInt(append(b, ','), n, 10)
	}
	return listed(b)
}

func idList(ids []string) string {
	b := make([]byte, 0, 27*len(ids)+2)
	for _, id := range ids {
		b = crm.AppendString(append(b, ','), id)
	}
	return listed(b)
}

// listed makes a JSON list of items that each have a comma before them.
func listed(b []byte) string {
	if len(b) == 0 {
		return "[]"
	}
	b[0] = '['
	return string(append(b, ']'))
}
