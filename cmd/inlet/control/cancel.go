package control

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Cancel returns the command cancel.
func Cancel() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel IMPORT",
		Short: "Cancel the running import after its current batch",
		Long: `Cancel the running import of the daemon after its current batch, within seconds. The daemon then imports the next workbooks.

What was written is kept, and inlet keeps the workbook: inlet resume IMPORT writes the rest, inlet undo IMPORT undoes what was written and
moves the workbook to the folder failed.`,
		Args:              usage.One("import", "inlet cancel IMPORT"),
		ValidArgsFunction: completion.Import(isRunning),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.ConfigOfImport(cmd, args[0])
			if err != nil {
				return err
			}
			return open.StoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				imp, err := listing.Find(ctx, parts, args[0])
				switch {
				case err != nil:
					return err
				case imp.State != ledger.Running:
					return fmt.Errorf(message.Word(parts.Language, "import %s cannot be cancelled: it is not running, its state is %s"), imp.ID, report.State(imp.State, parts.Language))
				case imp.Arrival == "":
					return fmt.Errorf(message.Word(parts.Language, "import %s was started by a command: press Ctrl-C there"), imp.ID)
				}
				err = audited.Do(ctx, parts, audit.Entry{What: audit.Cancel, Import: imp.ID, Inbox: imp.Inbox}, func() error { return parts.Store.Cancellations.Request(ctx, imp.ID) })
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s will end after the current batch; then `inlet resume %s` writes the rest, or `inlet undo %s` undoes what was written\n"), imp.ID, imp.ID, imp.ID)
				return err
			})
		},
	}
}

func isRunning(imp *ledger.Import) bool { return imp.State == ledger.Running }
