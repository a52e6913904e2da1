package imports

import (
	"context"
	"encoding/json"
	"errors"

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

// nearest is how many numbers are looked at first.
const nearest = 1000

// list reads the imports of a span window by window, each ten times as wide as the one before. A server that sorts all that a filter selects before it
// returns the first few (a MongoDB protocol over PostgreSQL does) would otherwise read every import for the newest fifty.
func (i *Imports) list(ctx context.Context, s span) ([]ledger.Import, error) {
	newest, err := i.newestNumber(ctx)
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
		docs, err := i.docs.Range(ctx, engine.Imports, r)
		if err != nil {
			return nil, err
		}
		if imports, err = decoded(imports, docs); len(imports) > 0 {
			i.saw(imports[0].No)
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
func (i *Imports) newestNumber(ctx context.Context) (int64, error) {
	if n := i.newest.Load(); n > 0 {
		return n, nil
	}
	var last numbers
	if _, err := engine.LoadInto(ctx, i.docs, engine.Meta, numbersID, &last); err != nil {
		return 0, err
	}
	i.saw(last.Import)
	return last.Import, nil
}

// saw notes that there is an import with a number.
func (i *Imports) saw(number int64) {
	for last := i.newest.Load(); number > last && !i.newest.CompareAndSwap(last, number); {
		last = i.newest.Load()
	}
}
