package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
)

// New makes the collectors with the series of a configuration.
func New(labels Labels) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(version.NewCollector("inlet"), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.started = m.counter("imports_started_total", "Workbooks taken up.", "inbox")
	m.imports = m.counter("imports_total", "Imports that ended, by how.", "inbox", "outcome")
	m.failures = m.counter("import_failures_total", "Attempts that ended early and are made again, by why.", "reason")
	m.recoveries = m.counter("recoveries_total", "Interrupted imports that were carried on with, by where they stood: importing, or moving their files.", "state")
	m.attempts = m.counter("import_attempts_total", "Tries to take a workbook through: the first of this process, or again after one that ended early.", "kind")
	m.inProgress = m.gauge("imports_in_progress", "Workbooks in hand: being checked, or with rows in the store.", "stage")
	m.took = m.single("import_duration_seconds", "Time from an import's begin to its end, with all interruptions.", seconds)
	m.size = m.single("import_file_size_bytes", "Size of the workbooks taken up.", prometheus.ExponentialBuckets(1<<10, 8, 8))
	m.bytes = prometheus.NewCounter(prometheus.CounterOpts{Name: "inlet_read_bytes_total", Help: "Bytes of the workbooks that were taken up, again with each try."})
	m.rejections = m.counter("row_rejections_total", "Problems that an account or contact part was rejected or parked for.", "reason")
	m.rows = m.counter("rows_total", "Rows by what became of their account or contact part.", "inbox", "kind", "outcome")
	m.leftOut = m.counter("rows_left_out_total", "Rows of imports that are not records and were left out, by why.", "inbox", "reason")
	m.steps = m.histogram("import_stage_duration_seconds", "Time an import spends in a stage.", "stage")
	m.lag = m.histogram("import_lag_seconds", "Time from a file being whole to its records being applied.", "inbox")
	m.lastSuccess = m.gauge("import_last_success_timestamp_seconds", "When an import of the inbox was last done, also before the start; 0 if none was.", "inbox")
	m.storeUp = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_store_up", Help: "Whether the store answers."})
	m.can = m.gauge("store_capabilities", "What the database can do for inlet; what it cannot inlet does itself.", "capability")
	m.operations = m.histogramOf("store_operation_duration_seconds", "Time an operation of the store takes.", quick, "op", "outcome")
	m.retries = m.counter("store_retries_total", "Times that something was put off because the store, a disk or a right was missing, by what: opening the store, or an import.", "reason")
	m.leaseHeld = m.gauge("lease_held", "Whether this process is the one that may do it.", "kind")
	m.leaseEvents = m.counter("lease_transitions_total", "Times a lease was taken, given back, or lost to another process.", "kind", "event")
	m.free = m.gauge("filesystem_free_bytes", "Room for inlet where it writes: the folders of the configuration.", "dir")
	m.paused = m.gauge("paused", "Whether no workbook is taken up, by why.", "reason")
	m.inboxPaused = m.gauge("inbox_paused", "Whether a person has paused this inbox.", "inbox")
	m.sourcePaused = m.gauge("source_paused", "Whether a person has paused this source.", "source")
	m.undone = m.counter("undo_total", "Imports that were taken back since the start, by whether all could be.", "outcome")
	m.inboxUp = m.gauge("inbox_up", "Whether the inbox could be listed.", "inbox")
	m.waiting = m.gauge("inbox_files", "Files that are not imported yet: waiting in the inbox or claimed, open in a program, unreadable, not a workbook, or stuck.", "inbox", "state")
	m.oldest = m.gauge("inbox_oldest_file_timestamp_seconds", "Since when the workbook waits that waits longest; 0 if none does.", "inbox", "state")
	m.scanned = m.gauge("inbox_last_scan_success_timestamp_seconds", "When the inbox was last listed.", "inbox")
	m.scanTook = m.single("inbox_scan_duration_seconds", "Time to list an inbox.", quick)
	m.expected = m.gauge("inbox_expected_interval_seconds", "How often a workbook comes at the least, by the configuration; 0: whenever.", "inbox")
	m.mode = m.gauge("inbox_watch_mode", "How changes are noticed; 1 for the mode in use.", "inbox", "mode")
	m.ignored = m.counter("files_ignored_total", "Files passed over, by why.", "inbox", "reason")
	m.claimed = m.counter("files_claimed_total", "Workbooks taken out of the inbox.", "inbox")
	m.recovers = m.counter("inbox_rescan_recovered_files_total", "Files that the events had missed.", "inbox")
	m.missed = m.counter("source_runs_missed_total", "Moments of a source's cron that passed while nobody was there to ask.", "source")
	m.polls = m.counter("source_polls_total", "Times a source was asked, by what came of it.", "source", "outcome")
	m.polled = m.gauge("source_last_poll_success_timestamp_seconds", "When a source last answered; 0 if it has not since the start.", "source")
	m.sourceState = m.gauge("source_state", "How a source stands; 1 for the state it is in, none before it was asked. auth: it lets nobody in and is left alone.", "source", "state")
	m.delivered = m.counter("source_files_total", "Files that a source put into its inbox.", "source")
	m.pollEvery = m.gauge("source_poll_interval_seconds", "How often a source is asked; 0 if it has a timetable.", "source")
	m.pollNext = m.gauge("source_next_run_timestamp_seconds", "When a source is asked next by its schedule.", "source")
	m.fsErrors = m.counter("watch_errors_total", "Events that were lost, by why; a scan follows each.", "kind")
	m.fsEvents = m.counter("watch_events_total", "Events of the file system, by kind.", "kind")
	m.panics = m.counter("panics_total", "Faults of inlet itself that were survived, by where.", "stage")
	m.notifications = m.counter("notifications_total", "Tries to tell of an import, by what came of them.", "channel", "outcome")
	m.reloadOK = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_config_last_reload_successful", Help: "Whether the configuration as it is now could be taken into use."})
	m.reloadAt = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_config_last_reload_success_timestamp_seconds",
		Help: "When a configuration was last taken into use."})
	m.registry.MustRegister(m.bytes, m.storeUp, m.reloadOK, m.reloadAt)
	m.ConfigLoaded(true)
	m.start(labels)
	return m
}

