package imports

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/totals"
)

// span selects imports by their numbers: those above from, or, down, those below it (0: from the newest), the nearest first; with tags those that have all
// of them.
type span struct {
	down  bool
	from  int64
	tags  []string
	limit int
}

// byNumber reads imports by their numbers.
type byNumber struct {
	docs   engine.Documents
	newest atomic.Int64 // a number that this process knows an import to have; see newestNumber
}

// nearest is how many numbers are looked at first.
const nearest = 1000

// list reads the imports of a span window by window, each ten times as wide as the one before. A server that sorts all that a filter selects before it
// returns the first few (a MongoDB protocol over PostgreSQL does) would otherwise read every import for the newest fifty.
func (b *byNumber) list(ctx context.Context, s span) ([]ledger.Import, error) {
	newest, err := b.newestNumber(ctx)
	if err != nil {
		return nil, err
	}
	r := engine.Range{Prefix: totals.Imports, Down: s.down, Tags: s.tags}
	if s.from > 0 {
		r.After = engine.Order(s.from)
	}
	at := s.from
	if s.down && (at == 0 || at > newest) {
		at = newest
	}
	var imports []ledger.Import
	for width := int64(nearest); ; width *= 10 {
		var last bool
		if at, last = s.until(at, width, newest); last {
			r.Until = ""
		} else {
			r.Until = engine.Order(at)
		}
		r.Limit = s.limit - len(imports)
		docs, err := b.docs.Range(ctx, engine.Imports, r)
		if err != nil {
			return nil, err
		}
		if imports, err = decoded(imports, docs); len(imports) > 0 {
			b.saw(imports[0].No)
		}
		if err != nil || last || len(imports) >= s.limit {
			return imports, err
		}
		r.After = r.Until
	}
}

// until returns the last number of a window that begins behind a number, or that it reaches to the end.
func (s span) until(at, width, newest int64) (number int64, last bool) {
	if s.down {
		return at - width, at-width <= 0
	}
	return at + width, at+width >= newest
}

func decoded(imports []ledger.Import, docs []engine.Doc) ([]ledger.Import, error) {
	var errs []error
	for _, doc := range docs {
		var imp ledger.Import
		errs = append(errs, json.Unmarshal(doc.Body, &imp))
		imports = append(imports, imp)
	}
	return imports, errors.Join(errs...)
}

// newestNumber returns a number that some import was given, if possible the last: windows begin there, and what is newer is in the first.
func (b *byNumber) newestNumber(ctx context.Context) (int64, error) {
	if n := b.newest.Load(); n > 0 {
		return n, nil
	}
	var last numbers
	if _, err := engine.LoadInto(ctx, b.docs, engine.Meta, numbersID, &last); err != nil {
		return 0, err
	}
	b.saw(last.Import)
	return last.Import, nil
}

// saw notes that there is an import with a number.
func (b *byNumber) saw(number int64) {
	for last := b.newest.Load(); number > last && !b.newest.CompareAndSwap(last, number); {
		last = b.newest.Load()
	}
}
