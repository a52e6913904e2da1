package history

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/outcome"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
)

// Show returns the command show.
func Show() *cobra.Command {
	var asJSON, rows bool
	cmd := &cobra.Command{
		Use:               "show IMPORT",
		Short:             "Show one import: its counts and the rows with problems",
		Args:              usage.One("import", "inlet show IMPORT"),
		ValidArgsFunction: completion.Import(func(*ledger.Import) bool { return true }),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.ConfigOfImport(cmd, args[0])
			if err != nil {
				return err
			}
			return open.ExistingOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				imp, err := listing.Find(ctx, parts, args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return showJSON(ctx, cmd.OutOrStdout(), parts, &imp, rows)
				}
				return showText(ctx, cmd.OutOrStdout(), parts, &imp, rows)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON: the import, then a line for each problem")
	cmd.Flags().BoolVar(&rows, "rows", false, "show every row with its outcome")
	return cmd
}

func showText(ctx context.Context, w io.Writer, parts *assembly.Parts, imp *ledger.Import, rows bool) error {
	letters, err := parts.Store.Outbox.Of(ctx, imp)
	if err != nil {
		return err
	}
	if err := report.Show(terminal.Fold(w), imp, letters, parts.Language); err != nil {
		return err
	}
	if rows {
		return outcome.EachChange(ctx, parts, imp.ID, func(c *ledger.Change) error {
			_, err := fmt.Fprintf(w, "  %-14s %-8s %-10s %-4s %s\n", report.Where(c.Ref, parts.Language), c.Kind, c.Action, c.Rule, c.ID)
			return err
		})
	}
	return outcome.EachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error {
		return report.Problem(terminal.Fold(w), p, parts.Language, terminal.Colours(w))
	})
}

func showJSON(ctx context.Context, w io.Writer, parts *assembly.Parts, imp *ledger.Import, rows bool) error {
	err := message.NewEncoder(w).Encode(listing.Of(imp))
	if rows {
		enc := message.NewEncoder(w)
		return errors.Join(err, outcome.EachChange(ctx, parts, imp.ID, func(c *ledger.Change) error { return enc.Encode(c) }))
	}
	return errors.Join(err, outcome.EachProblem(ctx, parts, imp.ID, func(p *ledger.Problem) error { return report.ProblemJSON(w, p, parts.Language) }))
}
