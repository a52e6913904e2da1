package pipeline

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/finish"
	"inlet.example/inlet/pipeline/held"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/rejects"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/revert"
)

// Approve lets an import go on that is held: a person has seen its plan. The job's workbook is the one in the held folder.
func (p *Pipeline) Approve(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	if err := held.CheckApprovable(ctx, p.identifier(), job, imp); err != nil {
		return report.Report{Import: imp}, message.Errorf("approve %s: %w", imp.ID, err)
	}
	now, ok, err := p.Store.Imports.Reopen(ctx, imp.ID)
	if err != nil {
		return report.Report{Import: imp}, message.Errorf("approve %s: %w", imp.ID, err)
	}
	if !ok {
		return report.Report{Import: now}, message.Errorf("approve %s: %w", imp.ID, held.NotHeld(&now, job.Language))
	}
	job.Approve = true // also where the check finds what would hold it
	rep, err := p.Run(ctx, job)
	if err == nil {
		err = held.RemoveNotes(&imp, job.Workbook)
	}
	return rep, err
}

// Discard drops an import that is held: its file goes to the failed folder with the reason, and nothing is written. One whose file is gone ends
// all the same.
func (p *Pipeline) Discard(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	rep := report.Report{Import: imp, Steps: map[ledger.Step]time.Duration{}}
	if imp.State != ledger.Held {
		return rep, message.Errorf("discard %s: %w", imp.ID, held.NotHeld(&imp, job.Language))
	}
	if job.Sidecar != "" && held.Gone(job.Sidecar) {
		job.Sidecar = ""
	}
	away := job.Folders.Failed != "" && held.Gone(job.Workbook)
	err := p.Store.Writer.Hold(ctx, func(ctx context.Context) error {
		why := message.Say("discarded by a user. It was held because: %s")
		if away {
			why = message.Say("discarded by a user; its file was no longer in the folder held. It was held because: %s")
		} else if job.Folders.Failed != "" {
			rep.Import.Archived = "" // until it is in failed
		}
		rep.Import.State, rep.Import.Code = ledger.Refused, ledger.Discarded
		report.StoppedHeld(&rep.Import, job.Language, why)
		rep.Import.Ended = time.Now().UTC()
		return p.Store.Imports.Finish(ctx, &rep.Import)
	})
	if err != nil {
		return rep, message.Errorf("discard %s: %w", imp.ID, err)
	}
	if away {
		err = p.finisher().DiscardWithoutWorkbook(ctx, job, &rep.Import)
	} else {
		err = p.finisher().Archive(ctx, job, &rep)
	}
	if err != nil {
		return rep, message.Errorf("discard %s: %w", imp.ID, err)
	}
	if job.Folders.Held == "" {
		return rep, nil
	}
	return rep, held.RemoveNotes(&imp, job.Workbook)
}

// Strand makes an import stuck that met an error again and again which is neither its workbook's nor the world's, so that the files behind it
// go on. An import that has ended meanwhile stays as it is.
func (p *Pipeline) Strand(ctx context.Context, job Job, cause error) (ledger.Import, error) {
	var imp ledger.Import
	err := p.Store.Writer.Hold(ctx, func(ctx context.Context) error {
		_, begun, err := p.Store.Attempts.Begin(ctx, job.Inbox, job.Arrival, true)
		if err != nil {
			return err
		}
		if begun != nil {
			imp = *begun
		} else if err := p.beginAnyway(ctx, job, &imp); err != nil {
			return err
		}
		if imp.State.Ended() {
			return nil
		}
		imp.Code, imp.Why, imp.Reason = codeUnknown, message.ErrorIn(job.Language, cause), nil
		return p.Store.Attempts.Stop(ctx, &imp, ledger.Stuck)
	})
	if err != nil {
		return imp, message.Errorf("set %s aside: %w", job.Name, err)
	}
	return imp, nil
}

// DiscardStuck ends an import that is stuck or cancelled and has written nothing. The daemon that has its file puts that to failed.
func (p *Pipeline) DiscardStuck(ctx context.Context, lang string, imp ledger.Import) (ledger.Import, error) {
	err := p.Store.Writer.Hold(ctx, func(ctx context.Context) error {
		written, err := p.Store.Journal.Started(ctx, imp.ID)
		if err != nil {
			return err
		}
		if written {
			return errors.New(message.In(lang, message.Say("it has written records: `inlet undo %s` undoes them, `inlet resume %s` writes the rest", imp.ID, imp.ID)))
		}
		imp.State, imp.Code, imp.Ended = ledger.Refused, ledger.Discarded, time.Now().UTC()
		report.Stopped(&imp, lang, &ledger.Refusal{Text: message.Say("discarded by a user before anything was written")})
		return p.Store.Imports.Finish(ctx, &imp)
	})
	if err != nil {
		return imp, message.Errorf("discard %s: %w", imp.ID, err)
	}
	return imp, nil
}

// Cancel ends an import that has begun, after its last batch, as a person asked.
func (p *Pipeline) Cancel(ctx context.Context, id string) error {
	err := p.Store.Writer.Hold(ctx, func(ctx context.Context) error {
		imp, ok, err := p.Store.Imports.Import(ctx, id)
		if err != nil || !ok || imp.State != ledger.Running {
			return err
		}
		imp.Code, imp.Why, imp.Reason = "", "", nil
		return p.Store.Attempts.Stop(ctx, &imp, ledger.Cancelled)
	})
	if err != nil {
		return message.Errorf("cancel %s: %w", id, err)
	}
	return nil
}

