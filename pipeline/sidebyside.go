package pipeline

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
)

// rows matches and writes what is left of the workbook, a batch at a time.
//
// # Why side by side
//
// Reading keeps one core busy, matching another, and writing waits for a disk or a server. So while batch k is written, k+1 is matched and waits
// for its turn, k+2 is being matched and k+3 is read: no step waits for another because one of its batches took longer. The results are those of
// one step after the other: what k and k+1 write is laid over what the store says while k+2 is matched, batches are written in their order, and
// where a foreign edit had batch k written otherwise than it was thought, those behind it are not written but matched again. No more than five
// batches are in memory.
func (w *writing) rows(ctx context.Context) error {
	if err := w.recall(ctx); err != nil {
		return err
	}
	portions, stop := w.reading(ctx)
	defer stop()
	defer func() {
		for _, b := range w.matched {
			<-b.written // also where this ends in a panic: nothing is left being written
		}
	}()
	err := w.takeAll(ctx, portions)
	// Also where it is asked to stop, or the rest cannot be read, what has been begun is brought to its checkpoint, with its second try. When asked
	// to stop, what waits for its turn waits for the next start.
	if ended := w.finish(ctx, 0); err == nil {
		err = ended
	}
	return err
}

// takeAll matches one portion after the other, and has each written in its turn.
func (w *writing) takeAll(ctx context.Context, portions *portions) error {
	for {
		waiting := w.rep.Took(ledger.StepRead)
		b, err := portions.next()
		waiting()
		if err != nil || b == nil {
			return err
		}
		if err := w.finish(ctx, w.mayBeAhead(b)); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.match(ctx, b); err != nil {
			return err
		}
	}
}

// pending is a batch that is matched, and is being written or waits for that.
type pending struct {
	ledger.Batch
	*portion
	m       *match.Matcher
	apply   func(context.Context, *ledger.Import) ([]ledger.Outcome, error) // writes it; made again when its changes are
	written chan struct{}                                                   // closed when it is, or when it is not to be
	again   []ledger.Draft                                                  // the rows that met a foreign edit between look-up and write
	took    time.Duration
	err     error
}

// mayBeAhead returns how many batches may be on their way when a portion is matched.
func (w *writing) mayBeAhead(b *portion) int {
	last := w.last()
	if last != nil && (last.m != w.matchers[b.after.Sheet] || w.each != nil) { // each sheet has rules of its own, and a rehearsal is in one place at a time
		return 0
	}
	return match.Ahead
}

// last returns the batch that was matched last, if it is on its way.
func (w *writing) last() *pending {
	if len(w.matched) == 0 {
		return nil
	}
	return w.matched[len(w.matched)-1]
}

// match matches a portion, and has it written in its turn.
func (w *writing) match(ctx context.Context, b *portion) error {
	now := &pending{portion: b, m: w.matchers[b.after.Sheet], Batch: ledger.Batch{After: b.after, Rows: len(b.drafts)}}
	if last := w.last(); last != nil {
		now.N = last.N + 1
	} else {
		now.N = w.rep.Import.Batch + 1
	}
	if err := w.look(ctx, now, w.matcher(now)); err != nil {
		return err
	}
	w.write(ctx, now)
	return nil
}

// matching is one of the ways to match rows.
type matching = func(context.Context, []ledger.Draft) ([]ledger.Change, error)

// matcher returns how the rows of a batch are matched.
func (w *writing) matcher(b *pending) matching {
	if w.last() == nil {
		return b.m.Match
	}
	return b.m.MatchAhead
}

// look has a batch matched, and prepared to be written while those before it are still being written.
func (w *writing) look(ctx context.Context, b *pending, match matching) (err error) {
	defer w.rep.Took(ledger.StepMatch)()
	if b.Changes, err = match(context.WithoutCancel(ctx), b.drafts); err != nil {
		return err
	}
	b.After.Above = b.m.Above()
	b.Rules = b.m.Rules()
	b.apply = w.to.Prepare(w.no, w.began, b.Batch)
	return nil
}

// errHeld says that a batch was not written, because the one before it was not as it was thought to be.
var errHeld = errors.New("the batch before has to be matched again first")

// write has a batch written behind those that are matched already. A stop that is asked for meanwhile waits for it: what has been begun is
// brought to its checkpoint. What waits for its turn is not begun.
func (w *writing) write(ctx context.Context, b *pending) {
	before := w.last()
	w.matched = append(w.matched, b)
	b.written = make(chan struct{})
	go func() {
		defer close(b.written)
		defer func() {
			if v := recover(); v != nil {
				b.err = &panicked{v, debug.Stack()}
			}
		}()
		if before != nil {
			if <-before.written; before.err != nil || len(before.again) > 0 {
				b.err = errHeld
				return
			}
		}
		if b.err = ctx.Err(); b.err != nil {
			return
		}
		began := time.Now()
		var outcomes []ledger.Outcome
		outcomes, b.err = b.apply(context.WithoutCancel(ctx), &w.rep.Import)
		b.again = lost(b.drafts, outcomes)
		b.took = time.Since(began)
	}()
}

