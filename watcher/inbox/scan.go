package inbox

import (
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
	"inlet.example/inlet/watcher/inbox/settle"
	"inlet.example/inlet/watcher/inbox/sign"
)

// scanner knows what is in an inbox: it walks the folder, and sorts what it finds into workbooks, sidecars, owner files and the rest.
type scanner struct {
	inbox  Inbox
	events Events
	log    *slog.Logger
	root   *os.Root // nil while the inbox cannot be opened
	notify *fsEvents

	waiting      *settle.Tracker
	neighbours   *neighbours
	owners       *owners
	notWorkbooks *notWorkbooks
	signs        *sign.Signs

	ignored    map[string]bool       // reported once
	awaited    map[string]string     // sidecar that is missing, to the workbook that waits for it
	unlistable map[string]error      // folders below the inbox that cannot be listed, and why
	unreadable map[string]*fileError // workbooks that could not be read or moved when that was last tried
}

// fileError is why a workbook could not be read or moved.
type fileError struct {
	err    error // nil if it could be read since
	logged string
}

func newScanner(in Inbox, events Events, log *slog.Logger, notify *fsEvents, waiting *settle.Tracker) *scanner {
	return &scanner{
		inbox: in, events: events, log: log, notify: notify, waiting: waiting, neighbours: newNeighbours(waiting), owners: newOwners(waiting),
		notWorkbooks: &notWorkbooks{files: map[string]*notWorkbook{}, wait: in.Settle + in.Scan, waiting: waiting, log: log},
		signs:        sign.New(in.Signs, log),
		ignored:      map[string]bool{}, awaited: map[string]string{}, unlistable: map[string]error{}, unreadable: map[string]*fileError{},
	}
}

// walk is one listing of folders.
type walk struct {
	timed bool            // what it finds first was found by a timed scan, before any event
	seen  map[string]bool // every path that was met

	began time.Time
	fresh []*settle.File // those whose quiet time began with this walk
}

// scanAll lists the inbox and everything below, and forgets what is gone.
func (s *scanner) scanAll(timed bool) error {
	maps.DeleteFunc(s.unlistable, func(rel string, _ error) bool { _, err := s.root.Lstat(rel); return err != nil })
	w := &walk{timed: timed, seen: map[string]bool{}, began: time.Now()}
	err := s.walk(s.root, ".", w)
	s.waiting.AlignStart(w.fresh)
	if err != nil {
		return err // what was not seen may exist all the same
	}
	isGone := func(name string) bool { return !w.seen[name] && !s.inUnlistable(name) }
	for name := range s.waiting.Files() {
		if isGone(name) {
			s.gone(name)
		}
	}
	for name := range s.ignored { // with the owner files and files that are not workbooks
		if isGone(name) {
			s.gone(name)
		}
	}
	return nil
}

// walk looks at everything in a folder and below. It goes on after an error, and returns the first.
func (s *scanner) walk(root *os.Root, rel string, w *walk) error {
	s.notify.add(rel)
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	names, err := d.Readdirnames(-1)
	_ = d.Close()
	for _, name := range names {
		if stepErr := s.step(root, rel, name, w); stepErr != nil && !errors.Is(stepErr, fs.ErrNotExist) && err == nil {
			err = stepErr
		}
	}
	return err
}

func (s *scanner) step(root *os.Root, rel, name string, w *walk) error {
	below := path.Join(rel, name)
	if claim.IsFolder(below) {
		return nil
	}
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	w.seen[below] = true
	if !info.IsDir() {
		s.recordFile(below, info, w)
		return nil
	}
	if s.skipFolder(below, info) {
		return nil
	}
	return s.walkInto(root, name, below, w)
}

// walkInto walks a folder below the inbox. One that cannot be listed waits alone, and the files that were known in it are taken to be there.
func (s *scanner) walkInto(root *os.Root, name, below string, w *walk) error {
	sub, err := root.OpenRoot(name)
	if err == nil {
		defer sub.Close()
		err = s.walk(sub, below, w)
	}
	if !errors.Is(err, fs.ErrPermission) {
		delete(s.unlistable, below)
		return err
	}
	if s.unlistable[below] == nil {
		s.log.Warn("Folder in the inbox cannot be listed, its files wait", slog.String("folder", below), slog.Any("error", err), slog.String("do", Advice(err)))
	}
	s.unlistable[below] = err
	return nil
}

// inUnlistable reports whether a path is in a folder that cannot be listed.
func (s *scanner) inUnlistable(rel string) bool {
	for dir := path.Dir(rel); len(s.unlistable) > 0 && dir != "."; dir = path.Dir(dir) {
		if s.unlistable[dir] != nil {
			return true
		}
	}
	return false
}

