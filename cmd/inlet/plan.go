package main

import (
	"bufio"
	"context"
	"errors"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

func planCommand() *cobra.Command {
	var sidecar string
	var asJSON, quiet, detailed bool
	cmd := &cobra.Command{
		Use:   "plan BOOK",
		Short: "Show what an import would do, without writing anything",
		Long: `Show, row by row and field by field, what an import would do: + a record is created, ~ a record is changed (old → new),
! a row is rejected or parked, with its candidates. Nothing is written; the import will have the same counts, if nothing else
writes in the meantime.

Exit codes: 0 it can be imported · 1 failed or refused · 2 wrong usage or configuration · 3 some rows would be rejected or parked · 4 it would
be held · 5 store cannot be reached · 10 with --detailed-exitcode: records would be created or changed.`,
		Example: `  inlet plan kunder.xlsx --store mongodb://localhost/crm
  inlet plan kunder.xlsx --json | jq -c 'select(.action == "update")'`,
		Args: oneArgument("workbook", "inlet plan BOOK"),
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := newJob(args[0], sidecar, "")
			if err != nil {
				return exitError{exitFailed, err}
			}
			return withStoreOrEmpty(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet || asJSON || onTerminal(cmd.OutOrStdout()), parts.Language)
				job.Progress, job.Language = bar.Update, parts.Language
				out := bufio.NewWriter(cmd.OutOrStdout())
				text := report.NewPlanText(out, parts.Schema, parts.Language, colourful(cmd.OutOrStdout()))
				rep, err := parts.Pipeline.Plan(ctx, job, func(changes []ledger.Change) error {
					if asJSON {
						return report.PlanJSON(out, changes, parts.Language)
					}
					return text.Changes(changes)
				})
				bar.Clear()
				if err == nil && asJSON {
					err = report.JSON(out, &rep.Import)
				} else if err == nil && rep.Import.State == ledger.Planned {
					err = text.End(&rep.Import)
				} else if err == nil {
					err = report.Text(out, &rep.Import, parts.Language)
				}
				if err = errors.Join(err, out.Flush()); err != nil {
					return err // not the exit code of the rows so far
				}
				return planError(&rep.Import, detailed)
			})
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line: changes, then the summary")
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 10 if records would be created or changed")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

const exitChanges = 10

// planError returns the exit code of a plan.
func planError(imp *ledger.Import, detailed bool) error {
	counts := imp.Tally.Counts.All()
	switch {
	case imp.State == ledger.Planned && imp.Code != "":
		return exitError{code: exitHeld}
	case imp.State == ledger.Planned && detailed && counts.Created+counts.Updated > 0:
		return exitError{code: exitChanges}
	}
	return outcomeError(imp)
}
