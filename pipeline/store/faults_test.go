package store_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

var errKilled = errors.New("the process was killed here")

var errDeaf = errors.New("the line broke before the answer came")

// fault is a process that dies at one of its calls to the engine: before the call is made, or after it was and before its answer
// was returned. From then on no call is made.
type fault struct {
	mu    sync.Mutex
	at    int // 0: never
	after bool
	calls int
	names []string
	dead  bool

	before    func(name string)      // runs before each call; nil for nothing
	replyLost func(name string) bool // the call is made, and an error returned; nil for never
	cut       func(name string) bool // the call is not made, and an error returned; nil for never
}

// step counts a call. It says whether the call is made, and the error that is returned instead of its answer.
func (f *fault) step(name string) (makes bool, hears error) {
	f.mu.Lock()
	before := f.before
	f.mu.Unlock()
	if before != nil {
		before(name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return false, errKilled
	}
	f.calls++
	f.names = append(f.names, name)
	if f.replyLost != nil && f.replyLost(name) {
		return true, errDeaf
	}
	if f.cut != nil && f.cut(name) {
		return false, errDeaf
	}
	if f.calls != f.at {
		return true, nil
	}
	f.dead = true
	return f.after, errKilled
}

// faulty is an engine whose calls are counted and may fail.
type faulty struct {
	engine.Engine
	*fault
}

func call[T any](f *fault, name string, make func() (T, error)) (T, error) {
	var none T
	makes, hears := f.step(name)
	if !makes {
		return none, hears
	}
	v, err := make()
	if hears != nil {
		return none, hears
	}
	return v, err
}

func (e faulty) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	_, err := call(e.fault, "batch", func() (struct{}, error) {
		return struct{}{}, e.Engine.Batch(ctx, func(ctx context.Context, in engine.Engine) error { return do(ctx, faulty{in, e.fault}) })
	})
	return err
}

func (e faulty) Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error) {
	return call(e.fault, "find", func() ([]crm.Record, error) { return e.Engine.Find(ctx, kind, hashes) })
}

func (e faulty) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	return call(e.fault, "by id", func() ([]crm.Record, error) { return e.Engine.ByID(ctx, kind, ids) })
}

func (e faulty) Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error) {
	return call(e.fault, "children", func() (map[string]int, error) { return e.Engine.Children(ctx, kind, parents) })
}

func (e faulty) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) ([]crm.Record, error) {
	return call(e.fault, "scan", func() ([]crm.Record, error) { return e.Engine.Scan(ctx, kind, after, limit) })
}

// Refresh may also die between two pages.
func (e faulty) Refresh(ctx context.Context, kind crm.Kind, r engine.Refresh) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.Progress = func(int) {
		if _, err := call(e.fault, "page", func() (struct{}, error) { return struct{}{}, nil }); err != nil {
			cancel(err)
		}
	}
	return call(e.fault, "refresh", func() (int, error) {
		n, err := e.Engine.Refresh(ctx, kind, r)
		if err != nil && errors.Is(context.Cause(ctx), errKilled) {
			err = errKilled
		}
		return n, err
	})
}

func (e faulty) Pending(ctx context.Context, asks []engine.KindRefresh) (engine.Pending, error) {
	return call(e.fault, "pending", func() (engine.Pending, error) { return e.Engine.Pending(ctx, asks) })
}

func (e faulty) Stale(ctx context.Context, kind crm.Kind, r engine.Refresh, do func([]crm.Record) error) error {
	_, err := call(e.fault, "stale", func() (struct{}, error) { return struct{}{}, e.Engine.Stale(ctx, kind, r, do) })
	return err
}

// Write is done by halves where there are more writes than one: a process may die when some are made and others are not.
func (e faulty) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) ([]engine.Result, error) {
	half := len(writes) / 2
	if half == 0 {
		return call(e.fault, "write", func() ([]engine.Result, error) { return e.Engine.Write(ctx, kind, writes) })
	}
	first, err := call(e.fault, "write", func() ([]engine.Result, error) { return e.Engine.Write(ctx, kind, writes[:half]) })
	if err != nil {
		return nil, err
	}
	second, err := call(e.fault, "write", func() ([]engine.Result, error) { return e.Engine.Write(ctx, kind, writes[half:]) })
	return append(first, second...), err
}

func (e faulty) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return call(e.fault, "insert "+string(table), func() (bool, error) { return e.Engine.Insert(ctx, table, doc) })
}

func (e faulty) Delete(ctx context.Context, table engine.Table, ids []string) error {
	_, err := call(e.fault, "delete "+string(table), func() (struct{}, error) { return struct{}{}, e.Engine.Delete(ctx, table, ids) })
	return err
}

func (e faulty) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	return call(e.fault, "swap "+string(table), func() (bool, error) { return e.Engine.Swap(ctx, table, doc) })
}

func (e faulty) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	var there bool
	doc, err := call(e.fault, "load "+string(table), func() (doc engine.Doc, err error) {
		doc, there, err = e.Engine.Load(ctx, table, id)
		return doc, err
	})
	return doc, there, err
}

func (e faulty) LoadAll(ctx context.Context, table engine.Table, ids []string) ([]engine.Doc, error) {
	return call(e.fault, "load all "+string(table), func() ([]engine.Doc, error) { return e.Engine.LoadAll(ctx, table, ids) })
}

// WriteAll may die between two documents.
func (e faulty) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	for n := range docs {
		made, err := call(e.fault, "write all "+string(table), func() (int, error) { return e.Engine.WriteAll(ctx, table, docs[n:n+1]) })
		if err != nil || made == 0 {
			return n, err
		}
	}
	return len(docs), nil
}

func (e faulty) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	return call(e.fault, "range "+string(table), func() ([]engine.Doc, error) { return e.Engine.Range(ctx, table, r) })
}

// stride is from one call that is the last to the next one that is tried: each on SQLite, and a fifth of them on MongoDB, where a database takes longer
// to make. INLET_TEST_MORE and INLET_TEST_DEEP try each.
func stride(t *testing.T) int {
	if strings.HasSuffix(t.Name(), "/mongo") && os.Getenv("INLET_TEST_MORE") == "" && os.Getenv("INLET_TEST_DEEP") == "" {
		return 5
	}
	return 1
}
