package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

func examine(t *testing.T, cfg config.Config) (Report, string) {
	t.Helper()
	rep := Examine(t.Context(), Site{Config: cfg, File: "/etc/inlet/inlet.yaml"})
	var page, json bytes.Buffer
	if err := errors.Join(rep.Write(&page), rep.WriteJSON(&json)); err != nil {
		t.Fatal(err)
	}
	return rep, page.String() + json.String()
}

// TestNoSecrets: nothing that the configuration keeps secret is in the report, whatever a server answers.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte("pa55-of-mail"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.HTTP.Address = "127.0.0.1:1"
	cfg.Store.URI = "mongodb://me:p%40ss-of-store@127.0.0.1:1/x?serverSelectionTimeoutMS=100&tlsCertificateKeyFilePassword=key-of-store"
	cfg.Mail = config.Mail{Server: "127.0.0.1:1", From: "a@example.com", User: "me", PasswordFile: password, TLS: "tls"}
	cfg.Webhooks = []config.Webhook{{Name: "chat", URL: "https://127.0.0.1:1/services/key-of-chat", Form: "slack"}}
	source := config.DefaultSource()
	source.Name, source.Inbox, source.URL, source.Headers = "s", "kunder", "http://127.0.0.1:1/a?sig=key-of-link", map[string]string{"X-Key": "key-of-header"}
	cfg.Sources = []config.Source{source}
	rep, text := examine(t, cfg)
	if rep.Wrong < 3 { // the store, the mail server, the webhook
		t.Errorf("%d findings: %s", rep.Wrong, text)
	}
	for _, secret := range []string{"ss-of-store", "p@ss", "key-of", "pa55"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the report:\n%s", secret, text)
		}
	}
	e := &examination{secrets: secretsOf(cfg)}
	e.add(partStore, "", OK, map[string]any{"x": "key-of-store"}, "rejected p@ss-of-store, p%40ss-of-store, key-of-header, sig=key-of-link, services/key-of-chat and pa55-of-mail")
	if got := e.findings[0]; strings.Contains(got.Text, "of") || got.Facts["x"] != "***" {
		t.Errorf("what a server says: %+v", got)
	}
}

// TestNothingIsChanged: a file that another inlet has left is described and not upgraded.
func TestNothingIsChanged(t *testing.T) {
	t.Parallel()
	const wrote = "UPDATE meta SET body = json_set(body, '$.inlet', 'v1.0.0') WHERE id = 'schema'"
	for name, c := range map[string]struct{ statement, want string }{
		"older data":   {`UPDATE meta SET body = '{"version":1}' WHERE id = 'schema'`, "by an inlet that did not write its version; this inlet (devel) upgrades it to "},
		"newer data":   {`UPDATE meta SET body = '{"version":99,"inlet":"v9.8.7"}' WHERE id = 'schema'`, "WRONG data version 99 (layout"},
		"newer layout": {`PRAGMA user_version = 99`, "(layout 99) by v1.0.0, and this inlet (devel) reads "},
		"no index":     {`DROP INDEX contact_account`, "WRONG missing: contact_account; inlet run creates what is missing"},
		"all right":    {`SELECT 1`, "by v1.0.0, which is that of this inlet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "inlet.db")
			fill(t, path, wrote, c.statement)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			cfg := config.Default()
			cfg.HTTP.Address, cfg.Store.URI = "127.0.0.1:1", config.EmbeddedURI(path)
			rep, text := examine(t, cfg)
			if !strings.Contains(text, c.want) || (name == "older data" || name == "all right") != (rep.Wrong == 0) || rep.Wrong > 1 {
				t.Errorf("%s\n%+v", text, rep)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was changed: %v", err)
			}
			if left, err := filepath.Glob(path + "-*"); len(left) > 0 || err != nil {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// execute runs a statement as the sqlite3 tool would.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// fill makes a store and runs statements in it as another program would.
func fill(t *testing.T, path string, statements ...string) {
	t.Helper()
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.New(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		execute(t, path, s)
	}
}

// TestMongoDB: what the server lacks is found, and not made.
func TestMongoDB(t *testing.T) {
	t.Parallel()
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
		if err := errors.Join(db.Drop(context.Background()), client.Disconnect(context.Background())); err != nil {
			t.Error(err)
		}
	})
	uri := strings.TrimSuffix(server, "/") + "/" + db.Name()
	e, err := mongo.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.New(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	_, inserted := db.Collection("accounts").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "a"}})
	if err := errors.Join(e.Close(t.Context()), inserted, db.Collection("contacts").Drop(t.Context()), db.Collection("inlet_journal").Indexes().DropOne(t.Context(), "order_1"),
		db.Collection("inlet_imports").Indexes().DropOne(t.Context(), "tags_1_order_-1")); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.HTTP.Address, cfg.Store.URI = "127.0.0.1:1", uri
	rep, text := examine(t, cfg)
	for _, want := range []string{"MongoDB ", "answers in ", "change stream", "ok    accounts: 1, contacts: 0", "WRONG missing: contacts; inlet_imports (tags, order); inlet_journal (order); inlet run creates"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	if rep.Wrong != 1 {
		t.Errorf("%d findings:\n%s", rep.Wrong, text)
	}
	if names, err := db.ListCollectionNames(t.Context(), bson.D{{Key: "name", Value: "contacts"}}); len(names) > 0 || err != nil {
		t.Errorf("it made %v, %v", names, err)
	}
}
