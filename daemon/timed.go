package daemon

import (
	"context"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// timed is an engine whose operations are timed.
type timed struct {
	engine.Engine
	tell func(op string, began time.Time, err error)
}

// operations are those of an engine, as the metrics name them.
var operations = []string{"find", "by_id", "contacts", "scan", "unkeyed", "rekey", "write", "batch", "insert", "swap", "load", "range"}

func (t timed) Find(ctx context.Context, kind crm.Kind, hashes []int64) (recs []crm.Record, err error) {
	defer func(began time.Time) { t.tell("find", began, err) }(time.Now())
	return t.Engine.Find(ctx, kind, hashes)
}

func (t timed) ByID(ctx context.Context, kind crm.Kind, ids []string) (recs []crm.Record, err error) {
	defer func(began time.Time) { t.tell("by_id", began, err) }(time.Now())
	return t.Engine.ByID(ctx, kind, ids)
}

func (t timed) Contacts(ctx context.Context, accounts []string) (counts map[string]int, err error) {
	defer func(began time.Time) { t.tell("contacts", began, err) }(time.Now())
	return t.Engine.Contacts(ctx, accounts)
}

func (t timed) Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) (recs []crm.Record, err error) {
	defer func(began time.Time) { t.tell("scan", began, err) }(time.Now())
	return t.Engine.Scan(ctx, kind, after, limit)
}

func (t timed) Unkeyed(ctx context.Context, kind crm.Kind, limit int) (recs []crm.Record, err error) {
	defer func(began time.Time) { t.tell("unkeyed", began, err) }(time.Now())
	return t.Engine.Unkeyed(ctx, kind, limit)
}

func (t timed) Rekey(ctx context.Context, kind crm.Kind, keyed []engine.KeyedRecord) (err error) {
	defer func(began time.Time) { t.tell("rekey", began, err) }(time.Now())
	return t.Engine.Rekey(ctx, kind, keyed)
}

func (t timed) Write(ctx context.Context, kind crm.Kind, writes []engine.Write) (results []engine.Result, err error) {
	defer func(began time.Time) { t.tell("write", began, err) }(time.Now())
	return t.Engine.Write(ctx, kind, writes)
}

func (t timed) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) (err error) {
	defer func(began time.Time) { t.tell("batch", began, err) }(time.Now())
	return t.Engine.Batch(ctx, func(ctx context.Context, e engine.Engine) error { return do(ctx, timed{e, t.tell}) })
}

func (t timed) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (done bool, err error) {
	defer func(began time.Time) { t.tell("insert", began, err) }(time.Now())
	return t.Engine.Insert(ctx, table, doc)
}

func (t timed) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (done bool, err error) {
	defer func(began time.Time) { t.tell("swap", began, err) }(time.Now())
	return t.Engine.Swap(ctx, table, doc)
}

func (t timed) Load(ctx context.Context, table engine.Table, id string) (doc engine.Doc, ok bool, err error) {
	defer func(began time.Time) { t.tell("load", began, err) }(time.Now())
	return t.Engine.Load(ctx, table, id)
}

func (t timed) Range(ctx context.Context, table engine.Table, r engine.Range) (docs []engine.Doc, err error) {
	defer func(began time.Time) { t.tell("range", began, err) }(time.Now())
	return t.Engine.Range(ctx, table, r)
}
