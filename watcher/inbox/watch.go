package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/settle"
	"inlet.example/inlet/watcher/inbox/startup"
)

// Watch watches one inbox. All but ticks belongs to the goroutine of Run.
type Watch struct {
	inbox  Inbox
	events Events
	log    *slog.Logger
	ids    *claim.IDs
	ticks  chan struct{}

	orphans  chan []string
	location *location
	notify   *fsEvents
	waiting  *settle.Tracker
	scanner  *scanner
	trouble  *troubleLog

	claimed    []claim.Arrival // not handed out yet
	incomplete []string        // claims whose sidecar could not be moved: tried again with each scan
	untaken    bool            // the registry could not say whose some claims are: asked again with each scan
	recovered  map[string]bool // claims of an earlier run that this one has taken up
	failures   int             // claims that failed in a row since the last scan
	claimErr   error           // why files of the inbox cannot be claimed
}

// New makes a Watch of an inbox that has its defaults. It touches nothing.
func New(in Inbox, ids *claim.IDs, events Events, log *slog.Logger) *Watch {
	log = log.With(slog.String("inbox", in.Name))
	waiting := settle.New(in.Settle)
	notify := &fsEvents{path: in.Path, log: log}
	return &Watch{
		inbox: in, events: events, log: log, ids: ids, ticks: make(chan struct{}), orphans: make(chan []string),
		location: &location{inbox: in, log: log}, notify: notify, waiting: waiting, scanner: newScanner(in, events, log, notify, waiting),
		trouble: &troubleLog{path: in.Path, log: log}, recovered: map[string]bool{},
	}
}

// Inbox returns what is watched.
func (w *Watch) Inbox() Inbox { return w.inbox }

// Run watches until ctx ends, and sends each workbook that it claims.
func (w *Watch) Run(ctx context.Context, begin *startup.Startup, out chan<- claim.Arrival) error {
	defer w.close()
	w.scan(ctx)
	w.claimed = begin.Report(w.claimed)
	starting := begin.Done()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		offer, next := w.offer(ctx, starting == nil, out)
		w.resetTimer(timer)
		events, failed := w.notify.channels()
		select {
		case <-ctx.Done():
			claimed, _ := w.listClaims()
			w.scanner.signs.Update(w.scanner.root, claimed, w.scanner.notWorkbooks.ofPeople()) // no scan comes that would remove them
			return nil
		case <-starting:
			starting = nil
		case offer <- next:
			w.claimed = w.claimed[1:]
		case ev := <-events:
			w.onEvent(ctx, ev)
		case err := <-failed:
			w.onEventError(ctx, err)
		case <-w.ticks:
			w.scan(ctx)
		case ids := <-w.orphans:
			if w.scanner.root != nil { // else it cannot say which of them it has
				_ = w.recoverClaims(ctx, ids) // it is logged, and the next look at the owners tries again
			}
		case <-timer.C:
		}
	}
}

// Tick asks for a scan. It waits for the scan before, so that scans do not pile up.
func (w *Watch) Tick(ctx context.Context) {
	select {
	case w.ticks <- struct{}{}:
	case <-ctx.Done():
	}
}

// Adopt has claims taken up whose owner has ended.
func (w *Watch) Adopt(ctx context.Context, ids []string) {
	select {
	case w.orphans <- ids:
	case <-ctx.Done():
	}
}

// offer returns what to send and where: nothing during the startup, or if nothing is ready. It claims one file if none is on offer.
func (w *Watch) offer(ctx context.Context, mayClaim bool, out chan<- claim.Arrival) (chan<- claim.Arrival, claim.Arrival) {
	if !mayClaim {
		return nil, claim.Arrival{}
	}
	if len(w.claimed) == 0 {
		w.claimNext(ctx)
	}
	if len(w.claimed) == 0 {
		return nil, claim.Arrival{}
	}
	return out, w.claimed[0]
}

// resetTimer sets the timer to the moment when the next file is to be looked at.
func (w *Watch) resetTimer(timer *time.Timer) {
	timer.Stop()
	if at, any := w.waiting.Next(); any {
		timer.Reset(time.Until(at))
	}
}

// onEvent takes an event as a hint to look.
func (w *Watch) onEvent(ctx context.Context, ev fsnotify.Event) {
	w.events.Event(eventKind(ev.Op))
	rel, err := filepath.Rel(w.inbox.Path, ev.Name)
	if ev.Name == "" || err != nil || rel == "." {
		w.scan(ctx) // something happened to the inbox itself
		return
	}
	if w.scanner.root == nil || strings.HasPrefix(rel, "../") {
		return
	}
	if w.location.leadsToExcluded(rel) {
		w.scan(ctx) // it must not be a link
		return
	}
	w.waiting.EventSeen(rel)
	if err := w.scanner.scanPath(rel); err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.log.Debug("File cannot be examined", slog.String("file", rel), slog.Any("error", err))
	}
}

// onEventError scans at once: events were lost.
func (w *Watch) onEventError(ctx context.Context, err error) {
	if errors.Is(err, fsnotify.ErrEventOverflow) {
		w.events.Event("overflow")
	} else {
		w.events.Event("error")
		w.log.Warn("Events of the file system failed", slog.Any("error", err))
	}
	w.scan(ctx)
}

