package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/watcher/remote/deliver"
)

// pollRun is one run of a FolderPoll.
type pollRun struct {
	*FolderPoll
	root    *os.Root
	now     time.Time
	listing listing
	known   map[string]*entry
	changed map[string]*entry // what is still to be noted; nil forgets
	newest  int64             // number of the newest import when the run began; -1 while it was not read
	fresh   bool              // something was listed for the first time
	waiting int               // files that may be ready soon
	pending int               // imports that are waited for
	res     Result
}

// list lists the place and reads the history.
func (r *pollRun) list(ctx context.Context) error {
	all, err := r.Folder.List(ctx)
	if err != nil {
		return err
	}
	r.listing = r.sort(all)
	r.res.Listed = len(r.listing.workbooks)
	if r.known, err = r.entries().read(ctx); err != nil {
		return err
	}
	r.keepCandidates()
	return nil
}

// keepCandidates keeps the state of the files that look as they did in the last run.
func (r *pollRun) keepCandidates() {
	next := make(map[string]*candidateState)
	for key, f := range r.listing.files {
		if e, known := r.known[key]; known && e.Version == f.Version() {
			continue
		}
		if c, listed := r.states[key]; listed && c.version == f.Version() {
			next[key] = c
			continue
		}
		next[key] = &candidateState{version: f.Version(), since: r.now}
		r.fresh = true
	}
	r.states = next
}

// isQuiet reports whether an earlier run has listed a file as it is now, and not just before this one.
func (r *pollRun) isQuiet(key string) bool {
	c, listed := r.states[key]
	return listed && r.now.Sub(c.since) >= quiet
}

// noteGone notes what is not listed any more, and forgets it after long.
func (r *pollRun) noteGone() {
	for key, e := range r.known {
		if changed, dirty := r.changed[key]; dirty {
			e = changed
		}
		keep := keepGone
		if e.State == stateDisposed {
			keep = keepDisposed
		}
		next := *e
		switch listed := r.listing.there[key]; {
		case listed && e.Gone.IsZero():
			continue
		case listed:
			next.Gone = time.Time{}
		case e.Gone.IsZero():
			next.Gone = r.now.UTC().Truncate(time.Second)
		case r.now.Sub(e.Gone) > keep:
			r.changed[key] = nil
			continue
		default:
			continue
		}
		r.changed[key] = &next
	}
}

// scheduleNext says when the next run is worth it before its time: soon at first, then after twice as long each time.
func (r *pollRun) scheduleNext() {
	if r.fresh {
		r.rechecks = 0
	}
	if len(r.res.New) > 0 {
		r.waits = 0
	}
	r.rechecks, r.waits = countRuns(r.rechecks, r.waiting), countRuns(r.waits, r.pending)
	if r.rechecks > 0 {
		r.recheckIn(min(firstRecheck<<min(r.rechecks-1, 16), lastRecheck))
	}
	if r.waits > 0 {
		r.recheckIn(min(firstWait<<min(r.waits-1, 16), lastWait))
	}
	for _, c := range r.states {
		if c.again.After(r.now) && c.cut {
			r.recheckIn(c.again.Sub(r.now))
		}
	}
}

// countRuns adds one to a number of runs in a row, unless this run ends the row.
func countRuns(runs, now int) int {
	if now == 0 {
		return 0
	}
	return runs + 1
}

func (r *pollRun) recheckIn(d time.Duration) {
	if r.res.Look == 0 || d < r.res.Look {
		r.res.Look = d
	}
}

// candidate is a workbook of which this version was not delivered yet.
type candidate struct {
	File
	key   string
	state *candidateState
}

// candidates are in the order in which they are fetched. What only looks new is noted here and left out.
func (r *pollRun) candidates() []candidate {
	var all []candidate
	for _, f := range r.listing.workbooks {
		key := keyOf(f)
		e, known := r.known[key]
		switch {
		case known && e.Version == f.Version():
		case known && r.sameHash(f, e):
			r.noteSame(key, f, e)
		default:
			all = append(all, candidate{f, key, r.states[key]})
		}
	}
	slices.SortFunc(all, oldestFirst)
	return all
}

