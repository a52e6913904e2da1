package open

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/listing"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/message"
)

// StoreConfig loads the configuration of the one store that a command is about: that which --store names, or that of the key store, or the only one.
func StoreConfig(cmd *cobra.Command) (config.Config, error) {
	cfg, err := Config(cmd)
	if err != nil {
		return cfg, err
	}
	names := cfg.StoreNames()
	if len(names) > 1 && names[0] != config.DefaultStore {
		return cfg, exitcode.Usage.With(message.Errorf("there are several stores; choose one with --store: %s", strings.Join(names, ", ")))
	}
	return cfg.For(names[0]), nil
}

// ConfigOfImport loads the configuration of the store that has an import. A store that cannot be opened matters only if no other has it.
func ConfigOfImport(cmd *cobra.Command, id string) (config.Config, error) {
	cfg, err := Config(cmd)
	names := cfg.StoreNames()
	if err != nil || len(names) == 1 {
		return cfg.For(names[0]), err
	}
	var in []string
	var failed error
	for _, name := range names {
		of := cfg.For(name)
		if _, missing := Missing(of); missing {
			continue
		}
		err := StoreOf(cmd, of, func(ctx context.Context, parts *assembly.Parts) error {
			resolved, err := listing.Resolve(ctx, parts.Store.Imports, id)
			if err != nil {
				return err
			}
			_, has, err := parts.Store.Imports.Import(ctx, resolved)
			removed, removedErr := parts.Store.Imports.Removed(ctx, resolved)
			if has || removed {
				in = append(in, name)
			}
			return cmp.Or(err, removedErr)
		})
		failed = cmp.Or(failed, err)
	}
	switch {
	case len(in) == 1:
		return cfg.For(in[0]), nil
	case len(in) > 1:
		return cfg, exitcode.Usage.With(message.Errorf("several stores have an import %s; choose one with --store: %s", id, strings.Join(in, ", ")))
	case failed != nil:
		return cfg, failed
	}
	return cfg, exitcode.Failed.With(message.Errorf("import %s was not found in any store; `inlet list --store NAME` lists the imports of %s", id, strings.Join(names, ", ")))
}
