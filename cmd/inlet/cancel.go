package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
)

func cancelCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel IMPORT",
		Short: "Have the daemon end the import in hand after the batch that it writes",
		Long: `Have the daemon end the import in hand after the batch that it writes, within seconds. The next workbooks are imported.

What was written stays, and the workbook stays with inlet: inlet resume IMPORT writes the rest, inlet undo IMPORT takes back what was written and
puts the workbook into the failed folder.`,
		Args: oneArgument("import", "inlet cancel IMPORT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				imp, ok, err := parts.Store.Imports.Import(ctx, args[0])
				switch {
				case err != nil:
					return err
				case !ok:
					return fmt.Errorf("there is no import %s; `inlet list` has them", args[0])
				case imp.State != ledger.Running:
					return fmt.Errorf("import %s is not running but %s", imp.ID, imp.State)
				case imp.Arrival == "":
					return fmt.Errorf("import %s was begun by a command: press Ctrl-C there", imp.ID)
				}
				if err := parts.Store.Cancellations.Request(ctx, imp.ID); err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s ends after the batch in hand; then `inlet resume %s` writes the rest, or `inlet undo %s` takes back what was written\n", imp.ID, imp.ID, imp.ID)
				return err
			})
		},
	}
}
