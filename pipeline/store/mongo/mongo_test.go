package mongo_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) engine.Engine { return open(t, newDatabase(t)) })
}

// at is when everything in these tests happens.
var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// database is one that a test has to itself, as another application sees it.
type database struct {
	*driver.Database
	uri string
}

// newDatabase returns an empty database on the server that INLET_TEST_MONGODB names, gone when the test ends.
func newDatabase(t testing.TB) database {
	t.Helper()
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("INLET_TEST_MONGODB is the address of one server: %v", err)
	}
	u.Path = "/inlet_test_" + rand.Text()[:12]
	client, err := driver.Connect(options.Client().ApplyURI(server))
	if err != nil {
		t.Fatal(err)
	}
	db := client.Database(u.Path[1:])
	t.Cleanup(func() {
		if err := db.Drop(context.Background()); err != nil {
			t.Error(err)
		}
		client.Disconnect(context.Background())
	})
	return database{db, u.String()}
}

func open(t testing.TB, db database, opts ...mongo.Option) *mongo.Engine {
	t.Helper()
	e, err := mongo.Open(t.Context(), db.uri, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return e
}

// plant puts a document into a collection as another application would.
func (db database) plant(t *testing.T, collection string, docs ...bson.D) {
	t.Helper()
	for _, doc := range docs {
		if _, err := db.Collection(collection).InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
}

// document returns what another application finds under an _id.
func (db database) document(t *testing.T, collection string, id any) bson.D {
	t.Helper()
	var doc bson.D
	if err := db.Collection(collection).FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// wrote carries out one write and wants this result of it, for whatever reason. It returns the reason.
func wrote(t *testing.T, e *mongo.Engine, kind crm.Kind, want engine.Result, w engine.Write) *engine.Unfit {
	t.Helper()
	w.At = at
	got, err := e.Write(t.Context(), kind, []engine.Write{w})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Did != want.Did {
		t.Fatalf("write of %s has result %+v, not %+v", w.ID, got[0], want)
	}
	return got[0].Why
}

// record returns the one record with an ID.
func record(t *testing.T, e *mongo.Engine, kind crm.Kind, id string) crm.Record {
	t.Helper()
	recs, err := e.ByID(t.Context(), kind, []string{id})
	if err != nil || len(recs) != 1 {
		t.Fatalf("%d records have the ID %s: %v", len(recs), id, err)
	}
	return recs[0]
}
