package remote

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"
)

// Then is what becomes of a file where it came from, when its import has ended well.
type Then string

// What can become of it.
const (
	Keep   Then = "keep"   // it stays, and is remembered
	Move   Then = "move"   // into another folder of the same place
	Remove Then = "delete" // it is taken away
)

// FolderPoll brings what is new in a Folder into an inbox, again and again. Its fields are not changed once it runs.
type FolderPoll struct {
	Name      string // of the source
	Folder    Folder
	History   History
	Inbox     string        // folder
	InboxName string        // what the imports call the inbox
	Mapping   string        // sidecar of what comes with none; may be empty
	Noted     bool          // Origin tells which source a file came from
	Include   string        // pattern of the files it is for, such as kunder*.xlsx; all if empty
	Max       int64         // bytes of one file; DefaultMaxBytes if zero
	Grace     time.Duration // how long a workbook waits for a sidecar of its own
	Then      Then
	MoveTo    string // folder, below the one that is listed; needed to Move
	// Imports tells how imports ended; needed unless Then is Keep.
	Imports Imports

	Reached func(Point)  // for a test that ends the process there; may be nil
	Log     *slog.Logger // silent if nil

	seen    map[string]*sighting // what the last run saw and did not bring, by key
	looks   int                  // times in a row that something was waited for
	waits   int                  // times in a row that an import was
	bringer bringer
}

// Result is what a run came to.
type Result struct {
	Listed  int           // workbooks that are there
	New     []string      // what was put into the inbox, by its names there
	Waiting int           // that were seen and may be taken soon
	Look    time.Duration // when it is worth looking again whatever the schedule says; 0: when the schedule says
}

const (
	most       = 500              // files that one run brings; the next follows at once
	inARow     = 3                // files that cannot be had, one after the other, before it is the place that is at fault
	firstLook  = 10 * time.Second // for what was seen for the first time
	firstWait  = 30 * time.Second // for an import to end
	lastLook   = 15 * time.Minute
	lastWait   = time.Hour
	cutOffWait = 10 * time.Minute // for a file that looks half uploaded and does not change
	tooBigWait = 24 * time.Hour
)

// sighting is a file that was listed and is not in the inbox.
type sighting struct {
	version string
	since   time.Time // that it is listed so
	again   time.Time // not fetched sooner
	cut     bool      // it was fetched, and looks cut off
	failed  int       // times in a row that it could not be fetched
	told    string    // why it waits, where that was logged
}

// Run asks once and brings what is new.
//
// A version of a file is taken once two runs in a row have listed it, so that none is fetched while it is written. What was brought is
// noted per file; a new version whose bytes are the ones that were brought from the same path, with the same sidecar, is noted and not brought.
func (r *FolderPoll) Run(ctx context.Context) (Result, error) {
	root, err := os.OpenRoot(r.Inbox)
	if err != nil {
		return Result{}, err
	}
	defer root.Close()
	t := &turn{FolderPoll: r, root: root, now: time.Now(), changed: map[string]*entry{}, newest: -1}
	name, err := r.brings().resume(ctx, root)
	if name != "" {
		t.res.New = append(t.res.New, name)
	}
	if err != nil {
		return t.res, err
	}
	sweep(root)
	if err := t.look(ctx); err != nil {
		return t.res, err
	}
	err = t.tidy(ctx)
	if !stops(ctx, err) {
		err = errors.Join(err, t.take(ctx))
	}
	t.prune()
	err = errors.Join(err, r.note(ctx, t.changed))
	t.lookAgain()
	t.res.Waiting = t.waiting
	return t.res, err
}

// turn is one run.
type turn struct {
	*FolderPoll
	root    *os.Root
	now     time.Time
	listing listing
	known   map[string]*entry
	changed map[string]*entry // what is still to be noted; nil forgets
	newest  int64             // number of the newest import when the turn began; -1 while it was not asked for
	fresh   bool              // something was seen for the first time
	waiting int               // files that may be ready soon
	pending int               // imports that are waited for
	res     Result
}

