package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/audited"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/web/access"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/settings"
)

// Token returns the command token.
func Token() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Create, list and revoke the tokens by which programs use the API",
		Long: `A token lets a program do what its verbs say, in its inboxes, until it expires:

  read      look at imports, inboxes and sources; with all inboxes also at records
  upload    send workbooks (inlet push), and see what became of them
  decide    approve and discard held imports, and tick off rejected rows
  undo      undo imports
  run       cancel imports, pause, resume and poll

It is sent in the header Authorization, and kept in the store as a hash. Every daemon of the store accepts it.`,
		Example: `  inlet token create erp --inbox kunder --verb upload > erp.token
  inlet token list
  inlet token revoke erp`,
		Args: usage.Commands,
		RunE: usage.Missing,
	}
	cmd.AddCommand(tokenCreate(), tokenList(), tokenRevoke())
	return cmd
}

func tokenCreate() *cobra.Command {
	t := settings.APIToken{}
	var days int
	cmd := &cobra.Command{
		Use:   "create NAME --inbox INBOX --verb VERB",
		Short: "Create a token, and print it: it cannot be shown again",
		Args:  usage.One("name", "inlet token create erp --inbox kunder --verb upload"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := open.StoreConfig(cmd)
			if err != nil {
				return err
			}
			for _, verb := range t.Verbs {
				if !slices.Contains(access.Verbs, verb) {
					return exitcode.Usage.With(message.Errorf("--verb %s is none of %s", verb, strings.Join(access.Verbs, ", ")))
				}
			}
			for _, name := range t.Inboxes {
				if name != settings.AllInboxes && !slices.ContainsFunc(cfg.Inboxes, func(in config.Inbox) bool { return in.Name == name }) {
					return exitcode.Usage.With(message.Errorf("--inbox %s is not an inbox of the configuration; --inbox '*' stands for all", name))
				}
			}
			return open.StoreOf(cmd, cfg, func(ctx context.Context, parts *assembly.Parts) error {
				t.Name, t.By, t.Expires = args[0], audited.Who(), time.Now().UTC().AddDate(0, 0, days).Truncate(time.Second)
				var secret string
				err := audited.Do(ctx, parts, audit.Entry{What: audit.NewToken, Of: t.Name}, func() (err error) {
					secret, err = parts.Store.APITokens.Create(ctx, t)
					return err
				})
				if isTokenMistake(err) {
					return exitcode.Usage.With(err)
				}
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.ErrOrStderr(), message.Word(parts.Language, "The token %s expires on %s. It cannot be shown again:\n"), t.Name, t.Expires.Local().Format(time.DateOnly))
				_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
				return err
			})
		},
	}
	cmd.Flags().StringArrayVar(&t.Inboxes, "inbox", nil, "`INBOX` that it may be used for, '*' for all; repeat the flag for several")
	cmd.Flags().StringArrayVar(&t.Verbs, "verb", nil, "`VERB`: "+strings.Join(access.Verbs, ", ")+"; repeat the flag for several")
	cmd.Flags().IntVar(&days, "days", 90, "`DAYS` until it expires")
	return cmd
}

// isTokenMistake reports whether a token cannot be created because of what was written.
func isTokenMistake(err error) bool {
	return slices.ContainsFunc([]error{settings.ErrTokenName, settings.ErrTokenExists, settings.ErrTokenScope, settings.ErrTokenTime}, func(is error) bool { return errors.Is(err, is) })
}

func tokenList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the tokens, those that have expired too",
		Args:  usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				all, err := parts.Store.APITokens.All(ctx)
				if err != nil {
					return err
				}
				lang := parts.Language
				if len(all) == 0 {
					_, err := fmt.Fprintln(cmd.OutOrStdout(), message.Word(lang, "No tokens yet. See: inlet token create --help"))
					return err
				}
				table := terminal.NewTable(message.Word(lang, "Name"), message.Word(lang, "Inboxes"), message.Word(lang, "Verbs"), message.Word(lang, "Created"), message.Word(lang, "Expires"), message.Word(lang, "By"))
				for i := range all {
					t := &all[i]
					expires := t.Expires.Local().Format(time.DateOnly)
					if t.Over(time.Now()) {
						expires += " " + message.Word(lang, "(expired)")
					}
					table.Add(t.Name, strings.Join(t.Inboxes, ", "), strings.Join(t.Verbs, ", "), t.Created.Local().Format(time.DateOnly), expires, message.Plain(t.By))
				}
				table.Print(cmd.OutOrStdout())
				return nil
			})
		},
	}
}

func tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke NAME",
		Short: "Revoke a token: the next request with it is refused",
		Args:  usage.One("name", "inlet token revoke erp"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return open.Existing(cmd, func(ctx context.Context, parts *assembly.Parts) error {
				return audited.Do(ctx, parts, audit.Entry{What: audit.RevokeToken, Of: args[0]}, func() error {
					was, err := parts.Store.APITokens.Revoke(ctx, args[0])
					switch {
					case err != nil:
						return err
					case !was:
						return fmt.Errorf(message.Word(parts.Language, "there is no token named %s; `inlet token list` lists them"), args[0])
					}
					_, err = fmt.Fprintf(cmd.OutOrStdout(), message.Word(parts.Language, "%s revoked\n"), args[0])
					return err
				})
			})
		},
	}
}
