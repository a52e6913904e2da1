package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/layout"
)

// As package keys has them: how many keys, and how many rows, the log of a kind may have.
const (
	mostRecent     = 1 << 18
	mostRecentRows = 512
)

// TestKeysAreFoundWhereverTheyAre adds, replaces and takes away the keys of records while the log of them goes to the table again and again,
// and has two processes find what a map says: the one that writes, inside its batch and outside, and one that only looks.
func TestKeysAreFoundWhereverTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	writer, other := opened(t, path), opened(t, path)
	m := keyModel{rnd: rand.New(rand.NewPCG(7, 7)), has: map[string]held{}}
	settled, before := 0, int64(0)
	for range 4 * mostRecentRows {
		was := maps.Clone(m.has)
		err := writer.Batch(t.Context(), func(ctx context.Context, e engine.Engine) error {
			if err := m.step(ctx, e); err != nil {
				return err
			}
			m.compare(t, ctx, e)
			if m.rnd.IntN(10) == 0 {
				return errTakenBack
			}
			return nil
		})
		if errors.Is(err, errTakenBack) {
			m.has = was
		} else if err != nil {
			t.Fatal(err)
		}
		if m.rnd.IntN(20) == 0 {
			writer.shrink()
		}
		m.compare(t, t.Context(), writer)
		if m.rnd.IntN(5) == 0 {
			m.compare(t, t.Context(), other)
		}
		var rows int64
		if err := writer.readers.QueryRow("SELECT count(*) FROM account_key_log").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if rows < before {
			settled++
		}
		before = rows
	}
	if settled < 2 {
		t.Errorf("the log went to the table %d times", settled)
	}
}

var errTakenBack = errors.New("taken back")

// keyModel is what records have, by their IDs. There are few hashes, so that records share them.
type keyModel struct {
	rnd *rand.Rand
	has map[string]held
	n   int64
}

type held struct {
	mark   int64
	hashes []int64
}

func (m *keyModel) some() []int64 {
	some := make([]int64, m.rnd.IntN(3))
	for i := range some {
		some[i] = spread(m.rnd.IntN(40))
	}
	return some
}

// step adds a record, gives one other keys, or takes one away.
func (m *keyModel) step(ctx context.Context, e engine.Engine) error {
	ids := slices.Sorted(maps.Keys(m.has))
	if len(ids) < 20 || m.rnd.IntN(4) == 0 {
		m.n++
		id, hashes := fmt.Sprintf("%024x", m.n), m.some()
		m.has[id] = held{1, hashes}
		return written(e.Write(ctx, crm.Account, []engine.Write{{New: true, ID: id, Seq: m.n, Mark: 1, Hashes: hashes}}))
	}
	id := ids[m.rnd.IntN(len(ids))]
	if m.rnd.IntN(5) == 0 {
		mark := m.has[id].mark
		delete(m.has, id)
		return written(e.Write(ctx, crm.Account, []engine.Write{{Remove: true, ID: id, Expect: mark}}))
	}
	had := m.has[id]
	if m.rnd.IntN(2) == 0 {
		m.has[id] = held{had.mark, m.some()}
		_, err := e.Refresh(ctx, crm.Account, engine.Refresh{Hashes: func(rec *crm.Record) []int64 { return m.has[rec.ID].hashes }})
		return err
	}
	m.has[id] = held{had.mark + 1, m.some()}
	return written(e.Write(ctx, crm.Account, []engine.Write{{ID: id, Expect: had.mark, Mark: had.mark + 1, Rekey: true, Hashes: m.has[id].hashes}}))
}

func written(results []engine.Result, err error) error {
	for _, result := range results {
		if result != engine.Written {
			return fmt.Errorf("not written: %+v", result)
		}
	}
	return err
}

