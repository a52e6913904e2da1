package records

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

const no = 7 // number of the import

var byName = crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}}, Region: "SE"}

func vals(pairs ...string) crm.Values {
	var vs crm.Values
	for i := 0; i < len(pairs); i += 2 {
		vs.Set(pairs[i], crm.TextValue(pairs[i+1]))
	}
	return vs
}

func change(ordinal int64, kind crm.Kind, action ledger.Action, id string, before, after crm.Values) ledger.Change {
	return ledger.Change{Ordinal: ordinal, Kind: kind, Action: action, ID: id, Expect: 5, Before: before, After: after}
}

func id(ordinal int64) int64 { return ledger.ChangeID(no, ordinal, 0, crm.Account) }

func hash(name string) int64 {
	key, _ := byName.Key("", vals("name", name))
	return key.Hash
}

// TestCoalesce makes one write of several changes to one account.
func TestCoalesce(t *testing.T) {
	account := func(ordinal int64, action ledger.Action, before, after crm.Values) ledger.Change {
		return change(ordinal, crm.Account, action, "a", before, after)
	}
	known := account(1, ledger.Create, nil, vals("name", "Acme"))
	known.Hashes = []int64{99}
	for name, c := range map[string]struct {
		changes   []ledger.Change
		unwritten ledger.Unwritten
		want      []engine.Write
	}{
		"create": {[]ledger.Change{account(1, ledger.Create, nil, vals("name", "Acme"))}, nil,
			[]engine.Write{{New: true, ID: "a", Seq: id(1), Expect: 5, Mark: id(1), Set: vals("name", "Acme"), Hashes: []int64{hash("Acme")}, At: at}}},
		"create with known hashes": {[]ledger.Change{known}, nil,
			[]engine.Write{{New: true, ID: "a", Seq: id(1), Expect: 5, Mark: id(1), Set: vals("name", "Acme"), Hashes: []int64{99}, At: at}}},
		"create and update": {[]ledger.Change{known, account(2, ledger.Update, vals("name", "Acme"), vals("name", "Beta"))}, nil,
			[]engine.Write{{New: true, ID: "a", Seq: id(1), Expect: 5, Mark: id(2), Set: vals("name", "Beta"), Hashes: []int64{hash("Beta")}, At: at}}},
		"two updates of one field": {[]ledger.Change{account(1, ledger.Update, vals("city", "1"), vals("city", "2")), account(2, ledger.Update, vals("city", "2"), vals("city", "3"))}, nil,
			[]engine.Write{{ID: "a", Expect: 5, Mark: id(2), Before: vals("city", "1"), Set: vals("city", "3"), At: at}}},
		"set and unset": {[]ledger.Change{account(1, ledger.Update, vals("city", "1"), vals("city", "2")), account(2, ledger.Update, vals("city", "2"), nil)}, nil,
			[]engine.Write{{ID: "a", Expect: 5, Mark: id(2), Before: vals("city", "1"), Unset: []string{"city"}, At: at}}},
		"unset and set": {[]ledger.Change{account(1, ledger.Update, vals("city", "1"), nil), account(2, ledger.Update, nil, vals("city", "2"))}, nil,
			[]engine.Write{{ID: "a", Expect: 5, Mark: id(2), Before: vals("city", "1"), Set: vals("city", "2"), At: at}}},
		"update and remove": {[]ledger.Change{account(1, ledger.Update, vals("city", "1"), vals("city", "2")), account(2, ledger.Remove, vals("name", "Acme", "city", "2"), nil)}, nil,
			[]engine.Write{{Remove: true, ID: "a", Expect: 5, Mark: id(2), Before: vals("name", "Acme", "city", "1"), At: at}}},
		"without an unwritten one": {[]ledger.Change{account(1, ledger.Update, vals("city", "1"), vals("city", "2")), account(2, ledger.Update, vals("zip", "1"), vals("zip", "2"))}, ledger.Unwritten{0: nil},
			[]engine.Write{{ID: "a", Expect: 5, Mark: id(2), Before: vals("zip", "1"), Set: vals("zip", "2"), At: at}}},
		"nothing to write": {[]ledger.Change{account(1, ledger.Unchanged, nil, nil), account(2, ledger.Reject, nil, nil), change(3, crm.Contact, ledger.Create, "c", nil, nil)}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			first := c.changes[0].After.Clone()
			b := &ledger.Batch{Changes: c.changes, Rules: map[crm.Kind][]crm.Rule{crm.Account: {byName}}}
			w := Coalesce(NewRuleSet([]crm.Rule{byName}, 1), crm.Account, b, c.unwritten, no, at)
			if diff := cmp.Diff(c.want, w.writes, cmpopts.EquateEmpty(), cmpopts.EquateComparable(crm.Value{}), cmpopts.IgnoreFields(engine.Write{}, "Keying")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, one := range w.writes {
				if one.New != one.Keying.Uses("name") {
					t.Errorf("new: %t, and what its keys are made of: %+v", one.New, one.Keying)
				}
			}
			if !first.Equal(c.changes[0].After) {
				t.Errorf("the change itself is %v now", c.changes[0].After)
			}
			w.Recycle()
		})
	}
}

func TestMovedContactIsRekeyed(t *testing.T) {
	c := change(1, crm.Contact, ledger.Update, "c", nil, nil)
	c.ParentID, c.Moved = "to", "from"
	removed := change(2, crm.Contact, ledger.Remove, "c", nil, nil)
	w := Coalesce(NewRuleSet(nil, 0), crm.Contact, &ledger.Batch{Changes: []ledger.Change{c}}, nil, no, at)
	if one := w.writes[0]; !one.Move || !one.Rekey || one.ParentID != "to" {
		t.Errorf("the write is %+v", one)
	}
	w = Coalesce(NewRuleSet(nil, 0), crm.Contact, &ledger.Batch{Changes: []ledger.Change{c, removed}}, nil, no, at)
	if one := w.writes[0]; !one.Remove || one.ParentID != "from" {
		t.Errorf("moved and removed: the write is %+v", one)
	}
}

