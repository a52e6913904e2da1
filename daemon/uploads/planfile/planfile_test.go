package planfile

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

func valueOf(field, text string) crm.Values {
	var v crm.Values
	v.Set(field, crm.TextValue(text))
	return v
}

// planOf writes a plan of rows, each of one or two changes.
func planOf(t *testing.T, dir string, rows ...[]ledger.Change) Summary {
	t.Helper()
	w, err := Create(dir, func(_ string, kind crm.Kind, field string) string {
		return map[string]string{"account.zip": "C"}[kind.Path(field)]
	}, []byte("seed"))
	if err != nil {
		t.Fatal(err)
	}
	var batch []ledger.Change
	for i, row := range rows {
		for _, ch := range row {
			ch.Ref, ch.Ordinal = ledger.Ref{Sheet: "S", Row: i + 2}, int64(i+1)
			batch = append(batch, ch)
		}
	}
	if err := w.Add(batch); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(&ledger.Import{ID: "x-1", State: ledger.Planned}, 7, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	s, ok, err := Read(dir)
	if err != nil || !ok {
		t.Fatalf("Read: %v, %v", ok, err)
	}
	return s
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	account := func(a ledger.Action) ledger.Change { return ledger.Change{Kind: crm.Account, Action: a, ID: "a1"} }
	contact := func(a ledger.Action) ledger.Change { return ledger.Change{Kind: crm.Contact, Action: a, ID: "c1"} }
	problem := func(code ledger.Code, warning bool) []ledger.Problem {
		return []ledger.Problem{{Code: code, Warning: warning, Candidates: []string{"a1", "a2"}}}
	}
	unclear, rejected, warned := account(ledger.Park), account(ledger.Reject), account(ledger.Create)
	unclear.Problems, rejected.Problems, warned.Problems = problem(ledger.Ambiguous, false), problem(ledger.Invalid, false), problem(ledger.Ambiguous, true)
	changed := account(ledger.Update)
	changed.Before, changed.After = valueOf("zip", "1"), valueOf("zip", "2")
	dir := t.TempDir()
	s := planOf(t, dir, []ledger.Change{account(ledger.Unchanged), contact(ledger.Create)}, []ledger.Change{changed, contact(ledger.Unchanged)}, []ledger.Change{account(ledger.Unchanged), contact(ledger.Skip)},
		[]ledger.Change{unclear, contact(ledger.Park)}, []ledger.Change{rejected}, []ledger.Change{warned})
	for list, want := range map[List]int{Created: 2, Updated: 1, Unchanged: 1, Unclear: 1, Rejected: 1, Notes: 1} {
		if s.Counts[list] != want {
			t.Errorf("%s: %d rows, want %d", list, s.Counts[list], want)
		}
	}
	if s.Rows != 6 || s.Fields["account.zip"] != 1 || s.Total() != 1 || s.Newest != 7 || s.Import.ID != "x-1" {
		t.Errorf("the summary is %+v", s)
	}
	page, err := Rows(dir, Updated, 0, 10, Filter{})
	if err != nil || len(page.Rows) != 1 || page.Next != -1 {
		t.Fatalf("updated: %+v, %v", page, err)
	}
	if r := page.Rows[0]; r.Row != 3 || len(r.Parts) != 2 || r.Parts[0].Values[0] != (Value{"zip", "1", "2", "C3"}) || r.Parts[0].ID != "a1" || r.Key() != "S!3" {
		t.Errorf("the row is %+v", r)
	}
	if page, err = Rows(dir, Unclear, 0, 10, Filter{}); err != nil || len(page.Rows) != 1 || len(page.Rows[0].Ambiguous().Candidates) != 2 {
		t.Errorf("unclear: %+v, %v", page, err)
	}
}

// TestPages: any page of a long list is read by its place; a search goes on where it was broken off.
func TestPages(t *testing.T) {
	t.Parallel()
	var rows [][]ledger.Change
	for i := range 1000 {
		rows = append(rows, []ledger.Change{{Kind: crm.Account, Action: ledger.Update, ID: "a1", Title: fmt.Sprintf("Company %d", i), Before: valueOf("zip", "1"), After: valueOf("zip", fmt.Sprint(i))}})
	}
	dir := t.TempDir()
	planOf(t, dir, rows...)
	for _, c := range []struct{ from, n, first, got, next int }{{0, 25, 2, 25, 25}, {975, 25, 977, 25, -1}, {990, 25, 992, 10, -1}, {1000, 25, 0, 0, -1}, {-5, 25, 0, 0, -1}, {1 << 40, 25, 0, 0, -1}} {
		page, err := Rows(dir, Updated, c.from, c.n, Filter{})
		if err != nil || len(page.Rows) != c.got || page.Next != c.next || c.got > 0 && page.Rows[0].Row != c.first {
			t.Errorf("from %d: %d rows, next %d, %v", c.from, len(page.Rows), page.Next, err)
		}
	}
	wanted := Filter{"account.zip", "company 99"}
	page, err := Rows(dir, Updated, 0, 5, wanted)
	if err != nil || len(page.Rows) != 5 || page.Rows[0].Title() != "Company 99" || page.Rows[4].Title() != "Company 993" || page.Next != 994 {
		t.Errorf("a search: %+v, %v", page, err)
	}
	if page, err = Rows(dir, Updated, page.Next, 20, wanted); err != nil || len(page.Rows) != 6 || page.Next != -1 {
		t.Errorf("its rest: %d rows, next %d, %v", len(page.Rows), page.Next, err)
	}
	for text, want := range map[string]int{`"`: 0, "\\": 0, "<": 0, "company 7\x00": 0, "COMPANY": 0, "c2": 0, "17": 3} {
		if page, err := Rows(dir, Updated, 0, 3, Filter{Text: text}); err != nil || len(page.Rows) != want {
			t.Errorf("%q is in %d rows (%v), want %d", text, len(page.Rows), err, want)
		}
	}
	if r := (&Row{}); r.has(Filter{Field: "account.zip"}) || !r.has(Filter{}) {
		t.Error("a row without changes changes a field")
	}
}

// TestDigest: another change, another order or another seed is another plan.
func TestDigest(t *testing.T) {
	t.Parallel()
	create := []ledger.Change{{Kind: crm.Account, Action: ledger.Create, ID: "n", After: valueOf("name", "A")}}
	other := []ledger.Change{{Kind: crm.Account, Action: ledger.Create, ID: "n", After: valueOf("name", "B")}}
	a, b, c := planOf(t, t.TempDir(), create, other), planOf(t, t.TempDir(), other, create), planOf(t, t.TempDir(), create, other)
	if a.Digest == b.Digest || a.Digest != c.Digest || len(a.Digest) != 64 {
		t.Errorf("digests: %s %s %s", a.Digest, b.Digest, c.Digest)
	}
	if _, ok, err := Read(t.TempDir()); ok || err != nil {
		t.Errorf("where there is no plan: %v, %v", ok, err)
	}
}

// TestFaulty: the rows that do not come in are read in the order of the file, with their problems, whichever list they stand in.
func TestFaulty(t *testing.T) {
	t.Parallel()
	of := func(a ledger.Action, code ledger.Code) []ledger.Change {
		return []ledger.Change{{Kind: crm.Account, Action: a, Rule: "A7", Problems: []ledger.Problem{{Code: code, Candidates: []string{"a", "b"}}}}, {Kind: crm.Contact, Action: a, Rule: "A7"}}
	}
	dir := t.TempDir()
	planOf(t, dir, of(ledger.Reject, ledger.Invalid), of(ledger.Park, ledger.Ambiguous), []ledger.Change{{Kind: crm.Account, Action: ledger.Create}}, of(ledger.Park, ledger.Ambiguous), of(ledger.Reject, ledger.Required))
	var got []string
	for changes, err := range Faulty(dir).Changes(t.Context(), "x-1") {
		if err != nil {
			t.Fatal(err)
		}
		first := changes[0]
		got = append(got, fmt.Sprintln(first.Ordinal, first.Row, first.Sheet, first.Action, first.Rule, first.Problems[0].Code, len(changes), len(changes[1].Problems)))
	}
	want := []string{"1 2 S reject A7 INVALID 2 0\n", "2 3 S park A7 AMBIGUOUS 2 0\n", "4 5 S park A7 AMBIGUOUS 2 0\n", "5 6 S reject A7 REQUIRED 2 0\n"}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are %q", got)
	}
	for _, err := range Faulty(t.TempDir()).Changes(t.Context(), "") {
		if err == nil {
			t.Error("a plan that does not exist has rows")
		}
	}
}
