package metrics

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox"
	"inlet.example/inlet/watcher/inbox/claim"
)

// mostSeries bounds the series of a daemon with twenty inboxes and ten sources.
const mostSeries = 2500

// TestSeriesDoNotGrowWithFiles: file names and errors are not label values.
func TestSeriesDoNotGrowWithFiles(t *testing.T) {
	var labels Labels
	for i := range 20 {
		labels.Inboxes = append(labels.Inboxes, Inbox{Name: fmt.Sprint("inbox", i)})
	}
	for i := range 10 {
		labels.Sources = append(labels.Sources, Source{Name: fmt.Sprint("source", i), Every: time.Minute})
	}
	labels.Stores = []string{"default"}
	m := New(labels)
	reportEvents(m, labels, 1)
	before := series(t, m)
	t.Logf("%d series", before)
	reportEvents(m, labels, 50)
	if after := series(t, m); after != before || after > mostSeries {
		t.Errorf("%d series, after 1,000 files %d; at most %d", before, after, mostSeries)
	}
}

// reportEvents reports everything that can happen to files, each with a name of its own.
func reportEvents(m *Metrics, labels Labels, rounds int) {
	events := m.WatcherEvents()
	for i := range rounds {
		for _, in := range labels.Inboxes {
			name := fmt.Sprintf("\x1b[31m%d;{}\"%s.xlsx", i, strings.Repeat("å", i%200))
			for _, reason := range claim.Reasons {
				events.Ignored(in.Name, reason)
			}
			events.Claimed(in.Name)
			for _, mode := range []string{watcher.ModeEvents, watcher.ModePoll} {
				m.InboxScanned(in.Name, watcher.Scan{Waiting: i, Oldest: time.Now(), Mode: mode}, nil)
				m.InboxScanned(in.Name, watcher.Scan{Mode: mode, Err: errors.New(name)}, nil)
			}
			importing, done := m.ImportAttempt(name, i%2 == 0)
			importing()
			done()
			m.Stuck(in.Name, i, time.Now())
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
				m.ImportEnded(rep, time.Now())
			}
			m.FreeSpace("/srv/inlet/"+in.Name, 1)
		}
		for _, s := range labels.Sources {
			for _, outcome := range watcher.Outcomes {
				events.Polled(s.Name, watcher.PollResult{Outcome: outcome})
			}
			m.NextPoll(s.Name, time.Now())
		}
		for _, kind := range inbox.EventKinds {
			events.Event(kind)
		}
		for _, name := range labels.Stores {
			s := m.Store(name, nil, nil)
			for _, e := range lease.Events {
				s.LeaseChanged(e)
			}
			s.Transactions(true)
		}
	}
}

// series counts as Prometheus does: each bucket of a histogram is one, and its sum and count.
func series(t *testing.T, m *Metrics) int {
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

// TestMetricsPassPromlint: names and help texts follow the conventions of Prometheus.
func TestMetricsPassPromlint(t *testing.T) {
	labels := Labels{Inboxes: []Inbox{{Name: "kunder"}}, Sources: []Source{{Name: "crm"}}}
	m := New(labels)
	reportEvents(m, labels, 1)
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
	m := New(Labels{Inboxes: []Inbox{{Name: "kunder"}}})
	rep := report.Report{Import: ledger.Import{Inbox: "kunder", State: ledger.Held}}
	rep.Import.Reading.LeaveOut(ledger.LeftOutRow{Why: ledger.LeftOutFooter, Text: "Antal: 3"})
	rep.Import.Reading.LeaveOut(ledger.LeftOutRow{Why: ledger.LeftOutFooter})
	m.ImportEnded(rep, time.Now())
	rep.Import.State = ledger.Done
	m.ImportEnded(rep, time.Now())
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
