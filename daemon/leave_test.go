package daemon

import (
	"errors"
	"io/fs"
	"log/slog"
	"syscall"
	"testing"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/watcher"
)

// TestLeave: an inbox waits for ever for its folders and their disk, and for a file whose name they do not take only as long as for an error
// that nobody knows.
func TestLeave(t *testing.T) {
	unmoved := func(err error) error {
		return &pipeline.ArchiveError{Err: &fs.PathError{Op: "rename", Path: "kunder.csv", Err: err}}
	}
	for name, c := range map[string]struct {
		err    error
		leaves bool
	}{
		"full":           {unmoved(syscall.ENOSPC), false},
		"no permission":  {unmoved(syscall.EACCES), false},
		"a file as done": {unmoved(syscall.ENOTDIR), false},
		"a link":         {unmoved(syscall.ELOOP), false},
		"not there":      {unmoved(syscall.ENOENT), false},
		"name":           {unmoved(syscall.EINVAL), true},
		"letters":        {unmoved(syscall.EILSEQ), true},
		"too long":       {unmoved(syscall.ENAMETOOLONG), true},
		"unknown":        {&pipeline.ArchiveError{Err: errors.New("a strange day")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := &worker{Daemon: New(config.Config{}, slog.New(slog.DiscardHandler)), stuck: map[string]*aside{}}
			a, l := watcher.Arrival{ID: "a", Inbox: "kunder", Name: "kunder.csv"}, &line{wait: newPause()}
			tries := 1
			for ; tries < 100 && !w.leave(t.Context(), l, a, c.err); tries++ {
			}
			if left := tries < 100; left != c.leaves || left && (tries != 5 || w.stuck["a"] == nil) {
				t.Errorf("it was left after %d tries: %v", tries, left)
			}
		})
	}
}
