package metrics

import (
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
)

// Metrics are the collectors, on a registry of their own.
type Metrics struct {
	registry *prometheus.Registry
	labels   Labels
	vecs     []interface { // all that have labels
		DeletePartialMatch(labels prometheus.Labels) int
	}

	started      *prometheus.CounterVec
	imports      *prometheus.CounterVec
	failures     *prometheus.CounterVec
	recoveries   *prometheus.CounterVec
	attempts     *prometheus.CounterVec
	inProgress   *prometheus.GaugeVec
	took         prometheus.Histogram
	size         prometheus.Histogram
	bytes        prometheus.Counter
	rejections   *prometheus.CounterVec
	rows         *prometheus.CounterVec
	leftOut      *prometheus.CounterVec
	steps        *prometheus.HistogramVec
	lag          *prometheus.HistogramVec
	lastSuccess  *prometheus.GaugeVec
	storeUp      *prometheus.GaugeVec
	can          *prometheus.GaugeVec
	operations   *prometheus.HistogramVec
	retries      *prometheus.CounterVec
	leaseHeld    *prometheus.GaugeVec
	leaseEvents  *prometheus.CounterVec
	indexed      *prometheus.CounterVec
	indexing     *prometheus.GaugeVec
	pruned       *prometheus.CounterVec
	adopted      *prometheus.CounterVec
	free         *prometheus.GaugeVec
	paused       *prometheus.GaugeVec
	inboxPaused  *prometheus.GaugeVec
	sourcePaused *prometheus.GaugeVec
	undone       *prometheus.CounterVec
	held         *prometheus.GaugeVec

	inboxUp  *prometheus.GaugeVec
	waiting  *prometheus.GaugeVec
	oldest   *prometheus.GaugeVec
	scanned  *prometheus.GaugeVec
	mode     *prometheus.GaugeVec
	ignored  *prometheus.CounterVec
	claimed  *prometheus.CounterVec
	polls    *prometheus.CounterVec
	missed   *prometheus.CounterVec
	recovers *prometheus.CounterVec
	fsEvents *prometheus.CounterVec
	fsErrors *prometheus.CounterVec
	scanTook prometheus.Histogram
	expected *prometheus.GaugeVec

	polled      *prometheus.GaugeVec
	sourceState *prometheus.GaugeVec
	delivered   *prometheus.CounterVec
	pollEvery   *prometheus.GaugeVec
	pollNext    *prometheus.GaugeVec

	notifications *prometheus.CounterVec
	panics        *prometheus.CounterVec

	reloadOK prometheus.Gauge
	reloadAt prometheus.Gauge
}

// Labels are the stores, inboxes and sources of a configuration.
type Labels struct {
	Stores  []string
	Inboxes []Inbox
	Sources []Source
}

// Inbox is an inbox of a configuration.
type Inbox struct {
	Name        string
	ExpectEvery time.Duration // how often a workbook is expected at least; 0: never
}

// Source is a source of a configuration.
type Source struct {
	Name  string
	Every time.Duration // how often it is polled; 0 if it has a cron schedule
}

// Reasons why an import is retried, for ImportInterrupted.
const (
	TakenOver   = "taken_over" // another process has the lease
	Panicked    = "panic"
	Environment = "world" // store, disk or permissions
	Unknown     = "unknown"
)

// Outcomes of an attempt to send a notification.
const (
	sent    = "posted"
	failed  = "failed" // it is retried
	givenUp = "given_up"
)

// applying is the kind of the lease that one process at a time holds.
const applying = "apply"

// Closed lists of label values.
var (
	outcomes             = []ledger.State{ledger.Done, ledger.Refused, ledger.Held, ledger.Duplicate}
	failureReasons       = []string{TakenOver, Panicked, Environment, Unknown}
	notificationOutcomes = []string{sent, failed, givenUp}
	stages               = []string{"check", "apply"} // of imports in progress
	sourceStates         = []string{sourceOK, sourceFailing, sourceAuth}
)

// States of a source.
const (
	sourceOK      = "ok"
	sourceFailing = "failing" // it is polled again
	sourceAuth    = "auth"    // it rejected the login: a person has to act
)

// Outcomes of an undo.
const (
	undoneWhole = "whole" // everything is as before
	undoneKept  = "kept"  // what was changed since stays
)

// byHand is why importing is paused: the only reason there is.
const byHand = "by_hand"

// States of files in an inbox that a person has to act on. There is no timestamp for them: the alert on the oldest file is about files that inlet
// itself is late with.
const (
	stateStuck        = "stuck"
	stateOpen         = "open"           // a program has the workbook open
	stateNotAWorkbook = "not_a_workbook" // never claimed
	stateUnreadable   = "unreadable"     // inlet may not read or move it, or it is a pipe or link among the claims
)

