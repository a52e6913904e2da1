package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match"
	"inlet.example/inlet/pipeline/match/seen"
)

// rowCase is one row of the table: what is stored, what the policy is, which rows come, and what the last row does to its parts.
type rowCase struct {
	name    string
	set     func(*ledger.Policy) // on top of profile standard with the keys name+zip and email
	stored  string               // records, one a line: "a1 name=Acme zip=1" or "c1@a1 name=Anna email=a@x.se"
	before  []string             // rows in front of it, which are in the same batch
	row     string               // "name=Acme zip=1 | name=Anna email=a@x.se"; id=… is the ID column, zip= a blank cell, _ a space
	change  func(*ledger.Draft)
	want    []string // see describe
	imports bool     // before is a file of its own, imported earlier
}

// fieldsOf reads the cells of a part.
func fieldsOf(kind crm.Kind, text string) ledger.Part {
	var fields []string
	id := ""
	for _, word := range strings.Fields(text) {
		field, value, _ := strings.Cut(word, "=")
		value = strings.ReplaceAll(value, "_", " ")
		if field == "id" {
			id = value
			continue
		}
		fields = append(fields, field, value)
	}
	p := part(kind, id, fields...)
	for i := range p.Cells {
		p.Cells[i].Column.Heading, p.Cells[i].Column.Letter = "H:"+fields[2*i], string(rune('A'+i))
	}
	return p
}

func draftOf(text string, place int) ledger.Draft {
	account, contact, _ := strings.Cut(text, "|")
	return ledger.Draft{Ref: ledger.Ref{Sheet: "S", Row: place + 1}, Place: int64(place), Parts: ledger.Parts{fieldsOf(crm.Account, account), fieldsOf(crm.Contact, contact)}}
}

func (s *memoryStore) store(text string) {
	for i, line := range strings.Split(text, "\n") {
		head, cells, _ := strings.Cut(strings.TrimSpace(line), " ")
		if head == "" {
			continue
		}
		id, account, contact := strings.Cut(head, "@")
		rec := crm.Record{Kind: crm.Account, ID: id, Seq: int64(i + 1), ChangeID: int64(i + 1)}
		if contact {
			rec.Kind, rec.ParentID = crm.Contact, account
		}
		p := fieldsOf(rec.Kind, cells)
		rec.Values = p.Values()
		s.records[rec.Kind] = append(s.records[rec.Kind], rec)
	}
}

// describe writes a change in short: "C6 update c1@a1 title:VD→CEO ~TWO_VALUES". A created record is called by its row, "new1"; ~ marks a warning;
// candidates are in parentheses.
func describe(c *ledger.Change, imp string, rows int) string {
	called := func(kind crm.Kind, id string) string {
		for place := range rows + 1 {
			if ledger.NewID(imp, int64(place), kind) == id {
				return fmt.Sprint("new", place)
			}
			if ledger.NewID("earlier", int64(place), kind) == id {
				return fmt.Sprint("old", place)
			}
		}
		return id
	}
	text := c.Rule + " " + string(c.Action)
	if c.ID != "" {
		text += " " + called(c.Kind, c.ID)
	}
	if c.ParentID != "" {
		text += "@" + called(crm.Account, c.ParentID)
	}
	if c.Moved != "" {
		text += " from " + called(crm.Account, c.Moved)
	}
	if c.Action == ledger.Update {
		for _, p := range c.After {
			text += fmt.Sprintf(" %s:%v→%v", p.Field, c.Before.Of(p.Field), p.Value)
		}
		for _, p := range c.Before {
			if c.After.Of(p.Field).Absent() {
				text += fmt.Sprintf(" %s:%v→", p.Field, p.Value)
			}
		}
	}
	for _, p := range c.Problems {
		text += " " + map[bool]string{true: "~"}[p.Warning] + string(p.Code)
		if p.Column != "" {
			text += "!" + p.Column
		}
		if len(p.Candidates) > 0 {
			var ids []string
			for _, id := range p.Candidates {
				ids = append(ids, called(c.Kind, id))
			}
			text += "(" + strings.Join(ids, ",") + ")"
		}
	}
	return text
}

// run returns what the last row does.
func run(t *testing.T, tt *rowCase) []string {
	t.Helper()
	var got []string
	for _, c := range changesOf(t, tt) {
		got = append(got, describe(&c, "imp", len(tt.before)+1))
	}
	return got
}

// changesOf returns the changes of the last row.
func changesOf(t *testing.T, tt *rowCase) []ledger.Change {
	t.Helper()
	s := &memoryStore{records: map[crm.Kind][]crm.Record{}, asked: map[string]int{}}
	s.store(tt.stored)
	policy, _ := ledger.Profile("standard")
	policy.Match[0], policy.Match[1] = [][]string{{"name", "zip"}}, [][]string{{"email"}}
	if tt.set != nil {
		tt.set(&policy)
	}
	matcher := func(imp ledger.Import) *match.Matcher {
		spill := seen.New(match.Ahead)
		t.Cleanup(spill.Close)
		m, err := match.New(s, schema, policy, imp, spill)
		if err != nil {
			t.Fatal(err)
		}
		s.rules = m.Rules()
		return m
	}
	var drafts []ledger.Draft
	for i, text := range append(slices.Clone(tt.before), tt.row) {
		drafts = append(drafts, draftOf(text, i+1))
	}
	last := len(drafts) - 1
	if tt.change != nil {
		tt.change(&drafts[last])
	}
	if tt.imports {
		changes, err := matcher(ledger.Import{ID: "earlier", No: ownNumber - 1, Inbox: "in"}).Match(t.Context(), drafts[:last])
		if err != nil {
			t.Fatal(err)
		}
		s.apply(changes)
		drafts = drafts[last:]
	}
	changes, err := matcher(ledger.Import{ID: "imp", No: ownNumber, Inbox: "in"}).Match(t.Context(), drafts)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(changes, func(c ledger.Change) bool { return c.Ordinal != drafts[len(drafts)-1].Place })
}

func mode(m ledger.Mode) func(*ledger.Policy) { return func(p *ledger.Policy) { p.Mode = m } }

// with joins settings.
func with(all ...func(*ledger.Policy)) func(*ledger.Policy) {
	return func(p *ledger.Policy) {
		for _, set := range all {
			set(p)
		}
	}
}

