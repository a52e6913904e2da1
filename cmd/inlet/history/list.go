package history

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
)

// List returns the command list.
func List() *cobra.Command {
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the imports, the newest first",
		Long: `List the imports, the newest first. Accounts and contacts are counted as

  + created   x removed by an undo   ~ updated   = unchanged   - skipped   ! rejected, parked, or kept by an undo

On a terminal, IDs are short: the first letters and the number. Every command that takes an IMPORT accepts this form.

Below the imports are the workbooks that were taken from their inbox and are not finished, with the reason; with --json they have
the state "waiting" and no id. deploy/README.md describes the JSON.

For rows that are not records, and for columns and sheets that were not imported, use inlet show IMPORT.`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return exitcode.Usage.With(message.Errorf("--limit %d is too small; write 1 or more", limit))
			}
			cfg, err := open.StoreConfig(cmd)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			err = open.ExistingOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				imports, err := parts.Store.Imports.List(ctx, 0, limit)
				if err != nil {
					return err
				}
				waiting := listing.Claimed(cfg)
				if err := listing.AddReasons(ctx, parts, waiting); err != nil {
					return err
				}
				if asJSON {
					return errors.Join(listing.JSON(out, imports), listing.PrintWaiting(out, waiting, asJSON, parts.Language))
				}
				listing.Text(out, imports, parts.Language)
				return listing.PrintWaiting(out, waiting, asJSON, parts.Language)
			})
			return printWaitingWithoutStore(out, cfg, asJSON, err)
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 20, "maximum number of imports")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line")
	return cmd
}

// printWaitingWithoutStore lists what waits although the store cannot be opened, and returns the cause.
func printWaitingWithoutStore(w io.Writer, cfg config.Config, asJSON bool, cause error) error {
	all := listing.Claimed(cfg)
	if ended, ok := errors.AsType[exitcode.Error](cause); !ok || ended.Code != exitcode.Later && ended.Code != exitcode.Failed || len(all) == 0 {
		return cause
	}
	for i := range all {
		all[i].Why = message.Word(cfg.Language, "the store cannot be reached")
	}
	return errors.Join(listing.PrintWaiting(w, all, asJSON, cfg.Language), cause)
}
