package panel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// patience is how long an act is waited for. What takes longer goes on by itself.
const patience = 4 * time.Second

// act has the session do something that is kept in the audit, and returns its error if it ends soon.
func (p *Panel) act(ctx context.Context, e audit.Entry, do func(context.Context) error) error {
	s := p.Of()
	if s == nil {
		return errNoSession
	}
	parts := s.Parts()
	if parts == nil {
		return errNoSession
	}
	log := p.Log.With(slog.String("act", string(e.What)), slog.String("of", cmp.Or(e.Import, e.Of, e.Inbox)), slog.String("by", cmp.Or(e.Who, "a user of this host")))
	id, err := parts.Store.Audit.Add(ctx, e)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	err = s.Do(ctx, func(ctx context.Context) error {
		err := ledger.Catch(func() error { return do(ctx) })
		if err != nil {
			_ = parts.Store.Audit.Fail(context.WithoutCancel(ctx), id, err) // the store that does not answer is logged below
			log.LogAttrs(ctx, slog.LevelWarn, "Act on a page failed", slog.Any("error", err))
		} else {
			log.LogAttrs(ctx, slog.LevelInfo, "Act on a page done")
		}
		ended <- err
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errNoSession = errors.New("nothing can be done while the store is not open")

// PlanUndo says what the undo of an import would do, and writes nothing.
func (p *Panel) PlanUndo(ctx context.Context, id, lang string, each func([]ledger.Change) error) (ledger.Import, error) {
	parts, err := p.fresh(ctx)
	if err != nil {
		return ledger.Import{}, err
	}
	rep, err := parts.Pipeline.PlanUndo(ctx, pipeline.Job{Language: lang}, id, each)
	return rep.Import, err
}

// Undo undoes an import, and returns the ID of the undo; that of the import where the undo goes on by itself.
func (p *Panel) Undo(ctx context.Context, by, id, lang string) (string, error) {
	parts, err := p.fresh(ctx)
	if err != nil {
		return "", err
	}
	undo := make(chan string, 1)
	imp, _, err := parts.Store.Imports.Import(ctx, id)
	if err != nil {
		return "", err
	}
	err = p.act(ctx, audit.Entry{Who: by, What: audit.Undo, Import: id, Inbox: imp.Inbox}, func(ctx context.Context) error {
		rep, err := parts.Pipeline.Undo(ctx, pipeline.Job{Language: lang}, id)
		if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
			return errors.New(report.Refused(refusal, lang))
		}
		undo <- rep.Import.ID
		return err
	})
	if err != nil {
		return "", err
	}
	select {
	case of := <-undo:
		return cmp.Or(of, id), nil
	default:
		return id, nil
	}
}

// held returns a held import with the job of its file.
func (p *Panel) held(ctx context.Context, parts *assembly.Parts, id string) (ledger.Import, pipeline.Job, error) {
	imp, ok, err := parts.Store.Imports.Import(ctx, id)
	if err != nil || !ok {
		return imp, pipeline.Job{}, cmp.Or(err, fmt.Errorf("import %s was not found", id))
	}
	cfg := p.Of().Configuration()
	i := slices.IndexFunc(cfg.Inboxes, func(in config.Inbox) bool { return in.Name == imp.Inbox })
	if i < 0 {
		return imp, pipeline.Job{}, fmt.Errorf("it came from the inbox %q, which is not one of this daemon", imp.Inbox)
	}
	job, err := assembly.HeldJob(cfg.Inboxes[i], cfg.Sources, imp)
	return imp, job, err
}

// Approve lets a held import go on. The field that its suggested mapping wants is added for those alone who may add fields.
func (p *Panel) Approve(ctx context.Context, by, id string) error {
	mayDeclare := access.Of(ctx).May(access.Admin)
	return p.decide(ctx, by, audit.Approve, id, func(ctx context.Context, parts *assembly.Parts, job pipeline.Job, imp ledger.Import) error {
		if mayDeclare {
			if err := parts.DeclareSuggested(ctx, by, &imp); err != nil {
				return err
			}
		}
		_, err := parts.Pipeline.Approve(ctx, job, imp)
		return err
	})
}

// Discard ends an import that is held, or that is stuck and has written nothing.
func (p *Panel) Discard(ctx context.Context, by, id string) error {
	return p.decide(ctx, by, audit.Discard, id, func(ctx context.Context, parts *assembly.Parts, job pipeline.Job, imp ledger.Import) error {
		if imp.State.Waits() {
			_, err := parts.Pipeline.DiscardStuck(ctx, job.Language, imp)
			return err
		}
		_, err := parts.Pipeline.Discard(ctx, job, imp)
		return err
	})
}

func (p *Panel) decide(ctx context.Context, by string, what audit.Act, id string, do func(context.Context, *assembly.Parts, pipeline.Job, ledger.Import) error) error {
	parts, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	imp, job, err := p.held(ctx, parts, id)
	if err != nil {
		return err
	}
	return p.act(ctx, audit.Entry{Who: by, What: what, Import: id, Inbox: imp.Inbox}, func(ctx context.Context) error { return do(ctx, parts, job, imp) })
}

// Cancel ends the running import after its batch.
func (p *Panel) Cancel(ctx context.Context, by, id string) error {
	parts, err := p.parts()
	if err != nil {
		return err
	}
	imp, ok, err := parts.Store.Imports.Import(ctx, id)
	switch {
	case err != nil:
		return err
	case !ok || imp.State != ledger.Running:
		return fmt.Errorf(message.Word(parts.Language, "import %s cannot be cancelled: it is not running, its state is %s"), id, report.State(imp.State, parts.Language))
	}
	return p.act(ctx, audit.Entry{Who: by, What: audit.Cancel, Import: id, Inbox: imp.Inbox}, func(ctx context.Context) error { return parts.Store.Cancellations.Request(ctx, id) })
}

// Pause pauses an inbox or a source.
func (p *Panel) Pause(ctx context.Context, by, what string) error {
	return p.paused(ctx, by, audit.Pause, what, func(ctx context.Context, all *settings.Pauses) error {
		_, err := all.Begin(ctx, what, by)
		return err
	})
}

// Resume ends a pause.
func (p *Panel) Resume(ctx context.Context, by, what string) error {
	return p.paused(ctx, by, audit.Resume, what, func(ctx context.Context, all *settings.Pauses) error { return all.End(ctx, what) })
}

func (p *Panel) paused(ctx context.Context, by string, act audit.Act, what string, do func(context.Context, *settings.Pauses) error) error {
	parts, err := p.parts()
	if err != nil {
		return err
	}
	if !p.named(what) {
		return fmt.Errorf("no inbox or source is called %q", what)
	}
	e := audit.Entry{Who: by, What: act, Of: what}
	if kind, name, _ := strings.Cut(what, "/"); kind == "inbox" {
		e.Inbox, e.Of = name, ""
	}
	return p.act(ctx, e, func(ctx context.Context) error {
		if err := do(ctx, parts.Store.Pauses); err != nil {
			return err
		}
		return p.Of().ShowPauses(ctx)
	})
}

// named reports whether something that can be paused is one of this daemon's.
func (p *Panel) named(what string) bool {
	cfg := p.Of().Configuration()
	return slices.ContainsFunc(cfg.Inboxes, func(in config.Inbox) bool { return settings.OfInbox(in.Name) == what }) ||
		slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return settings.OfSource(s.Name) == what })
}

