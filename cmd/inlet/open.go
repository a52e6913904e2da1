package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/drives"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/cmd/inlet/setup"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/settings"
)

// defaultConfig is the configuration file that is read if none is named.
const defaultConfig = setup.DefaultConfig

// loadConfig loads the configuration that a command's flags name.
func loadConfig(cmd *cobra.Command, more ...load.Option) (config.Config, error) {
	cfg, err := load.Load(configFile(cmd), append(more, load.Flags(cmd.Flags()), drives.Check(), load.Fields(assembly.BuiltInFields()))...)
	if err != nil {
		return cfg, exitcode.Usage.With(err)
	}
	if configFile(cmd) == "" && !cmd.Flag("store").Changed && os.Getenv("INLET_STORE_URI") == "" {
		setup.NoteService(cmd.ErrOrStderr(), cfg.Language)
	}
	return cfg, nil
}

// configFile returns the configuration file that a command reads; "" if it reads none.
func configFile(cmd *cobra.Command) string {
	path, _ := cmd.Flags().GetString("config") // every command has the flag
	if path == "" {
		if _, err := os.Stat(defaultConfig); err == nil {
			return defaultConfig
		}
	}
	return path
}

// withStore opens the store for a command, and closes it when do has returned.
func withStore(cmd *cobra.Command, do func(ctx context.Context, parts *assembly.Parts) error) error {
	cfg, err := loadStore(cmd)
	if err != nil {
		return err
	}
	return withStoreOf(cmd, cfg, do)
}

func withStoreOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *assembly.Parts) error) error {
	ctx := cmd.Context()
	parts, err := assembly.Open(ctx, cfg, slog.New(slog.DiscardHandler), at)
	if err != nil {
		return exitcode.Wrap(ctx, err)
	}
	defer parts.Close(context.WithoutCancel(ctx))
	return exitcode.Wrap(ctx, do(ctx, parts))
}

// withExistingStore is withStore for a command that is useless without a store. A typing mistake in the path must not create one.
func withExistingStore(cmd *cobra.Command, do func(ctx context.Context, parts *assembly.Parts) error) error {
	cfg, err := loadStore(cmd)
	if err != nil {
		return err
	}
	return withExistingStoreOf(cmd, cfg, do)
}

func withExistingStoreOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *assembly.Parts) error) error {
	if path, missing := storeMissing(cfg); missing {
		return exitcode.Failed.With(fmt.Errorf(message.Word(cfg.Language, "the store %s was not found: check the path (--store, or store: in the configuration), or import something first"), path))
	}
	return withStoreOf(cmd, cfg, do)
}

// withStoreOrEmpty is withStore for a command that only says what would happen. If there is no store yet, it uses a temporary empty one.
func withStoreOrEmpty(cmd *cobra.Command, do func(ctx context.Context, parts *assembly.Parts) error) error {
	cfg, err := loadStore(cmd)
	if err != nil {
		return err
	}
	return withStoreOrEmptyOf(cmd, cfg, do)
}

func withStoreOrEmptyOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *assembly.Parts) error) error {
	if path, missing := storeMissing(cfg); missing {
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return exitcode.Failed.With(fmt.Errorf(message.Word(cfg.Language, "the store %s was not found, and neither was its folder: check the path (--store, or store: in the configuration)"), path))
		}
		dir, err := os.MkdirTemp("", "inlet-empty-*")
		if err != nil {
			return exitcode.Wrap(cmd.Context(), err)
		}
		defer os.RemoveAll(dir)
		cfg.Store.URI = config.EmbeddedURI(filepath.Join(dir, "inlet.db"))
	}
	return withStoreOf(cmd, cfg, do)
}

// storeMissing reports whether the store is a file that does not exist.
func storeMissing(cfg config.Config) (path string, missing bool) {
	path, file := cfg.Store.Embedded()
	if !file {
		return "", false
	}
	_, err := os.Stat(path)
	return path, errors.Is(err, fs.ErrNotExist)
}

// loadSchema returns the schema of the configuration and the store. A store that does not exist has added nothing, and is not created.
func loadSchema(cmd *cobra.Command, cfg config.Config) (*crm.Schema, error) {
	if _, missing := storeMissing(cfg); missing {
		schema, err := assembly.Schema(cfg, settings.Additions{})
		if err != nil {
			err = exitcode.Usage.With(err)
		}
		return schema, err
	}
	var schema *crm.Schema
	err := withStoreOf(cmd, cfg, func(_ context.Context, parts *assembly.Parts) error {
		schema = parts.Schema
		return nil
	})
	return schema, err
}
