package outcome

import (
	"context"
	"fmt"

	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// stoppedError says how far a command came that the user stopped.
type stoppedError struct{ text string }

func (e stoppedError) Error() string { return e.text }

// Stopped replaces the error of an import that the user stopped: it says how many rows were written, and how to continue.
func Stopped(ctx context.Context, bar *terminal.Progress, err error, imp *ledger.Import) error {
	if !exitcode.Stopped(ctx, err) {
		return err
	}
	switch {
	case imp.No == 0 && imp.Batch == 0: // it is not known whether an earlier attempt wrote anything
		return err
	case imp.Batch == 0:
		return stoppedError{message.Word(bar.Language, "Stopped before anything was written.")}
	case bar.Total == 0 && imp.Undoes != "":
		return stoppedError{message.Word(bar.Language, "Stopped. Run the same command again to continue.")}
	case bar.Total == 0: // it continued an earlier attempt, and was stopped before its first batch
		return stoppedError{fmt.Sprintf(message.Word(bar.Language, "Stopped. Run the same command again to continue, or \"inlet undo %s\" to revert."), imp.ID)}
	case imp.Undoes != "":
		return stoppedError{fmt.Sprintf(message.Word(bar.Language, "Stopped after %s of %s rows. Run the same command again to continue."),
			terminal.Grouped(bar.Done, bar.Language), terminal.Grouped(bar.Total, bar.Language))}
	}
	return stoppedError{fmt.Sprintf(message.Word(bar.Language, "Stopped after %s of %s rows. Run the same command again to continue, or \"inlet undo %s\" to revert."),
		terminal.Grouped(bar.Done, bar.Language), terminal.Grouped(bar.Total, bar.Language), imp.ID)}
}

// BegunBefore returns an import as an earlier attempt left it, if this attempt was stopped before it looked.
func BegunBefore(ctx context.Context, parts *assembly.Parts, imp *ledger.Import) *ledger.Import {
	if imp.No != 0 || imp.ID == "" {
		return imp
	}
	if before, err := parts.Store.Imports.Next(context.WithoutCancel(ctx), *imp, false); err == nil {
		return &before
	}
	return imp
}
