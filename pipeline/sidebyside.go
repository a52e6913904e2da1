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
	"inlet.example/inlet/pipeline/report"
)

// rows matches and writes what is left of the workbook, a batch at a time.
//
// # Why side by side
//
// Reading keeps one core busy, matching another, and writing waits for a disk or a server. So while batch k is written, batch k+1 is matched
// and batch k+2 is read. The results are those of one step after the other: what batch k writes is laid over what the store says while k+1 is
// matched, batches are written in their order, and where a foreign edit had batch k written otherwise than it was thought, k+1 is matched
// again. No more than three batches are in memory.
func (w *writing) rows(ctx context.Context) error {
	if err := w.recall(ctx); err != nil {
		return err
	}
	portions, stop := w.reading(ctx)
	defer stop()
	var before *pending // is being written; nil if none is
	defer func() {
		if before != nil {
			<-before.written // also where this ends in an error or a panic: nothing is left running
		}
	}()
	for {
		waiting := w.rep.Took(report.Read)
		b, err := portions.next()
		waiting()
		if err != nil {
			return err
		}
		if b == nil {
			return w.finish(ctx, before, nil)
		}
		now, err := w.match(ctx, before, b)
		if err != nil {
			return err
		}
		if err := w.finish(ctx, before, now); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err // asked to stop: what has been begun is at its checkpoint, what is left waits for the next start
		}
		w.write(ctx, now)
		before = now
	}
}

// pending is a batch that is being written.
type pending struct {
	ledger.Batch
	drafts   []ledger.Draft
	m        *match.Matcher
	written  chan struct{} // closed when it is
	outcomes []ledger.Outcome
	took     time.Duration
	err      error
	finished bool
}

// match matches a portion, if it can be done while the batch before is written.
func (w *writing) match(ctx context.Context, before *pending, b *portion) (*pending, error) {
	now := &pending{drafts: b.drafts, m: w.matchers[b.after.Sheet], Batch: ledger.Batch{After: b.after, Rows: len(b.drafts)}}
	if before != nil && (before.m != now.m || w.each != nil) { // each sheet has rules of its own, and a rehearsal is in one place at a time
		if err := w.finish(ctx, before, nil); err != nil {
			return nil, err
		}
		before = nil
	}
	if before == nil {
		now.N = w.rep.Import.Batch + 1
		return now, w.look(ctx, now, now.m.Match)
	}
	now.N = before.N + 1
	return now, w.look(ctx, now, now.m.MatchAhead)
}

// look has a batch matched, and packed for the journal while the one before it is still being written.
func (w *writing) look(ctx context.Context, b *pending, match func(context.Context, []ledger.Draft) ([]ledger.Change, error)) (err error) {
	defer w.rep.Took(report.Match)()
	if b.Changes, err = match(context.WithoutCancel(ctx), b.drafts); err != nil {
		return err
	}
	b.After.Above = b.m.Above()
	w.to.Pack(w.no, w.began, &b.Batch, b.m.Memo())
	return nil
}

// write begins to write a batch. A stop that is asked for meanwhile waits for it: what has been begun is brought to its checkpoint.
func (w *writing) write(ctx context.Context, b *pending) {
	b.written = make(chan struct{})
	go func() {
		defer close(b.written)
		defer func() {
			if v := recover(); v != nil {
				b.err = &panicked{v, debug.Stack()}
			}
		}()
		began := time.Now()
		b.outcomes, b.err = w.to.Apply(context.WithoutCancel(ctx), &w.rep.Import, b.Batch)
		b.took = time.Since(began)
	}()
}

// wait waits until a batch is written.
func (w *writing) wait(b *pending) error {
	<-b.written
	w.rep.Steps[report.Write] += b.took
	if fault, ok := errors.AsType[*panicked](b.err); ok {
		panic(fault)
	}
	return b.err
}

// finish waits until a batch is written. Its rows that met a foreign edit between look-up and write are matched again, once, and after them
// the batch behind it, which was matched as if nothing had come between.
func (w *writing) finish(ctx context.Context, b, behind *pending) error {
	if b == nil || b.finished {
		return nil
	}
	b.finished = true
	if err := w.wait(b); err != nil {
		return err
	}
	if w.each != nil {
		return w.each(b.Changes)
	}
	if again := lost(b.drafts, b.outcomes); len(again) > 0 {
		if err := w.again(context.WithoutCancel(ctx), b, again, behind); err != nil {
			return err
		}
	}
	if w.job.Progress != nil {
		w.job.Progress(int(w.rep.Import.Cursor.Place), w.checked.Rows)
	}
	return nil
}

func (w *writing) again(ctx context.Context, b *pending, drafts []ledger.Draft, behind *pending) error {
	if behind != nil {
		behind.m.Rewind()
	}
	b.Try = 1
	err := w.look(ctx, b, func(ctx context.Context, _ []ledger.Draft) ([]ledger.Change, error) { return b.m.Retry(ctx, drafts) })
	if err != nil {
		return err
	}
	w.write(ctx, b)
	if err := w.wait(b); err != nil || behind == nil {
		return err
	}
	return w.look(ctx, behind, behind.m.Match)
}

// lost returns the rows to be matched again, without the part that was written.
func lost(drafts []ledger.Draft, outcomes []ledger.Outcome) []ledger.Draft {
	type part struct {
		place int64
		kind  crm.Kind
	}
	if !slices.ContainsFunc(outcomes, func(o ledger.Outcome) bool { return o.Lost }) {
		return nil
	}
	missed, accounts := map[part]bool{}, map[int64]string{}
	for _, o := range outcomes {
		missed[part{o.Change.Place, o.Change.Kind}] = o.Lost
		if o.Change.Kind == crm.Account {
			accounts[o.Change.Place] = o.Change.ID
		} else if accounts[o.Change.Place] == "" { // under fill_down it is that of a row above
			accounts[o.Change.Place] = o.Change.AccountID
		}
	}
	var again []ledger.Draft
	for _, d := range drafts {
		account, contact := missed[part{d.Place, crm.Account}], missed[part{d.Place, crm.Contact}]
		switch {
		case account && !contact:
			d.Contact = ledger.Part{Kind: crm.Contact}
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
	from := w.rep.Import.Cursor
	go func() {
		defer close(p.read)
		defer func() {
			if v := recover(); v != nil {
				p.err = &panicked{v, debug.Stack()}
			}
		}()
		p.err = w.read(ctx, w.job, w.checked.mapping, from, func(b *portion) error {
			select {
			case p.read <- b.take():
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
