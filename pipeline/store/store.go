package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/audit"
	"inlet.example/inlet/pipeline/store/cache"
	"inlet.example/inlet/pipeline/store/claims"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/imports"
	"inlet.example/inlet/pipeline/store/journal"
	"inlet.example/inlet/pipeline/store/lease"
	"inlet.example/inlet/pipeline/store/outbox"
	"inlet.example/inlet/pipeline/store/records"
	"inlet.example/inlet/pipeline/store/rehearsal"
	"inlet.example/inlet/pipeline/store/search"
	"inlet.example/inlet/pipeline/store/settings"
	"inlet.example/inlet/pipeline/store/sources"
)

// Store is records and imports in one database.
type Store struct {
	Records       *records.Records
	Index         *records.Index
	Search        *search.Search
	Journal       *journal.Journal
	Imports       *imports.Imports
	Catalog       *imports.Catalog
	Attempts      *imports.Attempts
	Cancellations *imports.Cancellations
	Lease         *lease.Lease
	Claims        *claims.Claims
	Outbox        *outbox.Outbox
	History       *sources.History
	Status        *sources.Status
	Tokens        *sources.Tokens
	Settings      *settings.Settings
	Pauses        *settings.Pauses
	Mappings      *settings.Mappings
	APITokens     *settings.APITokens
	Audit         *audit.Audit

	// At is called at the crash points of an import; nil but in tests.
	At ledger.At

	// Scratch opens an empty database for a plan, removed when it is closed. Without it nothing can be planned.
	Scratch func(context.Context) (engine.Engine, error)

	engine engine.Engine
	cached *cache.Documents
	newer  atomic.Pointer[NewerError]
	term   int64 // of the lease, as the cache knows it; under the lease
}

// New returns the store in a database. It creates what is missing there, and refuses the data of a newer inlet.
func New(ctx context.Context, db engine.Engine) (*Store, error) {
	s := &Store{
		Records: records.New(db), Journal: journal.New(db), Lease: lease.New(db), Claims: claims.New(db), Outbox: outbox.New(db), Cancellations: imports.NewCancellations(db),
		History: sources.NewHistory(db), Status: sources.NewStatus(db), Tokens: sources.NewTokens(db), Audit: audit.New(db),
		engine: db,
	}
	s.Lease.Gone = s.Claims.Gone
	s.cached = cache.New(db, func(id string) bool { return imports.UnderLease(id) || settings.UnderLease(id) || id == schemaID }, s.Lease.Term)
	s.Settings, s.Pauses, s.Mappings, s.APITokens = settings.New(s.cached), settings.NewPauses(s.cached), settings.NewMappings(s.cached), settings.NewAPITokens(s.cached)
	s.Index = records.NewIndex(s.Records, db)
	s.Index.Term = s.Lease.Term
	s.Imports = imports.New(s.cached, s.Lease.Epoch, s.Journal.Started)
	s.Imports.Term = s.Lease.Term
	s.Imports.Moment = func() time.Duration { return s.Lease.Timing.Expiry / 50 }
	s.Search = search.New(db, db, s.Imports, func(kind crm.Kind, text string) []crm.Key { return s.Index.Rules().KeysOf(kind, text) })
	s.Attempts, s.Catalog = imports.NewAttempts(s.cached, s.Imports), imports.NewCatalog(s.Imports)
	if err := checkVersion(ctx, db); err != nil {
		return nil, err
	}
	return s, s.Index.Load(ctx)
}

// Hold waits until this process is the one that applies, refuses data that a newer inlet has upgraded meanwhile, finishes what an interrupted process left half written, and runs do. The context given
// to do is cancelled, with ledger.ErrTakenOver as its cause, when another process takes over.
func (s *Store) Hold(ctx context.Context, do func(context.Context) error) error {
	return s.Lease.Do(ctx, func(ctx context.Context) error {
		if term, _ := s.Lease.Term(); term != s.term {
			s.cached.Forget()
			if err := s.cached.Fetch(ctx, append(imports.ForLease(), schemaID)...); err != nil {
				return fmt.Errorf("search for interrupted imports: %w", err)
			}
			s.term = term
		}
		if err := cmp.Or(s.upgraded(), checkNotNewer(ctx, s.cached)); err != nil {
			s.term = 0 // the cache is not asked again
			return err
		}
		return recoverImports(ctx, s)
	}, do)
}

// ReadAhead reads with one command what is needed first of an arrival of an inbox, whose import has this ID without its running number; "" where that is not
// known. It need not be called, and a wrong ID does no harm.
func (s *Store) ReadAhead(ctx context.Context, inbox, base string) error {
	s.Imports.Foresee(inbox, base)
	return s.cached.Fetch(ctx, append(settings.ForArrival(), imports.ForArrival(inbox, base)...)...)
}

// Rehearse begins a rehearsal of an import that matches by these rules. The caller closes it.
func (s *Store) Rehearse(ctx context.Context, rules []crm.Rule) (*rehearsal.Rehearsal, error) {
	if s.Scratch == nil {
		return nil, errors.New("plan: the store has no scratch database")
	}
	scratch, err := s.Scratch(ctx)
	if err != nil {
		return nil, fmt.Errorf("plan: open a scratch database: %w", err)
	}
	if err := checkVersion(ctx, scratch); err != nil {
		return nil, errors.Join(fmt.Errorf("plan: %w", err), scratch.Close(ctx))
	}
	r, err := rehearsal.New(ctx, s.Records, s.Index, scratch, rules)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("plan: %w", err), scratch.Close(ctx))
	}
	return r, nil
}

// Indexer returns what keeps the index of the search.
func (s *Store) Indexer() *search.Indexer {
	return search.NewIndexer(s.engine, s.engine, s.Imports, s.Journal)
}

// Capabilities says what the store's database can do that not every database can.
func (s *Store) Capabilities() engine.Capabilities { return s.engine.Capabilities() }

// DataDir returns the folder of this host that the database's files are in; "" where a server has them.
func (s *Store) DataDir() string { return s.engine.DataDir() }

// Ping reports whether the database answers, still has data that this inlet reads, and imports into it are possible.
func (s *Store) Ping(ctx context.Context) error {
	err := checkNotNewer(ctx, s.engine)
	newer, _ := errors.AsType[*NewerError](err)
	s.newer.Store(newer)
	return cmp.Or(err, lease.Moved(ctx, s.engine))
}

// upgraded returns what the last Ping found of a newer inlet. That one need not have held the lease since.
func (s *Store) upgraded() error {
	if newer := s.newer.Load(); newer != nil {
		return &ledger.Denied{Err: newer}
	}
	return nil
}

// Close closes the database.
func (s *Store) Close(ctx context.Context) error { return s.engine.Close(ctx) }
