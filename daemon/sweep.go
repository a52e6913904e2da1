package daemon

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/archive"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/watcher/inbox/claim"
)

// sweepAgain is when a file is looked for again that was too young at the start to be known for one that a death has left.
const sweepAgain = 2 * time.Hour

// sweep takes away what a process that died has left half written in the done, failed and held folders and among the temporary files.
func (d *Daemon) sweep(ctx context.Context) error {
	for wait := time.Duration(0); ; wait = sweepAgain {
		if sleep(ctx, wait) != nil {
			return nil
		}
		for _, inbox := range d.cfg.Inboxes {
			f := folders(inbox)
			for _, dir := range []string{f.Done, f.Failed, f.Held} {
				n, err := 0, files.NoLinks(inbox.Path, dir)
				if err == nil {
					n, err = archive.Sweep(dir, d.claimed)
				}
				d.swept(ctx, dir, n, err)
			}
		}
		n, err := files.SweepTemporary(os.TempDir())
		d.swept(ctx, os.TempDir(), n, err)
		if wait > 0 {
			return nil
		}
	}
}

// claimed says whether an arrival lies in the claims of any inbox.
func (d *Daemon) claimed(arrival string) bool {
	return slices.ContainsFunc(d.cfg.Inboxes, func(inbox config.Inbox) bool {
		_, err := os.Lstat(claim.Dir(inbox.Path, arrival))
		return !errors.Is(err, fs.ErrNotExist)
	})
}

func (d *Daemon) swept(ctx context.Context, dir string, n int, err error) {
	if n > 0 {
		d.log.LogAttrs(ctx, slog.LevelInfo, "Removed what was left half written", slog.String("dir", dir), slog.Int("files", n))
	}
	if err != nil { // a folder that cannot be reached is told of when something is to be put there
		d.log.LogAttrs(ctx, slog.LevelDebug, "Sweep", slog.String("dir", dir), slog.Any("error", err))
	}
}
