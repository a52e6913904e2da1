// Package terms keeps, for each kind of records, which terms a record is found by, and finds records by the beginning of a term. The terms of a record also
// stand beside its ID: they are what has to go when it gets others, and when the record itself is gone.
package terms

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
)

const (
	hadSQL    = `SELECT id, seq, terms FROM {kind}_termed WHERE id IN (SELECT value FROM json_each(?1))`
	placesSQL = `SELECT id, seq FROM {kind} WHERE id IN (SELECT value FROM json_each(?1))`
	dropSQL   = `DELETE FROM {kind}_term WHERE term = ?1 AND seq = ?2`
	addSQL    = `INSERT OR IGNORE INTO {kind}_term (term, seq) VALUES (?1, ?2)`
	forgetSQL = `DELETE FROM {kind}_termed WHERE id = ?1`
	keepSQL   = `INSERT OR REPLACE INTO {kind}_termed (id, seq, terms) VALUES (?1, ?2, ?3)`
	seqsSQL   = `SELECT seq FROM {kind}_term WHERE term >= ?1 AND term < ?2 LIMIT ?3`
)

// querier is where rows are read from.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// row is what the terms of a record are filed under.
type row struct {
	seq   int64
	terms []string
}

// posting is one row of the table of terms.
type posting struct {
	term string
	seq  int64
}

// Set gives records their terms.
func Set(ctx context.Context, tx *sql.Tx, kind crm.Kind, all []engine.Termed) error {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	had, err := rows(ctx, tx, layout.Of(kind, hadSQL), string(list), true)
	if err != nil {
		return err
	}
	places, err := rows(ctx, tx, layout.Of(kind, placesSQL), string(list), false)
	if err != nil {
		return err
	}
	var dropped, added []posting
	keep, forget := statement.New(tx, layout.Of(kind, keepSQL)), statement.New(tx, layout.Of(kind, forgetSQL))
	for i := range all {
		was, known := had[all[i].ID]
		is, there := places[all[i].ID]
		if is.terms = slices.Compact(slices.Sorted(slices.Values(all[i].Terms))); !there {
			is.terms = nil
		}
		if known && was.seq == is.seq && slices.Equal(was.terms, is.terms) {
			continue
		}
		for _, term := range was.terms {
			dropped = append(dropped, posting{term, was.seq})
		}
		for _, term := range is.terms {
			added = append(added, posting{term, is.seq})
		}
		if err := is.file(ctx, all[i].ID, there, &keep, &forget); err != nil {
			return err
		}
	}
	if err := post(ctx, tx, layout.Of(kind, dropSQL), dropped); err != nil {
		return err
	}
	return post(ctx, tx, layout.Of(kind, addSQL), added)
}

// file keeps what terms a record has, or forgets it.
func (r row) file(ctx context.Context, id string, there bool, keep, forget *statement.Statement) error {
	if !there {
		return forget.Run(ctx, id)
	}
	terms, err := json.Marshal(r.terms)
	if err != nil {
		return err
	}
	return keep.Run(ctx, id, r.seq, string(terms))
}

// post writes postings in the order of their table.
func post(ctx context.Context, tx *sql.Tx, query string, all []posting) error {
	slices.SortFunc(all, func(a, b posting) int { return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.seq, b.seq)) })
	s := statement.New(tx, query)
	for _, p := range all {
		if err := s.Run(ctx, p.term, p.seq); err != nil {
			return err
		}
	}
	return nil
}

func rows(ctx context.Context, tx *sql.Tx, query, list string, withTerms bool) (map[string]row, error) {
	found, err := tx.QueryContext(ctx, query, list)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	all := map[string]row{}
	for found.Next() {
		var id, terms string
		var r row
		into := []any{&id, &r.seq}
		if withTerms {
			into = append(into, &terms)
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		if withTerms {
			if err := json.Unmarshal([]byte(terms), &r.terms); err != nil {
				return nil, err
			}
		}
		all[id] = r
	}
	return all, found.Err()
}

// Find returns the positions of records that have a term which begins with a text, each once, and whether these are all. It reads up to limit terms.
func Find(ctx context.Context, q querier, kind crm.Kind, begins string, limit int) (seqs []int64, all bool, err error) {
	found, err := q.QueryContext(ctx, layout.Of(kind, seqsSQL), begins, begins+"\U0010ffff", max(limit, 0)+1)
	if err != nil {
		return nil, false, err
	}
	defer found.Close()
	n := 0
	for ; n < limit && found.Next(); n++ {
		var seq int64
		if err := found.Scan(&seq); err != nil {
			return nil, false, err
		}
		seqs = append(seqs, seq)
	}
	all = !found.Next()
	slices.Sort(seqs)
	return slices.Compact(seqs), all, found.Err()
}