// skipFolder reports whether a folder is not watched.
func (s *scanner) skipFolder(rel string, info fs.FileInfo) bool {
	if claim.IgnoredFolder(path.Base(rel), s.inbox.Extensions) {
		s.ignore(rel, claim.ReasonFolder)
		return true
	}
	return slices.ContainsFunc(s.inbox.Excluded, func(excluded string) bool {
		if filepath.Clean(excluded) == filepath.Join(s.inbox.Path, rel) {
			return true
		}
		other, err := os.Stat(excluded) // the configuration may name it by another path, over a link
		return err == nil && os.SameFile(other, info)
	})
}

// scanPath looks at one path: a file is recorded, a folder walked.
func (s *scanner) scanPath(rel string) error {
	if claim.IsFolder(rel) {
		return nil
	}
	info, err := s.root.Lstat(rel)
	if errors.Is(err, fs.ErrNotExist) {
		s.gone(rel)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		s.recordFile(rel, info, &walk{})
		return nil
	}
	if s.skipFolder(rel, info) {
		return nil
	}
	w := &walk{seen: map[string]bool{}, began: time.Now()}
	err = s.walkInto(s.root, rel, rel, w)
	s.waiting.AlignStart(w.fresh)
	return err
}

// recordFile records something that is not a folder.
func (s *scanner) recordFile(rel string, info fs.FileInfo, w *walk) {
	if s.signs.Note(s.root, rel, info) {
		return
	}
	reason := claim.IgnoredName(path.Base(rel), s.inbox.Extensions)
	near := reason == claim.ReasonExtension && mayBeMapping(path.Base(rel))
	if kind := claim.IgnoredKind(info); kind != "" && (reason == "" || near) {
		reason, near = kind, false
	}
	if reason == "" {
		delete(s.ignored, rel)
		s.notWorkbooks.remove(rel)
	} else {
		s.ignore(rel, reason)
		s.notWorkbooks.note(rel, reason, near)
		s.owners.note(rel, info)
	}
	if reason != "" && !near {
		s.forget(rel)
		return
	}
	mapping := near || filename.IsMapping(rel)
	known := s.waiting.File(rel) != nil
	if mapping && !known {
		s.neighbours.addMapping(rel)
	}
	file := s.waiting.Update(rel, files.IdentityOf(info), !mapping)
	if !w.began.IsZero() && !file.QuietSince.Before(w.began) {
		w.fresh = append(w.fresh, file)
	}
	if known {
		return
	}
	file.NoEvent = w.timed && s.notify.active()
	if book := s.waiting.File(s.awaited[rel]); book != nil {
		s.waiting.Hold(book, s.waiting.QuietAt(file))
	}
}

func (s *scanner) ignore(rel, reason string) {
	if !s.ignored[rel] {
		s.ignored[rel] = true
		s.events.Ignored(s.inbox.Name, reason)
	}
}

// gone drops a path that no longer exists.
func (s *scanner) gone(rel string) {
	s.signs.Gone(rel)
	s.forget(rel)
	s.owners.gone(rel)
	delete(s.ignored, rel)
	s.notWorkbooks.remove(rel)
	for _, own := range claim.OwnSidecars(rel) {
		if s.awaited[own] == rel {
			delete(s.awaited, own)
		}
	}
}

// forget drops a file that no longer exists or is no longer to be watched.
func (s *scanner) forget(rel string) {
	if known := s.waiting.File(rel); known != nil && !known.Workbook {
		s.neighbours.removeMapping(rel)
	}
	s.waiting.Forget(rel)
	delete(s.owners.held, rel)
	delete(s.unreadable, rel)
}

// noteUnreadable records why a workbook could not be read or moved, and logs each cause once.
func (s *scanner) noteUnreadable(rel string, err error) {
	known := s.unreadable[rel]
	if known == nil {
		known = &fileError{}
		s.unreadable[rel] = known
	}
	if cause := Cause(err); cause != known.logged {
		s.log.Warn("File waits", slog.String("file", rel), slog.Any("error", err), slog.String("do", Advice(err)))
		known.logged = cause
	}
	known.err = err
}

func (s *scanner) noteReadable(rel string) {
	if known := s.unreadable[rel]; known != nil {
		known.err = nil
	}
}

// unreadablePaths are the paths that cannot be read, moved or opened: workbooks, folders below the inbox, and foreign claims. That is not a fault
// of the inbox, whose other files go on.
func (s *scanner) unreadablePaths(foreign []string) []string {
	all := slices.Clone(foreign)
	for rel, known := range s.unreadable {
		if known.err != nil {
			all = append(all, rel)
		}
	}
	for rel := range s.unlistable {
		all = append(all, rel+"/")
	}
	return all
}
