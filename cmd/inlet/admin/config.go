package admin

import (
	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/config/schema"
)

// Config returns the command config.
func Config() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Describe the configuration, for editors (inlet check checks one)",
		Args:  usage.Commands,
		RunE:  usage.Missing,
	}
	cmd.AddCommand(configSchemaCommand())
	return cmd
}

func configSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration, for editors",
		Long: `Print the JSON Schema (2020-12) of the configuration. Editors use it to complete keys and to mark mistakes. For editors with the YAML
language server, write as the first line of inlet.yaml:

  # yaml-language-server: $schema=inlet.schema.json`,
		Example: `  inlet config schema > inlet.schema.json`,
		Args:    usage.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(schema.JSON())
			return err
		},
	}
}
