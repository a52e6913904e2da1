package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/revert"
)

// Undo takes one import back. It is itself an import, whose changes are those of the other turned round: read from its journal, the newest
// batch first and the newest change first, and written as any batch is. Killed anywhere, the same Undo again carries on where it stood.
//
// What somebody changed since is kept and named. That is decided by values, not by marks: an import that was itself taken back has left its
// marks and no other trace, and must not be in the way of one before it. Where nobody changed anything the store is as before, value for
// value; when a record was last modified says when it was written last, also by an undo, and one that comes back was created anew.
//
// Of the job only Language and Progress are asked. A *ledger.Refusal says why an import cannot be taken back.
func (p *Pipeline) Undo(ctx context.Context, job Job, id string) (report.Report, error) {
	rep := report.Report{Steps: map[ledger.Step]time.Duration{}}
	err := p.Store.Hold(ctx, func(ctx context.Context) error {
		of, err := revert.Check(ctx, p.Store, id)
		if err != nil {
			return err
		}
		return p.runUndo(ctx, job, of, &rep)
	})
	if err != nil {
		return rep, fmt.Errorf("undo %s: %w", id, err)
	}
	p.Log.LogAttrs(ctx, slog.LevelInfo, "Undo ended", slog.String("import", rep.Import.ID), slog.String("undoes", id),
		slog.String("accounts", report.Counts(rep.Import.Tally.Account, "en")), slog.String("contacts", report.Counts(rep.Import.Tally.Contact, "en")))
	return rep, nil
}

// PlanUndo says what Undo would do and writes nothing.
func (p *Pipeline) PlanUndo(ctx context.Context, job Job, id string, each func([]ledger.Change) error) (report.Report, error) {
	rep := report.Report{Steps: map[ledger.Step]time.Duration{}}
	of, err := revert.Check(ctx, p.Store, id)
	if err == nil {
		rep.Import, err = p.Store.Next(ctx, revert.ImportOf(&of), true)
	}
	if err == nil {
		err = p.rehearseUndo(ctx, job, of, &rep, each)
	}
	if err != nil {
		return rep, fmt.Errorf("plan the undo of %s: %w", id, err)
	}
	rep.Import.State = ledger.Planned
	return rep, nil
}

func (p *Pipeline) rehearseUndo(ctx context.Context, job Job, of ledger.Import, rep *report.Report, each func([]ledger.Change) error) error {
	to, err := p.Rehearse(ctx, nil)
	if err != nil {
		return err
	}
	defer to.Close(context.WithoutCancel(ctx))
	in := p.undoInput(job, of, rep)
	in.Target, in.Each = to, each
	return revert.Run(ctx, in)
}

// undoInput returns what undoing and planning an undo have in common.
func (p *Pipeline) undoInput(job Job, of ledger.Import, rep *report.Report) revert.Input {
	return revert.Input{Of: of, Report: rep, Journal: p.Store, Schema: p.Schema, Language: job.Language, At: p.At, Progress: job.Progress}
}

// runUndo begins the undo of an import, or takes it up where it stood, and carries it to its end.
func (p *Pipeline) runUndo(ctx context.Context, job Job, of ledger.Import, rep *report.Report) error {
	if of.State.Waits() {
		if err := p.refuseStuck(ctx, job, &of); err != nil {
			return err
		}
	}
	imp, err := p.Store.Begin(ctx, revert.ImportOf(&of), true)
	if err != nil {
		return err
	}
	p.At.Reach(ledger.AtBegun)
	rep.Import, rep.Resumed = imp, imp.Attempts > 1
	if err := p.Store.Use(ctx, nil); err != nil { // the keys of what comes back are those of the rules in use
		return err
	}
	in := p.undoInput(job, of, rep)
	in.Target = p.Store
	if err := revert.Run(ctx, in); err != nil {
		return err
	}
	p.At.Reach(ledger.AtApplied)
	rep.Import.State, rep.Import.Ended = ledger.Done, time.Now().UTC()
	if err := p.Store.Undone(ctx, &rep.Import); err != nil {
		return err
	}
	p.At.Reach(ledger.AtUndone)
	err = p.Store.Finish(ctx, &rep.Import)
	p.At.Reach(ledger.AtEnded)
	return err
}

// refuseStuck ends an import that is stuck before anything of it is taken back: from here on it cannot be resumed, and the daemon that has its
// file puts it to failed.
func (p *Pipeline) refuseStuck(ctx context.Context, job Job, imp *ledger.Import) error {
	text := message.Say("it was stuck, and a person took back what it had written: drop the file again when the cause is mended")
	if imp.State == ledger.Cancelled {
		text = message.Say("a person cancelled it and took back what it had written")
	}
	imp.State, imp.Code, imp.Ended, imp.Why = ledger.Refused, revert.CodeUndone, time.Now().UTC(), message.In(job.Language, text)
	return p.Store.Finish(ctx, imp)
}