func blankKey(b ledger.OnBlankKey) func(*ledger.Policy) {
	return func(p *ledger.Policy) { p.BlankKey = b }
}
func ambiguous(a ledger.OnAmbiguous) func(*ledger.Policy) {
	return func(p *ledger.Policy) { p.Ambiguous = a }
}
func reuse(r ledger.Reuse) func(*ledger.Policy) { return func(p *ledger.Policy) { p.Reuse = r } }
func fillDown(p *ledger.Policy)                 { p.FillDown = true }
func quiet(p *ledger.Policy)                    { p.WarnElsewhere = false }
func account(rules ...[]string) func(*ledger.Policy) {
	return func(p *ledger.Policy) { p.Match[0] = rules }
}
func contact(rules ...[]string) func(*ledger.Policy) {
	return func(p *ledger.Policy) { p.Match[1] = rules }
}
func choice(at, what string) func(*ledger.Policy) {
	return func(p *ledger.Policy) { p.Choices = map[string]string{at: what} }
}

func anywhere(e ledger.OnElsewhere) func(*ledger.Policy) {
	return func(p *ledger.Policy) { p.Scope, p.Elsewhere = ledger.ScopeAnywhere, e }
}

const (
	acme  = "a1 name=Acme zip=111_22"
	twice = acme + "\na2 name=Acme zip=111_22"
	anna  = acme + "\nc1@a1 name=Anna email=anna@x.se title=VD"
	two   = anna + "\nc2@a1 name=Bo email=anna@x.se"
	apart = acme + "\na2 name=Beta zip=222_33\nc2@a2 name=Anna email=anna@x.se mobile=070-1234567"
)

