package mongo_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// byName is what keys are made of in these tests.
var byName = engine.Refresh{Keying: engine.Keying{Generation: 1, Fields: []string{"name"}}, Complete: true, Hashes: func(*crm.Record) []int64 { return nil }}

func refresh(t *testing.T, e *mongo.Engine, ask engine.Refresh, want int) {
	t.Helper()
	if n, err := e.Refresh(t.Context(), crm.Account, ask); n != want || err != nil {
		t.Errorf("%d documents are given keys, not %d: %v", n, want, err)
	}
}

// TestChangedTime: where the application keeps a time of change, only the documents that it wrote since the last look are compared, and once a day all.
func TestChangedTime(t *testing.T) {
	db := newDatabase(t)
	accounts := db.Collection("accounts")
	write := func(id int, set bson.D) {
		t.Helper()
		if _, err := accounts.UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: set}}); err != nil {
			t.Fatal(err)
		}
	}
	hoursAgo := func(n int) bson.DateTime {
		return bson.NewDateTimeFromTime(time.Now().Add(-time.Duration(n) * time.Hour))
	}
	for id := range 5 {
		db.plant(t, "accounts", bson.D{{Key: "_id", Value: id}, {Key: "name", Value: "Acme"}, {Key: "updatedAt", Value: hoursAgo(3)}})
	}
	e := open(t, db, mongo.Collections(map[crm.Kind]mongo.Collection{crm.Account: {Changed: "updatedAt"}}))
	first := byName
	first.Complete = false
	refresh(t, e, first, 5)
	refresh(t, e, byName, 0)

	write(1, bson.D{{Key: "name", Value: "Beta"}, {Key: "updatedAt", Value: hoursAgo(0)}})
	write(2, bson.D{{Key: "name", Value: "Beta"}, {Key: "updatedAt", Value: bson.NewDateTimeFromTime(time.Now().Add(-30 * time.Second))}}) // a clock that is behind
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: 7}, {Key: "name", Value: "No time"}}, bson.D{{Key: "_id", Value: 8}, {Key: "updatedAt", Value: nil}})
	outside := byName
	outside.KeepNewer = true
	refresh(t, e, outside, 4)
	write(1, bson.D{{Key: "name", Value: "Gamma"}})
	refresh(t, e, byName, 1) // what was done without the lease is looked at once more
	refresh(t, e, byName, 0)

	write(3, bson.D{{Key: "name", Value: "Delta"}, {Key: "updatedAt", Value: hoursAgo(3)}}) // in spite of the promise
	refresh(t, e, byName, 0)
	_, err := db.Collection("inlet_meta").UpdateByID(t.Context(), "looked/account", bson.D{{Key: "$set", Value: bson.D{{Key: "body.all", Value: time.Now().Add(-25 * time.Hour).Format(time.RFC3339)}}}})
	if err != nil {
		t.Fatal(err)
	}
	refresh(t, e, byName, 1)
	write(4, bson.D{{Key: "name", Value: "Epsilon"}, {Key: "updatedAt", Value: hoursAgo(3)}})
	newRule := byName
	newRule.Complete, newRule.Generation = false, 2
	refresh(t, e, newRule, 7)
}

// TestRefusedDocumentIsLookedAtAgain: a document that a validator did not let be given keys is not taken for one that has them.
func TestRefusedDocumentIsLookedAtAgain(t *testing.T) {
	db := newDatabase(t)
	p := mongotest.New(t, db.uri)
	e, err := mongo.Open(t.Context(), p.URI(t, db.uri), mongo.Collections(map[crm.Kind]mongo.Collection{crm.Account: {Changed: "updatedAt"}}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(t.Context()) })
	old := bson.NewDateTimeFromTime(time.Now().Add(-3 * time.Hour))
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: 1}, {Key: "name", Value: "Acme"}, {Key: "updatedAt", Value: old}})
	p.AnswerWhere(func(command string, body []byte) bson.D {
		if command != "update" || !bytes.Contains(body, []byte("_inlet.keys")) {
			return nil
		}
		return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 0}, {Key: "writeErrors", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "code", Value: 121}, {Key: "errmsg", Value: ""}}}}}
	})
	refresh(t, e, byName, 0)
	p.AnswerWhere(nil)
	refresh(t, e, byName, 1)
	refresh(t, e, byName, 0)
}

