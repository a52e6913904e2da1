// Package logs makes the logger of the daemon as the configuration wants it.
package logs

import (
	"io"
	"log/slog"
	"time"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
)

// New returns a logger that writes in the configured format.
func New(cfg config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo // the configuration allows no other words
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: readable}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(message.JSONWriter(w), options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// readable writes a duration as 1m30s in both formats: slog writes nanoseconds to JSON, and more digits than a reader wants to text.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() != slog.KindDuration {
		return a
	}
	took := a.Value.Duration()
	switch {
	case took >= time.Second:
		took = took.Round(10 * time.Millisecond)
	case took >= time.Millisecond:
		took = took.Round(10 * time.Microsecond)
	}
	return slog.String(a.Key, took.String())
}
