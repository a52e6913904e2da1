// Package worker imports what arrives in the inboxes of one store.
//
// # Why there is one worker for a store
//
// Imports are first in, first out, and a store has one import applied at a time: a second worker would only wait for the first. What need not be
// applied in order is done beside it: the records of an application are indexed while other inboxes import.
//
// # Why it goes on after an error that it does not understand
//
// An error of the store, the disk or the permissions is waited for, because the next import would meet it too. If the folders of one inbox are at
// fault, only that inbox waits (backlog). Any other error is retried a few times; then the arrival is quarantined and the next ones are imported.
package worker

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/notify/delivery"
	"inlet.example/inlet/daemon/queue"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/daemon/tracing"
	"inlet.example/inlet/daemon/worker/current"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/watcher"
	"inlet.example/inlet/watcher/inbox/claim"
)

// Settings are what a worker works with.
type Settings struct {
	Parts     *assembly.Parts
	Inboxes   []config.Inbox
	Log       *slog.Logger
	Metrics   *metrics.Metrics
	OfStore   *metrics.Store
	Status    *status.Inboxes
	Heartbeat *current.Heartbeat
	Memory    *Memory // of the process
	Sender    *delivery.Sender
	Queue     *queue.Queue
	Traces    *tracing.Traces
	At        ledger.At
	Interval  time.Duration // replaces the intervals of all that is polled or retried; 0 except in tests
}

// Worker imports one arrival at a time, in the order in which they come. Only its goroutine uses it, except for the current import and the backlog.
//
// An arrival that cannot be imported goes one of three ways: it is retried while everything waits (the store, the disk or a permission is missing),
// its inbox waits in the backlog (the folders of the inbox are at fault), or it is quarantined (the cause is unknown) and the next ones go on.
type Worker struct {
	Pauses *Pauses

	parts      *assembly.Parts
	inboxes    []config.Inbox
	log        *slog.Logger
	metrics    *metrics.Metrics
	ofStore    *metrics.Store
	status     *status.Inboxes
	heartbeat  *current.Heartbeat
	backlog    *backlog
	quarantine *quarantine
	sender     *delivery.Sender
	queue      *queue.Queue
	traces     *tracing.Traces
	current    current.Import
	indexing   *indexing
	memory     *Memory
	at         ledger.At
	interval   time.Duration

	arrivals <-chan watcher.Arrival
	next     []watcher.Arrival // received, and taken before any other
	checked  map[string]bool   // arrivals whose workbook was checked, and that wait for their turn
	large    map[string]bool   // arrivals that wait for memory
	begun    map[string]bool   // arrivals whose import has begun: nothing of another inbox is applied before it goes on
}

// New makes a worker. It starts nothing.
func New(s Settings) *Worker {
	return &Worker{parts: s.Parts, inboxes: s.Inboxes, log: s.Log, metrics: s.Metrics, ofStore: s.OfStore, status: s.Status, heartbeat: s.Heartbeat,
		Pauses:  &Pauses{store: s.Parts.Store, log: s.Log, metrics: s.OfStore, status: s.Status, every: cmp.Or(s.Interval, pausePoll)},
		backlog: newBacklog(), queue: s.Queue, traces: s.Traces, checked: map[string]bool{}, large: map[string]bool{}, begun: map[string]bool{}, indexing: newIndexing(&s), memory: s.Memory, quarantine: newQuarantine(s.Metrics, s.Status, s.Interval),
		sender: s.Sender, at: s.At, interval: s.Interval}
}

// HasBegun says, before Run, that the import of an arrival has begun in an earlier process.
func (w *Worker) HasBegun(arrival string) { w.begun[arrival] = true }

// Blocks reports whether an inbox waits, so that no more is to be claimed there.
func (w *Worker) Blocks(inbox string) bool { return w.backlog.blocks(inbox) }

