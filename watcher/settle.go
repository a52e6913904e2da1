package watcher

import (
	"container/heap"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// file is one that waits in the inbox: a workbook, or a sidecar.
type file struct {
	path     string // below the inbox
	workbook bool
	mark     files.Identity
	first    time.Time // when it was first seen
	since    time.Time // since when nothing was heard of it
	unheard  bool      // a scan found it, and no event has told of it
	trouble  error     // why it could not be read or moved, when that was last tried
	told     string    // the cause of that which was logged

	until time.Time // when to look next
	line  *line     // the line it stands in, if any
	place int
}

// settle knows when files are whole. It opens nothing and waits for nothing: it is told what was seen, and asked.
//
// A workbook stands in the line of those that are still watched, until its time is up; then in the line of those
// that are ready, oldest first.
type settle struct {
	quiet   time.Duration
	files   map[string]*file
	watched line
	ready   line
	books   int
	overdue int // workbooks whose time was up without any event
}

func newSettle(quiet time.Duration) *settle {
	return &settle{
		quiet:   quiet,
		files:   map[string]*file{},
		watched: line{less: func(a, b *file) bool { return a.until.Before(b.until) }},
		ready:   line{less: older},
	}
}

// older is the order in which files that are ready at one time are claimed.
func older(a, b *file) bool {
	if a.mark.ModTime != b.mark.ModTime {
		return a.mark.ModTime < b.mark.ModTime
	}
	return a.path < b.path
}

// look says how a file looks now. The quiet time of one that is new or looks otherwise than before begins anew.
func (s *settle) look(path string, m files.Identity, workbook bool) *file {
	f, known := s.files[path]
	if known && f.mark == m {
		return f
	}
	if !known {
		f = &file{path: strings.Clone(path), workbook: workbook, first: time.Now()}
		s.files[f.path] = f
		if workbook {
			s.books++
		}
	}
	f.mark = m
	s.restart(f)
	return f
}

// together makes files whose quiet time has just begun become whole at one time, so that they are claimed in order. It is given them: to
// look through all that wait, with each new sub-folder, would cost the square of what is dropped.
func (s *settle) together(fresh []*file) {
	now := time.Now()
	for _, f := range fresh {
		if s.files[f.path] != f {
			continue
		}
		f.since = now
		s.hold(f, now.Add(s.quiet))
	}
}

// heard says that an event told of a file.
func (s *settle) heard(path string) {
	if f, known := s.files[path]; known {
		f.unheard = false
		s.restart(f)
	}
}

func (s *settle) restart(f *file) {
	f.since = time.Now()
	s.hold(f, f.since.Add(s.quiet))
}

// hold puts a file off until then; its quiet time goes on.
func (s *settle) hold(f *file, until time.Time) {
	s.leave(f)
	f.until = until
	s.watched.enter(f)
}

// forget drops a file that is no longer there, or no longer ours to watch.
func (s *settle) forget(path string) {
	f, known := s.files[path]
	if !known {
		return
	}
	s.leave(f)
	delete(s.files, path)
	if f.workbook {
		s.books--
	}
}

// whole tells whether a file has been quiet long enough.
func (s *settle) whole(path string) bool {
	f, known := s.files[path]
	return known && time.Since(f.since) >= s.quiet
}

// wholeAt is when it has been quiet long enough, if it stays so.
func (s *settle) wholeAt(f *file) time.Time { return f.since.Add(s.quiet) }

// next tells when the next file's time is up.
func (s *settle) next() (time.Time, bool) {
	if s.watched.Len() == 0 {
		return time.Time{}, false
	}
	return s.watched.files[0].until, true
}

// ripen moves the workbooks whose time is up to those that are ready.
func (s *settle) ripen() {
	now := time.Now()
	for s.watched.Len() > 0 && !s.watched.files[0].until.After(now) {
		f := s.watched.files[0]
		s.leave(f)
		if !f.workbook {
			continue
		}
		if f.unheard {
			f.unheard = false
			s.overdue++
		}
		s.ready.enter(f)
	}
}

// oldest is the workbook to claim first. It stays known until it is forgotten, and is asked about again when held.
func (s *settle) oldest() (*file, bool) {
	if s.ready.Len() == 0 {
		return nil, false
	}
	f := s.ready.files[0]
	s.leave(f)
	return f, true
}

// longest is when the workbook that waits longest was first seen, but for some others.
func (s *settle) longest(others map[string]bool) time.Time {
	var t time.Time
	for _, f := range s.files {
		if f.workbook && !others[f.path] && (t.IsZero() || f.first.Before(t)) {
			t = f.first
		}
	}
	return t
}

// waiting is how many workbooks wait, but for some.
func (s *settle) waiting(others map[string]bool) int {
	n := s.books
	for rel := range others {
		if f := s.files[rel]; f != nil && f.workbook {
			n--
		}
	}
	return n
}

func (s *settle) leave(f *file) {
	if f.line != nil {
		heap.Remove(f.line, f.place)
	}
}

// line is a heap of files that know their place in it.
type line struct {
	less  func(a, b *file) bool
	files []*file
}

func (l *line) enter(f *file)      { f.line = l; heap.Push(l, f) }
func (l *line) Len() int           { return len(l.files) }
func (l *line) Less(i, j int) bool { return l.less(l.files[i], l.files[j]) }
func (l *line) Swap(i, j int) {
	l.files[i], l.files[j] = l.files[j], l.files[i]
	l.files[i].place, l.files[j].place = i, j
}
func (l *line) Push(x any) {
	f := x.(*file)
	f.place = len(l.files)
	l.files = append(l.files, f)
}
func (l *line) Pop() any {
	last := len(l.files) - 1
	f := l.files[last]
	l.files[last] = nil
	l.files = l.files[:last]
	f.line = nil
	return f
}
