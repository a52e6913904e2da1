package rejects

import (
	"cmp"
	"context"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/naming"
	"inlet.example/inlet/pipeline/sheet"
)

// property is the property of a rejected workbook that names the import whose rows it holds.
const property = "inlet-import"

// Imports has the imports that a store knows.
type Imports interface {
	Import(ctx context.Context, id string) (ledger.Import, bool, error)
	List(ctx context.Context, before int64, limit int) ([]ledger.Import, error)
	Removed(ctx context.Context, id string) (bool, error)
}

// RemovedError says that the import whose rejected rows a workbook holds was removed from the store.
type RemovedError struct{ ID string }

func (e *RemovedError) Error() string { return "import " + e.ID + " was removed from the store" }

// Parent returns the import whose rejected rows a workbook holds; nil if it is none such. The workbook says so itself; one that was
// saved as something else, where the property is lost, is known by its name. The error is a *RemovedError where the import is no longer in the store.
func Parent(ctx context.Context, store Imports, open func(context.Context) (*sheet.Workbook, error), name string, counts func(*ledger.Import) bool) (*ledger.Import, error) {
	// What is wrong with a workbook that cannot be opened is found by the check. It may hold rejected rows all the same: its mapping has its password.
	if book, err := open(ctx); err == nil {
		defer book.Close()
		if id := book.Property(property); id != "" {
			imp, ok, err := store.Import(ctx, id)
			if err != nil || ok && counts(&imp) && imp.State == ledger.Done {
				return &imp, err
			}
			if removed, err := store.Removed(ctx, id); err != nil || removed {
				return nil, cmp.Or[error](err, &RemovedError{id})
			}
		}
	}
	stem := naming.Stem(name)
	if !strings.Contains(stem, ".") {
		return nil, nil // no name of a rejected workbook, in whichever words
	}
	const recent = 500
	imports, err := store.List(ctx, 0, recent)
	if err != nil {
		return nil, err
	}
	for _, imp := range imports {
		if counts(&imp) && imp.Rejected != "" && naming.Stem(imp.Rejected) == stem {
			return &imp, nil
		}
	}
	return nil, nil
}
