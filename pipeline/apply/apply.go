package apply

import (
	"context"
	"iter"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/report"
)

// Target is where rows are matched and written: the store, or for a plan a rehearsal of it.
type Target interface {
	match.Finder
	// Prepare starts what can be done before the batch's turn to be written, and returns the function that writes it. A batch whose changes are
	// others is prepared again.
	Prepare(number int64, began time.Time, b ledger.Batch) func(context.Context, *ledger.Import) ([]ledger.Outcome, error)
}

// Journal has the changes that an import made before it was interrupted.
type Journal interface {
	Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error]
}

// Input is one import whose rows are to be applied.
type Input struct {
	Source   *read.Source
	Notes    []read.SheetNotes // of the check, by sheet
	Matchers []*match.Matcher  // by sheet
	Target   Target
	Journal  Journal
	Report   *report.Report // its Import is carried forward batch by batch

	Rows     int                         // that the check counted, for Progress
	Progress func(done, total int)       // called after each batch; may be nil
	Each     func([]ledger.Change) error // for a plan: called with what each batch would do; nil where it is done
}

// Run matches and writes what is left of a workbook, a batch at a time. An error is that of the store, of a disk, or of Each; the same Run again
// goes on behind the last batch that was written.
func Run(ctx context.Context, in Input) error {
	a := &applier{Input: in, number: in.Report.Import.No, began: in.Report.Import.Began}
	return a.run(ctx)
}

// Matchers returns a matcher for each sheet that is imported, by its policy, and the rules that they look records up by.
func Matchers(finder match.Finder, schema *crm.Schema, policies []ledger.Policy, imp *ledger.Import, rows *seen.Spill) ([]*match.Matcher, []crm.Rule, error) {
	var all []*match.Matcher
	var rules []crm.Rule
	known := map[string]bool{}
	for i, policy := range policies {
		now := *imp
		if i != imp.Cursor.Sheet {
			now.Cursor = ledger.Cursor{Sheet: i}
		}
		m, err := match.New(finder, schema, policy, now, rows)
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

// applier is one Run.
type applier struct {
	Input
	number   int64              // of the import: the import itself belongs to the step that writes, while it does
	began    time.Time          // of it too
	done     chan *read.Portion // a portion whose memory may be used for another
	inFlight []*batch           // that are being written, or wait for it, in their order
}
