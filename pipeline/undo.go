package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
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
		of, err := p.undoable(ctx, id)
		if err != nil {
			return err
		}
		return p.takeBack(ctx, job, of, &rep)
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
	of, err := p.undoable(ctx, id)
	if err == nil {
		rep.Import, err = p.Store.Next(ctx, undoOf(&of), true)
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
	t := &taking{Pipeline: p, job: job, of: of, rep: rep, to: to, kept: map[cell]bool{}, each: each}
	return t.batches(ctx)
}

// undone is the code of an import that was stuck and is taken back: its file goes to failed, and it cannot be resumed.
const undone = "undone"

// undoable returns the import, or why it cannot be taken back.
func (p *Pipeline) undoable(ctx context.Context, id string) (ledger.Import, error) {
	imp, ok, err := p.Store.Import(ctx, id)
	switch {
	case err != nil:
		return imp, err
	case !ok:
		return imp, refusal("unknown", message.Say("there is no import %s; `inlet list` has them", id))
	case imp.UndoneBy != "":
		by, _, err := p.Store.Import(ctx, imp.UndoneBy)
		if err == nil && by.State.Ended() {
			err = refusal("undone", message.Say("%s was taken back already, by %s; `inlet undo %s` brings it back", id, by.ID, by.ID))
		}
		return imp, err
	case imp.State == ledger.Done && imp.Undoes != "":
		return imp, p.redoable(ctx, &imp)
	case imp.State == ledger.Done || imp.State.Waits() || imp.Code == undone:
		return imp, nil
	case imp.State == ledger.Running && imp.Undoes != "":
		return imp, refusal("running", message.Say("%s is not done yet; `inlet undo %s` finishes it if it was interrupted", id, imp.Undoes))
	case imp.State == ledger.Running:
		return imp, refusal("running", message.Say("%s is not done yet: let it end (if it was interrupted, import it again), and undo it then", id))
	case imp.State == ledger.Held:
		return imp, refusal("held", message.Say("%s is held and has written nothing: `inlet discard %s` drops it", id, id))
	}
	return imp, refusal("nothing", message.Say("%s has written nothing, so there is nothing to take back", id))
}

// redoable says why an undo cannot be taken back, nil if it can.
func (p *Pipeline) redoable(ctx context.Context, imp *ledger.Import) error {
	of, _, err := p.Store.Import(ctx, imp.Undoes)
	if err == nil && of.Code == undone {
		err = refusal("stuck", message.Say("%s took back an import that was stuck halfway: drop its file again instead", imp.ID))
	}
	return err
}

func refusal(code string, text message.Text) error { return &ledger.Refusal{Code: code, Text: text} }

// undoOf returns the import that takes another back, as nothing of it is known yet. Its ID is made of that of the other, so that one that
// was interrupted is found again.
func undoOf(of *ledger.Import) ledger.Import {
	h := sha256.Sum256([]byte("undo\x00" + of.ID))
	return ledger.Import{ID: strings.ToLower(base32.StdEncoding.EncodeToString(h[:])[:12]), Undoes: of.ID, Workbook: of.Workbook, Sum: of.Sum,
		Mapping: of.Mapping, With: of.With, Rules: ledger.RulesVersion, State: ledger.Running, Began: time.Now().UTC()}
}

// takeBack begins the undo of an import, or takes it up where it stood, and carries it to its end.
func (p *Pipeline) takeBack(ctx context.Context, job Job, of ledger.Import, rep *report.Report) error {
	if of.State.Waits() {
		if err := p.giveUp(ctx, job, &of); err != nil {
			return err
		}
	}
	imp, err := p.Store.Begin(ctx, undoOf(&of), true)
	if err != nil {
		return err
	}
	p.At.Reach(ledger.AtBegun)
	rep.Import, rep.Resumed = imp, imp.Attempts > 1
	if err := p.Store.Use(ctx, nil); err != nil { // the keys of what comes back are those of the rules in use
		return err
	}
	t := &taking{Pipeline: p, job: job, of: of, rep: rep, to: p.Store, kept: map[cell]bool{}}
	if err := t.batches(ctx); err != nil {
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

// giveUp ends an import that is stuck before anything of it is taken back: from here on it cannot be resumed, and the daemon that has its
// file puts it to failed.
func (p *Pipeline) giveUp(ctx context.Context, job Job, imp *ledger.Import) error {
	text := message.Say("it was stuck, and a person took back what it had written: drop the file again when the cause is mended")
	if imp.State == ledger.Cancelled {
		text = message.Say("a person cancelled it and took back what it had written")
	}
	imp.State, imp.Code, imp.Ended, imp.Why = ledger.Refused, undone, time.Now().UTC(), message.In(job.Language, text)
	return p.Store.Finish(ctx, imp)
}

// batches takes back what is left to take back, a batch of the import at a time.
func (t *taking) batches(ctx context.Context) error {
	imp := &t.rep.Import
	if err := t.recall(ctx); err != nil {
		return err
	}
	for imp.Batch < t.of.Batch {
		if err := t.batch(ctx); err != nil {
			return err
		}
		if t.job.Progress != nil {
			t.job.Progress(int(imp.Cursor.Ordinal), int(t.of.Cursor.Ordinal))
		}
		if imp.Batch < t.of.Batch {
			t.At.Reach(ledger.AtUndoing)
		}
		if err := ctx.Err(); err != nil {
			return err // the batch in hand is finished; the same command finishes the rest
		}
	}
	return nil
}

// recall learns from the journal what was kept before a stop.
func (t *taking) recall(ctx context.Context) error {
	if t.rep.Import.Batch == 0 {
		return nil
	}
	for changes, err := range t.Store.Changes(ctx, t.rep.Import.ID) {
		if err != nil {
			return err
		}
		for i := range changes {
			t.remember(&changes[i])
		}
	}
	return nil
}

// batch takes one batch of the import back. Changes that met a foreign edit between look-up and write are decided again, once.
func (t *taking) batch(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // what has been begun is brought to its checkpoint
	imp := &t.rep.Import
	changes, err := t.Store.Batch(ctx, t.of.ID, t.of.Batch-imp.Batch)
	if err != nil {
		return err
	}
	slices.Reverse(changes)
	batch := ledger.Batch{N: imp.Batch + 1, After: ledger.Cursor{Ordinal: imp.Cursor.Ordinal}, Rows: rows(changes)}
	if len(changes) > 0 { // a batch of blank rows has none
		batch.After.Ordinal = t.place(&changes[len(changes)-1])
	}
	batch.After.LeftOut = batch.After.Ordinal - (imp.Cursor.Ordinal - imp.Cursor.LeftOut) - int64(batch.Rows) // the numbers of rows that were left out
	for {
		if batch.Changes, err = t.turn(ctx, changes); err != nil {
			return err
		}
		written := t.rep.Took(ledger.StepWrite)
		outcomes, err := t.to.Apply(ctx, imp, batch)
		written()
		if err != nil {
			return err
		}
		if t.each != nil {
			return t.each(batch.Changes)
		}
		var again []ledger.Change
		for i, o := range outcomes {
			if o.Conflict {
				again = append(again, changes[i])
			} else {
				t.remember(o.Change)
			}
		}
		if changes = again; len(changes) == 0 { // on the second try nothing stays undecided
			return nil
		}
		batch.Try++
	}
}
