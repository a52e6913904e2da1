package worker

import (
	"context"
	"log/slog"
	"time"

	"inlet.example/inlet/daemon/backoff"
	"inlet.example/inlet/daemon/metrics"
	"inlet.example/inlet/daemon/status"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/settings"
)

const pausePoll = 2 * time.Second // how soon the end of a pause is noticed

// Pauses asks the store what a person has paused, and shows it in the metrics and on the pages.
type Pauses struct {
	store   *store.Store
	log     *slog.Logger
	metrics *metrics.Store
	status  *status.Inboxes
	every   time.Duration
}

// Refresh reads and shows the pauses.
func (p *Pauses) Refresh(ctx context.Context) error {
	all, err := p.store.Pauses.All(ctx)
	if err == nil {
		p.show(all)
	}
	return err
}

func (p *Pauses) show(all settings.Paused) {
	holds := func(what string) bool {
		_, paused := all.Holds(what)
		return paused
	}
	p.status.SetPauses(all)
	p.metrics.Paused(holds(settings.Everything), func(inbox string) bool { return holds(settings.OfInbox(inbox)) },
		func(source string) bool { return holds(settings.OfSource(source)) })
}

// wait blocks while importing as a whole is paused, and returns the other pauses. An error means that ctx has ended.
func (p *Pauses) wait(ctx context.Context) (settings.Paused, error) {
	for waited := false; ; {
		all, err := p.store.Pauses.All(ctx)
		if err != nil {
			return all, ctx.Err() // what uses the store next reports that it does not answer
		}
		p.show(all)
		pause, paused := all.Holds(settings.Everything)
		if paused != waited {
			p.logChange(ctx, pause, paused)
		}
		if waited = paused; !paused {
			return all, nil
		}
		if err := backoff.Sleep(ctx, p.every); err != nil {
			return all, err
		}
	}
}

// logChange logs that importing as a whole is paused, or continues.
func (p *Pauses) logChange(ctx context.Context, pause settings.Pause, paused bool) {
	if !paused {
		p.log.LogAttrs(ctx, slog.LevelInfo, "Importing continues")
		return
	}
	p.log.LogAttrs(ctx, slog.LevelInfo, "Importing paused", slog.Time("since", pause.Since), slog.String("why", pause.Why))
}

// Holds reports whether an inbox or a source is paused. If the store does not answer it is not: what uses the store next reports that.
func (p *Pauses) Holds(ctx context.Context, what string) bool {
	all, err := p.store.Pauses.All(ctx)
	if err != nil {
		return false
	}
	_, paused := all.Holds(what)
	return paused
}