// FinishArchives moves the files of imports that had ended before a crash, but whose files were not all moved. The watcher does not find them
// reliably: it may find a workbook without its sidecar, or nothing.
func (w *Worker) FinishArchives(ctx context.Context) error {
	imports, err := w.parts.Store.Imports.Unarchived(ctx)
	if err != nil {
		return err
	}
	for _, imp := range imports {
		i := slices.IndexFunc(w.inboxes, func(inbox config.Inbox) bool { return inbox.Name == imp.Inbox })
		if i < 0 {
			continue // of another daemon of this store
		}
		if ours, err := w.queue.Take(ctx, imp.Inbox, imp.Arrival, false); err != nil {
			return err
		} else if !ours {
			continue // of another daemon of this inbox
		}
		w.finishArchive(ctx, claim.Dir(w.inboxes[i].Path, imp.Arrival), imp)
	}
	return nil
}

// finishArchive moves the files of an import that has ended.
func (w *Worker) finishArchive(ctx context.Context, dir string, imp ledger.Import) {
	a := watcher.Arrival{ID: imp.Arrival, Inbox: imp.Inbox, Name: imp.Workbook, Source: imp.Source, Dir: dir,
		Workbook: filepath.Join(dir, filepath.Base(imp.Workbook)), Seen: imp.Ended}
	rep, err := w.parts.Pipeline.FinishArchive(ctx, w.job(a), imp)
	switch {
	case err == nil:
		w.metrics.ImportArchived()
		w.metrics.ImportEnded(rep, a.Seen)
		w.queue.Release(ctx, a.Inbox, a.ID)
	case a.Readable() != nil: // otherwise the watcher hands it out, and it is tried again then
		w.backlog.archiveOnly[a.ID] = true
		w.block(ctx, a, err)
	}
}

// finishEmptied finishes the archive of a claim that was adopted without its workbook.
func (w *Worker) finishEmptied(ctx context.Context, a watcher.Arrival) {
	if w.backlog.archiveOnly[a.ID] {
		return // it waits for the folder already
	}
	imports, err := w.parts.Store.Imports.Unarchived(ctx)
	if err != nil {
		w.log.LogAttrs(ctx, slog.LevelWarn, "Adopted claim waits for the next start", slog.String("claim", a.ID), slog.Any("error", err))
		w.queue.SetAside(ctx, a.Inbox, a.ID)
		return
	}
	for _, imp := range imports {
		if imp.Arrival == a.ID && imp.Inbox == a.Inbox {
			w.finishArchive(ctx, a.Dir, imp)
			return
		}
	}
	w.queue.Release(ctx, a.Inbox, a.ID)
}

// job returns the job of an arrival.
func (w *Worker) job(a watcher.Arrival) pipeline.Job {
	job := w.parts.Job(a)
	job.Own = func(ctx context.Context) error { return w.queue.Own(ctx, a.ID) }
	if !w.begun[a.ID] { // one that has begun waits for its index where it is, or rows of a later import would be applied amid its own
		job.Index = func(ctx context.Context, index func(context.Context) error) (time.Duration, error) {
			return w.awaitIndex(ctx, a, index)
		}
	}
	job.Turn = func(ctx context.Context) error { return w.awaitTurn(ctx, a) }
	return job
}

// Run imports arrivals until ctx ends.
func (w *Worker) Run(ctx context.Context, arrivals <-chan watcher.Arrival) error {
	w.arrivals = arrivals
	defer w.indexing.end()
	poll := time.NewTicker(w.quarantine.poll)
	defer poll.Stop()
	retry := time.NewTimer(0)
	defer retry.Stop()
	for ctx.Err() == nil {
		if len(w.next) > 0 {
			a := w.next[0]
			w.next = w.next[1:]
			w.take(ctx, a)
			continue
		}
		w.backlog.resetTimer(retry)
		select {
		case <-ctx.Done():
		case a := <-arrivals:
			w.receive(ctx, a)
		case <-retry.C:
			w.retryBacklog(ctx)
		case <-poll.C:
			w.retryQuarantine(ctx)
		}
	}
	return nil
}

// receive is called with each arrival: it is taken next.
func (w *Worker) receive(ctx context.Context, a watcher.Arrival) {
	if a.Emptied {
		w.finishEmptied(ctx, a)
		return
	}
	w.metrics.ImportStarted(a.Inbox)
	w.next = append(w.next, a)
}

