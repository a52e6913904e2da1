package worker

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/queue"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/watcher"
)

const (
	turnPoll = 200 * time.Millisecond // how soon the end of an earlier import by another daemon is noticed
	turnWait = 30 * time.Second       // how long a checked workbook is kept open for its turn, while nothing else is to be done
)

// errNotTurn ends an attempt whose workbook has to wait for earlier ones of its inbox, while there is something else to do.
var errNotTurn = errors.New("waiting for earlier workbooks")

// isWait reports whether an attempt has ended because there is something else to do while its workbook waits.
func isWait(err error) bool {
	return errors.Is(err, errNotTurn) || errors.Is(err, errNotIndexed) || errors.Is(err, errNoMemory)
}

// awaitTurn waits until the earlier workbooks of an inbox are imported, by whichever daemon. The inbox waits in the backlog meanwhile, so that no more
// is claimed there.
func (w *Worker) awaitTurn(ctx context.Context, a watcher.Arrival) error {
	first, err := w.queue.First(ctx, a.Inbox, append(w.comingIn(a.Inbox), a.ID))
	if err != nil || first == a.ID {
		return err
	}
	w.checked[a.ID] = true
	return w.waitInBacklog(ctx, a, func() (string, error) {
		return w.queue.First(ctx, a.Inbox, append(w.comingIn(a.Inbox), w.backlog.waitingIn(a.Inbox)...))
	}, errNotTurn)
}

// waitInBacklog waits until a workbook is the first that can go on in its inbox. What arrives for another inbox, or an earlier workbook that
// was adopted, is not kept waiting: then the error is this one, and the arrival is attempted again when it can go on.
func (w *Worker) waitInBacklog(ctx context.Context, a watcher.Arrival, first func() (string, error), waits error) error {
	if !w.backlog.queue(a) {
		return waits // it is tried with the others that wait
	}
	w.status.Waits(a.ID)
	poll := time.NewTicker(turnPoll)
	defer poll.Stop()
	for until := time.Now().Add(turnWait); time.Now().Before(until) && !w.backlog.othersDue(a.Inbox); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-w.arrivals:
			w.receive(ctx, b)
		case <-poll.C:
			w.heartbeat.Beat()
		}
		id, err := first()
		if err != nil {
			return err
		}
		if id == a.ID {
			w.continueWith(a.Inbox, a.ID)
			w.next = w.next[1:] // it is a
			w.status.Importing(a.ID)
			return nil
		}
		if id != "" || slices.ContainsFunc(w.next, func(b watcher.Arrival) bool { return b.Inbox != a.Inbox }) {
			break
		}
	}
	return waits
}

// comingIn returns the IDs of the arrivals of an inbox that are taken next.
func (w *Worker) comingIn(inbox string) []string {
	var ids []string
	for _, a := range w.next {
		if a.Inbox == inbox {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// continueQueue goes on with an inbox if the turn of an arrival has come that waits there.
func (w *Worker) continueQueue(ctx context.Context, inbox string, b *inboxBacklog) {
	first, err := w.queue.First(ctx, inbox, w.backlog.waitingIn(inbox))
	if err != nil || first == "" || w.indexing.runs(first) || w.large[first] && w.memory.isTaken() {
		b.due = time.Now().Add(turnPoll) // what uses the store next reports an error
		return
	}
	w.continueWith(inbox, first)
}

// continueWith ends the wait of an inbox. The arrival that is first is taken next, and then the others that have waited.
func (w *Worker) continueWith(inbox, first string) {
	waiting := w.backlog.release(inbox)
	if i := slices.IndexFunc(waiting, func(a watcher.Arrival) bool { return a.ID == first }); i > 0 {
		waiting = slices.Insert(slices.Delete(slices.Clone(waiting), i, i+1), 0, waiting[i])
	}
	w.next = append(waiting, w.next...)
}

// givenUp reports whether an attempt has ended because the arrival waits for its turn or for an index, or is another daemon's now.
func (w *Worker) givenUp(ctx context.Context, a watcher.Arrival, err error) bool {
	waits := isWait(err)
	if !waits {
		delete(w.checked, a.ID)
	}
	lost := errors.Is(err, queue.ErrLost)
	if err != nil && !lost && ctx.Err() == nil && !waits {
		lost = errors.Is(w.queue.Own(ctx, a.ID), queue.ErrLost) // what failed may have failed because of that
	}
	if lost {
		w.quarantine.remove(a)
		w.indexing.forget(a.ID)
		w.log.LogAttrs(ctx, slog.LevelInfo, "Another daemon imports the workbook", slog.String("inbox", a.Inbox), slog.String("workbook", a.Name))
	}
	return lost || waits
}

// awaitIndex has the stored records indexed for an arrival, and waits for that: at first with the others, then in the backlog of its inbox.
func (w *Worker) awaitIndex(ctx context.Context, a watcher.Arrival, index func(context.Context) error) (time.Duration, error) {
	run := w.indexing.start(ctx, a, index)
	grace := time.NewTimer(w.indexing.grace)
	defer grace.Stop()
	if run.shown {
		grace.Reset(0)
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-run.done:
	case <-grace.C:
		w.indexing.show(ctx, a, run)
		w.queue.SetWaits(ctx, a.Inbox, a.ID, claims.ForIndex)
		w.checked[a.ID] = true
		err := w.waitInBacklog(ctx, a, func() (string, error) {
			if w.indexing.runs(a.ID) {
				return "", nil
			}
			return a.ID, nil
		}, errNotIndexed)
		if err != nil {
			return 0, err
		}
	}
	if run.shown {
		w.queue.SetWaits(ctx, a.Inbox, a.ID, "")
	}
	defer w.indexing.forget(a.ID)
	return run.took, run.err
}

// awaitMemory waits until there is memory for a workbook. free gives it back.
func (w *Worker) awaitMemory(ctx context.Context, a watcher.Arrival) (free func(), err error) {
	free, ok := w.memory.take(a.Workbook)
	if ok && !w.large[a.ID] {
		return free, nil
	}
	if !ok {
		w.large[a.ID] = true
		w.status.SetWaitsForMemory(a.ID, true)
		w.queue.SetWaits(ctx, a.Inbox, a.ID, claims.ForMemory)
		wait := w.waitInBacklog
		if w.begun[a.ID] {
			wait = w.waitInPlace
		}
		err = wait(ctx, a, func() (string, error) {
			if free, ok = w.memory.take(a.Workbook); ok {
				return a.ID, nil
			}
			return "", nil
		}, errNoMemory)
	}
	if err != nil {
		return nil, err
	}
	delete(w.large, a.ID)
	w.status.SetWaitsForMemory(a.ID, false)
	w.queue.SetWaits(ctx, a.Inbox, a.ID, "")
	return free, nil
}

// waitInPlace is waitInBacklog for a workbook whose import has begun: nothing else is done meanwhile, or rows of a later import would be applied amid its
// own.
func (w *Worker) waitInPlace(ctx context.Context, a watcher.Arrival, first func() (string, error), _ error) error {
	for {
		if err := backoff.Sleep(ctx, turnPoll); err != nil {
			return err
		}
		if id, err := first(); err != nil || id == a.ID {
			return err
		}
	}
}
