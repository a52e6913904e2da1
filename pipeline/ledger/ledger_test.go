package ledger_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// TestBatchJSON has what the journal keeps come back as it was: it is written by hand and read by encoding/json.
func TestBatchJSON(t *testing.T) {
	values := crm.Values{{Field: "name", Value: crm.TextValue("Åsa \"Ö\"\n")}, {Field: "active", Value: crm.BoolValue(false)}}
	ref := ledger.Ref{Sheet: "Kun\"der", Row: 7, Column: "C"}
	b := ledger.Batch{N: 3, Try: 1, Rows: 2, After: ledger.Cursor{Row: 9, Ordinal: 8, Blank: 1, Above: ledger.Above{ID: "a", Lost: ledger.Park}},
		Changes: []ledger.Change{
			{Ref: ref, Ordinal: 7, Kind: crm.Contact, Action: ledger.Update, ID: "1", ParentID: "2", Moved: "3", Expect: -1, Before: values, After: values, Rule: "C1b",
				Problems: []ledger.Problem{{Ref: ref, Code: ledger.Ambiguous, Value: "x", Text: message.Say("do"), Candidates: []string{"a", "b"}, Warning: true}}},
			{Ref: ledger.Ref{Row: 8}, Ordinal: 8, Kind: crm.Account, Action: ledger.Skip},
		}}
	var got ledger.Batch
	if err := json.Unmarshal(b.AppendJSON(nil), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, got, cmp.AllowUnexported(crm.Value{})); diff != "" {
		t.Errorf("batch (-want +got):\n%s", diff)
	}
}

// TestMark has marks rise with the rows, differ by try and kind, and say their import.
func TestMark(t *testing.T) {
	last := int64(0)
	for _, no := range []int64{1, 2, 1<<27 - 1} {
		for _, place := range []int64{1, 2, 1 << 20, 1<<34 - 1} {
			for try := range 2 {
				for _, kind := range crm.Kinds {
					m := ledger.ChangeID(no, place, try, kind)
					if m <= last {
						t.Errorf("the mark of import %d row %d try %d %s is %d, behind %d", no, place, try, kind, m, last)
					}
					if ledger.ImportOf(m) != no {
						t.Errorf("the mark of import %d is that of %d", no, ledger.ImportOf(m))
					}
					last = m
				}
			}
		}
	}
}

// TestNewID has no two rows or kinds share an ID, beyond the 22 bits of one stretch too, and the same row always get the same.
func TestNewID(t *testing.T) {
	seen := map[string]string{}
	for _, imp := range []string{"a-1", "a-2", "b-1"} {
		for _, place := range []int64{1, 2, 1<<22 - 1, 1 << 22, 1<<22 + 1, 1 << 23} {
			for _, kind := range crm.Kinds {
				id := ledger.NewID(imp, place, kind)
				what := imp + string(kind) + string(rune(place))
				if other, ok := seen[id]; ok || len(id) != 24 {
					t.Errorf("%s of %d in %s has the ID %s, as %s", kind, place, imp, id, other)
				}
				seen[id] = what
				if ledger.NewID(imp, place, kind) != id {
					t.Errorf("%s gets another ID when asked again", what)
				}
			}
		}
	}
}

// TestNewUUIDs: where a database has UUIDs, the ID of a row's record is one of version 8, known again as that of its import, and no other is.
func TestNewUUIDs(t *testing.T) {
	imp := ledger.Import{ID: "a-1"}
	imp.NewIDs[crm.Account.Number()] = ledger.UUIDs
	ids, seen := imp.IDs(), map[string]bool{}
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, place := range []int64{1, 2, 1<<22 - 1, 1 << 22, 1<<22 + 1} {
		id := ids.Of(place, crm.Account)
		if !form.MatchString(id) || seen[id] || id != ids.Of(place, crm.Account) {
			t.Errorf("row %d has the ID %s", place, id)
		}
		seen[id] = true
		if !ledger.CreatedBy("a-1", id, 1<<23, crm.Account) || ledger.CreatedBy("a-2", id, 1<<23, crm.Account) || ledger.CreatedBy("a-1", id, place-1, crm.Account) {
			t.Errorf("row %d: %s is not known as what it is", place, id)
		}
		changed := id[:14] + "4" + id[15:]
		if ledger.CreatedBy("a-1", changed, 1<<23, crm.Account) {
			t.Errorf("%s is taken for one of inlet's", changed)
		}
		if contact := ids.Of(place, crm.Contact); contact != ledger.NewID("a-1", place, crm.Contact) {
			t.Errorf("the contact of row %d has the ID %s", place, contact)
		}
	}
}

