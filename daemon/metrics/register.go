package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/retention"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
)

// New makes the collectors with the series of a configuration.
func New(labels Labels) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(version.NewCollector("inlet"), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.started = m.counter("imports_started_total", "Imports started.", "inbox")
	m.imports = m.counter("imports_total", "Imports ended, by outcome.", "inbox", "outcome")
	m.failures = m.counter("import_failures_total", "Import attempts that failed and are retried, by reason.", "reason")
	m.recoveries = m.counter("recoveries_total", "Interrupted imports that were resumed, by state: importing, or moving their files.", "state")
	m.attempts = m.counter("import_attempts_total", "Import attempts: the first in this process, or a retry.", "kind")
	m.inProgress = m.gauge("imports_in_progress", "Workbooks being checked, or being imported into the store.", "stage")
	m.took = m.single("import_duration_seconds", "Time from the start of an import to its end, including interruptions.", seconds)
	m.size = m.single("import_file_size_bytes", "Size of workbooks whose import started.", prometheus.ExponentialBuckets(1<<10, 8, 8))
	m.bytes = prometheus.NewCounter(prometheus.CounterOpts{Name: "inlet_read_bytes_total", Help: "Bytes of workbooks whose import started, counted again at each attempt."})
	m.rejections = m.counter("row_rejections_total", "Problems for which parts of rows were rejected or parked, by reason.", "reason")
	m.rows = m.counter("rows_total", "Rows by kind of record and the outcome of their part of it.", "inbox", "kind", "outcome")
	m.leftOut = m.counter("rows_left_out_total", "Rows left out of imports because they are not records, by reason.", "inbox", "reason")
	m.steps = m.histogram("import_stage_duration_seconds", "Duration of import stages.", "stage")
	m.lag = m.histogram("import_lag_seconds", "Time from a file being complete to its records being written.", "inbox")
	m.lastSuccess = m.gauge("import_last_success_timestamp_seconds", "Time of the last successful import of the inbox, also before the start; 0 if there was none.", "inbox")
	m.storeUp = m.gauge("store_up", "Whether the store can be reached.", "store")
	m.can = m.gauge("store_capabilities", "Whether the database supports a capability; inlet itself provides those that it does not.", "store", "capability")
	m.operations = m.histogramOf("store_operation_duration_seconds", "Duration of store operations.", quick, "store", "op", "outcome")
	m.retries = m.counter("store_retries_total", "Retries because the store, a disk or a permission was missing, by reason: opening the store, or an import.", "store", "reason")
	m.leaseHeld = m.gauge("lease_held", "Whether this process holds the lease.", "store", "kind")
	m.indexed = m.counter("records_indexed_total", "Stored records that were given the keys that imports look them up by, other than those that an import wrote.", "store", "kind")
	m.pruned = m.counter("pruned_total", "Journals, imports and claims that were removed because they are older than they are to be kept.", "store", "what")
	m.adopted = m.counter("claims_adopted_total", "Claimed workbooks that were adopted from a process that had ended.", "inbox")
	m.leaseEvents = m.counter("lease_transitions_total", "Times a lease was acquired, released, or lost to another process.", "store", "kind", "event")
	m.free = m.gauge("filesystem_free_bytes", "Free space on the file systems of the configured folders.", "dir")
	m.paused = m.gauge("paused", "Whether importing is paused, by reason.", "store", "reason")
	m.inboxPaused = m.gauge("inbox_paused", "Whether the inbox is paused by a user.", "inbox")
	m.sourcePaused = m.gauge("source_paused", "Whether the source is paused by a user.", "source")
	m.undone = m.counter("undo_total", "Imports undone since the start, by whether everything could be undone.", "store", "outcome")
	m.held = m.gauge("imports_held", "Files that wait for inlet approve or inlet discard.", "inbox")
	m.registerInboxes()
	m.registerSources()
	m.fsErrors = m.counter("watch_errors_total", "Lost events of the file system, by reason; a scan follows each.", "kind")
	m.fsEvents = m.counter("watch_events_total", "Events of the file system, by kind.", "kind")
	m.panics = m.counter("panics_total", "Recovered panics, by stage.", "stage")
	m.notifications = m.counter("notifications_total", "Attempts to send notifications, by outcome.", "channel", "outcome")
	m.reloadOK = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_config_last_reload_successful", Help: "Whether the last reload of the configuration succeeded."})
	m.reloadAt = prometheus.NewGauge(prometheus.GaugeOpts{Name: "inlet_config_last_reload_success_timestamp_seconds", Help: "Time of the last successful reload of the configuration."})
	m.registry.MustRegister(m.bytes, m.reloadOK, m.reloadAt)
	m.ConfigLoaded(true)
	m.start(labels)
	return m
}

