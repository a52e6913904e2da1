package main

import (
	"context"
	"errors"

	"inlet.example/inlet/pipeline/ledger"
)

// Exit codes; scripts rely on them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRejected    = 3
	exitHeld        = 4
	exitLater       = 5
	exitInterrupted = 130
)

// exitError is an error with an exit code. Without a text it has been printed already.
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

// withExitCode gives an error of a command its exit code. Only a store that cannot be reached, has no space or is locked is worth another attempt later; a
// file that cannot be read or written, or a wrong password, has to be corrected by the person who typed the command.
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

// outcomeError returns the exit code of an import that has ended; nil for 0.
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
