package daemon_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	dto "github.com/prometheus/client_model/go"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/assembly"
)

const deploy = "../deploy"

// monitored runs a daemon that has a series of every metric: an import is done, another one is held, a file is ignored, and a source is polled.
func monitored(t *testing.T) *running {
	t.Helper()
	r := run(t, configured(t, "sources: [{name: web, inbox: kunder, url: \"http://127.0.0.1:1/x.csv\", every: 1h}]\n"), func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	r.drop("a.csv", row("a"))
	r.drop("rubriker.csv", "Namn på firma,Annat\nÅkeri,1\n")
	r.drop("lista.txt", "x")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=held")
	r.until(is(1), "inlet_imports_held", "inbox=kunder")
	r.until(func(v float64) bool { return v >= 1 }, "inlet_files_ignored_total", "inbox=kunder", "reason=extension")
	r.until(func(v float64) bool { return v > 0 }, "inlet_source_next_run_timestamp_seconds", "source=web")
	r.wait("free space", func() bool { return r.metrics()["inlet_filesystem_free_bytes"] != nil })
	return r
}

// recorded is a file of rules.
type recorded struct {
	Groups []struct {
		Rules []struct{ Record, Alert, Expr string }
	}
}

func rulesOf(t *testing.T, path string) (all recorded) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deploy, path))
	must(t, err)
	must(t, yaml.Unmarshal(text, &all))
	return all
}

// dashboardExprs are the expressions of the panels, variables and annotations of the dashboard.
func dashboardExprs(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deploy, "grafana", "inlet.json"))
	must(t, err)
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Annotations struct{ List []struct{ Expr string } }
	}
	must(t, json.Unmarshal(text, &board))
	var all []string
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	for _, a := range board.Annotations.List {
		all = append(all, a.Expr)
	}
	if len(all) < 50 {
		t.Fatalf("the dashboard has %d expressions", len(all))
	}
	return all
}

// ruleExprs are the expressions of the alerts and of the recorded series, and the names of the latter.
func ruleExprs(t *testing.T) (exprs, records, alerts []string) {
	t.Helper()
	for _, path := range []string{"prometheus/alerts.yaml", "prometheus/rules.yaml"} {
		for _, group := range rulesOf(t, path).Groups {
			for _, rule := range group.Rules {
				exprs = append(exprs, rule.Expr)
				if rule.Record != "" {
					records = append(records, rule.Record)
				} else {
					alerts = append(alerts, rule.Alert)
				}
			}
		}
	}
	return exprs, records, alerts
}

var (
	selector = regexp.MustCompile(`\b(inlet_[a-z][a-z0-9_]*)(\{[^}]*\})?`)
	matcher  = regexp.MustCompile(`(\w+)(=~|!=|!~|=)"([^"]*)"`)
	recordOf = regexp.MustCompile(`\binlet:[a-z0-9_:]+`)
)

// TestMonitoringUsesExistingMetrics: a panel or an alert over a metric, label or value that does not exist shows nothing for ever. And a metric that is
// named nowhere is one that nobody looks at.
func TestMonitoringUsesExistingMetrics(t *testing.T) {
	t.Parallel()
	families := monitored(t).metrics()
	rules, records, _ := ruleExprs(t)
	shown := dashboardExprs(t)
	named := map[string]bool{}
	for _, expr := range slices.Concat(rules, shown) {
		for _, found := range selector.FindAllStringSubmatch(expr, -1) {
			family := familyOf(families, found[1])
			if family == nil {
				t.Errorf("%s does not exist: %s", found[1], expr)
				continue
			}
			named[family.GetName()] = true
			for _, m := range matcher.FindAllStringSubmatch(found[2], -1) {
				checkMatcher(t, family, m[1], m[2], m[3])
			}
		}
		for _, name := range recordOf.FindAllString(expr, -1) {
			if !slices.Contains(records, name) {
				t.Errorf("%s is not recorded: %s", name, expr)
			}
		}
	}
	for _, name := range namedInDocs(t) {
		if family := familyOf(families, name); family == nil {
			t.Errorf("the documentation names %s, which does not exist", name)
		} else {
			named[family.GetName()] = true
		}
	}
	for name := range families {
		if strings.HasPrefix(name, "inlet_") && !named[name] {
			t.Errorf("%s is named neither in the dashboard nor in a rule nor in the documentation", name)
		}
	}
	for _, name := range records {
		if !slices.ContainsFunc(shown, func(expr string) bool { return strings.Contains(expr, name) }) {
			t.Errorf("%s is recorded and shown nowhere", name)
		}
	}
}

// familyOf returns the family of a name, which may be that of a part of a histogram.
func familyOf(families map[string]*dto.MetricFamily, name string) *dto.MetricFamily {
	if f := families[name]; f != nil {
		return f
	}
	for _, end := range []string{"_bucket", "_sum", "_count"} {
		if base, cut := strings.CutSuffix(name, end); cut && families[base].GetType() == dto.MetricType_HISTOGRAM {
			return families[base]
		}
	}
	return nil
}