// take imports an arrival, or adds it to the backlog of its inbox.
func (w *Worker) take(ctx context.Context, a watcher.Arrival) {
	if !w.queue.Owns(a.ID) || w.backlog.enqueueIfBlocked(a) {
		return // also if it has been given to another daemon
	}
	_ = w.parts.Pipeline.ReadAhead(ctx, w.parts.Job(a)) // what uses the store next reports that it does not answer
	paused, err := w.Pauses.wait(ctx)
	if err != nil {
		return
	}
	if _, is := paused.Holds(settings.OfInbox(a.Inbox)); is && !w.quarantine.has(a.ID) {
		w.log.LogAttrs(ctx, slog.LevelInfo, "Inbox paused", slog.String("inbox", a.Inbox))
		w.backlog.pause(a, w.Pauses.every)
		return
	}
	err = w.importArrival(ctx, a)
	switch {
	case err == nil:
	case w.quarantine.has(a.ID) && !ofFolders(err): // as before
		w.setAside(ctx, a, false)
	default:
		w.block(ctx, a, err)
	}
}

// importArrival imports an arrival, with retries, until its import has ended or the arrival is quarantined. A stop ends it too; the next start
// then hands the arrival out again. An error means that the folders of the inbox are at fault. The caller has made sure that importing is not
// paused.
func (w *Worker) importArrival(ctx context.Context, a watcher.Arrival) error {
	job := w.job(a)
	job.Alive = w.checked[a.ID]
	retries := newRetries(w.interval)
	if w.quarantine.has(a.ID) {
		job.Alive = true
		retries.unknown = len(unknownPauses) // it has been retried before
	}
	for {
		if w.claimRemoved(ctx, a) { // also if a link or a pipe has replaced the file: it is not opened
			w.quarantine.remove(a)
			return nil
		}
		rep, err := w.attempt(ctx, a, job)
		if w.givenUp(ctx, a, err) {
			return nil
		}
		if errors.Is(err, current.ErrCancelled) {
			if err = w.storeCancelled(ctx); err == nil {
				w.setAside(ctx, a, true)
				return nil
			}
		}
		switch {
		case err == nil:
			w.quarantine.remove(a)
			w.imported(ctx, rep, a)
		case errors.Is(err, pipeline.ErrStuck) && !w.quarantine.has(a.ID):
			w.log.LogAttrs(ctx, slog.LevelError, "Import is stuck", slog.String("workbook", a.Name), slog.Any("error", err))
			w.setAside(ctx, a, true)
		}
		w.quarantine.report(a.Inbox)
		if err == nil || errors.Is(err, pipeline.ErrStuck) || ctx.Err() != nil {
			return nil
		}
		job.Alive = !isPanic(err)
		w.ofStore.ImportInterrupted(failureReason(err))
		if inboxAtFault(a, err) {
			return err
		}
		if errors.Is(err, pipeline.ErrStillWritten) {
			w.postpone(ctx, a)
			return nil
		}
		pause, more := retries.next(err)
		if !more && w.markStuck(ctx, job, a, err) {
			return nil
		}
		if w.pauseBeforeRetry(ctx, a, pause, err) != nil {
			return nil
		}
		if _, err := w.Pauses.wait(ctx); err != nil {
			return nil
		}
	}
}