// quick are the buckets of operations that take milliseconds.
var quick = []float64{.001, .005, .025, .1, .5, 2.5, 10}

// seconds are the buckets of imports: from 5 ms, a workbook of ten rows, to an hour.
var seconds = []float64{.005, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, EnableOpenMetrics: true})
}

// ConfigLoaded notes whether the configuration as it is now could be used.
func (m *Metrics) ConfigLoaded(ok bool) {
	m.reloadOK.Set(oneIf(ok))
	if ok {
		m.reloadAt.SetToCurrentTime()
	}
}

// Change deletes the series of stores, inboxes and sources that a new configuration no longer has, and creates those that it has.
func (m *Metrics) Change(next Labels) {
	for _, inbox := range m.labels.Inboxes {
		if !slices.ContainsFunc(next.Inboxes, func(in Inbox) bool { return in.Name == inbox.Name }) {
			m.deleteSeries(prometheus.Labels{"inbox": inbox.Name})
		}
	}
	for _, name := range m.labels.Stores {
		if !slices.Contains(next.Stores, name) {
			m.deleteSeries(prometheus.Labels{"store": name})
		}
	}
	for _, source := range m.labels.Sources {
		if !slices.ContainsFunc(next.Sources, func(s Source) bool { return s.Name == source.Name }) {
			m.deleteSeries(prometheus.Labels{"source": source.Name})
		}
	}
	m.start(next)
}

// ImportStarted counts a workbook that was taken up.
func (m *Metrics) ImportStarted(inbox string) { m.started.WithLabelValues(inbox).Inc() }

// ImportAttempt counts an attempt to import a workbook, and shows it in progress: in the stage check, after the first call of applying in the
// stage apply, until done is called. None of the two may be called while the other is.
func (m *Metrics) ImportAttempt(workbook string, retry bool) (applying, done func()) {
	kind := "first"
	if retry {
		kind = "again"
	}
	m.attempts.WithLabelValues(kind).Inc()
	if info, err := os.Stat(workbook); err == nil {
		m.bytes.Add(float64(info.Size()))
		if !retry {
			m.size.Observe(float64(info.Size()))
		}
	}
	check, apply := m.inProgress.WithLabelValues(stages[0]), m.inProgress.WithLabelValues(stages[1])
	in := check // of those of other stores nothing is known here
	in.Inc()
	applying = func() {
		in.Dec()
		in = apply
		in.Inc()
	}
	return applying, func() { in.Dec() }
}

// InboxIndexing notes whether a workbook of an inbox waits until the stored records are indexed.
func (m *Metrics) InboxIndexing(inbox string, waits bool) {
	m.indexing.WithLabelValues(inbox).Set(oneIf(waits))
}

// ImportPanicked counts a panic that an import caused.
func (m *Metrics) ImportPanicked() { m.panics.WithLabelValues("import").Inc() }

// ImportArchived counts an import that had ended before a crash and whose files were moved only now.
func (m *Metrics) ImportArchived() { m.recoveries.WithLabelValues("moving").Inc() }

// ImportEnded counts an import that ended. Its workbook was first seen whole at seen.
func (m *Metrics) ImportEnded(rep report.Report, seen time.Time) {
	imp := rep.Import
	m.imports.WithLabelValues(imp.Inbox, string(imp.State)).Inc()
	if rep.Resumed {
		m.recoveries.WithLabelValues("importing").Inc()
	}
	for step, took := range rep.Steps {
		observe(m.steps.WithLabelValues(string(step)), took.Seconds(), imp.ID)
	}
	if imp.State != ledger.Done {
		return
	}
	for _, kind := range crm.Kinds {
		for outcome, n := range imp.Tally.Of(kind).By() {
			m.rows.WithLabelValues(imp.Inbox, string(kind), outcome).Add(float64(n))
		}
	}
	for why, n := range imp.Reading.LeftOut {
		m.leftOut.WithLabelValues(imp.Inbox, string(why)).Add(float64(n))
	}
	m.LastSuccess(imp.Inbox, imp.Ended)
	for code, n := range imp.Tally.Rejected {
		m.rejections.WithLabelValues(string(code)).Add(float64(n))
	}
	observe(m.took, imp.Ended.Sub(imp.Began).Seconds(), imp.ID)
	observe(m.lag.WithLabelValues(imp.Inbox), imp.Ended.Sub(seen).Seconds(), imp.ID)
}

// LastSuccess notes when an import of an inbox was last done.
func (m *Metrics) LastSuccess(inbox string, at time.Time) {
	m.lastSuccess.WithLabelValues(inbox).Set(float64(at.Unix()))
}

// Stuck notes how many workbooks of an inbox wait for a person, and since when the oldest does.
func (m *Metrics) Stuck(inbox string, n int, oldest time.Time) {
	m.oldest.WithLabelValues(inbox, stateStuck).Set(timestamp(oldest))
	m.waiting.WithLabelValues(inbox, stateStuck).Set(float64(n))
}

