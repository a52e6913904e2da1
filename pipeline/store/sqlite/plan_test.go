package sqlite

import (
	"database/sql"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/sqlite/layout/layouttest"
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
	queries = append(queries, bySeqSQL)
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
			layouttest.NoScan(t, e.readers, of(kind, query))
		}
	}
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