// TestAccountTable takes each row of section 4 by its name.
func TestAccountTable(t *testing.T) {
	check(t, []rowCase{
		{name: "A0 without an account", row: "| email=x@x.se name=X", want: []string{"A0 reject ACCOUNT_REQUIRED"}},
		{name: "A0 under fill_down", set: fillDown, stored: acme, before: []string{"name=Acme zip=111_22", "name=Beta zip=2", "|"}, row: "| email=x@x.se name=X",
			want: []string{"C5 create new4@new2"}},
		{name: "A0 of the contact's ID", stored: anna, row: "| id=c1 title=CEO", want: []string{"C1 update c1@a1 title:VD→CEO"}},
		{name: "A0 the contact's ID comes before the row above", set: fillDown, stored: anna + "\na2 name=Beta zip=2", before: []string{"name=Beta zip=2"},
			row: "| id=c1 title=CEO", want: []string{"C1 update c1@a1 title:VD→CEO"}},
		{name: "A0 of an unknown ID", stored: anna, row: "| id=nix title=CEO", want: []string{"A0 reject ACCOUNT_REQUIRED"}},
		{name: "A0 the row above is rejected", set: with(fillDown, blankKey(ledger.BlankReject)), before: []string{"name=Acme zip="}, row: "| email=x@x.se name=X",
			want: []string{"A0 reject ACCOUNT_REQUIRED"}},
		{name: "A0 the row above is parked", set: with(fillDown, ambiguous(ledger.AmbiguousPark)), stored: twice, before: []string{"name=Acme zip=111_22"}, row: "| email=x@x.se name=X",
			want: []string{"A0 reject ACCOUNT_REQUIRED"}},
		{name: "A0 the row above is skipped", set: with(fillDown, mode(ledger.UpdateOnly)), before: []string{"name=Acme zip=1"}, row: "| email=x@x.se name=X",
			want: []string{"A0 skip"}},
		{name: "A0 the account is decided", stored: acme, row: "| email=x@x.se name=X", change: func(d *ledger.Draft) { d.In = "a1" }, want: []string{"C5 create new1@a1"}},
		{name: "A0 the account that was decided is gone", row: "| email=x@x.se name=X", change: func(d *ledger.Draft) { d.In = "a1" },
			want: []string{"A0 reject ACCOUNT_NOT_CREATED"}},
		{name: "A0 by the contact's key", set: anywhere(ledger.ElsewhereReject), stored: apart, row: "| email=anna@x.se name=Ann", want: []string{"W12 update c2@a2 name:Anna→Ann"}},
		{name: "A0 by the contact's key, create only", set: with(anywhere(ledger.ElsewhereReject), mode(ledger.CreateOnly)), stored: apart, row: "| email=anna@x.se name=Ann",
			want: []string{"W12 skip c2@a2 ~EXISTS"}},
		{name: "A0 the row above beats another account", set: with(anywhere(ledger.ElsewhereReject), fillDown), stored: apart + "\nc1@a1 name=Anna email=anna@x.se",
			before: []string{"name=Acme zip=111_22"}, row: "| email=anna@x.se name=Ann", want: []string{"C6 update c1@a1 name:Anna→Ann"}},
		{name: "A0 another account beats nothing in the row above", set: with(anywhere(ledger.ElsewhereReject), fillDown), stored: apart,
			before: []string{"name=Acme zip=111_22"}, row: "| email=anna@x.se name=Ann", want: []string{"W12 update c2@a2 name:Anna→Ann"}},
		{name: "A0 below a rejected row, not the account above that", set: with(fillDown, blankKey(ledger.BlankReject)), before: []string{"name=Acme zip=1", "name=Beta zip="},
			row: "| email=x@x.se name=X", want: []string{"A0 reject ACCOUNT_REQUIRED"}},
		{name: "A0 by an ambiguous key, below an account", set: with(anywhere(ledger.ElsewhereReject), fillDown, ambiguous(ledger.AmbiguousPark)),
			stored: apart + "\na3 name=C zip=3\nc3@a3 name=Anna email=anna@x.se", before: []string{"name=Acme zip=111_22"}, row: "| email=anna@x.se name=Ann",
			want: []string{"C7 park AMBIGUOUS(c2,c3)"}},
		{name: "A0 by an ambiguous key, park", set: with(anywhere(ledger.ElsewhereReject), ambiguous(ledger.AmbiguousPark)), stored: apart + "\nc1@a1 name=A email=anna@x.se",
			row: "| email=anna@x.se name=Ann", want: []string{"A0 park AMBIGUOUS(c2,c1)"}},
		{name: "A0 by an ambiguous key, reject", set: with(anywhere(ledger.ElsewhereReject), ambiguous(ledger.AmbiguousReject)), stored: apart + "\nc1@a1 name=A email=anna@x.se",
			row: "| email=anna@x.se name=Ann", want: []string{"A0 reject AMBIGUOUS(c2,c1)"}},
		{name: "A0 by an ambiguous key, create", set: anywhere(ledger.ElsewhereReject), stored: apart + "\nc1@a1 name=A email=anna@x.se",
			row: "| email=anna@x.se name=Ann", want: []string{"A0 reject ACCOUNT_REQUIRED"}},

		{name: "A1", stored: acme, row: "id=a1 name=Nya phone=1", want: []string{"A1 update a1 name:Acme→Nya phone:→1"}},
		{name: "A1 update only", set: mode(ledger.UpdateOnly), stored: acme, row: "id=a1 phone=1", want: []string{"A1 update a1 phone:→1"}},
		{name: "A1 the keys mean another account", stored: acme + "\na2 name=Beta zip=2", row: "id=a1 name=Beta zip=2", want: []string{
			"A1 update a1 name:Acme→Beta zip:111 22→2 ~ID_KEY_CONFLICT(a2)"}},
		{name: "A1 the keys mean several", stored: twice + "\na3 name=C zip=3", row: "id=a3 name=Acme zip=111_22", want: []string{
			"A1 update a3 name:C→Acme zip:3→111 22 ~ID_KEY_CONFLICT(a1,a2)"}},
		{name: "A1 the keys mean it too", stored: twice, row: "id=a1 name=Acme zip=111_22 phone=1", want: []string{"A1 update a1 phone:→1"}},
		{name: "A2", stored: acme, row: "id=nix name=Acme zip=111_22 | email=x@x.se name=X", want: []string{"A2 reject UNKNOWN_ID", "A2 reject"}},

		{name: "A3", set: account(), stored: acme, row: "name=Acme zip=111_22", want: []string{"A3 create new1"}},
		{name: "A3 update only", set: with(account(), mode(ledger.UpdateOnly)), stored: acme, row: "name=Acme", want: []string{"A3 reject ID_REQUIRED"}},
		{name: "A3 create only", set: with(account(), mode(ledger.CreateOnly)), stored: acme, row: "name=Acme", want: []string{"A3 create new1"}},
		{name: "A3 without a name", set: account(), row: "phone=1", want: []string{"A3 reject REQUIRED"}},

		{name: "A4 create", stored: "a1 name=Acme", row: "name=Acme zip=", want: []string{"A4 create new1 ~BLANK_KEY"}},
		{name: "A4 reject", set: blankKey(ledger.BlankReject), row: "name=Acme zip= | email=x@x.se", want: []string{"A4 reject BLANK_KEY", "A4 reject"}},
		{name: "A4 ignore", set: blankKey(ledger.BlankIgnore), stored: acme, row: "name=Acme zip= phone=1", want: []string{"A6 update a1 phone:→1"}},
		{name: "A4 ignore, not found", set: blankKey(ledger.BlankIgnore), stored: acme, row: "name=Beta zip=", want: []string{"A5 create new1"}},
		{name: "A4 ignore, all blank", set: with(account([]string{"zip"}), blankKey(ledger.BlankIgnore)), stored: "a1 name=Acme", row: "name=Acme zip=", want: []string{"A4 create new1 ~BLANK_KEY"}},
		{name: "A4 ignore, update only", set: with(mode(ledger.UpdateOnly), blankKey(ledger.BlankIgnore)), stored: acme, row: "name=Acme zip= phone=1", want: []string{"A4 skip ~NOT_FOUND"}},
		{name: "A4 literal, create only", set: with(mode(ledger.CreateOnly), blankKey(ledger.BlankLiteral)), stored: "a1 name=Acme", row: "name=Acme zip=", want: []string{"A4 create new1 ~BLANK_KEY"}},
		{name: "A4 literal", set: blankKey(ledger.BlankLiteral), stored: acme + "\na2 name=Acme", row: "name=Acme zip= phone=1", want: []string{"A6 update a2 phone:→1"}},
		{name: "A4 update only", set: mode(ledger.UpdateOnly), stored: "a1 name=Acme", row: "name=Acme zip=", want: []string{"A4 skip ~NOT_FOUND"}},
		{name: "A4 update only, whatever blank_key says", set: with(mode(ledger.UpdateOnly), blankKey(ledger.BlankReject)), row: "name=Acme zip=", want: []string{"A4 skip ~NOT_FOUND"}},
		{name: "A4 create only", set: with(mode(ledger.CreateOnly), blankKey(ledger.BlankReject)), row: "name=Acme zip=", want: []string{"A4 create new1 ~BLANK_KEY"}},
		{name: "A4 not if a rule is filled", set: account([]string{"org_number"}, []string{"name"}), stored: acme, row: "name=Acme org_number= phone=1", want: []string{"A6 update a1 phone:→1"}},

		{name: "A5", stored: acme, row: "name=Beta zip=2", want: []string{"A5 create new1"}},
		{name: "A5 update only", set: mode(ledger.UpdateOnly), stored: acme, row: "name=Beta zip=2 | email=x@x.se", want: []string{"A5 skip ~NOT_FOUND", "A5 skip"}},
		{name: "A5 create only", set: mode(ledger.CreateOnly), stored: acme, row: "name=Beta zip=2", want: []string{"A5 create new1"}},
		{name: "A5 almost the same", set: account([]string{"name"}), stored: "a1 name=Acmé", row: "name=Acme_AB", want: []string{"A5 create new1 ~NEAR_DUPLICATE(a1)"}},
		{name: "A5 without a name", set: account([]string{"zip"}), row: "zip=1", want: []string{"A5 reject REQUIRED"}},

		{name: "A6", stored: acme, row: "name=ACME zip=11122 phone=1", want: []string{"A6 update a1 phone:→1"}},
		{name: "A6 update only", set: mode(ledger.UpdateOnly), stored: acme, row: "name=Acme zip=111_22 phone=1", want: []string{"A6 update a1 phone:→1"}},
		{name: "A6 unchanged", stored: acme, row: "name=Acme zip=111_22", want: []string{"A6 unchanged a1"}},
		{name: "A6 create only", set: mode(ledger.CreateOnly), stored: acme, row: "name=Acme zip=111_22 phone=1 | email=x@x.se", want: []string{"A6 skip a1 ~EXISTS", "C5 create new1@a1"}},
		{name: "A6 of a row above", before: []string{"name=Acme zip=111_22"}, row: "name=Acme zip=11122 phone=1", want: []string{"A6 update new1 phone:→1"}},
		{name: "A6 by the second rule", set: account([]string{"org_number"}, []string{"name"}), stored: acme, row: "name=Acme org_number=556016-0680 phone=1",
			want: []string{"A6 update a1 org_number:→556016-0680 phone:→1"}},
		{name: "A6 not if an earlier rule contradicts", set: account([]string{"org_number"}, []string{"name"}), stored: "a1 name=Acme org_number=556036-0793",
			row: "name=Acme org_number=556016-0680", want: []string{"A5 create new1 ~NEAR_DUPLICATE(a1)"}},

		{name: "A7 create", stored: twice, row: "name=Acme zip=111_22", want: []string{"A7 create new1 ~AMBIGUOUS(a1,a2)"}},
		{name: "A7 reject", set: ambiguous(ledger.AmbiguousReject), stored: twice, row: "name=Acme zip=111_22 | email=x@x.se", want: []string{"A7 reject AMBIGUOUS(a1,a2)", "A7 reject"}},
		{name: "A7 park", set: ambiguous(ledger.AmbiguousPark), stored: twice, row: "name=Acme zip=111_22 | email=x@x.se", want: []string{"A7 park AMBIGUOUS(a1,a2)", "A7 park"}},
		{name: "A7 next_rule", set: with(account([]string{"name"}, []string{"phone"}), ambiguous(ledger.AmbiguousNext)), stored: "a1 name=Acme phone=08-1234567\na2 name=Acme",
			row: "name=Acme phone=08-1234567 city=Lund", want: []string{"A6 update a1 city:→Lund"}},
		{name: "A7 next_rule, none left", set: with(account([]string{"name"}, []string{"phone"}), ambiguous(ledger.AmbiguousNext)), stored: twice,
			row: "name=Acme phone=08-1234567", want: []string{"A7 create new1 ~AMBIGUOUS(a1,a2)"}},
		{name: "A7 ends without next_rule", set: account([]string{"name"}, []string{"phone"}), stored: "a1 name=Acme phone=08-1234567\na2 name=Acme",
			row: "name=Acme phone=08-1234567", want: []string{"A7 create new1 ~AMBIGUOUS(a1,a2)"}},
		{name: "A7 update only", set: mode(ledger.UpdateOnly), stored: twice, row: "name=Acme zip=111_22", want: []string{"A7 reject AMBIGUOUS(a1,a2)"}},
		{name: "A7 create only", set: mode(ledger.CreateOnly), stored: twice, row: "name=Acme zip=111_22 | email=x@x.se", want: []string{"A7 skip ~EXISTS(a1,a2)", "A7 skip"}},
		{name: "A7 chosen", set: choice("S!2", "a2"), stored: twice, row: "name=Acme zip=111_22 phone=1", want: []string{"A7 update a2 phone:→1"}},
		{name: "A7 chosen to be new", set: choice("S!2", ledger.ChoiceNew), stored: twice, row: "name=Acme zip=111_22", want: []string{"A7 create new1"}},
		{name: "A7 chosen to be new, as an equal row was", set: func(p *ledger.Policy) {
			p.Ambiguous, p.Choices = ledger.AmbiguousPark, map[string]string{"S!2": ledger.ChoiceNew, "S!3": ledger.ChoiceNew}
		}, stored: twice, before: []string{"name=Acme zip=111_22"}, row: "name=Acme zip=111_22 phone=1", want: []string{"A8 update new1 phone:→1"}},
		{name: "A7 chosen to wait", set: choice("S!2", ledger.ChoiceWait), stored: twice, row: "name=Acme zip=111_22", want: []string{"A7 park AMBIGUOUS(a1,a2)"}},
		{name: "A7 chosen what does not match", set: choice("S!2", "a9"), stored: twice, row: "name=Acme zip=111_22", want: []string{"A7 park AMBIGUOUS(a1,a2)"}},
		{name: "A7 chosen to be new, update only", set: with(mode(ledger.UpdateOnly), choice("S!2", ledger.ChoiceNew)), stored: twice, row: "name=Acme zip=111_22",
			want: []string{"A7 park AMBIGUOUS(a1,a2)"}},
		{name: "A7 chosen, create only", set: with(mode(ledger.CreateOnly), choice("S!2", "a2")), stored: twice, row: "name=Acme zip=111_22", want: []string{"A7 skip ~EXISTS(a1,a2)"}},

		{name: "A8 of a blank key", before: []string{"name=Acme zip="}, row: "name=Acme zip= phone=1", want: []string{"A8 update new1 phone:→1"}},
		{name: "A8 of several hits", stored: twice, before: []string{"name=Acme zip=111_22"}, row: "name=Acme zip=111_22 phone=1", want: []string{"A8 update new1 phone:→1"}},
		{name: "A8 within the file", set: reuse(ledger.ReuseFile), before: []string{"name=Acme zip="}, row: "name=Acme zip= phone=1", want: []string{"A8 update new1 phone:→1"}},
		{name: "A8 off", set: reuse(ledger.ReuseOff), before: []string{"name=Acme zip="}, row: "name=Acme zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "A8 another name", set: account([]string{"zip"}), before: []string{"name=Acme zip="}, row: "name=Beta zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "A8 another key", before: []string{"name=Acme zip="}, row: "name= zip=1", want: []string{"A4 reject REQUIRED"}},
		{name: "A8 create only", set: mode(ledger.CreateOnly), before: []string{"name=Acme zip="}, row: "name=Acme zip= | email=x@x.se", want: []string{"A8 skip new1 ~EXISTS", "C5 create new2@new1"}},
		{name: "A8 not of a row that updated", stored: acme, before: []string{"name=Acme zip=111_22"}, row: "name=Acme zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "A8 the first of its like counts", set: choice("S!3", ledger.ChoiceNew), stored: twice, before: []string{"name=Acme zip=111_22", "name=Acme zip=111_22"}, row: "name=Acme zip=111_22 phone=1",
			want: []string{"A8 update new1 phone:→1"}},
	})
}

