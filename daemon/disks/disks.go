// Package disks looks after the folders that the daemon writes to: it measures their free space, and removes what a process that crashed has left
// half written.
package disks

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

const diskPoll = 15 * time.Second // the usual interval of scrapes

// Watch measures the free space of the folders that inlet writes to.
type Watch struct {
	Dirs    []string
	Metrics *metrics.Metrics
}

// Run measures until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	for {
		for _, dir := range w.Dirs {
			if free, err := files.FreeSpace(dir); err != nil {
				w.Metrics.FreeSpaceUnknown(dir) // inbox_up reports it
			} else {
				w.Metrics.FreeSpace(dir, free)
			}
		}
		if backoff.Sleep(ctx, diskPoll) != nil {
			return nil
		}
	}
}

// WrittenDirs returns the folders in which files grow: those of the inboxes, and the store's, if its files are on this host.
func WrittenDirs(inboxes []config.Inbox, storeDir string) []string {
	var all []string
	for _, inbox := range inboxes {
		all = append(all, inbox.Path)
		for _, dir := range ArchiveDirs(inbox) {
			if !strings.HasPrefix(dir, inbox.Path+string(filepath.Separator)) {
				all = append(all, dir)
			}
		}
	}
	if storeDir != "" {
		all = append(all, storeDir)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ArchiveDirs returns the folders into which the workbooks of an inbox are moved.
func ArchiveDirs(inbox config.Inbox) []string {
	f := assembly.Folders(inbox)
	return []string{f.Done, f.Failed, f.Held}
}

// cleanAgain is when the cleaner looks again for files that at the start were too young to be leftovers of a process that has ended.
const cleanAgain = 2 * time.Hour

// Cleaner removes what a process that crashed has left half written in the archive folders and among the temporary files.
type Cleaner struct {
	Inboxes []config.Inbox
	Log     *slog.Logger
}

// Run removes it at the start and once more later.
func (c *Cleaner) Run(ctx context.Context) error {
	for _, wait := range []time.Duration{0, cleanAgain} {
		if backoff.Sleep(ctx, wait) != nil {
			return nil
		}
		c.clean(ctx)
	}
	return nil
}

func (c *Cleaner) clean(ctx context.Context) {
	for _, inbox := range c.Inboxes {
		for _, dir := range ArchiveDirs(inbox) {
			n, err := 0, files.NoLinks(inbox.Path, dir)
			if err == nil {
				n, err = archive.Sweep(dir, c.claimed)
			}
			c.report(ctx, dir, n, err)
		}
	}
	n, err := files.SweepTemporary(os.TempDir())
	c.report(ctx, os.TempDir(), n, err)
}

// claimed reports whether any inbox has a claim of an arrival.
func (c *Cleaner) claimed(arrival string) bool {
	return slices.ContainsFunc(c.Inboxes, func(inbox config.Inbox) bool {
		_, err := os.Lstat(claim.Dir(inbox.Path, arrival))
		return !errors.Is(err, fs.ErrNotExist)
	})
}

func (c *Cleaner) report(ctx context.Context, dir string, n int, err error) {
	if n > 0 {
		c.Log.LogAttrs(ctx, slog.LevelInfo, "Removed incomplete files", slog.String("dir", dir), slog.Int("files", n))
	}
	if err != nil { // a folder that cannot be reached is reported when a file is to be put there
		c.Log.LogAttrs(ctx, slog.LevelDebug, "Incomplete files cannot be removed", slog.String("dir", dir), slog.Any("error", err))
	}
}
