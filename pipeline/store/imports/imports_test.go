package imports_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/enginetest"
	"inlet.example/inlet/pipeline/store/imports"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// process is the imports as one process sees them that holds the lease of an epoch, or none.
type process struct {
	*imports.Imports
	*imports.Attempts
	epoch   int64
	written bool // a batch of any import is in the journal
}

func newProcess(docs engine.Documents, epoch int64) *process {
	p := &process{epoch: epoch}
	p.Imports = imports.New(docs, func() int64 { return p.epoch }, func(context.Context, string) (bool, error) { return p.written, nil })
	p.Attempts = imports.NewAttempts(docs, p.Imports)
	return p
}

func (p *process) begin(t *testing.T, base, arrival string) ledger.Import {
	t.Helper()
	imp, err := p.Imports.Begin(t.Context(), ledger.Import{ID: base, Arrival: arrival, Inbox: "in", Workbook: base + ".xlsx", State: ledger.Running, Began: at}, false)
	must(t, err)
	return imp
}

func (p *process) finish(t *testing.T, imp *ledger.Import, state ledger.State) {
	t.Helper()
	imp.State = state
	must(t, p.Finish(t.Context(), imp))
}

// TestSaveByAFormerOwner is the guard against two processes that apply one import: every way in which another one may be ahead, and what is not a sign
// of that.
func TestSaveByAFormerOwner(t *testing.T) {
	for name, c := range map[string]struct {
		epoch     int64 // of the process that saves; 0: it holds no lease
		successor func(imp *ledger.Import)
		mine      func(imp *ledger.Import)
		want      error
	}{
		"nothing happened":                    {1, nil, nil, nil},
		"without a lease":                     {0, nil, nil, nil},
		"later lease":                         {1, func(*ledger.Import) {}, nil, ledger.ErrTakenOver},
		"later lease, but none is held":       {0, func(*ledger.Import) {}, nil, nil}, // of an archived file
		"earlier lease":                       {3, func(*ledger.Import) {}, nil, nil},
		"further batch":                       {3, func(imp *ledger.Import) { imp.Batch = 2 }, nil, ledger.ErrTakenOver},
		"further batch, and no lease":         {0, func(imp *ledger.Import) { imp.Batch = 2 }, nil, ledger.ErrTakenOver},
		"same batch":                          {3, func(imp *ledger.Import) { imp.Batch = 2 }, func(imp *ledger.Import) { imp.Batch = 2 }, nil},
		"one more attempt":                    {3, func(imp *ledger.Import) { imp.Attempts++ }, nil, ledger.ErrTakenOver},
		"ended":                               {3, func(imp *ledger.Import) { imp.State = ledger.Done }, nil, ledger.ErrTakenOver},
		"ended, and this one ends it as well": {3, func(imp *ledger.Import) { imp.State = ledger.Done }, func(imp *ledger.Import) { imp.State = ledger.Done }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			docs := &enginetest.Documents{}
			first := newProcess(docs, 1)
			imp := first.begin(t, "a", "a")
			if c.successor != nil {
				theirs := imp
				c.successor(&theirs)
				must(t, newProcess(docs, 2).Save(t.Context(), &theirs))
			}
			if c.mine != nil {
				c.mine(&imp)
			}
			first.epoch = c.epoch
			if err := first.Save(t.Context(), &imp); !errors.Is(err, c.want) {
				t.Errorf("saving gives %v, not %v", err, c.want)
			}
		})
	}
}

// TestReplaceOfAnotherVersion: the successor writes between LoadOwned and Replace.
func TestReplaceOfAnotherVersion(t *testing.T) {
	docs := &enginetest.Documents{}
	p := newProcess(docs, 1)
	imp := p.begin(t, "a", "a")
	doc, err := p.LoadOwned(t.Context(), docs, &imp)
	must(t, err)
	must(t, newProcess(docs, 2).Save(t.Context(), &imp))
	if err := p.Replace(t.Context(), docs, doc, &imp); !errors.Is(err, ledger.ErrTakenOver) {
		t.Errorf("replacing gives %v", err)
	}
}

