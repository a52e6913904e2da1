package exitcode

import (
	"context"
	"errors"
	"strings"

	"inlet.example/inlet/pipeline/ledger"
)

// Code is how a command ended. Scripts rely on the numbers.
type Code int

// The exit codes.
const (
	OK          Code = 0
	Failed      Code = 1
	Usage       Code = 2
	Rejected    Code = 3
	Held        Code = 4
	Later       Code = 5
	Changes     Code = 10 // only of a plan that was asked for it
	Interrupted Code = 130
	Closed      Code = 141 // the reader closed the output; 128 and the number of SIGPIPE, as shells report it
)

// With returns an error that ends the command with this code. Without a cause, nothing is printed: the command has said already what there is to say.
func (c Code) With(cause error) error { return Error{c, cause} }

// Error is an error with an exit code. Without a text it has been printed already.
type Error struct {
	Code Code
	Err  error
}

func (e Error) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

func (e Error) Unwrap() error { return e.Err }

// Wrap gives an error of a command its exit code. Only a store that cannot be reached, has no space or is locked is worth another attempt later; a
// file that cannot be read or written, or a wrong password, has to be corrected by the person who typed the command.
func Wrap(ctx context.Context, err error) error {
	_, coded := errors.AsType[Error](err)
	_, later := errors.AsType[*ledger.Temporary](err)
	switch {
	case err == nil || coded:
		return err
	case ctx.Err() != nil:
		return Interrupted.With(err)
	case later:
		return Later.With(err)
	default:
		return Failed.With(err)
	}
}

// OfImport returns the exit code of an import that has ended, as an error; nil for 0.
func OfImport(imp *ledger.Import) error {
	switch {
	case imp.State == ledger.Refused:
		return Failed.With(nil)
	case imp.State == ledger.Held:
		return Held.With(nil)
	case imp.Tally.NotApplied() > 0:
		return Rejected.With(nil)
	}
	return nil
}

// Stopped reports whether a command failed only because the user stopped it. Not every error of a driver wraps context.Canceled.
func Stopped(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() != nil && (errors.Is(err, context.Canceled) || strings.Contains(err.Error(), context.Canceled.Error()))
}
