package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/totals"
)

// Catalog lists imports for people, and has their totals.
//
// # What of a store that an older version wrote
//
// Its imports have no tags and are not counted. Complete writes them once more, oldest first, a page at a time; killed anywhere it goes on there.
// Until then a list is looked through.
type Catalog struct {
	imports *Imports
}

// NewCatalog returns the catalog of the imports of a store.
func NewCatalog(imports *Imports) *Catalog { return &Catalog{imports} }

// catalogState is the document with how far the imports of an older version are catalogued.
type catalogState struct {
	After    int64 `json:"after"` // the number of the last import that is
	Complete bool  `json:"complete"`
}

const catalogID = "catalog"

// List returns a page of the imports that a filter selects.
func (c *Catalog) List(ctx context.Context, f listing.Filter, b listing.Bounds) (listing.Page, error) {
	complete, err := c.complete(ctx)
	if err != nil {
		return listing.Page{}, fmt.Errorf("list imports: %w", err)
	}
	l := lister{imports: c.imports, filter: f, limit: b.Limit, look: mostLooked}
	if l.tags = f.Tags(); !complete {
		l.tags = nil
	}
	if err := l.run(ctx, b); err != nil {
		return listing.Page{}, fmt.Errorf("list imports: %w", err)
	}
	p := l.page(b)
	p.Uncatalogued = !complete
	return p, nil
}

// mostLooked bounds how many imports are read for a page: not all that have the tags of a filter are selected, and while the catalog is not complete
// there are none to go by.
const mostLooked = 2000

// lister looks for a page of a list.
type lister struct {
	imports *Imports
	filter  listing.Filter
	tags    []string
	limit   int
	look    int

	found []ledger.Import
	more  bool  // behind the page
	at    int64 // the last import that was looked at
	ended bool  // there are no more
}

func (l *lister) run(ctx context.Context, b listing.Bounds) error {
	s := span{down: b.After == 0, from: b.Before, tags: l.tags, limit: max(l.limit+1, 50)}
	if b.After > 0 {
		s.from = b.After
	}
	for looked := 0; looked < l.look; {
		imports, err := l.imports.numbered.list(ctx, s)
		if err != nil {
			return err
		}
		for i := range imports {
			if !l.filter.Shows(&imports[i]) {
				continue
			}
			if len(l.found) == l.limit {
				l.more = true
				return nil
			}
			l.found = append(l.found, imports[i])
		}
		if len(imports) < s.limit {
			l.ended = true
			return nil
		}
		looked += len(imports)
		l.at = imports[len(imports)-1].No
		s.from = l.at
	}
	return nil
}

func (l *lister) page(b listing.Bounds) listing.Page {
	if b.After > 0 {
		slices.Reverse(l.found)
		return listing.Page{Imports: l.found, Older: true, Newer: l.more}
	}
	p := listing.Page{Imports: l.found, Older: l.more, Newer: b.Before > 0}
	if !l.more && !l.ended {
		p.Next = l.at
	}
	return p
}

// Days returns the totals of up to limit days from a date on, the oldest first. A day without an import is left out. Those of an older version are counted
// when the catalog is complete.
func (c *Catalog) Days(ctx context.Context, from string, limit int) ([]listing.Day, error) {
	all, err := totals.Days(ctx, c.imports.docs, from, limit)
	if err != nil {
		return nil, fmt.Errorf("read the totals: %w", err)
	}
	return all, nil
}

func (c *Catalog) complete(ctx context.Context) (bool, error) {
	var s catalogState
	_, err := engine.LoadInto(ctx, c.imports.docs, engine.Meta, catalogID, &s)
	return s.Complete, err
}

const (
	cataloguedAtOnce = 200
	lastLookedAt     = 500 // imports that are looked at again: a process of an older version may have written them since
)

// Complete catalogues the imports that an older version wrote, and returns how many these were. pause is called between two pages.
func (c *Catalog) Complete(ctx context.Context, pause func(context.Context) error) (int, error) {
	var s catalogState
	if _, err := engine.LoadInto(ctx, c.imports.docs, engine.Meta, catalogID, &s); err != nil {
		return 0, fmt.Errorf("catalogue imports: %w", err)
	}
	after := s.After
	if s.Complete {
		after = max(after-lastLookedAt, 0)
	}
	total := 0
	for {
		n, last, more, err := c.cataloguePage(ctx, after)
		if err == nil && n > 0 {
			err = c.imports.totals.Tidy(ctx, c.imports.docs)
		}
		if total += n; err != nil {
			return total, fmt.Errorf("catalogue imports: %w", err)
		}
		after = max(after, last)
		if n > 0 || !more && !s.Complete {
			s, err = engine.Update(ctx, c.imports.docs, engine.Meta, catalogID, func(s *catalogState) {
				s.After, s.Complete = max(s.After, after), s.Complete || !more
			})
			if err != nil {
				return total, fmt.Errorf("catalogue imports: %w", err)
			}
		}
		if !more {
			return total, nil
		}
		if err := pause(ctx); err != nil {
			return total, err
		}
	}
}

// cataloguePage catalogues a page of imports behind a number, and returns how many it had to write, the last number, and whether there are more.
func (c *Catalog) cataloguePage(ctx context.Context, after int64) (written int, last int64, more bool, err error) {
	docs, err := c.imports.docs.Range(ctx, engine.Imports, engine.Range{Prefix: totals.Imports, After: engine.Order(after), Limit: cataloguedAtOnce})
	if err != nil || len(docs) == 0 {
		return 0, after, false, err
	}
	for {
		old, err := uncatalogued(docs)
		if err != nil {
			return written, after, false, err
		}
		last = numberOf(docs[len(docs)-1])
		if len(old) == 0 {
			return written, last, len(docs) == cataloguedAtOnce, nil
		}
		n, err := c.imports.totals.Write(ctx, c.imports.docs, old...)
		if written += n; err != nil {
			return written, after, false, err
		}
		if n < len(old) { // another process has written one of them meanwhile
			ids := make([]string, len(docs))
			for i := range docs {
				ids[i] = docs[i].ID
			}
			again, err := c.imports.docs.LoadAll(ctx, engine.Imports, ids)
			if err != nil {
				return written, after, false, err
			}
			slices.SortFunc(again, func(a, b engine.Doc) int { return int(numberOf(a) - numberOf(b)) })
			if docs = again; len(docs) == 0 {
				return written, last, true, nil
			}
			continue
		}
		return written, last, len(docs) == cataloguedAtOnce, nil
	}
}

func numberOf(doc engine.Doc) int64 {
	var imp ledger.Import
	_ = json.Unmarshal(doc.Body, &imp) // uncatalogued has read it
	return imp.No
}

// uncatalogued returns the imports whose documents have other tags or counts than they should.
func uncatalogued(docs []engine.Doc) (old []*totals.Writing, err error) {
	var errs []error
	for _, doc := range docs {
		imp := new(document)
		errs = append(errs, json.Unmarshal(doc.Body, imp))
		if !slices.Equal(listing.Tags(&imp.Import), doc.Tags) || imp.Counted.Rows != listing.RowsOf(&imp.Import) {
			old = append(old, writing(imp, doc))
		}
	}
	return old, errors.Join(errs...)
}
