// Package survey describes what a database of MongoDB has, to a person who points inlet at it for the first time. It changes nothing.
//
// # Why it guesses
//
// Where the collection that is configured has no documents and another one has those of an application, the names in them are compared with a list of
// usual ones. What is found is shown as a configuration to read and to correct, and is never used without it.
package survey

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// Place is where the records of a kind are expected.
type Place struct {
	Kind       crm.Kind
	Collection *driver.Collection
	Layout     *document.Layout
}

// Finding is what the collection of a kind has.
type Finding struct {
	Kind       crm.Kind
	Collection string
	Documents  int64
	NewIDs     ledger.IDForm
	Indexes    []Index
	Searched   []string    // fields by which rows are looked for that would create a record
	Unreadable int         // documents whose _id is not an ID
	Strange    string      // one such _id
	Unplaced   []string    // fields that have no place in the documents
	Validator  *Validator  // nil: there is none
	Example    *crm.Record // the newest document as inlet reads it; nil: there is none that can be read
	Likely     *Likely     // another collection that may be the one meant; nil: none, or this one has documents
}

// Wrong reports whether the database refuses every document that inlet would write.
func (f *Finding) Wrong() bool { return f.Validator != nil && len(f.Validator.Refused) > 0 }

// Index is an index of the application.
type Index struct {
	Name   string
	Paths  []string
	Fields []string // that inlet has at the paths; "" for a path that is not of a field
	Unique bool
}

// Take describes the collections.
func Take(ctx context.Context, db *driver.Database, places []Place) ([]Finding, error) {
	options, err := collections(ctx, db)
	if err != nil {
		return nil, err
	}
	var all []Finding
	for _, p := range places {
		f, err := p.find(ctx, options[p.Collection.Name()])
		if err != nil {
			return nil, fmt.Errorf("inspect %s: %w", p.Collection.Name(), err)
		}
		all = append(all, f)
	}
	for i := range all {
		if all[i].Documents > 0 {
			continue
		}
		if all[i].Likely, err = likely(ctx, db, all[i].Kind, others(options, places)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// collections returns the options of the collections by their names.
func collections(ctx context.Context, db *driver.Database) (map[string]bson.Raw, error) {
	found, err := db.ListCollections(ctx, bson.D{})
	if err != nil {
		return nil, err
	}
	defer found.Close(context.WithoutCancel(ctx))
	all := map[string]bson.Raw{}
	for found.Next(ctx) {
		name, _ := found.Current.Lookup("name").StringValueOK()
		o, _ := found.Current.Lookup("options").DocumentOK()
		all[name] = slices.Clone(o)
	}
	return all, found.Err()
}

func (p *Place) find(ctx context.Context, options bson.Raw) (f Finding, err error) {
	f = Finding{Kind: p.Kind, Collection: p.Collection.Name()}
	if f.Documents, err = p.Collection.CountDocuments(ctx, bson.D{}); err != nil {
		return f, err
	}
	if f.Indexes, err = p.indexes(ctx); err != nil {
		return f, err
	}
	if rules, ok := options.Lookup("validator").DocumentOK(); ok {
		f.Validator = judge(rules, p.Layout)
	}
	const enough = 20
	docs, err := newest(ctx, p.Collection, enough)
	for _, doc := range docs {
		if rec, ok := p.Layout.Record(doc); ok {
			f.Example = &rec
			break
		}
	}
	return f, err
}

// newest returns the last documents of a collection, in the order in which the server keeps them, or of their _ids where it has none.
func newest(ctx context.Context, c *driver.Collection, n int64) (docs []bson.Raw, err error) {
	for _, order := range []string{"$natural", "_id"} {
		docs = nil
		var found *driver.Cursor
		if found, err = c.Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: order, Value: -1}}).SetLimit(n)); err != nil {
			continue
		}
		if err = found.All(ctx, &docs); err == nil {
			return docs, nil
		}
	}
	return nil, err
}

// indexes returns those of the application: all but inlet's own and that of _id.
func (p *Place) indexes(ctx context.Context) ([]Index, error) {
	specs, err := p.Collection.Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, err
	}
	var all []Index
	for _, spec := range specs {
		ix := Index{Name: spec.Name, Unique: spec.Unique != nil && *spec.Unique}
		elements, err := spec.KeysDocument.Elements()
		if err != nil || len(elements) == 0 {
			continue
		}
		for _, e := range elements {
			ix.Paths = append(ix.Paths, e.Key())
			ix.Fields = append(ix.Fields, p.Layout.Mapped(e.Key()))
		}
		if first := ix.Paths[0]; first != "_id" && !document.Own(first) && (first != p.Layout.Parent() || ix.Unique) {
			all = append(all, ix)
		}
	}
	return all, nil
}
