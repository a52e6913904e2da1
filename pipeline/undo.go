package pipeline

import (
	"context"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/revert"
)

// undoer undoes imports, or says what that would do.
type undoer struct {
	store    *Store
	newStore func(ctx context.Context, rules []crm.Rule) (Rehearsal, error)
	schema   *crm.Schema
	at       ledger.At
}

// plan finds what an undo would do, without doing it.
func (u *undoer) plan(ctx context.Context, job Job, of ledger.Import, rep *report.Report, each func([]ledger.Change) error) error {
	to, err := u.newStore(ctx, nil)
	if err != nil {
		return err
	}
	defer to.Close(context.WithoutCancel(ctx))
	in := u.input(job, of, rep)
	in.Target, in.Each = to, each
	return revert.Run(ctx, in)
}

// undoInput returns what undoing and planning an undo have in common.
func (u *undoer) input(job Job, of ledger.Import, rep *report.Report) revert.Input {
	return revert.Input{Of: of, Report: rep, Journal: u.store.Journal, Schema: u.schema, Language: job.Language, At: u.at, Progress: job.Progress}
}

// run begins the undo of an import, or resumes it, and brings it to its end.
func (u *undoer) run(ctx context.Context, job Job, of ledger.Import, rep *report.Report) error {
	if of.State.Waits() {
		if err := u.refuseStuck(ctx, job, &of); err != nil {
			return err
		}
	}
	imp, err := u.store.Imports.Begin(ctx, revert.ImportOf(&of), true)
	if err != nil {
		return err
	}
	u.at.Reach(ledger.AtBegun)
	rep.Import, rep.Resumed = imp, imp.Attempts > 1
	if err := u.store.Index.Use(ctx, nil); err != nil { // the keys of what comes back are those of the rules in use
		return err
	}
	in := u.input(job, of, rep)
	in.Target = u.store.target()
	if err := revert.Run(ctx, in); err != nil {
		return err
	}
	u.at.Reach(ledger.AtApplied)
	rep.Import.State, rep.Import.Ended = ledger.Done, time.Now().UTC()
	if err := u.store.Imports.MarkUndone(ctx, &rep.Import); err != nil {
		return err
	}
	if err := rejects.Undone(ctx, u.store.Imports, u.store.Journal, &rep.Import); err != nil {
		return err
	}
	u.at.Reach(ledger.AtUndone)
	err = u.store.Imports.Finish(ctx, &rep.Import)
	u.at.Reach(ledger.AtEnded)
	return err
}

// refuseStuck ends an import that is stuck before anything of it is undone: from here on it cannot be resumed, and the daemon that has its
// file puts it to failed.
func (u *undoer) refuseStuck(ctx context.Context, job Job, imp *ledger.Import) error {
	text := message.Say("it was stuck, and a user undid what it had written: fix the cause and put the file into the inbox again")
	if imp.State == ledger.Cancelled {
		text = message.Say("cancelled by a user, and what it had written was undone")
	}
	imp.State, imp.Code, imp.Ended = ledger.Refused, revert.CodeUndone, time.Now().UTC()
	report.Stopped(imp, job.Language, &ledger.Refusal{Text: text})
	return u.store.Imports.Finish(ctx, imp)
}