// attempt imports a workbook once. It returns errCancelled if a person has cancelled the import meanwhile.
func (w *Worker) attempt(ctx context.Context, a watcher.Arrival, job pipeline.Job) (report.Report, error) {
	free, err := w.awaitMemory(ctx, a)
	if err != nil {
		return report.Report{}, err
	}
	defer free()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w.current.Begin(job.Inbox, job.Name, cancel)
	defer w.current.End()
	w.heartbeat.Begin()
	defer w.heartbeat.End()
	importing, done := w.metrics.ImportAttempt(job.Workbook, job.Alive)
	if !job.Alive { // a retry still waits for what was missing, until it writes rows
		w.status.Importing(job.Arrival)
	}
	job.Progress = func(rows, total int) {
		w.current.Advance(rows, total)
		importing()
		w.status.Importing(job.Arrival)
	}
	job.Pulse, job.Begun = w.heartbeat.Beat, func(id string) {
		w.current.SetID(id)
		w.begun[job.Arrival] = true
	}
	tracing, traced := w.traces.Import(w.heartbeat.Follow(ctx), job.Inbox, job.Name)
	rep, err := w.runPipeline(tracing, job)
	traced(&rep, err)
	done()
	if isPanic(err) || isWait(err) {
		w.status.AttemptEnded(job.Arrival, nil) // a stack trace is for the log, not for the pages
	} else {
		w.status.AttemptEnded(job.Arrival, err)
	}
	if err != nil && errors.Is(context.Cause(ctx), current.ErrCancelled) {
		return rep, current.ErrCancelled
	}
	return rep, err
}

// runPipeline runs the pipeline, and returns a panic as an error.
func (w *Worker) runPipeline(ctx context.Context, job pipeline.Job) (rep report.Report, err error) {
	defer func() {
		if v := recover(); v != nil {
			w.metrics.ImportPanicked()
			err = &panicError{v, debug.Stack()}
		}
	}()
	if err := w.parts.Refresh(ctx); err != nil {
		return rep, err
	}
	return w.parts.Pipeline.Run(ctx, job)
}

// imported counts an import that has ended, and tidies its claim.
func (w *Worker) imported(ctx context.Context, rep report.Report, a watcher.Arrival) {
	delete(w.begun, a.ID)
	w.metrics.ImportEnded(rep, a.Seen)
	if !rep.Import.Recipients.Empty() {
		w.sender.Wake()
	}
	if err := a.Remove(); err != nil {
		w.log.LogAttrs(ctx, slog.LevelWarn, "Claim cannot be cleaned up", slog.String("dir", a.Dir), slog.Any("error", err))
	}
	w.queue.Release(ctx, a.Inbox, a.ID)
	w.at.Reach(ledger.AtForgotten)
}

// storeCancelled stores that the current import has ended because a person cancelled it.
func (w *Worker) storeCancelled(ctx context.Context) error {
	id := w.current.ID()
	if err := w.parts.Pipeline.Cancel(ctx, id); err != nil {
		return err
	}
	w.log.LogAttrs(ctx, slog.LevelWarn, "Import cancelled", slog.String("import", id),
		slog.String("do", "inlet resume "+id+" writes the rest, inlet undo "+id+" undoes what was written"))
	return w.parts.Store.Cancellations.Remove(ctx, id)
}

// pauseBeforeRetry waits before the next attempt. An error means that ctx has ended.
func (w *Worker) pauseBeforeRetry(ctx context.Context, a watcher.Arrival, pause time.Duration, cause error) error {
	level := slog.LevelWarn
	if isDenied(cause) {
		level = slog.LevelError
	}
	w.log.LogAttrs(ctx, level, "Import interrupted, trying again", slog.String("workbook", a.Name), slog.Duration("in", pause), slog.Any("error", cause))
	return backoff.Sleep(ctx, pause)
}

// markStuck makes an import stuck and quarantines its arrival, and reports whether it did. While the store itself does not answer, the import is
// not at fault.
func (w *Worker) markStuck(ctx context.Context, job pipeline.Job, a watcher.Arrival, cause error) bool {
	if err := w.parts.Store.Ping(ctx); err != nil {
		return false
	}
	log := w.log.With(slog.String("inbox", a.Inbox), slog.String("workbook", a.Name), slog.Any("error", cause))
	imp, err := w.parts.Pipeline.Strand(ctx, job, cause)
	if err != nil {
		log.LogAttrs(ctx, slog.LevelError, "Workbook set aside, retried each hour", slog.Any("not_noted", err))
	} else {
		log.LogAttrs(ctx, slog.LevelError, "Import is stuck", slog.String("import", imp.ID),
			slog.String("do", "inlet show "+imp.ID+" shows what can be done; the import is retried each hour until a later file of its inbox has been imported"))
	}
	w.setAside(ctx, a, err == nil)
	return true
}

