package match_test

import (
	"context"
	"fmt"
	"testing"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
)

// TestRetryKeepsTheRowAbove matches rows again that are above others which are not. The next contacts without an account belong to the last
// account of the file so far, not to the one that was matched last.
func TestRetryKeepsTheRowAbove(t *testing.T) {
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	for _, name := range []string{"Acme", "Beta", "Gamma"} {
		s.records[crm.Account] = append(s.records[crm.Account], stored(crm.Account, name, "", name))
	}
	policy, _ := ledger.Profile("standard")
	policy.FillDown, policy.Match[0], policy.Match[1] = true, [][]string{{"name"}}, [][]string{{"email"}}
	m, err := match.New(s, schema, policy, ledger.Import{ID: "imp-1", No: ownNumber}, seen.New(match.Ahead))
	if err != nil {
		t.Fatal(err)
	}
	s.rules = m.Rules()

	place := int64(0)
	row := func(account string) ledger.Draft {
		place++
		return ledger.Draft{Ref: ledger.Ref{Row: int(place) + 1}, Place: place, Parts: ledger.Parts{part(crm.Account, "", "name", account, "city", "Lund"), part(crm.Contact, "", "name", "Anna", "email", fmt.Sprint(place, "@exempel.se"))}}
	}
	first := []ledger.Draft{row("Acme"), row(""), row("Beta")}
	for what, again := range map[string][]ledger.Draft{"none": nil, "the first": first[:1], "the first two": first[:2], "the last": first[2:], "all": first} {
		changes, err := m.Match(t.Context(), first)
		if err == nil && again != nil {
			if again[len(again)-1].Place == 2 { // a contact whose account is not matched again has it with it
				again = []ledger.Draft{first[0], first[1]}
				again[1].In = "Acme"
			}
			changes, err = m.Retry(t.Context(), again)
		}
		if err != nil || len(changes) == 0 {
			t.Fatal(err)
		}
		if got := m.Above().ID; got != "Beta" {
			t.Errorf("%s matched again: rows below belong to %s", what, got)
		}
		below, err := m.Match(t.Context(), []ledger.Draft{{Ref: ledger.Ref{Row: 9}, Place: 4, Parts: ledger.Parts{part(crm.Account, ""), part(crm.Contact, "", "name", "Bo", "email", "bo@exempel.se")}}})
		if err != nil || len(below) != 1 || below[0].ParentID != "Beta" {
			t.Errorf("%s matched again: the contact of the next batch is %+v %v", what, below, err)
		}
	}
}

// TestRetryReplacesTheRowAbove matches the last account again, which is another record now. The contacts below belong to that.
func TestRetryReplacesTheRowAbove(t *testing.T) {
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	policy, _ := ledger.Profile("standard")
	policy.FillDown, policy.Match[0] = true, [][]string{{"name"}}
	m, err := match.New(s, schema, policy, ledger.Import{ID: "imp-1", No: ownNumber}, seen.New(match.Ahead))
	if err != nil {
		t.Fatal(err)
	}
	s.rules = m.Rules()
	rows := []ledger.Draft{{Place: 1, Parts: ledger.Parts{part(crm.Account, "", "name", "Acme")}}}
	if _, err := m.Match(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	s.records[crm.Account] = append(s.records[crm.Account], stored(crm.Account, "theirs", "", "Acme")) // another program created it first
	if _, err := m.Retry(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if got := m.Above().ID; got != "theirs" {
		t.Errorf("rows below belong to %s", got)
	}
}

// TestRetryDoesNotFillDown matches a row again whose account was that of its contact, which is gone. What was above the row is not known any more, so
// it has no account.
func TestRetryDoesNotFillDown(t *testing.T) {
	s, m := overlapping(t, ledger.BlankCreate)
	rows := []ledger.Draft{
		{Place: 1, Parts: ledger.Parts{part(crm.Account, "", "name", "Acme")}},
		{Place: 2, Parts: ledger.Parts{part(crm.Account, ""), part(crm.Contact, "c1", "name", "Anna")}},
		{Place: 3, Parts: ledger.Parts{part(crm.Account, ""), part(crm.Contact, "", "name", "Bo", "email", "bo@exempel.se")}},
	}
	changes, err := m.Match(t.Context(), rows)
	if err != nil || len(changes) != 3 || changes[1].ParentID != "a1" || changes[2].ParentID != "a0" {
		t.Fatalf("the contact with an ID is in its own account, the one below it in that of the row above: %+v %v", changes, err)
	}
	s.records[crm.Contact] = nil
	changes, err = m.Retry(t.Context(), []ledger.Draft{{Place: 2, Parts: ledger.Parts{part(crm.Account, ""), part(crm.Contact, "", "name", "Anna", "email", "anna@exempel.se")}}})
	if err != nil || len(changes) != 1 || changes[0].Action != ledger.Reject || changes[0].Problems[0].Code != ledger.ParentRequired {
		t.Errorf("%+v %v", changes, err)
	}
}

// TestRetryDoesNotWarnOfItself matches a row again: the values that it gave the first time are not those of an earlier row.
func TestRetryDoesNotWarnOfItself(t *testing.T) {
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	s.store("a1 name=Acme zip=1 phone=1")
	policy, _ := ledger.Profile("standard")
	policy.Match[0] = [][]string{{"name", "zip"}}
	m := matcherOf(t, s, policy, "imp")
	s.rules = m.Rules()
	rows := []ledger.Draft{draftOf("name=Acme zip=1 phone=2", 1)}
	for _, way := range []func(context.Context, []ledger.Draft) ([]ledger.Change, error){m.Match, m.Retry} {
		changes, err := way(t.Context(), rows)
		if err != nil || len(changes) != 1 || changes[0].Action != ledger.Update || len(changes[0].Problems) > 0 {
			t.Errorf("%+v %v", changes, err)
		}
	}
}
