package assembly

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// TestCollectionsAgree: what the configuration lets pass the store can keep, and what the store cannot keep is a mistake of the configuration.
func TestCollectionsAgree(t *testing.T) {
	for collections, right := range map[string]bool{
		"{account: {name: customers, fields: {name: companyName, org_number: orgNo, zip: address.zip}, changed: updatedAt}, contact: {name: people, account: customerId, fields: {name: fullName, email: mail}}}": true,
		`{account: {created: "-", modified: audit.at, fields: {name: a.b.c, zip: a.b.d, custom.x: custom.y, custom.z: z}}}`:                                                                                       true,
		`{contact: {account: refs.a, created: createdAt, fields: {title: refs.b, email: title}}}`:                                                                                                                 true,
		"{account: {fields: {name: _id}}}":                    false,
		"{account: {fields: {name: _inlet.x}}}":               false,
		"{account: {fields: {name: created}}}":                false,
		"{account: {fields: {name: a, zip: a}}}":              false,
		"{account: {fields: {name: a, zip: a.b}}}":            false,
		"{account: {fields: {name: a..b}}}":                   false,
		"{account: {fields: {name: $a}}}":                     false,
		"{account: {created: modified}}":                      false,
		"{contact: {fields: {name: account_id}}}":             false,
		"{contact: {account: ref, fields: {name: ref.name}}}": false,
	} {
		path := filepath.Join(t.TempDir(), "inlet.yaml")
		if err := os.WriteFile(path, []byte("store: {uri: \"mongodb://h/d\", collections: "+collections+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := load.Load(path, load.Environment(nil), load.Fields(BuiltInFields()))
		if (err == nil) != right {
			t.Errorf("%s: loads: %v", collections, err)
		}
		if err != nil && !strings.Contains(err.Error(), ":1:") {
			t.Errorf("%s: the mistake has no line: %v", collections, err)
		}
		if !right {
			continue
		}
		for kind, c := range collectionsOf(cfg.Store.Collections) {
			if _, err := document.NewLayout(kind, c.Names); err != nil {
				t.Errorf("%s: %v", collections, err)
			}
		}
	}
}

// TestCollectionsAreHandedOn: every key of the configuration arrives at the engine.
func TestCollectionsAreHandedOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	const text = `store: {uri: "mongodb://h/d", collections: {contact: {name: people, id: uuid, account: customerId, created: at, modified: "-", changed: seen, fields: {name: full}}}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil), load.Fields(BuiltInFields()))
	if err != nil {
		t.Fatal(err)
	}
	c := collectionsOf(cfg.Store.Collections)[crm.Contact]
	if c.Name != "people" || c.ID != "uuid" || c.Parent != "customerId" || c.Created != "at" || c.Modified != document.Off || c.Changed != "seen" || c.Fields["name"] != "full" {
		t.Errorf("handed on: %+v", c)
	}
	if c := collectionsOf(cfg.Store.Collections)[crm.Account]; c.Name != "" || c.ID != document.Auto || len(c.Fields) > 0 {
		t.Errorf("of accounts: %+v", c)
	}
}

// TestUnreadableIDsAreLogged: whoever opens the store with a log finds in it what no import finds, in the collection that is configured.
func TestUnreadableIDsAreLogged(t *testing.T) {
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	client, err := driver.Connect(options.Client().ApplyURI(server))
	if err != nil {
		t.Fatal(err)
	}
	db := client.Database("inlet_test_" + rand.Text()[:12])
	t.Cleanup(func() {
		if err := db.Drop(context.Background()); err != nil {
			t.Error(err)
		}
		client.Disconnect(context.Background())
	})
	for _, id := range []any{1.5, true, "c1"} {
		if _, err := db.Collection("customers").InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}}); err != nil {
			t.Fatal(err)
		}
	}
	cfg := config.Default()
	cfg.Store.URI = strings.TrimSuffix(server, "/") + "/" + db.Name()
	cfg.Store.Collections.Account.Name = "customers"
	var log bytes.Buffer
	parts, err := Open(t.Context(), cfg, slog.New(slog.NewTextHandler(&log, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := parts.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `msg="Records with unreadable IDs" kind=account records=2 example=`) {
		t.Errorf("logged:\n%s", got)
	}
}