// TestContactTable takes each row of section 5 by its name.
func TestContactTable(t *testing.T) {
	check(t, []rowCase{
		{name: "C0", stored: acme, row: "name=Acme zip=111_22 phone=1 | email=", want: []string{"A6 update a1 phone:→1"}},
		{name: "C1", stored: anna, row: "name=Acme zip=111_22 | id=c1 email=b@x.se", want: []string{"A6 unchanged a1", "C1 update c1@a1 email:anna@x.se→b@x.se"}},
		{name: "C1b reject", stored: apart, row: "name=Acme zip=111_22 phone=1 | id=c2 title=VD", want: []string{"C1b reject ID_ELSEWHERE", "C1b reject"}},
		{name: "C1b move", set: func(p *ledger.Policy) { p.ElsewhereID = ledger.ElsewhereMove }, stored: apart, row: "name=Acme zip=111_22 | id=c2 title=VD",
			want: []string{"A6 unchanged a1", "C1b update c2@a1 from a2 title:→VD"}},
		{name: "C1b move to a new account", set: func(p *ledger.Policy) { p.ElsewhereID = ledger.ElsewhereMove }, stored: apart, row: "name=Ny zip=3 | id=c2",
			want: []string{"A5 create new1", "C1b update c2@new1 from a2"}},
		{name: "C2", stored: anna, row: "name=Acme zip=111_22 phone=1 | id=nix", want: []string{"C2 reject UNKNOWN_ID", "C2 reject"}},

		{name: "C3", stored: acme, row: "name=Beta zip=2 | email=x@x.se", want: []string{"A5 create new1", "C3 create new1@new1"}},
		{name: "C3 whatever is ticked", set: contact(), row: "name=Beta zip=2 | name=X", want: []string{"A5 create new1", "C3 create new1@new1"}},
		{name: "C3 blank key", set: blankKey(ledger.BlankReject), row: "name=Beta zip=2 | name=X email=", want: []string{"A5 create new1", "C3 create new1@new1"}},
		{name: "C3 without name and e-mail", row: "name=Beta zip=2 | title=VD", want: []string{"C3 reject REQUIRED", "C3 reject"}},
		{name: "C3 not for the next row", row: "name=Beta zip=2 | email=x@x.se title=VD", before: []string{"name=Beta zip=2 | email=x@x.se"}, want: []string{
			"A6 unchanged new1", "C6 update new1@new1 title:→VD"}},

		{name: "C4 create", stored: anna, row: "name=Acme zip=111_22 | name=Anna email=", want: []string{"A6 unchanged a1", "C4 create new1@a1 ~BLANK_KEY"}},
		{name: "C4 reject", set: blankKey(ledger.BlankReject), stored: anna, row: "name=Acme zip=111_22 phone=1 | name=Anna email=", want: []string{"C4 reject BLANK_KEY", "C4 reject"}},
		{name: "C4 ignore", set: with(contact([]string{"email", "name"}), blankKey(ledger.BlankIgnore)), stored: anna, row: "name=Acme zip=111_22 | name=Anna email= title=CEO",
			want: []string{"A6 unchanged a1", "C6 update c1@a1 title:VD→CEO"}},
		{name: "C4 literal", set: with(contact([]string{"email", "name"}), blankKey(ledger.BlankLiteral)), stored: anna + "\nc2@a1 name=Anna", row: "name=Acme zip=111_22 | name=Anna email= title=CEO",
			want: []string{"A6 unchanged a1", "C6 update c2@a1 title:→CEO"}},
		{name: "C4 update only", set: mode(ledger.UpdateOnly), stored: anna, row: "name=Acme zip=111_22 | name=Anna email=", want: []string{"A6 unchanged a1", "C4 skip@a1 ~NOT_FOUND"}},
		{name: "C4 create only", set: mode(ledger.CreateOnly), stored: anna, row: "name=Acme zip=111_22 | name=Anna email=", want: []string{"A6 skip a1 ~EXISTS", "C4 create new1@a1 ~BLANK_KEY"}},

		{name: "C5", stored: anna, row: "name=Acme zip=111_22 | email=x@x.se", want: []string{"A6 unchanged a1", "C5 create new1@a1"}},
		{name: "C5 update only", set: mode(ledger.UpdateOnly), stored: anna, row: "name=Acme zip=111_22 | email=x@x.se", want: []string{"A6 unchanged a1", "C5 skip@a1 ~NOT_FOUND"}},
		{name: "C5 the same contact in another account", set: quiet, stored: apart, row: "name=Acme zip=111_22 | email=anna@x.se", want: []string{"A6 unchanged a1", "C5 create new1@a1"}},
		{name: "C5 almost the same", set: contact([]string{"name"}), stored: "a1 name=Acme zip=111_22\nc1@a1 name=Ann-Marie", row: "name=Acme zip=111_22 | name=Annmarie",
			want: []string{"A6 unchanged a1", "C5 create new1@a1 ~NEAR_DUPLICATE(c1)"}},

		{name: "C6", stored: anna, row: "name=Acme zip=111_22 | email=ANNA@x.se title=CEO", want: []string{"A6 unchanged a1", "C6 update c1@a1 title:VD→CEO"}},
		{name: "C6 update only", set: mode(ledger.UpdateOnly), stored: anna, row: "name=Acme zip=111_22 | email=anna@x.se title=CEO", want: []string{"A6 unchanged a1", "C6 update c1@a1 title:VD→CEO"}},
		{name: "C6 create only", set: mode(ledger.CreateOnly), stored: anna, row: "name=Acme zip=111_22 | email=anna@x.se title=CEO", want: []string{"A6 skip a1 ~EXISTS", "C6 skip c1@a1 ~EXISTS"}},

		{name: "C7 create", stored: two, row: "name=Acme zip=111_22 | email=anna@x.se", want: []string{"A6 unchanged a1", "C7 create new1@a1 ~AMBIGUOUS(c1,c2)"}},
		{name: "C7 reject", set: ambiguous(ledger.AmbiguousReject), stored: two, row: "name=Acme zip=111_22 phone=1 | email=anna@x.se", want: []string{"C7 reject AMBIGUOUS(c1,c2)", "C7 reject"}},
		{name: "C7 park", set: ambiguous(ledger.AmbiguousPark), stored: two, row: "name=Acme zip=111_22 phone=1 | email=anna@x.se", want: []string{"C7 park AMBIGUOUS(c1,c2)", "C7 park"}},
		{name: "C7 update only", set: mode(ledger.UpdateOnly), stored: two, row: "name=Acme zip=111_22 | email=anna@x.se", want: []string{"C7 reject AMBIGUOUS(c1,c2)", "C7 reject"}},
		{name: "C7 create only", set: mode(ledger.CreateOnly), stored: two, row: "name=Acme zip=111_22 | email=anna@x.se", want: []string{"A6 skip a1 ~EXISTS", "C7 skip@a1 ~EXISTS(c1,c2)"}},
		{name: "C7 chosen", set: choice("S!2", "c2"), stored: two, row: "name=Acme zip=111_22 | email=anna@x.se title=CEO", want: []string{"A6 unchanged a1", "C7 update c2@a1 title:→CEO"}},
		{name: "C7 the choice was the account's", set: choice("S!2", "a2"), stored: twice + "\nc1@a2 name=A email=anna@x.se\nc2@a2 name=B email=anna@x.se",
			row: "name=Acme zip=111_22 | email=anna@x.se", want: []string{"A7 unchanged a2", "C7 create new1@a2 ~AMBIGUOUS(c1,c2)"}},

		{name: "C8", set: contact(), stored: anna, row: "name=Acme zip=111_22 | name=Anna email=anna@x.se", want: []string{"A6 unchanged a1", "C8 create new1@a1"}},
		{name: "C8 update only", set: with(contact(), mode(ledger.UpdateOnly)), stored: anna, row: "name=Acme zip=111_22 | email=anna@x.se", want: []string{"A6 unchanged a1", "C8 skip@a1 ~NOT_FOUND"}},

		{name: "C9 of a blank key", stored: acme, before: []string{"name=Acme zip=111_22 | name=Anna email="}, row: "name=Acme zip=111_22 | name=Anna email= title=CEO",
			want: []string{"A6 unchanged a1", "C9 update new1@a1 title:→CEO"}},
		{name: "C9 of several hits", stored: two, before: []string{"name=Acme zip=111_22 | name=Cia email=anna@x.se"}, row: "name=Acme zip=111_22 | name=Cia email=anna@x.se title=CEO",
			want: []string{"A6 unchanged a1", "C9 update new1@a1 title:→CEO"}},
		{name: "C9 of a contact that came with its account", before: []string{"name=Ny zip=1 | name=Anna email="}, row: "name=Ny zip=1 | name=Anna email= title=CEO",
			want: []string{"A6 unchanged new1", "C9 update new1@new1 title:→CEO"}},
		{name: "C9 off", set: reuse(ledger.ReuseOff), stored: acme, before: []string{"name=Acme zip=111_22 | name=Anna email="}, row: "name=Acme zip=111_22 | name=Anna email=",
			want: []string{"A6 unchanged a1", "C4 create new2@a1 ~BLANK_KEY"}},
		{name: "C9 another name", stored: acme, before: []string{"name=Acme zip=111_22 | name=Anna email="}, row: "name=Acme zip=111_22 | name=Bo email=",
			want: []string{"A6 unchanged a1", "C4 create new2@a1 ~BLANK_KEY"}},
		{name: "C9 another e-mail", set: contact([]string{"mobile"}), stored: acme, before: []string{"name=Acme zip=111_22 | name=Anna mobile= email=a@x.se"},
			row: "name=Acme zip=111_22 | name=Anna mobile= email=b@x.se", want: []string{"A6 unchanged a1", "C4 create new2@a1 ~BLANK_KEY"}},
		{name: "C9 another account", stored: acme + "\na2 name=Beta zip=2", before: []string{"name=Acme zip=111_22 | name=Anna email="}, row: "name=Beta zip=2 | name=Anna email=",
			want: []string{"A6 unchanged a2", "C4 create new2@a2 ~BLANK_KEY"}},
		{name: "C9 not where it has moved from", set: with(reuse(ledger.ReuseFile), func(p *ledger.Policy) { p.ElsewhereID = ledger.ElsewhereMove }), stored: acme + "\na2 name=Beta zip=2",
			before: []string{"name=Acme zip=111_22 | name=Anna email=", "name=Beta zip=2 | id=" + ledger.NewID("imp", 1, crm.Contact)}, row: "name=Acme zip=111_22 | name=Anna email=",
			want: []string{"A6 unchanged a1", "C4 create new3@a1 ~BLANK_KEY"}},
		{name: "C9 create only", set: mode(ledger.CreateOnly), stored: acme, before: []string{"name=Acme zip=111_22 | name=Anna email="}, row: "name=Acme zip=111_22 | name=Anna email=",
			want: []string{"A6 skip a1 ~EXISTS", "C9 skip new1@a1 ~EXISTS"}},
	})
}