// WatcherEvents returns callbacks that count what the watcher reports. Scans go to InboxScanned instead, with what the daemon knows of the claims.
func (m *Metrics) WatcherEvents() watcher.Events {
	return watcher.Events{
		Ignored: func(inbox, reason string) { m.ignored.WithLabelValues(inbox, reason).Inc() },
		Claimed: func(inbox string) { m.claimed.WithLabelValues(inbox).Inc() },
		Polled:  m.sourcePolled,
		Missed:  func(source string, slots int) { m.missed.WithLabelValues(source).Add(float64(slots)) },
		Event:   func(kind string) { m.fileEvents(kind, 1) },
	}
}

func (m *Metrics) fileEvents(kind string, n float64) {
	if slices.Contains(inbox.ErrorKinds, kind) {
		m.fsErrors.WithLabelValues(kind).Add(n)
		return
	}
	m.fsEvents.WithLabelValues(kind).Add(n)
}

func (m *Metrics) sourcePolled(source string, a watcher.PollResult) {
	m.polls.WithLabelValues(source, a.Outcome).Inc()
	m.delivered.WithLabelValues(source).Add(float64(a.Files))
	state := sourceOK
	switch a.Outcome {
	case watcher.PolledFailed:
		state = sourceFailing
	case watcher.PolledAuth:
		state = sourceAuth
	default:
		m.polled.WithLabelValues(source).SetToCurrentTime()
	}
	for _, s := range sourceStates {
		m.sourceState.WithLabelValues(source, s).Set(oneIf(s == state))
	}
}

// NextPoll notes when a source is polled next by its schedule.
func (m *Metrics) NextPoll(source string, at time.Time) {
	m.pollNext.WithLabelValues(source).Set(float64(at.Unix()))
}

// InboxScanned notes what a scan of an inbox found. pending are the claimed workbooks that wait for their import.
func (m *Metrics) InboxScanned(inbox string, s watcher.Scan, pending []watcher.Claim) {
	m.recovers.WithLabelValues(inbox).Add(float64(s.Recovered))
	for _, mode := range []string{watcher.ModeEvents, watcher.ModePoll} {
		m.mode.WithLabelValues(inbox, mode).Set(oneIf(s.Mode == mode))
	}
	m.inboxUp.WithLabelValues(inbox).Set(oneIf(s.Err == nil))
	m.scanTook.Observe(s.Took.Seconds())
	if s.Err != nil {
		return
	}
	m.scanned.WithLabelValues(inbox).SetToCurrentTime()
	m.waiting.WithLabelValues(inbox, "waiting").Set(float64(s.Waiting + len(pending)))
	m.waiting.WithLabelValues(inbox, stateUnreadable).Set(float64(s.Unreadable))
	m.waiting.WithLabelValues(inbox, stateOpen).Set(float64(s.Open))
	m.waiting.WithLabelValues(inbox, stateNotAWorkbook).Set(float64(s.NotWorkbooks))
	oldest := s.Oldest
	for _, c := range pending {
		if oldest.IsZero() || c.Seen.Before(oldest) {
			oldest = c.Seen
		}
	}
	m.oldest.WithLabelValues(inbox, "waiting").Set(timestamp(oldest))
}

// ClaimAdopted counts a claim of a daemon that has ended.
func (m *Metrics) ClaimAdopted(inbox string) { m.adopted.WithLabelValues(inbox).Inc() }

// FreeSpace notes how many bytes are free in a folder.
func (m *Metrics) FreeSpace(dir string, bytes float64) { m.free.WithLabelValues(dir).Set(bytes) }

// FreeSpaceUnknown deletes the series of a folder whose free space cannot be read.
func (m *Metrics) FreeSpaceUnknown(dir string) { m.free.DeleteLabelValues(dir) }

// Notified counts an attempt to send a notification, with the state that it is in afterwards.
func (m *Metrics) Notified(n *ledger.Notification) {
	outcome := failed
	switch n.State {
	case ledger.Sent:
		outcome = sent
	case ledger.Failed:
		outcome = givenUp
	}
	m.notifications.WithLabelValues(string(n.Channel), outcome).Inc()
}

// timestamp is a time as metrics give it; 0 for none.
func timestamp(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// observe counts a value of an import, with the import's ID as exemplar.
func observe(o prometheus.Observer, value float64, id string) {
	if e, ok := o.(prometheus.ExemplarObserver); ok && id != "" {
		e.ObserveWithExemplar(value, prometheus.Labels{"import": id})
		return
	}
	o.Observe(value)
}

// Store returns the metrics of a store, into which these inboxes and sources import.
func (m *Metrics) Store(name string, inboxes, sources []string) *Store {
	return &Store{m, name, inboxes, sources}
}
