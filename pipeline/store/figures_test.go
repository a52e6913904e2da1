package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/ledger/listing"
	"inlet.example/inlet/pipeline/store"
	"inlet.example/inlet/pipeline/store/engine"
)

// size returns how many there are of something: with INLET_TEST_DEEP as many as a large installation has.
func size(few, many int) int {
	if os.Getenv("INLET_TEST_DEEP") != "" {
		return many
	}
	return few
}

// slow is what people notice. It is only held with INLET_TEST_DEEP: other tests of the same time are no measure.
const slow = 200 * time.Millisecond

// p95 calls do many times and returns how long 95 of 100 calls take at most.
func p95(t *testing.T, what string, do func(n int) error) {
	t.Helper()
	const calls = 60
	took := make([]time.Duration, calls)
	for n := range calls {
		began := time.Now()
		must(t, do(n))
		took[n] = time.Since(began)
	}
	slices.Sort(took)
	is := took[calls*95/100]
	t.Logf("%-40s median %v, p95 %v", what, took[calls/2].Round(10*time.Microsecond), is.Round(10*time.Microsecond))
	if os.Getenv("INLET_TEST_DEEP") != "" && is > slow {
		t.Errorf("%s: p95 is %v", what, is)
	}
}

// TestListFigures lists and filters 100,000 imports, the ones that are looked for among the oldest.
func TestListFigures(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		imports := size(2_000, 100_000)
		manyImports(t, e, imports)
		s := open(t, e)
		began := time.Now()
		n, err := s.Catalog.Complete(t.Context(), goOn)
		must(t, err)
		t.Logf("%d of %d imports of an older version were catalogued in %v", n, imports, time.Since(began).Round(time.Millisecond))
		for what, f := range map[string]listing.Filter{
			"all": {}, "an inbox": {Inbox: "inbox 7"}, "a rare state": {State: listing.Held}, "a frequent state": {State: listing.Errors}, "a rare state of an inbox": {State: listing.Held, Inbox: "inbox 7"},
			"a frequent word": {File: "kun"}, "a rare word": {File: "sällsynt"}, "two frequent words, rarely together": {File: "kun rapp"}, "a frequent word in a rare state": {File: "kun", State: listing.Held},
			"a word that is nowhere": {File: "zzz"},
		} {
			var page listing.Page
			p95(t, what, func(int) (err error) {
				page, err = s.Catalog.List(t.Context(), f, listing.Bounds{Limit: 25})
				return err
			})
			for i := range page.Imports {
				if !f.Shows(&page.Imports[i]) {
					t.Errorf("%s: %+v", what, page.Imports[i])
				}
			}
			if (len(page.Imports) == 0) != (f.File == "zzz") {
				t.Errorf("%s: %d imports", what, len(page.Imports))
			}
		}
		p95(t, "an old page", func(n int) error {
			_, err := s.Catalog.List(t.Context(), listing.Filter{State: listing.Errors}, listing.Bounds{Before: int64(imports/2 + n), Limit: 25})
			return err
		})
		p95(t, "the totals of 30 days", func(int) error {
			_, err := s.Catalog.Days(t.Context(), listing.DateOf(at), 60)
			return err
		})
	})
}

// manyImports makes imports as data version 2 had them: ten a day for each of ten inboxes.
func manyImports(t *testing.T, e engine.Engine, n int) {
	t.Helper()
	_, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "schema", Order: "schema", Body: []byte(`{"version":2}`)})
	must(t, err)
	_, err = e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "numbers", Order: "numbers", Body: fmt.Appendf(nil, `{"import":%d}`, n)})
	must(t, err)
	var docs []engine.Doc
	for i := range n {
		imp := ledger.Import{ID: fmt.Sprintf("i%d-1", i), No: int64(i + 1), Inbox: fmt.Sprintf("inbox %d", i%10), Workbook: fmt.Sprintf("Kunder %d.xlsx", i), State: ledger.Done,
			Began: at.Add(time.Duration(i) * 15 * time.Minute), Sum: fmt.Sprintf("%064x", i), Notes: []string{strings.Repeat("x", 500)}}
		imp.Tally.Counts[0].Created = 3
		if i%3 == 0 {
			imp.Tally.Counts[0].Rejected = 1
		}
		switch i {
		case 7:
			imp.State, imp.Workbook = ledger.Held, "Kunder sällsynt.xlsx"
		case 8:
			imp.Workbook = "Rapport kunder.xlsx"
		}
		if i%2 == 1 && i > 8 {
			imp.Workbook = fmt.Sprintf("Rapport %d.xlsx", i)
		}
		body, err := json.Marshal(imp)
		must(t, err)
		docs = append(docs, engine.Doc{ID: imp.ID, Order: engine.Order(imp.No), Body: body})
		if len(docs) == 1000 || i == n-1 {
			_, err := e.WriteAll(t.Context(), engine.Imports, docs)
			must(t, err)
			docs = docs[:0]
		}
	}
}

