package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
)

const (
	dropKeySQL = `DELETE FROM {kind}_key WHERE hash = ?1 AND seq = ?2`
	hashesSQL  = `SELECT seq, id, hashes FROM {kind} WHERE id IN (SELECT value FROM json_each(?1))`
	rehashSQL  = `UPDATE {kind} SET hashes = ?2 WHERE seq = ?1`
)

// Refresh looks at every record where some may have no key hashes by the rules, and at none otherwise: only inlet writes to the file. Where later keys
// are to be kept it does nothing: a record does not say how late its keys are, and what was read before another process wrote it would be wrong.
func (e *Engine) Refresh(ctx context.Context, kind crm.Kind, r engine.Refresh) (int, error) {
	if r.KeepNewer {
		return 0, nil
	}
	done := 0
	err := e.Stale(ctx, kind, r, func(page []crm.Record) error {
		err := e.writing(ctx, func(tx *sql.Tx) error { return rekey(ctx, tx, kind, page, r.Hashes) })
		if err != nil {
			return markTemporary(err)
		}
		if done += len(page); r.Progress != nil {
			r.Progress(done)
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("index %ss: %w", kind, err)
	}
	return done, nil
}

// Stale calls do with every record where some may have no key hashes by the rules.
func (e *Engine) Stale(ctx context.Context, kind crm.Kind, r engine.Refresh, do func([]crm.Record) error) error {
	const size = 1000
	for after := (engine.Position{}); !r.Complete; {
		page, err := e.Scan(ctx, kind, after, size)
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
	var keys keyChanges
	rehash := statement.New(tx, of(kind, rehashSQL))
	for i := range page {
		r, ok := rows[page[i].ID]
		if !ok {
			continue
		}
		hashes := packed(hashesFor(&page[i]))
		if keys.replace(r.seq, r.hashes, hashes) {
			if err := rehash.Run(ctx, r.seq, hashes); err != nil {
				return err
			}
		}
	}
	return keys.write(ctx, tx, kind)
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

// key is one row of a key table.
type key struct{ hash, seq int64 }

// keyChanges gathers what a call does to the keys of a kind.
type keyChanges struct{ dropped, added []key }

// replace notes what differs between the packed hashes that a record had and those it gets, and says whether anything does.
func (c *keyChanges) replace(seq int64, had, gets []byte) bool {
	before := len(c.dropped) + len(c.added)
	for len(had) > 0 || len(gets) > 0 {
		switch order := compareFirst(had, gets); {
		case order < 0:
			c.dropped, had = append(c.dropped, key{first(had), seq}), had[8:]
		case order > 0:
			c.added, gets = append(c.added, key{first(gets), seq}), gets[8:]
		default:
			had, gets = had[8:], gets[8:]
		}
	}
	return len(c.dropped)+len(c.added) > before
}

func (c *keyChanges) write(ctx context.Context, tx *sql.Tx, kind crm.Kind) error {
	if len(c.dropped)+len(c.added) == 0 {
		return nil
	}
	drop := statement.New(tx, of(kind, dropKeySQL))
	for _, k := range byHash(c.dropped) {
		if err := drop.Run(ctx, k.hash, k.seq); err != nil {
			return err
		}
	}
	return note(ctx, tx, kind, c.added, c.dropped)
}

func byHash(keys []key) []key {
	slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.hash, b.hash) })
	return keys
}

// packed is hashes as a row keeps them: by rising value, each once, in eight bytes; nil and so NULL where there are none.
func packed(hashes []int64) []byte {
	if len(hashes) == 0 {
		return nil
	}
	sorted := slices.Clone(hashes)
	slices.Sort(sorted)
	b := make([]byte, 0, 8*len(hashes))
	for _, h := range slices.Compact(sorted) {
		b = binary.BigEndian.AppendUint64(b, uint64(h))
	}
	return b
}

func first(packed []byte) int64 { return int64(binary.BigEndian.Uint64(packed)) }

// compareFirst compares the first of two packed hashes; where one has none left, the other's comes first.
func compareFirst(a, b []byte) int {
	if len(a) == 0 || len(b) == 0 {
		return cmp.Compare(len(b), len(a))
	}
	return cmp.Compare(first(a), first(b))
}
