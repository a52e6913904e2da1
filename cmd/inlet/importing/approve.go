package importing

import (
	"cmp"
	"context"
	"errors"
	"fmt"

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
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/filename"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Approve returns the command approve.
func Approve() *cobra.Command {
	return &cobra.Command{
		Use:   "approve IMPORT",
		Short: "Approve an import that is held, so that it is imported",
		Long: `Import a workbook that is in the folder held, after you have checked its plan. A workbook that came without a usable mapping is imported with
the suggested one; if that has a column of customer numbers, the field account.custom.customer_number is added. An ambiguous date cannot be
approved: set layouts for its column in the mapping, and put both files into the inbox again.`,
		Args:              usage.One("import", "inlet approve IMPORT"),
		ValidArgsFunction: completion.Import(isHeld),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withHeld(cmd, args[0], func(ctx context.Context, parts *assembly.Parts, job pipeline.Job, imp ledger.Import) error {
				if err := checkFromInbox(&imp, parts.Language); err != nil {
					return err
				}
				if err := parts.DeclareSuggested(ctx, audited.Who(), &imp); err != nil {
					return err
				}
				bar := terminal.NewProgress(cmd.ErrOrStderr(), false, parts.Language)
				job.Progress = bar.Update
				var rep report.Report
				err := audited.Do(ctx, parts, audit.Entry{What: audit.Approve, Import: imp.ID, Inbox: imp.Inbox}, func() (err error) {
					rep, err = parts.Pipeline.Approve(ctx, job, imp)
					return err
				})
				bar.Clear()
				if err != nil {
					return outcome.Stopped(ctx, bar, err, outcome.BegunBefore(ctx, parts, &rep.Import))
				}
				return errors.Join(outcome.Text(ctx, cmd, parts, &rep.Import), exitcode.OfImport(&rep.Import))
			})
		},
	}
}

// Discard returns the command discard.
func Discard() *cobra.Command {
	return &cobra.Command{
		Use:   "discard IMPORT",
		Short: "Discard an import that is held, or that is stuck and has written nothing: its file goes to the folder failed",
		Long: `Discard an import that is held. Its file is moved from the folder held to the folder failed, with the reason; a file that was imported by a
command stays where it is. An import whose file no longer exists ends as well.

An import that is stuck or cancelled and has written nothing can be discarded too; the daemon moves its file. To undo an import that has
written something, use inlet undo.`,
		Args:              usage.One("import", "inlet discard IMPORT"),
		ValidArgsFunction: completion.Import(mayEnd),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withHeld(cmd, args[0], func(ctx context.Context, parts *assembly.Parts, job pipeline.Job, imp ledger.Import) error {
				return audited.Do(ctx, parts, audit.Entry{What: audit.Discard, Import: imp.ID, Inbox: imp.Inbox}, func() error {
					if imp.State.Waits() {
						return discardStuck(ctx, cmd, parts, imp)
					}
					rep, err := parts.Pipeline.Discard(ctx, job, imp)
					if err != nil {
						return err
					}
					return report.Text(cmd.OutOrStdout(), &rep.Import, parts.Language)
				})
			})
		},
	}
}

// discardStuck ends an import that is stuck or cancelled and has written nothing.
func discardStuck(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, imp ledger.Import) error {
	imp, err := parts.Pipeline.DiscardStuck(ctx, parts.Language, imp)
	if err != nil {
		return err
	}
	return report.Text(cmd.OutOrStdout(), &imp, parts.Language)
}

// withHeld finds a held import and the job of its workbook.
func withHeld(cmd *cobra.Command, word string, do func(context.Context, *assembly.Parts, pipeline.Job, ledger.Import) error) error {
	cfg, err := open.ConfigOfImport(cmd, word)
	if err != nil {
		return err
	}
	return open.ExistingOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
		imp, err := listing.Find(ctx, parts, word)
		if err != nil {
			return err
		}
		discards := cmd.Name() == "discard"
		job, err := heldJob(cfg, &imp, discards)
		if err != nil {
			return fmt.Errorf("%s %s: %w", message.Word(cfg.Language, map[bool]string{true: "discard", false: "approve"}[discards]), imp.ID, err)
		}
		return do(ctx, parts, job, imp)
	})
}

// heldJob returns the job of an import that is or was held.
func heldJob(cfg config.Config, imp *ledger.Import, discards bool) (pipeline.Job, error) {
	if imp.Inbox == "" { // it stayed where it was
		return pipeline.Job{Name: imp.Workbook, Workbook: cmp.Or(imp.Archived, imp.Workbook), Language: cfg.Language}, nil
	}
	for _, inbox := range cfg.Inboxes {
		if inbox.Name == imp.Inbox {
			return assembly.HeldJob(inbox, cfg.Sources, *imp)
		}
	}
	if imp.State == ledger.Held && discards { // it ends, and its file stays where it is
		return pipeline.Job{Name: imp.Workbook, Workbook: imp.Archived, Language: cfg.Language}, nil
	}
	return pipeline.Job{}, fmt.Errorf(message.Word(cfg.Language, "it came from the inbox %q, which is no longer in the configuration: add the inbox again, or discard the import"), imp.Inbox)
}

// checkFromInbox returns an error for an import that was held on the command line, with the command that imports it.
func checkFromInbox(imp *ledger.Import, lang string) error {
	if imp.Inbox != "" || imp.State != ledger.Held {
		return nil
	}
	command := "inlet import " + cmp.Or(imp.Archived, imp.Workbook)
	if imp.Beside != "" && imp.Archived == "" && filename.Misnamed(imp.Workbook, imp.Beside) {
		command += " --mapping " + imp.Beside
	}
	return fmt.Errorf(message.Word(lang, "approve %s: its workbook was imported by a command and stayed where it was. Import it with: %s --approve"), imp.ID, command)
}

func isHeld(imp *ledger.Import) bool { return imp.State == ledger.Held }

func mayEnd(imp *ledger.Import) bool { return imp.State == ledger.Held || imp.State.Waits() }
