package apply

import (
	"context"
	"errors"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/span"
)

// run replays what was applied before a stop, and then matches and writes the rest: see the package comment for how the steps run side by side.
func (a *applier) run(ctx context.Context) error {
	if err := a.replay(ctx); err != nil {
		return err
	}
	portions, stop := a.startReading(ctx)
	defer stop()
	defer func() {
		for _, b := range a.inFlight {
			<-b.written // also after a panic: no write goes on behind the caller's back
		}
	}()
	err := a.matchAll(ctx, portions)
	// Also after a stop, or where the rest cannot be read, a batch that is being written is brought to its checkpoint.
	if ended := a.waitFor(ctx, 0); err == nil {
		err = ended
	}
	return err
}

// matchAll matches one portion after the other and starts the writing of each.
func (a *applier) matchAll(ctx context.Context, portions *portionReader) error {
	for {
		_, waiting := a.Report.Took(ctx, ledger.StepRead)
		b, err := portions.next()
		waiting()
		if err != nil || b == nil {
			return err
		}
		if err := a.waitFor(ctx, a.maxInFlight(b)); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		done := int(b.After.Ordinal - b.After.LeftOut)
		if err := a.match(ctx, b, done >= a.Rows && portions.atEnd()); err != nil {
			return err
		}
	}
}

// batch is a batch that is matched, and is being written or waits for that.
type batch struct {
	ledger.Batch
	portion    *read.Portion
	m          *match.Matcher
	apply      func(context.Context, *ledger.Import) ([]ledger.Outcome, error) // writes it
	written    chan struct{}                                                   // closed when it is, or when it is not to be
	conflicted []ledger.Draft                                                  // the rows whose records another program wrote between look-up and write
	took       time.Duration
	err        error
}

// maxInFlight returns how many batches may be unwritten when a portion is matched.
func (a *applier) maxInFlight(b *read.Portion) int {
	last := a.lastMatched()
	if last != nil && (last.m != a.Matchers[b.After.Sheet] || a.Each != nil) { // each sheet has rules of its own, and a rehearsal is in one place at a time
		return 0
	}
	return match.Ahead
}

// lastMatched returns the batch that was matched last; nil if it is written.
func (a *applier) lastMatched() *batch {
	if len(a.inFlight) == 0 {
		return nil
	}
	return a.inFlight[len(a.inFlight)-1]
}

// match matches a portion and starts its writing.
func (a *applier) match(ctx context.Context, b *read.Portion, last bool) error {
	now := &batch{portion: b, m: a.Matchers[b.After.Sheet], Batch: ledger.Batch{After: b.After, Rows: len(b.Drafts), Last: last}}
	if last := a.lastMatched(); last != nil {
		now.N = last.N + 1
	} else {
		now.N = a.Report.Import.Batch + 1
	}
	if err := a.matchBatch(ctx, now, a.matcher(now)); err != nil {
		return err
	}
	a.write(ctx, now)
	return nil
}

// matchFunc is one of the ways to match rows.
type matchFunc = func(context.Context, []ledger.Draft) ([]ledger.Change, error)

// matcher returns how the rows of a batch are matched.
func (a *applier) matcher(b *batch) matchFunc {
	if a.lastMatched() == nil {
		return b.m.Match
	}
	return b.m.MatchAhead
}

// matchBatch matches a batch, and prepares its journal entry while those before it are still being written.
func (a *applier) matchBatch(ctx context.Context, b *batch, match matchFunc) (err error) {
	ctx, end := a.Report.Took(ctx, ledger.StepMatch)
	defer end()
	if b.Changes, err = match(context.WithoutCancel(ctx), b.portion.Drafts); err != nil {
		return err
	}
	b.After.Above = b.m.Above()
	b.Rules, b.NewIDs = b.m.Rules(), b.m.NewIDs()
	b.apply = a.Target.Prepare(a.number, a.began, b.Batch)
	return nil
}

// errPredecessorConflicted is the error of a batch that was not written because the one before it had conflicts: it was matched on what that one
// was expected to write.
var errPredecessorConflicted = errors.New("the batch before it has to be matched again first")