// TestChangeStream puts a server's change stream in front of one that has none: what comes by in it is compared, and nothing else, up to the change
// that inlet made itself. Where the stream's history is lost, or it is no use, all documents are.
func TestChangeStream(t *testing.T) {
	db := newDatabase(t)
	p := mongotest.New(t, db.uri)
	markers, asked := int64(0), 0
	var events []any
	lost := false
	p.AnswerWhere(func(command string, body []byte) bson.D {
		if command != "aggregate" || !bytes.Contains(body, []byte("$changeStream")) {
			return nil
		}
		asked++
		batch := bson.A{}
		if bytes.Contains(body, []byte("resumeAfter")) {
			if lost {
				return failed(286)
			}
			markers++
			batch = append(append(batch, events...), bson.D{{Key: "_id", Value: bson.D{{Key: "_data", Value: "2"}}}, {Key: "operationType", Value: "replace"},
				{Key: "ns", Value: bson.D{{Key: "coll", Value: "inlet_meta"}}}, {Key: "fullDocument", Value: bson.D{{Key: "body", Value: bson.D{{Key: "count", Value: markers}}}}}})
		}
		return bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "a.$cmd.aggregate"},
			{Key: "firstBatch", Value: batch}, {Key: "postBatchResumeToken", Value: bson.D{{Key: "_data", Value: "1"}}}}}}
	})
	event := func(op string, id int) any {
		return bson.D{{Key: "_id", Value: bson.D{{Key: "_data", Value: "1"}}}, {Key: "operationType", Value: op}, {Key: "ns", Value: bson.D{{Key: "coll", Value: "accounts"}}},
			{Key: "documentKey", Value: bson.D{{Key: "_id", Value: id}}}}
	}
	e, err := mongo.Open(t.Context(), p.URI(t, db.uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(t.Context()) })
	for id := range 5 {
		db.plant(t, "accounts", bson.D{{Key: "_id", Value: id}, {Key: "name", Value: "Acme"}})
	}
	first := byName
	first.Complete = false
	refresh(t, e, first, 5)
	refresh(t, e, byName, 0)
	rename := func(id int) {
		if _, err := db.Collection("accounts").UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: time.Now().String()}}}}); err != nil {
			t.Fatal(err)
		}
	}
	rename(1)
	rename(2)
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: 9}, {Key: "name", Value: "New"}})
	rename(4) // and the stream does not have it
	events = []any{event("update", 1), event("replace", 2), event("insert", 9), event("update", 3), event("delete", 4)}
	refresh(t, e, byName, 3)
	events, lost = nil, true
	refresh(t, e, byName, 1)
	lost = false
	refresh(t, e, byName, 0)
	rename(1)
	events = []any{event("rename", 1)}
	refresh(t, e, byName, 1)
	if asked < 8 {
		t.Errorf("the stream was asked for %d times", asked)
	}
}

// TestNoChangeStream: a server that has none is asked once.
func TestNoChangeStream(t *testing.T) {
	c := &commands{sent: map[string]int{}}
	db := newDatabase(t)
	e := open(t, db, c.monitor())
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: 1}, {Key: "name", Value: "Acme"}})
	refresh(t, e, byName, 1)
	var hello struct{ SetName string }
	if err := db.RunCommand(t.Context(), bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil || hello.SetName != "" {
		t.Skipf("the server is a member of the replica set %q: %v", hello.SetName, err)
	}
	c.during(t, map[string]int{"find": 1}, func() { refresh(t, e, byName, 0) })
}

