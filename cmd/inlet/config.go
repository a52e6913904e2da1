package main

import (
	"errors"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon/config/schema"
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Describe the configuration, for editors",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("the command is missing: inlet config schema (to check a configuration, use inlet check)")
		},
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
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(schema.JSON())
			return err
		},
	}
}