// TestRowIsWhole has rows that go as a whole, and what a row that is not applied leaves for the rows after it: nothing.
func TestRowIsWhole(t *testing.T) {
	invalid := func(d *ledger.Draft) { d.Problems = []ledger.Problem{{Code: ledger.Invalid}} }
	check(t, []rowCase{
		{name: "F6 an invalid cell", stored: anna, row: "name=Acme zip=111_22 phone=1 | email=anna@x.se", change: invalid, want: []string{"F6 reject INVALID", "F6 reject"}},
		{name: "F6 of a contact alone", row: "| email=anna@x.se", change: invalid, want: []string{"F6 reject INVALID"}},
		{name: "a warning is given with the first part", stored: anna, row: "name=Acme zip=111_22 | email=anna@x.se title=CEO",
			change: func(d *ledger.Draft) { d.Problems = []ledger.Problem{{Code: ledger.CheckDigit, Warning: true}} }, want: []string{"A6 unchanged a1 ~CHECK_DIGIT", "C6 update c1@a1 title:VD→CEO"}},
		{name: "the account of a rejected contact is not created", before: []string{"name=Ny zip=1 | id=nix"}, row: "name=Ny zip=1", want: []string{"A5 create new2"}},
		{name: "the account of a rejected contact is not changed", stored: anna, before: []string{"name=Acme zip=111_22 phone=1 | id=nix"}, row: "name=Acme zip=111_22 phone=1",
			want: []string{"A6 update a1 phone:→1"}},
		{name: "the last of two values counts", stored: acme, before: []string{"name=Acme zip=111_22 phone=1"}, row: "name=Acme zip=111_22 phone=2", want: []string{"A6 update a1 phone:1→2 ~TWO_VALUES!C"}},
		{name: "each of two values that differ", stored: acme, before: []string{"name=Acme zip=111_22 city=x phone=1"}, row: "name=Acme zip=111_22 city=y phone=2",
			want: []string{"A6 update a1 city:x→y phone:1→2 ~TWO_VALUES!C ~TWO_VALUES!D"}},
		{name: "the same value twice is none", stored: acme, before: []string{"name=Acme zip=111_22 phone=1"}, row: "name=Acme zip=111_22 phone=1", want: []string{"A6 unchanged a1"}},
		{name: "a value where the row before had none is none", stored: acme, before: []string{"name=Acme zip=111_22 phone="}, row: "name=Acme zip=111_22 phone=2", want: []string{"A6 update a1 phone:→2"}},
		{name: "values that are added to a list are none", stored: acme, before: []string{"name=Acme zip=111_22 campaigns=a"}, row: "name=Acme zip=111_22 campaigns=b",
			want: []string{"A6 update a1 campaigns:a→a, b"}},
		{name: "two values of a record that the file creates", before: []string{"name=Acme zip=111_22 phone=1"}, row: "name=Acme zip=111_22 phone=2", want: []string{"A6 update new1 phone:1→2 ~TWO_VALUES!C"}},
	})
}