// start creates every series that can get a value.
func (m *Metrics) start(labels Labels) {
	m.labels = labels
	for _, inbox := range labels.Inboxes {
		m.startInbox(inbox)
	}
	for _, source := range labels.Sources {
		for _, outcome := range watcher.Outcomes {
			m.polls.WithLabelValues(source.Name, outcome)
			m.missed.WithLabelValues(source.Name)
		}
		for _, state := range sourceStates {
			m.sourceState.WithLabelValues(source.Name, state)
		}
		m.delivered.WithLabelValues(source.Name)
		m.polled.WithLabelValues(source.Name)
		m.pollEvery.WithLabelValues(source.Name).Set(source.Every.Seconds())
	}
	for vec, words := range map[*prometheus.CounterVec][]string{m.attempts: {"first", "again"}, m.recoveries: {"importing", "moving"},
		m.retries: {"open", "import"}, m.panics: {"import"}, m.undone: {undoneWhole, undoneKept}, m.failures: failureReasons} {
		for _, word := range words {
			vec.WithLabelValues(word)
		}
	}
	m.paused.WithLabelValues(byHand)
	for _, step := range ledger.Steps {
		m.steps.WithLabelValues(string(step))
	}
	for _, kind := range inbox.EventKinds {
		m.fileEvents(kind, 0)
	}
	for _, op := range operations {
		m.operations.WithLabelValues(op, "ok")
		m.operations.WithLabelValues(op, "error")
	}
	for _, channel := range ledger.Channels {
		for _, outcome := range notificationOutcomes {
			m.notifications.WithLabelValues(string(channel), outcome)
		}
	}
	for _, stage := range stages {
		m.inProgress.WithLabelValues(stage)
	}
	for _, code := range ledger.Codes {
		m.rejections.WithLabelValues(string(code))
	}
	for _, event := range lease.Events {
		m.leaseEvents.WithLabelValues(applying, string(event))
	}
	m.leaseHeld.WithLabelValues(applying)
}

func (m *Metrics) startInbox(inbox Inbox) {
	m.started.WithLabelValues(inbox.Name)
	m.claimed.WithLabelValues(inbox.Name)
	m.recovers.WithLabelValues(inbox.Name)
	m.lastSuccess.WithLabelValues(inbox.Name)
	for _, state := range []string{stateStuck, stateOpen, stateNotAWorkbook, stateUnreadable} {
		m.waiting.WithLabelValues(inbox.Name, state)
	}
	m.oldest.WithLabelValues(inbox.Name, stateStuck)
	m.expected.WithLabelValues(inbox.Name).Set(inbox.ExpectEvery.Seconds())
	m.lag.WithLabelValues(inbox.Name)
	for _, outcome := range outcomes {
		m.imports.WithLabelValues(inbox.Name, string(outcome))
	}
	for _, why := range ledger.LeftOuts {
		m.leftOut.WithLabelValues(inbox.Name, string(why))
	}
	for _, kind := range crm.Kinds {
		for outcome := range (ledger.Count{}).By() {
			m.rows.WithLabelValues(inbox.Name, string(kind), outcome)
		}
	}
}

func (m *Metrics) deleteSeries(of prometheus.Labels) {
	for _, vec := range m.vecs {
		vec.DeletePartialMatch(of)
	}
}

func (m *Metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "inlet_" + name, Help: help}, labels)
	m.registry.MustRegister(c)
	m.vecs = append(m.vecs, c)
	return c
}

func (m *Metrics) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "inlet_" + name, Help: help}, labels)
	m.registry.MustRegister(g)
	m.vecs = append(m.vecs, g)
	return g
}

func (m *Metrics) histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return m.histogramOf(name, help, seconds, labels...)
}

func (m *Metrics) histogramOf(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(both(name, help, buckets), labels)
	m.registry.MustRegister(h)
	m.vecs = append(m.vecs, h)
	return h
}

func (m *Metrics) single(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(both(name, help, buckets))
	m.registry.MustRegister(h)
	return h
}

// both are the options of a histogram that has classic buckets and is a native histogram too.
func both(name, help string, buckets []float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Name: "inlet_" + name, Help: help, Buckets: buckets,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour}
}
