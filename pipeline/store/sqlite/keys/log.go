// Package keys keeps the hashes by which the records of a kind are found.
//
// # Why keys reach their table through a log
//
// The keys of a batch belong to pages all over the key table: inserting them one batch at a time writes nearly every page again and again, and was half
// of an import. So they are first appended to a log that readers keep in memory, and moved to the table when there are so many that each page gets
// several. Keys that are dropped are deleted from the table at once.
package keys

import (
	"context"
	"database/sql"
	"encoding/binary"
	"sync"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
)

const (
	mostRecent     = 1 << 18 // keys in the log of a kind: 4 MiB, and twice that in memory
	mostRecentRows = 512     // rows of the log: small batches do not make it slow to read

	addRecentSQL   = `INSERT INTO {kind}_key_log (added, dropped) VALUES (?1, ?2)`
	recentSizeSQL  = `SELECT count(*), total(length(added) + length(dropped)) / 16 FROM {kind}_key_log`
	recentRangeSQL = `SELECT coalesce(min(n), 0), coalesce(max(n), 0) FROM {kind}_key_log`
	recentSQL      = `SELECT added, dropped FROM {kind}_key_log WHERE n > ?1 ORDER BY n`
	backwardsSQL   = `SELECT added, dropped FROM {kind}_key_log ORDER BY n DESC`
	endRecentSQL   = `DELETE FROM {kind}_key_log`
	addKeySQL      = `INSERT OR IGNORE INTO {kind}_key (hash, seq) VALUES `
)

// querier is where rows are read from.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Log is the log of a kind in memory. The numbers of its rows are not used twice, so a log that still begins with the same row has only grown.
type Log struct {
	mu         sync.Mutex
	first, end int64 // rows of the log that are in it; 0 for none
	keys       hashTable
}

// Find returns the seqs that the log has for these hashes, as of the snapshot that q reads from, or that this call begins.
func (r *Log) Find(ctx context.Context, q querier, kind crm.Kind, hashes []int64) (seqs []int64, err error) {
	r.mu.Lock() // also while q's snapshot begins: it is then no older than what is in memory
	defer r.mu.Unlock()
	if err := r.catchUp(ctx, q, kind); err != nil {
		return nil, err
	}
	for _, h := range hashes {
		seqs = r.keys.appendSeqs(seqs, h)
	}
	return seqs, nil
}

// Forget frees the memory.
func (r *Log) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first, r.end, r.keys = 0, 0, hashTable{}
}

// catchUp reads the rows of the log that are not in memory.
func (r *Log) catchUp(ctx context.Context, q querier, kind crm.Kind) error {
	var first, end int64
	if err := q.QueryRowContext(ctx, layout.Of(kind, recentRangeSQL)).Scan(&first, &end); err != nil {
		return err
	}
	if first != r.first {
		r.first, r.end, r.keys = first, 0, hashTable{}
	}
	if end <= r.end {
		return nil
	}
	r.first = -1 // until all of it is taken: after an error it begins anew
	rows, err := q.QueryContext(ctx, layout.Of(kind, recentSQL), r.end)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var added, dropped sql.RawBytes
		if err := rows.Scan(&added, &dropped); err != nil {
			return err
		}
		for ; len(dropped) > 0; dropped = dropped[16:] {
			r.keys.drop(keyOf(dropped))
		}
		for ; len(added) > 0; added = added[16:] {
			r.keys.add(keyOf(added))
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	r.first, r.end = first, end
	return nil
}

// note puts what a call adds and drops behind the log of its kind, and has the log go to the table where it is long.
func note(ctx context.Context, tx *sql.Tx, kind crm.Kind, added, dropped []key) error {
	if _, err := tx.ExecContext(ctx, layout.Of(kind, addRecentSQL), listOf(added), listOf(dropped)); err != nil {
		return err
	}
	var rows, keys float64
	if err := tx.QueryRowContext(ctx, layout.Of(kind, recentSizeSQL)).Scan(&rows, &keys); err != nil {
		return err
	}
	if rows <= mostRecentRows && keys <= mostRecent {
		return nil
	}
	if err := settle(ctx, tx, kind, int(keys)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, layout.Of(kind, endRecentSQL))
	return err
}

// settle puts what is left of the keys in the log into the table, by rising hash.
func settle(ctx context.Context, tx *sql.Tx, kind crm.Kind, most int) error {
	keys, err := left(ctx, tx, kind, make([]key, 0, most))
	if err != nil {
		return err
	}
	add := statement.Insert(tx, layout.Of(kind, addKeySQL))
	for _, k := range byHash(keys) {
		if err := add.Add(ctx, k.hash, k.seq); err != nil {
			return err
		}
	}
	return add.End(ctx)
}

// left adds the keys in the log that were not dropped later. It reads the log backwards: what is dropped is known before it is met.
func left(ctx context.Context, tx *sql.Tx, kind crm.Kind, keys []key) ([]key, error) {
	rows, err := tx.QueryContext(ctx, layout.Of(kind, backwardsSQL))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	gone := map[key]bool{}
	for rows.Next() {
		var added, dropped sql.RawBytes
		if err := rows.Scan(&added, &dropped); err != nil {
			return nil, err
		}
		for ; len(added) > 0; added = added[16:] { // a call drops before it adds
			if k := keyOf(added); !gone[k] {
				keys = append(keys, k)
			}
		}
		for ; len(dropped) > 0; dropped = dropped[16:] {
			gone[keyOf(dropped)] = true
		}
	}
	return keys, rows.Err()
}

func listOf(keys []key) []byte {
	b := make([]byte, 0, 16*len(keys))
	for _, k := range keys {
		b = binary.BigEndian.AppendUint64(b, uint64(k.hash))
		b = binary.BigEndian.AppendUint64(b, uint64(k.seq))
	}
	return b
}

func keyOf(list []byte) key {
	return key{int64(binary.BigEndian.Uint64(list)), int64(binary.BigEndian.Uint64(list[8:]))}
}
