package history

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/store/audit"
)

// Audit returns the command audit.
func Audit() *cobra.Command {
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "List who did what: on the pages, by the API and with commands",
		Long: `List who changed something, the newest first: the login of a page, the token of a program, or user@host of a command. What an act was about
follows it. Entries are kept for as long as retention.audit of the configuration says, by default for ever.`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return exitcode.Usage.With(message.Errorf("--limit %d is too small; write 1 or more", limit))
			}
			return open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				all, err := parts.Store.Audit.List(ctx, "", limit)
				if err != nil {
					return err
				}
				return printAudit(cmd.OutOrStdout(), all, asJSON, parts.Language)
			})
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 50, "maximum number of entries")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per line")
	return cmd
}

func printAudit(w io.Writer, all []audit.Kept, asJSON bool, lang string) error {
	if asJSON {
		enc := message.NewEncoder(w)
		for i := range all {
			if err := enc.Encode(&all[i].Entry); err != nil {
				return err
			}
		}
		return nil
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, message.Word(lang, "Nothing has been recorded yet."))
		return err
	}
	t := terminal.NewTable(message.Word(lang, "When"), message.Word(lang, "Who"), message.Word(lang, "What"), message.Word(lang, "Of"), message.Word(lang, "Inbox"), message.Word(lang, "Failed"))
	for i := range all {
		e := &all[i].Entry
		t.Add(e.At.Local().Format(time.DateTime), message.Plain(cmp.Or(e.Who, message.Word(lang, "a user of the host"))), report.Act(e.What, lang), message.Plain(cmp.Or(e.Import, e.Of)), e.Inbox, message.Plain(e.Failed))
	}
	t.Print(w)
	return nil
}