// postpone lets the next arrivals go on until the program that still writes a claimed workbook has finished.
func (w *Worker) postpone(ctx context.Context, a watcher.Arrival) {
	if !w.quarantine.has(a.ID) {
		w.log.LogAttrs(ctx, slog.LevelWarn, "Claimed workbook is still being written, continuing with the next one", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name))
	}
	w.queue.SetAside(ctx, a.Inbox, a.ID)
	w.quarantine.addUnfinished(a)
}

// claimRemoved reports whether the claim of a workbook was removed for good, so that it can never be imported. An import that it had begun becomes
// stuck, where a person sees it; the same file dropped again continues it.
func (w *Worker) claimRemoved(ctx context.Context, a watcher.Arrival) bool {
	if !a.Gone() {
		return false
	}
	if w.givenUp(ctx, a, w.queue.Own(ctx, a.ID)) || w.importedElsewhere(ctx, a) {
		return true
	}
	_, begun, err := w.parts.Store.Attempts.Begin(ctx, a.Inbox, a.ID, true)
	if err == nil && begun != nil {
		err = w.parts.Store.Attempts.Stop(ctx, begun, ledger.Stuck)
	}
	if err != nil {
		w.log.LogAttrs(ctx, slog.LevelWarn, "Removed claim cannot be recorded", slog.String("workbook", a.Name), slog.Any("error", err))
		return false
	}
	w.indexing.forget(a.ID)
	w.queue.Release(ctx, a.Inbox, a.ID)
	w.log.LogAttrs(ctx, slog.LevelError, "Claimed workbook was removed or replaced by another program or person", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name),
		slog.String("do", "put the file into the inbox again"))
	return true
}

// importedElsewhere reports whether another daemon has imported an arrival. This one stood still for so long that the claim was adopted, and listed it
// once more before its folder was gone.
func (w *Worker) importedElsewhere(ctx context.Context, a watcher.Arrival) bool {
	const newest = 1000 // an import of so long ago is of no arrival that is listed now
	imports, err := w.parts.Store.Imports.List(ctx, 0, newest)
	if err != nil || !slices.ContainsFunc(imports, func(imp ledger.Import) bool { return imp.Arrival == a.ID && imp.Inbox == a.Inbox && imp.State.Ended() }) {
		return false
	}
	w.indexing.forget(a.ID)
	w.queue.Release(ctx, a.Inbox, a.ID)
	w.log.LogAttrs(ctx, slog.LevelInfo, "Another daemon imported the workbook", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name))
	return true
}

// block makes the inbox of an arrival wait, unless nothing is left to do for the arrival.
func (w *Worker) block(ctx context.Context, a watcher.Arrival, err error) {
	if _, ended := errors.AsType[*pipeline.ArchiveError](err); ended {
		w.queue.SetAside(ctx, a.Inbox, a.ID) // the files of this inbox that other daemons have need not wait
	}
	if !w.archivedElsewhere(ctx, a, err) {
		w.backlog.block(a).failed(ctx, w.log, a, err)
	}
}

// archivedElsewhere reports whether the files of an import that had ended before this start are gone: a person has taken them out of the done folder
// already, or another daemon has moved them. The inbox does not wait for that.
func (w *Worker) archivedElsewhere(ctx context.Context, a watcher.Arrival, err error) bool {
	_, notArchived := errors.AsType[*pipeline.ArchiveError](err)
	missing := errors.Is(err, archive.ErrMissing) || !notArchived && errors.Is(err, fs.ErrNotExist)
	if !w.backlog.archiveOnly[a.ID] || !missing {
		return false
	}
	w.queue.Release(ctx, a.Inbox, a.ID)
	w.log.LogAttrs(ctx, slog.LevelWarn, "Archived file not found", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name),
		slog.Any("error", err))
	return true
}

