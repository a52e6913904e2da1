package doctor

import (
	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
)

// Command returns the command doctor.
func Command() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Report what inlet finds on this host, to whoever looks for a fault",
		Long: `Examine the program, the daemon, the stores, the inboxes, the sources, the mail server and webhooks, the clock and the disks, and print a
report of a page. Nothing is changed, and no secret is in the report: it can be sent to a maintainer. A daemon may be running.

The exit code is 0 if nothing needs a person, otherwise 1.`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := open.Config(cmd)
			rep := Examine(cmd.Context(), Site{Config: cfg, File: open.ConfigFile(cmd), Mistake: err})
			write := rep.Write
			if asJSON {
				write = rep.WriteJSON
			}
			if err := write(cmd.OutOrStdout()); err != nil {
				return err
			}
			if rep.Wrong > 0 {
				return exitcode.Failed.With(nil)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}
