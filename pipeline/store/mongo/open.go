package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/address"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/inspect"
	"inlet.example/inlet/pipeline/store/mongo/survey"
	"inlet.example/inlet/pipeline/store/mongo/tables"
)

// How long a server is looked for, and how long an operation may take. They are short, because a worker tries again later and a person waits. timeoutMS
// in the URI overrides operationTimeout.
const (
	selectionTimeout = 5 * time.Second
	operationTimeout = 30 * time.Second
)

// indexTimeout is how long the server may take to create an index on an existing collection.
const indexTimeout = 6 * time.Hour

// Engine is a store's engine on MongoDB.
type Engine struct {
	*tables.Tables
	collections
	*refresher
	client *driver.Client
	db     *driver.Database
}

var _ engine.Engine = (*Engine)(nil)

// Collection is where a database has the records of a kind. The zero Collection is inlet's own.
type Collection struct {
	Name string // of the collection; "": the kind's plural, "accounts"
	ID   string // the form of new _ids: objectid, uuid, string; "" and auto: that of the newest document
	document.Names

	// Search has inlet give the documents of an application terms that people find them by. Those of inlet's own collections have them anyway.
	Search bool

	// Changed is the path of a time that the application sets whenever it writes a document; "": it sets none. It is indexed, and the application's
	// clocks are within a minute of each other.
	Changed string
}

// Option changes how Open connects, or what it finds there.
type Option func(*opening)

type opening struct {
	*options.ClientOptions
	collections map[crm.Kind]Collection
}

// Monitor sees each command that is sent.
func Monitor(m *event.CommandMonitor) Option {
	return func(o *opening) { o.SetMonitor(m) }
}

// Collections says where the records are, by kind.
func Collections(as map[crm.Kind]Collection) Option {
	return func(o *opening) { o.collections = as }
}

// Open connects to the database that the URI names in its path ("inlet" where it names none), and makes what is missing there. No
// error of it holds the URI's password.
func Open(ctx context.Context, uri string, opts ...Option) (*Engine, error) {
	e, as, err := connect(ctx, uri, opts)
	if err != nil {
		return nil, err
	}
	if err := e.prepare(ctx, as); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database %s: %w", e.db.Name(), answer.Mark(err)), e.client.Disconnect(ctx))
	}
	return e, nil
}

// Inspect connects as Open does, and describes what is there. It makes nothing; the engine that it returns is for reading documents.
func Inspect(ctx context.Context, uri string, opts ...Option) (*Engine, engine.Facts, error) {
	e, _, err := connect(ctx, uri, opts)
	if err != nil {
		return nil, engine.Facts{}, err
	}
	var places []inspect.Place
	for _, kind := range crm.Kinds {
		places = append(places, inspect.Place{Kind: kind, Collection: e.collections[kind].Collection, Indexes: indexesOf(e.collections[kind])})
	}
	for _, table := range engine.Tables {
		place := inspect.Place{Collection: tables.Collection(e.db, table), Indexes: []bson.D{{{Key: "order", Value: 1}}}}
		if slices.Contains(engine.Tagged, table) {
			place.Indexes = append(place.Indexes, tables.ByTag)
		}
		places = append(places, place)
	}
	facts, err := inspect.Take(ctx, e.db, places)
	if err != nil {
		return nil, facts, errors.Join(fmt.Errorf("inspect the database %s: %w", e.db.Name(), answer.Mark(err)), e.client.Disconnect(ctx))
	}
	return e, facts, nil
}

// connect reaches the server, and changes nothing there.
func connect(ctx context.Context, uri string, opts []Option) (*Engine, map[crm.Kind]Collection, error) {
	o, err := clientOptions(uri)
	if err != nil {
		return nil, nil, err
	}
	with := opening{ClientOptions: o}
	for _, opt := range opts {
		opt(&with)
	}
	client, err := driver.Connect(o)
	if err != nil {
		return nil, nil, address.Error(uri)
	}
	e, err := newEngine(client, client.Database(address.Database(uri)), with.collections)
	if err != nil {
		return nil, nil, errors.Join(err, client.Disconnect(ctx))
	}
	if err := client.Ping(ctx, nil); err != nil {
		return nil, nil, errors.Join(unreachable(o.Hosts, uri, err), client.Disconnect(ctx))
	}
	return e, with.collections, nil
}

// clientOptions takes all options from the URI but those that the store depends on: reads from the primary, and writes that are durable.
func clientOptions(uri string) (*options.ClientOptions, error) {
	journaled := true
	o := options.Client().SetAppName("inlet").SetServerSelectionTimeout(selectionTimeout).SetTimeout(operationTimeout).ApplyURI(uri)
	o.SetReadPreference(readpref.Primary())
	o.SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journaled})
	if err := o.Validate(); err != nil {
		return nil, address.Error(uri)
	}
	return o, nil
}

