package mappings

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/open"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/message"
)

// Template returns the command template.
func Template() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "template",
		Short: "Write a template workbook with a column for every field",
		Long: `Write a template workbook with one column for every field of accounts and contacts, including the custom fields. A workbook with these
headings needs no mapping. Existing files are not overwritten.`,
		Args: usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := open.StoreConfig(cmd)
			if err != nil {
				return err
			}
			schema, err := open.Schema(cmd, cfg)
			if err != nil {
				return err
			}
			if err := writeTemplate(schema, cfg.Language, out); err != nil {
				return exitcode.Failed.With(err)
			}
			fmt.Fprintln(cmd.ErrOrStderr(), out)
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "template.xlsx", "`FILE` to write")
	return cmd
}

func writeTemplate(schema *crm.Schema, lang, out string) error {
	if _, err := os.Lstat(out); err == nil {
		return fmt.Errorf(message.Word(lang, "%s already exists; choose another file with --out"), out)
	}
	return template.Write(out, schema, lang)
}
