package rejects

import (
	"cmp"
	"context"
	"path/filepath"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/naming"
)

// Chain has the imports whose rejected rows come back.
type Chain interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	AddCorrection(ctx context.Context, id string, c ledger.Correction) (int, error)
}

// Number gives a correction that begins its number among those of the same rows. It has the same one when it is asked again.
func Number(ctx context.Context, imports Chain, words naming.Words, parent *ledger.Import, id string) (ledger.Corrects, error) {
	first := *parent
	if parent.Corrects.First != "" {
		found, ok, err := imports.Import(ctx, parent.Corrects.First)
		if err != nil {
			return ledger.Corrects{}, err
		}
		if ok {
			first = found
		}
	}
	n, err := imports.AddCorrection(ctx, first.ID, ledger.Correction{Import: id})
	stem, _ := words.RejectedStem(naming.Stem(cmp.Or(first.Archived, first.Workbook)))
	return ledger.Corrects{First: first.ID, No: n, Stem: stem}, err
}

// Ended notes how a correction ended, or that it was undone, with the imports whose rows it has: its parent, and those above that.
func Ended(ctx context.Context, imports Chain, journal Journal, imp *ledger.Import) error {
	c := ledger.Correction{Import: imp.ID, Rows: imp.Tally.Rows, Applied: imp.Tally.Rows, Undone: imp.UndoneBy != ""}
	for _, err := range rows(ctx, journal, imp.ID) {
		if err != nil {
			return err
		}
		c.Applied--
	}
	for id := imp.Parent; id != ""; {
		parent, ok, err := imports.Import(ctx, id)
		if err != nil || !ok {
			return err
		}
		if _, err := imports.AddCorrection(ctx, id, c); err != nil {
			return err
		}
		id = parent.Parent
	}
	return nil
}

// Undone notes that a correction was undone, or is back because that was undone. by is the import that did.
func Undone(ctx context.Context, imports Chain, journal Journal, by *ledger.Import) error {
	for id := by.Undoes; id != ""; {
		imp, ok, err := imports.Import(ctx, id)
		if err != nil || !ok {
			return err
		}
		if imp.Undoes == "" && imp.Parent != "" {
			return Ended(ctx, imports, journal, &imp)
		}
		id = imp.Undoes
	}
	return nil
}

// Names returns what the workbook of an import is called where it is archived, and what that of its rejected rows. The one that is dropped has the
// number of the one that it corrects, and what it leaves the next.
func Names(words naming.Words, imp *ledger.Import, name string) (workbook, rejected string) {
	workbook = filepath.Base(name)
	stem, n := words.RejectedStem(naming.Stem(workbook))
	if c := imp.Corrects; c.No > 0 {
		stem, n = c.Stem, c.No
	}
	rejected = naming.Numbered(stem, words.Rejected, n+1, ".xlsx")
	if imp.Corrects.No > 0 && imp.State == ledger.Done {
		workbook = naming.Numbered(stem, words.Corrected, imp.Corrects.No, filepath.Ext(workbook))
	}
	return workbook, rejected
}
