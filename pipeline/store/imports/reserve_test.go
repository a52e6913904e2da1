package imports_test

import (
	"slices"
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/enginetest"
)

// reserving is a process that knows the term of its lease, and the calls that it makes.
type reserving struct {
	*process
	term  int64
	calls []string
}

func newReserving(docs *enginetest.Documents) *reserving {
	r := &reserving{process: newProcess(docs, 1), term: 1}
	r.Term = func() (int64, int64) { return r.term, r.epoch }
	docs.Before = func(call string) error { r.calls = append(r.calls, call); return nil }
	return r
}

// attempt takes an arrival up whose import is foreseen, without the lease.
func (r *reserving) attempt(t *testing.T, arrival, foreseen string) {
	t.Helper()
	r.epoch = 0
	r.Foresee("in", foreseen)
	_, _, err := r.Attempts.Begin(t.Context(), "in", arrival, false)
	must(t, err)
	r.epoch++
	r.calls = nil
}

func (r *reserving) writes() []string {
	return slices.DeleteFunc(slices.Clone(r.calls), func(call string) bool { return strings.HasPrefix(call, "load") })
}

// TestReserved: an import that was foreseen begins with one write. What was foreseen in vain does no harm.
func TestReserved(t *testing.T) {
	docs := &enginetest.Documents{}
	r := newReserving(docs)
	begin := func(base, arrival string, no int64, writes ...string) ledger.Import {
		t.Helper()
		imp := r.begin(t, base, arrival)
		if is := r.writes(); imp.No != no || !slices.Equal(is, writes) {
			t.Errorf("%s has number %d, not %d, after %v, not %v", imp.ID, imp.No, no, is, writes)
		}
		return imp
	}
	end := func(imp ledger.Import) {
		t.Helper()
		imp.Archived = "done/a"
		r.finish(t, &imp, ledger.Done)
	}
	listed := func(want ...string) {
		t.Helper()
		open, err := newProcess(docs, 1).Open(t.Context())
		must(t, err)
		if !slices.Equal(open, want) {
			t.Errorf("open are %v, not %v", open, want)
		}
	}
	r.attempt(t, "1", "a")
	listed("a-1")
	if open, err := r.Open(t.Context()); err != nil || len(open) > 0 { // nothing is to be finished there
		t.Errorf("open are %v, %v", open, err)
	}
	end(begin("a", "1", 1, "insert imports"))
	listed("a-1") // until the list is next written
	r.attempt(t, "2", "b")
	listed("b-1")
	end(begin("c", "2", 2, "write all meta", "insert imports")) // the file was changed meanwhile
	r.attempt(t, "3", "d")
	listed("d-1")
	r.term++ // another process has held the lease, and may have given the number to its import
	end(begin("d", "3", 4, "write all meta", "insert imports"))
	r.attempt(t, "4", "d") // the same bytes once more
	imp := r.begin(t, "d", "4")
	if imp.ID != "d-2" || imp.State != ledger.Duplicate || imp.No != 5 {
		t.Errorf("the duplicate is %+v", imp)
	}
	r.attempt(t, "5", "e")
	r.attempt(t, "5", "e") // the first attempt failed
	end(begin("e", "5", 6, "insert imports"))
	r.attempt(t, "6", "")
	end(begin("f", "6", 7, "write all meta", "insert imports"))
	listed("f-1")
}

// TestReservedByAnother: two processes that reserve side by side give numbers in the order in which their imports begin.
func TestReservedByAnother(t *testing.T) {
	docs := &enginetest.Documents{}
	one, other := newReserving(docs), newReserving(docs)
	one.attempt(t, "1", "a")
	other.attempt(t, "2", "b")
	first := other.begin(t, "b", "2")
	one.term++
	second := one.begin(t, "a", "1")
	if second.No <= first.No {
		t.Errorf("the second has number %d, the first %d", second.No, first.No)
	}
}

// TestInterruptedIsNotReserved: an import that is there already is continued, and found by whoever takes the lease.
func TestInterruptedIsNotReserved(t *testing.T) {
	docs := &enginetest.Documents{}
	newProcess(docs, 1).begin(t, "a", "1")
	r := newReserving(docs)
	r.attempt(t, "2", "a")
	if open, err := r.Open(t.Context()); err != nil || !slices.Equal(open, []string{"a-1"}) {
		t.Errorf("open are %v, %v", open, err)
	}
	if imp := r.begin(t, "a", "2"); imp.ID != "a-1" || imp.Attempts != 2 {
		t.Errorf("it begins as %s, attempt %d", imp.ID, imp.Attempts)
	}
}

// TestRemovedIsStillKnown: the number of a workbook's imports goes on where the last of them was removed, although it was never counted.
func TestRemovedIsStillKnown(t *testing.T) {
	p := newProcess(&enginetest.Documents{}, 1)
	first := p.begin(t, "a", "1")
	p.finish(t, &first, ledger.Done)
	must(t, p.Remove(t.Context(), &first))
	if is, err := p.Removed(t.Context(), "a-1"); !is || err != nil {
		t.Errorf("a-1 is removed: %t, %v", is, err)
	}
	if next := p.begin(t, "a", "2"); next.ID != "a-2" || next.State != ledger.Duplicate || next.Original() != "a-1" || !next.Forgotten {
		t.Errorf("the next is %+v", next)
	}
}
