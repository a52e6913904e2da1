package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/settings"
)

// Command returns the command init.
func Command() *cobra.Command {
	var a answers
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Set up an inbox: write a configuration, and a folder with a template and a read-me",
		Long: `Write a commented configuration, inlet.yaml, and create the inbox with a template workbook and a short text for the people who share the folder.

On a terminal, three questions are asked: the language, the folder, and where records are stored. The flags --lang, --inbox and --store answer
them; without a terminal, what has no flag has its default. Nothing that exists is overwritten.`,
		Example: `  inlet init
  inlet init --inbox /srv/kunder --store mongodb://localhost:27017/crm --lang sv`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.Language, _ = cmd.Flags().GetString("lang")
			a.Store, _ = cmd.Flags().GetString("store")
			path, _ := cmd.Flags().GetString("config")
			path = cmp.Or(path, open.DefaultConfig)
			if _, err := os.Lstat(path); err == nil {
				return exitcode.Usage.With(message.Errorf("%s already exists: change it with an editor, or name another file with --config", path))
			}
			if terminal.Is(cmd.InOrStdin()) {
				var err error
				if a, err = ask(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), a); err != nil {
					return exitcode.Wrap(cmd.Context(), err)
				}
				fmt.Fprintln(cmd.OutOrStdout())
			}
			return initialize(cmd.Context(), cmd, site{answers: a.withDefaults(), Config: path})
		},
	}
	cmd.Flags().StringVar(&a.Inbox, "inbox", "", "`FOLDER` that people save their workbooks in (default inbox)")
	return cmd
}

// initialize writes the configuration and the inbox, and says what to do next. A configuration that cannot be used is removed again.
func initialize(ctx context.Context, cmd *cobra.Command, site site) error {
	written, err := site.writeConfig()
	if err != nil {
		return exitcode.Wrap(ctx, err)
	}
	for _, flag := range []string{"store", "lang"} { // they are in the configuration now; beside it they would hide a mistake there
		cmd.Flags().Lookup(flag).Changed = false
	}
	if err := cmd.Flags().Set("config", site.Config); err != nil {
		return err
	}
	cfg, err := open.Config(cmd)
	if err != nil {
		return errors.Join(err, removeAll(written))
	}
	schema, err := assembly.Schema(cfg, settings.Additions{})
	if err != nil {
		return errors.Join(exitcode.Usage.With(err), removeAll(written))
	}
	inbox, err := site.writeInbox(schema)
	if err != nil {
		return errors.Join(exitcode.Wrap(ctx, err), removeAll(written))
	}
	site.printNext(cmd.OutOrStdout(), append(written, inbox...))
	return nil
}
