package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
)

func moveCommand() *cobra.Command {
	var leaveOut, quiet bool
	cmd := &cobra.Command{
		Use: "move FROM TO", Args: usage.Arguments(2, 2),
		Short: "Copy a store into an empty database, also of another kind, and compare the two",
		Long: `Copy everything that the store FROM holds into the database TO, which must be empty, and compare the two. Stop the daemons of FROM first.
FROM is not changed. If the command is interrupted, run it again to continue. Exit code 0 means that both hold the same.

  inlet move sqlite:inlet.db mongodb://localhost/inlet`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			from, to := storeCalled(cfg, args[0]), storeCalled(cfg, args[1])
			if path, missing := storeMissing(config.Config{Store: from}); missing {
				return exitError{exitFailed, fmt.Errorf("the store %s was not found", path)}
			}
			bar := terminal.NewProgress(cmd.ErrOrStderr(), quiet, cfg.Language)
			comparison, err := assembly.Move(cmd.Context(), from, to, leaveOut, bar.Update)
			bar.Clear()
			if err != nil {
				return withExitCode(cmd.Context(), err)
			}
			t := terminal.NewTable("", "FROM", "", "TO", "")
			for _, p := range comparison {
				t.Add(p.Name, p.From.Count, p.From.Sum, p.To.Count, p.To.Sum)
			}
			if t.Print(cmd.OutOrStdout()); !comparison.Equal() {
				return exitError{exitFailed, errors.New("FROM and TO differ: was FROM changed meanwhile? Stop all that writes to it, empty TO, and run the command again")}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&leaveOut, "leave-out-foreign", false, "leave out the values of other programs that TO cannot hold")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not show progress")
	return cmd
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
