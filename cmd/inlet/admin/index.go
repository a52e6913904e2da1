package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/workbook"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Index returns the command index.
func Index() *cobra.Command {
	var sidecar string
	var prune int
	var quiet bool
	cmd := &cobra.Command{
		Use:   "index [BOOK]",
		Short: "Index the stored records by the match rules of a workbook's mapping, before the first import does it",
		Long: `Index the stored records by the match rules of a workbook's mapping. The first import that matches by new rules does it too, and takes as
long: about ten seconds for 100,000 documents of another application. The daemons go on importing meanwhile. Interrupted, run it again to
continue. Nothing else is written than the field _inlet of each record that needs it.

Without BOOK the records are indexed by all match rules in use. With --prune nothing is indexed, and the rules that no import has used for so many
days are removed.

Exit codes: 0 indexed · 1 failed, or the workbook cannot be imported · 2 wrong usage or configuration · 5 store cannot be reached.`,
		Example: `  inlet index kunder.xlsx
  inlet index --prune 90`,
		Args:              usage.Arguments(0, 1),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && cmd.Flags().Changed("prune") {
				return exitcode.Usage.With(message.Errorf("--prune is for all rules: leave out the workbook"))
			}
			return open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet, parts.Language)
				parts.Store.Index.Progress = bar.Indexed
				if cmd.Flags().Changed("prune") {
					return pruneRules(ctx, cmd, parts, time.Now().AddDate(0, 0, -prune))
				}
				err := audited.Do(ctx, parts, audit.Entry{What: audit.Index, Of: strings.Join(args, "")}, func() error { return index(ctx, parts, args, sidecar) })
				bar.Clear()
				if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
					return errors.New(report.Refused(refusal, parts.Language))
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s records were indexed.\n"), terminal.Grouped(int(parts.Store.Index.Indexed()), parts.Language))
				return err
			})
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().IntVar(&prune, "prune", 90, "remove the rules that no import has used for this many `DAYS`")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

func index(ctx context.Context, parts *assembly.Parts, args []string, sidecar string) error {
	if len(args) == 0 {
		return parts.Pipeline.IndexAgain(ctx)
	}
	job, err := workbook.Job(parts.Language, args[0], sidecar, "")
	if err != nil {
		return exitcode.Failed.With(err)
	}
	job.Language = parts.Language
	return parts.Pipeline.Index(ctx, job)
}

func pruneRules(ctx context.Context, cmd *cobra.Command, parts *assembly.Parts, since time.Time) error {
	var removed []string
	err := audited.Do(ctx, parts, audit.Entry{What: audit.PruneIndex}, func() error {
		return parts.Store.Hold(ctx, func(ctx context.Context) (err error) {
			removed, err = parts.Store.Index.Prune(ctx, since)
			return err
		})
	})
	for _, id := range removed {
		fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "Match rule removed: %s\n"), id)
	}
	return err
}