func TestWriteOrder(t *testing.T) {
	for action, want := range map[ledger.Action]crm.Kind{ledger.Create: crm.Account, ledger.Update: crm.Account, ledger.Remove: crm.Contact} {
		b := &ledger.Batch{Changes: []ledger.Change{change(1, crm.Account, ledger.Unchanged, "a", nil, nil), change(2, crm.Account, action, "b", nil, nil)}}
		if got := writeOrder(b)[0]; got != want {
			t.Errorf("%s: the first kind is %s", action, got)
		}
	}
}

// TestOrphaned: what cannot be written because another change was not.
func TestOrphaned(t *testing.T) {
	contact := func(action ledger.Action, account, moved string) ledger.Change {
		c := change(2, crm.Contact, action, "c", nil, nil)
		c.ParentID, c.Moved = account, moved
		return c
	}
	reason := &ledger.Problem{Code: ledger.Unique}
	created, removed := change(1, crm.Account, ledger.Create, "a", nil, nil), change(1, crm.Account, ledger.Remove, "a", nil, nil)
	for name, c := range map[string]struct {
		changes []ledger.Change
		before  ledger.Unwritten
		want    map[int]ledger.Code
	}{
		"nothing is unwritten":                           {[]ledger.Change{created, contact(ledger.Create, "a", "")}, ledger.Unwritten{}, map[int]ledger.Code{}},
		"contact of an account that is not made":         {[]ledger.Change{created, contact(ledger.Create, "a", "")}, ledger.Unwritten{0: reason}, map[int]ledger.Code{0: ledger.Unique, 1: ledger.ParentNotCreated}},
		"contact of another account":                     {[]ledger.Change{created, contact(ledger.Create, "b", "")}, ledger.Unwritten{0: reason}, map[int]ledger.Code{0: ledger.Unique}},
		"contact that moves into it":                     {[]ledger.Change{created, contact(ledger.Update, "a", "b")}, ledger.Unwritten{0: reason}, map[int]ledger.Code{0: ledger.Unique, 1: ledger.ParentNotCreated}},
		"contact that is skipped":                        {[]ledger.Change{created, contact(ledger.Skip, "a", "")}, ledger.Unwritten{0: reason}, map[int]ledger.Code{0: ledger.Unique}},
		"another row of the account":                     {[]ledger.Change{created, change(2, crm.Account, ledger.Unchanged, "a", nil, nil)}, ledger.Unwritten{0: reason}, map[int]ledger.Code{0: ledger.Unique, 1: ledger.Unique}},
		"account under a contact that stays":             {[]ledger.Change{removed, contact(ledger.Remove, "a", "")}, ledger.Unwritten{1: nil}, map[int]ledger.Code{0: "", 1: ""}},
		"account that the contact was to leave":          {[]ledger.Change{removed, contact(ledger.Update, "b", "a")}, ledger.Unwritten{1: nil}, map[int]ledger.Code{0: "", 1: ""}},
		"account of which no contact stays":              {[]ledger.Change{removed, contact(ledger.Remove, "b", "")}, ledger.Unwritten{1: nil}, map[int]ledger.Code{1: ""}},
		"update of an account with an unwritten contact": {[]ledger.Change{change(1, crm.Account, ledger.Update, "a", nil, nil), contact(ledger.Update, "a", "")}, ledger.Unwritten{1: nil}, map[int]ledger.Code{1: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			unwritten := maps.Clone(c.before)
			addOrphaned(unwritten, &ledger.Batch{Changes: c.changes})
			got := map[int]ledger.Code{}
			for i, why := range unwritten {
				if got[i] = ""; why != nil {
					got[i] = why.Code
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAffects(t *testing.T) {
	rules := NewRuleSet([]crm.Rule{byName}, 1)
	for name, c := range map[string]struct {
		kind  crm.Kind
		write engine.Write
		want  bool
	}{
		"sets a field of a rule":   {crm.Account, engine.Write{Set: vals("city", "Lund", "name", "Acme")}, true},
		"unsets a field of a rule": {crm.Account, engine.Write{Unset: []string{"city", "name"}}, true},
		"of another kind":          {crm.Contact, engine.Write{Set: vals("name", "Acme")}, false},
		"other fields":             {crm.Account, engine.Write{Set: vals("city", "Lund"), Unset: []string{"zip"}}, false},
	} {
		if got := rules.affects(c.kind, &coalescedWrite{Write: &c.write}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRemainingHashes(t *testing.T) {
	byCity := crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "city", Type: crm.Text}}, Region: "SE"}
	ofContact := crm.Rule{Kind: crm.Contact, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text}}, Region: "SE"}
	rules := []crm.Rule{ofContact, byCity, byName}
	positions := rulePositions(rules, []crm.Rule{byName, byCity})
	if want := []int{-1, 1, 0}; !slices.Equal(positions, want) {
		t.Fatalf("the positions are %v, not %v", positions, want)
	}
	for name, c := range map[string]struct {
		known []int64
		want  []int64
	}{
		"none known": {nil, []int64{hash("Acme")}}, // it has no city
		"one known":  {[]int64{3, 0}, []int64{3}},
		"both known": {[]int64{3, 4}, []int64{4, 3}},
	} {
		if got := remainingHashes(rules, crm.Account, "", vals("name", "Acme"), c.known, positions); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}
