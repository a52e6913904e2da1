package logs

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon/config"
)

// TestDurations: a person can read how long something took, in both formats.
func TestDurations(t *testing.T) {
	for format, want := range map[string][]string{
		"text": {"in=1.5s", "took=3.25ms", "for=1m0.12s", "lasted=201.89ms"},
		"json": {`"in":"1.5s"`, `"took":"3.25ms"`, `"for":"1m0.12s"`, `"lasted":"201.89ms"`},
	} {
		var b bytes.Buffer
		New(config.Log{Level: "info", Format: format}, &b).Info("Store cannot be reached",
			slog.Duration("in", 1500*time.Millisecond), slog.Duration("took", 3250*time.Microsecond), slog.Duration("for", time.Minute+123456789), slog.Duration("lasted", 201892685))
		for _, part := range want {
			if !strings.Contains(b.String(), part) {
				t.Errorf("%s: %s is missing in %s", format, part, b.String())
			}
		}
	}
}

func TestLevels(t *testing.T) {
	for level, want := range map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1} {
		var b bytes.Buffer
		log := New(config.Log{Level: level, Format: "text"}, &b)
		log.Debug("Claims are listed")
		log.Info("Inbox is watched")
		log.Warn("File waits")
		log.Error("Import is stuck")
		if got := strings.Count(b.String(), "\n"); got != want {
			t.Errorf("%s: %d lines, want %d", level, got, want)
		}
	}
}
