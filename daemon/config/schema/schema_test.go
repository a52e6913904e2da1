package schema_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/configtest"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/daemon/config/schema"
)

func parsedSchema(t *testing.T) map[string]any {
	t.Helper()
	var s map[string]any
	if err := json.Unmarshal(schema.JSON(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON is what an editor sees of a file: its values by the types of JSON.
func asJSON(t *testing.T, content []byte) any {
	t.Helper()
	text, err := yaml.YAMLToJSON(content)
	if err != nil {
		t.Fatalf("%v in\n%s", err, content)
	}
	return fromJSON(t, text)
}

func fromJSON(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSchemaTakesWhatLoads(t *testing.T) {
	s := parsedSchema(t)
	plain, err := os.ReadFile(configtest.Example)
	if err != nil {
		t.Fatal(err)
	}
	items, err := os.ReadFile(configtest.ExampleWithItems(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"example": string(plain), "items": string(items), "everything": configtest.Everything,
		"numbers": "inboxes: [{name: 2026, path: 1, sidecar_grace: 0, limits: {caps: {max_rejected: 0}}}]\nusers: [{name: A}, {name: A}]",
	} {
		if wrong := violations("", s, asJSON(t, []byte(content))); len(wrong) > 0 {
			t.Errorf("%s: %s", name, strings.Join(wrong, "\n"))
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := parsedSchema(t)
	inbox := "inboxes: [{name: a, path: b, limits: {%s}}]"
	for content, want := range map[string]string{
		"inboxs: []": "inboxs: not known",
		"inboxes: [{name: a, path: b, setle: 2s}]":                             "inboxes[0].setle: not known",
		"inboxes: [{name: a}]":                                                 "inboxes[0]: path is missing",
		"inboxes: [{name: a/b, path: b}]":                                      "inboxes[0].name: a/b has not the form",
		"inboxes: [{name: a, path: b, settle: 2}]":                             "inboxes[0].settle: 2 is out of range",
		"inboxes: [{name: a, path: b, scan: 2 s}]":                             "inboxes[0].scan: 2 s has not the form",
		"inboxes: [{name: a, path: b, ownership: {file_mode: rw-}}]":           "inboxes[0].ownership.file_mode: rw- has not the form",
		"inboxes: [{name: a, path: b, ownership: {dir_mode: \"2660\"}}]":       "inboxes[0].ownership.dir_mode: 2660 has not the form",
		fmt.Sprintf(inbox, "modes: []"):                                        "inboxes[0].limits.modes: too few",
		fmt.Sprintf(inbox, "modes: [updte]"):                                   "inboxes[0].limits.modes[0]: updte is none of",
		fmt.Sprintf(inbox, "clear: 1"):                                         "inboxes[0].limits.clear: 1 is not of type boolean",
		fmt.Sprintf(inbox, "caps: {max_created: 101%}"):                        "inboxes[0].limits.caps.max_created: 101% has not the form",
		fmt.Sprintf(inbox, "caps: {max_created: -1}"):                          "inboxes[0].limits.caps.max_created: -1 is out of range",
		fmt.Sprintf(inbox, "caps: {max_creatd: 1}"):                            "inboxes[0].limits.caps.max_creatd: not known",
		"log: {level: loud}":                                                   "log.level: loud is none of",
		"import: {batch: 20000}":                                               "import.batch: 20000 is out of range",
		"users: [{}]":                                                          "users[0]: too few",
		"fields: [{field: account.custom.a, choices: [{labels: {sv: A}}]}]":    "fields[0].choices[0]: value is missing",
		"fields: [{field: account.custom.a, choices: [[A]]}]":                  "fields[0].choices[0]: [A] is not of type [object string integer]",
		"fields: [{field: account.custom.a, choices: [{value: A, label: B}]}]": "fields[0].choices[0].label: not known",
		"fields: [{field: account.custom.a, choices: [A, A]}]":                 "fields[0].choices: an item is there twice",
		"campaigns: [a, a]":                                                    "campaigns: an item is there twice",
		"passwords: {Excel: a}":                                                "passwords: the name Excel: Excel has not the form",
		"passwords: {excel: [a]}":                                              "passwords.excel: [a] is not of type [string integer]",
		"store:":                                                               "store: <nil> is not of type object",
		"http: {address: 127.0.0.1}\nstore: sqlite:inlet.db":                   "store: sqlite:inlet.db is not of type object",
		"store: {collections: {account: {nam: a}}}":                            "store.collections.account.nam: not known",
		"store: {collections: {contact: {id: oid}}}":                           "store.collections.contact.id: oid is none of",
		"store: {collections: {account: {fields: {Zip: a}}}}":                  "store.collections.account.fields: the name Zip: Zip has not the form",
	} {
		if wrong := strings.Join(violations("", s, asJSON(t, []byte(content))), "\n"); !strings.HasPrefix(wrong, want) {
			t.Errorf("%s: %q, want %s", content, wrong, want)
		}
	}
}

// TestSchemaHasEveryKey walks Config beside its schema: the same keys, each with a description, and no description of a
// key that is gone.
func TestSchemaHasEveryKey(t *testing.T) {
	described := schema.Described()
	seen := []string{}
	var look func(string, reflect.Type, map[string]any)
	look = func(path string, at reflect.Type, s map[string]any) {
		seen = append(seen, path)
		if s["description"] == nil && !strings.HasSuffix(path, "[]") {
			t.Errorf("%s: no description", path)
		}
		switch at.Kind() {
		case reflect.Slice:
			items, _ := s["items"].(map[string]any)
			look(path+"[]", at.Elem(), items)
		case reflect.Struct:
			known, _ := s["properties"].(map[string]any)
			if len(known) != at.NumField() || s["additionalProperties"] != false {
				t.Errorf("%s: %d keys in the schema, %d in Config", path, len(known), at.NumField())
			}
			for f := range at.Fields() {
				key := f.Tag.Get("yaml")
				property, ok := known[key].(map[string]any)
				if !ok {
					t.Errorf("%s: no %s", path, key)
					continue
				}
				look(strings.TrimPrefix(path+"."+key, "."), f.Type, property)
			}
		}
	}
	look("", reflect.TypeFor[config.Config](), parsedSchema(t))
	for _, path := range described {
		if !slices.Contains(seen, path) {
			t.Errorf("%s is described, and no key of Config", path)
		}
	}
}

// TestSchemaAgreesWithLoad puts odd values at every key: what the schema refuses Load refuses; a value of the wrong kind, or
// a word that is none of a closed list, both refuse.
func TestSchemaAgreesWithLoad(t *testing.T) {
	s, path := parsedSchema(t), configtest.ExampleWithItems(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(asJSON(t, content)) // JSON is YAML, and copied faster
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, key := range leaves("", s) {
		for _, odd := range []any{"zzz", "§ §", "2s", "5%", -1, 0, 20_000, 1.5, true, []any{}, map[string]any{}, nil} {
			tree := fromJSON(t, plain)
			put(tree, key, odd)
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), "odd.yaml"), text, 0o600); err != nil {
				t.Fatal(err)
			}
			wrong := violations("", s, fromJSON(t, text))
			_, err = load.Load(filepath.Join(filepath.Dir(path), "odd.yaml"), load.Environment(nil))
			if len(wrong) > 0 {
				refused++
				if err == nil {
					t.Errorf("%s: %v loads, the schema says %v", key, odd, wrong)
				}
			} else if err != nil && (strings.Contains(err.Error(), " wanted") || strings.Contains(err.Error(), "is not known; ")) {
				t.Errorf("%s: %v suits the schema, Load says %v", key, odd, err)
			}
		}
	}
	if refused < 200 {
		t.Errorf("the schema refuses %d odd values only", refused)
	}
}

// leaves are the paths of all values that are not objects; a list of texts counts as its items.
func leaves(path string, s map[string]any) []string {
	var found []string
	if items, ok := s["items"].(map[string]any); ok {
		return leaves(path+"[]", items)
	}
	known, ok := s["properties"].(map[string]any)
	if !ok {
		return []string{path}
	}
	for key, property := range known {
		found = append(found, leaves(strings.TrimPrefix(path+"."+key, "."), property.(map[string]any))...)
	}
	return found
}

// put sets the value at a path; of a list its first item.
func put(tree any, path string, value any) {
	at := tree.(map[string]any)
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		name, list := strings.CutSuffix(key, "[]")
		if list {
			at = at[name].([]any)[0].(map[string]any)
			continue
		}
		if at[name] == nil {
			at[name] = map[string]any{}
		}
		at = at[name].(map[string]any)
	}
	name, list := strings.CutSuffix(keys[len(keys)-1], "[]")
	if list {
		value = []any{value}
	}
	at[name] = value
}
