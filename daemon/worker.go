package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/check"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox/claim"
)

// work takes one arrival at a time through the pipeline. While the store is out of reach it tries the same one again: the queue is first in,
// first out. Where the fault is that of one inbox's folders the line of that inbox waits alone. What fails and nobody knows why is set aside
// after some tries, and the next ones go on.
func (d *Daemon) work(ctx context.Context, parts *Parts, arrivals <-chan watcher.Arrival) error {
	w := &worker{Daemon: d, parts: parts, inboxes: map[string]config.Inbox{}, stuck: map[string]*aside{}}
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
			w.lookAside(ctx)
		}
	}
}

const stuckLook = 30 * time.Second // how soon a command to resume is noticed

// worker is what work has while it runs. All of it belongs to its goroutine.
type worker struct {
	*Daemon
	parts   *Parts
	inboxes map[string]config.Inbox
	stuck   map[string]*aside // by ID of the arrival
}

// take imports an arrival, or has it stand in its inbox's line.
func (w *worker) take(ctx context.Context, a watcher.Arrival) {
	if w.lines.behind(a) {
		return
	}
	pauses, err := w.unpaused(ctx, w.parts.Store)
	if err != nil {
		return
	}
	if _, is := pauses.Holds(settings.OfInbox(a.Inbox)); is && w.stuck[a.ID] == nil {
		w.log.LogAttrs(ctx, slog.LevelInfo, "Inbox is paused", slog.String("inbox", a.Inbox))
		w.lines.pause(a, cmp.Or(w.Again, pauseLook))
		return
	}
	err = w.importOne(ctx, a)
	switch {
	case err == nil:
	case w.stuck[a.ID] != nil && !ofPlace(err): // still
		w.setAside(a, false)
	default:
		w.hold(ctx, a, err)
	}
}

// importOne takes an arrival to its end, unless it is stuck or a stop is asked for: then it is handed out again at the next start. It
// gives an error where the fault is that of its inbox's folders. Whether importing is paused the caller has seen.
func (w *worker) importOne(ctx context.Context, a watcher.Arrival) error {
	job := w.job(a)
	tries := tries{again: w.Again, wait: newPause()}
	if _, job.Alive = w.stuck[a.ID]; job.Alive {
		tries.unknown = len(unknownPauses) // it had its tries
	}
	for {
		if w.lost(ctx, a) { // also where a link or a pipe has taken the place of a file: it is not opened
			delete(w.stuck, a.ID)
			w.metrics.stuck(a.Inbox, w.stuck)
			return nil
		}
		rep, err := w.try(ctx, job)
		if errors.Is(err, errCancelled) {
			if err = w.cancelled(ctx); err == nil {
				w.setAside(a, true)
				return nil
			}
		}
		switch {
		case err == nil:
			delete(w.stuck, a.ID)
			w.imported(ctx, rep, a)
		case errors.Is(err, pipeline.ErrStuck) && !job.Alive:
			w.log.LogAttrs(ctx, slog.LevelError, "Import is stuck", slog.String("workbook", a.Name), slog.Any("error", err))
			w.setAside(a, true)
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
		if errors.Is(err, pipeline.ErrStillWritten) {
			w.letWrite(ctx, a)
			return nil
		}
		pause, more := tries.next(err)
		if !more && w.strand(ctx, job, a, err) {
			return nil
		}
		level := slog.LevelWarn
		if isDenied(err) {
			level = slog.LevelError
		}
		w.log.LogAttrs(ctx, level, "Import interrupted, trying again", slog.String("workbook", a.Name),
			slog.Duration("in", pause), slog.Any("error", err))
		if sleep(ctx, pause) != nil {
			return nil
		}
		if _, err := w.unpaused(ctx, w.parts.Store); err != nil {
			return nil
		}
	}
}

// job returns that of an arrival.
func (w *worker) job(a watcher.Arrival) pipeline.Job {
	job := jobOf(w.inboxes[a.Inbox], w.cfg.Sources, a.Source, a.ID, a.Name, a.Workbook)
	job.Sidecar, job.Near, job.Rival, job.Original = a.Sidecar, a.Near, a.Rival, a.Original
	return job
}

// afterPanic is how long a workbook that brought a panic about waits for its next try. It is soon refused, and what lies behind it waits.
const afterPanic = 200 * time.Millisecond

// panicked is a fault of inlet itself. It counts as a death of the process: a workbook that brings it about is set aside.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string {
	return fmt.Sprintf("a fault of inlet itself: %v\n%s", p.value, p.stack)
}

