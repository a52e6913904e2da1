package match_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
)

// memoryStore is a Finder over records in memory. It finds them by the hashes of the rules in use, as a store does, and counts the calls.
type memoryStore struct {
	rules   map[crm.Kind][]crm.Rule
	records map[crm.Kind][]crm.Record
	asked   map[string]int
	unkeyed map[crm.Kind][]crm.Record // inserted by another program a moment ago
	fields  []string                  // of which that program has an index
}

func (s *memoryStore) Find(_ context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error) {
	s.asked["find "+string(kind)]++
	wanted := map[int64]bool{}
	for _, key := range keys {
		wanted[key.Hash] = true
	}
	var found []crm.Record
	for _, rec := range s.records[kind] {
		if hash, ok := rec.Feed.Hash(); ok && wanted[hash] {
			found = append(found, own(rec))
			continue
		}
		for _, rule := range s.rules[kind] {
			if key, ok := rule.Key(rec.ParentID, rec.Values); ok && wanted[key.Hash] {
				found = append(found, own(rec))
				break
			}
		}
	}
	return found, nil
}

// own returns a copy of a record that the caller may change.
func own(rec crm.Record) crm.Record {
	rec.Values = rec.Values.Clone()
	return rec
}

func (s *memoryStore) ValueFields(crm.Kind) []string { return s.fields }

// ByValues also returns records without keys.
func (s *memoryStore) ByValues(_ context.Context, kind crm.Kind, field string, values []crm.Value) ([]crm.Record, error) {
	s.asked["by values "+string(kind)]++
	var found []crm.Record
	for _, rec := range append(s.records[kind], s.unkeyed[kind]...) {
		if slices.Contains(values, rec.Values.Of(field)) {
			found = append(found, rec)
		}
	}
	return found, nil
}

func (s *memoryStore) ByID(_ context.Context, kind crm.Kind, ids []string) ([]crm.Record, error) {
	s.asked["by id "+string(kind)]++
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	var found []crm.Record
	for _, rec := range s.records[kind] {
		if wanted[rec.ID] {
			found = append(found, own(rec))
		}
	}
	return found, nil
}

var schema, _ = crm.NewSchema()

func part(kind crm.Kind, id string, fields ...string) ledger.Part {
	p := ledger.Part{Kind: kind, ID: id, Present: id != ""}
	for i := 0; i < len(fields); i += 2 {
		column := &ledger.Column{Field: schema.Field(string(kind) + "." + fields[i]), OnUpdate: ledger.Overwrite, OnBlank: ledger.BlankKeep}
		value := crm.TextValue(fields[i+1])
		if column.Field.Type == crm.Choices {
			value, column.OnUpdate = crm.ListValue(fields[i+1]), ledger.Append
		}
		p.Cells = append(p.Cells, ledger.Cell{Column: column, Value: value})
		p.Present = p.Present || fields[i+1] != ""
	}
	return p
}

func stored(kind crm.Kind, id, account, name string) crm.Record {
	return crm.Record{Kind: kind, ID: id, ParentID: account, Seq: 1, Values: crm.Values{{Field: "name", Value: crm.TextValue(name)}}}
}

// rows returns n rows: accounts of three contacts each, every other one already stored. Some rows have a blank key, some an ID.
func rows(n int, s *memoryStore) []ledger.Draft {
	var drafts []ledger.Draft
	for i := range n {
		no := i / 3
		account, id := fmt.Sprint("Account ", no), fmt.Sprint("a", no)
		if i%3 == 0 && no%2 == 0 {
			s.records[crm.Account] = append(s.records[crm.Account], stored(crm.Account, id, "", account))
			s.records[crm.Contact] = append(s.records[crm.Contact], stored(crm.Contact, fmt.Sprint("c", no), id, "A"))
		}
		d := ledger.Draft{Ref: ledger.Ref{Row: i + 2}, Place: int64(i + 1)}
		*d.Part(crm.Account) = part(crm.Account, "", "name", account, "city", "Lund")
		*d.Part(crm.Contact) = part(crm.Contact, "", "name", string(rune('A'+i%3)), "title", "VD")
		switch {
		case i%10 == 4:
			*d.Part(crm.Contact) = part(crm.Contact, "", "name", "", "title", "VD", "email", "x@exempel.se")
		case i%10 == 7 && no%2 == 0:
			*d.Part(crm.Account) = part(crm.Account, id, "name", account)
		case i%10 == 8:
			*d.Part(crm.Account) = part(crm.Account, "", "name", "", "city", "")
		}
		drafts = append(drafts, d)
	}
	return drafts
}

