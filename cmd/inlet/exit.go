package main

import (
	"context"
	"errors"

	"inlet.example/inlet/pipeline/ledger"
)

// The exit codes that scripts rely on (section 14).
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRejected    = 3
	exitHeld        = 4
	exitLater       = 5
	exitInterrupted = 130
)

// exitError is an error that has its code. Without text it has been told already.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// failed gives an error of a command's own work its code. To try again later is of use where the store is not reached, has no space, or is locked;
// a file that may not be read or written, or a wrong password, is for the person who typed the command.
func withExitCode(ctx context.Context, err error) error {
	_, coded := errors.AsType[exitError](err)
	_, later := errors.AsType[*ledger.Temporary](err)
	switch {
	case err == nil || coded:
		return err
	case ctx.Err() != nil:
		return exitError{exitInterrupted, err}
	case later:
		return exitError{exitLater, err}
	default:
		return exitError{exitFailed, err}
	}
}

// outcome returns the exit code that an ended import has.
func outcomeError(imp *ledger.Import) error {
	switch {
	case imp.State == ledger.Refused:
		return exitError{code: exitFailed}
	case imp.State == ledger.Held:
		return exitError{code: exitHeld}
	case imp.Tally.NotApplied() > 0:
		return exitError{code: exitRejected}
	}
	return nil
}
