package mapping_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/jsonschema"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
)

func decoded(t *testing.T) map[string]any {
	t.Helper()
	var s map[string]any
	if err := json.Unmarshal(jsonschema.Of(mappingtest.Schema(t)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func properties(t *testing.T, node any, path ...string) map[string]any {
	t.Helper()
	for _, step := range append(path, "properties") {
		node = node.(map[string]any)[step]
	}
	return node.(map[string]any)
}

func sorted(keys []string) []string { return slices.Sorted(slices.Values(keys)) }

// TestSchemaKeys has the schema know the keys that Parse knows, and no others.
func TestSchemaKeys(t *testing.T) {
	root := decoded(t)
	if diff := cmp.Diff(sorted(mapping.Keys), slices.Sorted(maps.Keys(properties(t, root)))); diff != "" {
		t.Errorf("keys of Parse and of the schema (-parse +schema):\n%s", diff)
	}
	sheets := root["properties"].(map[string]any)["sheets"].(map[string]any)["anyOf"].([]any)[1].(map[string]any)["items"]
	if diff := cmp.Diff(sorted(mapping.SheetKeys), slices.Sorted(maps.Keys(properties(t, sheets)))); diff != "" {
		t.Errorf("keys of a sheet (-parse +schema):\n%s", diff)
	}
	var fields []string
	for _, f := range mappingtest.Schema(t).Fields() {
		fields = append(fields, f.Path())
	}
	var got []string
	for _, path := range root["$defs"].(map[string]any)["field"].(map[string]any)["enum"].([]any) {
		got = append(got, path.(string))
	}
	if diff := cmp.Diff(append([]string{"ignore"}, fields...), got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// TestSchemaDescribes has every key say what it is, in one line, and every object know all its keys.
func TestSchemaDescribes(t *testing.T) {
	var walk func(path string, node map[string]any)
	walk = func(path string, node map[string]any) {
		for name, child := range node {
			inner, ok := child.(map[string]any)
			if !ok {
				continue
			}
			if name != "properties" {
				walk(path+"."+name, inner)
				continue
			}
			if node["additionalProperties"] != false {
				t.Errorf("%s takes any key", path)
			}
			for key, rule := range inner {
				rule := rule.(map[string]any)
				description, _ := rule["description"].(string)
				if _, elsewhere := rule["$ref"]; !elsewhere && (description == "" || strings.Contains(description, "\n")) {
					t.Errorf("%s.%s is described as %q", path, key, description)
				}
				walk(path+"."+key, rule)
			}
		}
	}
	walk("", decoded(t))
}

// TestSchemaWords has Parse take every word that the schema allows, and the schema every key of a column.
func TestSchemaWords(t *testing.T) {
	root := decoded(t)
	for key, rule := range properties(t, root) {
		words, _ := rule.(map[string]any)["enum"].([]any)
		for _, word := range words {
			if wrong := mapping.Mistakes(t, fmt.Sprintf("%s: %v\nmatch: {contact: [email]}\n", key, word)); wrong != "" { // contact_scope wants a rule
				t.Error(wrong)
			}
		}
		if len(words) > 0 {
			if _, said, _ := strings.Cut(mapping.Mistakes(t, key+": nonsense\n"), "write one of "); len(strings.Split(said, ", ")) != len(words) {
				t.Errorf("%s: Parse takes %q, the schema %v", key, said, words)
			}
		}
	}
	column := properties(t, root, "$defs", "column")
	for key, value := range map[string]string{"on_update": "never", "on_blank": "clear", "on_invalid": "drop_cell", "default": "x", "layouts": "[d/m yyyy]", "values": "{a: b}",
		"split": "first", "rest": "account.campaigns, split: first"} {
		if column[key] == nil {
			t.Errorf("the schema knows no %s of a column", key)
		}
		if wrong := mapping.Mistakes(t, fmt.Sprintf("columns: {A: {field: account.email, %s: %s}}\n", key, value)); wrong != "" {
			t.Error(wrong)
		}
		delete(column, key)
	}
	if delete(column, "field"); len(column) > 0 {
		t.Errorf("Parse knows nothing of %v", column)
	}
	for key := range properties(t, root, "properties", "caps") {
		if wrong := mapping.Mistakes(t, fmt.Sprintf("caps: {%s: 5%%}\n", key)); wrong != "" {
			t.Error(wrong)
		}
	}
}
