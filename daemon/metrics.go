package daemon

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/watcher"
)

// metrics are the collectors, on a registry of their own. Labels come from the configuration and from closed lists, never from data.
type metrics struct {
	registry *prometheus.Registry
	vecs     []interface {
		DeletePartialMatch(labels prometheus.Labels) int
	}

	started     *prometheus.CounterVec
	imports     *prometheus.CounterVec
	failures    *prometheus.CounterVec
	recoveries  prometheus.Counter
	rows        *prometheus.CounterVec
	steps       *prometheus.HistogramVec
	lag         *prometheus.HistogramVec
	lastSuccess *prometheus.GaugeVec
	storeUp     prometheus.Gauge

	inboxUp  *prometheus.GaugeVec
	waiting  *prometheus.GaugeVec
	oldest   *prometheus.GaugeVec
	scanned  *prometheus.GaugeVec
	mode     *prometheus.GaugeVec
	ignored  *prometheus.CounterVec
	claimed  *prometheus.CounterVec
	polls    *prometheus.CounterVec
	recovers *prometheus.CounterVec
	fsEvents *prometheus.CounterVec

	notifications *prometheus.CounterVec
	panics        *prometheus.CounterVec

	reloadOK prometheus.Gauge
	reloadAt prometheus.Gauge
}

// from 5 ms, a workbook of ten rows, to an hour
var seconds = []float64{.005, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600}

var outcomes = []ledger.State{ledger.Done, ledger.Refused, ledger.Held, ledger.Duplicate}

func newMetrics(cfg config.Config) *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(version.NewCollector("inlet"), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.started = m.counter("imports_started_total", "Workbooks taken up.", "inbox")
	m.imports = m.counter("imports_total", "Imports that ended, by how.", "inbox", "outcome")
	m.failures = m.counter("import_failures_total", "Attempts that ended early and are made again, by why.", "reason")
	m.recoveries = prometheus.NewCounter(prometheus.CounterOpts{Name: "inlet_recoveries_total", Help: "Interrupted imports that were carried on with."})
	m.rows = m.counter("rows_total", "Rows by what became of their account or contact part.", "inbox", "kind", "outcome")
	m.steps = m.histogram("import_stage_duration_seconds", "Time an import spends in a stage.", "stage")
	m.lag = m.histogram("import_lag_seconds", "Time from a file being whole to its records being applied.", "inbox")
	m.lastSuccess = m.gauge("import_last_success_timestamp_seconds", "When an import of the inbox was last done; 0 if none was since the start.", "inbox")
	m.storeUp = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_store_up", Help: "Whether the store answers."})
	m.inboxUp = m.gauge("inbox_up", "Whether the inbox could be listed.", "inbox")
	m.waiting = m.gauge("inbox_files", "Workbooks that are not imported yet: waiting in the inbox, or stuck.", "inbox", "state")
	m.oldest = m.gauge("inbox_oldest_file_timestamp_seconds", "Since when the workbook waits that waits longest; 0 if none does.", "inbox")
	m.scanned = m.gauge("inbox_last_scan_success_timestamp_seconds", "When the inbox was last listed.", "inbox")
	m.mode = m.gauge("inbox_watch_mode", "How changes are noticed; 1 for the mode in use.", "inbox", "mode")
	m.ignored = m.counter("files_ignored_total", "Files passed over, by why.", "inbox", "reason")
	m.claimed = m.counter("files_claimed_total", "Workbooks taken out of the inbox.", "inbox")
	m.recovers = m.counter("inbox_rescan_recovered_files_total", "Files that the events had missed.", "inbox")
	m.polls = m.counter("source_polls_total", "Times a source was asked, by what came of it.", "source", "outcome")
	m.fsEvents = m.counter("watch_events_total", "Events of the file system, by kind.", "kind")
	m.panics = m.counter("panics_total", "Faults of inlet itself that were survived, by where.", "stage")
	m.notifications = m.counter("notifications_total", "Tries to tell of an import, by what came of them.", "channel", "outcome")
	m.reloadOK = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_config_last_reload_successful", Help: "Whether the configuration as it is now could be taken into use."})
	m.reloadAt = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_config_last_reload_success_timestamp_seconds",
		Help: "When a configuration was last taken into use."})
	m.registry.MustRegister(m.recoveries, m.storeUp, m.reloadOK, m.reloadAt)
	m.reloaded(true)
	m.start(cfg)
	return m
}

