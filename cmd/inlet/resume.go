package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline"
)

func resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume [NAME|IMPORT]",
		Short: "End a pause, or let an import go on that is stuck or cancelled",
		Long: `Without an argument end what inlet pause began, with the NAME of an inbox or a source what inlet pause NAME began: the daemon goes on within
seconds.

With an IMPORT let it go on: one that is cancelled, or one that is stuck because inlet ended several times in a row over its workbook after some
rows had been written, or because it met an error of which inlet does not know whose it is.

See first why (inlet show, the log, the memory that the host has), and mend it. The running daemon carries on with the import within half a minute,
exactly where it stood; one that is started later does so at its start. inlet undo takes back what is written instead.

An import that an older inlet began, with other rules, cannot go on: take it back with inlet undo and drop its file again.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return withStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				what, err := pauseTargets(cfg, args)
				if err != nil {
					return resumeImport(ctx, parts, args[0], cmd.OutOrStdout())
				}
				for _, one := range what {
					if err := endPause(ctx, parts, one, cmd.OutOrStdout()); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

// resumeImport makes the daemon continue an import that is stuck or cancelled.
func resumeImport(ctx context.Context, parts *assembly.Parts, id string, out io.Writer) error {
	imp, ok, err := parts.Store.Imports.Import(ctx, id)
	switch {
	case err != nil:
		return err
	case !ok:
		return fmt.Errorf("there is no import and no inbox or source %s; `inlet list` has the imports", id)
	case !imp.State.Waits():
		return fmt.Errorf("import %s is neither stuck nor cancelled but %s", imp.ID, imp.State)
	}
	if imp.OtherRules() {
		return &pipeline.OldRulesError{Import: imp.ID}
	}
	if err := parts.Store.Attempts.Resume(ctx, &imp); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s goes on\n", imp.ID)
	return err
}

func endPause(ctx context.Context, parts *assembly.Parts, what string, out io.Writer) error {
	all, err := parts.Store.Pauses.All(ctx)
	if err != nil {
		return err
	}
	p, is := all.Holds(what)
	if !is {
		_, err = fmt.Fprintf(out, "%s is not paused\n", targetName(what))
		return err
	}
	if err := parts.Store.Pauses.End(ctx, what); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s goes on; it was %s\n", targetName(what), describePause(p))
	return err
}