// sameHash reports that a file was touched and not changed, where the place has hashes.
func (r *pollRun) sameHash(f File, e *entry) bool {
	touched := strings.HasPrefix(e.Version, fmt.Sprintf("%d ", f.Size)) && strings.HasSuffix(e.Version, " "+f.Hash)
	return f.Hash != "" && f.Size >= 0 && touched && e.Path == f.Path && e.State != stateLeft && r.sameSidecar(f, e)
}

// deliverReady delivers what is ready, the oldest first.
func (r *pollRun) deliverReady(ctx context.Context) error {
	var f faults
	for _, c := range r.candidates() {
		if len(r.res.New) >= maxPerRun {
			r.recheckIn(nextRunAtOnce)
			break
		}
		if r.ready(c) && f.add(ctx, r.fetchAndDeliver(ctx, c)) {
			break
		}
	}
	return f.err()
}

// ready reports whether a workbook may be fetched now.
func (r *pollRun) ready(c candidate) bool {
	switch {
	case c.Size > r.max():
		r.logWaits(c, r.tooLarge())
		return false
	case r.now.Before(c.state.again):
		return false
	case !r.isQuiet(c.key), !r.sidecarReady(c):
		r.waiting++
		return false
	}
	return true
}

// sidecarReady reports whether the sidecar of a workbook is complete, or not waited for any more.
func (r *pollRun) sidecarReady(c candidate) bool {
	if _, own := r.listing.own(c.Path); !own && r.now.Sub(c.state.since) < r.Grace {
		return false
	}
	f, listed := r.listing.sidecar(c.Path)
	return !listed || r.isQuiet(keyOf(f))
}

// fetchAndDeliver fetches a workbook and its sidecar and puts them into the inbox, unless they were delivered already or look cut off.
func (r *pollRun) fetchAndDeliver(ctx context.Context, c candidate) error {
	got, err := r.fetch(ctx, c.File, r.max())
	if err != nil {
		return r.notFetched(c, err)
	}
	if got.cut && !c.state.cut {
		r.removeTemps(got.temp)
		c.state.cut, c.state.again = true, r.now.Add(cutOffWait)
		r.logWaits(c, "it seems incomplete: it is empty, or a ZIP without an end")
		return nil
	}
	e, known := r.delivered(c, got.sum)
	if known {
		r.removeTemps(got.temp)
		r.noteSame(c.key, c.File, e)
		return nil
	}
	next := deliver.Delivery{Temp: got.temp, Name: deliver.SafeName(c.Path), Version: c.Version(), Key: c.key}
	beside, listed := r.listing.sidecar(c.Path)
	if listed {
		s, err := r.fetch(ctx, beside, maxSidecar)
		if err != nil {
			r.removeTemps(got.temp)
			return r.notFetched(c, err)
		}
		next.Beside, next.End = s.temp, endInInbox(c.Path, beside.Path)
	}
	return r.deliver(ctx, c, next, &entry{
		Path: c.Path, Version: c.Version(), Sum: got.sum, Side: sidecarVersion(beside, listed), At: r.now.UTC().Truncate(time.Second), State: stateKept,
	})
}