// look lists the place and reads the ledger.
func (t *turn) look(ctx context.Context) error {
	all, err := t.Folder.List(ctx)
	if err != nil {
		return err
	}
	t.listing = t.sort(all)
	t.res.Listed = len(t.listing.books)
	if t.known, err = t.read(ctx); err != nil {
		return err
	}
	t.sightAll()
	return nil
}

// sightAll keeps of what the last run saw the files that look as they did.
func (t *turn) sightAll() {
	next := make(map[string]*sighting)
	for key, f := range t.listing.files {
		if e, known := t.known[key]; known && e.Version == f.Version() {
			continue
		}
		if s, there := t.seen[key]; there && s.version == f.Version() {
			next[key] = s
			continue
		}
		next[key] = &sighting{version: f.Version(), since: t.now}
		t.fresh = true
	}
	t.seen = next
}

// settled says whether a file was listed as it is now by an earlier run, and that was not a moment ago: times of files are to the second.
func (t *turn) settled(key string) bool {
	s, there := t.seen[key]
	return there && t.now.Sub(s.since) >= still
}

// prune notes what is not listed any more, and forgets it after long.
func (t *turn) prune() {
	for key, e := range t.known {
		if changed, dirty := t.changed[key]; dirty {
			e = changed
		}
		keep := forgetGone
		if e.State == away {
			keep = forgetAway
		}
		next := *e
		switch listed := t.listing.there[key]; {
		case listed && e.Gone.IsZero():
			continue
		case listed:
			next.Gone = time.Time{}
		case e.Gone.IsZero():
			next.Gone = t.now.UTC().Truncate(time.Second)
		case t.now.Sub(e.Gone) > keep:
			t.changed[key] = nil
			continue
		default:
			continue
		}
		t.changed[key] = &next
	}
}

// lookAgain says when the next run is worth it before its time: soon at first, then twice as late each time.
func (t *turn) lookAgain() {
	if t.fresh {
		t.looks = 0
	}
	if len(t.res.New) > 0 {
		t.waits = 0
	}
	t.looks, t.waits = count(t.looks, t.waiting), count(t.waits, t.pending)
	if t.looks > 0 {
		t.lookIn(min(firstLook<<min(t.looks-1, 16), lastLook))
	}
	if t.waits > 0 {
		t.lookIn(min(firstWait<<min(t.waits-1, 16), lastWait))
	}
	for _, s := range t.seen {
		if s.again.After(t.now) && s.cut {
			t.lookIn(s.again.Sub(t.now))
		}
	}
}

func count(times, now int) int {
	if now == 0 {
		return 0
	}
	return times + 1
}

func (t *turn) lookIn(d time.Duration) {
	if t.res.Look == 0 || d < t.res.Look {
		t.res.Look = d
	}
}

// stops says whether an error is one of the whole place, after which nothing more is asked of it.
func stops(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	_, denied := errors.AsType[*Denied](err)
	_, wait := errors.AsType[*Wait](err)
	return denied || wait || ctx.Err() != nil
}

// brings returns what brings the round's files into the inbox.
func (r *FolderPoll) brings() *bringer {
	b := &r.bringer
	b.source, b.memory, b.inbox, b.mapping, b.noted, b.reached = r.Name, r.History, r.Inbox, r.Mapping, r.Noted, r.Reached
	b.taken = func(ctx context.Context, c coming, name string) error {
		if c.File == nil {
			return nil // of a source that had one file under this name before
		}
		e := *c.File
		e.Name = name
		return r.note(ctx, map[string]*entry{c.Key: &e})
	}
	return b
}

func (r *FolderPoll) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}

func (r *FolderPoll) max() int64 {
	if r.Max > 0 {
		return r.Max
	}
	return DefaultMaxBytes
}
