package match

import (
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// keys is how records of one kind are recognised in one import.
type keys struct {
	kind    crm.Kind
	memo    *crm.Cache            // the matcher's
	rules   []crm.Rule            // as ticked, a cascade
	relaxed map[string][]crm.Rule // by rule, those that take its place where every rule has a blank field (A4, C4)
	ticked  *crm.Rule             // every ticked field of every rule
	near    *crm.Rule             // finds what is almost the same, to warn of it; nil where nothing ticked is a text
	equal   *crm.Rule             // two rows are the same to A8, C9: every ticked field and the name, blank equals blank
	feed    string                // what feed keys are made of beside the row (W13); "" where there are none

	same       []crm.Rule         // of contacts: e-mail and mobile, in every account, to warn of them (W12)
	anywhere   []crm.Rule         // those of the rules that contacts are looked for by in every account,
	anywhereOf []int              // and which of the rules each is
	crowds     map[int64][]*entry // some records of each hash that very many have
}

// maxIgnored bounds the combinations of blank fields that `blank_key: ignore` makes indexes for.
const maxIgnored = 4

func newKeys(kind crm.Kind, inbox string, schema *crm.Schema, policy *ledger.Policy, memo *crm.Cache) (*keys, error) {
	k := &keys{kind: kind, memo: memo, relaxed: map[string][]crm.Rule{}, crowds: map[int64][]*entry{}}
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
		if policy.BlankKey == ledger.BlankIgnore && len(rule.Ticked) > maxIgnored {
			return nil, fmt.Errorf("blank_key: ignore goes with at most %d ticked fields", maxIgnored)
		}
		k.rules = append(k.rules, rule)
		k.relax(rule, policy)
	}
	k.likeness(policy)
	k.roam(schema, policy)
	if policy.Reuse != ledger.ReuseOff && len(all) > 0 {
		k.reuse(all, policy)
		if policy.Reuse == ledger.ReuseFeed && policy.Mode == ledger.Upsert {
			k.feed = feedOf(inbox, kind, all, policy)
		}
	}
	return k, nil
}

// relax makes the rules that a row with a blank key is matched by under `ignore` and `literal`. A4 and C4 know them for upsert only.
func (k *keys) relax(rule crm.Rule, policy *ledger.Policy) {
	switch {
	case policy.Mode != ledger.Upsert:
	case policy.BlankKey == ledger.BlankIgnore:
		k.relaxed[rule.ID()] = parts(rule)
	case policy.BlankKey == ledger.BlankLiteral:
		literal := rule
		literal.Blanks = crm.OnlyBlanks
		k.relaxed[rule.ID()] = []crm.Rule{literal}
	}
}

// likeness makes the rule that warns of near-duplicates: the first one ticked that has a text in it, read less closely. Where rows are
// compared exactly, a likeness is what the person wants apart.
func (k *keys) likeness(policy *ledger.Policy) {
	for _, rule := range k.rules {
		if policy.Exact || !slices.ContainsFunc(rule.Ticked, func(t crm.Ticked) bool { return t.Type == crm.Text }) {
			continue
		}
		rule.Fuzzy, rule.Blanks = true, crm.NoBlanks
		k.near = &rule
		return
	}
}

// reuse makes the rule by which a row is known again that is like one that created a record (A8, C9).
func (k *keys) reuse(all []crm.Ticked, policy *ledger.Policy) {
	k.ticked = &crm.Rule{Kind: k.kind, Ticked: all}
	equal := []crm.Ticked{{Field: "name", Type: crm.Text, AsIs: true}} // "x" and "okänd" are two names, and no key
	if k.kind == crm.Contact {
		equal = append(equal, crm.Ticked{Field: "email", Type: crm.Email, AsIs: true})
	}
	for _, t := range all {
		if !slices.ContainsFunc(equal, func(other crm.Ticked) bool { return other.Field == t.Field }) {
			equal = append(equal, t)
		}
	}
	slices.SortFunc(equal, func(a, b crm.Ticked) int { return strings.Compare(a.Field, b.Field) }) // the order in which they are ticked is no part of a feed
	k.equal = &crm.Rule{Kind: k.kind, Ticked: equal, Exact: policy.Exact, Region: policy.Region, Blanks: crm.AnyBlanks}
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
		rules = append(rules, k.relaxed[rule.ID()]...)
	}
	if k.near != nil {
		rules = append(rules, *k.near)
	}
	for _, rule := range slices.Concat(k.anywhere, k.same) {
		if !slices.ContainsFunc(rules, func(other crm.Rule) bool { return other.ID() == rule.ID() }) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// ruled is a key of a row, and the rule that it is of: the i-th one, or what takes its place.
type ruled struct {
	crm.Key
	i  int
	by *crm.Rule
}

// of returns the keys by which a row may be found, in the order of the rules: of the rules themselves, or, where each has a blank field and
// none can be looked up (A4, C4), of those that take their place. None: all are blank, or nothing is ticked.
func (k *keys) of(accountID string, vs crm.Values) (found []ruled, blank bool) {
	found = make([]ruled, 0, len(k.rules))
	for i := range k.rules {
		if key, ok := k.memo.Key(&k.rules[i], accountID, vs); ok {
			found = append(found, ruled{key, i, &k.rules[i]})
		}
	}
	if len(found) > 0 {
		return found, false
	}
	for i := range k.rules {
		if rule := k.instead(&k.rules[i], vs); rule != nil {
			if key, ok := k.memo.Key(rule, accountID, vs); ok {
				found = append(found, ruled{key, i, rule})
			}
		}
	}
	return found, true
}

func bare(to []crm.Key, keys []ruled) []crm.Key {
	for i := range keys {
		to = append(to, keys[i].Key)
	}
	return to
}

// instead returns the rule that takes the place of one with a blank field: under `ignore` that of its other fields, under `literal` the
// one by which a blank equals a blank; nil if there is none.
func (k *keys) instead(rule *crm.Rule, vs crm.Values) *crm.Rule {
	relaxed := k.relaxed[rule.ID()]
	for i := range relaxed {
		if relaxed[i].Blanks == crm.OnlyBlanks || slices.Equal(relaxed[i].Ticked, k.filled(rule, vs)) {
			return &relaxed[i]
		}
	}
	return nil
}

// unusable returns the ticked fields that are blank in a row, and those whose values count as blank (W7), each once.
func (k *keys) unusable(vs crm.Values) (blank, implausible []crm.Ticked) {
	for i := range k.rules {
		for _, t := range k.rules[i].Ticked {
			v := vs.Of(t.Field)
			switch {
			case !k.rules[i].Blank(k.memo, t, v), slices.Contains(blank, t), slices.Contains(implausible, t):
			case v.Absent():
				blank = append(blank, t)
			default:
				implausible = append(implausible, t)
			}
		}
	}
	return blank, implausible
}

// ticks says whether any rule is made of this field.
func (k *keys) ticks(field string) bool {
	return slices.ContainsFunc(k.rules, func(rule crm.Rule) bool { return rule.Ticks(field) })
}

func (k *keys) filled(rule *crm.Rule, vs crm.Values) []crm.Ticked {
	var some []crm.Ticked
	for _, t := range rule.Ticked {
		if !rule.Blank(k.memo, t, vs.Of(t.Field)) {
			some = append(some, t)
		}
	}
	return some
}
