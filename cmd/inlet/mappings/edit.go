package mappings

import (
	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/completion"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/mappingedit"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/cmd/inlet/workbook"
)

func mappingEditCommand() *cobra.Command {
	var sidecar, sheetName string
	cmd := &cobra.Command{
		Use:   "edit BOOK",
		Short: "Edit the mapping of a workbook on the terminal: which column is which field, and what to match on",
		Long: `Show the columns of a workbook with examples and the suggested fields, and change them: the arrow keys choose a column, letters look for a field, the
space bar ticks a field to match on, Ctrl-S saves. After each change, the workbook is checked with the new mapping.

The mapping is BOOK.mapping.yaml in the folder of the workbook (kunder.mapping.yaml for kunder.xlsx), unless --mapping names another file. If
it exists, it is changed: only the lines of changed columns, and match. Where it lists several sheets, or tries several match rules in turn, Tab
shows the next one, and + adds a rule. Without a terminal, the suggested mapping is written, to be edited with an editor.`,
		Example:           `  inlet mapping edit kunder.xlsx`,
		Args:              usage.One("workbook", "inlet mapping edit BOOK"),
		ValidArgsFunction: completion.Book,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, p, err := open.Pipeline(cmd)
			if err != nil {
				return err
			}
			if _, err := workbook.Job(cfg.Language, args[0], "", ""); err != nil {
				return exitcode.Failed.With(err)
			}
			s := mappingedit.Session{Pipeline: p, Language: cfg.Language, Book: args[0], Mapping: sidecar, Sheet: sheetName, In: cmd.InOrStdin(), Out: cmd.OutOrStdout()}
			return exitcode.Wrap(cmd.Context(), workbook.ErrorIn(s.Run(cmd.Context()), cfg.Language))
		},
	}
	cmd.Flags().StringVarP(&sidecar, "mapping", "m", "", "mapping `FILE`")
	cmd.Flags().StringVar(&sheetName, "sheet", "", "`NAME` or number of the sheet (default: the first sheet with headings)")
	return cmd
}