// deliver puts a workbook into the inbox.
func (r *pollRun) deliver(ctx context.Context, c candidate, next deliver.Delivery, e *entry) error {
	if r.Then != Keep {
		newest, err := r.newestImport(ctx)
		if err != nil {
			r.removeTemps(next.Temps()...)
			return err
		}
		e.State, e.Since = stateDelivered, newest
		r.pending++
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	next.File = text
	name, err := r.deliverer.Deliver(ctx, r.root, next)
	if name != "" {
		r.res.New = append(r.res.New, name)
	}
	if err != nil {
		return err
	}
	delete(r.states, c.key)
	delete(r.changed, c.key)
	r.known[c.key] = e
	return nil
}

// newestImport is the number that later imports are greater than.
func (r *pollRun) newestImport(ctx context.Context) (int64, error) {
	if r.newest < 0 {
		n, err := r.Imports.Newest(ctx)
		if err != nil {
			return 0, fmt.Errorf("look up imported files: %w", err)
		}
		r.newest = n
	}
	return r.newest, nil
}

// delivered finds the entry of these bytes: of the file itself, or of another of the same path, as where a file was uploaded again and has a new
// ID. A file whose import was refused does not count: who uploads it again wants it tried again.
func (r *pollRun) delivered(c candidate, sum string) (*entry, bool) {
	same := func(e *entry) bool {
		return e != nil && e.Sum == sum && e.Path == c.Path && e.State != stateLeft && r.sameSidecar(c.File, e)
	}
	if e := r.known[c.key]; same(e) {
		return e, true
	}
	for _, e := range r.known {
		if same(e) {
			return e, true
		}
	}
	return nil, false
}

// sameSidecar reports whether a workbook would be delivered with the sidecar that it was delivered with.
func (r *pollRun) sameSidecar(f File, e *entry) bool {
	return sidecarVersion(r.listing.sidecar(f.Path)) == e.Side
}

// noteSame notes that this version of a file is what was delivered already.
func (r *pollRun) noteSame(key string, f File, was *entry) {
	e := *was
	e.Path, e.Version, e.Gone = f.Path, f.Version(), time.Time{}
	if e.State == stateDisposed {
		e.State = stateImported
	}
	if e.State == stateImported {
		r.pending++ // the next run disposes of it
	}
	r.changed[key], r.known[key] = &e, &e
	delete(r.states, key)
}

// notFetched records that a file could not be fetched, and returns the error if it is one. A file that was changed or removed meanwhile is not a
// fault.
func (r *pollRun) notFetched(c candidate, err error) error {
	if errors.Is(err, ErrChanged) || errors.Is(err, ErrGone) {
		*c.state = candidateState{since: r.now} // of no version: for the next run it is new
		r.waiting++
		return nil
	}
	if errors.Is(err, errTooLarge) {
		c.state.again = r.now.Add(tooLargeWait)
		r.logWaits(c, err.Error())
		return nil
	}
	if _, wait := errors.AsType[*Wait](err); wait {
		return err // the place asks to wait, not only with this file
	}
	c.state.failed++
	return &fileFault{message.Errorf("fetch %s: %w", c.Path, err)}
}

// logWaits logs once why a file waits.
func (r *pollRun) logWaits(c candidate, why string) {
	if c.state.logged != why {
		r.log().Warn("File waits", slog.String("file", c.Path), slog.String("why", why))
		c.state.logged = why
	}
}

func (r *pollRun) removeTemps(temps ...string) {
	for _, temp := range temps {
		_ = r.root.Remove(temp)
	}
}

// maxSidecar bounds what is fetched beside a workbook; four times what a mapping may have, so that it is refused for its size.
const maxSidecar = 1 << 20

var errTooLarge = message.Errorf("it is larger than the limit of this source (max_bytes)")

// fetched is a file under a temporary name in the inbox.
type fetched struct {
	temp, sum string
	cut       bool // it looks like the beginning of something
}

// fetch downloads a file under a temporary name into the inbox.
func (r *pollRun) fetch(ctx context.Context, f File, most int64) (got fetched, err error) {
	w, temp, err := deliver.CreateTemp(r.root)
	if err != nil {
		return got, err
	}
	h := sha256.New()
	counted := &limitedCounter{most: most}
	err = r.Folder.Fetch(ctx, f, io.MultiWriter(counted, h, w))
	switch {
	case counted.over:
		err = errTooLarge
	case err == nil && f.Size >= 0 && counted.n != f.Size:
		err = message.Errorf("%d of %d bytes were received", counted.n, f.Size)
	}
	got = fetched{temp: temp, sum: hex.EncodeToString(h.Sum(nil)), cut: err == nil && filename.CutOff(w, path.Base(f.Path), counted.n)}
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err != nil {
		r.removeTemps(temp)
		return fetched{}, err
	}
	return got, nil
}

// limitedCounter counts what is written, up to a limit.
type limitedCounter struct {
	n, most int64
	over    bool
}

func (c *limitedCounter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	if c.over = c.n > c.most; c.over {
		return 0, errTooLarge
	}
	return len(p), nil
}
