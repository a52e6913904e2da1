// Package enginetest has the documents of an engine in memory, for the tests of the parts that need nothing else of a database. That they are as those
// of the engines is held by storetest's contract.
package enginetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"inlet.example/inlet/pipeline/store/engine"
)

// Documents are tables in memory. The zero value is empty and ready.
type Documents struct {
	// Before is called before each call with its name and table ("swap leases"). Where it returns an error the call is not made; it may be nil.
	Before func(call string) error

	// After is likewise called after each call, whose answer is lost where it returns an error.
	After func(call string) error

	mu     sync.Mutex
	tables map[engine.Table]map[string]engine.Doc
}

// do makes a call with the tables locked.
func do[T any](d *Documents, op string, table engine.Table, call func(docs map[string]engine.Doc) T) (T, error) {
	var none T
	name := op + " " + string(table)
	if d.Before != nil {
		if err := d.Before(name); err != nil {
			return none, err
		}
	}
	result := locked(d, table, call)
	if d.After != nil {
		if err := d.After(name); err != nil {
			return none, err
		}
	}
	return result, nil
}

func locked[T any](d *Documents, table engine.Table, call func(docs map[string]engine.Doc) T) T {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables == nil {
		d.tables = map[engine.Table]map[string]engine.Doc{}
	}
	if d.tables[table] == nil {
		d.tables[table] = map[string]engine.Doc{}
	}
	return call(d.tables[table])
}

// Insert adds a document and says whether it did.
func (d *Documents) Insert(_ context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	var err error
	fresh, failed := do(d, "insert", table, func(docs map[string]engine.Doc) bool {
		if _, is := docs[doc.ID]; is {
			return false
		}
		for _, other := range docs {
			if other.Order == doc.Order {
				err = fmt.Errorf("%s has the order %q", other.ID, doc.Order)
				return false
			}
		}
		doc.Version = 1
		docs[doc.ID] = doc
		return true
	})
	return fresh, cmp.Or(failed, err)
}

// Swap replaces a document of which doc.Version is there, and says whether it did.
func (d *Documents) Swap(_ context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return do(d, "swap", table, func(docs map[string]engine.Doc) bool {
		if now, is := docs[doc.ID]; !is || now.Version != doc.Version {
			return false
		}
		doc.Version++
		docs[doc.ID] = doc
		return true
	})
}

// Delete removes the documents with these IDs.
func (d *Documents) Delete(_ context.Context, table engine.Table, ids []string) error {
	_, err := do(d, "delete", table, func(docs map[string]engine.Doc) bool {
		for _, id := range ids {
			delete(docs, id)
		}
		return true
	})
	return err
}

// Load returns the document with this ID, and whether there is one.
func (d *Documents) Load(_ context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	found, err := do(d, "load", table, func(docs map[string]engine.Doc) []engine.Doc {
		if doc, is := docs[id]; is {
			return []engine.Doc{doc}
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		return engine.Doc{}, false, err
	}
	return found[0], true, nil
}

// LoadAll returns the documents that there are.
func (d *Documents) LoadAll(_ context.Context, table engine.Table, ids []string) ([]engine.Doc, error) {
	return do(d, "load all", table, func(docs map[string]engine.Doc) []engine.Doc {
		var found []engine.Doc
		for _, id := range ids {
			if doc, is := docs[id]; is {
				found = append(found, doc)
			}
		}
		return found
	})
}

// WriteAll writes documents up to the first of another version.
func (d *Documents) WriteAll(_ context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	return do(d, "write all", table, func(there map[string]engine.Doc) int {
		for n, doc := range docs {
			if now, is := there[doc.ID]; is && now.Version != doc.Version {
				return n
			}
			doc.Version++
			there[doc.ID] = doc
		}
		return len(docs)
	})
}

// Range returns documents by their Order.
func (d *Documents) Range(_ context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	return do(d, "range", table, func(docs map[string]engine.Doc) []engine.Doc {
		var found []engine.Doc
		for _, doc := range docs {
			within := doc.Order > r.After && (r.Until == "" || doc.Order <= r.Until)
			if r.Down {
				within = (r.After == "" || doc.Order < r.After) && doc.Order >= r.Until
			}
			other := func(tag string) bool { return !slices.Contains(doc.Tags, tag) }
			if strings.HasPrefix(doc.Order, r.Prefix) && within && !slices.ContainsFunc(r.Tags, other) {
				found = append(found, doc)
			}
		}
		slices.SortFunc(found, func(a, b engine.Doc) int {
			if r.Down {
				a, b = b, a
			}
			return cmp.Compare(a.Order, b.Order)
		})
		return found[:min(len(found), max(r.Limit, 0))]
	})
}
