package store_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// at is when every import of these tests began.
var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// onBoth runs a test on each engine; fresh returns an engine on an empty database each time.
func onBoth(t *testing.T, test func(t *testing.T, fresh func() engine.Engine)) {
	t.Parallel() // most of the time is spent waiting for disks
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, func() engine.Engine { return onSQLite(t) })
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		db := newDatabase(t)
		test(t, func() engine.Engine {
			db.clear(t)
			return db.engine
		})
	})
}

func onSQLite(t testing.TB) engine.Engine {
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inlet.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return e
}

// database is one that a test has to itself, also as another application sees it.
type database struct {
	*driver.Database
	engine engine.Engine
}

// newDatabase returns a database on the server that INLET_TEST_MONGODB names, gone when the test ends.
func newDatabase(t testing.TB) database {
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
	e, err := mongo.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return database{db, e}
}

// clear takes all documents out and leaves the indexes, which take long to make.
func (db database) clear(t testing.TB) {
	names := []string{"accounts", "contacts"}
	for _, table := range engine.Tables {
		names = append(names, "inlet_"+string(table))
	}
	for _, name := range names {
		if _, err := db.Collection(name).DeleteMany(t.Context(), bson.D{}); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t testing.TB, e engine.Engine) *store.Store {
	t.Helper()
	s, err := store.New(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(crm.Value{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// The rules that the tests match on.
var (
	byName  = crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}}, Region: "SE"}
	byCity  = crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "city", Type: crm.Text}}, Region: "SE"}
	byEmail = crm.Rule{Kind: crm.Contact, Ticked: []crm.Ticked{{Field: "email", Type: crm.Email}}, Region: "SE"}
	rules   = []crm.Rule{byName, byEmail}
)

// vals makes values of alternating fields and texts.
func vals(pairs ...string) crm.Values {
	var vs crm.Values
	for i := 0; i < len(pairs); i += 2 {
		vs.Set(pairs[i], crm.TextValue(pairs[i+1]))
	}
	return vs
}

// wants is an import as a pipeline asks for it.
func wants(base, arrival string) ledger.Import {
	return ledger.Import{ID: base, Arrival: arrival, Workbook: base + ".xlsx", Sum: "5e4", Mapping: "headings", State: ledger.Running, Began: at}
}

func begin(t testing.TB, s *store.Store, base string) ledger.Import {
	t.Helper()
	imp, err := s.Imports.Begin(t.Context(), wants(base, base), false)
	must(t, err)
	return imp
}

// row is a short way to write the changes of one import.
type row struct{ imp *ledger.Import }

func (r row) change(place int64, kind crm.Kind, action ledger.Action) ledger.Change {
	return ledger.Change{Ref: ledger.Ref{Sheet: "Kunder", Row: int(place) + 1}, Ordinal: place, Kind: kind, Action: action, Rule: "A5"}
}

func (r row) id(place int64, kind crm.Kind) string { return ledger.NewID(r.imp.ID, place, kind) }

func (r row) mark(place int64, kind crm.Kind) int64 { return ledger.ChangeID(r.imp.No, place, 0, kind) }

func (r row) create(place int64, kind crm.Kind, account string, after crm.Values) ledger.Change {
	c := r.change(place, kind, ledger.Create)
	c.ID, c.ParentID, c.After = r.id(place, kind), account, after
	return c
}

func (r row) update(place int64, kind crm.Kind, id, account string, expect int64, before, after crm.Values) ledger.Change {
	c := r.change(place, kind, ledger.Update)
	c.ID, c.ParentID, c.Expect, c.Before, c.After = id, account, expect, before, after
	return c
}

// batch makes the next batch of an import: it ends with the row of this place.
func (r row) batch(n int, last int64, changes ...ledger.Change) ledger.Batch {
	return ledger.Batch{N: n, After: ledger.Cursor{Row: int(last) + 1, Ordinal: last, Blank: n}, Rows: len(changes), Changes: changes}
}

func apply(t testing.TB, s *store.Store, imp *ledger.Import, b ledger.Batch) []ledger.Outcome {
	t.Helper()
	outcomes, err := s.Apply(t.Context(), imp, b)
	must(t, err)
	return outcomes
}

// records returns all of a kind in the order of creation, their values sorted by field.
func records(t testing.TB, e engine.Records, kind crm.Kind) []crm.Record {
	t.Helper()
	var all []crm.Record
	var after engine.Position
	for {
		page, err := e.Scan(context.Background(), kind, after, 500)
		must(t, err)
		for _, rec := range page {
			slices.SortFunc(rec.Values, func(a, b crm.Pair) int { return cmp.Compare(a.Field, b.Field) })
			all = append(all, rec)
			after = engine.Position{Seq: rec.Seq, ID: rec.ID}
		}
		if len(page) < 500 {
			return all
		}
	}
}

func record(t testing.TB, e engine.Records, kind crm.Kind, id string) crm.Record {
	t.Helper()
	recs, err := e.ByID(t.Context(), kind, []string{id})
	if err != nil || len(recs) != 1 {
		t.Fatalf("%d records have the ID %s: %v", len(recs), id, err)
	}
	return recs[0]
}

// found returns the IDs that a look-up of these values by a rule gives, sorted. Hits by hash alone count: keys are to be exact.
func found(t testing.TB, e engine.Records, rule crm.Rule, account string, vs crm.Values) []string {
	t.Helper()
	key, ok := rule.Key(account, vs)
	if !ok {
		t.Fatalf("%v have no key under %s", vs, rule.ID())
	}
	recs, err := e.Find(context.Background(), rule.Kind, []int64{key.Hash})
	must(t, err)
	ids := []string{}
	for _, rec := range recs {
		ids = append(ids, rec.ID)
	}
	slices.Sort(ids)
	return ids
}

func journal(t testing.TB, s *store.Store, imp string) [][]ledger.Change {
	t.Helper()
	var all [][]ledger.Change
	for changes, err := range s.Journal.Changes(context.Background(), imp) {
		must(t, err)
		all = append(all, changes)
	}
	return all
}

func stored(t testing.TB, s *store.Store, id string) ledger.Import {
	t.Helper()
	imp, ok, err := s.Imports.Import(context.Background(), id)
	if err != nil || !ok {
		t.Fatalf("import %s is there: %v, %v", id, ok, err)
	}
	return imp
}

// document returns the body of one of the store's small documents.
func document(t testing.TB, e engine.Documents, table engine.Table, id string) map[string]any {
	t.Helper()
	doc, ok, err := e.Load(context.Background(), table, id)
	must(t, err)
	if !ok {
		return nil
	}
	var body map[string]any
	must(t, json.Unmarshal(doc.Body, &body))
	return body
}

// openImports returns the imports that are begun and not ended, or not archived.
func openImports(t testing.TB, e engine.Documents) []string {
	ids := []string{}
	for _, id := range listedOpen(t, e) {
		doc := document(t, e, engine.Imports, id)
		if _, archived := doc["archived"]; doc["state"] == "running" || !archived {
			ids = append(ids, id)
		}
	}
	return ids
}

// listedOpen returns what is on the list of open imports. One that is archived is taken off it when the list is next written.
func listedOpen(t testing.TB, e engine.Documents) []string {
	ids := []string{}
	list, _ := document(t, e, engine.Meta, "open")["imports"].([]any)
	for _, id := range list {
		ids = append(ids, fmt.Sprint(id))
	}
	return ids
}
