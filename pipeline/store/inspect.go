package store

import (
	"context"
	"errors"
	"fmt"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/imports"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/move"
	"inlet.example/inlet/pipeline/store/outbox"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/pipeline/store/sources"
)

// Facts are what a store says about itself to a person who looks for a fault.
type Facts struct {
	Version   int    // of its data; 0: nothing was written yet
	Supported int    // of which this inlet is
	Inlet     string // the version that made the store or brought it to its data version; "": not known
	Moving    string // the store that is being copied into this one; "": none
	Moved     string // the store that this one was moved to; "": none
	Applying  string // the process that applies an import now; "": none
	Processes []lease.Process
	Paused    settings.Paused
	Sources   map[string]sources.Known
	Imports   []ledger.Import // the newest, the newest first
	Outbox    []outbox.Entry  // likewise
}

// How much of what is listed is looked at.
const (
	inspectedImports       = 1000
	inspectedNotifications = 200
)

// Inspect reads what the store in a database says about itself. It makes, upgrades and repairs nothing. Of the data of another version it returns the version
// only: the rest may have another form.
func Inspect(ctx context.Context, db engine.Readable) (Facts, error) {
	docs := engine.ReadOnly{Readable: db}
	f := Facts{Supported: schemaVersion}
	var is schema
	if _, err := engine.LoadInto(ctx, docs, engine.Meta, schemaID, &is); err != nil {
		return f, fmt.Errorf("read the store's version: %w", err)
	}
	f.Version, f.Inlet = is.Version, is.Inlet
	if f.Version != f.Supported {
		return f, nil
	}
	var err error
	if f.Moving, err = move.Unfinished(ctx, docs); err != nil {
		return f, err
	}
	if moved, is := errors.AsType[*lease.MovedError](lease.Moved(ctx, docs)); is {
		f.Moved = moved.To
	}
	holder, held, err := lease.Holder(ctx, docs)
	if err != nil {
		return f, err
	}
	if held {
		f.Applying = holder.String()
	}
	if f.Processes, err = claims.Processes(ctx, docs); err != nil {
		return f, err
	}
	if f.Paused, err = settings.NewPauses(docs).All(ctx); err != nil {
		return f, err
	}
	if f.Sources, err = sources.NewStatus(docs).All(ctx); err != nil {
		return f, err
	}
	if f.Imports, err = imports.New(docs, nil, nil).List(ctx, 0, inspectedImports); err != nil {
		return f, err
	}
	f.Outbox, err = outbox.New(docs).Newest(ctx, inspectedNotifications)
	return f, err
}
