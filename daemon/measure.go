package daemon

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/watcher"
)

// quick are the bounds of what takes no time as a rule.
var quick = []float64{.001, .005, .025, .1, .5, 2.5, 10}

// stages are those of a workbook in hand.
var stages = []string{"check", "apply"}

// applying is the lease that one process at a time has.
const applying = "apply"

// ofRecords are the operations that only an import asks for. A lease is renewed also while one makes no progress.
var ofRecords = operations[:slices.Index(operations, "insert")]

// around times what an engine does, and has beat called after what it did for an import.
func (m *metrics) around(e store.Engine, beat func()) store.Engine {
	return timed{e, func(op string, began time.Time, err error) {
		if slices.Contains(ofRecords, op) {
			beat()
		}
		outcome := "ok"
		if err != nil {
			outcome = "error"
		}
		m.operations.WithLabelValues(op, outcome).Observe(time.Since(began).Seconds())
	}}
}

func (m *metrics) leased(e store.LeaseEvent) {
	m.leaseEvents.WithLabelValues(applying, string(e)).Inc()
	m.leaseHeld.WithLabelValues(applying).Set(yes(e == store.LeaseTaken))
}

// attempt counts a try of a workbook, and shows it as in hand until what it returns is called; how it ended is in err by then.
func (m *metrics) attempt(job *pipeline.Job, err *error) (done func()) {
	kind := "first"
	if job.Alive {
		kind = "again"
	}
	m.attempts.WithLabelValues(kind).Inc()
	if info, err := os.Stat(job.Workbook); err == nil {
		m.bytes.Add(float64(info.Size()))
		if !job.Alive {
			m.size.Observe(float64(info.Size()))
		}
	}
	stand := func(check, apply float64) {
		m.inHand.WithLabelValues(stages[0]).Set(check)
		m.inHand.WithLabelValues(stages[1]).Set(apply)
	}
	stand(1, 0)
	arrival := job.Arrival
	if !job.Alive { // one that failed still waits for what was missing
		m.hand.goes(arrival)
	}
	job.Progress = func(int, int) {
		stand(0, 1)
		m.hand.goes(arrival)
	}
	return func() {
		stand(0, 0)
		m.hand.ended(arrival, *err)
	}
}

func (m *metrics) event(kind string, n float64) {
	if slices.Contains(watcher.ErrorKinds, kind) {
		m.fsErrors.WithLabelValues(kind).Add(n)
		return
	}
	m.fsEvents.WithLabelValues(kind).Add(n)
}

func (m *metrics) poll(source string, a watcher.Answer) {
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
		m.sourceState.WithLabelValues(source, s).Set(yes(s == state))
	}
}

// How a source stands.
const (
	sourceOK      = "ok"
	sourceFailing = "failing" // it is asked again by itself
	sourceAuth    = "auth"    // it lets nobody in: a person must mend that
)

var sourceStates = []string{sourceOK, sourceFailing, sourceAuth}

// recall shows when each inbox last had an import done before this start: among the newest ones, for those behind do not matter any more.
func (d *Daemon) recall(ctx context.Context, s *store.Store) error {
	const newest = 1000
	imports, err := s.Imports(ctx, 0, newest)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, inbox := range d.cfg.Inboxes {
		seen[inbox.Name] = false
	}
	for _, imp := range imports {
		if shown, ours := seen[imp.Inbox]; ours && !shown && imp.State == ledger.Done {
			seen[imp.Inbox] = true
			d.metrics.lastSuccess.WithLabelValues(imp.Inbox).Set(float64(imp.Ended.Unix()))
		}
	}
	return nil
}

const measuring = 15 * time.Second // as often as a scrape is usual

// measure keeps what nobody tells of: room on the disks, and when the sources are asked next.
func (d *Daemon) measure(ctx context.Context, w *watcher.Watcher) error {
	_, embedded := d.cfg.Store.Embedded()
	d.metrics.can.WithLabelValues("transactions").Set(yes(embedded))
	for {
		for _, dir := range d.writesTo() {
			free, err := files.FreeSpace(dir)
			if err != nil {
				d.metrics.free.DeleteLabelValues(dir) // said by inbox_up
				continue
			}
			d.metrics.free.WithLabelValues(dir).Set(free)
		}
		for _, source := range d.cfg.Sources {
			if next := w.Next(source.Name); !next.IsZero() {
				d.metrics.pollNext.WithLabelValues(source.Name).Set(float64(next.Unix()))
			}
		}
		if sleep(ctx, measuring) != nil {
			return nil
		}
	}
}

// writesTo are the folders of the configuration that files grow in.
func (d *Daemon) writesTo() []string {
	var all []string
	for _, inbox := range d.cfg.Inboxes {
		all = append(all, inbox.Path)
		f := folders(inbox)
		for _, dir := range []string{f.Done, f.Failed, f.Held} {
			if !strings.HasPrefix(dir, inbox.Path+string(filepath.Separator)) {
				all = append(all, dir)
			}
		}
	}
	if path, ok := d.cfg.Store.Embedded(); ok {
		all = append(all, filepath.Dir(path))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
