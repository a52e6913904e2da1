package store

import (
	"cmp"
	"context"
	"fmt"

	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/move"
	"inlet.example/inlet/pipeline/store/records"
)

// schemaVersion is the version of all documents of the store. It rises when an older inlet could misread what a newer one wrote.
const schemaVersion = 3

const schemaID = "schema"

// schema is the document with the version of a store.
type schema struct {
	Version int    `json:"version"`
	Inlet   string `json:"inlet,omitempty"` // the version of the inlet that wrote Version
}

// NewerError says that the data of a store are of a newer inlet.
type NewerError struct {
	Data  int    // the version of the data
	Inlet string // the version of that inlet; "" where it is not known
}

func (e *NewerError) Error() string {
	by, run := "a newer inlet", "the inlet that wrote it, or a newer one"
	if e.Inlet != "" {
		by, run = "inlet "+e.Inlet, "inlet "+e.Inlet+" or a newer one"
	}
	return fmt.Sprintf("the store was written by %s (data version %d), and this is inlet %s, which reads data version %d at the most: run %s, or restore the backup from before the upgrade",
		by, e.Data, build.Version(), schemaVersion, run)
}

// checkVersion writes the version into an empty store, migrates an older one and refuses a newer one.
func checkVersion(ctx context.Context, docs engine.Documents) error {
	if from, err := move.Unfinished(ctx, docs); err != nil || from != "" {
		return cmp.Or(err, message.Errorf("the store is the target of an unfinished move of %s: run the same inlet move again", from))
	}
	is := schema{schemaVersion, build.Version()}
	if _, err := engine.LoadOrInsert(ctx, docs, engine.Meta, schemaID, &is); err != nil {
		return fmt.Errorf("read the store's version: %w", err)
	}
	if is.Version < schemaVersion {
		return migrate(ctx, docs, is.Version)
	}
	return is.check()
}

// check returns an error for the data of a newer inlet.
func (is *schema) check() error {
	if is.Version > schemaVersion {
		return &ledger.Denied{Err: &NewerError{is.Version, is.Inlet}}
	}
	return nil
}

// checkNotNewer returns an error if a newer inlet has upgraded the store since this process opened it.
func checkNotNewer(ctx context.Context, docs engine.Documents) error {
	var is schema
	if _, err := engine.LoadInto(ctx, docs, engine.Meta, schemaID, &is); err != nil {
		return fmt.Errorf("read the store's version: %w", err)
	}
	return is.check()
}

// migrations bring the data of an older version to the next one, by the version that it has.
//
// # Who migrates, and when
//
// The process that first opens the store with a newer inlet, whatever the command; it does not wait for the lease. So a migration must be right while
// an older process is applying an import, while another process does the same migration, and once more after a crash: the version is written when
// all of it is done.
var migrations = map[int]func(context.Context, engine.Documents) error{
	1: stopOlderProcesses,
	2: stopProcessesOfVersion2,
}

func migrate(ctx context.Context, docs engine.Documents, from int) error {
	for version := from; version < schemaVersion; version++ {
		if err := migrations[version](ctx, docs); err != nil {
			return fmt.Errorf("upgrade the store from data version %d to %d: %w", version, version+1, err)
		}
	}
	_, err := engine.Update(ctx, docs, engine.Meta, schemaID, func(is *schema) {
		if is.Version < schemaVersion {
			*is = schema{schemaVersion, build.Version()}
		}
	})
	if err != nil {
		return fmt.Errorf("record the store's data version: %w", err)
	}
	return nil
}

// olderStop is a document among the rules that an inlet of version 1 cannot read. Its ID stands in the error that it then reports.
const olderStop = "of data version 2: this is an older inlet; stop it and start the newer one"

// stopOlderProcesses ends the imports of processes of version 1 that have the store open, and so do not see its new version. They would give records
// the keys of their canonical forms only, under which this version does not find them. Such a process reads all rules before each import and each
// undo, under the lease. What it is applying now it may finish: the records are indexed again, under the lease, before this version first looks one
// up by a rule (see records.Index.Use).
func stopOlderProcesses(ctx context.Context, docs engine.Documents) error {
	_, err := docs.Insert(ctx, engine.Rules, engine.Doc{ID: olderStop, Order: olderStop, Body: []byte(`{"rule":"v2"}`)})
	return err
}

// stopProcessesOfVersion2 ends the imports of processes of version 2 that have the store open. They would write imports without their tags, so that no list
// finds them, and without what the totals count of them. What such a process is importing now it may finish: see imports.Catalog.Complete.
func stopProcessesOfVersion2(ctx context.Context, docs engine.Documents) error {
	id := records.StopID(schemaVersion)
	_, err := docs.Insert(ctx, engine.Rules, engine.Doc{ID: id, Order: id, Body: []byte(`{"rule":"v3"}`)})
	return err
}
