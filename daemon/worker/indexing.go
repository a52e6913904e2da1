package worker

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/pipeline/store/records"
	"inlet.example/inlet/watcher"
)

const (
	indexGrace = 2 * time.Second  // how long other inboxes wait for an index: most take less than to check the workbook once more
	indexLog   = 30 * time.Second // how often the progress of a long one is logged
)

// errNotIndexed ends an attempt whose workbook has to wait until the stored records are indexed, while there is something else to do.
var errNotIndexed = errors.New("waiting until the stored records are indexed")

// indexing gives the stored records the keys that imports look them up by, beside the imports of other inboxes.
//
// What is done is kept until the arrival that it is done for is attempted again, so that no attempt begins it anew.
type indexing struct {
	index   *records.Index
	log     *slog.Logger
	metrics *metrics.Metrics
	status  *status.Inboxes
	grace   time.Duration // how long other inboxes wait
	running sync.WaitGroup

	mu  sync.Mutex
	all map[string]*indexRun // by the ID of the arrival
}

// indexRun is the indexing for an arrival.
type indexRun struct {
	done   chan struct{} // closed when it has ended; then the rest is set
	took   time.Duration
	err    error
	cancel context.CancelFunc
	inbox  string
	shown  bool // other inboxes go on, and this one waits
}

func newIndexing(s *Settings) *indexing {
	return &indexing{index: s.Parts.Store.Index, log: s.Log, metrics: s.Metrics, status: s.Status, grace: cmp.Or(s.Interval, indexGrace), all: map[string]*indexRun{}}
}

// start runs index for an arrival, unless it runs or has ended already. The context of the attempt does not end it.
func (x *indexing) start(ctx context.Context, a watcher.Arrival, index func(context.Context) error) *indexRun {
	x.mu.Lock()
	defer x.mu.Unlock()
	if run := x.all[a.ID]; run != nil {
		return run
	}
	run := &indexRun{done: make(chan struct{}), inbox: a.Inbox}
	ctx, run.cancel = context.WithCancel(context.WithoutCancel(ctx))
	x.all[a.ID] = run
	x.running.Go(func() {
		defer close(run.done)
		began := time.Now()
		run.err = x.run(ctx, a, index)
		run.took = time.Since(began)
	})
	return run
}

func (x *indexing) run(ctx context.Context, a watcher.Arrival, index func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			x.metrics.ImportPanicked()
			err = &panicError{v, debug.Stack()}
		}
	}()
	defer x.logProgress(ctx, a)()
	return index(ctx)
}

// logProgress logs now and then how far the indexing is, until the func that it returns is called.
func (x *indexing) logProgress(ctx context.Context, a watcher.Arrival) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	before := x.index.Indexed()
	x.running.Go(func() {
		for backoff.Sleep(ctx, indexLog) == nil {
			x.log.LogAttrs(ctx, slog.LevelInfo, "Stored records are being indexed", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name),
				slog.Int64("records", x.index.Indexed()-before))
		}
	})
	return cancel
}

// runs reports whether an arrival waits for an index.
func (x *indexing) runs(arrival string) bool {
	x.mu.Lock()
	run := x.all[arrival]
	x.mu.Unlock()
	if run == nil {
		return false
	}
	select {
	case <-run.done:
		return false
	default:
		return true
	}
}

// show says that an inbox waits, and others need not.
func (x *indexing) show(ctx context.Context, a watcher.Arrival, run *indexRun) {
	if run.shown {
		return
	}
	run.shown = true
	x.metrics.InboxIndexing(a.Inbox, true)
	before := x.index.Indexed()
	x.status.SetIndexing(a.ID, func() int64 { return x.index.Indexed() - before })
	x.log.LogAttrs(ctx, slog.LevelInfo, "Stored records are being indexed, the inbox waits", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name))
}

// forget ends the indexing for an arrival.
func (x *indexing) forget(arrival string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	run := x.all[arrival]
	if run == nil {
		return
	}
	run.cancel()
	delete(x.all, arrival)
	if run.shown {
		x.metrics.InboxIndexing(run.inbox, false)
		x.status.SetIndexing(arrival, nil)
	}
}

// End ends all of it and waits for that.
func (x *indexing) end() {
	x.mu.Lock()
	arrivals := slices.Collect(maps.Keys(x.all))
	x.mu.Unlock()
	for _, arrival := range arrivals {
		x.forget(arrival)
	}
	x.running.Wait()
}
