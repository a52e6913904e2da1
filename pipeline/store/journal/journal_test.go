package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// change is the change of an account's name in one row.
func change(ordinal int64, name string) ledger.Change {
	c := ledger.Change{Ordinal: ordinal, Kind: crm.Account, Action: ledger.Create, ID: fmt.Sprint("id", ordinal)}
	c.After.Set("name", crm.TextValue(name))
	return c
}

func batch(n, try, row int, changes ...ledger.Change) ledger.Batch {
	return ledger.Batch{N: n, Try: try, After: ledger.Cursor{Row: row}, Rows: len(changes), Changes: changes}
}

func put(t *testing.T, j *Journal, imp string, b ledger.Batch) (ledger.Batch, ledger.Unwritten, bool) {
	t.Helper()
	there, unwritten, fresh, err := j.Put(t.Context(), j.docs, imp, b, Encode(&b))
	must(t, err)
	return there, unwritten, fresh
}

func ours(context.Context) error { return nil }

// lines returns what an import did, a line for each batch.
func lines(t *testing.T, j *Journal, imp string) []string {
	t.Helper()
	var all []string
	for changes, err := range j.Changes(t.Context(), imp) {
		must(t, err)
		all = append(all, line(changes))
	}
	return all
}

func line(changes []ledger.Change) string {
	var words []string
	for _, c := range changes {
		words = append(words, fmt.Sprintf("%d:%s:%s", c.Ordinal, c.Action, c.After.Of("name").Text()))
	}
	return strings.Join(words, " ")
}

func wantLines(t *testing.T, j *Journal, imp string, want ...string) {
	t.Helper()
	if got := lines(t, j, imp); !slices.Equal(got, want) {
		t.Errorf("the journal has %q, not %q", got, want)
	}
}

func TestChangesOfOneImportInOrder(t *testing.T) {
	j := New(&enginetest.Documents{})
	for _, n := range []int{1, 2, 10, 11} {
		put(t, j, "a-1", batch(n, 0, n, change(int64(n), "x")))
	}
	put(t, j, "a-10", batch(1, 0, 1, change(1, "of another import")))
	wantLines(t, j, "a-1", "1:create:x", "2:create:x", "10:create:x", "11:create:x")
	n := 0
	for range j.Changes(t.Context(), "a-1") {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d batches after a break", n)
	}
}

func TestStarted(t *testing.T) {
	j := New(&enginetest.Documents{})
	put(t, j, "a-10", batch(1, 0, 1))
	for imp, want := range map[string]bool{"a-10": true, "a-1": false} {
		if is, err := j.Started(t.Context(), imp); is != want || err != nil {
			t.Errorf("%s has started: %v, %v", imp, is, err)
		}
	}
}

// TestPutKeepsTheFirstEntry: another process may have written records by it.
func TestPutKeepsTheFirstEntry(t *testing.T) {
	j := New(&enginetest.Documents{})
	if _, unwritten, fresh := put(t, j, "a-1", batch(1, 0, 7, change(1, "first"))); !fresh || unwritten != nil {
		t.Fatalf("the first: fresh is %v, unwritten %v", fresh, unwritten)
	}
	must(t, j.MarkUnwritten(t.Context(), j.docs, "a-1", batch(1, 0, 7), ledger.Unwritten{0: {Code: ledger.Unique}}, ours))
	there, unwritten, fresh := put(t, j, "a-1", batch(1, 0, 7, change(1, "again")))
	if fresh || line(there.Changes) != "1:create:first" {
		t.Errorf("put again: %v, %s", fresh, line(there.Changes))
	}
	if why := unwritten[0]; len(unwritten) != 1 || why == nil || why.Code != ledger.Unique {
		t.Errorf("unwritten of it is %v", unwritten)
	}
}

// TestPutOfAnotherRowIsTakenOver: the process that wrote the entry read on to another row, so nothing that follows would fit.
func TestPutOfAnotherRowIsTakenOver(t *testing.T) {
	for name, other := range map[string]ledger.Cursor{"row": {Row: 8}, "sheet": {Sheet: 1, Row: 7}} {
		t.Run(name, func(t *testing.T) {
			j := New(&enginetest.Documents{})
			put(t, j, "a-1", batch(1, 0, 7))
			b := ledger.Batch{N: 1, After: other}
			if _, _, _, err := j.Put(t.Context(), j.docs, "a-1", b, Encode(&b)); !errors.Is(err, ledger.ErrTakenOver) {
				t.Errorf("put gives: %v", err)
			}
		})
	}
}

