package store

import (
	"context"
	"fmt"
)

// migrations bring the data of an older version to the next one, by the version that it has.
//
// # Who migrates, and when
//
// Whoever opens the store first with a newer inlet, whatever the command; no lease is waited for. So a migration must be right beside an import
// that an older process is still applying, beside another process that does the same, and once more after a crash: the version is written
// when all of it is done.
var migrations = map[int]func(context.Context, *Store) error{
	1: stopOlderProcesses,
}

func (s *Store) migrate(ctx context.Context, from int) error {
	for version := from; version < schemaVersion; version++ {
		if err := migrations[version](ctx, s); err != nil {
			return fmt.Errorf("bring the store from data version %d to %d: %w", version, version+1, err)
		}
	}
	_, err := change(ctx, s, Meta, "schema", func(schema *struct {
		Version int `json:"version"`
	}) {
		schema.Version = max(schema.Version, schemaVersion)
	})
	if err != nil {
		return fmt.Errorf("note the store's data version: %w", err)
	}
	return nil
}

// olderStop is a document among the rules that an inlet of version 1 cannot read. Its ID stands in the error that it then reports.
const olderStop = "of data version 2: this is an older inlet; stop it and start the newer one"

// stopOlderProcesses ends the imports of processes of version 1 that have the store open already, and so do not see its new version. They would
// give records the keys of their canonical forms only, under which this version does not find them. Such a process reads all rules before
// each import and each undo, with the lease held. What it is applying now it may finish: the records are keyed again, with the lease held,
// before this version is first asked by a rule (Use).
func stopOlderProcesses(ctx context.Context, s *Store) error {
	_, err := s.engine.Insert(ctx, Rules, Doc{ID: olderStop, Order: olderStop, Body: []byte(`{"rule":"v2"}`)})
	return err
}
