package refusal

import (
	"context"
	"math"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/query"
)

// Reasons finds out why records were refused. It costs look-ups, which are made only where some were.
//
// A server says that a unique index was violated and not by what: some give neither the index nor the value, and all words are theirs to change.
// So each refused record is compared with each unique index by a look-up.
type Reasons struct {
	Collection *driver.Collection
	Layout     *document.Layout
	IDs        *document.IDForms
	Pointers   document.Pointers

	asked   []openRefusal
	now     map[string]bson.Raw // the documents of records that were to be updated, by ID
	indexes []Index
}

// openRefusal is a write that was refused, and where its reason goes.
type openRefusal struct {
	engine.Write
	result *engine.Result
	code   int
}

// Ask notes a refused write: what the server said about it, and the mark that its record carries now, if it is there.
func (r *Reasons) Ask(w engine.Write, result *engine.Result, said Refusal, there bool, mark int64) {
	m := answer.MeaningOf(said.Code)
	elsewise := there && (w.New || mark != w.Expect) || !there && !w.New // another program wrote the record, or removed it
	switch {
	case elsewise || w.Remove:
		return
	case said.Unfit != nil:
		result.Why = said.Unfit
	case m.Fault == answer.RefusedRecord:
		result.Why = &engine.Unfit{Reason: m.Reason, Code: said.Code, Fields: said.Fields, Most: MostDocument}
		if m.Reason == engine.Unique || m.Reason == engine.Unindexed {
			r.asked = append(r.asked, openRefusal{w, result, said.Code})
		}
	case !w.New: // its mark is as expected, so one of its values is not: it may have no form
		r.asked = append(r.asked, openRefusal{w, result, said.Code})
	}
}

// Answer gives the refused writes their reasons.
func (r *Reasons) Answer(ctx context.Context) error {
	if len(r.asked) == 0 {
		return nil
	}
	if slices.ContainsFunc(r.asked, func(a openRefusal) bool { return a.result.Why != nil }) {
		var err error
		if r.indexes, err = Indexes(ctx, r.Collection); err != nil {
			return err
		}
	}
	if err := r.load(ctx); err != nil {
		return err
	}
	for _, a := range r.asked {
		switch {
		case a.result.Why == nil:
			a.result.Why = r.foreignIn(r.now[a.ID], a.Write)
		case a.result.Why.Reason == engine.Unindexed:
			r.indexOf(a)
		}
	}
	for i := range r.indexes {
		if err := r.holders(ctx, &r.indexes[i]); err != nil {
			return err
		}
	}
	r.onlyOne()
	return nil
}

// load reads the documents of the records that were to be updated, so far as they are asked for.
func (r *Reasons) load(ctx context.Context) error {
	names := map[string]bool{"_id": true, "_inlet": true}
	var ids []any
	for _, a := range r.asked {
		if a.New {
			continue
		}
		ids = append(ids, r.IDs.Candidates(a.ID)...)
		for _, field := range document.FieldsOf(a.Write) {
			names[top(r.Layout.Path(field))] = true
		}
	}
	if r.now = map[string]bson.Raw{}; len(ids) == 0 {
		return nil
	}
	for _, ix := range r.indexes {
		for _, path := range ix.Paths {
			names[top(path)] = true
		}
	}
	var projection bson.D
	for name := range names {
		projection = append(projection, bson.E{Key: name, Value: 1})
	}
	return query.Each(ctx, r.Collection, query.In(ids), options.Find().SetProjection(projection), func(doc bson.Raw) {
		if id, ok := document.IDText(doc.Lookup("_id")); ok {
			r.now[id] = slices.Clone(doc)
		}
	})
}

func top(path string) string {
	name, _, _ := strings.Cut(path, ".")
	return name
}

// foreignIn returns which field of a write holds something that has no form in the CRM; nil if none does.
func (r *Reasons) foreignIn(doc bson.Raw, w engine.Write) *engine.Unfit {
	if what := foreignKind(doc.Lookup("_inlet")); doc.Lookup("_inlet").Type != bson.TypeEmbeddedDocument && what != "" {
		return &engine.Unfit{Reason: engine.Foreign, Fields: []string{"_inlet"}, Value: what}
	}
	for _, field := range document.FieldsOf(w) {
		path := r.Layout.Path(field)
		for i, c := range path {
			if above := document.Lookup(doc, path[:i]); c == '.' && !above.IsZero() && above.Type != bson.TypeEmbeddedDocument {
				return &engine.Unfit{Reason: engine.Foreign, Fields: []string{path[:i]}, Value: typeName(above)}
			}
		}
		if v := document.Lookup(doc, path); foreignKind(v) != "" && document.Value(v, false).Absent() {
			return &engine.Unfit{Reason: engine.Foreign, Fields: []string{field}, Value: foreignKind(v)}
		}
	}
	return nil
}

// foreignKind names a value that is not read as absent although it is: null, "" and an empty list are, rightly.
func foreignKind(v bson.RawValue) string {
	switch v.Type {
	case bson.TypeNull, bson.TypeUndefined, bson.TypeString, 0:
		return ""
	case bson.TypeArray:
		if values, err := v.Array().Values(); err == nil && len(values) == 0 {
			return ""
		}
	}
	return typeName(v)
}

func typeName(v bson.RawValue) string {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return engine.ForeignObject
	case bson.TypeArray:
		return engine.ForeignList
	case bson.TypeDouble:
		if f := v.Double(); math.IsNaN(f) || math.IsInf(f, 0) {
			return engine.ForeignNaN
		}
	case bson.TypeDecimal128:
		if d := v.Decimal128(); d.IsNaN() || d.IsInf() != 0 {
			return engine.ForeignNaN
		}
	}
	return v.Type.String()
}

// indexOf says which index does not take the record: the first of the kind that the server's error is about, of which the record has a field.
func (r *Reasons) indexOf(a openRefusal) {
	kind := answer.MeaningOf(a.code).Index
	for _, ix := range r.indexes {
		var fields []string
		for _, path := range ix.Paths {
			if field := r.Layout.Field(path); kind != "" && ix.Kinds[path] == kind && !a.Set.Of(field).Absent() {
				fields = append(fields, field)
			}
		}
		if len(fields) > 0 {
			a.result.Why.Index, a.result.Why.Fields, a.result.Why.Value = ix.name, fields, a.Set.Of(fields[0]).String()
			return
		}
	}
}

// will returns what a record would have at a path after the write, absent where that is nothing.
func (r *Reasons) will(a openRefusal, path string) bson.RawValue {
	field := r.Layout.Field(path)
	switch v := a.Set.Of(field); {
	case !v.Absent():
		if b, err := document.BSON(v); err == nil {
			return rawValue(b)
		}
	case path == r.Layout.Parent() && (a.New || a.Move):
		return rawValue(r.Pointers.To(a.ParentID, document.FreshID(a.ParentID)))
	case a.New && path == r.Layout.Created(), path == r.Layout.Modified():
		return rawValue(document.Stamp(a.At))
	case !a.New && !slices.Contains(a.Unset, field):
		return document.Lookup(r.now[a.ID], path)
	}
	return bson.RawValue{}
}

func rawValue(v any) bson.RawValue {
	t, raw, err := bson.MarshalValue(v)
	if err != nil {
		return bson.RawValue{}
	}
	return bson.RawValue{Type: t, Value: raw}
}
