package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/statement"
	codes "modernc.org/sqlite/lib"
)

const (
	storedSQL = `SELECT seq, id, mark, hashes, doc FROM {kind} WHERE id IN (SELECT value FROM json_each(?1))`
	takenSQL  = `SELECT EXISTS (SELECT 1 FROM {kind} WHERE id BETWEEN ?1 AND ?2)`
	updateSQL = `UPDATE {kind} SET mark = ?2, modified = ?3, hashes = ?4, doc = ?5 WHERE seq = ?1`
	moveSQL   = `UPDATE {kind} SET {parent} = ?2 WHERE seq = ?1`
	removeSQL = `DELETE FROM {kind} WHERE seq = ?1`
)

// Write carries out each write whose record is as it expects.
func (e *Engine) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	results := make([]engine.Result, len(writes))
	err := e.writing(ctx, func(tx *sql.Tx) error {
		w := writer{tx: tx, kind: kind, most: e.maxRowBytes,
			insert: insertion{tx: tx, into: insertSQL(kind)}, update: statement.New(tx, of(kind, updateSQL)),
			move: statement.New(tx, of(kind, moveSQL)), remove: statement.New(tx, of(kind, removeSQL))}
		return w.write(ctx, writes, results)
	})
	if err != nil {
		return nil, fmt.Errorf("write %ss: %w", kind, markTemporary(err))
	}
	return results, nil
}

// writer carries out the writes of one call.
type writer struct {
	tx                   *sql.Tx
	kind                 crm.Kind
	most                 int // bytes of a row
	insert               insertion
	update, move, remove statement.Statement
	keys                 keyChanges
	values               crm.Values // of the record at hand; one buffer for all
	doc                  []byte
}

// write looks all records up at once. They do not change in between: the transaction is the only one that writes.
func (w *writer) write(ctx context.Context, writes []engine.Write, results []engine.Result) error {
	rows, err := w.stored(ctx, writes)
	if err != nil {
		return err
	}
	for i := range writes {
		r, exists := rows[writes[i].ID]
		if results[i], err = w.one(ctx, &writes[i], r, exists); err != nil {
			return fmt.Errorf("%s: %w", writes[i].ID, err)
		}
	}
	if err := w.insert.end(ctx); err != nil {
		return err
	}
	return w.keys.write(ctx, w.tx, w.kind)
}

func (w *writer) stored(ctx context.Context, writes []engine.Write) (map[string]row, error) {
	ids, err := w.maybeThere(ctx, writes)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := w.tx.QueryContext(ctx, of(w.kind, storedSQL), idList(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[string]row, len(ids))
	for rows.Next() {
		var r row
		var id string
		if err := rows.Scan(&r.seq, &id, &r.mark, &r.hashes, &r.doc); err != nil {
			return nil, err
		}
		found[id] = r
	}
	return found, rows.Err()
}

// maybeThere returns the IDs of the records that may be there. IDs of one import stand side by side: unless it was interrupted, nothing is
// where new ones go, and one look tells.
func (w *writer) maybeThere(ctx context.Context, writes []engine.Write) ([]string, error) {
	var changed, added []string
	for i := range writes {
		if writes[i].New {
			added = append(added, writes[i].ID)
		} else {
			changed = append(changed, writes[i].ID)
		}
	}
	if len(added) == 0 {
		return changed, nil
	}
	var taken bool
	err := w.tx.QueryRowContext(ctx, of(w.kind, takenSQL), slices.Min(added), slices.Max(added)).Scan(&taken)
	if taken {
		changed = append(changed, added...)
	}
	return changed, err
}

func (w *writer) one(ctx context.Context, write *engine.Write, r row, exists bool) (engine.Result, error) {
	switch {
	case write.Remove:
		return w.takeAway(ctx, write, r, exists)
	case exists && r.mark == write.Mark:
		return engine.Already, nil
	case write.New && !exists:
		return w.create(ctx, write)
	case write.New || !exists || r.mark != write.Expect:
		return engine.Conflict, nil
	}
	return w.change(ctx, write, r)
}

func (w *writer) create(ctx context.Context, write *engine.Write) (engine.Result, error) {
	if write.Seq < 1 {
		return engine.Conflict, fmt.Errorf("a new record has no position in the order of creation (seq %d)", write.Seq)
	}
	hashes := packed(write.Hashes)
	w.doc = write.Set.AppendJSON(w.doc[:0])
	if w.exceeds(hashes) {
		return w.tooLarge(), nil
	}
	w.keys.replace(write.Seq, nil, hashes)
	if err := w.insert.since(ctx, write.TimesOf()); err != nil {
		return engine.Conflict, err
	}
	row := []any{write.Seq, write.ID, write.Mark, hashes, string(write.Feed), string(w.doc), write.ParentID}
	if w.kind.Parent() == "" {
		row = row[:len(row)-1]
	}
	return engine.Written, w.insert.add(ctx, row...)
}

// exceeds reports whether the record in hand is larger than SQLite takes.
func (w *writer) exceeds(hashes []byte) bool { return len(w.doc)+len(hashes) > w.most }

func (w *writer) tooLarge() engine.Result {
	return engine.Result{Did: engine.NotMade, Why: &engine.Unfit{Reason: engine.TooLarge, Code: codes.SQLITE_TOOBIG, Most: w.most}}
}

// takeAway needs no look at the parent: a record that was moved carries another mark.
func (w *writer) takeAway(ctx context.Context, write *engine.Write, r row, exists bool) (engine.Result, error) {
	switch {
	case !exists:
		return engine.Already, nil
	case r.mark != write.Expect:
		return engine.Conflict, nil
	}
	if err := w.values.Decode(r.doc); err != nil {
		return engine.Conflict, fmt.Errorf("read the values: %w", err)
	}
	if !w.values.Equal(write.Before) {
		return engine.Conflict, nil
	}
	w.keys.replace(r.seq, r.hashes, nil)
	return engine.Written, w.remove.Run(ctx, r.seq)
}

func (w *writer) change(ctx context.Context, write *engine.Write, r row) (engine.Result, error) {
	if err := w.values.Decode(r.doc); err != nil {
		return engine.Conflict, fmt.Errorf("read the values: %w", err)
	}
	if !expected(write, w.values) {
		return engine.Conflict, nil
	}
	for _, p := range write.Set {
		w.values.Set(p.Field, p.Value)
	}
	for _, field := range write.Unset {
		w.values.Set(field, crm.Value{})
	}
	hashes := r.hashes
	if write.Rekey {
		hashes = packed(write.Hashes)
	}
	w.doc = w.values.AppendJSON(w.doc[:0])
	if w.exceeds(hashes) {
		return w.tooLarge(), nil
	}
	if write.Rekey {
		w.keys.replace(r.seq, r.hashes, hashes)
	}
	if write.Move {
		if err := w.move.Run(ctx, r.seq, write.ParentID); err != nil {
			return engine.Conflict, err
		}
	}
	return engine.Written, w.update.Run(ctx, r.seq, write.Mark, moment(write.At), hashes, string(w.doc))
}

// expected reports whether a record has the values that the write replaces and takes away.
func expected(write *engine.Write, values crm.Values) bool {
	for _, p := range write.Set {
		if values.Of(p.Field) != write.Before.Of(p.Field) {
			return false
		}
	}
	for _, field := range write.Unset {
		if values.Of(field) != write.Before.Of(field) {
			return false
		}
	}
	return true
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
