package imports_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

// watched are documents that note which ranges were asked for.
type watched struct {
	*enginetest.Documents
	ranges []engine.Range
}

func (w *watched) Range(ctx context.Context, table engine.Table, r engine.Range) ([]engine.Doc, error) {
	w.ranges = append(w.ranges, r)
	return w.Documents.Range(ctx, table, r)
}

func (w *watched) numbered(t *testing.T, numbers ...int64) {
	t.Helper()
	for _, no := range numbers {
		body, err := json.Marshal(ledger.Import{ID: fmt.Sprint(no), No: no})
		must(t, err)
		_, err = w.Insert(t.Context(), engine.Imports, engine.Doc{ID: fmt.Sprint(no), Order: engine.Order(no), Body: body})
		must(t, err)
	}
}

// TestListInWindows: however far apart the numbers are, and whatever the number of the last import is said to be, a list has what a look through all has.
func TestListInWindows(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		docs := &watched{Documents: &enginetest.Documents{}}
		numbers := []int64{1}
		for range rnd.IntN(12) {
			numbers = append(numbers, numbers[len(numbers)-1]+1+rnd.Int64N(1<<rnd.IntN(16)))
		}
		docs.numbered(t, numbers...)
		newest := numbers[len(numbers)-1]
		said := []int64{0, 1, newest / 2, newest, newest + 5000}[rnd.IntN(5)]
		_, err := docs.Insert(t.Context(), engine.Meta, engine.Doc{ID: "numbers", Order: "numbers", Body: fmt.Appendf(nil, `{"import":%d}`, said)})
		must(t, err)
		p := newProcess(docs, 0)
		for range 4 {
			from, limit := rnd.Int64N(newest+10), 1+rnd.IntN(6)
			older, err := p.List(t.Context(), from, limit)
			must(t, err)
			newer, err := p.Oldest(t.Context(), from, limit)
			must(t, err)
			var below, above []string
			for _, no := range numbers {
				if from == 0 || no < from {
					below = append([]string{fmt.Sprint(no)}, below...)
				}
				if no > from {
					above = append(above, fmt.Sprint(no))
				}
			}
			if want := below[:min(limit, len(below))]; !slices.Equal(ids(older), want) {
				t.Errorf("of %v, last %d: %d before %d are %v, not %v", numbers, said, limit, from, ids(older), want)
			}
			if want := above[:min(limit, len(above))]; !slices.Equal(ids(newer), want) {
				t.Errorf("of %v, last %d: %d after %d are %v, not %v", numbers, said, limit, from, ids(newer), want)
			}
		}
	}
}

// TestNewestAreReadInANarrowWindow: a server that sorts what a range selects sorts a thousand, also where another process has begun many imports since this
// one looked.
func TestNewestAreReadInANarrowWindow(t *testing.T) {
	docs := &watched{Documents: &enginetest.Documents{}}
	docs.numbered(t, 1, 70_000)
	p := newProcess(docs, 0)
	_, err := p.List(t.Context(), 0, 1)
	must(t, err)
	docs.numbered(t, 90_000)
	for range 2 {
		docs.ranges = nil
		_, err = p.List(t.Context(), 0, 1)
		must(t, err)
	}
	if want := engine.Order(89_000); len(docs.ranges) != 1 || docs.ranges[0].Until != want {
		t.Errorf("the ranges %+v, not one down to %s", docs.ranges, want)
	}
}
