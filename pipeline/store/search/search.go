package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// records is what is read of the records of a store.
type records interface {
	engine.Browsing
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
	Find(ctx context.Context, kind crm.Kind, hashes []int64) ([]crm.Record, error)
	Scan(ctx context.Context, kind crm.Kind, after engine.Position, limit int) ([]crm.Record, error)
}

// Search finds records.
type Search struct {
	db      records
	docs    engine.Documents
	imports imports
	keys    func(kind crm.Kind, text string) []crm.Key
}

// New returns the search of a store. keys returns the keys of the match rules in use that a record has with this text as its only value.
func New(db records, docs engine.Documents, imports imports, keys func(kind crm.Kind, text string) []crm.Key) *Search {
	return &Search{db, docs, imports, keys}
}

// Found is what a search has found.
type Found struct {
	Records  []crm.Record
	Whole    bool // these are all
	Indexing bool // the index is not complete: only some records were looked through
	NoIndex  bool // some records are found by their ID and by what is matched on alone, because the configuration does not allow an index in them
}

// mostCandidates is how many records are read for one beginning of a term: with twice as many a search of two frequent words takes a quarter of a second on
// MongoDB (TestSearchFigures).
const mostCandidates = 500

// Find returns up to limit records of all kinds: the one with this ID, those that are found by the text as the only value of a match rule in use, those
// whose name has words that begin with those of the text, and those of which a number, an e-mail address or a phone number begins with it.
func (s *Search) Find(ctx context.Context, text string, limit int) (Found, error) {
	f := Found{Whole: true}
	is, err := loadState(ctx, s.docs)
	if err != nil {
		return f, err
	}
	behind, err := s.behind(ctx, &is)
	if err != nil {
		return f, err
	}
	q := newQuery(text)
	for _, kind := range crm.Kinds {
		if err := s.exact(ctx, kind, text, &f); err != nil {
			return f, err
		}
		switch {
		case !s.db.Searchable(kind):
			f.NoIndex, f.Whole = true, false
		case !is.complete(kind):
			f.Indexing = true
			err = s.lookThrough(ctx, kind, q, limit, engine.Position{}, &f)
		default:
			if err = s.byTerms(ctx, kind, q, limit, &f); err == nil && behind > 0 { // what was created since is looked through
				err = s.lookThrough(ctx, kind, q, limit, engine.Position{Seq: ledger.ChangeID(behind, 0, 0, kind)}, &f)
				f.Indexing, f.Whole = true, false
			}
		}
		if err != nil {
			return f, err
		}
	}
	slices.SortFunc(f.Records, func(a, b crm.Record) int {
		return cmp.Or(cmp.Compare(a.Kind.Number(), b.Kind.Number()), cmp.Compare(nameOf(&a), nameOf(&b)), cmp.Compare(a.ID, b.ID))
	})
	f.Records = slices.CompactFunc(f.Records, func(a, b crm.Record) bool { return a.Kind == b.Kind && a.ID == b.ID })
	if len(f.Records) > limit {
		f.Records, f.Whole = f.Records[:limit], false
	}
	return f, nil
}

// behind returns the number of the first import that is not indexed, of those that began last; 0 if there is none.
func (s *Search) behind(ctx context.Context, is *state) (int64, error) {
	newest, err := s.imports.List(ctx, 0, 1)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	imp := &newest[0]
	if imp.No > is.Through {
		return is.Through + 1, nil
	}
	if done, open := is.Open[imp.ID]; open && imp.Batch > done {
		return imp.No, nil
	}
	return 0, nil
}

// exact adds what is found without the index.
func (s *Search) exact(ctx context.Context, kind crm.Kind, text string, f *Found) error {
	byID, err := s.db.ByID(ctx, kind, []string{text})
	if err != nil {
		return err
	}
	f.Records = append(f.Records, byID...)
	var hashes []int64
	for _, key := range s.keys(kind, text) {
		hashes = append(hashes, key.Hash)
	}
	if len(hashes) == 0 {
		return nil
	}
	byKey, err := s.db.Find(ctx, kind, hashes)
	f.Records = append(f.Records, byKey...)
	return err
}

// byTerms adds what is found by the index. Of several words the first whose candidates are few enough to be all read decides.
func (s *Search) byTerms(ctx context.Context, kind crm.Kind, q query, limit int, f *Found) error {
	for _, begins := range q.values {
		if _, err := s.candidates(ctx, kind, begins, q, limit+1, f); err != nil {
			return err
		}
	}
	most := mostCandidates
	if len(q.words) == 1 {
		most = 4 * (limit + 1) // nearly all of them are found
	}
	whole := len(q.words) == 0
	for _, begins := range q.words {
		all, err := s.candidates(ctx, kind, begins, q, most, f)
		if err != nil {
			return err
		}
		if whole = all; all {
			break
		}
	}
	f.Whole = f.Whole && whole
	return nil
}

// candidates adds the records with a term that begins so, as far as the query finds them, and reports whether these are all.
func (s *Search) candidates(ctx context.Context, kind crm.Kind, begins string, q query, most int, f *Found) (bool, error) {
	found, all, err := s.db.ByTerm(ctx, kind, begins, most)
	for i := range found {
		if q.finds(&found[i]) {
			f.Records = append(f.Records, found[i])
		}
	}
	return all, err
}

// How long, and how many records, are looked through while there is no index.
const (
	lookTime = 500 * time.Millisecond
	mostRead = 100_000
)

// lookThrough looks through the records of a kind behind a position.
func (s *Search) lookThrough(ctx context.Context, kind crm.Kind, q query, limit int, after engine.Position, f *Found) error {
	const size = 1000
	looking, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	for read := 0; read < mostRead; read += size {
		page, err := s.db.Scan(looking, kind, after, size)
		if err != nil {
			if f.Whole = false; looking.Err() != nil && !errors.Is(ctx.Err(), context.Canceled) {
				return nil
			}
			return err
		}
		for i := range page {
			if q.finds(&page[i]) {
				f.Records = append(f.Records, page[i])
			}
		}
		if len(page) < size {
			return nil
		}
		if len(f.Records) > limit {
			break
		}
		after = engine.Position{Seq: page[size-1].Seq, ID: page[size-1].ID}
	}
	f.Whole = false
	return nil
}
