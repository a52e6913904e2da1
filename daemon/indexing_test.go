package daemon_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// newDatabase returns a database on the server that INLET_TEST_MONGODB names, gone when the test ends, and its URI.
func newDatabase(t testing.TB) (*driver.Database, string) {
	t.Helper()
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
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
	return db, u.String()
}

// While the records of an application are indexed by the new match rule of one inbox, another inbox imports, what comes after the first file waits behind
// it, and all see that it waits. Nothing is indexed twice, and each file is imported once.
func TestIndexBesideOtherInboxes(t *testing.T) {
	t.Parallel()
	const n = 1500 // more than a page
	db, uri := newDatabase(t)
	var customers []any
	for i := range n {
		customers = append(customers, bson.D{{Key: "_id", Value: fmt.Sprint("c", i)}, {Key: "name", Value: fmt.Sprint("Kund ", i)}, {Key: "city", Value: fmt.Sprint("Ort ", i)}})
	}
	_, err := db.Collection("accounts").InsertMany(t.Context(), customers)
	must(t, err)
	proxy := mongotest.New(t, uri)
	cfg := two(t, "done")
	cfg.Store.URI = proxy.URI(t, uri)
	other := func(name, text string) {
		must(t, os.WriteFile(filepath.Join(cfg.Inboxes[1].Path, name), []byte(text), 0o644))
	}
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	other("first.csv", row("First")) // from now on all records have keys by name and postcode
	r.until(is(1), "inlet_imports_total", "inbox=other", "outcome=done")
	r.until(is(n), "inlet_records_indexed_total", "kind=account")

	release := proxy.Hold(func(command string, body []byte) bool { // keys that are written without the lease
		return command == "update" && bytes.Contains(body, []byte("$not")) && bytes.Contains(body, []byte("_inlet.rules"))
	})
	defer release()
	r.drop("a.mapping.yaml", "version: 1\ncolumns: {Namn: account.name, Ort: account.city}\nmatch: {account: [city]}\nmode: update\n")
	r.drop("a.csv", "Namn,Ort\nKund sju,Ort 7\n")
	r.until(is(1), "inlet_inbox_indexing", "inbox=kunder")
	r.drop("b.csv", row("Kund b"))
	for i := range 3 {
		other(fmt.Sprintf("while-%d.csv", i), row(fmt.Sprint("While ", i)))
		r.until(is(float64(2+i)), "inlet_imports_total", "inbox=other", "outcome=done")
	}
	r.want(0, "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(1), "inlet_inbox_indexing", "inbox=kunder")
	r.until(is(2), "inlet_inbox_files", "inbox=kunder", "state=waiting")
	r.wait("its page", func() bool {
		claims := r.claims()
		return len(claims) > 0 && claims[0].Name == "a.csv" && strings.HasPrefix(claims[0].Why, "waiting until the stored records are indexed")
	})
	if proxy.Held() == 0 || r.logged("the inbox waits\" inbox=kunder workbook=a.csv") != 1 {
		t.Errorf("%d commands are held:\n%s", proxy.Held(), r.log)
	}
	release()
	r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(0), "inlet_inbox_indexing", "inbox=kunder")
	r.until(is(2*n+1), "inlet_records_indexed_total", "kind=account")
	r.want(0, "inlet_import_failures_total", "reason=world")
	r.want(0, "inlet_import_failures_total", "reason=unknown")
	r.stop()
	var found struct {
		Name string `bson:"name"`
	}
	must(t, db.Collection("accounts").FindOne(t.Context(), bson.D{{Key: "_id", Value: "c7"}}).Decode(&found))
	var order []string
	for _, imp := range all(t, cfg) {
		if imp.Inbox == "kunder" && imp.State == ledger.Done && imp.Attempts == 1 {
			order = append(order, imp.Workbook)
		}
	}
	if found.Name != "Kund sju" || strings.Join(order, " ") != "b.csv a.csv" {
		t.Errorf("c7 is %+v, imported were %q", found, order)
	}
}

// A daemon that is stopped while it indexes ends at once, and the next one goes on.
func TestStopWhileIndexing(t *testing.T) {
	t.Parallel()
	db, uri := newDatabase(t)
	_, err := db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "c1"}, {Key: "name", Value: "Kund 1"}, {Key: "zip", Value: "11122"}})
	must(t, err)
	proxy := mongotest.New(t, uri)
	cfg := configured(t, "")
	cfg.Store.URI = proxy.URI(t, uri)
	release := proxy.Hold(func(command string, body []byte) bool {
		return command == "update" && bytes.Contains(body, []byte("$not"))
	})
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	r.drop("a.csv", row("Kund 1"))
	r.until(is(1), "inlet_inbox_indexing", "inbox=kunder")
	r.stop()
	release()
	r = run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.want(1, "inlet_rows_total", "inbox=kunder", "kind=account", "outcome=unchanged")
}