// TestTally has every action counted in a column of its own, and a copy be one.
func TestTally(t *testing.T) {
	var tally ledger.Tally
	for n, action := range []ledger.Action{ledger.Create, ledger.Update, ledger.Unchanged, ledger.Skip, ledger.Reject, ledger.Park} {
		for range n + 1 {
			tally.Add(&ledger.Change{Kind: crm.Contact, Action: action, Problems: []ledger.Problem{{Code: ledger.Exists}}})
		}
	}
	want := ledger.Count{Created: 1, Updated: 2, Unchanged: 3, Skipped: 4, Rejected: 5, Parked: 6}
	if *tally.Of(crm.Contact) != want || tally.Of(crm.Contact).Sum() != 21 || tally.Of(crm.Account).Sum() != 0 || tally.Problems[ledger.Exists] != 21 {
		t.Errorf("tally %+v", tally)
	}
	clone := tally.Clone()
	clone.Settle([]ledger.Outcome{{Change: &ledger.Change{Kind: crm.Account, Action: ledger.Create, Problems: []ledger.Problem{{Code: ledger.Exists}}}},
		{Change: &ledger.Change{Kind: crm.Account, Action: ledger.Create}, Conflict: true}})
	if clone.Of(crm.Account).Created != 1 || clone.Problems[ledger.Exists] != 22 || tally.Problems[ledger.Exists] != 21 {
		t.Errorf("tally %+v, its clone %+v", tally, clone)
	}
}

// TestTallyJSON holds the form in which stores and webhooks have a tally.
func TestTallyJSON(t *testing.T) {
	tally := ledger.Tally{Rows: 9, Blank: 2, Counts: ledger.Counts{{Created: 1, Removed: 3}, {Updated: 2}}, Problems: map[ledger.Code]int{ledger.Exists: 4}}
	const want = `{"rows":9,"blank_rows":2,` +
		`"account":{"created":1,"updated":0,"unchanged":0,"skipped":0,"rejected":0,"parked":0,"removed":3},` +
		`"contact":{"created":0,"updated":2,"unchanged":0,"skipped":0,"rejected":0,"parked":0},"problems":{"EXISTS":4}}`
	got, err := json.Marshal(&tally)
	if err != nil || string(got) != want {
		t.Errorf("%s, not %s: %v", got, want, err)
	}
	back := ledger.Tally{Rejected: map[ledger.Code]int{ledger.Exists: 1}}
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tally, back); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

// TestText has the places of a sentence filled in their order, and a percent sign of the reader's own left alone.
func TestText(t *testing.T) {
	for want, text := range map[string]message.Text{
		"a is 50% of b": message.Say("%s is %s of b", "a", "50%"),
		"50% and %s":    message.Say("50% and %s"),
		`"%s": is no a`: message.Say("is no %s", "a").Quoting(`"%s"`),
		"contact c":     ledger.SayOf(crm.Contact, "{kind} %s", "c"),
	} {
		if got := text.String(); got != want {
			t.Errorf("%v is %q, not %q", text, got, want)
		}
	}
}

// TestCapOfRowsLeftOut has a percentage count all rows, also those that are left out.
func TestCapOfRowsLeftOut(t *testing.T) {
	left := func(n int) *ledger.Reading {
		return &ledger.Reading{LeftOut: map[ledger.LeftOut]int{ledger.LeftOutFooter: n}}
	}
	for _, tt := range []struct {
		cap        string
		rows, left int
		held       bool
	}{{"3", 10, 3, false}, {"3", 10, 4, true}, {"0", 10, 0, false}, {"0", 0, 1, true}, {"10%", 90, 10, false}, {"10%", 90, 11, true}} {
		most, err := ledger.ParseCap(tt.cap)
		if err != nil {
			t.Fatal(err)
		}
		caps := ledger.Caps{LeftOut: most}
		refusal := caps.Passed(&ledger.Tally{Rows: tt.rows}, left(tt.left), nil, true)
		if !caps.Any() || (refusal != nil) != tt.held || refusal != nil && (refusal.Code != "cap" || !refusal.Hold) {
			t.Errorf("%d of %d rows left out, %s allowed: %v", tt.left, tt.rows+tt.left, tt.cap, refusal)
		}
	}
}

func TestRef(t *testing.T) {
	for want, r := range map[string]ledger.Ref{"": {}, "Kunder": {Sheet: "Kunder"}, "Kunder row 3": {Sheet: "Kunder", Row: 3}, "Kunder!C3": {Sheet: "Kunder", Row: 3, Column: "C"},
		"row 3": {Row: 3}, "C3": {Row: 3, Column: "C"}} {
		if got := r.String(); got != want {
			t.Errorf("%#v is %q, want %q", r, got, want)
		}
	}
}