// finish waits until no more batches than these are on their way.
func (w *writing) finish(ctx context.Context, most int) error {
	for len(w.matched) > most {
		b := w.matched[0]
		if err := w.wait(b); err != nil {
			return err
		}
		w.matched = slices.Delete(w.matched, 0, 1)
		if len(b.again) > 0 {
			if err := w.again(ctx, b); err != nil {
				return err
			}
		}
		if err := w.tell(b); err != nil {
			return err
		}
		select {
		case w.done <- b.portion:
		default:
		}
	}
	return nil
}

// tell tells that a batch is written, or what it would write.
func (w *writing) tell(b *pending) error {
	if w.each != nil {
		return w.each(b.Changes)
	}
	b.m.Leave(b.Changes)
	if w.job.Progress != nil {
		w.job.Progress(int(b.After.Ordinal-b.After.LeftOut), w.checked.Rows)
	}
	return nil
}

// wait waits until a batch is written.
func (w *writing) wait(b *pending) error {
	<-b.written
	w.rep.Steps[ledger.StepWrite] += b.took
	b.took = 0
	if fault, ok := errors.AsType[*panicked](b.err); ok {
		panic(fault)
	}
	return b.err
}

// again matches the rows of a batch that met a foreign edit, once, and after them the batches behind it, which were matched as if nothing had
// come between.
func (w *writing) again(ctx context.Context, b *pending) error {
	behind := w.matched
	for _, held := range slices.Backward(behind) {
		<-held.written
		held.m.Rewind()
	}
	w.matched = nil
	b.Try = 1
	rows := b.again
	err := w.look(ctx, b, func(ctx context.Context, _ []ledger.Draft) ([]ledger.Change, error) { return b.m.Retry(ctx, rows) })
	if err != nil {
		return err
	}
	w.write(context.WithoutCancel(ctx), b) // its other rows are written
	if err := w.wait(b); err != nil {
		return err
	}
	b.m.Correct(w.rep.Import.Cursor.Above)
	w.matched = nil
	for _, held := range behind {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.look(ctx, held, w.matcher(held)); err != nil {
			return err
		}
		w.write(ctx, held)
	}
	return nil
}

// lost returns the rows to be matched again, without the part that was written.
func lost(drafts []ledger.Draft, outcomes []ledger.Outcome) []ledger.Draft {
	type part struct {
		place int64
		kind  crm.Kind
	}
	if !slices.ContainsFunc(outcomes, func(o ledger.Outcome) bool { return o.Conflict }) {
		return nil
	}
	missed, accounts, byContact := map[part]bool{}, map[int64]string{}, map[int64]bool{}
	for _, o := range outcomes {
		missed[part{o.Change.Ordinal, o.Change.Kind}] = o.Conflict
		if o.Change.Kind == crm.Account {
			accounts[o.Change.Ordinal] = o.Change.ID
		} else if accounts[o.Change.Ordinal] == "" { // under fill_down it is that of a row above
			accounts[o.Change.Ordinal] = o.Change.AccountID
			byContact[o.Change.Ordinal] = o.Change.Rule == match.Elsewhere
		}
	}
	var again []ledger.Draft
	for _, d := range drafts {
		account, contact := missed[part{d.Place, crm.Account}], missed[part{d.Place, crm.Contact}]
		switch {
		case account && !contact:
			d.Contact = ledger.Part{Kind: crm.Contact}
		case contact && byContact[d.Place]: // the row has no account but that of its contact, which is looked for again (W12)
		case contact && !account:
			d.Account, d.In = ledger.Part{Kind: crm.Account}, accounts[d.Place]
		}
		if account || contact {
			again = append(again, d)
		}
	}
	return again
}

// panicked is a panic on its way from one goroutine to the one that waits for it.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("%v\n%s", p.value, p.stack) }

// caught returns a panic of do as an error.
func caught(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return do()
}

// portions are read in a goroutine of their own, one ahead.
type portions struct {
	read chan *portion
	err  error // once read is closed
}

// next returns the next portion, nil at the end of the workbook.
func (p *portions) next() (*portion, error) {
	b, ok := <-p.read
	if ok {
		return b, nil
	}
	if fault, ok := errors.AsType[*panicked](p.err); ok {
		panic(fault)
	}
	return nil, p.err
}

// reading begins to read what is left of the workbook. The func it returns ends that, and waits for its end.
func (w *writing) reading(ctx context.Context) (*portions, func()) {
	ctx, cancel := context.WithCancel(ctx)
	p := &portions{read: make(chan *portion)}
	w.done = make(chan *portion, 1)
	from := w.rep.Import.Cursor
	go func() {
		defer close(p.read)
		defer func() {
			if v := recover(); v != nil {
				p.err = &panicked{v, debug.Stack()}
			}
		}()
		p.err = w.read(ctx, w.job, &w.checked, from, func(b *portion) error {
			select {
			case p.read <- b.take(w.done):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return p, func() {
		cancel()
		for range p.read { // until it is closed
		}
	}
}
