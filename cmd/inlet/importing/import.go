package importing

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/outcome"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/workbook"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Import returns the command import.
func Import() *cobra.Command {
	var sidecar, archive string
	var asJSON, quiet, approve bool
	cmd := &cobra.Command{
		Use:   "import BOOK",
		Short: "Import one workbook now",
		Long: `Import one workbook now, as if it had been put into an inbox. It stays where it is, unless --archive names a folder.

The mapping is BOOK.mapping.yaml or BOOK.mapping.yml in the same folder (kunder.mapping.yaml for kunder.xlsx), unless --mapping names
another file. If a file has almost this name, the import is held; so is a workbook that a sync program has named as a conflict copy.
--approve imports it anyway. A workbook without a usable mapping is held too, and the suggested mapping is written beside it; --approve uses
that, and adds the field account.custom.customer_number if the workbook has a column of customer numbers.
If the command is interrupted, run it again to continue where it stopped.

Exit codes: 0 done · 1 failed or refused · 2 wrong usage or configuration · 3 done, some rows rejected or parked · 4 held · 5 store cannot
be reached, try again later · 130 interrupted.`,
		Example: `  inlet import kunder.xlsx --store mongodb://localhost/crm
  inlet import kunder.csv --mapping kunder.yaml --json | jq .`,
		Args:              usage.One("workbook", "inlet import BOOK"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			job, err := workbook.Job(open.Language(cmd), args[0], sidecar, archive)
			if err != nil {
				return exitcode.Failed.With(err)
			}
			return open.Store(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet || asJSON, parts.Language)
				job.Progress, job.Language, job.Approve = bar.Update, parts.Language, approve
				rep, err := runImport(ctx, parts, job)
				bar.Clear()
				if err != nil {
					return outcome.Stopped(ctx, bar, err, outcome.BegunBefore(ctx, parts, &rep.Import))
				}
				workbook.NoteText(cmd, args[0], parts.Language)
				if asJSON {
					err = outcome.JSON(ctx, cmd, parts, &rep.Import)
				} else {
					err = outcome.Text(ctx, cmd, parts, &rep.Import)
				}
				return errors.Join(err, exitcode.OfImport(&rep.Import))
			})
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().StringVar(&archive, "archive", "", "move the workbook to `DIR` when its import has ended")
	cmd.Flags().BoolVar(&approve, "approve", false, "also import what would be held (a cap, changed headings, unknown IDs); check the plan first")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line: problems, then the summary")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

// runImport imports a workbook. Where it is approved beforehand, the field that its suggested mapping wants is added first.
func runImport(ctx context.Context, parts *assembly.Parts, job pipeline.Job) (rep report.Report, err error) {
	if err := parts.DeclareFor(ctx, audited.Who(), job); err != nil {
		return rep, err
	}
	err = audited.Do(ctx, parts, audit.Entry{What: audit.Import, Of: job.Name}, func() error {
		rep, err = parts.Pipeline.Run(ctx, job)
		return err
	})
	return rep, err
}