// try takes a workbook through the pipeline once.
func (w *worker) try(ctx context.Context, job pipeline.Job) (rep report.Report, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	w.current.take(stop)
	rep, err = w.run(ctx, job)
	if err != nil && errors.Is(context.Cause(ctx), errCancelled) {
		return rep, errCancelled
	}
	return rep, err
}

// run is a try that a panic does not get out of.
func (w *worker) run(ctx context.Context, job pipeline.Job) (rep report.Report, err error) {
	defer func() {
		if v := recover(); v != nil {
			w.metrics.panics.WithLabelValues("import").Inc()
			err = &panicked{v, debug.Stack()}
		}
	}()
	defer w.metrics.attempt(&job, &err)()
	w.pulse.begin()
	defer w.pulse.end()
	job.Pulse, job.Begun = w.pulse.beat, w.current.begun
	if err := w.parts.Refresh(ctx); err != nil {
		return rep, err
	}
	return w.parts.Pipeline.Run(ctx, job)
}

// imported does what is left when an import has ended.
func (d *Daemon) imported(ctx context.Context, rep report.Report, a watcher.Arrival) {
	d.metrics.observe(rep, a.Seen)
	d.post.ring()
	if err := a.Remove(); err != nil {
		d.log.LogAttrs(ctx, slog.LevelWarn, "Claim not tidied", slog.String("dir", a.Dir), slog.Any("error", err))
	}
	d.At.Reach(ledger.AtForgotten)
}

// finishMoves takes care of imports that had ended when a crash came, before all their files had moved and that was written down. The
// watcher could not tell: it may find a workbook without its sidecar, or nothing.
func (d *Daemon) finishMoves(ctx context.Context, parts *Parts) error {
	imports, err := parts.Store.Imports.Unarchived(ctx)
	if err != nil {
		return err
	}
	for _, imp := range imports {
		i := slices.IndexFunc(d.cfg.Inboxes, func(inbox config.Inbox) bool { return inbox.Name == imp.Inbox })
		if i < 0 {
			continue // of another daemon into this store
		}
		dir := claim.Dir(d.cfg.Inboxes[i].Path, imp.Arrival)
		a := watcher.Arrival{ID: imp.Arrival, Inbox: imp.Inbox, Name: imp.Workbook, Dir: dir,
			Workbook: filepath.Join(dir, filepath.Base(imp.Workbook)), Seen: imp.Ended}
		rep, err := parts.Pipeline.FinishArchive(ctx, jobOf(d.cfg.Inboxes[i], d.cfg.Sources, imp.Source, a.ID, a.Name, a.Workbook), imp)
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
		Limits: limits(inbox.Limits), Tell: ledger.Recipients{Mail: inbox.WhenDone.Mail, Webhooks: inbox.WhenDone.Webhook},
		Headings: check.HeadingsPolicy(inbox.Headings), Ask: inbox.Ask, Empty: inbox.Empty,
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
var reasons = []string{"taken_over", "panic", "world", "unknown"}

func reason(err error) string {
	if errors.Is(err, ledger.ErrTakenOver) {
		return "taken_over"
	}
	if _, ok := errors.AsType[*panicked](err); ok {
		return "panic"
	}
	_, unmoved := errors.AsType[*pipeline.ArchiveError](err)
	if ofWorld(err) || unmoved && ofPlace(err) {
		return "world"
	}
	return "unknown"
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
