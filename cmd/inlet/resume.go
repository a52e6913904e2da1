package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
)

func resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume [IMPORT]",
		Short: "End a pause, or let an import go on that is stuck",
		Long: `Without IMPORT end what inlet pause began: the daemon goes on within seconds.

With it let an import go on that is stuck: inlet ended several times in a row over its workbook, after some rows had been written.

See first why (the log, the memory that the host has), and mend it. The running daemon carries on with the import within half a minute, exactly
where it stood; one that is started later does so at its start. inlet undo takes back what was written instead.

An import that an older inlet began, with other rules, cannot go on: take it back with inlet undo and drop its file again.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withParts(cmd, func(ctx context.Context, parts *daemon.Parts) error {
				if len(args) == 0 {
					return unpause(ctx, parts, cmd.OutOrStdout())
				}
				imp, ok, err := parts.Store.Import(ctx, args[0])
				switch {
				case err != nil:
					return err
				case !ok:
					return fmt.Errorf("there is no import %s; `inlet list` has them", args[0])
				case imp.State != ledger.Stuck:
					return fmt.Errorf("import %s is not stuck but %s", imp.ID, imp.State)
				}
				if imp.OtherRules() {
					return &pipeline.OldRulesError{Import: imp.ID}
				}
				if err := parts.Store.Resume(ctx, &imp); err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s goes on\n", imp.ID)
				return err
			})
		},
	}
}

func unpause(ctx context.Context, parts *daemon.Parts, out io.Writer) error {
	p, is, err := parts.Store.Paused(ctx)
	if err != nil {
		return err
	}
	if !is {
		_, err = fmt.Fprintln(out, "importing is not paused")
		return err
	}
	if err := parts.Store.Unpause(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "importing goes on; it was %s\n", paused(p))
	return err
}