// Poll has a source polled now.
func (p *Panel) Poll(ctx context.Context, by, source string) error {
	parts, err := p.parts()
	if err != nil {
		return err
	}
	if !p.named(settings.OfSource(source)) {
		return fmt.Errorf("no source is called %q", source)
	}
	return p.act(ctx, audit.Entry{Who: by, What: audit.Poll, Of: source}, func(ctx context.Context) error {
		_, err := parts.Store.Status.RequestPoll(ctx, source)
		return err
	})
}

// TickOff notes that the rejected rows of an import need no more work.
func (p *Panel) TickOff(ctx context.Context, by, id string) error {
	parts, err := p.parts()
	if err != nil {
		return err
	}
	imp, ok, err := parts.Store.Imports.Import(ctx, id)
	switch {
	case err != nil:
		return err
	case !ok || imp.State != ledger.Done || imp.Unplaced() || imp.Tally.NotApplied() == 0:
		return fmt.Errorf(message.Word(parts.Language, "import %s has no rejected rows to tick off, its state is %s"), id, report.State(imp.State, parts.Language))
	}
	return p.act(ctx, audit.Entry{Who: by, What: audit.TickOff, Import: id, Inbox: imp.Inbox}, func(ctx context.Context) error {
		if !imp.TickedOff.At.IsZero() {
			return nil // the first who said so stays
		}
		return parts.Store.Imports.TickOff(ctx, id, ledger.TickedOff{By: by, At: time.Now().UTC().Truncate(time.Second)})
	})
}