// TestSearchFigures searches a million accounts, 200,000 on MongoDB, when nothing else is done and while records are written.
func TestSearchFigures(t *testing.T) {
	onBoth(t, func(t *testing.T, fresh func() engine.Engine) {
		e := fresh()
		accounts := size(5_000, 1_000_000)
		if e.DataDir() == "" {
			accounts = size(5_000, 200_000)
		}
		s := open(t, e)
		imp := ledger.Import{ID: "many-1", No: 1}
		began := time.Now()
		for first := int64(1); first <= int64(accounts); first += 5000 {
			manyAccounts(t, e, &imp, first, min(5000, int64(accounts)-first+1))
		}
		t.Logf("%d accounts were written in %v", accounts, time.Since(began).Round(time.Millisecond))
		began = time.Now()
		x := s.Indexer()
		n, err := x.Step(t.Context())
		must(t, err)
		t.Logf("%d were indexed in %v", n, time.Since(began).Round(time.Millisecond))
		searches(t, s, "", accounts)
		if os.Getenv("INLET_TEST_DEEP") == "" {
			return
		}
		ctx, end := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			other := ledger.Import{ID: "more-1", No: 2}
			for first := int64(1); ctx.Err() == nil; first += 2000 {
				manyAccounts(t, e, &other, first, 2000)
			}
		}()
		searches(t, s, " while others are written", accounts)
		end()
		<-done
	})
}

func searches(t *testing.T, s *store.Store, when string, accounts int) {
	t.Helper()
	for what, text := range map[string]func(n int) string{
		"a word that all have":         func(int) string { return "ab" },
		"two words that all have":      func(int) string { return "ab bolag" },
		"a rare word":                  func(n int) string { return numbered(n * 37 % accounts) },
		"a rare word and a common one": func(n int) string { return "ab " + numbered(n*37%accounts) },
		"the beginning of a rare one":  func(n int) string { return numbered(n * 37 % accounts)[:4] },
		"an e-mail address":            func(n int) string { return fmt.Sprintf("info@%d.example", n*37%accounts+1) },
		"nothing":                      func(int) string { return "qqq" },
	} {
		p95(t, what+when, func(n int) error {
			f, err := s.Search.Find(t.Context(), text(n), 50)
			if err == nil && (len(f.Records) == 0) != (what == "nothing") {
				err = fmt.Errorf("%q finds %d records, indexing %v", text(n), len(f.Records), f.Indexing)
			}
			return err
		})
	}
}

// numbered returns a word of letters that stands for a number.
func numbered(n int) string {
	word := []byte("aaaaaa")
	for i := range word {
		word[len(word)-1-i] = byte('b' + n%20)
		n /= 20
	}
	return string(word)
}

func manyAccounts(t *testing.T, e engine.Engine, imp *ledger.Import, first, n int64) {
	t.Helper()
	r := row{imp}
	writes := make([]engine.Write, n)
	for i := range writes {
		place := first + int64(i)
		writes[i] = engine.Write{New: true, ID: r.id(place, crm.Account), Seq: r.mark(place, crm.Account), Mark: r.mark(place, crm.Account), At: at,
			Set: vals("name", "Bolag "+numbered(int(place-1))+" AB", "email", fmt.Sprintf("info@%d.example", place), "city", "Umeå")}
	}
	if _, err := e.Write(context.Background(), crm.Account, writes); err != nil {
		t.Error(err)
	}
}
