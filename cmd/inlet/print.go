package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// eachProblem calls each with every problem of an import, in the order of its rows.
func eachProblem(ctx context.Context, parts *assembly.Parts, imp string, each func(*ledger.Problem) error) error {
	for changes, err := range parts.Store.Journal.Changes(ctx, imp) {
		if err != nil {
			return err
		}
		for i := range changes {
			for j := range changes[i].Problems {
				p := &changes[i].Problems[j]
				if p.Row == 0 {
					p.Ref = changes[i].Ref
				}
				if err := each(p); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func printJSON(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, imp *ledger.Import) error {
	out := cmd.OutOrStdout()
	err := eachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error { return report.ProblemJSON(out, p, parts.Language) })
	return errors.Join(err, report.JSON(out, imp))
}

const maxProblems = 10 // on the screen; `show` has all

func printText(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, imp *ledger.Import) error {
	out := terminal.Fold(cmd.OutOrStdout())
	if err := report.Text(out, imp, parts.Language); err != nil {
		return err
	}
	told := 0
	err := eachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error {
		if told == maxProblems {
			return errEnough // the rest is counted already, so the journal of a large import need not be read to its end
		}
		told++
		return report.Problem(out, p, parts.Language, terminal.Colours(cmd.OutOrStdout()))
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if more := imp.Tally.AllProblems() - told; more > 0 {
		fmt.Fprintf(out, message.Word(parts.Language, "  … and %d more: inlet show %s\n"), more, imp.ID)
	}
	return nil
}

// errEnough ends a loop over problems when enough are printed.
var errEnough = errors.New("enough")

func eachChange(ctx context.Context, parts *assembly.Parts, imp string, each func(*ledger.Change) error) error {
	for changes, err := range parts.Store.Journal.Changes(ctx, imp) {
		if err != nil {
			return err
		}
		for i := range changes {
			if err := each(&changes[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func printJSONLines[T any](w io.Writer, items []T) error {
	enc := message.NewEncoder(w)
	for _, item := range items {
		if err := enc.Encode(item); err != nil {
			return err
		}
	}
	return nil
}
