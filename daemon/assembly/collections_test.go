package assembly

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
