package mapping

import (
	"strings"
	"testing"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/mappingtest"
)

// TestElsewhere has a mapping look for contacts in other accounts, and move them, only where it may (W12).
func TestElsewhere(t *testing.T) {
	for name, c := range map[string]struct{ content, wrong string }{
		"by e-mail":          {"contact_scope: anywhere\nmatch: {contact: [name, email]}\n", ""},
		"by mobile":          {"match: {contact: [[name], [mobile]]}\ncontact_scope: anywhere\nelsewhere: move\n", ""},
		"by phone":           {"match: {contact: [phone]}\ncontact_scope: anywhere\n", "a.yaml, line 2, column 1: contact_scope: anywhere needs a rule with email, mobile or an ID field"},
		"by nothing":         {"contact_scope: anywhere\n", "line 1, column 1: contact_scope: anywhere needs"},
		"in one sheet":       {"match: {contact: [name]}\nsheets:\n  - {sheet: A, match: {contact: [email]}, contact_scope: anywhere}\n  - {sheet: B, contact_scope: anywhere}\n", "line 4, column 16: contact_scope: anywhere needs"},
		"for all sheets":     {"contact_scope: anywhere\nsheets:\n  - {sheet: A, match: {contact: [email]}}\n  - {sheet: B}\n", "line 1, column 1: contact_scope: anywhere needs"},
		"safe":               {"profile: safe\nmatch: {contact: [email]}\ncontact_scope: anywhere\n", "line 3, column 1: contact_scope: profile safe"},
		"safe, and moves":    {"profile: safe\nelsewhere: move\n", "line 2, column 1: elsewhere: profile safe does not move contacts"},
		"safe, and updates":  {"profile: safe\nelsewhere: update\n", ""},
		"both words":         {"reuse_in_file: true\nreuse: file\n", "line 2, column 1: reuse: reuse and reuse_in_file"},
		"both, by one sheet": {"reuse_in_file: true\nsheets:\n  - {sheet: A, reuse: feed}\n", ""},
	} {
		got := mistakes(t, c.content)
		if c.wrong == "" && got != "" || !strings.Contains(got, c.wrong) {
			t.Errorf("%s: %q, want %q", name, got, c.wrong)
		}
	}
	for content, wrong := range map[string]string{
		"match: {contact: [email]}\ncontact_scope: anywhere\n": "line 2, column 1: contact_scope: this inbox allows only account",
		"elsewhere: move\n":    "line 1, column 1: elsewhere: this inbox allows only reject and update",
		"elsewhere_id: move\n": "line 1, column 1: elsewhere_id: this inbox allows only reject",
		"elsewhere: update\n":  "",
	} {
		got := mistakesIn(t, content, Fallback{Limits: Limits{Safe: true}})
		if wrong == "" && got != "" || !strings.Contains(got, wrong) {
			t.Errorf("in an inbox that is safe, %q: %q, want %q", content, got, wrong)
		}
	}
}

// TestReuse reads the three words, and the two of the older key.
func TestReuse(t *testing.T) {
	for content, want := range map[string]ledger.Reuse{"reuse: feed": ledger.ReuseFeed, "reuse: file": ledger.ReuseFile, "reuse: off": ledger.ReuseOff,
		"reuse_in_file: true": ledger.ReuseFile, "reuse_in_file: false": ledger.ReuseOff, "version: 1": ledger.ReuseFeed, "profile: guide": ledger.ReuseOff} {
		m, err := Parse("a.yaml", []byte(content), mappingtest.Schema(t), Fallback{})
		if err != nil || m.Policy.Reuse != want {
			t.Errorf("%s is %v, want %s: %v", content, m, want, err)
		}
	}
}