// write starts the writing of a batch, behind those that are matched already. A batch whose turn has not come when ctx ends is not begun; one that
// is being written is brought to its checkpoint.
func (a *applier) write(ctx context.Context, b *batch) {
	before := a.lastMatched()
	a.inFlight = append(a.inFlight, b)
	b.written = make(chan struct{})
	go func() {
		defer close(b.written)
		b.err = ledger.Catch(func() error {
			if before != nil {
				if <-before.written; before.err != nil || len(before.conflicted) > 0 {
					return errPredecessorConflicted
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			began := time.Now()
			ctx, end := span.Start(ctx, string(ledger.StepWrite))
			outcomes, err := b.apply(context.WithoutCancel(ctx), &a.Report.Import)
			end(err)
			b.conflicted = conflictedRows(b.portion.Drafts, outcomes)
			b.took = time.Since(began)
			return err
		})
	}()
}

// waitFor waits until at most this many batches are unwritten.
func (a *applier) waitFor(ctx context.Context, most int) error {
	for len(a.inFlight) > most {
		b := a.inFlight[0]
		if err := a.wait(b); err != nil {
			return err
		}
		a.inFlight = slices.Delete(a.inFlight, 0, 1)
		if len(b.conflicted) > 0 {
			if err := a.retryConflicts(ctx, b); err != nil {
				return err
			}
		}
		if err := a.reportProgress(b); err != nil {
			return err
		}
		select {
		case a.done <- b.portion:
		default:
		}
	}
	return nil
}

// reportProgress passes on that a batch is written, or for a plan what it would write.
func (a *applier) reportProgress(b *batch) error {
	if a.Each != nil {
		return a.Each(b.Changes)
	}
	b.m.Recycle(b.Changes)
	if a.Progress != nil {
		a.Progress(int(b.After.Ordinal-b.After.LeftOut), a.Rows)
	}
	return nil
}

// wait waits until a batch is written.
func (a *applier) wait(b *batch) error {
	<-b.written
	a.Report.Steps[ledger.StepWrite] += b.took
	b.took = 0
	if fault, ok := errors.AsType[*ledger.Panic](b.err); ok {
		panic(fault)
	}
	return b.err
}

// retryConflicts matches the conflicted rows of a batch a second and last time, and after them the batches behind it, which were matched as if there
// had been no conflict.
func (a *applier) retryConflicts(ctx context.Context, b *batch) error {
	behind := a.inFlight
	for _, held := range slices.Backward(behind) {
		<-held.written
		held.m.Rewind()
	}
	a.inFlight = nil
	b.Try = 1
	rows := b.conflicted
	err := a.matchBatch(ctx, b, func(ctx context.Context, _ []ledger.Draft) ([]ledger.Change, error) { return b.m.Retry(ctx, rows) })
	if err != nil {
		return err
	}
	a.write(context.WithoutCancel(ctx), b) // its other rows are written
	if err := a.wait(b); err != nil {
		return err
	}
	b.m.Correct(a.Report.Import.Cursor.Above)
	a.inFlight = nil
	for _, held := range behind {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := a.matchBatch(ctx, held, a.matcher(held)); err != nil {
			return err
		}
		a.write(ctx, held)
	}
	return nil
}

// conflictedRows returns the rows whose records another program wrote meanwhile, without the parts that were written.
func conflictedRows(drafts []ledger.Draft, outcomes []ledger.Outcome) []ledger.Draft {
	if !slices.ContainsFunc(outcomes, func(o ledger.Outcome) bool { return o.Conflict }) {
		return nil
	}
	type row struct {
		missed    [len(crm.Kinds)]bool
		top       string // the record of the top kind; under fill_down it is that of a row above
		elsewhere bool   // the row has none but that of its contact, which is looked for again (W12)
	}
	rows := map[int64]row{}
	for _, o := range outcomes {
		c := o.Change
		r := rows[c.Ordinal]
		r.missed[c.Kind.Number()] = o.Conflict
		if c.Kind == crm.Top {
			r.top = c.ID
		} else if r.top == "" && c.Kind.Parent() == crm.Top {
			r.top, r.elsewhere = c.ParentID, c.Rule == match.Elsewhere
		}
		rows[c.Ordinal] = r
	}
	var again []ledger.Draft
	for _, d := range drafts {
		r := rows[d.Place]
		if !slices.Contains(r.missed[:], true) {
			continue
		}
		for i := range d.Parts {
			if !r.missed[i] && !r.elsewhere {
				d.Parts[i] = ledger.Part{Kind: crm.Kinds[i]}
			}
		}
		if !r.missed[crm.Top.Number()] && !r.elsewhere {
			d.In = r.top
		}
		again = append(again, d)
	}
	return again
}

// startReading starts to read what is left of the workbook. The func it returns stops that and waits for its end.
func (a *applier) startReading(ctx context.Context) (*portionReader, func()) {
	ctx, cancel := context.WithCancel(ctx)
	p := &portionReader{read: make(chan *read.Portion)}
	a.done = make(chan *read.Portion, 1)
	from := a.Report.Import.Cursor
	go func() {
		defer close(p.read)
		p.err = ledger.Catch(func() error {
			return a.Source.Portions(ctx, from, a.Notes, func(b *read.Portion) error {
				select {
				case p.read <- b.Detach(a.done):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
	}()
	return p, func() {
		cancel()
		for range p.read { // until it is closed
		}
	}
}
