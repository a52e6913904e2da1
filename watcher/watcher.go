package watcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/watcher/remote"
)

// Inbox is a folder that people put workbooks into.
type Inbox struct {
	Name         string
	Path         string                  // the folder, absolute; made if missing at start
	Adopt        func(path string) error // gives a folder that was made its group and mode; may be nil
	Aside        []string                // absolute folders that are never watched, such as done and failed; .inlet always
	Settle       time.Duration           // how long a file must be quiet; 2 s if zero
	Scan         time.Duration           // how often the folder is listed; 30 s if zero
	Mapping      string                  // the sidecar of workbooks that have none, absolute; may be empty
	SidecarGrace time.Duration           // how long a whole workbook waits for its sidecar; not at all if zero
	Extensions   []string                // what is claimed; DefaultExtensions if empty
}

// DefaultExtensions are what an inbox claims. The last four cannot be read: they are claimed to be refused by name,
// where a person who is used to them would else wait for nothing.
func DefaultExtensions() []string {
	return []string{".xlsx", ".xlsm", ".csv", ".tsv", ".xls", ".xlsb", ".ods", ".numbers"}
}

// Source is a place to ask for a workbook now and then.
type Source struct {
	Name, Inbox    string
	URL, Path      string        // one of the two …
	Drive          *remote.Place // … or a folder of a drive, with many files
	As             string        // file name in the inbox, may hold a date like {2006-01-02}; by default what the source calls it
	Every          time.Duration
	Cron, TimeZone string // five fields; the time zone is UTC if empty
	Missed         Missed // of Cron; MissedRunOnce if empty
	Mapping        string // sidecar to put beside it, absolute; may be empty
	Noted          bool   // the arrivals of its files name it
	Header         map[string]string
	MaxBytes       int64 // remote.DefaultMaxBytes if zero

	// Of a drive:
	Include string      // pattern of the files it is for; all workbooks if empty
	Then    remote.Then // what becomes of a file there when its import has ended well; remote.Keep if empty
	MoveTo  string      // the folder for remote.Move
}

// Arrival is one workbook that is ours now: it and its sidecar lie in Dir.
type Arrival struct {
	ID, Inbox string
	Name      string    // path below the inbox as the person put it, such as "sub/kunder.xlsx"
	Dir       string    // .inlet/<ID> of its inbox, absolute
	Workbook  string    // absolute
	Sidecar   string    // absolute; empty if there is none
	Near      bool      // Sidecar has only nearly the name of one: whether it is meant a person must say
	Rival     string    // absolute; a second sidecar, so that nobody can tell which is meant; mostly empty
	Original  string    // path below the inbox of a file there whose conflict copy this may be by its name; mostly empty
	Source    string    // that brought it, if it is Noted; empty where a person did
	Seen      time.Time // when it was last seen to change: from then on the person waits

	Disk string // that Dir was on when it was claimed; empty if that is not known
}

// Events are told what the watcher sees; metrics are made of them. They are called from several goroutines, and what
// they take, the watcher waits. A nil func is not called.
type Events struct {
	Ignored func(inbox, reason string) // once per file; the reasons are the Reason constants
	Scanned func(inbox string, s Scan) // after each scan
	Claimed func(inbox string)         // a file was renamed into .inlet
	Polled  func(source string, a Answer)
	Missed  func(source string, slots int) // they passed and the source was not asked
	Event   func(kind string)              // create, write, remove, rename, chmod, overflow, error
	Reached func(Point)                    // for a test that ends the process there

	// Full is asked with each scan whether an inbox's files are to stay where they are.
	Full func(inbox string) bool
}

// Point is an instant of a claim. A crash there must not be seen in what becomes of the file.
type Point string

// The points, in their order.
const (
	Labelled Point = "claim: label written, workbook still in the inbox"
	Claimed  Point = "claim: workbook taken, sidecar not yet"
	Paired   Point = "claim: all taken"
)

// Scan is what one listing of an inbox came to.
type Scan struct {
	Waiting          int       // workbooks not claimed yet, but for those that are open or cannot be read
	Oldest           time.Time // when the one of them that waits longest was first seen; zero if none waits
	Took             time.Duration
	Recovered        int      // files since the last scan that no event had told of
	Open             int      // workbooks that wait because a program has them open
	OpenNames        []string // the first of them
	NotWorkbooks     int      // files that are not workbooks and that nobody claims
	NotWorkbookNames []string // the first of them
	Unreadable       int      // files, folders and claims that cannot be read; the others go on
	UnreadableNames  []string // the first of them
	Claimed          []Claim  // workbooks that are claimed and not archived yet
	Err              error    // the inbox could not be listed, or the last claim went wrong
	Mode             string
}

// The modes of a Scan.
const (
	ModeEvents = "events"
	ModePoll   = "poll" // network file systems tell no events
)

