package importing

import (
	"context"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/outcome"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/workbook"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
)

// Plan returns the command plan.
func Plan() *cobra.Command {
	var sidecar string
	var asJSON, quiet, detailed bool
	cmd := &cobra.Command{
		Use:   "plan BOOK",
		Short: "Show what an import would do, without writing anything",
		Long: `Show what an import would do: first the counts, then row by row and field by field: + a record is created, ~ a record is changed
(old → new), ! a row is rejected or parked, with its candidates. Nothing is written; the import will have the same counts, if nothing else
writes in the meantime.

Exit codes: 0 it can be imported · 1 failed or refused · 2 wrong usage or configuration · 3 some rows would be rejected or parked · 4 it would
be held · 5 store cannot be reached · 10 with --detailed-exitcode: records would be created or changed.`,
		Example: `  inlet plan kunder.xlsx --store mongodb://localhost/crm
  inlet plan kunder.xlsx --json | jq -c 'select(.action == "update")'`,
		Args:              usage.One("workbook", "inlet plan BOOK"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := workbook.Job(open.Language(cmd), args[0], sidecar, "")
			if err != nil {
				return exitcode.Failed.With(err)
			}
			return open.OrEmpty(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet || asJSON, parts.Language)
				job.Progress, job.Language = bar.Update, parts.Language
				rep, err := outcome.Plan(cmd.OutOrStdout(), parts, asJSON, func(each outcome.ChangesFunc) (report.Report, error) {
					defer bar.Clear()
					return parts.Pipeline.Plan(ctx, job, each)
				})
				workbook.NoteText(cmd, args[0], parts.Language)
				if err != nil {
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

// planError returns the exit code of a plan.
func planError(imp *ledger.Import, detailed bool) error {
	counts := imp.Tally.Counts.All()
	switch {
	case imp.State == ledger.Planned && imp.Code != "":
		return exitcode.Held.With(nil)
	case imp.State == ledger.Planned && detailed && counts.Created+counts.Updated > 0:
		return exitcode.Changes.With(nil)
	}
	return exitcode.OfImport(imp)
}
