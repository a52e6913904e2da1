package settle

import (
	"container/heap"
	"iter"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/files"
)

// File is a workbook or sidecar that waits in an inbox.
type File struct {
	Path     string // below the inbox
	Workbook bool
	Identity files.Identity // as it was last seen
	FirstSeen,
	QuietSince time.Time
	NoEvent bool // a scan found it before any event named it

	settled bool      // its quiet time was up once
	recheck time.Time // when the quiet time is up, or the time until which it is held
	queue   *queue    // that it is in, if any
	index   int       // in the queue
}

// Tracker knows the files that wait in one inbox. It opens no file but in Incomplete, and never blocks.
//
// A workbook is in the queue of files to watch until its time is up, then in the queue of those that are ready, oldest first.
type Tracker struct {
	quiet     time.Duration
	files     map[string]*File
	watched   queue
	ready     queue
	settling  settling
	workbooks int
	noEvent   int // workbooks whose time was up without any event
}

// New makes a Tracker that calls a file complete after the quiet time.
func New(quiet time.Duration) *Tracker {
	return &Tracker{
		quiet:   quiet,
		files:   map[string]*File{},
		watched: queue{less: func(a, b *File) bool { return a.recheck.Before(b.recheck) }},
		ready:   queue{less: modifiedBefore},
	}
}

// modifiedBefore is the order in which files that are ready at the same time are claimed.
func modifiedBefore(a, b *File) bool {
	if a.Identity.ModTime != b.Identity.ModTime {
		return a.Identity.ModTime < b.Identity.ModTime
	}
	return a.Path < b.Path
}

// Update records how a file looks now. The quiet time of a new or changed file starts again.
func (t *Tracker) Update(path string, id files.Identity, workbook bool) *File {
	f, known := t.files[path]
	if known && f.Identity == id {
		return f
	}
	if !known {
		f = &File{Path: strings.Clone(path), Workbook: workbook, FirstSeen: time.Now()}
		t.files[f.Path] = f
		if workbook {
			t.workbooks++
		}
	}
	f.Identity = id
	if workbook && !f.settled {
		t.settling.enter(f)
	}
	t.restart(f)
	return f
}

// AlignStart makes files whose quiet time has just begun ready at the same time, so that they are claimed in order. The caller passes them:
// searching all that wait, with each new sub-folder, would cost the square of the number of files.
func (t *Tracker) AlignStart(fresh []*File) {
	now := time.Now()
	for _, f := range fresh {
		if t.files[f.Path] != f {
			continue
		}
		f.QuietSince = now
		t.Hold(f, now.Add(t.quiet))
	}
}

// EventSeen records that an event named a file.
func (t *Tracker) EventSeen(path string) {
	if f, known := t.files[path]; known {
		f.NoEvent = false
		t.restart(f)
	}
}

func (t *Tracker) restart(f *File) {
	f.QuietSince = time.Now()
	t.Hold(f, f.QuietSince.Add(t.quiet))
}

// Hold keeps a file back until a time; its quiet time goes on.
func (t *Tracker) Hold(f *File, until time.Time) {
	t.remove(f)
	f.recheck = until
	t.watched.enter(f)
}

// Forget drops a file that is gone or no longer to be watched.
func (t *Tracker) Forget(path string) {
	f, known := t.files[path]
	if !known {
		return
	}
	t.remove(f)
	delete(t.files, path)
	if f.Workbook {
		t.workbooks--
	}
}

// File returns a file by its path; nil if it is not known.
func (t *Tracker) File(path string) *File { return t.files[path] }

// Files iterates over all files in no order.
func (t *Tracker) Files() iter.Seq2[string, *File] {
	return func(yield func(string, *File) bool) {
		for path, f := range t.files {
			if !yield(path, f) {
				return
			}
		}
	}
}

// Workbooks returns how many workbooks wait.
func (t *Tracker) Workbooks() int { return t.workbooks }

// Quiet reports whether a file is known and its quiet time is up.
func (t *Tracker) Quiet(path string) bool {
	f, known := t.files[path]
	return known && time.Since(f.QuietSince) >= t.quiet
}

// QuietAt returns when the quiet time of a file is up if nothing happens to it.
func (t *Tracker) QuietAt(f *File) time.Time { return f.QuietSince.Add(t.quiet) }

// Next returns when the next file is to be looked at.
func (t *Tracker) Next() (time.Time, bool) {
	if t.watched.Len() == 0 {
		return time.Time{}, false
	}
	return t.watched.files[0].recheck, true
}

// PromoteReady moves the workbooks whose time is up into the queue of those that are ready.
func (t *Tracker) PromoteReady() {
	now := time.Now()
	for t.watched.Len() > 0 && !t.watched.files[0].recheck.After(now) {
		f := t.watched.files[0]
		t.remove(f)
		if !f.Workbook {
			continue
		}
		f.settled = true
		if f.NoEvent {
			f.NoEvent = false
			t.noEvent++
		}
		t.ready.enter(f)
	}
}

// TakeOldest removes the workbook to claim first from the queue of those that are ready. It stays known until it is forgotten; Hold has it
// looked at again. There is none while an older one has its first quiet time: see the package comment.
func (t *Tracker) TakeOldest() (*File, bool) {
	if t.ready.Len() == 0 {
		return nil, false
	}
	f := t.ready.files[0]
	if older := t.settling.oldest(t.stillSettles); older != nil && modifiedBefore(older, f) && time.Since(f.QuietSince) < 2*t.quiet {
		return nil, false
	}
	t.remove(f)
	return f, true
}

// stillSettles reports whether a file is in its first quiet time, for no longer than two.
func (t *Tracker) stillSettles(f *File) bool {
	return t.files[f.Path] == f && !f.settled && time.Since(f.FirstSeen) < 2*t.quiet
}

// TakeNoEvent returns how many workbooks became ready without any event, and starts again at zero.
func (t *Tracker) TakeNoEvent() int {
	n := t.noEvent
	t.noEvent = 0
	return n
}

// Waiting returns how many workbooks wait, without some, and when the first of them was first seen.
func (t *Tracker) Waiting(without map[string]bool) (n int, oldest time.Time) {
	for _, f := range t.files {
		if !f.Workbook || without[f.Path] {
			continue
		}
		if n++; n == 1 || f.FirstSeen.Before(oldest) {
			oldest = f.FirstSeen
		}
	}
	return n, oldest
}

func (t *Tracker) remove(f *File) {
	if f.queue != nil {
		heap.Remove(f.queue, f.index)
	}
}

// queue is a heap of files that know their index in it.
type queue struct {
	less  func(a, b *File) bool
	files []*File
}

func (q *queue) enter(f *File)      { f.queue = q; heap.Push(q, f) }
func (q *queue) Len() int           { return len(q.files) }
func (q *queue) Less(i, j int) bool { return q.less(q.files[i], q.files[j]) }
func (q *queue) Swap(i, j int) {
	q.files[i], q.files[j] = q.files[j], q.files[i]
	q.files[i].index, q.files[j].index = i, j
}
func (q *queue) Push(x any) {
	f := x.(*File)
	f.index = len(q.files)
	q.files = append(q.files, f)
}
func (q *queue) Pop() any {
	last := len(q.files) - 1
	f := q.files[last]
	q.files[last] = nil
	q.files = q.files[:last]
	f.queue = nil
	return f
}
