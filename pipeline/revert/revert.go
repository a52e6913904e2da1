package revert

import (
	"context"
	"iter"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// Target is where changes are written: the store, or for a plan a rehearsal of it.
type Target interface {
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
	Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error)
	Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error)
}

// Journal has the changes of imports.
type Journal interface {
	Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error]
	Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error)
}

// Input is one undo, whose import has begun.
type Input struct {
	Of       ledger.Import  // the import that is undone
	Report   *report.Report // of the undo; its Import is carried forward batch by batch
	Target   Target
	Journal  Journal
	Schema   *crm.Schema
	Language string    // of the names of fields in problems: sv or en
	At       ledger.At // nil but in tests

	Progress func(done, total int)       // called after each batch with rows; may be nil
	Each     func([]ledger.Change) error // for a plan: called with what each batch would do; nil where it is done
}

// Run undoes what is left to undo, a batch of the import at a time, the newest first. An error is the store's, or that of Each; the same Run again
// goes on behind the last batch that was written.
func Run(ctx context.Context, in Input) error {
	r := &reverter{Input: in, kept: map[fieldRef]bool{}}
	return r.batches(ctx)
}

// reverter is one Run.
type reverter struct {
	Input
	kept map[fieldRef]bool
}
