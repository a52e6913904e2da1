package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"syscall"
	"time"

	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/watcher"
)

// aside is an arrival that the others do not wait for: its import is stuck, or has ended and its files cannot be moved.
type aside struct {
	watcher.Arrival
	due   time.Time // when it is tried again without a person's word
	noted bool      // the store has it as stuck: it is looked whether a person lets it go on

	written bool // somebody still writes it: it waits, and is not stuck
}

// unknownPauses are how long an arrival waits between its tries after an error that is neither the workbook's nor the world's: five tries in
// two minutes.
var unknownPauses = [...]time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute}

// hourly is how often what is set aside is tried again.
const hourly = time.Hour

// tries says when an import that met an error is tried again.
type tries struct {
	again   time.Duration // instead of unknownPauses, for a test
	wait    pause
	unknown int // tries in a row that ended with an unknown error
	panics  int
}

// mostPanics is after how many a workbook is set aside that is not even refused, where the fault is in what refuses it. Five refuse it.
const mostPanics = 8

// next returns how long to wait, and whether it is to be tried again however often it failed.
func (t *tries) next(err error) (pause time.Duration, more bool) {
	if _, died := errors.AsType[*panicked](err); died {
		t.panics++
		return afterPanic, t.panics < mostPanics
	}
	if ofWorld(err) {
		t.unknown = 0
		return t.wait.next(), true
	}
	n := t.unknown
	if n >= len(unknownPauses) {
		return t.wait.next(), false
	}
	t.unknown++
	return cmp.Or(t.again, unknownPauses[n]), true
}

// ofWorld says whether an error of an import is the world's, so that trying again helps once that is mended: also a login that the store does
// not take, which a person mends.
func ofWorld(err error) bool {
	return ledger.IsTemporary(err) || isDenied(err) || errors.Is(err, ledger.ErrTakenOver)
}

func isDenied(err error) bool {
	_, denied := errors.AsType[*ledger.Denied](err)
	return denied
}

// ofNames are what a file system says of a name that it does not take.
var ofNames = []error{syscall.EINVAL, syscall.EILSEQ, syscall.ENAMETOOLONG}

// ofPlace says whether files cannot be moved because of the folders or their disk, so that the whole inbox waits. Else it is these files.
func ofPlace(err error) bool {
	if _, isNumber := errors.AsType[syscall.Errno](err); !isNumber {
		return ledger.IsTemporary(err)
	}
	return !slices.ContainsFunc(ofNames, func(name error) bool { return errors.Is(err, name) })
}

// strand makes an import stuck, and says whether it did. While the store itself does not serve, it is not the import's fault.
func (w *worker) strand(ctx context.Context, job pipeline.Job, a watcher.Arrival, cause error) bool {
	if err := w.parts.Store.Ping(ctx); err != nil {
		return false
	}
	log := w.log.With(slog.String("inbox", a.Inbox), slog.String("workbook", a.Name), slog.Any("error", cause))
	imp, err := w.parts.Pipeline.Strand(ctx, job, cause)
	if err != nil {
		log.LogAttrs(ctx, slog.LevelError, "Workbook is set aside; it is tried again each hour", slog.Any("not_noted", err))
	} else {
		log.LogAttrs(ctx, slog.LevelError, "Import is stuck", slog.String("import", imp.ID),
			slog.String("do", "inlet show "+imp.ID+" says what can be done; it is tried again each hour until a later file of its inbox is imported"))
	}
	w.setAside(a, err == nil)
	return true
}

// leave has an inbox go on without an arrival whose files cannot be moved, and says whether it did: not where the folders are at fault.
func (w *worker) leave(ctx context.Context, l *line, a watcher.Arrival, cause error) bool {
	if ofPlace(cause) {
		l.unknown = 0
		return false
	}
	if l.unknown++; l.unknown <= len(unknownPauses) && w.stuck[a.ID] == nil {
		return false
	}
	w.log.LogAttrs(ctx, slog.LevelError, "The files of an import cannot be moved; the next ones go on", slog.String("inbox", a.Inbox),
		slog.String("workbook", a.Name), slog.Any("error", cause), slog.String("claim", a.Dir))
	w.setAside(a, false)
	l.unknown = 0
	return true
}

// setAside has the others go on without an arrival.
func (w *worker) setAside(a watcher.Arrival, noted bool) {
	pause := hourly
	if w.Again > 0 {
		pause = 10 * w.Again
	}
	w.stuck[a.ID] = &aside{Arrival: a, due: time.Now().Add(pause), noted: noted}
	w.metrics.stuck(a.Inbox, w.stuck)
}

// letWrite has the others go on until the writer of a claimed workbook has ended.
func (w *worker) letWrite(ctx context.Context, a watcher.Arrival) {
	if w.stuck[a.ID] == nil {
		w.log.LogAttrs(ctx, slog.LevelWarn, "A claimed workbook is still being written; the next ones go on", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name))
	}
	w.stuck[a.ID] = &aside{Arrival: a, written: true} // tried at the next look
	w.metrics.stuck(a.Inbox, w.stuck)
}

// lookAside takes what a person has let go on, and the others whose time it is.
func (w *worker) lookAside(ctx context.Context) {
	for _, s := range slices.Collect(maps.Values(w.stuck)) {
		due := time.Now().After(s.due)
		if w.lines.held(s.Inbox) || !due && !s.noted {
			continue
		}
		if due {
			w.setAside(s.Arrival, s.noted) // for the next time
			w.tryAgain(ctx, s)
		}
		w.take(ctx, s.Arrival)
	}
}

// tryAgain lets a stuck import go on whose time it is, unless a later file of its inbox was imported.
func (w *worker) tryAgain(ctx context.Context, s *aside) {
	goesOn, err := w.parts.Pipeline.TryAgain(ctx, w.job(s.Arrival))
	switch {
	case err != nil:
		w.log.LogAttrs(ctx, slog.LevelWarn, "Not tried again", slog.String("workbook", s.Name), slog.Any("error", err))
	case s.noted && !goesOn:
		w.log.LogAttrs(ctx, slog.LevelDebug, "Only a person lets it go on", slog.String("workbook", s.Name))
	}
}
