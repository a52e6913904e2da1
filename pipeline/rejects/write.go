package rejects

import (
	"cmp"
	"context"
	"iter"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// Journal has the changes of imports.
type Journal interface {
	Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error]
}

// Input is an import whose rejected rows are to be written.
type Input struct {
	Import   *ledger.Import
	Source   *read.Source // of its workbook
	Journal  Journal
	Language string    // sv or en
	At       ledger.At // nil but in tests
}

// Write writes the rows that an import did not apply as a new workbook at path (section 10): as they were, with what is wrong and where in front of
// their columns. Journal and workbook are both read in the order of their rows, so neither is held in memory. The error is a *JournalError where
// the journal cannot be read.
func Write(ctx context.Context, in Input, path string) error {
	if err := in.Import.CheckJournal(); err != nil {
		return err
	}
	w, err := writer.Create(path)
	if err != nil {
		return err
	}
	defer w.Discard() //nolint:errcheck // after Close it does nothing
	widths, err := widthsOf(ctx, in.Source)
	if err != nil {
		return err
	}
	w.Property(property, in.Import.ID)
	next, stop := iter.Pull2(rows(ctx, in.Journal, in.Import.ID))
	defer stop()
	c := &copier{w: w, lang: in.Language, next: next, widths: widths, overfull: in.Import.Tally.Rejected[ledger.ExtraCells] > 0}
	if err := c.advance(); err != nil {
		return err
	}
	if err := in.Source.Rows(ctx, read.Visitor{Head: c.head, Row: c.row}); err != nil {
		return err
	}
	in.At.Reach(ledger.AtHalfReported)
	return w.Close()
}

// JournalError is the error of a journal that could not be read, which is not the fault of the workbook.
type JournalError struct{ error }

func (u *JournalError) Unwrap() error { return u.error }

// rejectedRow is one row that was not applied.
type rejectedRow struct {
	ordinal int64
	faults  []fault
}

// fault is what is wrong with one part of a row.
type fault struct {
	kind crm.Kind
	ledger.Problem
}

// rows returns the rows of an import that were rejected or parked, in their order.
func rows(ctx context.Context, journal Journal, imp string) iter.Seq2[rejectedRow, error] {
	return func(yield func(rejectedRow, error) bool) {
		var row rejectedRow
		for changes, err := range journal.Changes(ctx, imp) {
			if err != nil {
				yield(rejectedRow{}, &JournalError{err})
				return
			}
			for _, c := range changes {
				if c.Action != ledger.Reject && c.Action != ledger.Park {
					continue
				}
				if c.Ordinal != row.ordinal && row.ordinal > 0 && !yield(row, nil) {
					return
				}
				if c.Ordinal != row.ordinal {
					row = rejectedRow{ordinal: c.Ordinal}
				}
				for _, problem := range c.Problems {
					if !problem.Warning {
						row.faults = append(row.faults, fault{decided(&c), problem})
					}
				}
			}
		}
		if row.ordinal > 0 {
			yield(row, nil)
		}
	}
}

// decided returns the kind whose part of a row was rejected: all parts are rejected together, and the problem is with the first of them.
func decided(c *ledger.Change) crm.Kind {
	return cmp.Or(crm.DecidedBy(c.Rule), c.Kind)
}