func newEngine(client *driver.Client, db *driver.Database, as map[crm.Kind]Collection) (*Engine, error) {
	t, kinds := tables.In(db), collections{}
	e := &Engine{Tables: &t, collections: kinds, refresher: &refresher{kinds: kinds, tables: &t}, client: client, db: db}
	for _, kind := range crm.Kinds {
		layout, err := document.NewLayout(kind, as[kind].Names)
		if err != nil {
			return nil, err
		}
		e.collections[kind] = &records{Collection: db.Collection(cmp.Or(as[kind].Name, kind.Plural())), kind: kind, layout: layout, changed: as[kind].Changed, searched: as[kind].Search || as[kind].Name == "" && as[kind].Fields == nil && as[kind].Changed == "",
			parents: e.collections[kind.Parent()]}
	}
	return e, nil
}

// Close closes the connections. It does not wait for a server that hangs: the server ends a session by itself.
func (e *Engine) Close(ctx context.Context) error {
	const most = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	return e.client.Disconnect(ctx)
}

// Capabilities says that a batch is not a transaction, and in which forms IDs are.
func (e *Engine) Capabilities() engine.Capabilities {
	c := engine.Capabilities{Native: "BSON"}
	for kind, r := range e.collections {
		c.NewIDs[kind.Number()] = r.form
	}
	return c
}

// Survey describes the collections of the records to a person.
func (e *Engine) Survey(ctx context.Context) ([]survey.Finding, error) {
	var places []survey.Place
	for _, kind := range crm.Kinds {
		r := e.collections[kind]
		places = append(places, survey.Place{Kind: kind, Collection: r.Collection, Layout: r.layout})
	}
	all, err := survey.Take(ctx, e.db, places)
	for i := range all {
		r := e.collections[all[i].Kind]
		all[i].NewIDs, all[i].Unplaced, all[i].Searched = r.form, r.layout.AllUnplaced(), r.fields
		if all[i].Unreadable, all[i].Strange, err = countUnreadable(ctx, r); err != nil {
			return nil, err
		}
	}
	return all, answer.Mark(err)
}

// DataDir returns "": a server has the data.
func (e *Engine) DataDir() string { return "" }

// Batch runs do with the engine itself: its writes become visible one after the other.
func (e *Engine) Batch(ctx context.Context, do func(ctx context.Context, e engine.Engine) error) error {
	return do(ctx, e)
}

// indexesOf returns the keys of the indexes that inlet needs on a collection of records.
func indexesOf(r *records) []bson.D {
	keys := []bson.D{{{Key: "_inlet.keys", Value: 1}}, {{Key: "_inlet.seq", Value: 1}, {Key: "_id", Value: 1}}}
	if parent := r.layout.Parent(); parent != "" {
		keys = append(keys, bson.D{{Key: parent, Value: 1}})
	}
	if r.searched {
		keys = append(keys, bson.D{{Key: document.TermsPath, Value: 1}})
	}
	return keys
}

// prepare creates the indexes, and with them the collections, and finds out which forms of _id there are.
func (e *Engine) prepare(ctx context.Context, as map[crm.Kind]Collection) error {
	for _, kind := range crm.Kinds {
		r := e.collections[kind]
		for _, k := range indexesOf(r) {
			sparse := options.Index()
			if k[0].Key == document.TermsPath {
				sparse.SetPartialFilterExpression(bson.D{{Key: document.TermsPath, Value: bson.D{{Key: "$exists", Value: true}}}})
			}
			if err := index(ctx, r.Collection, driver.IndexModel{Keys: k, Options: sparse}); err != nil {
				return err
			}
		}
		if err := probe(ctx, r, as[kind].ID); err != nil {
			return err
		}
		if err := findValueFields(ctx, r); err != nil {
			return err
		}
	}
	for _, table := range engine.Tables {
		order := driver.IndexModel{Keys: bson.D{{Key: "order", Value: 1}}, Options: options.Index().SetUnique(true)}
		if err := index(ctx, tables.Collection(e.db, table), order); err != nil {
			return err
		}
	}
	for _, table := range engine.Tagged {
		if err := index(ctx, tables.Collection(e.db, table), driver.IndexModel{Keys: tables.ByTag}); err != nil {
			return err
		}
	}
	return nil
}

// The codes of a server where the same index exists under another name or with other options; it serves as well.
const (
	indexOptionsConflict  = 85
	indexKeySpecsConflict = 86
)

func index(ctx context.Context, c *driver.Collection, model driver.IndexModel) error {
	ctx, cancel := context.WithTimeout(ctx, indexTimeout) // which goes before the client's own
	defer cancel()
	_, err := c.Indexes().CreateOne(ctx, model)
	var refused driver.ServerError
	if errors.As(err, &refused) && (refused.HasErrorCode(indexOptionsConflict) || refused.HasErrorCode(indexKeySpecsConflict)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("index %s: %w", c.Name(), err)
	}
	return nil
}
