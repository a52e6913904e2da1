package worker

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/watcher"
)

// Intervals of the quarantine.
const (
	quarantinePoll  = 30 * time.Second // how soon `inlet resume` is noticed
	quarantineRetry = time.Hour        // how often an arrival is retried without it
)

// quarantine keeps the arrivals that the others do not wait for: their import is stuck or cancelled, has ended and its files cannot be moved, or their
// workbook is still being written.
type quarantine struct {
	metrics  *metrics.Metrics
	status   *status.Inboxes
	poll     time.Duration
	retry    time.Duration
	arrivals map[string]*quarantined // by ID
}

// quarantined is an arrival in quarantine.
type quarantined struct {
	watcher.Arrival
	due        time.Time // of the next retry without a person
	stored     bool      // the store has its import as stuck or cancelled: a person may resume it
	unfinished bool      // its workbook is still being written: it is not stuck
}

// newQuarantine makes an empty one. Interval replaces its intervals in tests.
func newQuarantine(m *metrics.Metrics, s *status.Inboxes, interval time.Duration) *quarantine {
	return &quarantine{metrics: m, status: s, poll: cmp.Or(interval, quarantinePoll), retry: cmp.Or(10*interval, quarantineRetry),
		arrivals: map[string]*quarantined{}}
}

func (q *quarantine) has(id string) bool { return q.arrivals[id] != nil }

// all returns the arrivals in no particular order.
func (q *quarantine) all() []*quarantined { return slices.Collect(maps.Values(q.arrivals)) }

// add puts an arrival into quarantine, or sets the time of its next retry. stored tells that the store has its import as stuck or cancelled.
func (q *quarantine) add(a watcher.Arrival, stored bool) {
	q.arrivals[a.ID] = &quarantined{Arrival: a, due: time.Now().Add(q.retry), stored: stored}
	q.report(a.Inbox)
}

// addUnfinished adds an arrival whose workbook is still being written. It is retried with the next poll.
func (q *quarantine) addUnfinished(a watcher.Arrival) {
	q.arrivals[a.ID] = &quarantined{Arrival: a, unfinished: true}
	q.report(a.Inbox)
}

func (q *quarantine) remove(a watcher.Arrival) {
	delete(q.arrivals, a.ID)
	q.report(a.Inbox)
}

// report updates the metrics and the status of an inbox.
func (q *quarantine) report(inbox string) {
	stuck, oldest := map[string]bool{}, time.Time{}
	for id, a := range q.arrivals {
		if a.Inbox != inbox || a.unfinished {
			continue
		}
		stuck[id] = true
		if oldest.IsZero() || a.Seen.Before(oldest) {
			oldest = a.Seen
		}
	}
	q.status.SetStuck(inbox, stuck)
	q.metrics.Stuck(inbox, len(stuck), oldest)
}
