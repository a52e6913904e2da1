package watcher

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// folder watches one inbox. All but ticks belongs to the goroutine of run.
type folder struct {
	inbox Inbox
	tell  Events
	log   *slog.Logger
	ids   *numbers
	ticks chan struct{}

	root     *os.Root // nil while the inbox cannot be opened
	ear      *ear     // nil in poll mode
	settle   *settle
	beside   *beside
	owners   map[string]*owner   // by path
	owned    map[string][]string // the paths of owner files, by key of the workbook
	opens    map[string]string   // workbook that is open and was told of, to its owner file
	strange  map[string]*strange // by path
	ignored  map[string]bool     // told once
	awaited  map[string]string   // sidecar that is missing, to the workbook that waits for it
	taken    []Arrival           // ours, and not handed out
	halves   []string            // ours, and not complete: tried again with each scan
	made     bool                // the inbox was there once: it is not made again
	hasOwn   bool                // the last scan saw the folder of the claims
	polling  bool                // it was logged that there are no events
	rested   int                 // claims that failed in a row, since the last scan
	claimErr error               // why files of the inbox cannot be claimed
	shut     map[string]error    // folders below the inbox that cannot be listed, and why
	trouble  string              // the cause that was told
	mount    string              // where the disk is mounted that the inbox was on when it was opened
	handed   map[string]bool     // what an earlier run claimed and this one has taken up
}

func newFolder(in Inbox, ids *numbers, tell Events, log *slog.Logger) *folder {
	waiting := newSettle(in.Settle)
	return &folder{
		inbox: in, tell: tell, ids: ids, log: log.With(slog.String("inbox", in.Name)), ticks: make(chan struct{}),
		settle: waiting, ignored: map[string]bool{}, awaited: map[string]string{}, handed: map[string]bool{},
		beside: &beside{mappings: map[string][]string{}, settle: waiting},
		owners: map[string]*owner{}, owned: map[string][]string{}, opens: map[string]string{}, strange: map[string]*strange{}, shut: map[string]error{},
	}
}

// run is the whole life of an inbox.
func (f *folder) run(ctx context.Context, begin *beginning, out chan<- Arrival) error {
	defer f.close()
	f.scan()
	f.taken = begin.report(f.taken)
	over := begin.over
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		offer, next := f.offer(over == nil, out)
		f.wind(timer)
		told, failed := f.ear.channels()
		select {
		case <-ctx.Done():
			return nil
		case <-over:
			over = nil
		case offer <- next:
			f.taken = f.taken[1:]
		case ev := <-told:
			f.told(ev)
		case err := <-failed:
			f.failed(err)
		case <-f.ticks:
			f.scan()
		case <-timer.C:
		}
	}
}

// offer gives what to send and where: nothing while the beginning is not over or nothing is whole. It claims one file
// if there is none on offer.
func (f *folder) offer(mayClaim bool, out chan<- Arrival) (chan<- Arrival, Arrival) {
	if !mayClaim {
		return nil, Arrival{}
	}
	if len(f.taken) == 0 {
		f.claimNext()
	}
	if len(f.taken) == 0 {
		return nil, Arrival{}
	}
	return out, f.taken[0]
}

// wind sets the timer to the moment when the next file's quiet time is up.
func (f *folder) wind(timer *time.Timer) {
	timer.Stop()
	if at, any := f.settle.next(); any {
		timer.Reset(time.Until(at))
	}
}

// told takes an event as a hint to look.
func (f *folder) told(ev fsnotify.Event) {
	f.tell.Event(kindOf(ev.Op))
	rel, err := filepath.Rel(f.inbox.Path, ev.Name)
	if ev.Name == "" || err != nil || rel == "." {
		f.scan() // something happened to the inbox itself
		return
	}
	if f.root == nil || strings.HasPrefix(rel, "../") {
		return
	}
	if f.isAside(rel) {
		f.scan() // it must not be a link
		return
	}
	f.settle.heard(rel)
	if err := f.lookAt(rel); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.log.Debug("Look", slog.String("file", rel), slog.Any("error", err))
	}
}

// failed scans at once: events were lost.
func (f *folder) failed(err error) {
	if errors.Is(err, fsnotify.ErrEventOverflow) {
		f.tell.Event("overflow")
	} else {
		f.tell.Event("error")
		f.log.Warn("Watch", slog.Any("error", err))
	}
	f.scan()
}

// EventKinds are all that Event is told.
var EventKinds = append([]string{"create", "write", "remove", "rename", "chmod"}, ErrorKinds...)

// ErrorKinds are those of them that say that events were lost.
var ErrorKinds = []string{"overflow", "error"}

func kindOf(op fsnotify.Op) string {
	switch {
	case op.Has(fsnotify.Create):
		return "create"
	case op.Has(fsnotify.Write):
		return "write"
	case op.Has(fsnotify.Remove):
		return "remove"
	case op.Has(fsnotify.Rename):
		return "rename"
	}
	return "chmod"
}

// tick asks for a scan; the clock calls it. It waits for the scan before, so scans do not pile up.
func (f *folder) tick(ctx context.Context) {
	select {
	case f.ticks <- struct{}{}:
	case <-ctx.Done():
	}
}