func (m *Metrics) registerInboxes() {
	m.inboxUp = m.gauge("inbox_up", "Whether the last scan of the inbox succeeded.", "inbox")
	m.indexing = m.gauge("inbox_indexing", "Whether a workbook of the inbox waits until the stored records are indexed by its match rules.", "inbox")
	m.waiting = m.gauge("inbox_files", "Files that are not imported yet: waiting in the inbox or claimed, open in a program, unreadable, not a workbook, or stuck.", "inbox", "state")
	m.oldest = m.gauge("inbox_oldest_file_timestamp_seconds", "Time since which the longest-waiting workbook has been waiting; 0 if none is.", "inbox", "state")
	m.scanned = m.gauge("inbox_last_scan_success_timestamp_seconds", "Time of the last successful scan of the inbox.", "inbox")
	m.scanTook = m.single("inbox_scan_duration_seconds", "Duration of inbox scans.", quick)
	m.expected = m.gauge("inbox_expected_interval_seconds", "Configured interval in which at least one workbook arrives; 0: no expectation.", "inbox")
	m.mode = m.gauge("inbox_watch_mode", "Mode in which changes are detected; 1 for the mode in use.", "inbox", "mode")
	m.ignored = m.counter("files_ignored_total", "Files ignored, by reason.", "inbox", "reason")
	m.claimed = m.counter("files_claimed_total", "Workbooks claimed from the inbox.", "inbox")
	m.recovers = m.counter("inbox_rescan_recovered_files_total", "Files found by scans that events had missed.", "inbox")
}

func (m *Metrics) registerSources() {
	m.missed = m.counter("source_runs_missed_total", "Scheduled polls of a source that were missed because inlet was not running.", "source")
	m.polls = m.counter("source_polls_total", "Polls of sources, by outcome.", "source", "outcome")
	m.polled = m.gauge("source_last_poll_success_timestamp_seconds", "Time of the last successful poll of the source; 0 if there was none since the start.", "source")
	m.sourceState = m.gauge("source_state", "State of the source; 1 for the current state, no value before the first poll. auth: it rejected the login and is not polled.", "source", "state")
	m.delivered = m.counter("source_files_total", "Files that a source has put into its inbox.", "source")
	m.pollEvery = m.gauge("source_poll_interval_seconds", "Interval in which the source is polled; 0 if it has a cron schedule.", "source")
	m.pollNext = m.gauge("source_next_run_timestamp_seconds", "Time of the next scheduled poll of the source.", "source")
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
	for _, name := range labels.Stores {
		m.startStore(name)
	}
	for vec, words := range map[*prometheus.CounterVec][]string{m.attempts: {"first", "again"}, m.recoveries: {"importing", "moving"},
		m.panics: {"import"}, m.failures: failureReasons} {
		for _, word := range words {
			vec.WithLabelValues(word)
		}
	}
	for _, step := range ledger.Steps {
		m.steps.WithLabelValues(string(step))
	}
	for _, kind := range inbox.EventKinds {
		m.fileEvents(kind, 0)
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
}

func (m *Metrics) startStore(name string) {
	m.storeUp.WithLabelValues(name)
	for _, word := range []string{"open", "import"} {
		m.retries.WithLabelValues(name, word)
	}
	for _, word := range []string{undoneWhole, undoneKept} {
		m.undone.WithLabelValues(name, word)
	}
	m.paused.WithLabelValues(name, byHand)
	for _, kind := range crm.Kinds {
		m.indexed.WithLabelValues(name, string(kind))
	}
	for _, op := range operations {
		m.operations.WithLabelValues(name, op, "ok")
		m.operations.WithLabelValues(name, op, "error")
	}
	for _, event := range lease.Events {
		m.leaseEvents.WithLabelValues(name, applying, string(event))
	}
	m.leaseHeld.WithLabelValues(name, applying)
	m.Store(name, nil, nil).Pruned(retention.Removed{})
}

func (m *Metrics) startInbox(inbox Inbox) {
	m.started.WithLabelValues(inbox.Name)
	m.adopted.WithLabelValues(inbox.Name)
	m.held.WithLabelValues(inbox.Name)
	m.claimed.WithLabelValues(inbox.Name)
	m.recovers.WithLabelValues(inbox.Name)
	m.lastSuccess.WithLabelValues(inbox.Name)
	for _, state := range []string{stateStuck, stateOpen, stateNotAWorkbook, stateUnreadable} {
		m.waiting.WithLabelValues(inbox.Name, state)
	}
	m.oldest.WithLabelValues(inbox.Name, stateStuck)
	m.expected.WithLabelValues(inbox.Name).Set(inbox.ExpectEvery.Seconds())
	m.lag.WithLabelValues(inbox.Name)
	m.indexing.WithLabelValues(inbox.Name)
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
