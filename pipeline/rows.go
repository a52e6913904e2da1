package pipeline

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	matchseen "inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/report"
)

// matchers returns a matcher for each sheet that is imported, and the rules that they look records up by.
func (p *Pipeline) matchers(finder match.Finder, c Checked, imp *ledger.Import, past *matchseen.Spill) ([]*match.Matcher, []crm.Rule, error) {
	var all []*match.Matcher
	var rules []crm.Rule
	known := map[string]bool{}
	for i := range c.mapping.Parts() {
		now := *imp
		if i != imp.Cursor.Sheet {
			now.Cursor = ledger.Cursor{Sheet: i}
		}
		m, err := match.New(finder, p.Schema, c.bound[i].Policy, now, past)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, m)
		for _, kind := range crm.Kinds {
			for _, rule := range m.Rules()[kind] {
				if id := rule.ID(); !known[id] {
					known[id] = true
					rules = append(rules, rule)
				}
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
	no       int64                       // of the import: the import itself belongs to the step that writes, while it does
	began    time.Time                   // of it too
	matchers []*match.Matcher            // by sheet
	done     chan *portion               // a portion whose memory may be used for another
	matched  []*pending                  // that are being written, or wait for it, one after the other
	each     func([]ledger.Change) error // for a plan: what would be done; nil where it is done
}

// recall reads again what was applied before a stop, with what the journal says became of it: rows still to come may say something else of
// the same records.
func (w *writing) recall(ctx context.Context) error {
	imp := &w.rep.Import
	if imp.Cursor.Ordinal == 0 {
		return nil
	}
	next, stop := iter.Pull2(w.Store.Changes(ctx, imp.ID))
	defer stop()
	var changes []ledger.Change
	errPast := errors.New("this is where it stood")
	err := w.read(ctx, w.job, &w.checked, ledger.Cursor{}, func(b *portion) error {
		for len(changes) == 0 || changes[len(changes)-1].Ordinal < b.after.Ordinal { // a portion of blank rows has no drafts
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
		changes = slices.DeleteFunc(changes, func(c ledger.Change) bool { return c.Ordinal <= b.after.Ordinal })
		if b.after.Ordinal >= imp.Cursor.Ordinal {
			return errPast
		}
		return ctx.Err()
	})
	if errors.Is(err, errPast) {
		return nil
	}
	return err
}