// TestImplausibleKeys has values that identify nothing, in rows and in records (W7).
func TestImplausibleKeys(t *testing.T) {
	byPhone := account([]string{"phone"})
	check(t, []rowCase{
		{name: "W7 counts as blank", stored: "a1 name=Acme phone=0", set: byPhone, row: "name=Beta phone=0", want: []string{"A4 create new1 ~IMPLAUSIBLE_KEY!B"}},
		{name: "W7 is the reason under reject", set: with(byPhone, blankKey(ledger.BlankReject)), row: "name=Beta phone=123", want: []string{"A4 reject IMPLAUSIBLE_KEY!B"}},
		{name: "W7 beside a blank", row: "name=saknas zip=", want: []string{"A4 create new1 ~IMPLAUSIBLE_KEY!A"}},
		{name: "W7 in a stored record", set: blankKey(ledger.BlankLiteral), stored: "a1 name=Acme zip=saknas", row: "name=Acme zip= phone=1", want: []string{"A6 update a1 phone:→1"}},
		{name: "W7 in every profile", set: with(byPhone, func(p *ledger.Policy) { p.Exact = true }), stored: "a1 name=Acme phone=0", row: "name=Beta phone=0",
			want: []string{"A4 create new1 ~IMPLAUSIBLE_KEY!B"}},
		{name: "W7 not in the name of A8", set: account([]string{"zip"}), before: []string{"name=x zip="}, row: "name=okänd zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "W7 among the contacts", stored: acme + "\nc1@a1 name=A mobile=0", set: contact([]string{"mobile"}), row: "name=Acme zip=111_22 | name=B mobile=0",
			want: []string{"A6 unchanged a1", "C4 create new1@a1 ~IMPLAUSIBLE_KEY!B"}},
	})
}