// TestLookUpsPerBatch expects as many calls of the store for a thousand rows as for a hundred. For ten, near-duplicates of accounts are asked for with what
// the rows match.
func TestLookUpsPerBatch(t *testing.T) {
	for _, blank := range []ledger.OnBlankKey{ledger.BlankCreate, ledger.BlankIgnore, ledger.BlankLiteral} {
		asked := map[int]map[string]int{}
		for _, n := range []int{10, 100, 1000} {
			policy, _ := ledger.Profile("standard")
			policy.BlankKey, policy.FillDown = blank, true
			policy.Match[0], policy.Match[1] = [][]string{{"org_number"}, {"name"}}, [][]string{{"name"}, {"email"}}
			if blank == ledger.BlankLiteral { // every blank org number would be every other
				policy.Match[0], policy.Match[1] = policy.Match[0][1:], policy.Match[1][:1]
			}
			s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
			drafts := rows(n, s)
			m, err := match.New(s, schema, policy, ledger.Import{ID: "imp-1", No: 1}, seen.New(match.Ahead))
			if err != nil {
				t.Fatal(err)
			}
			s.rules = m.Rules()
			changes, err := m.Match(t.Context(), drafts)
			if err != nil {
				t.Fatal(err)
			}
			if updated := count(changes, ledger.Update); updated < n/4 {
				t.Errorf("of %d rows only %d update a record that is there: the rows do not test the look-up", n, updated)
			}
			asked[n] = s.asked
		}
		if diff := cmp.Diff(asked[100], asked[1000]); diff != "" {
			t.Errorf("%s: calls for 100 rows (-) and for 1000 (+):\n%s", blank, diff)
		}
		if few, many := asked[10]["find account"], asked[100]["find account"]; few != 1 || many != 2 {
			t.Errorf("%s: accounts are looked for %d times for 10 rows, and %d times for 100", blank, few, many)
		}
		for what, n := range asked[1000] {
			if n > 2 { // by the rules, and for near-duplicates where those find nothing
				t.Errorf("%s: %s is called %d times", blank, what, n)
			}
		}
	}
}

// TestLookUpsOfReusedAccounts repeats rows whose accounts have a blank key, within a file (A8) and in the next one (W13): their contacts are asked
// for a batch at a time, too.
func TestLookUpsOfReusedAccounts(t *testing.T) {
	policy, _ := ledger.Profile("standard")
	policy.Match[0], policy.Match[1] = [][]string{{"name", "zip"}}, [][]string{{"email"}}
	asked := map[int]map[string]int{}
	for _, n := range []int{10, 200} {
		s := &memoryStore{records: map[crm.Kind][]crm.Record{}}
		var drafts []ledger.Draft
		for i := range n {
			drafts = append(drafts, draftOf(fmt.Sprintf("name=Acme_%d zip= | email=a%d@x.se", i, i), i+1))
		}
		match := func(m *match.Matcher) []ledger.Change {
			s.rules, s.asked = m.Rules(), map[string]int{}
			changes, err := m.Match(t.Context(), drafts)
			if err != nil {
				t.Fatal(err)
			}
			s.apply(changes)
			for i := range drafts {
				drafts[i].Place += int64(n)
			}
			return changes
		}
		asked[n] = map[string]int{}
		for _, imp := range []string{"imp-1", "imp-2"} {
			m := matcherOf(t, s, policy, imp)
			match(m)
			changes := match(m)
			for what, times := range s.asked {
				asked[n][imp+" "+what] = times
			}
			if unchanged := count(changes, ledger.Unchanged); unchanged != 2*n {
				t.Errorf("%s: of %d rows only %d parts are found again", imp, n, unchanged)
			}
		}
	}
	if diff := cmp.Diff(asked[10], asked[200]); diff != "" {
		t.Errorf("calls for 10 rows (-) and for 200 (+):\n%s", diff)
	}
}

