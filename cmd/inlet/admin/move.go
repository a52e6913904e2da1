package admin

import (
	"fmt"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
)

// Move returns the command move.
func Move() *cobra.Command {
	var opts assembly.MoveOptions
	var quiet, reopen bool
	cmd := &cobra.Command{
		Use: "move FROM TO", Args: usage.Arguments(1, 2),
		Short: "Copy a store into an empty database, also of another kind, and compare the two",
		Long: `Copy everything that the store FROM holds into the database TO, which must be empty, and compare the two. If the command is interrupted, run it
again to continue. Exit code 0 means that both hold the same.

Of FROM nothing is removed, but a daemon that still has it imports nothing from then on, and says where it was moved to: write TO into its
configuration. With --keep FROM stays in use, for a copy. --reopen FROM lets a store be used again that was moved.

  inlet move sqlite:inlet.db mongodb://localhost/inlet`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if reopen == (len(args) == 2) {
				return exitcode.Usage.With(message.Errorf("write inlet move FROM TO, or inlet move --reopen FROM"))
			}
			cfg, err := open.Config(cmd)
			if err != nil {
				return err
			}
			if reopen {
				return reopenStore(cmd, cfg, storeCalled(cfg, args[0]))
			}
			from, to := storeCalled(cfg, args[0]), storeCalled(cfg, args[1])
			if path, missing := open.Missing(config.Config{Store: from}); missing {
				return exitcode.Failed.With(message.Errorf("the store %s was not found", path))
			}
			bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet, cfg.Language)
			opts.Progress = bar.Update
			comparison, err := assembly.Move(cmd.Context(), from, to, opts)
			bar.Clear()
			if err != nil {
				return exitcode.Wrap(cmd.Context(), err)
			}
			t := terminal.NewTable("", "FROM", "", "TO", "")
			for _, p := range comparison {
				t.Add(p.Name, p.From.Count, p.From.Sum, p.To.Count, p.To.Sum)
			}
			if t.Print(cmd.OutOrStdout()); !comparison.Equal() {
				return exitcode.Failed.With(message.Errorf("FROM and TO differ: was FROM changed meanwhile? Stop all that writes to it, empty TO, and run the command again"))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&opts.LeaveOut, "leave-out-foreign", false, "leave out the values of other programs that TO cannot hold")
	cmd.Flags().BoolVar(&opts.Keep, "keep", false, "FROM stays in use: TO is a copy")
	cmd.Flags().BoolVar(&reopen, "reopen", false, "let a store be used again that was moved")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
}

// reopenStore lets a store be used again that was moved.
func reopenStore(cmd *cobra.Command, cfg config.Config, moved config.Store) error {
	if path, missing := open.Missing(config.Config{Store: moved}); missing {
		return exitcode.Failed.With(message.Errorf("the store %s was not found", path))
	}
	to, err := assembly.Reopen(cmd.Context(), moved)
	if err != nil {
		return exitcode.Wrap(cmd.Context(), err)
	}
	text := message.Word(cfg.Language, "The store was not moved; nothing was changed.")
	if to != "" {
		text = fmt.Sprintf(message.Word(cfg.Language, "The store can be used again. What was imported into %s since is not in it."), to)
	}
	fmt.Fprintln(cmd.OutOrStdout(), text)
	return nil
}

// storeCalled returns one of the configured stores by its name, or that of a URI, in which collections and fields are called as in the key store.
func storeCalled(cfg config.Config, nameOrURI string) config.Store {
	if s, ok := cfg.Stores[nameOrURI]; ok {
		return s
	}
	s := cfg.Store
	s.URI = nameOrURI
	return s
}
