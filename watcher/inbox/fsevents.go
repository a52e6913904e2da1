package inbox

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
	"inlet.example/inlet/pipeline/files"
)

// fsEvents receives the file system events of one inbox, where its file system sends them.
type fsEvents struct {
	path string // the inbox
	log  *slog.Logger

	watcher *fsnotify.Watcher // nil while the inbox is polled or closed
	failed  chan error
	drained chan struct{}
	polling bool // it was logged that there are no events

	unsupported bool // set by tests in a bubble of time, where a blocked read would keep time from moving
}

// start asks for events, unless the file system is one that sends none.
func (e *fsEvents) start() {
	if e.unsupported || !files.SupportsInotify(e.path) {
		e.poll("the file system reports no events", nil)
		return
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		e.poll("the system allows no watch", err)
		return
	}
	e.watcher, e.failed, e.drained, e.polling = watcher, make(chan error, 1), make(chan struct{}), false
	go drainErrors(watcher, e.failed, e.drained)
}

// drainErrors receives errors at once: fsnotify may hold its lock until one is received, while add waits for that lock. All errors mean the
// same to us, so one kept is enough.
func drainErrors(watcher *fsnotify.Watcher, failed chan<- error, drained chan<- struct{}) {
	defer close(drained)
	for err := range watcher.Errors {
		select {
		case failed <- err:
		default:
		}
	}
}

// active reports whether events are received.
func (e *fsEvents) active() bool { return e.watcher != nil }

func (e *fsEvents) mode() string {
	if e.polling {
		return ModePoll
	}
	return ModeEvents
}

func (e *fsEvents) channels() (<-chan fsnotify.Event, <-chan error) {
	if e.watcher == nil {
		return nil, nil
	}
	return e.watcher.Events, e.failed
}

// add watches a folder below the inbox. It is called with each scan: a watch goes with the folder it was on.
func (e *fsEvents) add(rel string) {
	if e.watcher == nil {
		return
	}
	err := e.watcher.Add(filepath.Join(e.path, rel))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		e.poll("the system allows no more watches", err)
	}
}

// poll goes on without events.
func (e *fsEvents) poll(why string, err error) {
	e.stop()
	if !e.polling {
		e.polling = true
		e.log.Warn("Inbox is scanned periodically, without events of the file system", slog.String("why", why), slog.Any("error", err))
	}
}

func (e *fsEvents) stop() {
	if e.watcher != nil {
		_ = e.watcher.Close() // no file is lost with it: the scan finds all
		<-e.drained
		e.watcher = nil
	}
}

// EventKinds are all kinds that Events.Event is called with.
var EventKinds = append([]string{"create", "write", "remove", "rename", "chmod"}, ErrorKinds...)

// ErrorKinds are those of them that say that events were lost.
var ErrorKinds = []string{"overflow", "error"}

func eventKind(op fsnotify.Op) string {
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