// TestContactsElsewhere has contacts in other accounts (W12): warned of, or found there.
func TestContactsElsewhere(t *testing.T) {
	const row = "name=Acme zip=111_22 | name=Ann email=anna@x.se"
	check(t, []rowCase{
		{name: "W12 warning", stored: apart, row: row, want: []string{"A6 unchanged a1", "C5 create new1@a1 ~ELSEWHERE!B(c2)"}},
		{name: "W12 warning of a mobile number", stored: apart, row: "name=Acme zip=111_22 | email=b@x.se mobile=+46_70_123_45_67", want: []string{"A6 unchanged a1", "C5 create new1@a1 ~ELSEWHERE!B(c2)"}},
		{name: "W12 warning in a new account", stored: apart, row: "name=Ny zip=1 | name=Ann email=anna@x.se", want: []string{"A5 create new1", "C3 create new1@new1 ~ELSEWHERE!B(c2)"}},
		{name: "W12 warning of this file", before: []string{"name=Ny zip=1 | email=anna@x.se"}, row: "name=Beta zip=2 | email=anna@x.se",
			want: []string{"A5 create new2", "C3 create new2@new2 ~ELSEWHERE!A(new1)"}},
		{name: "W12 no warning of the own account", set: contact([]string{"name"}), stored: anna, row: "name=Acme zip=111_22 | name=Bo email=anna@x.se", want: []string{"A6 unchanged a1", "C5 create new1@a1"}},
		{name: "W12 no warning of an update", stored: apart + "\nc1@a1 name=Anna email=anna@x.se", row: row, want: []string{"A6 unchanged a1", "C6 update c1@a1 name:Anna→Ann"}},
		{name: "W12 warning off", set: quiet, stored: apart, row: row, want: []string{"A6 unchanged a1", "C5 create new1@a1"}},
		{name: "W12 reject", set: anywhere(ledger.ElsewhereReject), stored: apart, row: row, want: []string{"W12 reject ELSEWHERE(c2)", "W12 reject"}},
		{name: "W12 update", set: anywhere(ledger.ElsewhereUpdate), stored: apart, row: row, want: []string{"A6 unchanged a1", "W12 update c2@a2 name:Anna→Ann"}},
		{name: "W12 move", set: anywhere(ledger.ElsewhereMove), stored: apart, row: row, want: []string{"A6 unchanged a1", "W12 update c2@a1 from a2 name:Anna→Ann"}},
		{name: "W12 update only", set: with(anywhere(ledger.ElsewhereUpdate), mode(ledger.UpdateOnly)), stored: apart, row: row, want: []string{"A6 unchanged a1", "W12 update c2@a2 name:Anna→Ann"}},
		{name: "W12 create only", set: with(anywhere(ledger.ElsewhereMove), mode(ledger.CreateOnly)), stored: apart, row: row, want: []string{"A6 skip a1 ~EXISTS", "W12 skip c2@a2 ~EXISTS"}},
		{name: "W12 the own account comes first", set: anywhere(ledger.ElsewhereMove), stored: apart + "\nc1@a1 name=Anna email=anna@x.se", row: row, want: []string{
			"A6 unchanged a1", "C6 update c1@a1 name:Anna→Ann"}},
		{name: "W12 from a new account", set: anywhere(ledger.ElsewhereMove), stored: apart, row: "name=Ny zip=1 | name=Ann email=anna@x.se", want: []string{
			"A5 create new1", "W12 update c2@new1 from a2 name:Anna→Ann"}},
		{name: "W12 several", set: with(anywhere(ledger.ElsewhereMove), ambiguous(ledger.AmbiguousPark)), stored: apart + "\na3 name=C zip=3\nc3@a3 name=Anna email=anna@x.se", row: row,
			want: []string{"C7 park AMBIGUOUS(c2,c3)", "C7 park"}},
		{name: "W12 only by what identifies a person", set: with(anywhere(ledger.ElsewhereMove), contact([]string{"email"}, []string{"name"}), quiet), stored: apart,
			row: "name=Acme zip=111_22 | name=Anna email=", want: []string{"A6 unchanged a1", "C5 create new1@a1"}},
		{name: "W12 not if an earlier rule contradicts", set: with(anywhere(ledger.ElsewhereMove), contact([]string{"email"}, []string{"mobile"}), quiet), stored: apart,
			row: "name=Acme zip=111_22 | name=Anna email=b@x.se mobile=070-1234567", want: []string{"A6 unchanged a1", "C5 create new1@a1"}},
	})
}

