package pipeline

import (
	"context"
	"errors"
	"iter"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/report"
)

// matchers returns a matcher for each sheet that is imported, and the rules that they look records up by.
func (p *Pipeline) matchers(finder match.Finder, c Checked, imp *ledger.Import, past *match.Past) ([]*match.Matcher, []crm.Rule, error) {
	var all []*match.Matcher
	var rules []crm.Rule
	known := map[string]bool{}
	for i, part := range c.mapping.Parts() {
		now := *imp
		if i != imp.Cursor.Sheet {
			now.Cursor = ledger.Cursor{Sheet: i}
		}
		m, err := match.New(finder, p.Schema, part.Policy, now, past)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, m)
		for _, rule := range m.Rules() {
			if id := rule.ID(); !known[id] {
				known[id] = true
				rules = append(rules, rule)
			}
		}
	}
	return all, rules, nil
}

// writing is the way of one workbook's rows to where they are written.
type writing struct {
	*Pipeline
	job      Job
	checked  Checked
	rep      *report.Report
	to       target
	matchers []*match.Matcher            // by sheet
	each     func([]ledger.Change) error // for a plan: what would be done; may be nil
}

// rows matches and writes what is left of the workbook, a batch at a time.
func (w *writing) rows(ctx context.Context) error {
	imp := &w.rep.Import
	if err := w.recall(ctx); err != nil {
		return err
	}
	reading := w.rep.Took(report.Read)
	err := w.read(ctx, w.job, w.checked.mapping, imp.Cursor, func(b *portion) error {
		reading()
		defer func() { reading = w.rep.Took(report.Read) }()
		if err := w.batch(ctx, b); err != nil {
			return err
		}
		if w.job.Progress != nil {
			w.job.Progress(int(imp.Cursor.Place), w.checked.Rows)
		}
		return ctx.Err() // the batch in hand is finished; what is left waits for the next start
	})
	reading()
	return err
}

// recall reads again what was applied before a stop, with what the journal says became of it: rows still to come may say something else of
// the same records.
func (w *writing) recall(ctx context.Context) error {
	imp := &w.rep.Import
	if imp.Cursor.Place == 0 {
		return nil
	}
	next, stop := iter.Pull2(w.Store.Changes(ctx, imp.ID))
	defer stop()
	var changes []ledger.Change
	errPast := errors.New("this is where it stood")
	err := w.read(ctx, w.job, w.checked.mapping, ledger.Cursor{}, func(b *portion) error {
		for last := b.drafts[len(b.drafts)-1].Place; len(changes) == 0 || changes[len(changes)-1].Place < last; {
			more, err, ok := next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			changes = append(changes, more...)
		}
		w.matchers[b.after.Sheet].Recall(b.drafts, changes)
		changes = slices.DeleteFunc(changes, func(c ledger.Change) bool { return c.Place <= b.after.Place })
		if b.after.Place >= imp.Cursor.Place {
			return errPast
		}
		return ctx.Err()
	})
	if errors.Is(err, errPast) {
		return nil
	}
	return err
}

// batch matches a portion and writes it. Rows that met a foreign edit between look-up and write are matched again, once.
func (w *writing) batch(ctx context.Context, b *portion) error {
	// A stop asked for now waits for the batch: what has been begun is brought to its checkpoint.
	ctx = context.WithoutCancel(ctx)
	m := w.matchers[b.after.Sheet]
	batch := ledger.Batch{N: w.rep.Import.Batch + 1, After: b.after, Rows: len(b.drafts)}
	drafts := b.drafts
	for {
		matched := w.rep.Took(report.Match)
		look := m.Match
		if batch.Try == 1 {
			look = m.Retry
		}
		changes, err := look(ctx, drafts)
		matched()
		if err != nil {
			return err
		}
		batch.Changes, batch.After.Above = changes, m.Above()
		written := w.rep.Took(report.Write)
		outcomes, err := w.to.Apply(ctx, &w.rep.Import, batch)
		written()
		if err != nil {
			return err
		}
		if w.each != nil {
			return w.each(changes)
		}
		if drafts = lost(drafts, outcomes); len(drafts) == 0 || batch.Try == 1 {
			return nil
		}
		batch.Try = 1
	}
}

// lost returns the rows to be matched again, without the part that was written.
func lost(drafts []ledger.Draft, outcomes []ledger.Outcome) []ledger.Draft {
	type part struct {
		place int64
		kind  crm.Kind
	}
	missed, accounts := map[part]bool{}, map[int64]string{}
	for _, o := range outcomes {
		missed[part{o.Change.Place, o.Change.Kind}] = o.Lost
		if o.Change.Kind == crm.Account {
			accounts[o.Change.Place] = o.Change.ID
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
