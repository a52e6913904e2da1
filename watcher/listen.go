package watcher

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
	"inlet.example/inlet/pipeline/files"
)

// ear hears the events of one inbox.
type ear struct {
	notify *fsnotify.Watcher
	failed chan error
	done   chan struct{}
}

func newEar() (*ear, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	e := &ear{notify: notify, failed: make(chan error, 1), done: make(chan struct{})}
	go e.drain()
	return e, nil
}

// drain takes errors at once: fsnotify may hold its lock until one is taken, and we may stand before that lock to add
// a watch. All errors mean the same to us, so one kept is enough.
func (e *ear) drain() {
	defer close(e.done)
	for err := range e.notify.Errors {
		select {
		case e.failed <- err:
		default:
		}
	}
}

func (e *ear) close() {
	_ = e.notify.Close() // nothing is lost with it: the scan is the truth
	<-e.done
}

func (e *ear) channels() (<-chan fsnotify.Event, <-chan error) {
	if e == nil {
		return nil, nil
	}
	return e.notify.Events, e.failed
}

// listen asks for events, unless the file system is one that tells none.
func (f *folder) listen() {
	if !files.SupportsInotify(f.inbox.Path) {
		f.poll("the file system tells no events", nil)
		return
	}
	e, err := newEar()
	if err != nil {
		f.poll("no watch to be had", err)
		return
	}
	f.ear, f.polling = e, false
}

// listenTo adds a folder to those listened to. It is asked with each scan: a watch goes with the folder it was on.
func (f *folder) listenTo(rel string) {
	if f.ear == nil {
		return
	}
	err := f.ear.notify.Add(filepath.Join(f.inbox.Path, rel))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.poll("no more watches to be had", err)
	}
}

// poll goes on without events.
func (f *folder) poll(why string, err error) {
	f.deaf()
	if !f.polling {
		f.polling = true
		f.log.Warn("Inbox is polled", slog.String("why", why), slog.Any("error", err))
	}
}

func (f *folder) deaf() {
	if f.ear != nil {
		f.ear.close()
		f.ear = nil
	}
}