func TestUnwrittenChangesAreRejected(t *testing.T) {
	j := New(&enginetest.Documents{})
	b := batch(1, 0, 3, change(1, "written"), change(2, "in conflict"), change(3, "refused"))
	put(t, j, "a-1", b)
	must(t, j.MarkUnwritten(t.Context(), j.docs, "a-1", b, ledger.Unwritten{1: nil, 2: {Code: ledger.Unique}}, ours))
	changes, err := j.Batch(t.Context(), "a-1", 1)
	must(t, err)
	var got []string
	for _, c := range changes {
		code := ""
		if len(c.Problems) > 0 {
			code = string(c.Problems[0].Code)
		}
		got = append(got, string(c.Action)+" "+code)
	}
	if want := []string{"create ", "reject " + string(ledger.Conflict), "reject " + string(ledger.Unique)}; !slices.Equal(got, want) {
		t.Errorf("the changes are %q, not %q", got, want)
	}
}

// TestSecondTryReplacesItsRows: what met a conflict on the first try is as the second left it.
func TestSecondTryReplacesItsRows(t *testing.T) {
	j := New(&enginetest.Documents{})
	first := batch(1, 0, 2, change(1, "one"), change(2, "two"))
	put(t, j, "a-1", first)
	must(t, j.MarkUnwritten(t.Context(), j.docs, "a-1", first, ledger.Unwritten{1: nil}, ours))
	put(t, j, "a-1", batch(1, 1, 2, change(2, "two again")))
	put(t, j, "a-1", batch(2, 0, 3, change(3, "three")))
	wantLines(t, j, "a-1", "1:create:one 2:create:two again", "3:create:three")
	changes, err := j.Batch(t.Context(), "a-1", 1)
	must(t, err)
	if got := line(changes); got != "1:create:one 2:create:two again" {
		t.Errorf("the batch is %s", got)
	}
	if _, err := j.Batch(t.Context(), "a-1", 3); err == nil {
		t.Error("a batch that is not in the journal is returned")
	}
	if b, ok, err := j.Get(t.Context(), "a-1", 1, 1); !ok || err != nil || line(b.Changes) != "2:create:two again" {
		t.Errorf("the second try is %s, %v, %v", line(b.Changes), ok, err)
	}
	if _, ok, err := j.Get(t.Context(), "a-1", 2, 1); ok || err != nil {
		t.Errorf("a second try that is not there: %v, %v", ok, err)
	}
}

// TestMarkUnwrittenAsksBetweenReadingAndWriting: a process that was suspended finds the records written by its successor, and must not note that as
// conflicts, even if it is suspended within this very call.
func TestMarkUnwrittenAsksBetweenReadingAndWriting(t *testing.T) {
	var calls []string
	docs := &enginetest.Documents{}
	j := New(docs)
	b := batch(1, 0, 1, change(1, "one"))
	put(t, j, "a-1", b)
	docs.Before = func(call string) error { calls = append(calls, call); return nil }
	asks := func(context.Context) error { calls = append(calls, "ask"); return ledger.ErrTakenOver }
	if err := j.MarkUnwritten(t.Context(), docs, "a-1", b, ledger.Unwritten{0: nil}, asks); !errors.Is(err, ledger.ErrTakenOver) {
		t.Errorf("a process that was taken over gets: %v", err)
	}
	if want := []string{"load journal", "ask"}; !slices.Equal(calls, want) {
		t.Errorf("the calls are %q, not %q", calls, want)
	}
	wantLines(t, j, "a-1", "1:create:one")

	changes := func(ctx context.Context) error { // the successor marks the entry in between
		docs.Before = nil
		return New(docs).MarkUnwritten(ctx, docs, "a-1", b, ledger.Unwritten{}, ours)
	}
	if err := j.MarkUnwritten(t.Context(), docs, "a-1", b, ledger.Unwritten{0: nil}, changes); !errors.Is(err, ledger.ErrTakenOver) {
		t.Errorf("an entry that the successor changed: %v", err)
	}
	wantLines(t, j, "a-1", "1:create:one")
	if err := j.MarkUnwritten(t.Context(), docs, "a-1", batch(9, 0, 1), ledger.Unwritten{0: nil}, ours); err == nil {
		t.Error("a batch without an entry is marked")
	}
}

