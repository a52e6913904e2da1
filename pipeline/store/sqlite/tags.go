package sqlite

import (
	"context"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/store/engine"
)

// noTags is what a row has where its document has no tags.
const noTags = "[]"

// Of several tags the documents of the rarest one are gone through. How many a tag has is counted no further than this.
const (
	tagCountSQL = `SELECT count(*) FROM (SELECT 1 FROM {table}_tag WHERE tag = ?1 LIMIT ` + mostCounted + `)`
	mostCounted = "2000"
)

// tagged reads along the order of the rarest tag, and looks up for each document whether it has the others.
func tagged(ctx context.Context, e *Engine, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	tags, err := rarestFirst(ctx, e.reading(), table, r.Tags)
	if err != nil {
		return nil, err
	}
	query, args := taggedQuery(tags, r)
	return e.listed(ctx, in(table, query), args...)
}

func rarestFirst(ctx context.Context, q querier, table engine.Table, tags []string) ([]string, error) {
	if len(tags) == 1 {
		return tags, nil
	}
	rarest, least := 0, 0
	for i, tag := range tags {
		var n int
		if err := q.QueryRowContext(ctx, in(table, tagCountSQL), tag).Scan(&n); err != nil {
			return nil, err
		}
		if i == 0 || n < least {
			rarest, least = i, n
		}
	}
	sorted := append([]string{tags[rarest]}, tags[:rarest]...)
	return append(sorted, tags[rarest+1:]...), nil
}

// taggedQuery returns a query for the documents with all of these tags, which goes along the first of them.
func taggedQuery(tags []string, r engine.Range) (string, []any) {
	bounds, args := bounded(r)
	bounds = strings.NewReplacer("AND ord", "AND t.ord", "ORDER BY ord", "ORDER BY t.ord").Replace(bounds)
	for len(args) < 3 {
		args = append(args, nil)
	}
	var others strings.Builder
	for i, tag := range tags {
		n := strconv.Itoa(len(args) + 1)
		args = append(args, tag)
		if i > 0 {
			others.WriteString("AND EXISTS (SELECT 1 FROM {table}_tag AS o WHERE o.tag = ?" + n + " AND o.ord = t.ord) ")
		}
	}
	return `SELECT d.id, d.ord, d.version, d.body, d.blob, d.tags FROM {table}_tag AS t CROSS JOIN {table} AS d ON d.ord = t.ord
		WHERE t.tag = ?4 AND t.ord >= ?1 ` + others.String() + bounds, args
}
