package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/keys"
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

// writer carries out the writes of one call.
type writer struct {
	tx                   *sql.Tx
	kind                 crm.Kind
	most                 int // bytes of a row
	insert               statement.Rows
	at                   engine.Times // of the rows that are inserted
	timed                bool         // at is set
	update, move, remove statement.Statement
	keys                 keys.Changes
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
	if err := w.insert.End(ctx); err != nil {
		return err
	}
	return w.keys.Write(ctx, w.tx, w.kind)
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
	hashes := keys.Pack(write.Hashes)
	w.doc = write.Set.AppendJSON(w.doc[:0])
	if w.exceeds(hashes) {
		return w.tooLarge(), nil
	}
	w.keys.Replace(write.Seq, nil, hashes)
	if err := w.beginAt(ctx, write.TimesOf()); err != nil {
		return engine.Conflict, err
	}
	row := []any{write.Seq, write.ID, write.Mark, hashes, string(write.Feed), string(w.doc), write.ParentID}
	if w.kind.Parent() == "" {
		row = row[:len(row)-1]
	}
	return engine.Written, w.insert.Add(ctx, row...)
}

// insertSQL returns what comes before the values of a new record; behind the two moments they are in the order of writer.create.
//
// It is OR FAIL and not OR ABORT: where a statement fails its transaction is taken back, and to be able to take back the statement alone
// SQLite would copy each page before it changes it.
func insertSQL(kind crm.Kind) string {
	columns := "created, modified, seq, id, mark, hashes, feed, doc"
	if parent := kind.Parent(); parent != "" {
		columns += ", " + string(parent)
	}
	return fmt.Sprintf("INSERT OR FAIL INTO %s (%s) VALUES ", kind, columns)
}

// beginAt has the rows behind it begin with other moments of creation and last change.
func (w *writer) beginAt(ctx context.Context, at engine.Times) error {
	if w.timed && at.Created.Equal(w.at.Created) && at.Modified.Equal(w.at.Modified) {
		return nil
	}
	w.at, w.timed = at, true
	return w.insert.Begin(ctx, "'"+moment(at.Created)+"','"+moment(at.Modified)+"',")
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
	w.keys.Replace(r.seq, r.hashes, nil)
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
		hashes = keys.Pack(write.Hashes)
	}
	w.doc = w.values.AppendJSON(w.doc[:0])
	if w.exceeds(hashes) {
		return w.tooLarge(), nil
	}
	if write.Rekey {
		w.keys.Replace(r.seq, r.hashes, hashes)
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
