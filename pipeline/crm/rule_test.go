package crm_test

import (
	"testing"

	"inlet.example/inlet/pipeline/crm"
)

var nameZip = []crm.Ticked{{Field: "name", Type: crm.Text}, {Field: "zip", Type: crm.Postcode}}

func record(name, zip string) crm.Values {
	var vs crm.Values
	vs.Set("name", crm.TextValue(name))
	vs.Set("zip", crm.TextValue(zip))
	return vs
}

func TestKey(t *testing.T) {
	plain := crm.Rule{Kind: crm.Account, Ticked: nameZip, Region: "SE"}
	exact, literal, only := plain, plain, plain
	exact.Exact, literal.Blanks, only.Blanks = true, crm.AnyBlanks, crm.OnlyBlanks
	for _, tt := range []struct {
		says string
		rule crm.Rule
		a, b crm.Values
		keys bool // both have one
		same bool
	}{
		{"spelling does not count", plain, record("Acme", "111 22"), record(" ACME", "11122"), true, true},
		{"every field counts", plain, record("Acme", "111 22"), record("Acme", "11123"), true, false},
		{"fields do not run together", plain, record("ab", "c1"), record("a", "bc1"), true, false},
		{"a blank gives no key", plain, record("Acme", ""), record("Acme", ""), false, false},
		{"exactly, spelling counts", exact, record("Acme", "11122"), record("ACME", "11122"), true, false},
		{"exactly, trimming does not", exact, record("Acme", "11122"), record(" Acme\u00a0", "11122"), true, true},
		{"literal: blank equals blank", literal, record("Acme", ""), record("acme", ""), true, true},
		{"literal: blank is not something", literal, record("Acme", ""), record("Acme", "1"), true, false},
		{"an implausible value gives no key", plain, record("Acme", "saknas"), record("Okänd", "11122"), false, false},
		{"exactly neither", exact, record("Acme", "-"), record("X", "11122"), false, false},
		{"literal: implausible equals blank", literal, record("Acme", "saknas"), record("acme", ""), true, true},
		{"only blanks: what is implausible is blank", only, record("Acme", "x"), record("Acme", "?"), true, true},
		{"only blanks: blank equals blank", only, record("Acme", ""), record("Acme", ""), true, true},
		{"only blanks: without one there is none", only, record("Acme", "1"), record("Acme", "1"), false, false},
	} {
		a, okA := tt.rule.Key("", tt.a)
		b, okB := tt.rule.Key("", tt.b)
		if okA != tt.keys || okB != tt.keys || tt.keys && (a == b) != tt.same {
			t.Errorf("%s: %v %v, %v %v", tt.says, a, okA, b, okB)
		}
	}
	a, _ := plain.Key("one", record("Acme", "1"))
	if b, _ := plain.Key("two", record("Acme", "1")); a == b {
		t.Error("a contact has the same key in two accounts")
	}
}

func TestRulesWithOtherKeysHaveOtherIDs(t *testing.T) {
	base := crm.Rule{Kind: crm.Account, Ticked: nameZip, Region: "SE"}
	seen := map[string]crm.Rule{}
	for _, change := range []func(*crm.Rule){
		func(*crm.Rule) {},
		func(r *crm.Rule) { r.Kind = crm.Contact },
		func(r *crm.Rule) { r.Exact = true },
		func(r *crm.Rule) { r.Region = "NO" },
		func(r *crm.Rule) { r.Blanks = crm.AnyBlanks },
		func(r *crm.Rule) { r.Blanks = crm.OnlyBlanks },
		func(r *crm.Rule) { r.Exact, r.Region = true, "NO" }, // another org number is implausible
		func(r *crm.Rule) { r.Ticked = []crm.Ticked{{Field: "name", Type: crm.Text, AsIs: true}, nameZip[1]} },
		func(r *crm.Rule) { r.Ticked = nameZip[:1] },
		func(r *crm.Rule) { r.Ticked = []crm.Ticked{nameZip[1], nameZip[0]} },
		func(r *crm.Rule) { r.Ticked = []crm.Ticked{nameZip[0], {Field: "zip", Type: crm.Text}} },
	} {
		rule := base
		change(&rule)
		if other, ok := seen[rule.ID()]; ok {
			t.Errorf("%v and %v share the ID %s", rule, other, rule.ID())
		}
		seen[rule.ID()] = rule
	}
}

func TestAgrees(t *testing.T) {
	rule := crm.Rule{Kind: crm.Account, Ticked: nameZip, Region: "SE"}
	for _, tt := range []struct {
		row, stored crm.Values
		want        bool
	}{
		{record("Acme", "11122"), record("acme", "111 22"), true},
		{record("", "11122"), record("Acme", "11122"), true},
		{record("Acme", ""), record("Acme", "1"), true},
		{record("Acme", "1"), record("Acme", ""), true},
		{record("Acme", "1"), record("Acme", "2"), false},
		{record("Beta", ""), record("Acme", "2"), false},
		{record("Acme", "1"), record("Acme", "saknas"), true},
		{record("okänd", "1"), record("Acme", "1"), true},
	} {
		if got := rule.Agrees(tt.row, tt.stored); got != tt.want {
			t.Errorf("%v and %v agree: %v, not %v", tt.row, tt.stored, got, tt.want)
		}
	}
}

// TestFormsVersion: the keys of an older version are other keys, so that none of them is taken for one of today's.
func TestFormsVersion(t *testing.T) {
	rule := crm.Rule{Kind: crm.Account, Ticked: nameZip, Region: "SE"}
	if id := rule.ID(); id != "account name:text,zip:postcode SE v2" {
		t.Errorf("a rule's ID is %q: where the canonical forms change, their version rises", id)
	}
}

// TestAsIs: the name by which A8 recognises a row is not a key, and "x" is a name like any other.
func TestAsIs(t *testing.T) {
	rule := crm.Rule{Kind: crm.Account, Ticked: []crm.Ticked{{Field: "name", Type: crm.Text, AsIs: true}, nameZip[1]}, Blanks: crm.AnyBlanks}
	a, _ := rule.Key("", record("x", "saknas"))
	if b, _ := rule.Key("", record("X", "")); a != b {
		t.Error("a row is not known again by its name, its zip blank")
	}
	if b, _ := rule.Key("", record("okänd", "saknas")); a == b {
		t.Error("rows of two names are one")
	}
}
