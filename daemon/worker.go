package daemon

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
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
	for {
		select {
		case <-ctx.Done():
			return nil
		case a := <-arrivals:
			if err := d.importOne(ctx, parts, a, inboxes[a.Inbox]); err != nil {
				return err
			}
		}
	}
}

// importOne returns nil also when a stop was asked for: the arrival is handed out again at the next start.
func (d *Daemon) importOne(ctx context.Context, parts *Parts, a watcher.Arrival, inbox config.Inbox) error {
	job := jobOf(inbox, a.ID, a.Name, a.Workbook)
	job.Sidecar = a.Sidecar
	d.metrics.started.WithLabelValues(a.Inbox).Inc()
	wait := newPause()
	for {
		rep, err := report.Report{}, parts.Refresh(ctx)
		if err == nil {
			rep, err = parts.Pipeline.Run(ctx, job)
		}
		if err == nil {
			d.metrics.observe(rep, a.Seen)
			if err := a.Forget(); err != nil {
				d.log.LogAttrs(ctx, slog.LevelWarn, "Claim not tidied", slog.String("dir", a.Dir), slog.Any("error", err))
			}
			d.At.Reach(ledger.AtForgotten)
			return nil
		}
		if ctx.Err() != nil {
			return nil
		}
		d.metrics.failures.WithLabelValues(reason(err)).Inc()
		pause := wait.next()
		d.log.LogAttrs(ctx, slog.LevelWarn, "Import interrupted, trying again", slog.String("workbook", a.Name),
			slog.Duration("in", pause), slog.Any("error", err))
		if sleep(ctx, pause) != nil {
			return nil
		}
	}
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
		d.metrics.observe(rep, rep.Import.Ended)
	}
	return nil
}

// jobOf returns the job of a workbook that lies in a claim of an inbox.
func jobOf(inbox config.Inbox, arrival, name, workbook string) pipeline.Job {
	return pipeline.Job{Arrival: arrival, Inbox: inbox.Name, Name: name, Workbook: workbook, Folders: folders(inbox), Language: inbox.Language,
		Limits: limits(inbox.Limits)}
}

// reasons are why an import is tried again; a closed list, for the metrics.
var reasons = []string{"taken_over", "world"}

func reason(err error) string {
	if errors.Is(err, store.ErrTakenOver) {
		return "taken_over"
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
