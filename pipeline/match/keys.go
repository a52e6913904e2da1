package match

import (
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// keys is how records of one kind are recognised in one import.
type keys struct {
	kind   crm.Kind
	rules  []crm.Rule            // as ticked, a cascade
	rest   map[string][]crm.Rule // under `blank_key: ignore`: by rule, what is left of it when fields are blank
	ticked *crm.Rule             // every ticked field of every rule
	again  *crm.Rule             // finds what a row with a blank key created earlier in this file (A8, C9)
	near   *crm.Rule             // finds what is almost the same, to warn of it; nil where nothing ticked is a text
	equal  *crm.Rule             // two rows are the same to A8, C9: every ticked field and the name, blank equals blank
}

// maxIgnored bounds the combinations of blank fields that `blank_key: ignore` makes indexes for.
const maxIgnored = 4

func newKeys(kind crm.Kind, schema *crm.Schema, policy *ledger.Policy) (*keys, error) {
	k := &keys{kind: kind, rest: map[string][]crm.Rule{}}
	var all []crm.Ticked
	for _, fields := range policy.Ticked(kind) {
		rule := crm.Rule{Kind: kind, Exact: policy.Exact, Region: policy.Region}
		for _, name := range fields {
			field := schema.Field(string(kind) + "." + name)
			if field == nil {
				return nil, fmt.Errorf("match on %s: there is no field %s.%s", kind, kind, name)
			}
			ticked := crm.Ticked{Field: name, Type: field.Type}
			rule.Ticked = append(rule.Ticked, ticked)
			if !slices.Contains(all, ticked) {
				all = append(all, ticked)
			}
		}
		if policy.BlankKey == ledger.BlankLiteral {
			rule.Blanks = crm.AnyBlanks
		}
		if policy.BlankKey == ledger.BlankIgnore {
			if len(rule.Ticked) > maxIgnored {
				return nil, fmt.Errorf("blank_key: ignore goes with at most %d ticked fields", maxIgnored)
			}
			k.rest[rule.ID()] = parts(rule)
		}
		k.rules = append(k.rules, rule)
	}
	k.likeness(policy)
	if policy.ReuseInFile && len(all) > 0 {
		k.reuse(all, policy)
	}
	return k, nil
}

// likeness makes the rule that warns of near-duplicates: the first one ticked that has a text in it, read less closely. Where rows are
// compared exactly, a likeness is what the person wants apart.
func (k *keys) likeness(policy *ledger.Policy) {
	for _, rule := range k.rules {
		if policy.Exact || !slices.ContainsFunc(rule.Ticked, func(t crm.Ticked) bool { return t.Type == crm.Text }) {
			continue
		}
		rule.Near, rule.Blanks = true, crm.NoBlanks
		k.near = &rule
		return
	}
}

// reuse makes the rules by which a row finds what an earlier row of its file created.
func (k *keys) reuse(all []crm.Ticked, policy *ledger.Policy) {
	narrowed := slices.Clone(all)
	more := []crm.Ticked{{Field: "name", Type: crm.Text}}
	if k.kind == crm.Contact {
		more = append(more, crm.Ticked{Field: "email", Type: crm.Email})
	}
	for _, t := range more {
		if !slices.Contains(narrowed, t) {
			narrowed = append(narrowed, t)
		}
	}
	equal := crm.Rule{Kind: k.kind, Ticked: narrowed, Exact: policy.Exact, Region: policy.Region, Blanks: crm.AnyBlanks}
	k.equal = &equal
	k.ticked = &crm.Rule{Kind: k.kind, Ticked: all}
	if policy.BlankKey != ledger.BlankLiteral && (policy.BlankKey != ledger.BlankReject || policy.Mode == ledger.CreateOnly) {
		again := equal
		again.Blanks, again.Need = crm.OnlyBlanks, len(all)
		k.again = &again
	}
}

// parts returns the rules made of some, not all, of a rule's fields.
func parts(rule crm.Rule) []crm.Rule {
	var rules []crm.Rule
	for set := 1; set < 1<<len(rule.Ticked)-1; set++ {
		part := rule
		part.Ticked = nil
		for i, t := range rule.Ticked {
			if set&(1<<i) != 0 {
				part.Ticked = append(part.Ticked, t)
			}
		}
		rules = append(rules, part)
	}
	return rules
}

// all returns every rule whose keys the store must keep.
func (k *keys) all() []crm.Rule {
	rules := slices.Clone(k.rules)
	for _, rule := range k.rules {
		rules = append(rules, k.rest[rule.ID()]...)
	}
	for _, more := range []*crm.Rule{k.again, k.near} {
		if more != nil {
			rules = append(rules, *more)
		}
	}
	return rules
}

// of returns the keys by which a row may be found, so that they can be asked for in one go.
func (k *keys) of(accountID string, vs crm.Values) []crm.Key {
	var found []crm.Key
	for i := range k.rules {
		if key, ok := k.rules[i].Key(accountID, vs); ok {
			found = append(found, key)
		}
	}
	if len(found) > 0 {
		return found
	}
	for i := range k.rules {
		if rule := k.left(&k.rules[i], vs); rule != nil {
			if key, ok := rule.Key(accountID, vs); ok {
				found = append(found, key)
			}
		}
	}
	if k.again != nil {
		if key, ok := k.again.Key(accountID, vs); ok {
			found = append(found, key)
		}
	}
	return found
}

// left returns the rule made of a rule's non-blank fields under `blank_key: ignore`; nil if there is none.
func (k *keys) left(rule *crm.Rule, vs crm.Values) *crm.Rule {
	rest := k.rest[rule.ID()]
	for i := range rest {
		if slices.Equal(rest[i].Ticked, filled(rule, vs)) {
			return &rest[i]
		}
	}
	return nil
}

// ticks says whether any rule is made of this field.
func (k *keys) ticks(field string) bool {
	return slices.ContainsFunc(k.rules, func(rule crm.Rule) bool { return rule.Ticks(field) })
}

func filled(rule *crm.Rule, vs crm.Values) []crm.Ticked {
	var some []crm.Ticked
	for _, t := range rule.Ticked {
		if !vs.Of(t.Field).Absent() {
			some = append(some, t)
		}
	}
	return some
}
