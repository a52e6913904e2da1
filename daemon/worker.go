package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/watcher"
)

// work takes one arrival at a time through the pipeline. While the world is broken it tries the same one again: the queue is first in,
// first out.
func (d *Daemon) work(ctx context.Context, parts *Parts, arrivals <-chan watcher.Arrival) error {
	inboxes := map[string]config.Inbox{}
	for _, inbox := range d.cfg.Inboxes {
		inboxes[inbox.Name] = inbox
	}
	stuck := map[string]watcher.Arrival{} // by ID: they go on when a person says so
	look := time.NewTicker(cmp.Or(d.Again, stuckLook))
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case a := <-arrivals:
			d.metrics.started.WithLabelValues(a.Inbox).Inc()
			d.importOne(ctx, parts, a, inboxes[a.Inbox], stuck)
		case <-look.C:
			for _, a := range slices.Collect(maps.Values(stuck)) {
				d.importOne(ctx, parts, a, inboxes[a.Inbox], stuck)
			}
		}
	}
}

const stuckLook = 30 * time.Second // how soon a command to resume is noticed

// importOne takes an arrival to its end, unless it is stuck or a stop is asked for: then it is handed out again at the next start.
func (d *Daemon) importOne(ctx context.Context, parts *Parts, a watcher.Arrival, inbox config.Inbox, stuck map[string]watcher.Arrival) {
	job := jobOf(inbox, a.ID, a.Name, a.Workbook)
	job.Sidecar = a.Sidecar
	_, job.Alive = stuck[a.ID]
	for wait := newPause(); ; {
		rep, err := d.try(ctx, parts, job)
		switch {
		case err == nil:
			delete(stuck, a.ID)
			d.imported(ctx, rep, a)
		case errors.Is(err, pipeline.ErrStuck) && !job.Alive:
			d.log.LogAttrs(ctx, slog.LevelError, "Import is stuck", slog.String("workbook", a.Name), slog.Any("error", err))
			stuck[a.ID] = a
		}
		d.metrics.stuck(a.Inbox, stuck)
		if err == nil || errors.Is(err, pipeline.ErrStuck) || ctx.Err() != nil {
			return
		}
		_, died := errors.AsType[*panicked](err)
		job.Alive = !died
		d.metrics.failures.WithLabelValues(reason(err)).Inc()
		d.metrics.retries.WithLabelValues("import").Inc()
		pause := wait.next()
		d.log.LogAttrs(ctx, slog.LevelWarn, "Import interrupted, trying again", slog.String("workbook", a.Name),
			slog.Duration("in", pause), slog.Any("error", err))
		if sleep(ctx, pause) != nil {
			return
		}
	}
}

// panicked is a fault of inlet itself. It counts as a death of the process: a workbook that brings it about is set aside.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string {
	return fmt.Sprintf("a fault of inlet itself: %v\n%s", p.value, p.stack)
}

// try takes a workbook through the pipeline once.
func (d *Daemon) try(ctx context.Context, parts *Parts, job pipeline.Job) (rep report.Report, err error) {
	defer func() {
		if v := recover(); v != nil {
			d.metrics.panics.WithLabelValues("import").Inc()
			err = &panicked{v, debug.Stack()}
		}
	}()
	defer d.metrics.attempt(&job)()
	if err := parts.Refresh(ctx); err != nil {
		return rep, err
	}
	return parts.Pipeline.Run(ctx, job)
}

// imported does what is left when an import has ended.
func (d *Daemon) imported(ctx context.Context, rep report.Report, a watcher.Arrival) {
	d.metrics.observe(rep, a.Seen)
	d.post.ring()
	if err := a.Forget(); err != nil {
		d.log.LogAttrs(ctx, slog.LevelWarn, "Claim not tidied", slog.String("dir", a.Dir), slog.Any("error", err))
	}
	d.At.Reach(ledger.AtForgotten)
}

// finishMoves takes care of imports that had ended when a crash came, before all their files had moved and that was written down. The
// watcher could not tell: it may find a workbook without its sidecar, or nothing.
func (d *Daemon) finishMoves(ctx context.Context, parts *Parts) error {
	imports, err := parts.Store.Unplaced(ctx)
	if err != nil {
		return err
	}
	for _, imp := range imports {
		i := slices.IndexFunc(d.cfg.Inboxes, func(inbox config.Inbox) bool { return inbox.Name == imp.Inbox })
		if i < 0 {
			continue // of another daemon into this store
		}
		claim := filepath.Join(d.cfg.Inboxes[i].Path, ".inlet", imp.Arrival)
		rep, err := parts.Pipeline.Place(ctx, jobOf(d.cfg.Inboxes[i], imp.Arrival, imp.Workbook, filepath.Join(claim, filepath.Base(imp.Workbook))), imp)
		if err != nil {
			// Where the workbook still lies in its claim it is handed out and tried again. Else somebody may have taken the file out of
			// done already: that is theirs to do, and no reason to stand still.
			d.log.LogAttrs(ctx, slog.LevelWarn, "Archived file not found again", slog.String("import", imp.ID), slog.Any("error", err))
			continue
		}
		d.metrics.recoveries.WithLabelValues("moving").Inc()
		d.metrics.observe(rep, rep.Import.Ended)
	}
	return nil
}

// jobOf returns the job of a workbook that lies in a claim of an inbox.
func jobOf(inbox config.Inbox, arrival, name, workbook string) pipeline.Job {
	return pipeline.Job{Arrival: arrival, Inbox: inbox.Name, Name: name, Workbook: workbook, Folders: folders(inbox), Language: inbox.Language,
		Limits: limits(inbox.Limits), Tell: ledger.Tell{Mail: inbox.WhenDone.Mail, Webhooks: inbox.WhenDone.Webhook}}
}

// reasons are why an import is tried again; a closed list, for the metrics.
var reasons = []string{"taken_over", "panic", "world"}

func reason(err error) string {
	if errors.Is(err, store.ErrTakenOver) {
		return "taken_over"
	}
	if _, ok := errors.AsType[*panicked](err); ok {
		return "panic"
	}
	return "world"
}

const storeLook = 10 * time.Second // alerts on a store that is down wait for minutes

// watchStore keeps the metric that says whether the store answers.
func (d *Daemon) watchStore(ctx context.Context, s *store.Store) error {
	for {
		look, cancel := context.WithTimeout(ctx, storeLook)
		err := s.Ping(look)
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		up := 1.0
		if err != nil {
			up = 0
			d.log.LogAttrs(ctx, slog.LevelWarn, "Store does not answer", slog.Any("error", err))
		}
		d.metrics.storeUp.Set(up)
		if sleep(ctx, storeLook) != nil {
			return nil
		}
	}
}

// pause grows from try to try, with jitter, so that a store that comes back is not met by all at once.
type pause struct{ *backoff.ExponentialBackOff }

func newPause() pause {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = time.Second, time.Minute
	return pause{b}
}

func (p pause) next() time.Duration { return p.NextBackOff().Round(time.Millisecond) }

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