func matcherOf(t *testing.T, s *memoryStore, policy ledger.Policy, imp string) *match.Matcher {
	t.Helper()
	spill := seen.New(match.Ahead)
	t.Cleanup(spill.Close)
	m, err := match.New(s, schema, policy, ledger.Import{ID: imp, No: ownNumber, Inbox: "in"}, spill)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func count(changes []ledger.Change, action ledger.Action) int {
	n := 0
	for _, c := range changes {
		if c.Action == action {
			n++
		}
	}
	return n
}

// TestHitsAreInTheOrderOfCreation expects candidates in the same order whatever order the store returns them in.
func TestHitsAreInTheOrderOfCreation(t *testing.T) {
	policy, _ := ledger.Profile("safe")
	policy.Match[0] = [][]string{{"name"}}
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	for _, id := range []string{"b", "c", "a"} {
		s.records[crm.Account] = append(s.records[crm.Account], stored(crm.Account, id, "", "Acme"))
	}
	s.records[crm.Account][0].Seq = 7
	m, err := match.New(s, schema, policy, ledger.Import{ID: "imp-1", No: 1}, seen.New(match.Ahead))
	if err != nil {
		t.Fatal(err)
	}
	s.rules = m.Rules()
	changes, err := m.Match(t.Context(), []ledger.Draft{{Place: 1, Parts: ledger.Parts{part(crm.Account, "", "name", "acme")}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "c", "b"}, changes[0].Problems[0].Candidates); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}

// TestRecallContinuesAsIfUninterrupted: what is decided of the rows after an interruption depends on the rows before it.
func TestRecallContinuesAsIfUninterrupted(t *testing.T) {
	const stored = acme + " phone=1"
	for name, c := range map[string]struct {
		before, row string
		want        string
	}{
		"a value that was there already": {"name=Acme zip=111_22 phone=1", "name=Acme zip=111_22 phone=2", "A6 update a1 phone:1→2 ~TWO_VALUES!C"},
		"a value that was written":       {"name=Acme zip=111_22 phone=3", "name=Acme zip=111_22 phone=2", "A6 update a1 phone:3→2 ~TWO_VALUES!C"},
		"a record that was created":      {"name=Beta zip=", "name=Beta zip= phone=2", "A8 update new1 phone:→2"},
	} {
		t.Run(name, func(t *testing.T) {
			policy, _ := ledger.Profile("standard")
			policy.Match[0] = [][]string{{"name", "zip"}}
			s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
			s.store(stored)
			m := matcherOf(t, s, policy, "imp")
			s.rules = m.Rules()
			done := []ledger.Draft{draftOf(c.before, 1)}
			changes, err := m.Match(t.Context(), done)
			if err != nil {
				t.Fatal(err)
			}
			s.apply(changes)
			m = matcherOf(t, s, policy, "imp")
			m.Recall(done, changes)
			changes, err = m.Match(t.Context(), []ledger.Draft{draftOf(c.row, 2)})
			if err != nil || len(changes) != 1 {
				t.Fatal(changes, err)
			}
			if got := describe(&changes[0], "imp", 2); got != c.want {
				t.Errorf("the next row: %s, want %s", got, c.want)
			}
		})
	}
}

// TestFeedKeyOfTwoRecords: where two imports at a time have created a record for equal rows, a third import takes neither.
func TestFeedKeyOfTwoRecords(t *testing.T) {
	policy, _ := ledger.Profile("standard")
	policy.Match[0] = [][]string{{"name", "zip"}}
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	rows := []ledger.Draft{draftOf("name=Acme zip=", 1)}
	var created []ledger.Change
	for _, imp := range []string{"one", "two"} {
		m := matcherOf(t, s, policy, imp)
		s.rules = m.Rules()
		changes, err := m.Match(t.Context(), rows)
		if err != nil {
			t.Fatal(err)
		}
		created = append(created, changes...)
	}
	s.apply(created)
	changes, err := matcherOf(t, s, policy, "three").Match(t.Context(), rows)
	if err != nil || len(changes) != 1 || changes[0].Action != ledger.Create {
		t.Errorf("%+v %v", changes, err)
	}
}

// TestCrowdDoesNotHideTheFile: an e-mail address that very many contacts have is looked up no more, and still the contact that an earlier row of the
// file created is among the candidates.
func TestCrowdDoesNotHideTheFile(t *testing.T) {
	policy, _ := ledger.Profile("standard")
	policy.Match[0], policy.Match[1] = [][]string{{"name"}}, [][]string{{"email"}}
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	s.store("a1 name=Acme")
	for i := range 250 {
		s.store(fmt.Sprintf("c%d@a1 name=C email=info@x.se", i))
	}
	m := matcherOf(t, s, policy, "imp")
	s.rules = m.Rules()
	for i, row := range []string{"name=Beta | email=info@x.se", "name=Gamma | email=info@x.se"} {
		changes, err := m.MatchAhead(t.Context(), []ledger.Draft{draftOf(row, i+1)})
		if err != nil || len(changes) != 2 || len(changes[1].Problems) != 1 {
			t.Fatal(changes, err)
		}
		candidates := changes[1].Problems[0].Candidates
		if first := ledger.NewID("imp", 1, crm.Contact); i == 1 && !slices.Contains(candidates, first) {
			t.Errorf("of the %d candidates none was created by the first row", len(candidates))
		}
	}
}

// TestInvalidRules has a field that is not in the schema, and more combinations than the store can keep keys for.
func TestInvalidRules(t *testing.T) {
	policy, _ := ledger.Profile("standard")
	policy.Match[0] = [][]string{{"colour"}}
	if _, err := match.New(&memoryStore{}, schema, policy, ledger.Import{}, seen.New(match.Ahead)); err == nil {
		t.Error("matches on a field that does not exist")
	}
	policy.Match[0], policy.BlankKey = [][]string{{"name", "zip", "city", "phone", "email"}}, ledger.BlankIgnore
	if _, err := match.New(&memoryStore{}, schema, policy, ledger.Import{}, seen.New(match.Ahead)); err == nil {
		t.Error("blank_key: ignore is accepted with five fields")
	}
}

// TestStoredValues: a record without keys is found by what it holds, where there is an index of that; it is looked for only where a row would create one.
func TestStoredValues(t *testing.T) {
	for _, c := range []struct {
		fields []string
		name   string // of the account of the row
		want   ledger.Action
		asked  int
	}{
		{[]string{"city", "name"}, "Beta", ledger.Update, 1},
		{[]string{"name"}, "BETA", ledger.Create, 1}, // is not what is stored; only its keys would find it
		{[]string{"name"}, "Alfa", ledger.Unchanged, 0},
		{[]string{"name"}, "Gamma", ledger.Create, 1},
		{[]string{"phone"}, "Beta", ledger.Create, 0},
		{nil, "Beta", ledger.Create, 0},
	} {
		policy, _ := ledger.Profile("standard")
		policy.Match[0], policy.Match[1] = [][]string{{"name", "city"}}, nil
		account := func(id, name string) crm.Record {
			d := ledger.Draft{}
			*d.Part(crm.Account) = part(crm.Account, "", "name", name, "city", "Lund")
			return crm.Record{Kind: crm.Account, ID: id, Values: d.Part(crm.Account).Values()}
		}
		s := &memoryStore{records: map[crm.Kind][]crm.Record{crm.Account: {account("a", "Alfa")}}, asked: map[string]int{}, fields: c.fields,
			unkeyed: map[crm.Kind][]crm.Record{crm.Account: {account("b", "Beta")}}}
		m, err := match.New(s, schema, policy, ledger.Import{ID: "imp-1", No: 1}, seen.New(match.Ahead))
		if err != nil {
			t.Fatal(err)
		}
		s.rules = m.Rules()
		d := ledger.Draft{Ref: ledger.Ref{Row: 2}, Place: 1}
		*d.Part(crm.Account) = part(crm.Account, "", "name", c.name, "city", "Lund")
		if c.want == ledger.Update {
			*d.Part(crm.Account) = part(crm.Account, "", "name", c.name, "city", "Lund", "phone", "046-1")
		}
		changes, err := m.Match(t.Context(), []ledger.Draft{d})
		if err != nil {
			t.Fatal(err)
		}
		if changes[0].Action != c.want || s.asked["by values account"] != c.asked {
			t.Errorf("%q with indexes of %v: %s, asked %d times, not %s and %d", c.name, c.fields, changes[0].Action, s.asked["by values account"], c.want, c.asked)
		}
	}
}
