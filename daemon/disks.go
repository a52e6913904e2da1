package daemon

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
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

const diskPoll = 15 * time.Second // the usual interval of scrapes

// diskWatch measures the free space of the folders that inlet writes to.
type diskWatch struct {
	dirs    []string
	metrics *metrics.Metrics
}

func (w *diskWatch) run(ctx context.Context) error {
	for {
		for _, dir := range w.dirs {
			if free, err := files.FreeSpace(dir); err != nil {
				w.metrics.FreeSpaceUnknown(dir) // inbox_up reports it
			} else {
				w.metrics.FreeSpace(dir, free)
			}
		}
		if sleep(ctx, diskPoll) != nil {
			return nil
		}
	}
}

// writtenDirs returns the folders in which files grow: those of the inboxes, and the store's, if its files are on this host.
func writtenDirs(inboxes []config.Inbox, storeDir string) []string {
	var all []string
	for _, inbox := range inboxes {
		all = append(all, inbox.Path)
		for _, dir := range archiveDirs(inbox) {
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

// archiveDirs returns the folders into which the workbooks of an inbox are moved.
func archiveDirs(inbox config.Inbox) []string {
	f := assembly.Folders(inbox)
	return []string{f.Done, f.Failed, f.Held}
}

// cleanAgain is when the cleaner looks again for files that at the start were too young to be leftovers of a process that has ended.
const cleanAgain = 2 * time.Hour

// cleaner removes what a process that crashed has left half written in the archive folders and among the temporary files.
type cleaner struct {
	inboxes []config.Inbox
	log     *slog.Logger
}

func (c *cleaner) run(ctx context.Context) error {
	for _, wait := range []time.Duration{0, cleanAgain} {
		if sleep(ctx, wait) != nil {
			return nil
		}
		c.clean(ctx)
	}
	return nil
}

func (c *cleaner) clean(ctx context.Context) {
	for _, inbox := range c.inboxes {
		for _, dir := range archiveDirs(inbox) {
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
func (c *cleaner) claimed(arrival string) bool {
	return slices.ContainsFunc(c.inboxes, func(inbox config.Inbox) bool {
		_, err := os.Lstat(claim.Dir(inbox.Path, arrival))
		return !errors.Is(err, fs.ErrNotExist)
	})
}

func (c *cleaner) report(ctx context.Context, dir string, n int, err error) {
	if n > 0 {
		c.log.LogAttrs(ctx, slog.LevelInfo, "Removed incomplete files", slog.String("dir", dir), slog.Int("files", n))
	}
	if err != nil { // a folder that cannot be reached is reported when a file is to be put there
		c.log.LogAttrs(ctx, slog.LevelDebug, "Incomplete files cannot be removed", slog.String("dir", dir), slog.Any("error", err))
	}
}
