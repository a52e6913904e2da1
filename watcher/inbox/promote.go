package inbox

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/settle"
)

// maxFailures is how many claims in a row may fail before the rest waits for the next scan: by then it is the disk, not the file.
const maxFailures = 3

// claimNext claims the oldest file that is complete, if there is one.
func (w *Watch) claimNext(ctx context.Context) {
	w.waiting.PromoteReady()
	if w.events.Full(w.inbox.Name) {
		return
	}
	for w.scanner.root != nil && w.failures < maxFailures && len(w.claimed) == 0 {
		next, any := w.waiting.TakeOldest()
		if !any {
			return
		}
		if w.ready(next) {
			w.claim(ctx, next)
		}
	}
}

func (w *Watch) claimFolder() *claim.Folder {
	return &claim.Folder{Inbox: w.inbox.Name, Path: w.inbox.Path, Root: w.scanner.root, Mapping: w.inbox.Mapping, Extensions: w.inbox.Extensions,
		IDs: w.ids, Reached: w.events.Reached, Neighbours: w.scanner.neighbours, Registry: w.inbox.Registry}
}

// claim claims a file. One that cannot be claimed waits for the next scan.
func (w *Watch) claim(ctx context.Context, next *settle.File) {
	a, err := w.claimFolder().Claim(ctx, claim.Item{
		Path: next.Path, Identity: next.Identity, QuietSince: next.QuietSince, Original: w.scanner.neighbours.original(next.Path),
	})
	if i, ok := errors.AsType[*claim.Incomplete](err); ok {
		w.incomplete = append(w.incomplete, i.ID)
		w.scanner.forget(next.Path)
		w.events.Claimed(w.inbox.Name)
	}
	if _, ok := errors.AsType[*claim.NotMovable](err); ok {
		w.failures++
		w.holdUnreadable(next, err)
		return
	}
	if err != nil {
		w.failures++
		w.holdUnclaimed(next, err)
		return
	}
	w.failures, w.claimErr = 0, nil
	w.trouble.report(nil)
	w.scanner.forget(next.Path)
	w.events.Claimed(w.inbox.Name)
	w.claimed = append(w.claimed, a)
}

// holdUnclaimed keeps a file back that could not be claimed through a fault of the inbox.
func (w *Watch) holdUnclaimed(next *settle.File, err error) {
	if w.waiting.File(next.Path) != nil {
		w.waiting.Hold(next, time.Now().Add(w.inbox.Scan))
		if scanErr := w.scanner.scanPath(next.Path); errors.Is(err, claim.ErrChanged) || errors.Is(scanErr, fs.ErrNotExist) {
			w.failures = 0
			return // it was changed or removed: nothing is wrong with the inbox
		}
	}
	w.claimErr = err
	w.trouble.report(err)
}

// holdUnreadable keeps a file back that cannot be read or moved. That is not a fault of the inbox: the others are claimed.
func (w *Watch) holdUnreadable(next *settle.File, err error) {
	if w.waiting.File(next.Path) != next {
		return
	}
	w.waiting.Hold(next, time.Now().Add(w.inbox.Scan))
	if scanErr := w.scanner.scanPath(next.Path); errors.Is(scanErr, fs.ErrNotExist) {
		w.failures = 0
		return // it was removed, or another daemon has claimed it
	}
	w.scanner.noteUnreadable(next.Path, err)
}

// ready looks once more at a file whose time is up, and keeps it back if there is something to wait for.
func (w *Watch) ready(next *settle.File) bool {
	before := next.Identity
	err := w.scanner.scanPath(next.Path)
	if w.waiting.File(next.Path) != next || next.Identity != before {
		return false // it is gone, or its quiet time starts again
	}
	if err != nil {
		w.holdUnreadable(next, err)
		return false
	}
	if w.holdOpen(next) {
		return false
	}
	until, err := w.waiting.Incomplete(w.scanner.root, next)
	if err != nil {
		w.holdUnreadable(next, err)
		return false
	}
	w.scanner.noteReadable(next.Path)
	if until.IsZero() {
		until, err = w.sidecarReady(next)
	}
	if err != nil {
		w.holdUnreadable(next, err)
		return false
	}
	if !until.IsZero() {
		w.waiting.Hold(next, until)
		return false
	}
	return true
}

// holdOpen keeps a workbook back that a program has open, until it is closed. It is logged once.
func (w *Watch) holdOpen(next *settle.File) bool {
	owners := w.scanner.owners
	by := owners.openedBy(next.Path)
	if by != "" {
		err := w.scanner.scanPath(by) // the event that it is gone may be lost
		if errors.Is(err, fs.ErrNotExist) || owners.byPath[by] == nil {
			by = owners.openedBy(next.Path)
		}
	}
	if by == "" {
		delete(owners.held, next.Path)
		return false
	}
	if _, logged := owners.held[next.Path]; !logged {
		w.log.Info("Workbook is open in a program, waiting until it is closed", slog.String("file", next.Path), slog.String("owner_file", by),
			slog.String("do", "close it; if the program crashed, remove the owner file"))
	}
	owners.held[next.Path] = by
	again := time.Now().Add(w.inbox.Scan)
	if until := owners.byPath[by].until(); until.Before(again) {
		again = until
	}
	w.waiting.Hold(next, again)
	return true
}

// sidecarReady returns until when to wait for the sidecar; zero if no longer. An error says that it cannot be used as it is.
func (w *Watch) sidecarReady(next *settle.File) (time.Time, error) {
	sidecar, rival, err := w.claimFolder().Sidecars(next.Path)
	if err != nil {
		return time.Time{}, err
	}
	own := claim.OwnSidecars(next.Path)
	if !slices.Contains(own, sidecar) {
		if end := w.waiting.QuietAt(next).Add(w.inbox.SidecarGrace); time.Now().Before(end) {
			for _, name := range own {
				w.scanner.awaited[name] = next.Path
			}
			return end, nil
		}
	}
	for _, name := range own {
		delete(w.scanner.awaited, name)
	}
	var until time.Time
	for _, side := range []string{sidecar, rival} {
		if side == "" {
			continue
		}
		if err := w.scanner.scanPath(side); err != nil || w.waiting.Quiet(side) {
			continue
		}
		if s := w.waiting.File(side); s != nil && w.waiting.QuietAt(s).After(until) {
			until = w.waiting.QuietAt(s)
		}
	}
	return until, nil
}
