package pipeline_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/tools/txtar"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// application is a play in a database that an application has written before inlet opened it.
type application struct {
	*play
	db *driver.Database
}

// newApplication opens a database with these accounts.
func newApplication(t *testing.T, accounts ...bson.D) application {
	t.Helper()
	p := newPlay(t, way{"mongo", 1, false}, "")
	client, err := driver.Connect(options.Client().ApplyURI(p.uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	a := application{p, client.Database(p.uri[strings.LastIndexByte(p.uri, '/')+1:])}
	for _, doc := range accounts {
		if _, err := a.db.Collection("accounts").InsertOne(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	a.reopen()
	return a
}

// reopen opens the store anew, as a process that starts does.
func (a application) reopen() {
	a.Helper()
	a.engine.Close(a.Context())
	var err error
	if a.engine, err = mongo.Open(a.Context(), a.uri); err != nil {
		a.Fatal(err)
	}
	if a.store, err = store.New(a.Context(), a.engine); err != nil {
		a.Fatal(err)
	}
	a.store.Scratch = sqlite.Scratch
	a.pipeline.Store = partsOf(a.store)
}

// crash ends an import when it reaches a point for the n-th time.
func (a application) crash(job pipeline.Job, at ledger.CrashPoint, n int) {
	a.Helper()
	var reached atomic.Int64
	a.store.At = func(p ledger.CrashPoint) {
		if p == at && reached.Add(1) == int64(n) {
			panic(at)
		}
	}
	defer func() {
		if recover() == nil || reached.Load() != int64(n) {
			a.Fatalf("it did not end at %s", at)
		}
	}()
	_, _ = a.pipeline.Run(a.Context(), job)
}

// ids returns the _ids of a collection, in the order in which inlet created the documents.
func (a application) ids(collection string) []any {
	a.Helper()
	found, err := a.db.Collection(collection).Find(a.Context(), bson.D{{Key: "_inlet.seq", Value: bson.D{{Key: "$gt", Value: 0}}}}, options.Find().SetSort(bson.D{{Key: "_inlet.seq", Value: 1}}))
	if err != nil {
		a.Fatal(err)
	}
	var docs []bson.M
	if err := found.All(a.Context(), &docs); err != nil {
		a.Fatal(err)
	}
	var ids []any
	for _, doc := range docs {
		ids = append(ids, doc["_id"])
	}
	return ids
}

func (a application) run(rows string) ledger.Import {
	a.Helper()
	rep, err := a.pipeline.Run(a.Context(), a.job(txtar.File{Name: "rows.csv", Data: []byte(rows)}))
	if err != nil {
		a.Fatal(err)
	}
	return rep.Import
}

func account(id any, name string) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "name", Value: name}}
}

var aUUID = bson.Binary{Subtype: 4, Data: []byte("0123456789abcdef")}

// TestNumbersAsIDs: an import that would create an account is refused before it writes anything, planned or run, and one that creates none goes on.
func TestNumbersAsIDs(t *testing.T) {
	a := newApplication(t, account(1, "Acme"), account(2, "Beta"))
	const creates = "Företag,Ort\nAcme,Lund\nGamma,Lund\n"
	rep, err := a.pipeline.Plan(t.Context(), a.job(txtar.File{Name: "rows.csv", Data: []byte(creates)}), func([]ledger.Change) error { return nil })
	if err != nil || rep.Import.Code != ledger.CodeNumberIDs {
		t.Errorf("planned: %s %s: %v", rep.Import.Code, rep.Import.Why, err)
	}
	imp := a.run(creates)
	if imp.State != ledger.Refused || imp.Code != "number_ids" || !strings.Contains(imp.Why, "would create accounts (1)") || imp.Tally.Rows != 0 {
		t.Errorf("%s %s: %s, %+v", imp.State, imp.Code, imp.Why, imp.Tally)
	}
	if n, err := a.db.Collection("accounts").CountDocuments(t.Context(), bson.D{{Key: "city", Value: "Lund"}}); n != 0 || err != nil {
		t.Errorf("%d accounts are written: %v", n, err)
	}
	job := a.job(txtar.File{Name: "rows.csv", Data: []byte(creates)})
	job.Approve = true
	if rep, err := a.pipeline.Run(t.Context(), job); err != nil || rep.Import.State != ledger.Refused {
		t.Errorf("approved: %s: %v", rep.Import.State, err)
	}
	if imp := a.run("Företag,Ort,Kontakt,E-post\nAcme,Lund,Anna,anna@exempel.se\n"); imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Updated != 1 || imp.Tally.Counts.Of(crm.Contact).Created != 1 {
		t.Errorf("only contacts are new: %s %s %+v", imp.State, imp.Why, imp.Tally)
	}
	a.sidecar = a.file("update.yaml", []byte("mode: update\n"))
	if imp := a.run(creates); imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Skipped != 1 {
		t.Errorf("mode update: %s %s %+v", imp.State, imp.Why, imp.Tally)
	}
}

// TestUnreadableIDs: while an account is there that is not found, no import may create one.
func TestUnreadableIDs(t *testing.T) {
	a := newApplication(t, account(bson.D{{Key: "no", Value: 1}}, "Acme"), account("b", "Beta"))
	imp := a.run("Företag\nAcme\n")
	if imp.State != ledger.Refused || imp.Code != "unreadable_ids" || !strings.Contains(imp.Why, "accounts (1)") || !strings.Contains(imp.Why, `"no"`) {
		t.Errorf("%s %s: %s", imp.State, imp.Code, imp.Why)
	}
	a.sidecar = a.file("update.yaml", []byte("mode: update\n"))
	if imp := a.run("Företag,Ort\nBeta,Lund\n"); imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Updated != 1 {
		t.Errorf("mode update: %s %s %+v", imp.State, imp.Why, imp.Tally)
	}
	a.sidecar = ""
	if _, err := a.db.Collection("accounts").DeleteOne(t.Context(), account(bson.D{{Key: "no", Value: 1}}, "Acme")); err != nil {
		t.Fatal(err)
	}
	if imp := a.run("Företag\nAcme\n"); imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Created != 1 {
		t.Errorf("%s %s: %s", imp.State, imp.Code, imp.Why)
	}
}

// TestUUIDs: journal, report and database have the same IDs, in the form that the import began with; an undo finds them, and its undo gives them back.
func TestUUIDs(t *testing.T) {
	a := newApplication(t, account(aUUID, "Acme"))
	if _, err := a.db.Collection("contacts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: aUUID}}); err != nil {
		t.Fatal(err)
	}
	a.reopen()
	const rows = "Företag,Kontakt,E-post\nBeta,Anna,a@exempel.se\nGamma,Bo,b@exempel.se\n,,\nDelta,Cia,c@exempel.se\nBeta,Dan,d@exempel.se\nBeta,Eva,\nBeta,Eva,\n"
	job := a.job(txtar.File{Name: "rows.csv", Data: []byte(rows)})
	a.crash(job, ledger.AtJournalled, 2)
	if _, err := a.db.Collection("accounts").InsertOne(t.Context(), account("text", "the newest")); err != nil {
		t.Fatal(err)
	}
	a.reopen()
	rep, err := a.pipeline.Run(t.Context(), job)
	if imp := rep.Import; err != nil || imp.State != ledger.Done || imp.Tally.Counts.Of(crm.Account).Created != 3 || imp.Tally.Counts.Of(crm.Contact).Created != 5 || imp.Tally.Counts.Of(crm.Contact).Unchanged != 1 || imp.Attempts != 2 {
		t.Fatalf("%s %s %+v, %d attempts: %v", imp.State, imp.Why, imp.Tally, imp.Attempts, err)
	}
	created := a.ids("accounts")
	for _, id := range append(a.ids("contacts"), created...) {
		if b, ok := id.(bson.Binary); !ok || b.Subtype != 4 || b.Data[6]>>4 != 8 {
			t.Errorf("_id %T %v", id, id)
		}
	}
	var journaled, stored []string
	for changes, err := range a.store.Journal.Changes(t.Context(), rep.Import.ID) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			if c.Kind == crm.Account && c.Action == ledger.Create {
				journaled = append(journaled, c.ID)
			}
		}
	}
	err = a.store.Records.Each(t.Context(), crm.Account, func(rec crm.Record) error {
		if rec.Seq != 0 {
			stored = append(stored, rec.ID)
		}
		return nil
	})
	if err != nil || len(created) != 3 || !slices.Equal(stored, journaled) {
		t.Errorf("%d accounts with the IDs %v, journaled as %v: %v", len(created), stored, journaled, err)
	}
	undo, err := a.pipeline.Undo(t.Context(), pipeline.Job{}, rep.Import.ID)
	if err != nil || undo.Import.Tally.Counts.Of(crm.Account).Removed != 3 || undo.Import.Tally.Counts.Of(crm.Contact).Removed != 5 {
		t.Fatalf("undone: %+v: %v", undo.Import.Tally, err)
	}
	if _, err := a.pipeline.Undo(t.Context(), pipeline.Job{}, undo.Import.ID); err != nil {
		t.Fatal(err)
	}
	if again := a.ids("accounts"); !slices.EqualFunc(again, created, func(x, y any) bool {
		b, ok := x.(bson.Binary)
		return ok && b.Equal(y.(bson.Binary))
	}) {
		t.Errorf("after the undo of the undo there are %v, not %v", again, created)
	}
}
