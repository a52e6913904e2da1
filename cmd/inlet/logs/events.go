package logs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
)

// Events returns a handler that hands records to next, and those of a level or above also to write, as one text each: the message, and below it the
// attributes. An event log has a time and a level of its own.
func Events(next slog.Handler, from slog.Level, write func(level slog.Level, text string) error) slog.Handler {
	e := &events{next: next, from: from, write: write, line: &line{}}
	e.attrs = slog.NewTextHandler(&e.line.buffer, &slog.HandlerOptions{Level: from, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
			return slog.Attr{}
		}
		return readable(groups, a)
	}})
	return e
}

type events struct {
	next  slog.Handler
	from  slog.Level
	write func(level slog.Level, text string) error
	attrs slog.Handler // writes into line
	line  *line
}

// line holds the attributes of the record that is being written.
type line struct {
	sync.Mutex
	buffer bytes.Buffer
}

func (e *events) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= e.from || e.next.Enabled(ctx, level)
}

func (e *events) Handle(ctx context.Context, r slog.Record) error {
	var errs []error
	if e.next.Enabled(ctx, r.Level) {
		errs = append(errs, e.next.Handle(ctx, r))
	}
	if r.Level >= e.from {
		errs = append(errs, e.event(ctx, r))
	}
	return errors.Join(errs...)
}

func (e *events) event(ctx context.Context, r slog.Record) error {
	e.line.Lock()
	defer e.line.Unlock()
	e.line.buffer.Reset()
	if err := e.attrs.Handle(ctx, r); err != nil {
		return err
	}
	return e.write(r.Level, strings.TrimSpace(r.Message+"\n"+e.line.buffer.String()))
}

func (e *events) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *e
	with.next, with.attrs = e.next.WithAttrs(attrs), e.attrs.WithAttrs(attrs)
	return &with
}

func (e *events) WithGroup(name string) slog.Handler {
	with := *e
	with.next, with.attrs = e.next.WithGroup(name), e.attrs.WithGroup(name)
	return &with
}
