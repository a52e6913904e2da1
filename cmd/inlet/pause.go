package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"inlet.example/inlet/daemon"
	"inlet.example/inlet/pipeline/store"
)

func pauseCommand() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   "pause",
		Short: "Have the daemon take up no more workbooks until inlet resume",
		Long: `Have every daemon of this store finish the import in hand and take up no other. Workbooks wait where they are, in their order, and nothing is
lost; mails and webhooks are still sent. inlet resume lets it go on. Commands of yours, such as inlet import, are not held up.`,
		Example: `  inlet pause --why "the CRM is moved tonight"
  inlet resume`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withParts(cmd, func(ctx context.Context, parts *daemon.Parts) error {
				p, err := parts.Store.Pause(ctx, why)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "importing is %s; `inlet resume` lets it go on\n", paused(p))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&why, "why", "", "what the others are to know: it stands in the log and in inlet check")
	return cmd
}

// paused says of a pause since when, and why.
func paused(p store.Pause) string {
	text := "paused since " + p.Since.Local().Format(time.DateTime)
	if p.Why != "" {
		text += " (" + p.Why + ")"
	}
	return text
}
