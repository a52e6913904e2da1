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

// LogTo says where lines go. What rclone says it also gives as an error, so that is for programmers only.
func LogTo(log *slog.Logger) { logTo.Store(log) }

var logTo atomic.Pointer[slog.Logger]

func logger() *slog.Logger {
	if log := logTo.Load(); log != nil {
		return log
	}
	return slog.New(slog.DiscardHandler)
}

// rcloneLog takes what rclone says at any level as debug lines.
type rcloneLog struct{}

func (rcloneLog) Enabled(ctx context.Context, _ slog.Level) bool {
	return logger().Enabled(ctx, slog.LevelDebug)
}

func (rcloneLog) Handle(ctx context.Context, r slog.Record) error {
	// Without its attributes: they hold addresses with user names.
	logger().LogAttrs(ctx, slog.LevelDebug, "rclone", slog.String("says", withoutQueries(r.Message)))
	return nil
}

func (h rcloneLog) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h rcloneLog) WithGroup(string) slog.Handler      { return h }
