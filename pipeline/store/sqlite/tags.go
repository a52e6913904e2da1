package sqlite

import (
	"context"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/store/engine"
)

// noTags is what a row has where its document has no tags.
const noTags = "[]"

// Of several tags the documents of the rarest one are gone through, and each is looked up among those of the others. Where no tag is rare, all of them are
// gone through side by side, which costs less for each document.
const (
	tagCountSQL = `SELECT count(*) FROM (SELECT 1 FROM {table}_tag WHERE tag = ?1 LIMIT ?2)`
	rare        = 2000 // documents
)

// tagged reads along the order of the tags.
func tagged(ctx context.Context, d documents, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	tags, isRare, err := rarestFirst(ctx, d.reading(), table, r.Tags)
	if err != nil {
		return nil, err
	}
	query, args := taggedQuery(tags, isRare, r)
	return d.listed(ctx, in(table, query), args...)
}

func rarestFirst(ctx context.Context, q querier, table engine.Table, tags []string) (sorted []string, isRare bool, err error) {
	if len(tags) == 1 {
		return tags, true, nil
	}
	rarest, least := 0, rare
	for i, tag := range tags {
		var n int
		if err := q.QueryRowContext(ctx, in(table, tagCountSQL), tag, rare).Scan(&n); err != nil {
			return nil, false, err
		}
		if n < least {
			rarest, least = i, n
		}
	}
	sorted = append([]string{tags[rarest]}, tags[:rarest]...)
	return append(sorted, tags[rarest+1:]...), least < rare, nil
}

// taggedQuery returns a query for the documents with all of these tags, of which the first is the rarest.
func taggedQuery(tags []string, isRare bool, r engine.Range) (string, []any) {
	bounds, args := bounded(r)
	bounds = strings.TrimSpace(bounds)
	within, order := "", bounds
	if at := strings.Index(bounds, "ORDER BY"); at > 0 {
		within, order = bounds[:at], bounds[at:]
	}
	for len(args) < 3 {
		args = append(args, nil)
	}
	var which strings.Builder
	for i, tag := range tags {
		args = append(args, tag)
		n := strconv.Itoa(len(args))
		switch {
		case i == 0:
			which.WriteString("SELECT ord FROM {table}_tag AS t WHERE tag = ?" + n + " AND ord >= ?1 " + within)
		case isRare:
			which.WriteString("AND EXISTS (SELECT 1 FROM {table}_tag AS o WHERE o.tag = ?" + n + " AND o.ord = t.ord) ")
		default:
			which.WriteString("INTERSECT SELECT ord FROM {table}_tag WHERE tag = ?" + n + " AND ord >= ?1 " + within)
		}
	}
	return `SELECT d.id, d.ord, d.version, d.body, d.blob, d.tags FROM (` + which.String() + order + `) AS page CROSS JOIN {table} AS d ON d.ord = page.ord`, args
}
