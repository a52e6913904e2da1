package keys

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
)

const dropKeySQL = `DELETE FROM {kind}_key WHERE hash = ?1 AND seq = ?2`

// key is one row of a key table.
type key struct{ hash, seq int64 }

// Changes gathers what a call does to the keys of a kind.
type Changes struct{ dropped, added []key }

// Replace notes what differs between the packed hashes that a record had and those it gets, and says whether anything does.
func (c *Changes) Replace(seq int64, had, gets []byte) bool {
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

// Write carries the changes out.
func (c *Changes) Write(ctx context.Context, tx *sql.Tx, kind crm.Kind) error {
	if len(c.dropped)+len(c.added) == 0 {
		return nil
	}
	drop := statement.New(tx, layout.Of(kind, dropKeySQL))
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

// Pack returns hashes as a row keeps them: by rising value, each once, in eight bytes; nil and so NULL where there are none.
func Pack(hashes []int64) []byte {
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