// checkMatcher holds that a label exists, and so does each value that it is compared with, unless that is a variable of the dashboard.
func checkMatcher(t *testing.T, family *dto.MetricFamily, label, op, value string) {
	t.Helper()
	if label == "instance" || label == "job" || strings.HasPrefix(value, "$") {
		return
	}
	values := []string{value}
	if strings.HasSuffix(op, "~") {
		values = strings.Split(value, "|")
	}
	for _, v := range values {
		if !slices.ContainsFunc(family.GetMetric(), func(m *dto.Metric) bool {
			return slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == label && l.GetValue() == v })
		}) {
			t.Errorf("no series of %s has %s=%q", family.GetName(), label, v)
		}
	}
}

// namedInDocs returns the metrics that the documentation names; collections of MongoDB are no metrics.
func namedInDocs(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, path := range []string{"../README.md", deploy + "/README.md", deploy + "/CHANGELOG.md", deploy + "/sources.md", deploy + "/mapping.md"} {
		text, err := os.ReadFile(path)
		must(t, err)
		for _, found := range selector.FindAllStringSubmatch(string(text), -1) {
			if found[1] != "inlet_meta" {
				all = append(all, found[1])
			}
		}
	}
	if len(all) < 40 {
		t.Fatalf("the documentation names %d metrics", len(all))
	}
	return all
}

// TestAlertsAreTestedAndExplained: each alert has a case in which it fires, one in which it stays quiet, and a section that says what to do.
func TestAlertsAreTestedAndExplained(t *testing.T) {
	t.Parallel()
	_, _, alerts := ruleExprs(t)
	if len(alerts) < 20 {
		t.Fatalf("%d alerts", len(alerts))
	}
	var cases string
	for _, path := range []string{"alerts_test.yaml", "alerts_hours_test.yaml"} {
		text, err := os.ReadFile(filepath.Join(deploy, "prometheus", path))
		must(t, err)
		cases += string(text)
	}
	manual, err := os.ReadFile(filepath.Join(deploy, "README.md"))
	must(t, err)
	for _, name := range alerts {
		for _, what := range []string{" fires", " stays quiet"} {
			if !strings.Contains(cases, "- name: "+name+what) {
				t.Errorf("there is no case %q", name+what)
			}
		}
		if !strings.Contains(string(manual), "\n#### "+name+"\n") {
			t.Errorf("deploy/README.md has no section on %s", name)
		}
	}
	for _, found := range regexp.MustCompile(`(?m)^#### (Inlet\w+)$`).FindAllStringSubmatch(string(manual), -1) {
		if !slices.Contains(alerts, found[1]) {
			t.Errorf("deploy/README.md explains %s, which is no alert", found[1])
		}
	}
}

// TestHeldFilesAreCounted: the number of files that wait for an approval goes down when another process decides about one.
func TestHeldFilesAreCounted(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	r := run(t, cfg, func(d *daemon.Daemon) { d.Interval = 50 * time.Millisecond })
	r.wait("ready", r.ready)
	r.want(0, "inlet_imports_held", "inbox=kunder")
	r.drop("ett.csv", "Namn på firma,Annat\nÅkeri,1\n")
	r.drop("två.csv", "Namn på firma,Annat\nÅkeri,2\n")
	r.until(is(2), "inlet_imports_held", "inbox=kunder")
	parts, err := assembly.Open(t.Context(), cfg, discard, nil)
	must(t, err)
	defer parts.Close(t.Context())
	imports, err := parts.Store.Imports.List(t.Context(), 0, 1)
	must(t, err)
	job, err := assembly.HeldJob(cfg.Inboxes[0], cfg.Sources, imports[0])
	must(t, err)
	_, err = parts.Pipeline.Discard(t.Context(), job, imports[0])
	must(t, err)
	r.until(is(1), "inlet_imports_held", "inbox=kunder")
}

// TestProfilesOfTheirOwn: a loopback address of their own serves profiles while the daemon runs.
func TestProfilesOfTheirOwn(t *testing.T) {
	t.Parallel()
	cfg := configured(t, "")
	cfg.HTTP.Pprof = "127.0.0.1:0"
	r := run(t, cfg)
	var address []string
	r.wait("the address in the log", func() bool {
		address = regexp.MustCompile(`msg="Profiles are served" address=(\S+)`).FindStringSubmatch(r.log.String())
		return address != nil
	})
	resp, err := http.Get(address[1] + "goroutine?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(text), "goroutine profile") {
		t.Errorf("%s, %v:\n%s", resp.Status, err, text)
	}
	if status, _ := r.page("/debug/pprof/"); status != http.StatusNotFound {
		t.Errorf("the pages have them, too: %d", status)
	}
}
