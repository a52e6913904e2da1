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

// node is one package as `go list` sees it.
type node struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// name is the package's path in the tree: "pipeline/match".
func (f node) name() string { return strings.TrimPrefix(f.ImportPath, module) }

func tree(t *testing.T) []node {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []node
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var f node
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

// within reports whether a package is in a folder of the tree, or is it.
func within(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }

// floor is the level of a package: it imports only lower ones. The numbers leave room between them.
var floor = map[string]int{
	"pipeline/build":              10,
	"pipeline/message":            10,
	"pipeline/message/errorwords": 5,
	"pipeline/span":               10,
	"pipeline/filename":           12,
	"pipeline/files":              20,
	"pipeline/strictyaml":         10,
	"pipeline/naming":             15,

	"pipeline/crm/canon":      10,
	"pipeline/crm":            20,
	"pipeline/crm/sentence":   25,
	"pipeline/ledger":         30,
	"pipeline/ledger/listing": 35,

	"pipeline/archive": 40,

	"pipeline/sheet/internal/numfmt":  10,
	"pipeline/sheet/internal/stream":  10,
	"pipeline/sheet/internal/charset": 20,
	"pipeline/sheet/internal/fault":   30,
	"pipeline/sheet/internal/cell":    40,
	"pipeline/sheet/encrypted":        50,
	"pipeline/sheet/csv/record":       50,
	"pipeline/sheet/csv":              60,
	"pipeline/sheet/xlsx/container":   50,
	"pipeline/sheet/xlsx/xmlscan":     50,
	"pipeline/sheet/xlsx/stringtable": 60,
	"pipeline/sheet/xlsx/grid":        65,
	"pipeline/sheet/xlsx":             68,
	"pipeline/sheet/writer":           50,
	"pipeline/sheet":                  70,

	"pipeline/store/engine":           40,
	"pipeline/store/records":          50,
	"pipeline/store/search":           50,
	"pipeline/store/sqlite/terms":     50,
	"pipeline/store/journal":          50,
	"pipeline/store/imports":          50,
	"pipeline/store/totals":           45,
	"pipeline/store/sqlite/layout":    45,
	"pipeline/store/sqlite/statement": 5,
	"pipeline/store/lease":            50,
	"pipeline/store/cache":            50,
	"pipeline/store/claims":           55,
	"pipeline/store/outbox":           50,
	"pipeline/store/sources":          50,
	"pipeline/store/settings":         50,
	"pipeline/store/audit":            50,
	"pipeline/store/rehearsal":        60,
	"pipeline/store/sqlite/keys":      50,
	"pipeline/store/sqlite":           60,
	"pipeline/store/mongo/document":   55,
	"pipeline/store/mongo/address":    12,
	"pipeline/store/mongo/body":       50,
	"pipeline/store/mongo/answer":     50,
	"pipeline/store/mongo/query":      50,
	"pipeline/store/mongo/refusal":    57,
	"pipeline/store/mongo/tables":     52,
	"pipeline/store/mongo/changes":    53,
	"pipeline/store/mongo":            60,
	"pipeline/store/mongo/survey":     57,
	"pipeline/store":                  70,
	"pipeline/store/retention":        60,
	"pipeline/store/move":             60,
	"pipeline/store/sqlite/access":    25,
	"pipeline/store/sqlite/inspect":   55,
	"pipeline/store/mongo/inspect":    55,

	"pipeline/mapping/convert":    80,
	"pipeline/mapping":            90,
	"pipeline/mapping/template":   80,
	"pipeline/mapping/jsonschema": 94,
	"pipeline/mapping/layout":     94,
	"pipeline/mapping/bind":       97,
	"pipeline/mapping/suggest":    100,

	"pipeline/mapping/suggest/tokens":    10,
	"pipeline/mapping/suggest/words":     20,
	"pipeline/mapping/suggest/spoken":    30,
	"pipeline/mapping/suggest/systems":   20,
	"pipeline/mapping/suggest/reading":   30,
	"pipeline/mapping/suggest/values":    90,
	"pipeline/mapping/suggest/sheetkind": 95,
	"pipeline/mapping/suggest/keys":      95,
	"pipeline/mapping/suggest/headrow":   96,

	"pipeline/mapping/lint": 100,

	"pipeline/read":       110,
	"pipeline/proposal":   125,
	"pipeline/job":        126,
	"pipeline/identify":   127,
	"pipeline/held":       128,
	"pipeline/finish":     129,
	"pipeline/screen":     128,
	"pipeline/check":      120,
	"pipeline/match/seen": 40,
	"pipeline/match/keys": 40,
	"pipeline/match/diff": 45,
	"pipeline/match/view": 45,
	"pipeline/match":      50,
	"pipeline/apply":      120,
	"pipeline/revert":     90,
	"pipeline/provenance": 50,
	"pipeline/rejects":    120,
	"pipeline/report":     80,
	"pipeline":            130,

	"watcher/remote/deliver":                45,
	"watcher/remote":                        50,
	"watcher/remote/single":                 55,
	"watcher/remote/drive/internal/quiet":   10,
	"watcher/remote/drive/internal/guard":   12,
	"watcher/remote/drive/settings":         53,
	"watcher/remote/drive/internal/tokens":  56,
	"watcher/remote/drive/internal/failure": 56,
	"watcher/remote/drive":                  60,
	"watcher/inbox/settle":                  30,
	"watcher/inbox/claim":                   40,
	"watcher/inbox/startup":                 45,
	"watcher/inbox/sign":                    45,
	"watcher/inbox":                         50,
	"watcher/schedule":                      50,
	"watcher":                               70,

	"daemon/config":          30,
	"daemon/config/check":    40,
	"daemon/config/load":     50,
	"daemon/config/schema":   50,
	"daemon/assembly":        140,
	"daemon/metrics":         140,
	"daemon/tracing":         140,
	"daemon/notify":          140,
	"daemon/notify/delivery": 141,
	"daemon/queue":           140,
	"daemon/backoff":         10,
	"daemon/disks":           145,
	"daemon/sources":         145,
	"daemon/web/access":      20,
	"daemon/web/assets":      10,
	"daemon/web/words":       25,
	"daemon/web/frame":       30,
	"daemon/web/pages":       130,
	"daemon/web/excerpt":     90,
	"daemon/web/drawing":     40,
	"daemon/web/cards":       130,
	"daemon/web/api":         145,
	"daemon/panel":           147,
	"daemon/web":             140,
	"daemon/status":          145,
	"daemon/upkeep":          145,
	"daemon/worker":          146,
	"daemon/worker/current":  75,
	"daemon/session":         148,
	"daemon":                 150,
	"cmd/inlet/gc":           10,
	"cmd/inlet/terminal":     25,
	"cmd/inlet/logs":         35,
	"cmd/inlet/manual":       10,
	"cmd/inlet/health":       149,
	"cmd/inlet/doctor":       150,
	"cmd/inlet/exitcode":     40,
	"cmd/inlet/drives":       142,
	"cmd/inlet/audited":      142,
	"cmd/inlet/open":         147,
	"cmd/inlet/completion":   148,
	"cmd/inlet/workbook":     140,
	"cmd/inlet/outcome":      145,
	"cmd/inlet/importing":    155,
	"cmd/inlet/history":      155,
	"cmd/inlet/control":      155,
	"cmd/inlet/mappings":     155,
	"cmd/inlet/admin":        155,
	"cmd/inlet/check":        158,
	"cmd/inlet/service":      155,
	"cmd/inlet/winservice":   150,
	"cmd/inlet":              160,
	"deploy/examples":        10,
	"daemon/notify/sanitize": 20,
	"cmd/inlet/mappingedit":  140,
	"cmd/inlet/bookcheck":    135,
	"cmd/inlet/usage":        28,
	"cmd/inlet/listing":      145,
	"daemon/trial":           147,
	"cmd/inlet/setup":        150,
	"cmd/inlet/push":         150,
	"cmd/inlet/demo":         155,
	"daemon/channels":        145,
	"cmd/inlet/source":       155,
	"cmd/inlet/sourceview":   75,

	"daemon/uploads/planfile": 40,
	"daemon/uploads":          45,
	"daemon/uploads/columns":  125,
	"daemon/web/incoming":     50,
	"daemon/web/settings":     100,
	"daemon/web/upload":       140,
	"daemon/web/fieldmap":     142,
	"daemon/web/preview":      142,
	"daemon/intake":           149,
}

// leaves are the packages that any other may import.
var leaves = []string{"pipeline/build", "pipeline/filename", "pipeline/files", "pipeline/message", "pipeline/naming", "pipeline/span", "pipeline/strictyaml"}

// apart are folders whose packages import nothing of ours but the leaves and each other.
var apart = []string{"watcher", "pipeline/sheet", "pipeline/archive", "daemon/config"}

// independent packages never import each other.
var independent = []string{"daemon/web", "daemon/notify", "daemon/metrics", "daemon/config"}

// storeEngines are put into a store by the assembly.
var storeEngines = []string{"pipeline/store/mongo", "pipeline/store/sqlite"}

// owner is the one place that may import an outside module.
var owner = map[string][]string{
	"github.com/fsnotify/fsnotify":           {"watcher/inbox"},
	"github.com/go-co-op/gocron":             {"watcher/schedule"},
	"github.com/rclone/rclone":               {"watcher/remote/drive"},
	"github.com/xuri/excelize":               {"pipeline/sheet"},
	"go.mongodb.org/mongo-driver":            {"pipeline/store/mongo"},
	"modernc.org/sqlite":                     {"pipeline/store/sqlite"},
	"github.com/knadh/koanf":                 {"daemon/config"},
	"github.com/prometheus/client_golang":    {"daemon/metrics"},
	"github.com/prometheus/exporter-toolkit": {"daemon/web", "daemon/config"},
	"github.com/goccy/go-yaml":               {"pipeline/strictyaml", "daemon/config"},
	"github.com/spf13/cobra":                 {"cmd"},
	"github.com/charmbracelet/bubbletea":     {"cmd/inlet/mappingedit"},
	"github.com/coreos/go-systemd":           {"daemon"},
	"github.com/wneessen/go-mail":            {"daemon/notify"},
	"github.com/danielgtaylor/huma":          {"daemon/web/api"},
	"go.opentelemetry.io/otel":               {"pipeline/span", "daemon/tracing"},
}

func TestImportRules(t *testing.T) {
	for _, f := range tree(t) {
		if floor[f.name()] == 0 && !strings.HasSuffix(f.name(), "test") {
			t.Errorf("%s has no floor: give it one in the map above", f.name())
		}
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
	if strings.HasSuffix(name, "test") {
		return
	}
	if strings.HasSuffix(imported, "test") {
		t.Errorf("%s imports %s: test packages are imported from tests only", name, imported)
		return
	}
	if floor[name] <= floor[imported] {
		t.Errorf("%s (floor %d) imports %s (floor %d): a package imports only lower ones", name, floor[name], imported, floor[imported])
	}
	if slices.Contains(leaves, imported) {
		return
	}
	if within(imported, "daemon") && !within(name, "daemon") && !within(name, "cmd") {
		t.Errorf("%s imports %s: only cmd imports the daemon", name, imported)
	}
	if within(name, "pipeline") && within(imported, "watcher") {
		t.Errorf("%s imports %s: pipeline and watcher do not know each other", name, imported)
	}
	for _, dir := range apart {
		if within(name, dir) && !within(imported, dir) {
			t.Errorf("%s imports %s: %s imports nothing of ours but %v", name, imported, dir, leaves)
		}
	}
	for _, dir := range independent {
		for _, other := range independent {
			if dir != other && within(name, dir) && within(imported, other) {
				t.Errorf("%s imports %s: they do not know each other", name, imported)
			}
		}
	}
	if slices.Contains(storeEngines, imported) && name != "daemon/assembly" {
		t.Errorf("%s imports %s: only the assembly puts an engine in", name, imported)
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
