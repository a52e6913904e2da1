// Package tables keeps inlet's own documents in a MongoDB database: imports, journal, leases and the other tables of the store, each a collection
// inlet_… with the documents {_id, order, version, body, blob, tags: […]}. It knows nothing of records.
//
// # Why several documents are written by upserts
//
// A server stops an ordered bulk write at the first statement that fails, and an update that finds nothing does not fail. As an upsert it inserts, and fails
// at the _id where the document has another version: those behind it are not written.
package tables

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/body"
	"inlet.example/inlet/pipeline/store/mongo/query"
)

// Tables are the tables of a database.
type Tables struct{ db *driver.Database }

// In returns the tables of a database.
func In(db *driver.Database) Tables { return Tables{db} }

// Collection returns the collection that a table is.
func Collection(db *driver.Database, t engine.Table) *driver.Collection {
	return db.Collection("inlet_" + string(t))
}

// ByTag are the keys of the index of tags.
var ByTag = bson.D{{Key: "tags", Value: 1}, {Key: "order", Value: -1}}

func (t *Tables) table(name engine.Table) *driver.Collection { return Collection(t.db, name) }

// Insert leaves a document that is there alone.
func (t *Tables) Insert(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	_, err := t.table(table).InsertOne(ctx, encodeDoc(doc, 1))
	if err == nil {
		return true, nil
	}
	if !driver.IsDuplicateKeyError(err) {
		return false, fmt.Errorf("insert into %s: %w", table, answer.Mark(err))
	}
	// Two indexes are unique; a server's code is the same for both.
	_, there, err := t.Load(ctx, table, doc.ID)
	if err == nil && !there {
		err = fmt.Errorf("insert into %s: another document has the order %q", table, doc.Order)
	}
	return false, err
}

// Swap leaves a document of another version alone.
func (t *Tables) Swap(ctx context.Context, table engine.Table, doc engine.Doc) (bool, error) {
	filter := bson.D{{Key: "_id", Value: doc.ID}, {Key: "version", Value: doc.Version}}
	done, err := t.table(table).ReplaceOne(ctx, filter, encodeDoc(doc, doc.Version+1))
	if err != nil {
		return false, fmt.Errorf("replace in %s: %w", table, answer.Mark(err))
	}
	return done.MatchedCount == 1, nil
}

// Delete is one command for each thousand documents.
func (t *Tables) Delete(ctx context.Context, table engine.Table, ids []string) error {
	for some := range slices.Chunk(ids, query.MostKeys) {
		if _, err := t.table(table).DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: some}}}}); err != nil {
			return fmt.Errorf("delete from %s: %w", table, answer.Mark(err))
		}
	}
	return nil
}

// Load is a look-up by _id.
func (t *Tables) Load(ctx context.Context, table engine.Table, id string) (engine.Doc, bool, error) {
	raw, err := t.table(table).FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return engine.Doc{}, false, nil
	}
	if err != nil {
		return engine.Doc{}, false, fmt.Errorf("load from %s: %w", table, answer.Mark(err))
	}
	doc, err := decodeDoc(raw)
	return doc, err == nil, err
}

// LoadAll is one look-up by _id.
func (t *Tables) LoadAll(ctx context.Context, table engine.Table, ids []string) ([]engine.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return t.find(ctx, table, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find())
}

// WriteAll is one command. A server stops at the first statement that fails, and none fails because it finds nothing; with an upsert the statement for
// a document of another version is an insert, which fails at the _id.
func (t *Tables) WriteAll(ctx context.Context, table engine.Table, docs []engine.Doc) (int, error) {
	models := make([]driver.WriteModel, len(docs))
	for i, doc := range docs {
		filter := bson.D{{Key: "_id", Value: doc.ID}, {Key: "version", Value: doc.Version}}
		models[i] = driver.NewReplaceOneModel().SetFilter(filter).SetReplacement(encodeDoc(doc, doc.Version+1)).SetUpsert(true)
	}
	_, err := t.table(table).BulkWrite(ctx, models)
	if err == nil {
		return len(docs), nil
	}
	var bulk driver.BulkWriteException
	if errors.As(err, &bulk) && bulk.WriteConcernError == nil && len(bulk.WriteErrors) == 1 && driver.IsDuplicateKeyError(err) {
		return bulk.WriteErrors[0].Index, nil
	}
	return 0, fmt.Errorf("write to %s: %w", table, answer.Mark(err))
}

