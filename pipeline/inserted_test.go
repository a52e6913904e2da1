package pipeline_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// inserting is an index that is used, and then another program inserts a record before anything is looked up.
type inserting struct {
	pipeline.Index
	insert func()
}

func (i *inserting) Use(ctx context.Context, rules []crm.Rule) error {
	err := i.Index.Use(ctx, rules)
	i.insert()
	return err
}

// TestInsertedWhileImporting: what the application inserts after the import has made sure that all records have keys is found by its own values, where the
// application has an index of them. Elsewhere it is not looked for.
func TestInsertedWhileImporting(t *testing.T) {
	collections := mongo.Collections(map[crm.Kind]mongo.Collection{
		crm.Account: {Name: "customers", Names: document.Names{Fields: map[string]string{"name": "company.name"}}},
		crm.Contact: {Name: "people", Names: document.Names{Fields: map[string]string{"email": "mail"}, Parent: "customerId"}},
	})
	for what, c := range map[string]struct {
		indexes   map[string]bson.D
		customers int
		people    int
	}{
		"both":      {map[string]bson.D{"customers": {{Key: "company.name", Value: 1}, {Key: "n", Value: 1}}, "people": {{Key: "mail", Value: -1}}}, 1, 1},
		"customers": {map[string]bson.D{"customers": {{Key: "company.name", Value: 1}}}, 1, 2},
		"behind another field, and of another kind": {map[string]bson.D{"customers": {{Key: "n", Value: 1}, {Key: "company.name", Value: 1}},
			"people": {{Key: "mail", Value: "hashed"}}}, 2, 2},
		"none": {nil, 2, 2},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := newPlay(t, way{"mongo", 25, false}, "", collections)
			app := newOtherProgram(p)
			for collection, keys := range c.indexes {
				if _, err := app.db.Collection(collection).Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: keys}); err != nil {
					t.Fatal(err)
				}
			}
			var byName atomic.Int64
			e, err := mongo.Open(t.Context(), p.uri, collections, mongo.Monitor(&event.CommandMonitor{Started: func(_ context.Context, c *event.CommandStartedEvent) {
				if filter, ok := c.Command.Lookup("filter").DocumentOK(); ok && (!filter.Lookup("company.name").IsZero() || !filter.Lookup("mail").IsZero()) {
					byName.Add(1)
				}
			}}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { e.Close(context.Background()) })
			if p.store, err = store.New(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			id := bson.NewObjectID()
			p.pipeline.Store = partsOf(p.store)
			p.pipeline.Store.Index = &inserting{p.store.Index, func() {
				_, err := app.db.Collection("customers").InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "company", Value: bson.D{{Key: "name", Value: "Acme AB"}}}})
				if err == nil {
					_, err = app.db.Collection("people").InsertOne(t.Context(), bson.D{{Key: "customerId", Value: id}, {Key: "mail", Value: "anna@exempel.se"}, {Key: "shoe", Value: 38}})
				}
				if err != nil {
					t.Error(err)
				}
			}}
			rows := "Företag,Ort,Kontakt,E-post\nAcme AB,Lund,Anna Ek,Anna@Exempel.se\nAcme AB,Lund,Bo Ek,bo@exempel.se\n"
			rep, err := p.pipeline.Run(t.Context(), p.job(txtar.File{Name: "a.csv", Data: []byte(rows)}))
			if err != nil || rep.Import.State != ledger.Done {
				t.Fatalf("the import is %s %s: %v", rep.Import.State, rep.Import.Why, err)
			}
			customers, people := app.all("customers"), app.all("people")
			if len(customers) != c.customers || len(people) != c.people+1 {
				t.Errorf("%d customers and %d people, not %d and %d: %v %v", len(customers), len(people), c.customers, c.people+1, customers, people)
			}
			theirs := slices.IndexFunc(people, func(doc bson.M) bool { return doc["shoe"] != nil })
			if updated := people[theirs]["name"] == "Anna Ek"; updated != (c.people == 1) {
				t.Errorf("the application's person is %v", people[theirs])
			}
			if asked := byName.Load(); asked > 2 || (asked == 0) != (c.customers == 2) {
				t.Errorf("%d look-ups by the application's fields", asked)
			}
		})
	}
}