// retryBacklog retries the inboxes that are due. An inbox whose fault is gone imports what waits there.
func (w *Worker) retryBacklog(ctx context.Context) {
	for inbox, b := range w.backlog.due() {
		if b.paused && w.Pauses.Holds(ctx, settings.OfInbox(inbox)) {
			b.due = time.Now().Add(w.Pauses.every)
			continue
		}
		if b.queued {
			w.continueQueue(ctx, inbox, b)
			continue
		}
		b.paused = false
		if !w.retryFailed(ctx, b) {
			continue
		}
		w.next = append(w.backlog.release(inbox), w.next...)
		w.log.LogAttrs(ctx, slog.LevelInfo, "Inbox continues", slog.String("inbox", inbox))
	}
}

// retryFailed retries the arrivals that an inbox waits for, and reports whether none is left.
func (w *Worker) retryFailed(ctx context.Context, b *inboxBacklog) bool {
	for len(b.failing) > 0 {
		a := b.failing[0]
		_, err := w.Pauses.wait(ctx)
		if err == nil {
			err = w.importArrival(ctx, a)
		}
		if ctx.Err() != nil {
			return false
		}
		if err != nil && !w.archivedElsewhere(ctx, a, err) && !w.claimRemoved(ctx, a) && !w.skipArchive(ctx, b, a, err) {
			b.failed(ctx, w.log, a, err)
			return false
		}
		b.failing = slices.Delete(b.failing, 0, 1)
	}
	return true
}

// skipArchive quarantines an arrival whose files cannot be archived, and reports whether it did: not where the folders are at fault, and not before
// some retries.
func (w *Worker) skipArchive(ctx context.Context, b *inboxBacklog, a watcher.Arrival, cause error) bool {
	if ofFolders(cause) {
		b.unknown = 0
		return false
	}
	if b.unknown++; b.unknown <= len(unknownPauses) && !w.quarantine.has(a.ID) {
		return false
	}
	w.log.LogAttrs(ctx, slog.LevelError, "Files of the import cannot be moved, continuing with the next import", slog.String("inbox", a.Inbox),
		slog.String("workbook", a.Name), slog.Any("error", cause), slog.String("claim", a.Dir))
	w.setAside(ctx, a, false)
	b.unknown = 0
	return true
}

// setAside adds an arrival to the quarantine, so that the later ones of its inbox go on, here and in other daemons.
func (w *Worker) setAside(ctx context.Context, a watcher.Arrival, stored bool) {
	delete(w.begun, a.ID) // nothing waits for it any more
	w.queue.SetAside(ctx, a.Inbox, a.ID)
	w.quarantine.add(a, stored)
}

// retryQuarantine tries the arrivals in quarantine: those that a person may have resumed, and those that are due.
func (w *Worker) retryQuarantine(ctx context.Context) {
	for _, q := range w.quarantine.all() {
		due := time.Now().After(q.due)
		if w.backlog.blocks(q.Inbox) || !due && !q.stored {
			continue
		}
		if due && !q.unfinished {
			w.setAside(ctx, q.Arrival, q.stored) // sets the next time
			w.resumeIfFirst(ctx, q)
		}
		w.take(ctx, q.Arrival)
	}
}

// resumeIfFirst resumes a stuck import that is due, unless a later file of its inbox was imported.
func (w *Worker) resumeIfFirst(ctx context.Context, q *quarantined) {
	resumed, err := w.parts.Pipeline.TryAgain(ctx, w.parts.Job(q.Arrival))
	switch {
	case err != nil:
		w.log.LogAttrs(ctx, slog.LevelWarn, "Retry failed", slog.String("workbook", q.Name), slog.Any("error", err))
	case q.stored && !resumed:
		w.log.LogAttrs(ctx, slog.LevelDebug, "Waiting for inlet resume", slog.String("workbook", q.Name))
	}
}

// Running returns how far the import is that is being done, and whether one is.
func (w *Worker) Running() (current.Progress, bool) { return w.current.Now() }

// WatchCancels cancels the current import when a person asks for it, until ctx ends.
func (w *Worker) WatchCancels(ctx context.Context) error {
	watch := &current.Cancels{Store: w.parts.Store, Log: w.log, Current: &w.current, Every: cmp.Or(w.interval, pausePoll)}
	return watch.Run(ctx)
}