// scan lists the inbox and everything below, opens it first if need be, and reports the result.
func (w *Watch) scan(ctx context.Context) {
	began := time.Now()
	err := w.list(ctx)
	w.failures = 0
	if w.waiting.Workbooks() == 0 && len(w.incomplete) == 0 {
		w.claimErr = nil // the files that could not be claimed are gone
	}
	open := w.scanner.owners.openWorkbooks()
	claimed, foreign := w.listClaims()
	unreadable := w.scanner.unreadablePaths(foreign)
	elsewhere := map[string]bool{}
	for _, rel := range slices.Concat(open, unreadable) {
		elsewhere[rel] = true
	}
	others := w.scanner.notWorkbooks
	s := Scan{
		Open: len(open), OpenNames: firstNames(open), Unreadable: len(unreadable), UnreadableNames: firstNames(unreadable), Claimed: claimed,
		NotWorkbooks: len(others.files), NotWorkbookNames: firstNames(slices.Collect(maps.Keys(others.files))),
		Took: time.Since(began), Recovered: w.waiting.TakeNoEvent(), Err: errors.Join(err, w.claimErr), Mode: w.notify.mode(),
	}
	s.Waiting, s.Oldest = w.waiting.Waiting(elsewhere)
	others.logNew()
	if err == nil {
		w.scanner.signs.Update(w.scanner.root, claimed, others.ofPeople())
	}
	w.trouble.report(s.Err)
	w.events.Scanned(w.inbox.Name, s)
}

func (w *Watch) list(ctx context.Context) error {
	first := w.scanner.root == nil
	if err := w.open(ctx); err != nil {
		w.close()
		return fmt.Errorf("open inbox: %w", err)
	}
	w.completeClaims(ctx)
	if w.untaken {
		_ = w.recoverClaims(ctx, nil) // it is logged
	}
	if err := w.scanner.scanAll(!first); err != nil {
		return fmt.Errorf("list inbox: %w", err)
	}
	if err := files.CheckWritable(w.inbox.Path); err != nil { // reported before a file comes that cannot be claimed
		return fmt.Errorf("write in inbox: %w", err)
	}
	return nil
}

// open opens the inbox if it is not open, or if another folder is at its path now: mounted over, or removed and made again.
func (w *Watch) open(ctx context.Context) error {
	if root := w.scanner.root; root != nil {
		same, err := w.location.isStill(root)
		if err != nil {
			return err
		}
		if same {
			return w.location.check(root)
		}
		w.close()
	}
	root, err := w.location.open()
	if err != nil {
		return err
	}
	w.scanner.root = root
	if err := w.location.check(root); err != nil {
		return err
	}
	w.notify.start()
	return w.recoverClaims(ctx, nil)
}

func (w *Watch) close() {
	w.notify.stop()
	if w.scanner.root != nil {
		_ = w.scanner.root.Close()
		w.scanner.root = nil
	}
}

// recoverClaims finds what an earlier run claimed, whenever the inbox is opened: a disk that is mounted late brings its claims along. Orphans are claims
// whose owner has ended. What this run claimed, or has taken up before, is being imported, unless it was given to another process since.
func (w *Watch) recoverClaims(ctx context.Context, orphans []string) error {
	known := func(id string) bool {
		return (w.ids.Issued(id) || w.recovered[id]) && (w.inbox.Registry == nil || !w.inbox.Registry.Lost(id))
	}
	found, err := claim.Recover(ctx, w.claimFolder(), orphans, known)
	w.claimed = append(w.claimed, found.Arrivals...)
	w.incomplete = append(w.incomplete, found.Incomplete...)
	w.untaken = found.Untaken
	for _, a := range found.Arrivals {
		w.recovered[a.ID] = true
	}
	for _, id := range found.Incomplete {
		w.recovered[id] = true
	}
	for _, err := range found.Foreign {
		w.logForeign(err)
	}
	if err != nil {
		w.log.Warn("Claimed files cannot be resumed", slog.Any("error", err))
	}
	if err != nil && found.Incomplete == nil && !found.Untaken {
		return err
	}
	w.location.made = true
	return nil
}

// completeClaims tries the claims again whose sidecar could not be moved.
func (w *Watch) completeClaims(ctx context.Context) {
	incomplete := w.incomplete
	w.incomplete = nil
	for _, id := range incomplete {
		a, ours, err := w.claimFolder().Complete(id)
		if _, foreign := errors.AsType[*claim.Foreign](err); foreign {
			w.logForeign(err)
			continue
		}
		w.claimErr = err
		if err != nil {
			w.incomplete = append(w.incomplete, id)
		} else if ours {
			w.claimed = append(w.claimed, a)
		} else if w.inbox.Registry != nil {
			w.inbox.Registry.Release(ctx, w.inbox.Name, id)
		}
	}
}

// listClaims lists the claims, and what is among them that must not be opened. Where that fails the error of the inbox itself says why.
func (w *Watch) listClaims() ([]claim.Claim, []string) {
	if w.scanner.root == nil {
		return nil, nil
	}
	found, foreign, err := claim.ListIn(w.scanner.root)
	if err != nil {
		w.log.Debug("Claims cannot be listed", slog.Any("error", err))
	}
	return found, foreign
}

// logForeign logs something among the claims that is not inlet's.
func (w *Watch) logForeign(err error) {
	w.log.Warn("Unknown object among the claimed files is not opened", slog.Any("error", err),
		slog.String("do", "remove it; if a workbook was there, put it into the inbox again"))
}
