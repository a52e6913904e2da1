package worker

import (
	"errors"
	"io/fs"
	"log/slog"
	"syscall"
	"testing"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/queue"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/watcher"
)

// TestSkipArchive: an inbox waits as long as its folders or their disk are at fault. For a file whose name they do not accept it waits only as long as
// for an error of unknown cause.
func TestSkipArchive(t *testing.T) {
	t.Parallel()
	unmoved := func(err error) error {
		return &pipeline.ArchiveError{Err: &fs.PathError{Op: "rename", Path: "kunder.csv", Err: err}}
	}
	for name, c := range map[string]struct {
		err     error
		skipped bool
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
			m, log := metrics.New(metrics.Labels{}), slog.New(slog.DiscardHandler)
			q := queue.New(claims.New(&enginetest.Documents{}), log, func(string) {})
			w := &Worker{log: log, queue: q, quarantine: newQuarantine(m, status.New(nil), 0)}
			a, waiting := watcher.Arrival{ID: "a", Inbox: "kunder", Name: "kunder.csv"}, &inboxBacklog{wait: backoff.New()}
			tries := 1
			for ; tries < 100 && !w.skipArchive(t.Context(), waiting, a, c.err); tries++ {
			}
			if skipped := tries < 100; skipped != c.skipped || skipped && (tries != 5 || !w.quarantine.has("a")) {
				t.Errorf("skipped after %d tries: %v", tries, skipped)
			}
		})
	}
}
