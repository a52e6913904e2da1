package drive

import (
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/lib/atexit"

	_ "inlet.example/inlet/watcher/remote/drive/internal/quiet" // before rclone
)

// Prepare is called first thing in main: else a signal ends the process without our shutdown once a place was opened, and rclone writes to
// stderr in a form of its own.
func Prepare() {
	atexit.IgnoreSignals()
	fs.SetLogger(rcloneLog{})
}

// LogTo says where the lines of rclone go. What it says it also gives as an error, so it is for programmers only.
func LogTo(log *slog.Logger) { rcloneTo.Store(log) }

var rcloneTo atomic.Pointer[slog.Logger]

// rcloneLog takes what rclone says at any level as debug lines.
type rcloneLog struct{}

func (rcloneLog) Enabled(ctx context.Context, _ slog.Level) bool {
	log := rcloneTo.Load()
	return log != nil && log.Enabled(ctx, slog.LevelDebug)
}

func (rcloneLog) Handle(ctx context.Context, r slog.Record) error {
	// Without its attributes: they hold addresses with user names.
	if log := rcloneTo.Load(); log != nil {
		log.LogAttrs(ctx, slog.LevelDebug, "rclone", slog.String("says", withoutQueries(r.Message)))
	}
	return nil
}

func (h rcloneLog) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h rcloneLog) WithGroup(string) slog.Handler      { return h }
