package daemon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
	"inlet.example/inlet/watcher/inbox/claim"
)

// mostSeries is what a daemon may have with twenty inboxes and ten sources, whatever files come.
const mostSeries = 2500

// TestSeriesStayFew: names, errors and figures of files make no series.
func TestSeriesStayFew(t *testing.T) {
	cfg := config.Default()
	for i := range 20 {
		cfg.Inboxes = append(cfg.Inboxes, config.Inbox{Name: fmt.Sprint("inbox", i), Path: fmt.Sprint("/srv/inlet/", i)})
	}
	for i := range 10 {
		cfg.Sources = append(cfg.Sources, config.Source{Name: fmt.Sprint("source", i), Inbox: "inbox1", Every: time.Minute})
	}
	m := newMetrics(cfg)
	live(m, cfg, 1)
	before := series(t, m)
	t.Logf("%d series", before)
	live(m, cfg, 500)
	if after := series(t, m); after != before || after > mostSeries {
		t.Errorf("%d series, after 10,000 files %d; at most %d", before, after, mostSeries)
	}
}

// live is what can happen with files that no two are called alike.
func live(m *metrics, cfg config.Config, rounds int) {
	events := m.events()
	for i := range rounds {
		for _, in := range cfg.Inboxes {
			name := fmt.Sprintf("\x1b[31m%d;{}\"%s.xlsx", i, strings.Repeat("å", i%200))
			for _, reason := range claim.Reasons {
				events.Ignored(in.Name, reason)
			}
			events.Claimed(in.Name)
			for _, mode := range []string{watcher.ModeEvents, watcher.ModePoll} {
				events.Scanned(in.Name, watcher.Scan{Waiting: i, Oldest: time.Now(), Mode: mode})
				events.Scanned(in.Name, watcher.Scan{Mode: mode, Err: errors.New(name)})
			}
			m.attempt(&pipeline.Job{Name: name, Workbook: name, Alive: i%2 == 0}, new(error))()
			m.stuck(in.Name, map[string]*aside{name: {Arrival: watcher.Arrival{ID: name, Inbox: in.Name, Name: name}}})
			for _, state := range outcomes {
				rep := report.Report{Resumed: true, Import: ledger.Import{ID: fmt.Sprint("dat357jl2us4-", i), Inbox: in.Name, Workbook: name, State: state}}
				for _, action := range []ledger.Action{ledger.Reject, ledger.Park, ledger.Skip} {
					for _, code := range ledger.Codes {
						rep.Import.Tally.Add(&ledger.Change{Kind: "account", Action: action, Problems: []ledger.Problem{{Code: code, Value: name}}})
					}
				}
				for _, why := range ledger.LeftOuts {
					rep.Import.Reading.LeaveOut(ledger.LeftOutRow{Ref: ledger.Ref{Sheet: name}, Why: why, Text: name})
				}
				m.observe(rep, time.Now())
			}
			m.free.WithLabelValues(in.Path).Set(1)
		}
		for _, s := range cfg.Sources {
			for _, outcome := range watcher.Outcomes {
				events.Polled(s.Name, watcher.PollResult{Outcome: outcome})
			}
			m.pollNext.WithLabelValues(s.Name).Set(1)
		}
		for _, kind := range inbox.EventKinds {
			events.Event(kind)
		}
		for _, e := range lease.Events {
			m.leased(e)
		}
		m.can.WithLabelValues("transactions").Set(1)
	}
}

// series counts as Prometheus does: each bucket of a histogram is one, and its sum and count.
func series(t *testing.T, m *metrics) int {
	t.Helper()
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			n++
			if h := metric.GetHistogram(); h != nil {
				n += len(h.GetBucket()) + 2
			}
			if s := metric.GetSummary(); s != nil {
				n += len(s.GetQuantile()) + 1
			}
		}
	}
	return n
}

// TestAlertsNameWhatThereIs: a rule over a metric that is not there is quiet for ever.
func TestAlertsNameWhatThereIs(t *testing.T) {
	cfg := config.Default()
	cfg.Inboxes = []config.Inbox{{Name: "kunder"}}
	cfg.Sources = []config.Source{{Name: "crm", Inbox: "kunder"}}
	m := newMetrics(cfg)
	live(m, cfg, 1)
	rules, err := os.ReadFile(filepath.Join("..", "deploy", "prometheus", "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	named := slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`inlet_[a-z_]+`).FindAllString(string(rules), -1))))
	if len(named) < 12 {
		t.Fatalf("the alerts name %d metrics", len(named))
	}
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range named {
		if !slices.ContainsFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == name }) {
			t.Errorf("there is no %s", name)
		}
	}
	if strings.Count(string(rules), "- alert: ") != 12 {
		t.Error("an alert of the twelve is missing")
	}
}

// TestMetricsAreClean: what promtool would find is found here.
func TestMetricsAreClean(t *testing.T) {
	cfg := config.Default()
	cfg.Inboxes = []config.Inbox{{Name: "kunder"}}
	cfg.Sources = []config.Source{{Name: "crm", Inbox: "kunder"}}
	m := newMetrics(cfg)
	live(m, cfg, 1)
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

// TestLeftOutRowsAreCounted holds that each reason has a series from the start, and that only an import that is done counts.
func TestLeftOutRowsAreCounted(t *testing.T) {
	cfg := config.Default()
	cfg.Inboxes = []config.Inbox{{Name: "kunder"}}
	m := newMetrics(cfg)
	rep := report.Report{Import: ledger.Import{Inbox: "kunder", State: ledger.Held}}
	rep.Import.Reading.LeaveOut(ledger.LeftOutRow{Why: ledger.LeftOutFooter, Text: "Antal: 3"})
	rep.Import.Reading.LeaveOut(ledger.LeftOutRow{Why: ledger.LeftOutFooter})
	m.observe(rep, time.Now())
	rep.Import.State = ledger.Done
	m.observe(rep, time.Now())
	for _, why := range ledger.LeftOuts {
		var got dto.Metric
		if err := m.leftOut.WithLabelValues("kunder", string(why)).Write(&got); err != nil {
			t.Fatal(err)
		}
		want := 0.0
		if why == ledger.LeftOutFooter {
			want = 2
		}
		if got.GetCounter().GetValue() != want {
			t.Errorf("%s: %g, want %g", why, got.GetCounter().GetValue(), want)
		}
	}
}