// start gives every series that can be a value, so that a rate over its first event is not lost.
func (m *metrics) start(cfg config.Config) {
	for _, inbox := range cfg.Inboxes {
		m.started.WithLabelValues(inbox.Name)
		m.claimed.WithLabelValues(inbox.Name)
		m.recovers.WithLabelValues(inbox.Name)
		m.lastSuccess.WithLabelValues(inbox.Name)
		m.waiting.WithLabelValues(inbox.Name, "stuck")
		m.lag.WithLabelValues(inbox.Name)
		for _, outcome := range outcomes {
			m.imports.WithLabelValues(inbox.Name, string(outcome))
		}
		for _, kind := range crm.Kinds {
			for outcome := range (ledger.Count{}).By() {
				m.rows.WithLabelValues(inbox.Name, string(kind), outcome)
			}
		}
	}
	m.panics.WithLabelValues("import")
	for _, step := range report.Steps {
		m.steps.WithLabelValues(string(step))
	}
	for _, kind := range watcher.EventKinds {
		m.fsEvents.WithLabelValues(kind)
	}
	for _, channel := range ledger.Channels {
		for _, outcome := range outcomesOfPost {
			m.notifications.WithLabelValues(string(channel), outcome)
		}
	}
	for _, why := range reasons {
		m.failures.WithLabelValues(why)
	}
	for _, source := range cfg.Sources {
		for _, outcome := range []string{watcher.PolledNew, watcher.PolledUnchanged, watcher.PolledFailed} {
			m.polls.WithLabelValues(source.Name, outcome)
		}
	}
}

// reloaded says whether the configuration as it is now could be taken into use.
func (m *metrics) reloaded(ok bool) {
	m.reloadOK.Set(yes(ok))
	if ok {
		m.reloadAt.SetToCurrentTime()
	}
}

// change lets go of the series of what a new configuration has no more, and begins those of what it has.
func (m *metrics) change(old, next config.Config) {
	for _, inbox := range old.Inboxes {
		if !slices.ContainsFunc(next.Inboxes, func(in config.Inbox) bool { return in.Name == inbox.Name }) {
			m.forget(prometheus.Labels{"inbox": inbox.Name})
		}
	}
	for _, source := range old.Sources {
		if !slices.ContainsFunc(next.Sources, func(s config.Source) bool { return s.Name == source.Name }) {
			m.forget(prometheus.Labels{"source": source.Name})
		}
	}
	m.start(next)
}

func (m *metrics) forget(whose prometheus.Labels) {
	for _, vec := range m.vecs {
		vec.DeletePartialMatch(whose)
	}
}

// observe counts an import that ended. A workbook that was seen at a time has been waited for since.
func (m *metrics) observe(rep report.Report, seen time.Time) {
	imp := rep.Import
	m.imports.WithLabelValues(imp.Inbox, string(imp.State)).Inc()
	if rep.Resumed {
		m.recoveries.Inc()
	}
	for step, took := range rep.Steps {
		m.steps.WithLabelValues(string(step)).Observe(took.Seconds())
	}
	if imp.State != ledger.Done {
		return
	}
	for _, kind := range crm.Kinds {
		for outcome, n := range imp.Tally.Of(kind).By() {
			m.rows.WithLabelValues(imp.Inbox, string(kind), outcome).Add(float64(n))
		}
	}
	m.lastSuccess.WithLabelValues(imp.Inbox).Set(float64(imp.Ended.Unix()))
	m.lag.WithLabelValues(imp.Inbox).Observe(imp.Ended.Sub(seen).Seconds())
}

// events returns what the watcher calls.
func (m *metrics) events() watcher.Events {
	return watcher.Events{
		Ignored: func(inbox, reason string) { m.ignored.WithLabelValues(inbox, reason).Inc() },
		Claimed: func(inbox string) { m.claimed.WithLabelValues(inbox).Inc() },
		Polled:  func(source, outcome string) { m.polls.WithLabelValues(source, outcome).Inc() },
		Event:   func(kind string) { m.fsEvents.WithLabelValues(kind).Inc() },
		Scanned: m.scan,
	}
}

func (m *metrics) scan(inbox string, s watcher.Scan) {
	m.recovers.WithLabelValues(inbox).Add(float64(s.Recovered))
	for _, mode := range []string{watcher.ModeEvents, watcher.ModePoll} {
		m.mode.WithLabelValues(inbox, mode).Set(yes(s.Mode == mode))
	}
	m.inboxUp.WithLabelValues(inbox).Set(yes(s.Err == nil))
	if s.Err != nil {
		return
	}
	m.scanned.WithLabelValues(inbox).SetToCurrentTime()
	m.waiting.WithLabelValues(inbox, "waiting").Set(float64(s.Waiting))
	oldest := 0.0
	if !s.Oldest.IsZero() {
		oldest = float64(s.Oldest.Unix())
	}
	m.oldest.WithLabelValues(inbox).Set(oldest)
}

// stuck counts the workbooks of an inbox that wait for a person's word.
func (m *metrics) stuck(inbox string, all map[string]watcher.Arrival) {
	n := 0
	for _, a := range all {
		if a.Inbox == inbox {
			n++
		}
	}
	m.waiting.WithLabelValues(inbox, "stuck").Set(float64(n))
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (m *metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "inlet_" + name, Help: help}, labels)
	m.registry.MustRegister(c)
	m.vecs = append(m.vecs, c)
	return c
}

func (m *metrics) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "inlet_" + name, Help: help}, labels)
	m.registry.MustRegister(g)
	m.vecs = append(m.vecs, g)
	return g
}

func (m *metrics) histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "inlet_" + name, Help: help, Buckets: seconds,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour}, labels)
	m.registry.MustRegister(h)
	m.vecs = append(m.vecs, h)
	return h
}