// Range reads along the index of order, or of tags.
func (t *Tables) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	if r.Limit <= 0 {
		return nil, nil
	}
	direction, filter := 1, bson.D{{Key: "order", Value: bounds(r)}}
	if r.Down {
		direction = -1
	}
	if len(r.Tags) > 0 {
		filter = append(filter, bson.E{Key: "tags", Value: bson.D{{Key: "$all", Value: r.Tags}}})
	}
	o := options.Find().SetSort(bson.D{{Key: "order", Value: direction}}).SetLimit(int64(r.Limit)).SetBatchSize(query.Page)
	return t.find(ctx, table, filter, o)
}

func (t *Tables) find(ctx context.Context, table engine.Table, filter bson.D, o *options.FindOptionsBuilder) ([]engine.Doc, error) {
	found, err := t.table(table).Find(ctx, filter, o)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, answer.Mark(err))
	}
	defer found.Close(context.WithoutCancel(ctx))
	var docs []engine.Doc
	for found.Next(ctx) {
		doc, err := decodeDoc(found.Current)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", table, answer.Mark(err))
	}
	return docs, nil
}

// bounds returns the narrowest range of order.
func bounds(r engine.Range) bson.D {
	least, most := bson.E{Key: "$gte", Value: r.Prefix}, bson.E{Key: "$lt", Value: successor(r.Prefix)}
	switch {
	case !r.Down && r.After >= r.Prefix && r.After != "":
		least = bson.E{Key: "$gt", Value: r.After}
	case r.Down && r.After != "" && (most.Value == "" || r.After < most.Value.(string)):
		most.Value = r.After
	}
	switch {
	case r.Down && r.Until > least.Value.(string):
		least.Value = r.Until
	case !r.Down && r.Until != "" && (most.Value == "" || r.Until < most.Value.(string)):
		most = bson.E{Key: "$lte", Value: r.Until}
	}
	if most.Value == "" {
		return bson.D{least}
	}
	return bson.D{least, most}
}

// successor returns the first text behind all that begin with prefix, "" if there is none. Text is ordered by code point.
func successor(prefix string) string {
	for prefix != "" {
		last, n := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-n]
		switch {
		case last == 0xD7FF:
			return prefix + "\uE000" // no text holds what is between
		case last < utf8.MaxRune:
			return prefix + string(last+1)
		}
	}
	return ""
}

func encodeDoc(doc engine.Doc, version int64) bson.D {
	d := bson.D{{Key: "_id", Value: doc.ID}, {Key: "order", Value: doc.Order}, {Key: "version", Value: version}}
	if doc.Body != nil {
		d = append(d, bson.E{Key: "body", Value: body.ToBSON(doc.Body)})
	}
	if doc.Blob != nil {
		d = append(d, bson.E{Key: "blob", Value: doc.Blob})
	}
	if len(doc.Tags) > 0 {
		d = append(d, bson.E{Key: "tags", Value: doc.Tags})
	}
	return d
}

func decodeDoc(raw bson.Raw) (engine.Doc, error) {
	var d struct {
		ID      string        `bson:"_id"`
		Order   string        `bson:"order"`
		Version int64         `bson:"version"`
		Body    bson.RawValue `bson:"body"`
		Blob    []byte        `bson:"blob"`
		Tags    []string      `bson:"tags"`
	}
	if err := bson.Unmarshal(raw, &d); err != nil {
		return engine.Doc{}, fmt.Errorf("read a document of inlet: %w", err)
	}
	text, err := body.FromBSON(d.Body)
	if err != nil {
		return engine.Doc{}, fmt.Errorf("read the document %s: %w", d.ID, err)
	}
	return engine.Doc{ID: d.ID, Order: d.Order, Version: d.Version, Body: text, Blob: d.Blob, Tags: d.Tags}, nil
}
