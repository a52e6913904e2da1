// Package layouttest shows tests how SQLite carries out a query on inlet's tables.
package layouttest

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/store/sqlite/layout"
	_ "modernc.org/sqlite" // the driver
)

// Open returns a database in memory that has the tables and no rows.
func Open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // another connection would have another database
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Prepare(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return db
}

// NoScan fails the test where a query goes through a whole table or sorts.
func NoScan(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	all := steps(t, db, query)
	for _, step := range all {
		if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "VIRTUAL TABLE") && step != "SCAN page" || strings.Contains(step, "TEMP B-TREE") {
			t.Errorf("%s\n%s", query, strings.Join(all, "\n"))
		}
	}
}

// steps are how SQLite goes about a query.
func steps(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, 0, 0, 0, 0, 0, 0)
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
