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

// Edit is a change of one document by UpdateAll.
type Edit struct {
	ID      string
	rewrite func(body []byte) ([]byte, error) // nil: it stays as it is
}

// EditOf changes a document, which is made where there is none, by edit. It says whether there is anything to write, and may be called several times.
func EditOf[T any](id string, edit func(*T) bool) Edit {
	return Edit{id, func(body []byte) ([]byte, error) {
		var v T
		if body != nil {
			if err := json.Unmarshal(body, &v); err != nil {
				return nil, err
			}
		}
		if !edit(&v) {
			return nil, nil
		}
		return json.Marshal(v)
	}}
}

// UpdateAll makes changes of documents of one table with one command, in their order. Where another process changed a document meanwhile its change, and
// those behind it, are made again.
func UpdateAll(ctx context.Context, docs Documents, table Table, edits ...Edit) error {
	for {
		var changed []Doc
		var of []int // the edits that they are of
		for i, e := range edits {
			doc, ok, err := docs.Load(ctx, table, e.ID)
			if err != nil {
				return err
			}
			if !ok {
				doc = Doc{ID: e.ID, Order: e.ID}
			}
			body, err := e.rewrite(doc.Body)
			if err != nil {
				return err
			}
			if body != nil {
				doc.Body = body
				changed, of = append(changed, doc), append(of, i)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		n, err := docs.WriteAll(ctx, table, changed)
		if err != nil || n == len(changed) {
			return err
		}
		edits = edits[of[n]:]
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
