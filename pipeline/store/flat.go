package store

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/imports"
	"inlet.example/inlet/pipeline/store/journal"
	"inlet.example/inlet/pipeline/store/records"
	"inlet.example/inlet/pipeline/store/settings"
)

// Flat is a store whose parts are asked directly, as pipeline.Store asks for one. It ends when that interface is split.
type Flat struct {
	*Store             // Hold, Prepare, Apply
	finding            // Find, ByID, Contacts
	importing          // Begin, Next, Finish, Reopen, Import, Held
	reading            // Changes, Batch
	*settings.Mappings // Mapping, KeepMapping, Accepted, Accept
}

// These have other names than the fields of Store, which would hide the methods.
type (
	finding   struct{ *records.Records }
	importing struct{ *imports.Imports }
	reading   struct{ *journal.Journal }
)

// Flat returns the store for a pipeline.
func (s *Store) Flat() *Flat {
	return &Flat{Store: s, finding: finding{s.Records}, importing: importing{s.Imports}, reading: reading{s.Journal}, Mappings: s.Mappings}
}

// Use is Index.Use.
func (f *Flat) Use(ctx context.Context, rules []crm.Rule) error { return f.Index.Use(ctx, rules) }

// Imports is Imports.List.
func (f *Flat) Imports(ctx context.Context, before int64, limit int) ([]ledger.Import, error) {
	return f.Store.Imports.List(ctx, before, limit)
}

// Unplaced is Imports.Unarchived.
func (f *Flat) Unplaced(ctx context.Context) ([]ledger.Import, error) {
	return f.Store.Imports.Unarchived(ctx)
}

// Undone is Imports.MarkUndone.
func (f *Flat) Undone(ctx context.Context, by *ledger.Import) error {
	return f.Store.Imports.MarkUndone(ctx, by)
}

// Attempt is Attempts.Begin.
func (f *Flat) Attempt(ctx context.Context, inbox, arrival string, survived bool) (int, *ledger.Import, error) {
	return f.Attempts.Begin(ctx, inbox, arrival, survived)
}

// Stop is Attempts.Stop.
func (f *Flat) Stop(ctx context.Context, imp *ledger.Import, state ledger.State) error {
	return f.Attempts.Stop(ctx, imp, state)
}

// Resume is Attempts.Resume.
func (f *Flat) Resume(ctx context.Context, imp *ledger.Import) error {
	return f.Attempts.Resume(ctx, imp)
}

// Journalled is Journal.Started.
func (f *Flat) Journalled(ctx context.Context, imp string) (bool, error) {
	return f.Store.Journal.Started(ctx, imp)
}

// Post is Outbox.Add.
func (f *Flat) Post(ctx context.Context, notifications []ledger.Notification) error {
	return f.Outbox.Add(ctx, notifications)
}