// TestLargeEntryInPieces: the pieces are written before the entry, and their IDs depend on their bytes.
func TestLargeEntryInPieces(t *testing.T) {
	var inserted []string
	docs := &enginetest.Documents{}
	j := New(docs)
	j.PieceBytes = 100
	var changes []ledger.Change
	for i := range 200 {
		changes = append(changes, change(int64(i), fmt.Sprintf("%x", i*i*i*7919)))
	}
	b := batch(1, 0, 1, changes...)
	size := len(Encode(&b))
	docs.Before = func(call string) error { inserted = append(inserted, call); return nil }
	put(t, j, "a-1", b)
	docs.Before = nil
	if want := (size+99)/100 + 1; len(inserted) != want {
		t.Errorf("%d bytes go into %d documents, not %d", size, len(inserted), want)
	}
	wantLines(t, j, "a-1", line(changes))
	j.PieceBytes = size
	put(t, j, "b-1", b)
	if doc, _, err := docs.Load(t.Context(), engine.Journal, "b-1/00000001.0"); err != nil || len(doc.Blob) != size {
		t.Errorf("an entry that fits is split: %d bytes in it, %v", len(doc.Blob), err)
	}
	pieces, err := docs.Range(t.Context(), engine.Journal, engine.Range{Prefix: "pieces/a-1/", Limit: 1})
	must(t, err)
	must(t, removeBlob(t.Context(), docs, pieces[0]))
	for _, err := range j.Changes(t.Context(), "a-1") {
		if err == nil {
			t.Error("an entry with a piece that is not whole is read")
		}
	}
}

func removeBlob(ctx context.Context, docs engine.Documents, doc engine.Doc) error {
	doc.Blob = nil
	_, err := docs.Swap(ctx, engine.Journal, doc)
	return err
}

// TestPiecesOfTwoProcesses: a process that makes the batch anew, with other changes, leaves the pieces of the first one alone, even if its own entry
// does not get into the journal.
func TestPiecesOfTwoProcesses(t *testing.T) {
	j := New(&enginetest.Documents{})
	j.PieceBytes = 10
	put(t, j, "a-1", batch(1, 0, 1, change(1, "first")))
	if there, _, fresh := put(t, j, "a-1", batch(1, 0, 1, change(1, "other"))); fresh || line(there.Changes) != "1:create:first" {
		t.Errorf("put again: %v, %s", fresh, line(there.Changes))
	}
	wantLines(t, j, "a-1", "1:create:first")
	pieces, err := j.docs.Range(t.Context(), engine.Journal, engine.Range{Prefix: "pieces/", Limit: 1000})
	must(t, err)
	sums := map[string]bool{}
	for _, p := range pieces {
		sums[strings.Split(p.ID, "/")[3]] = true
	}
	if len(sums) != 2 {
		t.Errorf("the pieces of two entries have %d names", len(sums))
	}
}

// TestPruneRemovesEntriesAndPieces: nothing of the import is left, not even pieces whose entry never came, and nothing of another is touched.
func TestPruneRemovesEntriesAndPieces(t *testing.T) {
	j := New(&enginetest.Documents{})
	j.PieceBytes = 10
	for _, imp := range []string{"a-1", "a-10"} {
		put(t, j, imp, batch(1, 0, 1, change(1, "one")))
		put(t, j, imp, batch(1, 1, 1, change(1, "again")))
		put(t, j, imp, batch(2, 0, 2, change(2, "behind the last, never applied")))
	}
	put(t, j, "a-1", batch(1, 0, 1, change(1, "another process made it anew")))
	must(t, j.Prune(t.Context(), "a-1", 1))
	left, err := j.docs.Range(t.Context(), engine.Journal, engine.Range{Limit: 1000})
	must(t, err)
	of := map[string]int{}
	for _, doc := range left {
		imp, rest, _ := strings.Cut(doc.ID, "/")
		if imp == "pieces" {
			imp, _, _ = strings.Cut(rest, "/")
		}
		of[imp]++
	}
	if of["a-1"] != 0 || of["a-10"] < 6 {
		t.Errorf("documents that are left, by import: %v", of)
	}
	wantLines(t, j, "a-10", "1:create:again", "2:create:behind the last, never applied")
}

