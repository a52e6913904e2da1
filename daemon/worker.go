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
// first out. Only where the fault is that of one inbox's folders does the line of that inbox wait alone.
func (d *Daemon) work(ctx context.Context, parts *Parts, arrivals <-chan watcher.Arrival) error {
	w := &worker{Daemon: d, parts: parts, inboxes: map[string]config.Inbox{}, stuck: map[string]watcher.Arrival{}}
	for _, inbox := range d.cfg.Inboxes {
		w.inboxes[inbox.Name] = inbox
	}
	look := time.NewTicker(cmp.Or(d.Again, stuckLook))
	defer look.Stop()
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		d.lines.wind(again)
		select {
		case <-ctx.Done():
			return nil
		case a := <-arrivals:
			d.metrics.started.WithLabelValues(a.Inbox).Inc()
			w.take(ctx, a)
		case <-again.C:
			w.goOn(ctx)
		case <-look.C:
			for _, a := range slices.Collect(maps.Values(w.stuck)) {
				w.take(ctx, a)
			}
		}
	}
}

const stuckLook = 30 * time.Second // how soon a command to resume is noticed

// worker is what work has while it runs. All of it belongs to its goroutine.
type worker struct {
	*Daemon
	parts   *Parts
	inboxes map[string]config.Inbox
	stuck   map[string]watcher.Arrival // by ID: they go on when a person says so
}

// take imports an arrival, or has it stand in its inbox's line.
func (w *worker) take(ctx context.Context, a watcher.Arrival) {
	if w.lines.behind(a) {
		return
	}
	if err := w.importOne(ctx, a); err != nil {
		w.hold(ctx, a, err)
	}
}

// importOne takes an arrival to its end, unless it is stuck or a stop is asked for: then it is handed out again at the next start. It
// gives an error where the fault is that of its inbox's folders.
func (w *worker) importOne(ctx context.Context, a watcher.Arrival) error {
	job := jobOf(w.inboxes[a.Inbox], w.cfg.Sources, a.Source, a.ID, a.Name, a.Workbook)
	job.Sidecar, job.Near, job.Rival, job.Original = a.Sidecar, a.Near, a.Rival, a.Original
	_, job.Alive = w.stuck[a.ID]
	for wait := newPause(); ; {
		if w.unpaused(ctx, w.parts.Store) != nil {
			return nil
		}
		if w.lost(ctx, a) { // also where a link or a pipe has taken the place of a file: it is not opened
			delete(w.stuck, a.ID)
			w.metrics.stuck(a.Inbox, w.stuck)
			return nil
		}
		rep, err := w.try(ctx, w.parts, job)
		switch {
		case err == nil:
			delete(w.stuck, a.ID)
			w.imported(ctx, rep, a)
		case errors.Is(err, pipeline.ErrStuck) && !job.Alive:
			w.log.LogAttrs(ctx, slog.LevelError, "Import is stuck", slog.String("workbook", a.Name), slog.Any("error", err))
			w.stuck[a.ID] = a
		}
		w.metrics.stuck(a.Inbox, w.stuck)
		if err == nil || errors.Is(err, pipeline.ErrStuck) || ctx.Err() != nil {
			return nil
		}
		_, died := errors.AsType[*panicked](err)
		job.Alive = !died
		w.metrics.failures.WithLabelValues(reason(err)).Inc()
		w.metrics.retries.WithLabelValues("import").Inc()
		if ofFolders(a, err) {
			return err
		}
		pause := wait.next()
		w.log.LogAttrs(ctx, slog.LevelWarn, "Import interrupted, trying again", slog.String("workbook", a.Name),
			slog.Duration("in", pause), slog.Any("error", err))
		if sleep(ctx, pause) != nil {
			return nil
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
	defer d.metrics.attempt(&job, &err)()
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
		dir := filepath.Join(d.cfg.Inboxes[i].Path, ".inlet", imp.Arrival)
		a := watcher.Arrival{ID: imp.Arrival, Inbox: imp.Inbox, Name: imp.Workbook, Dir: dir,
			Workbook: filepath.Join(dir, filepath.Base(imp.Workbook)), Seen: imp.Ended}
		rep, err := parts.Pipeline.Place(ctx, jobOf(d.cfg.Inboxes[i], d.cfg.Sources, imp.Source, a.ID, a.Name, a.Workbook), imp)
		switch {
		case err == nil:
			d.metrics.recoveries.WithLabelValues("moving").Inc()
			d.metrics.observe(rep, a.Seen)
		case a.Readable() != nil:
			// Else it is handed out and tried again.
			d.lines.old[a.ID] = true
			d.hold(ctx, a, err)
		}
	}
	return nil
}

// jobOf returns the job of a workbook that lies in a claim of an inbox, and that source brought, if one did.
func jobOf(inbox config.Inbox, sources []config.Source, source, arrival, name, workbook string) pipeline.Job {
	var from config.Source // what it says goes before what the inbox says
	if i := slices.IndexFunc(sources, func(s config.Source) bool { return s.Name == source }); i >= 0 {
		from = sources[i]
	}
	return pipeline.Job{Arrival: arrival, Inbox: inbox.Name, Source: source, Name: name, Workbook: workbook, Folders: folders(inbox), Language: inbox.Language,
		Limits: limits(inbox.Limits), Tell: ledger.Tell{Mail: inbox.WhenDone.Mail, Webhooks: inbox.WhenDone.Webhook},
		Headings: pipeline.Headings(inbox.Headings), Ask: inbox.Ask, Empty: inbox.Empty,
		Encoding: declared(cmp.Or(from.Encoding, inbox.Encoding)), Delimiter: declared(cmp.Or(from.Delimiter, inbox.Delimiter))}
}

// declared returns what an inbox or a source says of its text files; "" where that is to be found out.
func declared(word string) string {
	if word == "auto" {
		return ""
	}
	return word
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
