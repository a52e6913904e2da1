package open

import (
	"cmp"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/usage"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/message"
)

// AddFlags adds the flags that this package reads to all commands.
func AddFlags(root *cobra.Command) {
	root.PersistentFlags().StringP("config", "c", "", "configuration `FILE` (default inlet.yaml, if it exists)")
	root.PersistentFlags().String("lang", "", "`LANGUAGE` of the output and of what is written, en or sv (default: language: of the configuration, en)")
	root.PersistentFlags().String("store", "", "the `STORE`: sqlite:PATH, mongodb://HOST/DATABASE, or a name under stores: in the configuration")
}

// Config loads the configuration that a command's flags name.
func Config(cmd *cobra.Command, more ...load.Option) (config.Config, error) {
	cfg, err := load.Load(ConfigFile(cmd), append(more, load.Flags(cmd.Flags()), drives.Check(), load.Fields(assembly.BuiltInFields()))...)
	if err != nil {
		return cfg, exitcode.Usage.With(err)
	}
	if ConfigFile(cmd) == "" && !cmd.Flag("store").Changed && os.Getenv("INLET_STORE_URI") == "" {
		noteService(cmd.ErrOrStderr(), cfg.Language)
	}
	return cfg, nil
}

// ConfigFile returns the configuration file that a command reads; "" if it reads none.
func ConfigFile(cmd *cobra.Command) string {
	path, _ := cmd.Flags().GetString("config") // every command has the flag
	if path == "" {
		if _, err := os.Stat(DefaultConfig); err == nil {
			return DefaultConfig
		}
	}
	return path
}

// Source finds a source of the configuration, and the configuration of its store.
func Source(cmd *cobra.Command, name string) (config.Config, config.Source, error) {
	cfg, err := Config(cmd)
	if err != nil {
		return cfg, config.Source{}, err
	}
	var names []string
	for _, store := range cfg.StoreNames() {
		of := cfg.For(store)
		for _, s := range of.Sources {
			if names = append(names, s.Name); s.Name == name {
				return of, s, nil
			}
		}
	}
	has := message.Errorf("the source %q was not found; the configuration has no sources", name)
	if len(names) > 0 {
		has = message.Errorf("the source %q was not found; the configuration has %s", name, strings.Join(names, ", "))
	}
	return cfg, config.Source{}, exitcode.Usage.With(has)
}

// Language returns the language of a command, also where its flags or its configuration have a mistake.
func Language(cmd *cobra.Command) string {
	if lang := usage.LanguageFlag(cmd, os.Args[1:]); slices.Contains(config.Languages, lang) {
		return lang
	}
	cfg, err := Config(cmd)
	return cmp.Or(config.LanguageOf(err), cfg.Language)
}
