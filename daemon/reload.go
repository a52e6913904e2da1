package daemon

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"time"

	"inlet.example/inlet/daemon/config"
)

// reloads hands out configurations that differ from the one in use: at once when a person asks (SIGHUP), else when the file, or a secret
// that it names, has read the same twice in a row. An editor writes a file in pieces, and half a configuration may be a valid one.
//
// It looks instead of listening: the file may be a link that is swapped, lie on a mount that tells no events, or be put together of
// several.
type reloads struct {
	load  func() (config.Config, error)
	every time.Duration
	log   *slog.Logger

	now    config.Config // in use
	before config.Config // what the look before this one read
	wrong  string        // what was told of a configuration that cannot be used
}

const configLook = 2 * time.Second // two looks: a change is taken within four seconds

// wait returns the next configuration, or false when ctx ends. Mistakes are told, each once, and what is in use stays.
func (r *reloads) wait(ctx context.Context, asked <-chan struct{}, told func(ok bool)) (config.Config, bool) {
	look := time.NewTicker(r.every)
	defer look.Stop()
	for {
		byPerson := false
		select {
		case <-ctx.Done():
			return config.Config{}, false
		case <-asked:
			byPerson = true
		case <-look.C:
		}
		next, ok := r.look(ctx, byPerson, told)
		if ok {
			return next, true
		}
	}
}

// look reads the configuration once, and says whether it is one to change to.
func (r *reloads) look(ctx context.Context, byPerson bool, told func(ok bool)) (config.Config, bool) {
	next, err := r.load()
	if err != nil {
		r.before = config.Config{}
		if text := err.Error(); byPerson || text != r.wrong {
			r.wrong = text
			told(false)
			r.log.LogAttrs(ctx, slog.LevelError, "New configuration not taken, the old one holds", slog.String("mistakes", text))
		}
		return next, false
	}
	settled := reflect.DeepEqual(next, r.before)
	same := reflect.DeepEqual(next, r.now)
	r.before = next
	if same && !byPerson {
		if r.wrong != "" {
			r.wrong = ""
			told(true)
			r.log.LogAttrs(ctx, slog.LevelInfo, "Configuration is as it was again")
		}
		return next, false
	}
	return next, byPerson || settled
}

// Reload has the configuration read again at once, however often it is called before that happens.
func (d *Daemon) Reload() {
	select {
	case d.asked <- struct{}{}:
	default:
	}
}

// importAlways imports by one configuration after another. A change is a stop and a start within the process: the batch in hand is
// finished, and what was cut off is carried on with, as after any stop. One that the store cannot be opened with gives way to the one
// before it.
func (d *Daemon) importAlways(ctx context.Context) error {
	re := &reloads{load: d.Load, every: cmp.Or(d.Again, configLook), log: d.log, now: d.cfg}
	var before *config.Config
	for {
		began, err := d.importUntil(ctx, re)
		switch {
		case ctx.Err() != nil && errors.Is(err, errChanged):
			return nil // a stop was asked for while the change was under way
		case ctx.Err() != nil:
			return err
		case errors.Is(err, errChanged):
			old := d.cfg
			d.change(ctx, re.now)
			before = &old
		case err != nil && !began && before != nil:
			d.metrics.reloaded(false)
			d.log.LogAttrs(ctx, slog.LevelError, "New configuration not taken, the old one holds", slog.String("mistakes", err.Error()))
			d.metrics.change(d.cfg, *before)
			d.cfg, before = *before, nil
		default:
			return err
		}
	}
}

// errChanged ends what imports by a configuration when there is another.
var errChanged = errors.New("the configuration has changed")

// importUntil imports until ctx ends or the configuration changes: then re.now is the next one. It says whether the importing began.
func (d *Daemon) importUntil(ctx context.Context, re *reloads) (began bool, err error) {
	ctx, end := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		if d.Load == nil {
			return
		}
		if next, ok := re.wait(ctx, d.asked, d.metrics.reloaded); ok {
			re.now, re.wrong = next, ""
			end(errChanged)
		}
	}()
	err = d.importAll(ctx)
	began = d.ready.Swap(false)
	changed := errors.Is(context.Cause(ctx), errChanged)
	end(nil)
	<-watched
	if changed && (err == nil || errors.Is(err, context.Canceled)) {
		err = errChanged
	}
	return began, err
}

// change takes a configuration into use, between two lives of what imports.
func (d *Daemon) change(ctx context.Context, next config.Config) {
	if next.HTTP != d.cfg.HTTP || next.Log != d.cfg.Log {
		d.log.LogAttrs(ctx, slog.LevelWarn, "What http and log say takes effect at the next start; the rest holds now")
	}
	d.metrics.change(d.cfg, next)
	d.cfg = next
	d.metrics.reloaded(true)
	d.log.LogAttrs(ctx, slog.LevelInfo, "Configuration changed")
}
