package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// Parts are what a configuration comes to: a store with its engine, and the pipeline into it. The commands use them too.
type Parts struct {
	Schema   *crm.Schema
	Store    *store.Store
	Pipeline *pipeline.Pipeline
}

// Assemble opens the store and puts the pipeline together. The caller closes the parts.
func Assemble(ctx context.Context, cfg config.Config, log *slog.Logger) (*Parts, error) {
	schema, err := Schema(cfg.Fields)
	if err != nil {
		return nil, err
	}
	engine, err := open(ctx, cfg.Store.URI)
	if err != nil {
		return nil, err
	}
	s, err := store.New(ctx, engine)
	if err != nil {
		return nil, errors.Join(err, engine.Close(ctx))
	}
	s.Scratch = sqlite.Scratch
	return &Parts{Schema: schema, Store: s, Pipeline: &pipeline.Pipeline{
		Store: s, Schema: schema, Batch: cfg.Import.Batch, Log: log, Fallback: Fallback(cfg), Rehearse: rehearse(s),
	}}, nil
}

func rehearse(s *store.Store) func(context.Context, []crm.Rule) (pipeline.Rehearsal, error) {
	return func(ctx context.Context, rules []crm.Rule) (pipeline.Rehearsal, error) { return s.Rehearse(ctx, rules) }
}

// Fallback returns what holds for a workbook without a mapping.
func Fallback(cfg config.Config) mapping.Fallback {
	return mapping.Fallback{Profile: cfg.Import.Profile, Account: cfg.Import.Match.Account, Contact: cfg.Import.Match.Contact}
}

// Close lets go of the store.
func (p *Parts) Close(ctx context.Context) error { return p.Store.Close(ctx) }

// open returns the engine that a store's URI names.
func open(ctx context.Context, uri string) (store.Engine, error) {
	if path, ok := strings.CutPrefix(uri, "sqlite:"); ok {
		return sqlite.Open(ctx, path)
	}
	if strings.HasPrefix(uri, "mongodb://") || strings.HasPrefix(uri, "mongodb+srv://") {
		return mongo.Open(ctx, uri)
	}
	return nil, fmt.Errorf("store %q: write sqlite:PATH or mongodb://HOST/DATABASE", uri)
}

// Schema returns the built-in fields and those of the configuration.
func Schema(own []config.Field) (*crm.Schema, error) {
	fields := make([]crm.Field, len(own))
	for i, f := range own {
		kind, name, _ := strings.Cut(f.Field, ".")
		fields[i] = crm.Field{Kind: crm.Kind(kind), Name: name, Type: crm.Type(f.Type), SV: f.Labels.SV, EN: f.Labels.EN, Synonyms: f.Aliases, Choices: f.Choices}
	}
	schema, err := crm.NewSchema(fields...)
	if err != nil {
		return nil, fmt.Errorf("fields: %w", err)
	}
	return schema, nil
}

// folders returns where an inbox's workbooks end; a relative one lies inside the inbox.
func folders(inbox config.Inbox) pipeline.Folders {
	in := func(dir string) string {
		if filepath.IsAbs(dir) {
			return dir
		}
		return filepath.Join(inbox.Path, dir)
	}
	return pipeline.Folders{Done: in(inbox.Done), Failed: in(inbox.Failed), Held: in(inbox.Held)}
}
