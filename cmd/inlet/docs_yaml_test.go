package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/store/settings"
)

// TestDocsYAML: each YAML block is a configuration, a part of one, a mapping, a part of one, or a web configuration, without an unknown key or value.
func TestDocsYAML(t *testing.T) {
	schema := documentedSchema(t)
	found := 0
	for _, doc := range documents {
		for _, b := range blocks(t, doc) {
			if b.lang != "yaml" || b.notRun != "" {
				continue
			}
			found++
			_, asMapping := mapping.Parse("kunder.mapping.yaml", []byte(b.text), schema, mapping.Fallback{})
			if asMapping == nil {
				continue
			}
			asConfig := loadDocumented(t, b.text)
			if asConfig == nil {
				continue
			}
			if scrapes(b.text) {
				continue
			}
			if asWeb := webConfig(t, b.text); asWeb != nil {
				t.Errorf("%s is not a mapping: %v\nand not a configuration: %v\nand not a web configuration: %v", b, asMapping, asConfig, asWeb)
			}
		}
	}
	if found < 18 {
		t.Errorf("only %d blocks were found", found)
	}
}

// documentedSchema has the custom fields that the documents declare.
func documentedSchema(t *testing.T) *crm.Schema {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	text := "fields:\n  - {field: account.custom.customer_since, type: date}\n  - {field: account.custom.grade, type: choice, choices: [Hög, Låg]}\nusers: [{id: \"1\", email: anna@exempel.se}]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := assembly.Schema(cfg, settings.Additions{})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

var secretName = regexp.MustCompile(`[\w.-]+\.(token|key|password|url|uri|crt)\b`)

// loadDocumented loads a text as the configuration, or as a part of one that has the inbox of the examples besides.
func loadDocumented(t *testing.T, text string) error {
	t.Helper()
	dir := t.TempDir()
	for _, name := range secretName.FindAllString(text, -1) {
		content := "secret"
		switch filepath.Ext(name) {
		case ".url":
			content = "https://chat.example/hook"
		case ".uri":
			content = "mongodb://localhost/crm"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	web := "basic_auth_users: {anna: " + someHash + ", bo: " + someHash + ", prometheus: " + someHash + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "web.yaml"), []byte(web), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "inlet.yaml")
	if !strings.Contains(text, "inboxes:") {
		text += "\ninboxes: [{name: kunder, path: inbox}]\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := load.Load(path, load.Environment(nil), load.Fields(assembly.BuiltInFields()))
	return err
}

// scrapes reports whether a text is a configuration of Prometheus with the rules of deploy, for a job of the name that they expect.
func scrapes(text string) bool {
	var file struct {
		Rules []string `yaml:"rule_files"`
		Jobs  []struct {
			Name string `yaml:"job_name"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil || len(file.Jobs) != 1 || file.Jobs[0].Name != "inlet" || len(file.Rules) != 2 {
		return false
	}
	return !slices.ContainsFunc(file.Rules, func(path string) bool {
		_, err := os.Stat(filepath.Join("../../deploy/prometheus", filepath.Base(path)))
		return err != nil
	})
}

const someHash = "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"

// webConfig says what is wrong with a text as a web configuration of Prometheus exporters; its certificates need not exist.
func webConfig(t *testing.T, text string) error {
	t.Helper()
	var file map[string]any
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return err
	}
	if file["basic_auth_users"] == nil {
		return errors.New("it has no logins")
	}
	delete(file, "tls_server_config")
	rest, err := yaml.Marshal(file)
	rest = bytes.ReplaceAll(rest, []byte("$2y$10$…"), []byte(someHash)) // the example shortens the hash
	if err != nil {
		return err
	}
	path := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(path, rest, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = config.HTTP{WebConfigFile: path}.Guard()
	return err
}