// Config is all a Watcher needs.
type Config struct {
	Inboxes []Inbox
	Sources []Source
	Memory  remote.Memory                                              // what the sources had last; needed if there are sources
	Ledger  remote.Ledger                                              // what they brought, and …
	Imports remote.Imports                                             // … how that ended; both needed if a source is a drive
	Drive   func(context.Context, remote.Place) (remote.Folder, error) // opens a drive; needed likewise. Closed if it is an io.Closer
	First   []string                                                   // IDs of arrivals that an earlier run was at: they are handed out before the others, whatever their inbox
	Paused  func(ctx context.Context, source string) bool              // says that a source is to be left alone; nil: none is
	Events  Events
	Log     *slog.Logger // silent if nil
}

// Watcher watches the inboxes and asks the sources.
type Watcher struct {
	cfg     Config
	ids     *numbers
	folders []*folder
	sources map[string]*source
	begin   *beginning
}

// New checks cfg and makes a Watcher of it. It starts nothing and touches nothing.
func New(cfg Config) (*Watcher, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Events = cfg.Events.filled()
	w := &Watcher{cfg: cfg, ids: newNumbers(), sources: map[string]*source{}}
	var errs []error
	paths, inboxes := map[string]string{}, map[string]Inbox{}
	for _, in := range cfg.Inboxes {
		if err := checkInbox(in, paths); err != nil {
			errs = append(errs, fmt.Errorf("inbox %q: %w", in.Name, err))
			continue
		}
		paths[in.Name], inboxes[in.Name] = filepath.Clean(in.Path), in.filled()
		w.folders = append(w.folders, newFolder(in.filled(), w.ids, cfg.Events, cfg.Log))
	}
	for _, s := range cfg.Sources {
		if err := w.addSource(s, inboxes[s.Inbox]); err != nil {
			errs = append(errs, fmt.Errorf("source %q: %w", s.Name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	w.begin = newBeginning(len(w.folders), cfg.First)
	return w, nil
}

// Run watches until ctx ends, and sends each workbook that it claims. It returns when all it started has ended; an
// arrival that nobody took by then is handed out by the next Run of a new Watcher.
func (w *Watcher) Run(ctx context.Context, arrivals chan<- Arrival) error {
	g, ctx := errgroup.WithContext(ctx)
	clocks, err := w.newClocks(ctx)
	if err != nil {
		return err
	}
	g.Go(func() error { return w.begin.run(ctx, arrivals) })
	for _, f := range w.folders {
		g.Go(func() error { return f.run(ctx, w.begin, arrivals) })
	}
	for _, s := range w.sources {
		g.Go(func() error { return s.run(ctx) })
	}
	clocks.start()
	return errors.Join(g.Wait(), clocks.stop())
}

// Watching is closed when every inbox was looked into once, and made where it was missing. One that hangs is not waited for longer than
// some seconds; one that cannot be opened is tried again as long as Run runs.
func (w *Watcher) Watching() <-chan struct{} { return w.begin.closed }

// RunNow asks a source now, whatever its schedule says.
func (w *Watcher) RunNow(name string) error {
	s, ok := w.sources[name]
	if !ok {
		return fmt.Errorf("no source is called %q", name)
	}
	s.askNow()
	return nil
}

func checkInbox(in Inbox, paths map[string]string) error {
	if _, doubled := paths[in.Name]; doubled || in.Name == "" {
		return errors.New("give each inbox a name of its own")
	}
	if !filepath.IsAbs(in.Path) {
		return fmt.Errorf("path %q is not absolute", in.Path)
	}
	if in.Mapping != "" && !filepath.IsAbs(in.Mapping) {
		return fmt.Errorf("mapping %q is not absolute", in.Mapping)
	}
	for other, path := range paths {
		if path == filepath.Clean(in.Path) {
			return fmt.Errorf("inbox %q has the same folder", other)
		}
	}
	return nil
}

func (in Inbox) filled() Inbox {
	in.Path = filepath.Clean(in.Path)
	if in.Settle <= 0 {
		in.Settle = 2 * time.Second
	}
	if in.Scan <= 0 {
		in.Scan = 30 * time.Second
	}
	extensions := DefaultExtensions()
	if len(in.Extensions) > 0 {
		extensions = slices.Clone(in.Extensions)
	}
	for i, ext := range extensions {
		extensions[i] = strings.ToLower(ext)
	}
	in.Extensions = extensions
	return in
}

func (e Events) filled() Events {
	if e.Ignored == nil {
		e.Ignored = func(string, string) {}
	}
	if e.Scanned == nil {
		e.Scanned = func(string, Scan) {}
	}
	if e.Claimed == nil {
		e.Claimed = func(string) {}
	}
	if e.Polled == nil {
		e.Polled = func(string, Answer) {}
	}
	if e.Missed == nil {
		e.Missed = func(string, int) {}
	}
	if e.Event == nil {
		e.Event = func(string) {}
	}
	if e.Full == nil {
		e.Full = func(string) bool { return false }
	}
	if e.Reached == nil {
		e.Reached = func(Point) {}
	}
	return e
}
