package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
)

// TestConfiguredMatch has the configured rules hold for each kind of which the sidecar says nothing (W14), also in the sheets of a list.
func TestConfiguredMatch(t *testing.T) {
	house := Fallback{Match: [len(crm.Kinds)][]string{{"name", "zip"}, {"email"}}}
	account, contact := [][]string{house.Match[0]}, [][]string{house.Match[1]}
	for sidecar, want := range map[string][2][][]string{
		"mode: upsert":                                   {account, contact},
		"match: {account: [org_number]}":                 {{{"org_number"}}, contact},
		"match: {contact: [[phone], [email]]}":           {account, {{"phone"}, {"email"}}},
		"match: {account: []}":                           {nil, contact},
		"match: {account: [], contact: []}":              {nil, nil},
		"match: {account: [id]}":                         {nil, contact},
		"sheets: [{sheet: A, match: {account: [name]}}]": {{{"name"}}, contact},
		"match: {account: [name]}\nsheets: [{sheet: A, match: {contact: [mobile]}}]": {{{"name"}}, {{"mobile"}}},
	} {
		m, err := Parse("a.yaml", []byte(sidecar), mappingtest.Schema(t), house)
		if err != nil {
			t.Errorf("%s: %v", sidecar, err)
			continue
		}
		got := m.Parts()[0].Policy
		if diff := cmp.Diff(want, [2][][]string{empty(got.Match[0]), empty(got.Match[1])}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sidecar, diff)
		}
	}
}

func empty(rules [][]string) [][]string {
	if len(rules) == 0 {
		return nil
	}
	return rules
}

// TestLimitsOfMatch has a sidecar match on one of the rules that its inbox allows, in any order of their fields, or leave it to the configuration.
func TestLimitsOfMatch(t *testing.T) {
	house := Fallback{Match: [len(crm.Kinds)][]string{{"website"}}, Limits: Limits{Match: [len(crm.Kinds)][][]string{{{"org_number"}, {"name", "zip"}}}}}
	for sidecar, says := range map[string]string{
		"mode: upsert":                                   "",
		"match: {account: [org_number]}":                 "",
		"match: {account: [zip, name]}":                  "",
		"match: {account: [[org_number], [name, zip]]}":  "",
		"match: {contact: [name]}":                       "",
		"match: {account: [name]}":                       "line 1, column 1: match: this inbox allows matching accounts only on [org_number], [name, zip]",
		"match: {account: [name, zip, city]}":            "only",
		"match: {account: [[org_number], [name]]}":       "only",
		"match: {account: []}":                           "only",
		"sheets: [{sheet: A, match: {account: [name]}}]": "only",
	} {
		if got := mistakesIn(t, sidecar, house); (got == "") != (says == "") || !strings.Contains(got, says) {
			t.Errorf("%s: refused for %q, which does not say %q", sidecar, got, says)
		}
	}
}

// TestLimitOfRowsLeftOut has a sidecar tighten the cap of its inbox, and not loosen it.
func TestLimitOfRowsLeftOut(t *testing.T) {
	ten, err := ledger.ParseCap("10")
	if err != nil {
		t.Fatal(err)
	}
	house := Fallback{Limits: Limits{Caps: ledger.Caps{LeftOut: ten}}}
	for sidecar, says := range map[string]string{
		"mode: upsert":             "",
		"caps: {max_left_out: 9}":  "",
		"caps: {max_left_out: 11}": "caps: this inbox allows at most max_left_out: 10",
		"caps: {max_left_out: 1%}": "max_left_out",
		"caps: {max_leftout: 1}":   "did you mean max_left_out?",
	} {
		if got := mistakesIn(t, sidecar, house); (got == "") != (says == "") || !strings.Contains(got, says) {
			t.Errorf("%s: refused for %q, which does not say %q", sidecar, got, says)
		}
	}
	m, err := Parse("a.yaml", []byte("mode: upsert"), mappingtest.Schema(t), house)
	if err != nil || !m.Policy.Caps.LeftOut.Equal(ten) {
		t.Errorf("the cap of the inbox does not hold: %v, %v", m.Policy.Caps.LeftOut, err)
	}
}

// TestChoices reads what a person chose for ambiguous rows, and forgets it for corrections, whose rows have other numbers.
func TestChoices(t *testing.T) {
	m, err := Parse("a.yaml", []byte(`choices: {"Kunder!2": 17, "A!B!3": new, "Kunder!04": wait}`), mappingtest.Schema(t), Fallback{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"Kunder!2": "17", "A!B!3": "new", "Kunder!4": "wait"}, m.Policy.Choices); diff != "" {
		t.Error(diff)
	}
	if m.UseForRejects(); m.Policy.Choices != nil {
		t.Errorf("a correction has the choices %v", m.Policy.Choices)
	}
	for sidecar, says := range map[string]string{
		"choices: {Kunder: new}":        `Kunder: write the sheet and the row, e.g. "Kunder!17"`,
		`choices: {"!3": new}`:          "write the sheet and the row",
		`choices: {"Kunder!0": new}`:    "write the sheet and the row",
		`choices: {"Kunder!x": new}`:    "write the sheet and the row",
		`choices: {"Kunder!3": ""}`:     "write the ID of the record, new, or wait",
		`choices: new`:                  "key: value",
		`choises: {"Kunder!3": new}`:    "did you mean choices?",
		`choices: {"Kunder!3": [a, b]}`: "one value",
	} {
		if got := mistakes(t, sidecar); !strings.Contains(got, says) {
			t.Errorf("%s: refused for %q, which does not say %q", sidecar, got, says)
		}
	}
}