// TestFeed has the rows of a later file of the same feed (W13).
func TestFeed(t *testing.T) {
	check(t, []rowCase{
		{name: "W13 of a blank key", imports: true, before: []string{"name=Acme zip="}, row: "name=Acme zip= phone=1", want: []string{"W13 update old1 phone:→1"}},
		{name: "W13 of several hits", imports: true, stored: twice, before: []string{"name=Acme zip=111_22"}, row: "name=ACME zip=11122 phone=1", want: []string{"W13 update old1 phone:→1"}},
		{name: "W13 within the file only", set: reuse(ledger.ReuseFile), imports: true, before: []string{"name=Acme zip="}, row: "name=Acme zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "W13 not in create mode", set: mode(ledger.CreateOnly), imports: true, before: []string{"name=Acme zip="}, row: "name=Acme zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "W13 another name", set: account([]string{"zip"}), imports: true, before: []string{"name=Acme zip="}, row: "name=Beta zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "W13 not of a record that a rule finds", imports: true, stored: "a1 name=Acme zip=1", before: []string{"name=Acme zip=2"}, row: "name=Acme zip=", want: []string{"A4 create new2 ~BLANK_KEY"}},
		{name: "W13 of a contact", imports: true, stored: acme, before: []string{"name=Acme zip=111_22 | name=Anna email="}, row: "name=Acme zip=111_22 | name=Anna email= title=CEO",
			want: []string{"A6 unchanged a1", "W13 update old1@a1 title:→CEO"}},
		{name: "W13 of a contact that came with its account", imports: true, before: []string{"name=Ny zip=1 | name=Anna email="}, row: "name=Ny zip=1 | name=Anna email= title=CEO",
			want: []string{"A6 unchanged old1", "W13 update old1@old1 title:→CEO"}},
		{name: "W13 of a contact in another account", imports: true, stored: acme + "\na2 name=Beta zip=2", before: []string{"name=Acme zip=111_22 | name=Anna email="},
			row: "name=Beta zip=2 | name=Anna email=", want: []string{"A6 unchanged a2", "C4 create new2@a2 ~BLANK_KEY"}},
		{name: "W13 with its contacts", imports: true, before: []string{"name=Acme zip= | email=a@x.se"}, row: "name=Acme zip= | email=a@x.se title=CEO",
			want: []string{"W13 unchanged old1", "C6 update old1@old1 title:→CEO"}},
	})
}

func check(t *testing.T, cases []rowCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, run(t, &tt)); diff != "" {
				t.Errorf("what the row does (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTexts has sentences that name more than the code: the columns to fill in, the rows: line that leaves the row out.
func TestTexts(t *testing.T) {
	merged := func(d *ledger.Draft) { d.MergedWith = 2 }
	for _, tt := range []struct {
		rowCase
		want string
	}{
		{rowCase{row: "| email=x@x.se", change: merged}, "its cells are merged with those of row 2"},
		{rowCase{row: "| email=x@x.se"}, "this contact has no account: fill in"},
		{rowCase{row: "name=Acme zip="}, "H:zip is blank, so no existing account could be found and a new one was created. If the row is not a record, leave it out in the mapping: rows: {where: {'H:zip': filled}}"},
		{rowCase{row: "name=Acme zip=", set: blankKey(ledger.BlankReject)}, "no value in H:zip, which accounts are matched on: fill it in"},
		{rowCase{row: "name=saknas zip=1"}, "in H:name does not identify an account, so it was treated as blank and a new account was created. If the row is not a record, leave it out in the mapping: rows: {where: {'H:name': '!= saknas'}}"},
		{rowCase{row: "name=Acme", set: account([]string{"org_number"})}, "org_number is blank"},
		{rowCase{stored: acme, row: "name=Acme zip=111_22 | first_name= last_name= email=x@x.se", set: contact([]string{"name"})}, "H:first_name, H:last_name is blank, so no existing contact could be found and a new one was created. If the row is not a record, " +
			"leave it out in the mapping: rows: {where: {'H:first_name': filled}}"},
		{rowCase{stored: apart, row: "name=Acme zip=111_22 | email=anna@x.se"}, "a contact with the same H:email (Anna · Beta · c2)"},
		{rowCase{stored: apart, row: "name=Acme zip=111_22 | email=anna@x.se", set: anywhere(ledger.ElsewhereReject)}, "already exists in another account (Anna · Beta · c2)"},
		{rowCase{stored: "a name=Acme zip=1\nb name=Acme zip=1\nc name=Acme zip=1\nd name=Acme zip=1\ne name=Acme zip=1\nf name=Acme zip=1\ng name=Acme zip=1",
			row: "name=Acme zip=1"}, "7 accounts match this row (a, b, c, d, e … +2)"},
	} {
		var texts []string
		for _, c := range changesOf(t, &tt.rowCase) {
			for _, p := range c.Problems {
				texts = append(texts, p.Text.String())
			}
		}
		if !strings.Contains(strings.Join(texts, "\n"), tt.want) {
			t.Errorf("%s says %q, want %q", tt.row, texts, tt.want)
		}
	}
}