// TestPending: one command says whether any document of a kind has to be given keys, and whether there is one that cannot be read.
func TestPending(t *testing.T) {
	db := newDatabase(t)
	e := open(t, db)
	account, contact := engine.KindRefresh{Kind: crm.Account, Refresh: byName}, engine.KindRefresh{Kind: crm.Contact, Refresh: byName}
	pending := func(what string, want engine.Pending, asks ...engine.KindRefresh) {
		t.Helper()
		is, err := e.Pending(t.Context(), asks)
		if err != nil || is != want {
			t.Errorf("%s: %+v, not %+v: %v", what, is, want, err)
		}
	}
	all := func(d engine.Doubt) [2]engine.Doubt { return [2]engine.Doubt{d, d} }
	pending("before it is known whether there is a change stream", engine.Pending{Stale: all(engine.Maybe), Unreadable: all(engine.Maybe)}, account, contact)
	refresh(t, e, byName, 0)
	pending("none", engine.Pending{})
	pending("empty", engine.Pending{}, account, contact)
	fresh := account
	fresh.Complete = false
	pending("new rule", engine.Pending{Stale: [2]engine.Doubt{engine.Maybe}, Unreadable: [2]engine.Doubt{engine.Maybe}}, fresh, contact)
	id := bson.NewObjectID()
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: id}, {Key: "name", Value: "Acme"}})
	pending("inserted", engine.Pending{Stale: [2]engine.Doubt{engine.Maybe}}, account, contact)
	pending("of another kind", engine.Pending{}, contact)
	refresh(t, e, byName, 1)
	pending("indexed", engine.Pending{}, account, contact)
	if _, err := db.Collection("accounts").UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: "Beta"}}}}); err != nil {
		t.Fatal(err)
	}
	pending("changed", engine.Pending{Stale: [2]engine.Doubt{engine.Maybe}}, account, contact)
	refresh(t, e, byName, 1)
	db.plant(t, "contacts", bson.D{{Key: "_id", Value: true}, {Key: "_inlet", Value: "of another program"}})
	pending("unreadable", engine.Pending{Unreadable: [2]engine.Doubt{engine.None, engine.Maybe}}, account, contact)
}

// TestByValues finds documents by what they hold, at the path of the field, where an index begins with it.
func TestByValues(t *testing.T) {
	db := newDatabase(t)
	for _, keys := range []bson.D{{{Key: "company.name", Value: 1}, {Key: "zip", Value: 1}}, {{Key: "city", Value: "hashed"}}, {{Key: "n", Value: 1}, {Key: "phone", Value: 1}}} {
		if _, err := db.Collection("accounts").Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: keys}); err != nil {
			t.Fatal(err)
		}
	}
	db.plant(t, "accounts", bson.D{{Key: "_id", Value: "a"}, {Key: "company", Value: bson.D{{Key: "name", Value: "Acme"}}}}, bson.D{{Key: "_id", Value: "b"}, {Key: "name", Value: "Acme"}})
	e := open(t, db, mongo.Collections(map[crm.Kind]mongo.Collection{crm.Account: {Names: document.Names{Fields: map[string]string{"name": "company.name"}}}}))
	if fields := e.ValueFields(crm.Account); !slices.Equal(fields, []string{"name"}) || e.ValueFields(crm.Contact) != nil {
		t.Errorf("the fields are %v and %v", fields, e.ValueFields(crm.Contact))
	}
	values := []crm.Value{crm.TextValue("Acme"), crm.TextValue("Beta")}
	for range 1500 { // more than one command has
		values = append(values, crm.TextValue("x"))
	}
	found, err := e.ByValues(t.Context(), crm.Account, "name", values)
	if err != nil || len(found) != 1 || found[0].ID != "a" || found[0].Values.Of("name").Text() != "Acme" {
		t.Errorf("found are %v, %v", found, err)
	}
}
