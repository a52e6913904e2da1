package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/watcher/remote/deliver"
)

// Then is what becomes of a file where it came from, when its import has succeeded.
type Then string

// What can become of it.
const (
	Keep   Then = "keep"   // it stays, and is remembered
	Move   Then = "move"   // it is moved into another folder of the same place
	Remove Then = "delete" // it is removed
)

// Imported is the instant at which a file was imported and is not moved or removed yet.
const Imported deliver.Point = "remote: imported, before the remote move"

// FolderPoll polls a Folder and delivers what is new, again and again. Its fields are not changed once it runs.
type FolderPoll struct {
	Name      string // of the source
	Folder    Folder
	History   History
	Inbox     string        // folder
	InboxName string        // as imports name it
	Mapping   string        // sidecar of files that come with none; may be empty
	Noted     bool          // the arrivals of its files name the source
	Include   string        // pattern of the files it is for, such as kunder*.xlsx; all if empty
	Max       int64         // bytes of one file; DefaultMaxBytes if zero
	Grace     time.Duration // how long a workbook waits for a sidecar of its own
	Then      Then
	MoveTo    string  // folder, below the one that is listed; needed to Move
	Imports   Imports // needed unless Then is Keep

	Reached func(deliver.Point) // for a test that ends the process there; may be nil
	Log     *slog.Logger        // silent if nil

	states    map[string]*candidateState // of what the last run listed and did not deliver, by key
	rechecks  int                        // runs in a row that files were waited for
	waits     int                        // runs in a row that imports were waited for
	deliverer deliver.Deliverer
}

// Result is the result of a run.
type Result struct {
	Listed  int           // workbooks that are there
	New     []string      // what was put into the inbox, by its names there
	Waiting int           // that were seen and may be fetched soon
	Look    time.Duration // after which to poll again whatever the schedule says; 0: when the schedule says
}

const (
	maxPerRun     = 500              // files that one run delivers; the next follows at once
	maxFailures   = 3                // files that cannot be fetched, one after the other, before the place is at fault
	quiet         = 2 * time.Second  // how long a file must be listed unchanged: times of files are to the second
	firstRecheck  = 10 * time.Second // of what was listed for the first time
	firstWait     = 30 * time.Second // for an import to end
	lastRecheck   = 15 * time.Minute
	lastWait      = time.Hour
	cutOffWait    = 10 * time.Minute // of a file that looks half uploaded and does not change
	tooLargeWait  = 24 * time.Hour
	nextRunAtOnce = time.Second
)

// candidateState is a file that was listed and is not in the inbox.
type candidateState struct {
	version string
	since   time.Time // it is listed so
	again   time.Time // not fetched sooner
	cut     bool      // it was fetched, and looks cut off
	failed  int       // times in a row that it could not be fetched
	logged  string    // why it waits
}

// Run polls once and delivers what is new.
//
// What was delivered is noted per file; a new version whose bytes are the ones that were delivered from the same path, with the same sidecar, is
// noted and not delivered.
func (p *FolderPoll) Run(ctx context.Context) (Result, error) {
	root, err := os.OpenRoot(p.Inbox)
	if err != nil {
		return Result{}, err
	}
	defer root.Close()
	r := p.newRun(root)
	name, err := p.prepare().Resume(ctx, root)
	if name != "" {
		r.res.New = append(r.res.New, name)
	}
	if err != nil {
		return r.res, err
	}
	deliver.Sweep(root)
	if err := r.list(ctx); err != nil {
		return r.res, err
	}
	err = (&tidier{r}).tidy(ctx)
	if !endsRun(ctx, err) {
		err = errors.Join(err, r.deliverReady(ctx))
	}
	r.noteGone()
	err = errors.Join(err, p.entries().note(ctx, r.changed))
	r.scheduleNext()
	r.res.Waiting = r.waiting
	return r.res, err
}

func (p *FolderPoll) newRun(root *os.Root) *pollRun {
	return &pollRun{FolderPoll: p, root: root, now: time.Now(), changed: map[string]*entry{}, newest: -1}
}

// prepare returns what delivers the files into the inbox.
func (p *FolderPoll) prepare() *deliver.Deliverer {
	d := &p.deliverer
	d.Source, d.Memory, d.Inbox, d.Mapping, d.Noted, d.Reached = p.Name, p.History, p.Inbox, p.Mapping, p.Noted, p.Reached
	d.Taken = func(ctx context.Context, taken deliver.Delivery, name string) error {
		if taken.File == nil {
			return nil // of a source that had one file under this name before
		}
		var e entry
		if err := json.Unmarshal(taken.File, &e); err != nil {
			return fmt.Errorf("read the history: unfinished files of source %s: %w", p.Name, err)
		}
		e.Name = name
		return p.entries().note(ctx, map[string]*entry{taken.Key: &e})
	}
	return d
}

func (p *FolderPoll) entries() entries { return entries{source: p.Name, history: p.History} }

func (p *FolderPoll) log() *slog.Logger {
	if p.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return p.Log
}

func (p *FolderPoll) max() int64 {
	if p.Max > 0 {
		return p.Max
	}
	return DefaultMaxBytes
}

func (p *FolderPoll) tooLarge() string {
	return fmt.Sprintf("it is larger than %d bytes, the limit of this source (max_bytes)", p.max())
}

// endsRun reports whether an error is one of the whole place, after which nothing more is asked of it.
func endsRun(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	_, denied := errors.AsType[*Denied](err)
	_, wait := errors.AsType[*Wait](err)
	return denied || wait || ctx.Err() != nil
}

// sort sorts what was listed. What inboxes ignore is left out.
func (p *FolderPoll) sort(all []File) listing {
	l := listing{sidecars: map[string]File{}, near: map[string][]string{}, files: map[string]File{}, there: map[string]bool{}}
	for _, f := range all {
		if p.Then == Move && strings.HasPrefix(f.Path, p.MoveTo+"/") {
			continue
		}
		l.there[keyOf(f)] = true
		if isIgnored(f.Path) {
			continue
		}
		switch name := path.Base(f.Path); {
		case filename.IsMapping(name), len(filename.MaybeOf(name)) > 0 && !filename.IsWorkbook(name):
			// Of two files of one name the newer one counts.
			if other, twice := l.sidecars[f.Path]; twice && other.Modified.After(f.Modified) {
				continue
			}
			l.sidecars[f.Path] = f
		case filename.IsWorkbook(name) && p.includes(f.Path):
			l.workbooks = append(l.workbooks, f)
		default:
			continue
		}
		l.files[keyOf(f)] = f
	}
	l.collectNear()
	return l
}

// includes reports whether a file is one that the source is for. A pattern without a slash is matched against the name alone.
func (p *FolderPoll) includes(name string) bool {
	if p.Include == "" {
		return true
	}
	if !strings.Contains(p.Include, "/") {
		name = path.Base(name)
	}
	ok, err := path.Match(p.Include, name)
	return ok && err == nil
}
