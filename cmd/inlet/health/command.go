package health

import (
	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
)

// Command returns the command healthcheck.
func Command() *cobra.Command {
	var ready bool
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the daemon on this host whether it runs, for containers",
		Long: `Ask the daemon of the configuration, on this host, whether it runs; with --ready, whether its stores respond and its inboxes can be used.
The exit code is 0 if so, otherwise 1.`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := open.Config(cmd)
			if err == nil {
				err = Ask(cmd.Context(), cfg.HTTP, ready)
			}
			if err != nil {
				return exitcode.Failed.With(err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&ready, "ready", false, "ask whether files can be imported")
	return cmd
}
