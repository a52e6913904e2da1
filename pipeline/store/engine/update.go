package engine

import (
	"context"
	"encoding/json"
	"fmt"
)

// Update rewrites one document, which is made where there is none, and returns it as it was written. It calls edit again where another process
// changed the document meanwhile.
func Update[T any](ctx context.Context, docs Documents, table Table, id string, edit func(*T)) (T, error) {
	for {
		var v T
		doc, err := LoadOrInsert(ctx, docs, table, id, &v)
		if err != nil {
			return v, err
		}
		edit(&v)
		if doc.Body, err = json.Marshal(v); err != nil {
			return v, err
		}
		if ok, err := docs.Swap(ctx, table, doc); ok || err != nil {
			return v, err
		}
	}
}

// LoadOrInsert reads a document into v, or stores v where there is no document.
func LoadOrInsert(ctx context.Context, docs Documents, table Table, id string, v any) (Doc, error) {
	for {
		doc, ok, err := docs.Load(ctx, table, id)
		if err != nil {
			return Doc{}, err
		}
		if ok {
			return doc, json.Unmarshal(doc.Body, v)
		}
		body, err := json.Marshal(v)
		if err != nil {
			return Doc{}, err
		}
		doc = Doc{ID: id, Order: id, Body: body}
		if _, err := docs.Insert(ctx, table, doc); err != nil {
			return Doc{}, err
		}
	}
}

// LoadInto reads a document into v, and says whether there is one.
func LoadInto(ctx context.Context, docs Documents, table Table, id string, v any) (bool, error) {
	doc, ok, err := docs.Load(ctx, table, id)
	if err != nil || !ok {
		return false, err
	}
	return true, json.Unmarshal(doc.Body, v)
}

// Order returns the Order of a document with a running number.
func Order(no int64) string { return fmt.Sprintf("%012d", no) }
