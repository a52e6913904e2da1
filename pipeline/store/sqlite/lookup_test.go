package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

const (
	lookUpRecords = 100_000
	lookUpKeys    = 1_000
)

// BenchmarkLookUp compares the ways to give SQLite a thousand hashes.
func BenchmarkLookUp(b *testing.B) {
	e := seeded(b, lookUpRecords)
	hashes := make([]int64, lookUpKeys)
	for i := range hashes {
		hashes[i] = spread(i * (lookUpRecords / lookUpKeys))
	}
	ways := []struct {
		name  string
		query string
		args  []any
	}{
		{"json", findSQL, []any{numberList(hashes), "[]"}},
		{"values", strings.Replace(findSQL, "json_each(?1)", "given", 1), anys(hashes)},
	}
	ways[1].query = "WITH given(value) AS (VALUES (?)" + strings.Repeat(",(?)", lookUpKeys-1) + ") " + ways[1].query
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			for b.Loop() {
				if n := count(b, e.readers, way.query, way.args...); n != lookUpKeys {
					b.Fatalf("found %d of %d", n, lookUpKeys)
				}
			}
		})
	}
	b.Run("one by one", func(b *testing.B) {
		for b.Loop() {
			for _, h := range hashes {
				count(b, e.readers, findSQL, numberList([]int64{h}), "[]")
			}
		}
	})
}

func spread(n int) int64 { return int64(uint64(n) * 0x9e3779b97f4a7c15) }

func seeded(tb testing.TB, n int) *Engine {
	e, err := Open(tb.Context(), filepath.Join(tb.TempDir(), "inlet.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close(context.Background()) })
	writes := make([]engine.Write, n)
	for i := range writes {
		writes[i] = engine.Write{New: true, ID: fmt.Sprintf("%024x", i+1), Seq: int64(i + 1), Mark: 1, Hashes: []int64{spread(i)}}
	}
	if _, err := e.Write(tb.Context(), crm.Account, writes); err != nil {
		tb.Fatal(err)
	}
	return e
}

func count(b *testing.B, db *sql.DB, query string, args ...any) (n int) {
	rows, err := db.QueryContext(b.Context(), of(crm.Account, query), args...)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return n
}

func anys(hashes []int64) []any {
	args := make([]any, len(hashes))
	for i, h := range hashes {
		args[i] = h
	}
	return args
}
