package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/keys"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
)

const (
	hashesSQL = `SELECT seq, id, hashes FROM {kind} WHERE id IN (SELECT value FROM json_each(?1))`
	rehashSQL = `UPDATE {kind} SET hashes = ?2 WHERE seq = ?1`
)

// Refresh looks at every record where some may have no key hashes by the rules, and at none otherwise: only inlet writes to the file. Where later keys
// are to be kept it does nothing: a record does not say how late its keys are, and what was read before another process wrote it would be wrong.
func (r records) Refresh(ctx context.Context, kind crm.Kind, ask engine.Refresh) (int, error) {
	if ask.KeepNewer {
		return 0, nil
	}
	done := 0
	err := r.Stale(ctx, kind, ask, func(page []crm.Record) error {
		err := r.writing(ctx, func(tx *sql.Tx) error { return rekey(ctx, tx, kind, page, ask.Hashes) })
		if err != nil {
			return markTemporary(err)
		}
		if done += len(page); ask.Progress != nil {
			ask.Progress(done)
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("index %ss: %w", kind, err)
	}
	return done, nil
}

// Stale calls do with every record where some may have no key hashes by the rules.
func (r records) Stale(ctx context.Context, kind crm.Kind, ask engine.Refresh, do func([]crm.Record) error) error {
	const size = 1000
	for after := (engine.Position{}); !ask.Complete; {
		page, err := r.Scan(ctx, kind, after, size)
		if err != nil || len(page) == 0 {
			return err
		}
		last := page[len(page)-1]
		if err := do(page); err != nil || len(page) < size {
			return err
		}
		after = engine.Position{Seq: last.Seq, ID: last.ID}
	}
	return nil
}

func rekey(ctx context.Context, tx *sql.Tx, kind crm.Kind, page []crm.Record, hashesFor func(*crm.Record) []int64) error {
	rows, err := hashesOf(ctx, tx, kind, page)
	if err != nil {
		return err
	}
	var changes keys.Changes
	rehash := statement.New(tx, of(kind, rehashSQL))
	for i := range page {
		r, ok := rows[page[i].ID]
		if !ok {
			continue
		}
		hashes := keys.Pack(hashesFor(&page[i]))
		if changes.Replace(r.seq, r.hashes, hashes) {
			if err := rehash.Run(ctx, r.seq, hashes); err != nil {
				return err
			}
		}
	}
	return changes.Write(ctx, tx, kind)
}

// row is what a record has to be known by before it is written: where it is and what it holds.
type row struct {
	seq    int64
	mark   int64
	hashes []byte
	doc    string
}

func hashesOf(ctx context.Context, tx *sql.Tx, kind crm.Kind, page []crm.Record) (map[string]row, error) {
	ids := make([]string, len(page))
	for i, rec := range page {
		ids[i] = rec.ID
	}
	rows, err := tx.QueryContext(ctx, of(kind, hashesSQL), idList(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[string]row, len(ids))
	for rows.Next() {
		var r row
		var id string
		if err := rows.Scan(&r.seq, &id, &r.hashes); err != nil {
			return nil, err
		}
		found[id] = r
	}
	return found, rows.Err()
}
