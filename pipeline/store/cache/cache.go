package cache

import (
	"context"
	"sync"
	"time"

	"inlet.example/inlet/pipeline/store/engine"
)

// moment is how long a document is kept that any process may change at any time.
const moment = time.Second

// Documents are the documents of a database, those of the table of settings with a cache.
type Documents struct {
	engine.Documents

	// Leased reports whether a document is changed under the lease only. Term returns the number of the period in which no other process has held the
	// lease, and the epoch under which this process holds it; 0 if it does not.
	Leased func(id string) bool
	Term   func() (term, epoch int64)

	mu   sync.Mutex
	docs map[string]entry // by ID
}

// entry is a document as it was last read or written.
type entry struct {
	engine.Doc // of version 0: there is none
	at         time.Time
	term       int64
}

// New returns the documents of a database.
func New(docs engine.Documents, leased func(id string) bool, term func() (term, epoch int64)) *Documents {
	return &Documents{Documents: docs, Leased: leased, Term: term, docs: map[string]entry{}}
}

// Fetch reads settings with one command, whatever is kept of them.
func (c *Documents) Fetch(ctx context.Context, ids ...string) error {
	term, _ := c.Term()
	now := time.Now()
	docs, err := c.LoadAll(ctx, engine.Meta, ids)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropOld(term)
	for _, id := range ids {
		delete(c.docs, id)
		if err == nil {
			c.docs[id] = entry{at: now, term: term}
		}
	}
	for _, doc := range docs {
		c.docs[doc.ID] = entry{doc, now, term}
	}
	return err
}

// dropOld forgets what will not be used any more.
func (c *Documents) dropOld(term int64) {
	for id, e := range c.docs {
		if time.Since(e.at) > moment && (e.term != term || !c.Leased(id)) {
			delete(c.docs, id)
		}
	}
}

// Forget forgets everything: another process may have held the lease.
func (c *Documents) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.docs)
}

// Load returns the document that is kept, or reads it.
func (c *Documents) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	if table != engine.Meta {
		return c.Documents.Load(ctx, table, id)
	}
	if doc, kept := c.kept(id); kept {
		return doc, doc.Version > 0, nil
	}
	now := time.Now()
	doc, ok, err := c.Documents.Load(ctx, table, id)
	if err == nil {
		c.keep(id, doc, now)
	}
	return doc, ok, err
}

func (c *Documents) kept(id string) (engine.Doc, bool) {
	term, epoch := c.Term()
	c.mu.Lock()
	defer c.mu.Unlock()
	e, is := c.docs[id]
	recent, leased := time.Since(e.at) <= moment, epoch != 0 && e.term == term && c.Leased(id)
	return e.Doc, is && (recent || leased)
}

// keep keeps a document under the lease, if it is one that cannot change then, or one that was fetched.
func (c *Documents) keep(id string, doc engine.Doc, at time.Time) {
	term, epoch := c.Term()
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, is := c.docs[id]; is || epoch != 0 && c.Leased(id) {
		c.docs[id] = entry{doc, at, term}
	}
}

func (c *Documents) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.docs, id)
}

// Insert adds a document.
func (c *Documents) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	did, err := c.Documents.Insert(ctx, table, doc)
	doc.Version = 1
	c.note(table, doc, did && err == nil)
	return did, err
}

// Swap replaces a document.
func (c *Documents) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	did, err := c.Documents.Swap(ctx, table, doc)
	doc.Version++
	c.note(table, doc, did && err == nil)
	return did, err
}

// WriteAll writes documents.
func (c *Documents) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	n, err := c.Documents.WriteAll(ctx, table, docs)
	for i, doc := range docs {
		doc.Version++
		c.note(table, doc, i < n && err == nil)
	}
	return n, err
}

// Delete removes documents.
func (c *Documents) Delete(ctx context.Context, table engine.Table, ids []string) error {
	err := c.Documents.Delete(ctx, table, ids)
	for _, id := range ids {
		c.note(table, engine.Doc{ID: id}, false)
	}
	return err
}

// note keeps a document that was written, and forgets one of which that is not certain.
func (c *Documents) note(table engine.Table, doc engine.Doc, written bool) {
	switch {
	case table != engine.Meta:
	case written:
		c.keep(doc.ID, doc, time.Now())
	default:
		c.drop(doc.ID)
	}
}
