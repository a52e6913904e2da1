package logs

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/daemon/config"
)

// TestEvents: an event log gets the lines of a level, each with its attributes and without a time; the log gets its own.
func TestEvents(t *testing.T) {
	var b bytes.Buffer
	var events []string
	write := func(level slog.Level, text string) error {
		events = append(events, level.String()+" "+text)
		return nil
	}
	log := slog.New(Events(New(config.Log{Level: "error", Format: "text"}, &b).Handler(), slog.LevelWarn, write))
	log.Info("Inbox is watched")
	log.Warn("File waits", slog.String("file", "a b.xlsx"), slog.Duration("for", 1500*time.Millisecond))
	log.With(slog.String("inbox", "kunder")).WithGroup("import").Error("Import is stuck", slog.String("id", "01K"))
	log.Error("Disk is full")
	want := []string{"WARN File waits\nfile=\"a b.xlsx\" for=1.5s", "ERROR Import is stuck\ninbox=kunder import.id=01K", "ERROR Disk is full"}
	if !slices.Equal(events, want) {
		t.Errorf("events %q, want %q", events, want)
	}
	if lines := strings.Count(b.String(), "\n"); lines != 2 || strings.Contains(b.String(), "waits") {
		t.Errorf("the log has its own level, and got %q", b.String())
	}
}

// TestEventsFailing: an event log that takes nothing does not keep a line from the log.
func TestEventsFailing(t *testing.T) {
	var b bytes.Buffer
	full := errors.New("the event log is full")
	h := Events(New(config.Log{Level: "info", Format: "text"}, &b).Handler(), slog.LevelInfo, func(slog.Level, string) error { return full })
	err := h.Handle(t.Context(), slog.NewRecord(time.Now(), slog.LevelInfo, "Inbox is watched", 0))
	if !errors.Is(err, full) || !strings.Contains(b.String(), "Inbox is watched") {
		t.Errorf("%v, and the log has %q", err, b.String())
	}
}
