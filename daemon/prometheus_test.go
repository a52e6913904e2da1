package daemon_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// prometheus is a server of Prometheus that scrapes a daemon.
type prometheus struct {
	t   *testing.T
	url string
}

// prometheusBinary returns the path of Prometheus: on the PATH, or where the checks of this repository put it.
func prometheusBinary(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("prometheus"); err == nil {
		return path
	}
	if dir, err := os.UserCacheDir(); err == nil {
		path := filepath.Join(dir, "inlet-tools", "prometheus", "usr", "bin", "prometheus")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skip("NOT TESTED: the expressions in a Prometheus. It is not installed")
	return ""
}

// scrape starts a Prometheus with the rules of the repository.
func scrape(t *testing.T, target string) prometheus {
	t.Helper()
	binary, dir := prometheusBinary(t), t.TempDir()
	rules, err := filepath.Abs(filepath.Join(deploy, "prometheus"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "prometheus.yml"), fmt.Appendf(nil, `global: {scrape_interval: 300ms, scrape_timeout: 300ms, evaluation_interval: 300ms}
rule_files: [%q, %q]
scrape_configs: [{job_name: inlet, static_configs: [{targets: [%q]}]}]
`, filepath.Join(rules, "rules.yaml"), filepath.Join(rules, "alerts.yaml"), strings.TrimPrefix(target, "http://")), 0o600))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := free.Addr().String()
	must(t, free.Close())
	var out bytes.Buffer
	cmd := exec.Command(binary, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(out.String())
		}
	})
	return prometheus{t, "http://" + address}
}

// query evaluates an expression now.
func (p prometheus) query(expr string) (results int, err error) {
	resp, err := http.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(expr))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct{ Result []any }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return 0, err
	}
	if answer.Status != "success" {
		return 0, fmt.Errorf("%s", answer.Error)
	}
	return len(answer.Data.Result), nil
}

func (p prometheus) until(expr string) {
	p.t.Helper()
	var n int
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if n, err = p.query(expr); err == nil && n > 0 {
			return
		}
	}
	p.t.Fatalf("%s: no result, %v", expr, err)
}

// TestExpressionsInPrometheus evaluates each expression of the dashboard, the alerts and the recording rules over a daemon that has imported. What
// compares may have no result; all others have one.
func TestExpressionsInPrometheus(t *testing.T) {
	t.Parallel()
	prometheusBinary(t)
	p := scrape(t, monitored(t).url)
	p.until(`inlet:attention:sum{reason="held"} == 1`)
	p.until(`ALERTS{alertname="InletImportHeld",alertstate="pending"}`)
	p.until(`count_over_time(inlet:rows:rate5m[1m]) > 2`)
	p.until(`count_over_time(inlet_build_info[1m]) > 2`)
	rules, _, _ := ruleExprs(t)
	shown := strings.NewReplacer("$instance", ".*", "$inbox", ".*")
	for _, expr := range dashboardExprs(t) {
		n, err := p.query(shown.Replace(expr))
		if err != nil || n == 0 && !compares(expr) {
			t.Errorf("%s: %d results, %v", expr, n, err)
		}
	}
	for _, expr := range rules {
		if _, err := p.query(expr); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
}

// compares reports whether an expression gives only the series for which a comparison holds.
func compares(expr string) bool {
	return strings.Contains(expr, " > ") || strings.Contains(expr, " == ") || strings.HasPrefix(expr, "ALERTS")
}
