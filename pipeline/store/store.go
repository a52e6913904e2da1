package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// schemaVersion is that of everything this package writes. It rises when an older inlet could misread what a newer one wrote.
const schemaVersion = 2

// Store is records and imports in one database.
type Store struct {
	engine Engine
	owner  owner
	pace   pace
	turn   chan struct{} // one import at a time within the process, too
	epoch  atomic.Int64  // of the lease while it is held
	left   int64         // the epoch of the lease that was last held; it may stand in the database still, should giving it back have failed
	rules  []crm.Rule    // that records carry keys for
	piece  int           // bytes of a journal entry that go into one document

	// At is told of the points of an import; nil but in tests.
	At ledger.At

	// Leased is told of what becomes of the lease; nil: nobody asks.
	Leased func(LeaseEvent)

	// Label returns what the people of an inbox ("" for none) call a field of a kind; nil: problems name fields as the database does.
	Label func(inbox string, kind crm.Kind, field string) string

	// TokenKey returns the 32 bytes that tokens of sources are sealed with. Without it none can be kept.
	TokenKey func() ([]byte, error)

	// Scratch opens an empty database for a plan, gone when it is closed. Without it nothing can be planned.
	Scratch func(context.Context) (Engine, error)
}

// New returns the store in an engine's database. It makes what is missing there, and refuses data of a newer inlet.
func New(ctx context.Context, engine Engine) (*Store, error) {
	s := &Store{engine: engine, owner: thisProcess(), pace: usual, turn: make(chan struct{}, 1), piece: pieceBytes}
	if err := s.checkVersion(ctx); err != nil {
		return nil, err
	}
	return s, s.loadRules(ctx)
}

func (s *Store) checkVersion(ctx context.Context) error {
	var schema struct {
		Version int `json:"version"`
	}
	schema.Version = schemaVersion
	if _, err := s.loadOrInsert(ctx, Meta, "schema", &schema); err != nil {
		return fmt.Errorf("read the store's version: %w", err)
	}
	if schema.Version > schemaVersion {
		return fmt.Errorf("the store was written by a newer inlet (data version %d, this one knows %d): use that one", schema.Version, schemaVersion)
	}
	if schema.Version < schemaVersion {
		return s.migrate(ctx, schema.Version)
	}
	return nil
}

// loadOrInsert reads a document into v, or stores v where there is none yet.
func (s *Store) loadOrInsert(ctx context.Context, table Table, id string, v any) (Doc, error) {
	for {
		doc, ok, err := s.engine.Load(ctx, table, id)
		if err != nil {
			return Doc{}, err
		}
		if ok {
			return doc, json.Unmarshal(doc.Body, v)
		}
		body, err := json.Marshal(v)
		if err != nil {
			return Doc{}, err
		}
		doc = Doc{ID: id, Order: id, Body: body}
		if _, err := s.engine.Insert(ctx, table, doc); err != nil {
			return Doc{}, err
		}
	}
}

// change rewrites one document until nobody else did in between.
func change[T any](ctx context.Context, s *Store, table Table, id string, edit func(*T)) (T, error) {
	for {
		var v T
		doc, err := s.loadOrInsert(ctx, table, id, &v)
		if err != nil {
			return v, err
		}
		edit(&v)
		if doc.Body, err = json.Marshal(v); err != nil {
			return v, err
		}
		if ok, err := s.engine.Swap(ctx, table, doc); ok || err != nil {
			return v, err
		}
	}
}

// Close lets go of the database.
func (s *Store) Close(ctx context.Context) error { return s.engine.Close(ctx) }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	_, _, err := s.engine.Load(ctx, Meta, "schema")
	return err
}

// Find returns the records that one of the keys may mean. It looks by hash: the caller compares the keys' texts.
func (s *Store) Find(ctx context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	hashes := make([]int64, len(keys))
	for i, key := range keys {
		hashes[i] = key.Hash
	}
	return s.engine.Find(ctx, kind, hashes)
}

// ByID returns the records with these IDs; those there are none of are left out.
func (s *Store) ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.engine.ByID(ctx, kind, ids)
}

// Contacts returns how many contacts each of these accounts has; those that have none are left out.
func (s *Store) Contacts(ctx context.Context, accounts []string) (map[string]int, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	return s.engine.Contacts(ctx, accounts)
}

// Records calls each with every record of a kind, in order of creation, until it gives an error.
func (s *Store) Records(ctx context.Context, kind crm.Kind, each func(crm.Record) error) error {
	const page = 1000
	var after Place
	for {
		records, err := s.engine.Scan(ctx, kind, after, page)
		if err != nil {
			return err
		}
		for _, rec := range records {
			if err := each(rec); err != nil {
				return err
			}
			after = Place{rec.Seq, rec.ID}
		}
		if len(records) < page {
			return nil
		}
	}
}

// Import returns one import by its ID, and whether there is one.
func (s *Store) Import(ctx context.Context, id string) (ledger.Import, bool, error) {
	var imp ledger.Import
	doc, ok, err := s.engine.Load(ctx, Imports, id)
	if err != nil || !ok {
		return imp, false, err
	}
	return imp, true, json.Unmarshal(doc.Body, &imp)
}

// Imports returns up to limit imports, the newest first, older than the one with number before (0: from the newest).
func (s *Store) Imports(ctx context.Context, before int64, limit int) ([]ledger.Import, error) {
	r := Range{Down: true, Limit: limit}
	if before > 0 {
		r.After = importOrder(before)
	}
	docs, err := s.engine.Range(ctx, Imports, r)
	if err != nil {
		return nil, err
	}
	imports := make([]ledger.Import, len(docs))
	var errs []error
	for i, doc := range docs {
		errs = append(errs, json.Unmarshal(doc.Body, &imports[i]))
	}
	return imports, errors.Join(errs...)
}

func importOrder(no int64) string { return fmt.Sprintf("%012d", no) }
