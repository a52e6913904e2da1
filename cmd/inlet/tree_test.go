package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "inlet.example/inlet/"

// place is one package as `go list` sees it.
type place struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// name is the package's place in the tree: "pipeline/match".
func (f place) name() string { return strings.TrimPrefix(f.ImportPath, module) }

func tree(t *testing.T) []place {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []place
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var f place
		if err := dec.Decode(&f); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages; the rules below would hold of nothing", len(all))
	}
	return all
}

// within says whether a package lies in a folder of the tree, or is it.
func within(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }

// may lists what of ours each package may import; the longest folder that holds it counts.
var may = map[string][]string{
	"cmd":                      {"daemon", "watcher", "pipeline", "deploy/examples"},
	"daemon":                   {"daemon", "watcher", "pipeline"},
	"daemon/web":               {"pipeline/crm", "pipeline/ledger", "pipeline/report"},
	"daemon/notify":            {"pipeline/crm", "pipeline/ledger", "pipeline/report"},
	"daemon/config":            {},
	"watcher":                  {"watcher", "pipeline/files"},
	"watcher/remote":           {"pipeline/files"},
	"watcher/remote/drive":     {"watcher/remote", "watcher/remote/drive/internal"},
	"pipeline":                 {"pipeline/crm", "pipeline/ledger", "pipeline/sheet", "pipeline/mapping", "pipeline/match", "pipeline/report", "pipeline/archive", "pipeline/files"},
	"pipeline/crm":             {},
	"pipeline/message":         {},
	"pipeline/files":           {},
	"pipeline/ledger":          {"pipeline/crm"},
	"pipeline/sheet":           {"pipeline/sheet/internal"},
	"pipeline/archive":         {"pipeline/files"},
	"pipeline/mapping":         {"pipeline/crm", "pipeline/ledger", "pipeline/sheet", "pipeline/files"},
	"pipeline/match":           {"pipeline/crm", "pipeline/ledger"},
	"pipeline/report":          {"pipeline/crm", "pipeline/ledger", "pipeline/sheet"},
	"pipeline/store":           {"pipeline/crm", "pipeline/ledger", "pipeline/store"},
	"deploy/examples":          {},
	"pipeline/sheet/sheettest": {"pipeline/sheet"},
}

// leaves are the packages that any other may import.
var leaves = []string{"pipeline/files", "pipeline/message", "pipeline/strictyaml"}

// owner is the one place that may import an outside module.
var owner = map[string][]string{
	"github.com/fsnotify/fsnotify":           {"watcher"},
	"github.com/go-co-op/gocron":             {"watcher"},
	"github.com/rclone/rclone":               {"watcher/remote"},
	"github.com/xuri/excelize":               {"pipeline/sheet"},
	"go.mongodb.org/mongo-driver":            {"pipeline/store/mongo"},
	"modernc.org/sqlite":                     {"pipeline/store/sqlite"},
	"github.com/knadh/koanf":                 {"daemon/config"},
	"github.com/prometheus/client_golang":    {"daemon"},
	"github.com/prometheus/exporter-toolkit": {"daemon", "daemon/config"},
	"github.com/goccy/go-yaml":               {"pipeline/mapping", "daemon/config"},
	"github.com/spf13/cobra":                 {"cmd"},
	"github.com/coreos/go-systemd":           {"daemon"},
	"github.com/wneessen/go-mail":            {"daemon/notify"},
}

func TestImportRules(t *testing.T) {
	for _, f := range tree(t) {
		for _, imported := range f.Imports {
			if rest, ours := strings.CutPrefix(imported, module); ours {
				checkOurs(t, f.name(), rest)
			} else {
				checkOutside(t, f.name(), imported)
			}
		}
	}
}

func checkOurs(t *testing.T, name, imported string) {
	t.Helper()
	if strings.HasSuffix(imported, "test") && !strings.HasSuffix(name, "test") {
		t.Errorf("%s imports %s: test packages are imported from tests only", name, imported)
	}
	rule := ""
	for dir := range may {
		if within(name, dir) && len(dir) > len(rule) {
			rule = dir
		}
	}
	if rule == "" {
		t.Errorf("%s: no rule says what it may import; write one in the map above", name)
		return
	}
	if slices.Contains(leaves, imported) {
		return
	}
	allowed := slices.ContainsFunc(may[rule], func(dir string) bool { return within(imported, dir) })
	if !allowed && !strings.HasSuffix(name, "test") {
		t.Errorf("%s imports %s: it may import %v", name, imported, may[rule])
	}
}

func checkOutside(t *testing.T, name, imported string) {
	t.Helper()
	for dependency, places := range owner {
		if !within(imported, dependency) && !strings.HasPrefix(imported, dependency+"/") {
			continue
		}
		if !slices.ContainsFunc(places, func(dir string) bool { return within(name, dir) }) {
			t.Errorf("%s imports %s: only %v may", name, imported, places)
		}
	}
}

// TestOnlyAssembleKnowsTheEngines holds that one place puts an engine in.
func TestOnlyAssembleKnowsTheEngines(t *testing.T) {
	for _, f := range tree(t) {
		for _, engine := range []string{"pipeline/store/mongo", "pipeline/store/sqlite"} {
			if slices.Contains(f.Imports, module+engine) && f.name() != "daemon" {
				t.Errorf("%s imports %s: only daemon puts an engine in", f.name(), engine)
			}
		}
	}
}
