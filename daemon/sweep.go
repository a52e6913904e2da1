package daemon

import (
	"context"
	"log/slog"
	"time"

	"inlet.example/inlet/pipeline/archive"
)

// sweepAgain is when a file is looked for again that was too young at the start to be known for one that a death has left.
const sweepAgain = 2 * time.Hour

// sweep takes away what a process that died has left half written in the done, failed and held folders.
func (d *Daemon) sweep(ctx context.Context) error {
	for wait := time.Duration(0); ; wait = sweepAgain {
		if sleep(ctx, wait) != nil {
			return nil
		}
		for _, inbox := range d.cfg.Inboxes {
			f := folders(inbox)
			for _, dir := range []string{f.Done, f.Failed, f.Held} {
				n, err := archive.Sweep(dir)
				if n > 0 {
					d.log.LogAttrs(ctx, slog.LevelInfo, "Removed what was left half written", slog.String("dir", dir), slog.Int("files", n))
				}
				if err != nil { // a folder that cannot be reached is told of when something is to be moved there
					d.log.LogAttrs(ctx, slog.LevelDebug, "Sweep", slog.String("dir", dir), slog.Any("error", err))
				}
			}
		}
		if wait > 0 {
			return nil
		}
	}
}