func (m *keyModel) compare(t *testing.T, ctx context.Context, e engine.Engine) {
	t.Helper()
	asked := []int64{spread(m.rnd.IntN(40)), spread(m.rnd.IntN(40)), spread(1000)}
	var want []string
	for id, held := range m.has {
		if slices.ContainsFunc(held.hashes, func(h int64) bool { return slices.Contains(asked, h) }) {
			want = append(want, id)
		}
	}
	records, err := e.Find(ctx, crm.Account, asked)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range records {
		got = append(got, r.ID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("found %v, want %v", got, want)
	}
}

func opened(t *testing.T, path string) *Engine {
	t.Helper()
	e, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return e
}

// TestLogStaysShort adds more records than the log has room for, and takes them away again, as an undo does.
func TestLogStaysShort(t *testing.T) {
	e := opened(t, filepath.Join(t.TempDir(), "inlet.db"))
	const records, each, keys = 2 * mostRecent / 8, 4000, 8
	for _, remove := range []bool{false, true} {
		for from := 0; from < records; from += each {
			writes := make([]engine.Write, min(each, records-from))
			for i := range writes {
				n := from + i + 1
				if writes[i] = (engine.Write{Remove: true, ID: fmt.Sprintf("%024x", n), Expect: 1}); !remove {
					writes[i] = engine.Write{New: true, ID: writes[i].ID, Seq: int64(n), Mark: 1}
					for key := range keys {
						writes[i].Hashes = append(writes[i].Hashes, spread(keys*n+key))
					}
				}
			}
			if err := written(e.Write(t.Context(), crm.Account, writes)); err != nil {
				t.Fatal(err)
			}
			var bytes float64
			if err := e.readers.QueryRow("SELECT total(length(added) + length(dropped)) FROM account_key_log").Scan(&bytes); err != nil {
				t.Fatal(err)
			}
			if bytes > 16*mostRecent {
				t.Fatalf("the log is %.0f bytes long", bytes)
			}
		}
	}
	if found, err := e.Find(t.Context(), crm.Account, []int64{spread(keys), spread(keys * records)}); err != nil || len(found) > 0 {
		t.Errorf("found %v, %v", found, err)
	}
}

// TestOlderLayoutIsBroughtUpToDate opens a file as the first layout had it, with all keys in the table.
func TestOlderLayoutIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e := opened(t, path)
	write := engine.Write{New: true, ID: "a", Seq: 1, Mark: 1, Hashes: []int64{42}}
	if err := written(e.Write(t.Context(), crm.Account, []engine.Write{write})); err != nil {
		t.Fatal(err)
	}
	_, err := e.writer.Exec(`INSERT INTO account_key VALUES (42, 1); DROP TABLE account_key_log; DROP TABLE contact_key_log;
		ALTER TABLE account DROP COLUMN feed; ALTER TABLE contact DROP COLUMN feed; PRAGMA user_version = 1; DROP TABLE imports_tag;
		DROP TABLE account_term; DROP TABLE account_termed; DROP TABLE contact_term; DROP TABLE contact_termed;
		DROP TRIGGER imports_tagged; DROP TRIGGER imports_retagged; DROP TRIGGER imports_untagged`)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range engine.Tables {
		if _, err := e.writer.Exec(in(table, "ALTER TABLE {table} DROP COLUMN tags")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.writer.Exec(in(engine.Claims, "DROP TABLE {table}")); err != nil { // the earliest files have none
		t.Fatal(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		e = opened(t, path)
		if _, err := e.writer.Exec(in(engine.Claims, "SELECT tags FROM {table}")); err != nil {
			t.Fatal(err)
		}
		if found, err := e.Find(t.Context(), crm.Account, []int64{42}); err != nil || len(found) != 1 {
			t.Fatalf("found %v, %v", found, err)
		}
		var version int
		if err := e.writer.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != layout.Version {
			t.Errorf("layout %d, %v", version, err)
		}
		tagged := engine.Doc{ID: write.ID, Order: write.ID, Body: []byte(`{}`), Tags: []string{"x"}}
		if ok, err := e.Insert(t.Context(), engine.Imports, tagged); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if docs, err := e.Range(t.Context(), engine.Imports, engine.Range{Tags: []string{"x"}, Limit: 1}); len(docs) != 1 || err != nil {
			t.Errorf("%d have the tag: %v", len(docs), err)
		}
		write.ID, write.Seq = write.ID+"b", write.Seq+1
		if err := written(e.Write(t.Context(), crm.Contact, []engine.Write{write})); err != nil {
			t.Fatal(err)
		}
		e.Close(t.Context())
	}
}

// TestAddedKindGetsItsTables opens a file that was made before there was a kind.
func TestAddedKindGetsItsTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.db")
	e := opened(t, path)
	const statements = "SELECT group_concat(sql, '\n' ORDER BY name) FROM sqlite_schema WHERE name LIKE 'contact%'"
	var before, after string
	if err := e.writer.QueryRow(statements).Scan(&before); err != nil {
		t.Fatal(err)
	}
	if _, err := e.writer.Exec("DROP TABLE contact; DROP TABLE contact_key; DROP TABLE contact_key_log; DROP TABLE contact_term; DROP TABLE contact_termed"); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	e = opened(t, path)
	defer e.Close(t.Context())
	if err := e.writer.QueryRow(statements).Scan(&after); err != nil || after != before {
		t.Errorf("%v\n%s\nnot\n%s", err, after, before)
	}
}
