package watcher

import (
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// tries is how many claims in a row may fail before the rest waits for the next scan: by then it is the disk, not the file.
const tries = 3

// claimNext claims the oldest file that is whole, if there is one.
func (f *folder) claimNext() {
	f.settle.ripen()
	if f.tell.Full(f.inbox.Name) {
		return
	}
	for f.root != nil && f.rested < tries && len(f.taken) == 0 {
		next, any := f.settle.oldest()
		if !any {
			return
		}
		if f.ready(next) {
			f.claim(next)
		}
	}
}

func (f *folder) claims() claims {
	return claims{inbox: f.inbox, root: f.root, ids: f.ids, reached: f.tell.Reached, beside: f.beside}
}

// claim takes a file. One that cannot be taken waits for the next scan.
func (f *folder) claim(next *file) {
	c := f.claims()
	l := c.labelFor(next)
	var side *files.Identity
	if s, known := f.settle.files[l.Sidecar]; known && !l.Mapping {
		side = &s.mark
	}
	a, err := c.take(next, l, side)
	if h, ok := errors.AsType[*half](err); ok {
		f.halves = append(f.halves, h.id)
		f.forget(next.path)
		f.tell.Claimed(f.inbox.Name)
	}
	if _, ok := errors.AsType[*stays](err); ok {
		f.rested++
		f.notRead(next, err)
		return
	}
	if err != nil {
		f.rested++
		f.notClaimed(next, err)
		return
	}
	f.rested, f.claimErr = 0, nil
	f.tellTrouble(nil)
	f.forget(next.path)
	f.tell.Claimed(f.inbox.Name)
	f.taken = append(f.taken, a)
}

func (f *folder) notClaimed(next *file, err error) {
	if _, known := f.settle.files[next.path]; known {
		f.settle.hold(next, time.Now().Add(f.inbox.Scan))
		if lookErr := f.lookAt(next.path); errors.Is(err, errMoved) || errors.Is(lookErr, fs.ErrNotExist) {
			f.rested = 0
			return // it is a person's again: nothing went wrong
		}
	}
	f.claimErr = err
	f.tellTrouble(err)
}

// notRead puts a file off that cannot be read or moved. It is no fault of the inbox: the others are claimed.
func (f *folder) notRead(next *file, err error) {
	if f.settle.files[next.path] != next {
		return
	}
	f.settle.hold(next, time.Now().Add(f.inbox.Scan))
	if lookErr := f.lookAt(next.path); errors.Is(lookErr, fs.ErrNotExist) {
		return // a person took it back
	}
	if cause := Cause(err); cause != next.told {
		f.log.Warn("File waits", slog.String("file", next.path), slog.Any("error", err), slog.String("do", Advice(err)))
		next.told = cause
	}
	next.trouble = err
}

// ready looks once more at a file whose time is up, and puts it off if there is something to wait for.
func (f *folder) ready(next *file) bool {
	before := next.mark
	err := f.lookAt(next.path)
	if f.settle.files[next.path] != next || next.mark != before {
		return false // it is gone, or its quiet time began anew
	}
	if err != nil {
		f.notRead(next, err)
		return false
	}
	if !f.closed(next) {
		return false
	}
	until, err := unfinished(f.root, next, f.inbox.Settle)
	if err != nil {
		f.notRead(next, err)
		return false
	}
	next.trouble = nil
	if until.IsZero() {
		until = f.sidecarReady(next)
	}
	if !until.IsZero() {
		f.settle.hold(next, until)
		return false
	}
	return true
}

// sidecarReady tells until when to wait for the sidecar; zero if no longer.
func (f *folder) sidecarReady(next *file) time.Time {
	chosen := f.claims().pick(next.path)
	own := ownSidecars(next.path)
	if !slices.Contains(own, chosen.Sidecar) {
		if end := f.settle.wholeAt(next).Add(f.inbox.SidecarGrace); time.Now().Before(end) {
			for _, name := range own {
				f.awaited[name] = next.path
			}
			return end
		}
	}
	for _, name := range own {
		delete(f.awaited, name)
	}
	var until time.Time
	for _, side := range []string{chosen.Sidecar, chosen.Rival} {
		if side == "" {
			continue
		}
		if err := f.lookAt(side); err != nil || f.settle.whole(side) {
			continue
		}
		if s, known := f.settle.files[side]; known && f.settle.wholeAt(s).After(until) {
			until = f.settle.wholeAt(s)
		}
	}
	return until
}
