package control

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/outcome"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Undo returns the command undo.
func Undo() *cobra.Command {
	var asJSON, dry, quiet bool
	cmd := &cobra.Command{
		Use:   "undo IMPORT",
		Short: "Undo an import: remove the records that it created, and restore the values that it changed",
		Long: `Undo one import. Records that it created are removed, and cells that it changed get their old values. What was changed after the import is
kept and listed: a cell, a record, an account that has other contacts. The file can then be imported again.

The undo is an import of its own: inlet list shows it, and inlet undo of it restores what it removed. If the command is interrupted, run it
again to continue where it stopped. An import that is stuck can be undone too; its file goes to the folder failed.

Exit codes: 0 everything was undone · 1 failed, or there is nothing to undo · 3 some of it was kept · 5 store cannot be reached, try again
later · 130 interrupted.`,
		Example: `  inlet undo k3vq7ra2mxce-1 --dry-run
  inlet undo k3vq7ra2mxce-1`,
		Args:              usage.One("import", "inlet undo IMPORT"),
		ValidArgsFunction: completion.Import(mayUndo),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.ConfigOfImport(cmd, args[0])
			if err != nil {
				return err
			}
			return open.ExistingOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet || asJSON, parts.Language)
				id, err := listing.Resolve(ctx, parts.Store.Imports, args[0])
				if err != nil {
					return err
				}
				run := undo
				if dry {
					run = planUndo
				}
				rep, err := run(ctx, cmd, parts, bar, id, asJSON)
				bar.Clear()
				if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
					return errors.New(report.Refused(refusal, parts.Language))
				}
				switch {
				case err != nil && dry:
					return err
				case err != nil:
					return outcome.Stopped(ctx, bar, err, &rep.Import)
				}
				return exitcode.OfImport(&rep.Import)
			})
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "show what would be undone, without writing anything")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line: what is kept (with --dry-run all changes), then the summary")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

func undo(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, bar *terminal.Progress, id string, asJSON bool) (report.Report, error) {
	imp, _, err := parts.Store.Imports.Import(ctx, id)
	if err != nil {
		return report.Report{}, err
	}
	var rep report.Report
	err = audited.Do(ctx, parts, audit.Entry{What: audit.Undo, Import: id, Inbox: imp.Inbox}, func() (err error) {
		rep, err = parts.Pipeline.Undo(ctx, pipeline.Job{Language: parts.Language, Progress: bar.Update}, id)
		return err
	})
	bar.Clear()
	if err != nil {
		return rep, err
	}
	if asJSON {
		return rep, outcome.JSON(ctx, cmd, parts, &rep.Import)
	}
	return rep, outcome.Text(ctx, cmd, parts, &rep.Import)
}

func planUndo(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, bar *terminal.Progress, id string, asJSON bool) (report.Report, error) {
	return outcome.Plan(cmd.OutOrStdout(), parts, asJSON, func(each outcome.ChangesFunc) (report.Report, error) {
		defer bar.Clear()
		return parts.Pipeline.PlanUndo(ctx, pipeline.Job{Language: parts.Language, Progress: bar.Update}, id, each)
	})
}

func mayUndo(imp *ledger.Import) bool {
	return imp.UndoneBy == "" && (imp.State == ledger.Done || imp.State.Waits())
}
