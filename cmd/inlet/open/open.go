package open

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"inlet.example/inlet/cmd/inlet/exitcode"
	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/settings"
)

// At ends the process at a crash point. Tests set it.
var At ledger.At

// Store opens the store for a command, and closes it when do has returned.
func Store(cmd *cobra.Command, do func(ctx context.Context, parts *assembly.Parts) error) error {
	cfg, err := StoreConfig(cmd)
	if err != nil {
		return err
	}
	return StoreOf(cmd, cfg, do)
}

// StoreOf is Store for a store whose configuration is loaded.
func StoreOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *assembly.Parts) error) error {
	ctx := cmd.Context()
	parts, err := assembly.Open(ctx, cfg, slog.New(slog.DiscardHandler), At)
	if err != nil {
		return exitcode.Wrap(ctx, err)
	}
	defer parts.Close(context.WithoutCancel(ctx))
	return exitcode.Wrap(ctx, do(ctx, parts))
}

// Existing is Store for a command that is useless without a store. A typing mistake in the path must not create one.
func Existing(cmd *cobra.Command, do func(ctx context.Context, parts *assembly.Parts) error) error {
	cfg, err := StoreConfig(cmd)
	if err != nil {
		return err
	}
	return ExistingOf(cmd, cfg, do)
}

// ExistingOf is Existing for a store whose configuration is loaded.
func ExistingOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *assembly.Parts) error) error {
	if path, missing := Missing(cfg); missing {
		return exitcode.Failed.With(fmt.Errorf(message.Word(cfg.Language, "the store %s was not found: check the path (--store, or store: in the configuration), or import something first"), path))
	}
	return StoreOf(cmd, cfg, do)
}

// OrEmpty is Store for a command that only says what would happen. If there is no store yet, it uses a temporary empty one.
func OrEmpty(cmd *cobra.Command, do func(ctx context.Context, parts *assembly.Parts) error) error {
	cfg, err := StoreConfig(cmd)
	if err != nil {
		return err
	}
	return OrEmptyOf(cmd, cfg, do)
}

// OrEmptyOf is OrEmpty for a store whose configuration is loaded.
func OrEmptyOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *assembly.Parts) error) error {
	if path, missing := Missing(cfg); missing {
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
	return StoreOf(cmd, cfg, do)
}

// Missing reports whether the store is a file that does not exist.
func Missing(cfg config.Config) (path string, missing bool) {
	path, file := cfg.Store.Embedded()
	if !file {
		return "", false
	}
	_, err := os.Stat(path)
	return path, errors.Is(err, fs.ErrNotExist)
}

// Schema returns the schema of the configuration and the store. A store that does not exist has added nothing, and is not created.
func Schema(cmd *cobra.Command, cfg config.Config) (*crm.Schema, error) {
	if _, missing := Missing(cfg); missing {
		schema, err := assembly.Schema(cfg, settings.Additions{})
		if err != nil {
			err = exitcode.Usage.With(err)
		}
		return schema, err
	}
	var schema *crm.Schema
	err := StoreOf(cmd, cfg, func(_ context.Context, parts *assembly.Parts) error {
		schema = parts.Schema
		return nil
	})
	return schema, err
}

// Pipeline returns what the configuration and the store know: the fields, and what holds for a workbook without a mapping.
func Pipeline(cmd *cobra.Command) (config.Config, *pipeline.Pipeline, error) {
	cfg, err := StoreConfig(cmd)
	if err != nil {
		return cfg, nil, err
	}
	schema, err := Schema(cmd, cfg)
	if err != nil {
		return cfg, nil, err
	}
	return cfg, &pipeline.Pipeline{Schema: schema, Batch: cfg.Import.Batch, Fallback: assembly.Fallback(cfg), Limits: assembly.SheetLimits(cfg), WrittenBytes: cfg.Import.Limits.WrittenBytes}, nil
}