// TestSaveKeepsUndoneBy: an import whose file is still to be archived may be undone meanwhile.
func TestSaveKeepsUndoneBy(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	imp := p.begin(t, "a", "a")
	p.finish(t, &imp, ledger.Done)
	must(t, p.MarkUndone(t.Context(), &ledger.Import{ID: "u-1", Undoes: imp.ID}))
	imp.Archived = "done/a.xlsx"
	must(t, p.Finish(t.Context(), &imp))
	if now, _, err := p.Import(t.Context(), imp.ID); err != nil || now.UndoneBy != "u-1" || now.Archived == "" {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestBeginOfTheSameBytes(t *testing.T) {
	docs := &enginetest.Documents{}
	p := newProcess(docs, 1)
	first := p.begin(t, "a", "one")
	if again := p.begin(t, "a", "one"); again.ID != first.ID || again.Attempts != 2 {
		t.Errorf("interrupted: %s after %d attempts", again.ID, again.Attempts)
	}
	first.Attempts = 2
	p.finish(t, &first, ledger.Done)
	if again := p.begin(t, "a", "one"); again.ID != first.ID || again.State != ledger.Done {
		t.Errorf("the same arrival: %s, %s", again.ID, again.State)
	}
	next, err := p.Next(t.Context(), ledger.Import{ID: "a", State: ledger.Running}, false)
	must(t, err)
	second := p.begin(t, "a", "two")
	if second.ID != "a-2" || second.State != ledger.Duplicate || second.Original() != first.ID || next.ID != second.ID || next.No != second.No || next.State != second.State {
		t.Errorf("a duplicate: %+v; foreseen %+v", second, next)
	}
	must(t, p.MarkUndone(t.Context(), &ledger.Import{ID: "u-1", Undoes: first.ID}))
	if third := p.begin(t, "a", "three"); third.ID != "a-3" || third.State != ledger.Running {
		t.Errorf("after an undo: %s, %s", third.ID, third.State)
	}
}

// TestUndoBringsTheImportBeforeBack: the one that a workbook is a duplicate of is the last that is done and not undone.
func TestUndoBringsTheImportBeforeBack(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	for _, arrival := range []string{"one", "two"} {
		imp, err := p.Imports.Begin(t.Context(), ledger.Import{ID: "a", Arrival: arrival, State: ledger.Running}, true)
		must(t, err)
		p.finish(t, &imp, ledger.Done)
	}
	undo := &ledger.Import{ID: "u-1", Undoes: "a-2"}
	original := func(arrival, want string) {
		t.Helper()
		if imp := p.begin(t, "a", arrival); imp.Original() != want {
			t.Errorf("%s repeats %q, not %q", imp.ID, imp.Original(), want)
		}
	}
	original("three", "a-2")
	must(t, p.MarkUndone(t.Context(), undo))
	original("four", "a-1")
	must(t, p.MarkUndone(t.Context(), &ledger.Import{ID: "u-2", Undoes: "a-1"}))
	original("five", "")
}

// TestRulesOfAnInterruptedImport: one that has written nothing continues with the rules of the program that takes it up.
func TestRulesOfAnInterruptedImport(t *testing.T) {
	for _, written := range []bool{false, true} {
		p := newProcess(&enginetest.Documents{}, 1)
		p.written = written
		imp := ledger.Import{ID: "a", Arrival: "a", State: ledger.Running, Rules: 1}
		_, err := p.Imports.Begin(t.Context(), imp, false)
		must(t, err)
		imp.Rules = 2
		got, err := p.Imports.Begin(t.Context(), imp, false)
		must(t, err)
		if want := map[bool]int{false: 2, true: 1}[written]; got.Rules != want {
			t.Errorf("written %v: continued with rules %d", written, got.Rules)
		}
	}
}

func TestListIsTheNewestFirst(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	for _, base := range []string{"a", "b", "c"} {
		p.begin(t, base, base)
	}
	for before, want := range map[int64][]string{0: {"c-1", "b-1"}, 3: {"b-1", "a-1"}, 1: nil} {
		all, err := p.List(t.Context(), before, 2)
		must(t, err)
		if got := ids(all); !slices.Equal(got, want) {
			t.Errorf("before %d: %v, not %v", before, got, want)
		}
	}
}

func ids(all []ledger.Import) []string {
	var ids []string
	for _, imp := range all {
		ids = append(ids, imp.ID)
	}
	return ids
}

func TestOpenImports(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	running, unarchived, archived := p.begin(t, "running", "1"), p.begin(t, "unarchived", "2"), p.begin(t, "archived", "3")
	p.begin(t, "of a person", "")
	p.finish(t, &unarchived, ledger.Done)
	archived.Archived = "done/archived.xlsx"
	p.finish(t, &archived, ledger.Done)
	begun, err := p.Begun(t.Context())
	must(t, err)
	left, err := p.Unarchived(t.Context())
	must(t, err)
	if !slices.Equal(ids(begun), []string{running.ID}) || !slices.Equal(ids(left), []string{unarchived.ID}) {
		t.Errorf("begun are %v, unarchived %v", ids(begun), ids(left))
	}
	must(t, p.Close(t.Context(), running.ID))
	open, err := p.Open(t.Context())
	must(t, err)
	if !slices.Equal(open, []string{"unarchived-1", "of a person-1"}) {
		t.Errorf("open are %v", open)
	}
}

func TestAttemptsInARow(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	attempt := func(arrival string, survived bool, want int) *ledger.Import {
		t.Helper()
		times, imp, err := p.Attempts.Begin(t.Context(), "in", arrival, survived)
		must(t, err)
		if times != want {
			t.Errorf("%s was tried %d times, not %d", arrival, times, want)
		}
		return imp
	}
	attempt("a", false, 1)
	if imp := attempt("a", false, 2); imp != nil {
		t.Errorf("an arrival without an import has %s", imp.ID)
	}
	attempt("b", false, 1)
	attempt("a", false, 3) // another daemon has begun b meanwhile
	attempt("b", false, 2)
	attempt("a", true, 1)
	imp := p.begin(t, "a", "a")
	if found := attempt("a", false, 2); found == nil || found.ID != imp.ID {
		t.Errorf("the import of the arrival is %v", found)
	}
	imp.Batch = 1
	must(t, p.Save(t.Context(), &imp))
	attempt("a", false, 1) // a batch has become durable
	must(t, p.Stop(t.Context(), &imp, ledger.Stuck))
	attempt("a", false, 2)
	imp.Code, imp.Why = "x", "y"
	must(t, p.Resume(t.Context(), &imp))
	if imp.State != ledger.Running || imp.Code+imp.Why != "" {
		t.Errorf("resumed as %+v", imp)
	}
	attempt("a", false, 1)
}

// TestAttemptsOfAnOlderVersion are continued.
func TestAttemptsOfAnOlderVersion(t *testing.T) {
	docs := &enginetest.Documents{}
	_, err := docs.Insert(t.Context(), engine.Meta, engine.Doc{ID: "trying/in", Order: "trying/in", Body: []byte(`{"arrival":"a","batch":0,"times":3}`)})
	must(t, err)
	p := newProcess(docs, 1)
	for i, arrival := range []string{"b", "a"} {
		if times, _, err := p.Attempts.Begin(t.Context(), "in", arrival, false); err != nil || times != []int{1, 4}[i] {
			t.Errorf("%s was tried %d times, %v", arrival, times, err)
		}
	}
}

func TestCancellations(t *testing.T) {
	c := imports.NewCancellations(&enginetest.Documents{})
	for _, id := range []string{"a-1", "b-1", "a-1"} {
		must(t, c.Request(t.Context(), id))
	}
	must(t, c.Remove(t.Context(), "b-1"))
	if all, err := c.All(t.Context()); err != nil || !slices.Equal(all, []string{"a-1"}) {
		t.Errorf("to end are %v, %v", all, err)
	}
}

// TestHeld lists what is held of each inbox until a person has decided. What an earlier version held is in no list, and found all the same.
func TestHeld(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	check := func(inbox string, want ...string) {
		t.Helper()
		all, err := p.Held(t.Context(), inbox)
		must(t, err)
		var got []string
		for _, f := range all {
			got = append(got, f.Import)
			if f.Sum != "sum" || f.Workbook == "" {
				t.Errorf("listed as %+v", f)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("held of %s are %v, not %v", inbox, got, want)
		}
	}
	begin := func(base, inbox string, state ledger.State) ledger.Import {
		imp, err := p.Imports.Begin(t.Context(), ledger.Import{ID: base, Arrival: base, Inbox: inbox, Sum: "sum", Workbook: base + ".xlsx", State: state}, true)
		must(t, err)
		return imp
	}
	begin("old1", "in", ledger.Held) // and not on a list
	begin("old2", "in", ledger.Held)
	first, second, other := begin("a", "in", ledger.Running), begin("b", "in", ledger.Running), begin("c", "other", ledger.Running)
	for _, imp := range []*ledger.Import{&first, &second, &other} {
		p.finish(t, imp, ledger.Held)
		p.finish(t, imp, ledger.Held) // its files were archived
	}
	check("in", "old1-1", "old2-1", "a-1", "b-1")
	check("other", "c-1")
	first, ok, err := p.Reopen(t.Context(), first.ID)
	if !ok || err != nil || first.State != ledger.Running || !first.Approved {
		t.Fatalf("reopened: %v, %v, %+v", ok, err, first)
	}
	p.finish(t, &first, ledger.Done)
	p.finish(t, &second, ledger.Refused)
	check("in", "old1-1", "old2-1")
	if _, ok, err := p.Reopen(t.Context(), second.ID); ok || err != nil {
		t.Errorf("what was decided is reopened: %v, %v", ok, err)
	}
}
