package daemon_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(mortalEnv); path != "" {
		os.Exit(mortal(path))
	}
	_ = flag.Set("test.parallel", "6") // they wait more than they work; the flag on the command line comes after this
	goleak.VerifyTestMain(m)
}

// canary is the text of a cell, and may appear nowhere but in the store.
const canary = "Kanariefågel"

// running is a daemon of this process.
type running struct {
	t      *testing.T
	inbox  string
	url    string
	log    *log
	stop   func()
	ended  chan error
	daemon *daemon.Daemon
}

// log is what was logged so far.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// configured is a configuration with one inbox, as a file of this text besides gives it.
func configured(t *testing.T, more string) config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inlet.yaml")
	text := "inboxes: [{name: kunder, path: inbox, settle: 100ms, scan: 200ms}]\nhttp: {address: \"127.0.0.1:0\", login: none}\n" + more
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := load.Load(path, load.Environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// run starts a daemon, and sees it end within ten seconds when the test does.
func run(t *testing.T, cfg config.Config, with ...func(*daemon.Daemon)) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{t: t, inbox: cfg.Inboxes[0].Path, log: &log{}, ended: make(chan error, 1)}
	d := daemon.New(cfg, slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	r.daemon = d
	for _, set := range with {
		set(d)
	}
	go func() { r.ended <- d.Run(ctx) }()
	r.url = "http://" + d.Addr().String()
	if guard, err := cfg.HTTP.Guard(); err == nil && guard.TLS {
		r.url = "https://" + d.Addr().String()
	}
	r.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-r.ended:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("it runs on ten seconds after the stop:\n%s", r.log)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	t.Cleanup(r.stop)
	return r
}

func (r *running) drop(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.inbox, name), []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// page returns a page's status and text.
func (r *running) page(path string) (int, string) {
	r.t.Helper()
	resp, err := http.Get(r.url + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func (r *running) metrics() map[string]*dto.MetricFamily {
	r.t.Helper()
	_, text := r.page("/metrics")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		r.t.Fatal(err)
	}
	return families
}

// value is that of one series, and whether there is one. A histogram's is how often it was observed. The store is named only where there are several.
func (r *running) value(name string, labels ...string) (float64, bool) {
	r.t.Helper()
	family := r.metrics()[name]
	for _, m := range family.GetMetric() {
		var has []string
		for _, l := range m.GetLabel() {
			if label := l.GetName() + "=" + l.GetValue(); label != "store=default" || slices.Contains(labels, label) {
				has = append(has, label)
			}
		}
		slices.Sort(has)
		if !slices.Equal(has, slices.Sorted(slices.Values(labels))) {
			continue
		}
		switch family.GetType() {
		case dto.MetricType_COUNTER:
			return m.GetCounter().GetValue(), true
		case dto.MetricType_GAUGE:
			return m.GetGauge().GetValue(), true
		default:
			return float64(m.GetHistogram().GetSampleCount()), true
		}
	}
	return 0, false
}

// until waits for a series to have a value, which met judges.
func (r *running) until(met func(float64) bool, name string, labels ...string) {
	r.t.Helper()
	r.wait(name+strings.Join(labels, ","), func() bool {
		v, ok := r.value(name, labels...)
		return ok && met(v)
	})
}

func (r *running) wait(what string, met func() bool) {
	r.t.Helper()
	ticks, end := time.NewTicker(20*time.Millisecond), time.After(30*time.Second)
	defer ticks.Stop()
	for !met() {
		select {
		case <-ticks.C:
		case <-end:
			r.t.Fatalf("it did not come to %s:\n%s", what, r.log)
		}
	}
}

func is(want float64) func(float64) bool { return func(v float64) bool { return v == want } }

func (r *running) ready() bool {
	status, _ := r.page("/readyz")
	return status == http.StatusOK
}

func (r *running) want(want float64, name string, labels ...string) {
	r.t.Helper()
	got, ok := r.value(name, labels...)
	if !ok || got != want {
		r.t.Errorf("%s{%s} is %v (there: %t), not %v", name, strings.Join(labels, ","), got, ok, want)
	}
}

func TestMetricsOfImports(t *testing.T) {
	t.Parallel()
	began := time.Now().Unix()
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)

	// All counters are 0 before there is anything to count: a rate over the first event is not lost.
	for _, outcome := range []string{"done", "refused", "held", "duplicate"} {
		r.want(0, "inlet_imports_total", "inbox=kunder", "outcome="+outcome)
	}
	for _, kind := range []string{"account", "contact"} {
		for _, outcome := range []string{"created", "updated", "unchanged", "skipped", "rejected", "parked"} {
			r.want(0, "inlet_rows_total", "inbox=kunder", "kind="+kind, "outcome="+outcome)
		}
	}
	stages := []string{"check", "index", "read", "match", "write", "archive"}
	for _, stage := range stages {
		r.want(0, "inlet_import_stage_duration_seconds", "stage="+stage)
	}
	for _, reason := range []string{"taken_over", "world"} {
		r.want(0, "inlet_import_failures_total", "reason="+reason)
	}
	r.want(0, "inlet_import_lag_seconds", "inbox=kunder")
	r.want(0, "inlet_imports_started_total", "inbox=kunder")
	r.want(0, "inlet_import_last_success_timestamp_seconds", "inbox=kunder")
	r.want(0, "inlet_recoveries_total", "state=importing")
	r.want(1, "inlet_store_up")
	r.until(is(0), "inlet_inbox_files", "inbox=kunder", "state=waiting")
	r.until(is(0), "inlet_inbox_oldest_file_timestamp_seconds", "inbox=kunder", "state=waiting")
	r.until(is(1), "inlet_inbox_up", "inbox=kunder")

	r.drop("kunder.csv", "Företag,Postnr,Kontakt,E-post\n"+canary+",11122,"+canary+",a@exempel.se\nÅkeri,11122,Åsa,inte en adress "+canary+"\n"+
		canary+",11122,Bo,b@exempel.se\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	r.want(1, "inlet_rows_total", "inbox=kunder", "kind=account", "outcome=created")
	r.want(1, "inlet_rows_total", "inbox=kunder", "kind=account", "outcome=unchanged")
	r.want(1, "inlet_rows_total", "inbox=kunder", "kind=account", "outcome=rejected")
	r.want(2, "inlet_rows_total", "inbox=kunder", "kind=contact", "outcome=created")
	r.want(1, "inlet_rows_total", "inbox=kunder", "kind=contact", "outcome=rejected")
	for _, stage := range stages {
		r.want(1, "inlet_import_stage_duration_seconds", "stage="+stage)
	}
	r.want(1, "inlet_import_lag_seconds", "inbox=kunder")
	r.want(1, "inlet_imports_started_total", "inbox=kunder")
	r.want(1, "inlet_files_claimed_total", "inbox=kunder")
	if last, _ := r.value("inlet_import_last_success_timestamp_seconds", "inbox=kunder"); int64(last) < began {
		t.Errorf("the last success was at %v, before the test began", last)
	}

	// What cannot be read, or was imported before, is counted as such.
	r.drop("tom.csv", canary+"\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=refused")
	r.drop("mapped.csv", canary+",x\n1,2\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=held") // with a suggested mapping
	r.want(1, "inlet_imports_total", "inbox=kunder", "outcome=done")

	// A person who forgot a file half copied is seen by how long it waits.
	r.drop("halv.xlsx", "PK\x03\x04")
	r.until(is(1), "inlet_inbox_files", "inbox=kunder", "state=waiting")
	r.until(func(v float64) bool { return int64(v) >= began }, "inlet_inbox_oldest_file_timestamp_seconds", "inbox=kunder", "state=waiting")
	r.until(is(2), "inlet_imports_total", "inbox=kunder", "outcome=refused")
	r.until(is(0), "inlet_inbox_oldest_file_timestamp_seconds", "inbox=kunder", "state=waiting")

	r.stop()
	if strings.Contains(r.log.String(), canary) {
		t.Errorf("the log has what stood in a cell:\n%s", r.log)
	}
}

func TestSeriesDoNotGrowWithFiles(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)
	r.drop("first.csv", "Företag,Postnr\nÅkeri,11122\n")
	r.until(is(1), "inlet_imports_total", "inbox=kunder", "outcome=done")
	series := func() map[string]int {
		n := map[string]int{}
		for name, family := range r.metrics() {
			if strings.HasPrefix(name, "inlet_") {
				n[name] = len(family.GetMetric())
			}
		}
		return n
	}
	before := series()
	for _, name := range []string{"en\nrad.csv", "\x1b[31mröd.csv", "\u202evsc.csv", "inbox=\"x\".csv", strings.Repeat("å", 120) + ".csv"} {
		r.drop(name, "Företag,Postnr\n"+name[:3]+",11122\n")
	}
	r.until(is(6), "inlet_imports_started_total", "inbox=kunder")
	r.until(func(float64) bool {
		ended := 0.0
		for _, outcome := range []string{"done", "refused", "held", "duplicate"} {
			v, _ := r.value("inlet_imports_total", "inbox=kunder", "outcome="+outcome)
			ended += v
		}
		return ended == 6
	}, "inlet_store_up")
	if after := series(); !maps.Equal(before, after) {
		t.Errorf("series %v, %v after five oddly named files", before, after)
	}
	r.stop()
	for _, bad := range []string{"\x1b", "\u202e"} {
		if strings.Contains(r.log.String(), bad) {
			t.Errorf("the log has %q as it is in a name", bad)
		}
	}
}

func TestMetricNames(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, "sources: [{name: web, inbox: kunder, url: \"http://127.0.0.1:1/x.csv\", every: 1h}]\n"))
	r.wait("ready", r.ready)
	r.until(is(0), "inlet_source_polls_total", "source=web", "outcome=new")
	_, text := r.page("/metrics")
	found, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	families := r.metrics()
	for _, name := range []string{"inlet_build_info", "go_goroutines", "process_start_time_seconds", "inlet_inbox_watch_mode",
		"inlet_inbox_last_scan_success_timestamp_seconds", "inlet_inbox_rescan_recovered_files_total"} {
		if families[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, ""))
	r.wait("ready", r.ready)
	for path, want := range map[string]int{"/": 200, "/healthz": 200, "/readyz": 200, "/metrics": 200, "/nothing": 404} {
		if status, text := r.page(path); status != want {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	resp, err := http.Post(r.url+"/healthz", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST /healthz: %s", resp.Status)
	}
}

func TestStoreDownAtStart(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, "store: {uri: \"mongodb://127.0.0.1:1/inlet\"}\n"))
	r.wait("a warning", func() bool { return strings.Contains(r.log.String(), "Store cannot be reached") })
	if status, text := r.page("/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: %d %s", status, text)
	}
	if status, text := r.page("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "the store has not been opened yet") {
		t.Errorf("/readyz: %d %s", status, text)
	}
	r.want(0, "inlet_store_up")
	r.stop() // within ten seconds, though it waits for a server
}

// While the first look for a server goes on, nothing but the stop may be waited for either.
func TestStopWhileConnecting(t *testing.T) {
	t.Parallel()
	r := run(t, configured(t, "store: {uri: \"mongodb://127.0.0.1:1/inlet\"}\n"))
	r.stop()
}

func TestRunFailsAtStart(t *testing.T) {
	t.Parallel()
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for name, edit := range map[string]func(*config.Config){
		"address taken": func(cfg *config.Config) { cfg.HTTP.Address = other.Addr().String() },
		"no store's path": func(cfg *config.Config) {
			cfg.Store.URI = "sqlite:" + filepath.Join(cfg.Inboxes[0].Path, "none", "inlet.db")
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := configured(t, "")
			edit(&cfg)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := daemon.New(cfg, slog.New(slog.DiscardHandler)).Run(ctx); err == nil {
				t.Error("Run returns no error")
			}
		})
	}
}

var discard = slog.New(slog.DiscardHandler)
