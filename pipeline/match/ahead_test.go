package match_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
)

const ownNumber = 3 // of the import

// apply writes changes as a store does.
func (s *memoryStore) apply(changes []ledger.Change) {
	for _, c := range changes {
		mark := ledger.ChangeID(ownNumber, c.Ordinal, 0, c.Kind)
		switch c.Action {
		case ledger.Create:
			s.records[c.Kind] = append(s.records[c.Kind], crm.Record{Kind: c.Kind, ID: c.ID, ParentID: c.ParentID, Seq: mark, ChangeID: mark, Feed: c.Feed, Values: c.After.Clone()})
		case ledger.Update:
			at := slices.IndexFunc(s.records[c.Kind], func(rec crm.Record) bool { return rec.ID == c.ID })
			rec := &s.records[c.Kind][at]
			rec.ParentID, rec.ChangeID, rec.Values = c.ParentID, mark, rec.Values.Clone()
			for _, p := range c.Before {
				rec.Values.Set(p.Field, c.After.Of(p.Field))
			}
			for _, p := range c.After {
				rec.Values.Set(p.Field, p.Value)
			}
		}
	}
}

// overlappingRows returns rows that match one another: few names, few towns, IDs of stored records, blanks.
func overlappingRows(rnd *rand.Rand, n int) []ledger.Draft {
	one := func(of ...string) string { return of[rnd.IntN(len(of))] }
	drafts := make([]ledger.Draft, n)
	for i := range drafts {
		d := &drafts[i]
		*d = ledger.Draft{Ref: ledger.Ref{Row: i + 2}, Place: int64(i + 1)}
		*d.Part(crm.Account) = part(crm.Account, "", "name", one("Acme", "Beta", "Beta AB", "Gamma", ""), "city", one("Lund", "Umeå", ""))
		*d.Part(crm.Contact) = part(crm.Contact, "", "name", one("Anna", "Bo", "Cia"), "email", one("x@exempel.se", "y@exempel.se", ""), "title", one("VD", "Säljare", ""))
		switch rnd.IntN(8) {
		case 0:
			*d.Part(crm.Account) = part(crm.Account, one("a0", "a1"), "name", one("Acme", "Beta"))
		case 1:
			d.Part(crm.Contact).ID = "c0"
		case 2:
			*d.Part(crm.Account) = part(crm.Account, "")
		}
	}
	return drafts
}

func overlapping(t *testing.T, blank ledger.OnBlankKey, set ...func(*ledger.Policy)) (*memoryStore, *match.Matcher) {
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	for i, name := range []string{"Acme", "Delta"} {
		id := fmt.Sprint("a", i)
		s.records[crm.Account] = append(s.records[crm.Account], stored(crm.Account, id, "", name))
		s.records[crm.Contact] = append(s.records[crm.Contact], stored(crm.Contact, fmt.Sprint("c", i), id, "Anna"))
	}
	policy, _ := ledger.Profile("standard")
	policy.BlankKey, policy.FillDown, policy.ElsewhereID = blank, true, ledger.ElsewhereMove
	policy.Match[0], policy.Match[1] = [][]string{{"name"}, {"city"}}, [][]string{{"email"}, {"name"}}
	with(set...)(&policy)
	past := seen.New(match.Ahead)
	t.Cleanup(past.Close)
	m, err := match.New(s, schema, policy, ledger.Import{ID: "imp-1", No: ownNumber}, past)
	if err != nil {
		t.Fatal(err)
	}
	s.rules = m.Rules()
	return s, m
}

// TestMatchAhead matches batches before those in front of them are in the store, and takes some back and matches them again. The changes are the
// same as when each batch waits for the one before.
func TestMatchAhead(t *testing.T) {
	must := func(changes []ledger.Change, err error) []ledger.Change {
		if err != nil {
			t.Fatal(err)
		}
		return changes
	}
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		blank := []ledger.OnBlankKey{ledger.BlankCreate, ledger.BlankLiteral, ledger.BlankIgnore}[seed%3]
		batches := slices.Collect(slices.Chunk(overlappingRows(rnd, 60), 1+int(seed%7)))
		var want, got [][]ledger.Change
		s, m := overlapping(t, blank)
		for _, drafts := range batches {
			want = append(want, must(m.Match(t.Context(), drafts)))
			s.apply(want[len(want)-1])
		}

		s, m = overlapping(t, blank)
		applied := 0 // batches that are in the store
		apply := func(until int) {
			for ; applied < until; applied++ {
				s.apply(got[applied])
			}
		}
		for len(got) < len(batches) {
			apply(len(got) - rnd.IntN(match.Ahead+1))
			if waits := len(got) - applied; rnd.IntN(6) == 0 && waits > 0 { // batches that are not written are taken back, as after a conflict
				apply(len(got) - waits)
				for range rnd.IntN(waits + 1) {
					m.Rewind()
					got = got[:len(got)-1]
				}
				apply(len(got))
			}
			way := m.MatchAhead
			if applied == len(got) {
				way = m.Match
			}
			got = append(got, must(way(t.Context(), batches[len(got)])))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d, %s (-one after the other +ahead):\n%s", seed, blank, diff)
		}
	}
}

// TestContactOfAnOlderRow has an account that an older batch created and that each batch changes. A row finds it by a value of its own batch. Its
// contact is in the store by then, and is looked up there.
func TestContactOfAnOlderRow(t *testing.T) {
	s, m := overlapping(t, ledger.BlankCreate, quiet) // else the warning of contacts in other accounts looks it up
	place := int64(0)
	row := func(name, city, email string) ledger.Draft {
		place++
		return ledger.Draft{Place: place, Parts: ledger.Parts{part(crm.Account, "", "name", name, "city", city), part(crm.Contact, "", "email", email)}}
	}
	var got [][]ledger.Change
	for i, drafts := range [][]ledger.Draft{{row("Nord", "Lund", "x@exempel.se")}, {row("Ost", "", "")}, {row("Nord", "Kiruna", "")}, {row("Syd", "", "")},
		{row("Nord", "Umeå", ""), row("", "Umeå", "x@exempel.se")}} {
		way := m.MatchAhead
		if i == 0 {
			way = m.Match
		}
		changes, err := way(t.Context(), drafts)
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, changes); i >= match.Ahead {
			s.apply(got[i-match.Ahead])
		}
	}
	last := got[4]
	if c := last[len(last)-1]; c.Kind != crm.Contact || c.ID != got[0][1].ID || c.Action != ledger.Unchanged {
		t.Errorf("the contact is %s of %s; the one that was created is %s", c.Action, c.ID, got[0][1].ID)
	}
}