// TestMarkUnwrittenReplacesEarlierMarks: a batch that is applied once more after a crash may meet other obstacles than the first time.
func TestMarkUnwrittenReplacesEarlierMarks(t *testing.T) {
	j := New(&enginetest.Documents{})
	b := batch(1, 0, 2, change(1, "one"), change(2, "two"))
	put(t, j, "a-1", b)
	must(t, j.MarkUnwritten(t.Context(), j.docs, "a-1", b, ledger.Unwritten{0: {Code: ledger.Unique}, 1: nil}, ours))
	must(t, j.MarkUnwritten(t.Context(), j.docs, "a-1", b, ledger.Unwritten{0: nil}, ours))
	wantLines(t, j, "a-1", "1:reject:one 2:create:two")
	changes, err := j.Batch(t.Context(), "a-1", 1)
	must(t, err)
	if code := changes[0].Problems[0].Code; code != ledger.Conflict {
		t.Errorf("the change is rejected for %s", code)
	}
}

// vanishing is a database in which no journal entry can be inserted, as if it existed.
type vanishing struct{ *enginetest.Documents }

func (vanishing) Insert(context.Context, engine.Table, engine.Doc) (bool, error) { return false, nil }

func TestPutNamesTheEntryThatCannotBeInserted(t *testing.T) {
	j := New(vanishing{&enginetest.Documents{}})
	b := batch(1, 0, 1, change(1, "one"))
	if _, _, _, err := j.Put(t.Context(), j.docs, "a-1", b, Encode(&b)); err == nil || !strings.Contains(err.Error(), "a-1/00000001.0") {
		t.Errorf("put gives: %v", err)
	}
}

// TestLargeBufferIsNotKept: one batch of very long texts does not hold its memory until the process ends.
func TestLargeBufferIsNotKept(t *testing.T) {
	b := batch(1, 0, 1, change(1, strings.Repeat("x", 9<<20)))
	Encode(&b)
	for range cap(buffers) {
		if kept := takeBuffer(); cap(kept) > 8<<20 {
			t.Errorf("a buffer of %d bytes is kept", cap(kept))
		}
	}
}

// TestPagesPassesOver: a batch is passed over by what its header counts of it, but not one of which some changes were written later or not at all.
func TestPagesPassesOver(t *testing.T) {
	j := New(&enginetest.Documents{})
	problem := change(1, "one")
	problem.Problems = []ledger.Problem{{Code: ledger.Invalid}, {Code: ledger.Invalid}}
	update := change(2, "two")
	update.Action = ledger.Update
	update.Before.Set("city", crm.TextValue("Lund"))
	first, second, third := batch(1, 0, 1, problem), batch(2, 0, 2, update), batch(3, 0, 3, change(3, "three"))
	for _, b := range []ledger.Batch{first, second, third} {
		put(t, j, "a-1", b)
	}
	must(t, j.MarkUnwritten(t.Context(), j.docs, "a-1", third, ledger.Unwritten{0: nil}, ours))
	put(t, j, "a-1", batch(4, 0, 4, change(4, "four"), change(5, "five")))
	put(t, j, "a-1", batch(4, 1, 5, change(5, "five again")))
	var asked []string
	got := func(skip func(problems, fields int) bool) string {
		var all []string
		for changes, err := range j.Pages(t.Context(), "a-1", func(problems, fields int) bool {
			asked = append(asked, fmt.Sprint(problems, fields))
			return skip(problems, fields)
		}) {
			must(t, err)
			all = append(all, line(changes))
		}
		return strings.Join(all, "; ")
	}
	if got, want := got(func(int, int) bool { return true }), "3:reject:three; 4:create:four 5:create:five again"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	if want := []string{"2 0", "0 2"}; !slices.Equal(asked, want) {
		t.Errorf("it is asked of %v, not %v", asked, want)
	}
	if got, want := got(func(problems, _ int) bool { return problems > 0 }), "2:update:two; 3:reject:three; 4:create:four 5:create:five again"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
