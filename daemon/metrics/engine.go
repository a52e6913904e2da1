package metrics

import (
	"context"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/span"
	"inlet.example/inlet/pipeline/store/engine"
)

// timedEngine is an engine that calls done after each operation, with its name in the metrics.
type timedEngine struct {
	engine.Engine
	done func(ctx context.Context, op string, began time.Time, err error)
}

// recordOperations are the operations on records; stateOperations keep imports, leases and the rest.
var (
	recordOperations = []string{"find", "by_id", "contacts", "scan", "refresh", "pending", "stale", "unreadable", "write", "batch"}
	stateOperations  = []string{"insert", "swap", "delete", "load", "load_all", "write_all", "range"}
	operations       = slices.Concat(recordOperations, stateOperations)
)

// begin begins an operation, also in the trace, and returns what ends it.
func (t timedEngine) begin(ctx context.Context, op string) (context.Context, func(error)) {
	began := time.Now()
	ctx, end := span.Start(ctx, "store "+op)
	return ctx, func(err error) {
		t.done(ctx, op, began, err)
		end(err)
	}
}

func (t timedEngine) Find(ctx context.Context, kind crm.Kind, hashes []int64) (recs []crm.Record, err error) {
	ctx, end := t.begin(ctx, "find")
	defer func() { end(err) }()
	return t.Engine.Find(ctx, kind, hashes)
}

func (t timedEngine) ByID(ctx context.Context, kind crm.Kind, ids []string) (recs []crm.Record, err error) {
	ctx, end := t.begin(ctx, "by_id")
	defer func() { end(err) }()
	return t.Engine.ByID(ctx, kind, ids)
}

func (t timedEngine) Children(ctx context.Context, kind crm.Kind, parents []string) (counts map[string]int, err error) {
	ctx, end := t.begin(ctx, "contacts")
	defer func() { end(err) }()
	return t.Engine.Children(ctx, kind, parents)
}

func (t timedEngine) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) (recs []crm.Record, err error) {
	ctx, end := t.begin(ctx, "scan")
	defer func() { end(err) }()
	return t.Engine.Scan(ctx, kind, after, limit)
}

func (t timedEngine) Refresh(ctx context.Context, kind crm.Kind, r engine.Refresh) (n int, err error) {
	ctx, end := t.begin(ctx, "refresh")
	defer func() { end(err) }()
	return t.Engine.Refresh(ctx, kind, r)
}

func (t timedEngine) Pending(ctx context.Context, asks []engine.KindRefresh) (p engine.Pending, err error) {
	ctx, end := t.begin(ctx, "pending")
	defer func() { end(err) }()
	return t.Engine.Pending(ctx, asks)
}

func (t timedEngine) Stale(ctx context.Context, kind crm.Kind, r engine.Refresh, do func([]crm.Record) error) (err error) {
	ctx, end := t.begin(ctx, "stale")
	defer func() { end(err) }()
	return t.Engine.Stale(ctx, kind, r, do)
}

func (t timedEngine) Unreadable(ctx context.Context, kind crm.Kind) (n int, example string, err error) {
	ctx, end := t.begin(ctx, "unreadable")
	defer func() { end(err) }()
	return t.Engine.Unreadable(ctx, kind)
}

func (t timedEngine) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) (results []engine.Result, err error) {
	ctx, end := t.begin(ctx, "write")
	defer func() { end(err) }()
	return t.Engine.Write(ctx, kind, writes)
}

func (t timedEngine) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) (err error) {
	ctx, end := t.begin(ctx, "batch")
	defer func() { end(err) }()
	return t.Engine.Batch(ctx, func(ctx context.Context, e engine.Engine) error { return do(ctx, timedEngine{e, t.done}) })
}

func (t timedEngine) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (done bool, err error) {
	ctx, end := t.begin(ctx, "insert")
	defer func() { end(err) }()
	return t.Engine.Insert(ctx, table, doc)
}

func (t timedEngine) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (done bool, err error) {
	ctx, end := t.begin(ctx, "swap")
	defer func() { end(err) }()
	return t.Engine.Swap(ctx, table, doc)
}

func (t timedEngine) Delete(ctx context.Context, table engine.Table, ids []string) (err error) {
	ctx, end := t.begin(ctx, "delete")
	defer func() { end(err) }()
	return t.Engine.Delete(ctx, table, ids)
}

func (t timedEngine) Load(ctx context.Context, table engine.Table, id string) (doc engine.Doc, ok bool, err error) {
	ctx, end := t.begin(ctx, "load")
	defer func() { end(err) }()
	return t.Engine.Load(ctx, table, id)
}

func (t timedEngine) LoadAll(ctx context.Context, table engine.Table, ids []string) (docs []engine.Doc, err error) {
	ctx, end := t.begin(ctx, "load_all")
	defer func() { end(err) }()
	return t.Engine.LoadAll(ctx, table, ids)
}

func (t timedEngine) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (n int, err error) {
	ctx, end := t.begin(ctx, "write_all")
	defer func() { end(err) }()
	return t.Engine.WriteAll(ctx, table, docs)
}

func (t timedEngine) Range(ctx context.Context, table engine.Table, r engine.Range) (docs []engine.Doc, err error) {
	ctx, end := t.begin(ctx, "range")
	defer func() { end(err) }()
	return t.Engine.Range(ctx, table, r)
}
