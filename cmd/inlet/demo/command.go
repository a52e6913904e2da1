package demo

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/terminal"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/message"
)

// Command returns the command demo.
func Command() *cobra.Command {
	var keep bool
	var mongo string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a demonstration: the daemon with a temporary inbox and an example workbook",
		Long: `Run the daemon on a temporary inbox and show what it does: an example workbook is imported, its rejected row corrected and imported too, the same
workbook recognised, a changed one planned and imported, and that import undone.

With --keep, the folder with the inbox, the configuration and the records is left for you to look at. With --mongodb, the records are in a
MongoDB database, which must be empty.`,
		Example: `  inlet demo
  inlet demo --keep
  inlet demo --mongodb mongodb://localhost:27017/inlet_demo`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load.Load("", load.Flags(cmd.Flags()), load.Fields(assembly.BuiltInFields())) // of the language
			if err != nil {
				return exitcode.Usage.With(err)
			}
			if mongo != "" && !strings.HasPrefix(mongo, "mongodb://") && !strings.HasPrefix(mongo, "mongodb+srv://") {
				return exitcode.Usage.With(message.Errorf("--mongodb %s is not the URI of a MongoDB database, e.g. mongodb://localhost:27017/inlet_demo", mongo))
			}
			dir, err := os.MkdirTemp("", "inlet-demo-")
			if err != nil {
				return exitcode.Failed.With(err)
			}
			if !keep {
				defer os.RemoveAll(dir)
			}
			d := demo{Dir: dir, Store: mongo, Language: cfg.Language, Screen: cmd.OutOrStdout()}
			if err := d.run(cmd.Context()); err != nil {
				return exitcode.Wrap(cmd.Context(), err)
			}
			farewell(cmd, cfg.Language, dir, mongo, keep)
			return nil
		},
	}
	cmd.Flags().BoolVar(&keep, "keep", false, "leave the folder of the demonstration")
	cmd.Flags().StringVar(&mongo, "mongodb", "", "`URI` of an empty MongoDB database for the records (default: a SQLite file in the folder)")
	return cmd
}

// farewell says what is left of the demonstration, and what to do next.
func farewell(cmd *cobra.Command, lang, dir, mongo string, keep bool) {
	out := terminal.Fold(cmd.OutOrStdout())
	fmt.Fprintln(out)
	switch {
	case keep && mongo != "":
		fmt.Fprintf(out, message.Word(lang, "The folder is %s, and the records are in the database. To look at them:\n\n  cd %s\n  inlet list --store %s\n"), dir, dir, "URI")
	case keep:
		fmt.Fprintf(out, message.Word(lang, "The folder is %s. To look at it:\n\n  cd %s\n  inlet list\n  inlet run\n"), dir, dir)
	case mongo != "":
		fmt.Fprint(out, message.Word(lang, "The folder was deleted. The records are still in the database.\n"))
	default:
		fmt.Fprint(out, message.Word(lang, "The folder was deleted.\n"))
	}
	fmt.Fprint(out, "\n"+message.Word(lang, "To set up an inbox of your own: inlet init\n"))
}
