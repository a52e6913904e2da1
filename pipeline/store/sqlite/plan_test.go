package sqlite

import (
	"database/sql"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/keys"
	"inlet.example/inlet/pipeline/store/sqlite/terms"
)

func TestNoCallScansATableOrSorts(t *testing.T) {
	e := seeded(t, 10)
	queries := []string{
		findSQL, byIDSQL, of(crm.Contact, childrenSQL), of(crm.Contact, familySQL), of(crm.Contact, removeSQL), scanSQL, storedSQL, updateSQL, hashesSQL, rehashSQL,
		in(engine.Journal, loadDocSQL), in(engine.Journal, swapDocSQL),
	}
	for _, r := range []engine.Range{{}, {Prefix: "p"}, {After: "a"}, {Prefix: "p", After: "q"}, {Down: true}, {Prefix: "p", After: "q", Down: true}} {
		bounds, _ := bounded(r)
		queries = append(queries, in(engine.Journal, rangeDocSQL)+bounds)
	}
	queries = append(append(queries, bySeqSQL), terms.Queries...)
	queries = append(queries, keys.Queries...)
	for _, r := range []engine.Range{{}, {After: "a"}, {Prefix: "p", After: "q", Down: true}} {
		for _, tags := range [][]string{{"a"}, {"a", "b", "c"}} {
			for _, isRare := range []bool{true, false} {
				query, _ := taggedQuery(tags, isRare, r)
				queries = append(queries, in(engine.Imports, query))
			}
		}
	}
	for _, kind := range crm.Kinds {
		for _, query := range queries {
			steps := plan(t, e, of(kind, query))
			for _, step := range steps {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "VIRTUAL TABLE") && step != "SCAN page" || strings.Contains(step, "TEMP B-TREE") {
					t.Errorf("%s\n%s", query, strings.Join(steps, "\n"))
				}
			}
		}
	}
}

// plan is how SQLite goes about a query, step by step.
func plan(t *testing.T, e *Engine, query string) []string {
	t.Helper()
	rows, err := e.readers.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, 0, 0, 0, 0, 0, 0)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		t.Fatalf("%s\nhas no plan: %v", query, rows.Err())
	}
	return steps
}

func TestEveryConnectionWaitsForTheDisk(t *testing.T) {
	e := seeded(t, 1)
	for name, db := range map[string]*sql.DB{"writer": e.writer, "readers": e.readers} {
		var journal string
		var synchronous int
		const query = "SELECT (SELECT * FROM pragma_journal_mode), (SELECT * FROM pragma_synchronous)"
		if err := db.QueryRowContext(t.Context(), query).Scan(&journal, &synchronous); err != nil {
			t.Fatal(err)
		}
		if journal != "wal" || synchronous != 2 { // 2 is FULL
			t.Errorf("%s: journal_mode %s, synchronous %d", name, journal, synchronous)
		}
	}
}
