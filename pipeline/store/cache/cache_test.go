package cache_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"inlet.example/inlet/pipeline/store/cache"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

// process is a process with a cache in a database that others write, too.
type process struct {
	*testing.T
	*cache.Documents
	database    *enginetest.Documents
	calls       int
	term, epoch int64
}

func newProcess(t *testing.T) *process {
	p := &process{T: t, database: &enginetest.Documents{}}
	counted := &enginetest.Documents{}
	counted.Before = func(string) error { p.calls++; return nil }
	p.database = counted
	p.Documents = cache.New(counted, func(id string) bool { return strings.HasPrefix(id, "leased/") }, func() (int64, int64) { return p.term, p.epoch })
	return p
}

// load wants the version of a document, 0 for none, for so many calls of the database.
func (p *process) load(id string, version int64, calls int) {
	p.Helper()
	p.calls = 0
	doc, ok, err := p.Load(p.Context(), engine.Meta, id)
	if err != nil || ok != (version > 0) || doc.Version != version || p.calls != calls {
		p.Errorf("%s has version %d (%t, %v) after %d calls, not %d after %d", id, doc.Version, ok, err, p.calls, version, calls)
	}
}

func (p *process) insert(docs engine.Documents, id string) {
	p.Helper()
	if fresh, err := docs.Insert(p.Context(), engine.Meta, engine.Doc{ID: id, Order: id, Body: []byte("{}")}); !fresh || err != nil {
		p.Fatal(fresh, err)
	}
}

func (p *process) swap(docs engine.Documents, id string, version int64, want bool) {
	p.Helper()
	if did, err := docs.Swap(p.Context(), engine.Meta, engine.Doc{ID: id, Order: id, Version: version, Body: []byte("{}")}); did != want || err != nil {
		p.Fatal(did, err)
	}
}

func (p *process) fetch(ids ...string) {
	p.Helper()
	p.calls = 0
	if err := p.Fetch(p.Context(), ids...); err != nil || p.calls != 1 {
		p.Fatalf("fetched with %d calls: %v", p.calls, err)
	}
}

func TestFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProcess(t)
		p.insert(p.database, "a")
		p.load("a", 1, 1)
		p.load("a", 1, 1) // it was not fetched
		p.fetch("a", "none")
		p.load("a", 1, 0)
		p.load("none", 0, 0)
		p.load("other", 0, 1)
		p.swap(p, "a", 1, true)
		p.load("a", 2, 0)
		p.insert(p, "none")
		p.load("none", 1, 0)
		p.swap(p.database, "a", 2, true) // by another process
		p.load("a", 2, 0)
		p.swap(p, "a", 2, false)
		p.load("a", 3, 1)
		time.Sleep(2 * time.Second)
		p.swap(p.database, "a", 3, true)
		p.load("a", 4, 1)
		p.fetch("a")
		p.Forget()
		p.load("a", 4, 1)
		p.fetch("a")
		if err := p.Delete(t.Context(), engine.Meta, []string{"a"}); err != nil {
			t.Fatal(err)
		}
		p.load("a", 0, 1)
	})
}

func TestWrittenTogether(t *testing.T) {
	p := newProcess(t)
	p.insert(p.database, "a")
	p.insert(p.database, "b")
	p.fetch("a", "b", "c")
	p.swap(p.database, "b", 1, true)
	doc := func(id string, version int64) engine.Doc {
		return engine.Doc{ID: id, Order: id, Version: version, Body: []byte("{}")}
	}
	if n, err := p.WriteAll(t.Context(), engine.Meta, []engine.Doc{doc("a", 1), doc("b", 1), doc("c", 0)}); n != 1 || err != nil {
		t.Fatalf("%d are written, %v", n, err)
	}
	p.load("a", 2, 0)
	p.load("b", 2, 1)
	p.load("c", 0, 1)
}

// TestLeased: what is changed under the lease only is kept as long as no other process has held it.
func TestLeased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProcess(t)
		p.insert(p.database, "leased/a")
		p.insert(p.database, "a")
		p.term, p.epoch = 1, 1
		p.load("leased/a", 1, 1)
		p.load("a", 1, 1)
		time.Sleep(time.Hour)
		p.load("leased/a", 1, 0)
		p.load("a", 1, 1)
		p.epoch = 0
		p.load("leased/a", 1, 1) // another process may have taken the lease
		p.epoch = 2
		p.load("leased/a", 1, 0)
		p.swap(p, "leased/a", 1, true)
		time.Sleep(time.Hour)
		p.load("leased/a", 2, 0)
		p.epoch = 0
		p.fetch("leased/a") // before the lease is taken, which shows that no other process has
		p.epoch = 3
		time.Sleep(time.Hour)
		p.load("leased/a", 2, 0)
		p.term = 2
		p.load("leased/a", 2, 1)
	})
}

// TestOtherTables are not kept.
func TestOtherTables(t *testing.T) {
	p := newProcess(t)
	p.term, p.epoch = 1, 1
	for range 2 {
		p.calls = 0
		if _, _, err := p.Load(t.Context(), engine.Imports, "leased/a"); err != nil || p.calls != 1 {
			t.Errorf("%d calls, %v", p.calls, err)
		}
	}
}
