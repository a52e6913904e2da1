package pipeline

import (
	"context"
	"iter"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/rejects"
)

// Store is the parts of a store that imports use.
type Store struct {
	Records  Records
	Writer   Writer
	Index    Index
	Imports  Imports
	Held     HeldFiles
	Attempts Attempts
	Journal  Journal
	Outbox   Outbox
	Mappings Mappings

	ReadAhead func(ctx context.Context, inbox, base string) error // see store.Store

	NewIDs     ledger.IDForms                                                              // of the records that imports create
	Unreadable func(ctx context.Context, kind crm.Kind) (n int, example string, err error) // IDs of records; nil: there are none
}

// Records finds stored records.
type Records interface {
	match.Finder
	Children(ctx context.Context, kind crm.Kind, parents []string) (map[string]int, error)
}

// Writer writes batches, one process and one import at a time.
type Writer interface {
	Hold(ctx context.Context, do func(context.Context) error) error
	Prepare(number int64, began time.Time, b ledger.Batch) func(context.Context, *ledger.Import) ([]ledger.Outcome, error)
	Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error)
}

// Index keeps the keys that records are found by.
type Index interface {
	Prepare(ctx context.Context, rules []crm.Rule) (int, error)
	Use(ctx context.Context, rules []crm.Rule) error
	Again(ctx context.Context) error
}

// Imports has the imports.
type Imports interface {
	Begin(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error)
	Next(ctx context.Context, imp ledger.Import, again bool) (ledger.Import, error)
	Finish(ctx context.Context, imp *ledger.Import) error
	Reopen(ctx context.Context, id string) (ledger.Import, bool, error)
	MarkUndone(ctx context.Context, by *ledger.Import) error
	Unarchived(ctx context.Context) ([]ledger.Import, error)
	rejects.Imports
	rejects.Chain
}

// HeldFiles has the files that wait for a person.
type HeldFiles interface {
	Held(ctx context.Context, inbox string) ([]ledger.HeldFile, error)
}

// Attempts counts how often each arrival was begun, and has the imports that do not continue by themselves.
type Attempts interface {
	Begin(ctx context.Context, inbox, arrival string, survived bool) (int, *ledger.Import, error)
	Stop(ctx context.Context, imp *ledger.Import, state ledger.State) error
	Resume(ctx context.Context, imp *ledger.Import) error
}

// Journal has the changes of imports.
type Journal interface {
	Changes(ctx context.Context, imp string) iter.Seq2[[]ledger.Change, error]
	Batch(ctx context.Context, imp string, n int) ([]ledger.Change, error)
	Started(ctx context.Context, imp string) (bool, error)
}

// Outbox has the notifications that are to be sent.
type Outbox interface {
	Add(ctx context.Context, notifications []ledger.Notification) error
}

// Mappings has the mappings of imports, and the headings that were accepted with each.
type Mappings interface {
	Mapping(ctx context.Context, sum string) (ledger.Sidecar, bool, error)
	KeepMapping(ctx context.Context, sum string, s ledger.Sidecar) error
	Accepted(ctx context.Context, inbox, mapping string) ([]string, bool, error)
	Accept(ctx context.Context, inbox, mapping string, headings []string) error
}

// stored is where the changes of imports are written.
type stored struct {
	Records
	Writer
}

func (s *Store) target() stored { return stored{s.Records, s.Writer} }

// Rehearsal is a store in which a plan may write without writing.
type Rehearsal interface {
	Records
	Prepare(number int64, began time.Time, b ledger.Batch) func(context.Context, *ledger.Import) ([]ledger.Outcome, error)
	Apply(ctx context.Context, imp *ledger.Import, b ledger.Batch) ([]ledger.Outcome, error)
	Close(ctx context.Context) error
}
