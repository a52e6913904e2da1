package drive

import (
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/rclone/rclone/fs"
	"github.com/rclone/rclone/lib/atexit"
	"inlet.example/inlet/watcher/remote/drive/internal/failure"
)

// Prepare must be called first in main: otherwise rclone handles signals once a place was opened, and writes to stderr in a format of its own.
func Prepare() {
	atexit.IgnoreSignals()
	fs.SetLogger(rcloneLog{})
}

// LogTo sets the logger. What rclone logs it also returns as an error, so it is logged for programmers only.
func LogTo(log *slog.Logger) { logTo.Store(log) }

var logTo atomic.Pointer[slog.Logger]

func logger() *slog.Logger {
	if log := logTo.Load(); log != nil {
		return log
	}
	return slog.New(slog.DiscardHandler)
}

// rcloneLog logs what rclone logs, at any level, as debug lines.
type rcloneLog struct{}

func (rcloneLog) Enabled(ctx context.Context, _ slog.Level) bool {
	return logger().Enabled(ctx, slog.LevelDebug)
}

func (rcloneLog) Handle(ctx context.Context, r slog.Record) error {
	// Without its attributes: they hold addresses with user names.
	logger().LogAttrs(ctx, slog.LevelDebug, "Message of rclone", slog.String("text", failure.WithoutQueries(r.Message)))
	return nil
}

func (h rcloneLog) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h rcloneLog) WithGroup(string) slog.Handler      { return h }
