package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"inlet.example/inlet/daemon"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/daemon/config/load"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store"
)

// usual is the configuration that is read where none is named.
const usual = "inlet.yaml"

// configured reads the configuration that a command's flags name.
func configured(cmd *cobra.Command) (config.Config, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return config.Config{}, err
	}
	if path == "" {
		if _, err := os.Stat(usual); err == nil {
			path = usual
		}
	}
	cfg, err := load.Load(path, load.Flags(cmd.Flags()), judged())
	if err != nil {
		return cfg, exit{exitUsage, err}
	}
	return cfg, nil
}

// withParts opens the store for a command and closes it behind it.
func withParts(cmd *cobra.Command, do func(ctx context.Context, parts *daemon.Parts) error) error {
	cfg, err := configured(cmd)
	if err != nil {
		return err
	}
	return withPartsOf(cmd, cfg, do)
}

func withPartsOf(cmd *cobra.Command, cfg config.Config, do func(ctx context.Context, parts *daemon.Parts) error) error {
	ctx := cmd.Context()
	parts, err := daemon.Assemble(ctx, cfg, slog.New(slog.DiscardHandler), at)
	if err != nil {
		return failed(ctx, err)
	}
	defer parts.Close(context.WithoutCancel(ctx))
	return failed(ctx, do(ctx, parts))
}

// withStored is withParts for a command that has nothing to do where there is no store yet, and must not make one of a slip in its path.
func withStored(cmd *cobra.Command, do func(ctx context.Context, parts *daemon.Parts) error) error {
	cfg, err := configured(cmd)
	if err != nil {
		return err
	}
	if path, missing := noStore(cfg); missing {
		return exit{exitFailed, fmt.Errorf("there is no store at %s: check the path (--store, or store: in the configuration), or import something first", path)}
	}
	return withParts(cmd, do)
}

// withoutMaking is withParts for a command that says what would be in a store and must not make one: where there is none yet, an empty one
// takes its place and is gone afterwards.
func withoutMaking(cmd *cobra.Command, do func(ctx context.Context, parts *daemon.Parts) error) error {
	cfg, err := configured(cmd)
	if err != nil {
		return err
	}
	if path, missing := noStore(cfg); missing {
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return exit{exitFailed, fmt.Errorf("there is no store at %s, and no folder for it: check the path (--store, or store: in the configuration)", path)}
		}
		dir, err := os.MkdirTemp("", "inlet-empty-*")
		if err != nil {
			return failed(cmd.Context(), err)
		}
		defer os.RemoveAll(dir)
		cfg.Store.URI = config.EmbeddedURI(filepath.Join(dir, "inlet.db"))
	}
	return withPartsOf(cmd, cfg, do)
}

// noStore says whether the store is a file that is not there.
func noStore(cfg config.Config) (path string, missing bool) {
	path, file := cfg.Store.Embedded()
	if !file {
		return "", false
	}
	_, err := os.Stat(path)
	return path, errors.Is(err, fs.ErrNotExist)
}

// known returns the schema as the configuration and the store have it. A store that is not there yet has added nothing, and is not made
// for the asking.
func known(cmd *cobra.Command, cfg config.Config) (*crm.Schema, error) {
	if _, missing := noStore(cfg); missing {
		schema, err := daemon.Schema(cfg, store.Own{})
		if err != nil {
			err = exit{exitUsage, err}
		}
		return schema, err
	}
	var schema *crm.Schema
	err := withParts(cmd, func(_ context.Context, parts *daemon.Parts) error {
		schema = parts.Schema
		return nil
	})
	return schema, err
}

// logger returns the daemon's log as the configuration wants it.
func logger(cfg config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo // the configuration allows no other words
	}
	options := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(message.JSONWriter(w), options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