// beginAnyway begins the import of a workbook that could not be checked.
func (p *Pipeline) beginAnyway(ctx context.Context, job Job, imp *ledger.Import) error {
	*imp = job.NewImport()
	err := ledger.Catch(func() error { return p.identifier().Identify(ctx, &job, imp) })
	if err == nil {
		*imp, err = p.Store.Imports.Begin(ctx, *imp, job.Again)
	}
	return err
}

// TryAgain lets an import go on that is stuck for an unknown error, and says whether it does: not once a later file of its inbox was imported,
// whose values its own must not overwrite.
func (p *Pipeline) TryAgain(ctx context.Context, job Job) (bool, error) {
	_, imp, err := p.Store.Attempts.Begin(ctx, job.Inbox, job.Arrival, true)
	if err != nil || imp == nil || imp.State != ledger.Stuck || imp.Code != codeUnknown {
		return false, err
	}
	later, err := laterDone(ctx, p.Store.Imports, imp)
	if err != nil || later {
		return false, err
	}
	return true, p.Store.Attempts.Resume(ctx, imp)
}

// Undo reverts one import. It is itself an import, whose changes are those of the other inverted: read from its journal, the newest batch first and
// the newest change first, and written as any batch is. Killed at any point, the same Undo again continues.
//
// What was changed since is kept and named, see package revert. Where nothing was changed the store is as before, value for
// value; when a record was last modified says when it was written last, also by an undo, and one that comes back was created anew.
//
// Of the job only Language and Progress are used. The error is a *ledger.Refusal where the import cannot be undone.
func (p *Pipeline) Undo(ctx context.Context, job Job, id string) (report.Report, error) {
	rep := report.Report{Steps: map[ledger.Step]time.Duration{}}
	err := p.Store.Writer.Hold(ctx, func(ctx context.Context) error {
		if err := p.endInterrupted(ctx, id); err != nil {
			return err
		}
		of, err := revert.Check(ctx, p.Store.Imports, id)
		if err != nil {
			return err
		}
		return p.undoer().run(ctx, job, of, &rep)
	})
	if err != nil {
		return rep, message.Errorf("undo %s: %w", id, err)
	}
	attrs := []slog.Attr{slog.String("import", rep.Import.ID), slog.String("undoes", id)}
	p.Log.LogAttrs(ctx, slog.LevelInfo, "Undo ended", append(attrs, finish.CountAttrs(&rep.Import.Tally)...)...)
	return rep, nil
}

// endInterrupted makes the import of a command that was interrupted one that is cancelled, so that it can be undone. Under the lease no command is still
// writing it. A daemon continues its own imports: those are cancelled by their daemon.
func (p *Pipeline) endInterrupted(ctx context.Context, id string) error {
	imp, ok, err := p.Store.Imports.Import(ctx, id)
	if err != nil || !ok || imp.State != ledger.Running || imp.Arrival != "" || imp.Undoes != "" {
		return err
	}
	return p.Store.Attempts.Stop(ctx, &imp, ledger.Cancelled)
}

// PlanUndo says what Undo would do and writes nothing.
func (p *Pipeline) PlanUndo(ctx context.Context, job Job, id string, each func([]ledger.Change) error) (report.Report, error) {
	rep := report.Report{Steps: map[ledger.Step]time.Duration{}}
	of, err := revert.Check(ctx, p.Store.Imports, id)
	if err == nil {
		rep.Import, err = p.Store.Imports.Next(ctx, revert.ImportOf(&of), true)
	}
	if err == nil {
		err = p.undoer().plan(ctx, job, of, &rep, each)
	}
	if err != nil {
		return rep, message.Errorf("plan the undo of %s: %w", id, err)
	}
	rep.Import.State = ledger.Planned
	return rep, nil
}

func (p *Pipeline) undoer() *undoer {
	return &undoer{store: &p.Store, newStore: p.Rehearse, schema: p.Schema, at: p.At}
}

// FinishArchive finishes the move of an import's files that was interrupted, and reports on the import as Run would have.
func (p *Pipeline) FinishArchive(ctx context.Context, job Job, imp ledger.Import) (report.Report, error) {
	return p.finisher().FinishArchive(ctx, job, imp)
}

// WarnOwnership logs what cannot be given of the ownership of an inbox's files, once until that changes.
func (p *Pipeline) WarnOwnership(ctx context.Context, inbox string, e *files.OwnershipError) {
	p.ownership.Warn(ctx, p.Log, inbox, e)
}

// laterDone reports whether a file of the same inbox was imported after an import had begun.
func laterDone(ctx context.Context, store rejects.Imports, imp *ledger.Import) (bool, error) {
	const page = 100
	for before := int64(0); ; {
		some, err := store.List(ctx, before, page)
		if err != nil {
			return false, err
		}
		for i := range some {
			switch other := &some[i]; {
			case other.No <= imp.No:
				return false, nil
			case other.Inbox == imp.Inbox && other.State == ledger.Done:
				return true, nil
			}
		}
		if len(some) < page {
			return false, nil
		}
		before = some[len(some)-1].No
	}
}
