package remote

import (
	"context"
	"errors"

	"inlet.example/inlet/pipeline/message"
)

// fileFault is an error of one file: the others go on.
type fileFault struct{ err error }

func (e *fileFault) Error() string { return e.err.Error() }
func (e *fileFault) Unwrap() error { return e.err }

func (e *fileFault) denied() bool {
	_, is := errors.AsType[*Denied](e.err)
	return is
}

// faults are the errors of files, one after the other.
type faults struct {
	errs  []error
	inRow int
}

var errManyFailed = message.Errorf("the remaining files are fetched at the next poll")

// withoutType returns an error that says the same and is of none of the types that callers recognise.
func withoutType(err error) error {
	return message.Explained(func(lang string) string { return message.ErrorIn(lang, err) })
}

// add records the error of a file, or nil. It reports whether nothing more is to be asked: the store, the disk or the place is at fault. A file
// that inlet may not read or move says nothing about the others, unless several follow each other.
func (f *faults) add(ctx context.Context, err error) (end bool) {
	if err == nil {
		f.inRow = 0
		return false
	}
	f.inRow++
	fault, ofFile := errors.AsType[*fileFault](err)
	switch {
	case !ofFile || endsRun(ctx, fault.err) && !fault.denied():
		f.errs = append(f.errs, err)
		return true
	case f.inRow < maxFailures && fault.denied():
		f.errs = append(f.errs, withoutType(err)) // not a *Denied of the whole place yet
		return false
	case f.inRow < maxFailures:
		f.errs = append(f.errs, err)
		return false
	}
	f.errs = append(f.errs, err, errManyFailed)
	return true
}

func (f *faults) err() error { return errors.Join(f.errs...) }
