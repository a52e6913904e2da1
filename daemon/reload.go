package daemon

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"time"

	"inlet.example/inlet/daemon/config"
)

// reloader finds configurations that differ from the current one: at once when a person asks (SIGHUP), otherwise when the file, or a secret that
// it names, has read the same twice in a row. An editor writes a file in parts, and half a configuration may be a valid one.
//
// It polls instead of watching the file: the file may be a symbolic link that is replaced, be on a mount without events, or include others.
type reloader struct {
	load      func() (config.Config, error)
	requested <-chan struct{}
	every     time.Duration
	log       *slog.Logger
	loaded    func(ok bool) // called when it turns out whether the configuration can be used

	current config.Config // in use
	last    config.Config // what the poll before read
	mistake string        // the last error that was logged; "" if the configuration can be used
}

const configPoll = 2 * time.Second // two polls: a change is taken within four seconds

// wait returns true when current is another configuration, or false when ctx ends. An invalid configuration is logged once and not used.
func (r *reloader) wait(ctx context.Context) bool {
	poll := time.NewTicker(r.every)
	defer poll.Stop()
	for {
		byHand := false
		select {
		case <-ctx.Done():
			return false
		case <-r.requested:
			byHand = true
		case <-poll.C:
		}
		if next, ok := r.poll(ctx, byHand); ok {
			r.current, r.mistake = next, ""
			return true
		}
	}
}

// poll reads the configuration once, and reports whether to change to it.
func (r *reloader) poll(ctx context.Context, byHand bool) (config.Config, bool) {
	next, err := r.load()
	if err != nil {
		r.last = config.Config{}
		if ms, ok := errors.AsType[config.Mistakes](err); ok {
			err = ms.In("en") // as the rest of the log
		}
		if text := err.Error(); byHand || text != r.mistake {
			r.mistake = text
			r.loaded(false)
			r.log.LogAttrs(ctx, slog.LevelError, "New configuration rejected, the old one stays in use", slog.String("mistakes", text))
		}
		return next, false
	}
	settled := reflect.DeepEqual(next, r.last)
	same := reflect.DeepEqual(next, r.current)
	r.last = next
	if same && !byHand {
		if r.mistake != "" {
			r.mistake = ""
			r.loaded(true)
			r.log.LogAttrs(ctx, slog.LevelInfo, "Configuration is unchanged again")
		}
		return next, false
	}
	return next, byHand || settled
}
