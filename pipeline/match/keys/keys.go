package keys

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Keys makes the keys of one kind in one import. It is for one goroutine.
type Keys struct {
	Kind        crm.Kind
	Cache       *crm.Cache // of canonical forms, shared by the import
	Rules       []crm.Rule // as ticked, tried in turn
	Ticked      *crm.Rule  // every ticked field of every rule; nil where rows are not compared with each other
	Fuzzy       *crm.Rule  // finds near-duplicates; nil where no ticked field is a text
	Anywhere    []AnywhereRule
	Identifying []crm.Rule // each of one field, whose value in a record of another parent is worth a warning (W12)

	relaxed map[string][]crm.Rule // by the ID of the rule whose place they take
	equal   *crm.Rule             // by which two rows are the same to A8 and C9: every ticked and every required field, blank equals blank
	feed    string                // begins every feed key; "" where there are none
}

// AnywhereRule is a match rule that looks into every account.
type AnywhereRule struct {
	crm.Rule
	Of int // the index of that match rule
}

// maxIgnored bounds the combinations of blank fields that `blank_key: ignore` makes indexes for.
const maxIgnored = 4

// New returns the keys of a kind. An error says that the policy ticks what cannot be matched on.
func New(kind crm.Kind, inbox string, schema *crm.Schema, policy *ledger.Policy, cache *crm.Cache) (*Keys, error) {
	k := &Keys{Kind: kind, Cache: cache, relaxed: map[string][]crm.Rule{}}
	var all []crm.Ticked
	for _, fields := range policy.Ticked(kind) {
		rule := crm.Rule{Kind: kind, Exact: policy.Exact, Region: policy.Region}
		for _, name := range fields {
			field := schema.Field(kind.Path(name))
			if field == nil {
				return nil, fmt.Errorf("match on %s: the field %s.%s does not exist", kind, kind, name)
			}
			ticked := crm.Ticked{Field: name, Type: field.Type}
			rule.Ticked = append(rule.Ticked, ticked)
			if !slices.Contains(all, ticked) {
				all = append(all, ticked)
			}
		}
		if policy.BlankKey == ledger.BlankIgnore && len(rule.Ticked) > maxIgnored {
			return nil, fmt.Errorf("blank_key: ignore allows at most %d match fields", maxIgnored)
		}
		k.Rules = append(k.Rules, rule)
		k.relax(rule, policy)
	}
	k.addFuzzy(policy)
	k.addAnywhere(schema, policy)
	if policy.Reuse != ledger.ReuseOff && len(all) > 0 {
		k.addEqual(all, schema, policy)
		if policy.Reuse == ledger.ReuseFeed && policy.Mode == ledger.Upsert {
			k.feed = feedOf(inbox, kind, all, policy)
		}
	}
	return k, nil
}

// relax adds the rules that a row with a blank key is matched by under `ignore` and `literal`. A4 and C4 have them for upsert only.
func (k *Keys) relax(rule crm.Rule, policy *ledger.Policy) {
	switch {
	case policy.Mode != ledger.Upsert:
	case policy.BlankKey == ledger.BlankIgnore:
		k.relaxed[rule.ID()] = subsets(rule)
	case policy.BlankKey == ledger.BlankLiteral:
		literal := rule
		literal.Blanks = crm.OnlyBlanks
		k.relaxed[rule.ID()] = []crm.Rule{literal}
	}
}

// subsets returns the rules made of some, not all, of a rule's fields.
func subsets(rule crm.Rule) []crm.Rule {
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

// addFuzzy makes the rule that warns of near-duplicates: the first one with a text among its fields, compared less closely. Under compare: exact
// there is none, since there similar records are meant to be different.
func (k *Keys) addFuzzy(policy *ledger.Policy) {
	for _, rule := range k.Rules {
		if policy.Exact || !slices.ContainsFunc(rule.Ticked, func(t crm.Ticked) bool { return t.Type == crm.Text }) {
			continue
		}
		rule.Fuzzy, rule.Blanks = true, crm.NoBlanks
		k.Fuzzy = &rule
		return
	}
}

// All returns every rule whose keys the store must keep.
func (k *Keys) All() []crm.Rule {
	rules := slices.Clone(k.Rules)
	for _, rule := range k.Rules {
		rules = append(rules, k.relaxed[rule.ID()]...)
	}
	if k.Fuzzy != nil {
		rules = append(rules, *k.Fuzzy)
	}
	add := func(rule crm.Rule) {
		if !slices.ContainsFunc(rules, func(other crm.Rule) bool { return other.ID() == rule.ID() }) {
			rules = append(rules, rule)
		}
	}
	for _, rule := range k.Anywhere {
		add(rule.Rule)
	}
	for _, rule := range k.Identifying {
		add(rule)
	}
	return rules
}

// RuleKey is a key of a row with the rule that it is of.
type RuleKey struct {
	crm.Key
	By *crm.Rule // the match rule, or one that takes its place
	I  int       // index of the match rule
}

// Of returns the keys by which a row may be found inside a parent ("" for a kind without), in the order of the rules: those of the rules
// themselves or, where each has a blank field, those of the rules that take their place. It is empty where nothing is ticked, or no rule can be
// looked up. blank says that each rule has a blank field.
func (k *Keys) Of(parentID string, vs crm.Values) (found []RuleKey, blank bool) {
	found = make([]RuleKey, 0, len(k.Rules))
	for i := range k.Rules {
		if key, ok := k.Cache.Key(&k.Rules[i], parentID, vs); ok {
			found = append(found, RuleKey{key, &k.Rules[i], i})
		}
	}
	if len(found) > 0 {
		return found, false
	}
	for i := range k.Rules {
		if rule := k.relaxedRule(&k.Rules[i], vs); rule != nil {
			if key, ok := k.Cache.Key(rule, parentID, vs); ok {
				found = append(found, RuleKey{key, rule, i})
			}
		}
	}
	return found, true
}

// Append adds the keys without their rules.
func Append(to []crm.Key, keys []RuleKey) []crm.Key {
	for i := range keys {
		to = append(to, keys[i].Key)
	}
	return to
}

// relaxedRule returns the rule that takes the place of one with a blank field: under `ignore` the one of its other fields, under `literal` the
// one by which a blank equals a blank; nil if there is none.
func (k *Keys) relaxedRule(rule *crm.Rule, vs crm.Values) *crm.Rule {
	relaxed := k.relaxed[rule.ID()]
	for i := range relaxed {
		if relaxed[i].Blanks == crm.OnlyBlanks || slices.Equal(relaxed[i].Ticked, k.filled(rule, vs)) {
			return &relaxed[i]
		}
	}
	return nil
}

func (k *Keys) filled(rule *crm.Rule, vs crm.Values) []crm.Ticked {
	var some []crm.Ticked
	for _, t := range rule.Ticked {
		if !rule.Blank(k.Cache, t, vs.Of(t.Field)) {
			some = append(some, t)
		}
	}
	return some
}

// Unusable returns the ticked fields that are blank in a row, and those whose values count as blank (W7), each once.
func (k *Keys) Unusable(vs crm.Values) (blank, implausible []crm.Ticked) {
	for i := range k.Rules {
		for _, t := range k.Rules[i].Ticked {
			v := vs.Of(t.Field)
			switch {
			case !k.Rules[i].Blank(k.Cache, t, v), slices.Contains(blank, t), slices.Contains(implausible, t):
			case v.Absent():
				blank = append(blank, t)
			default:
				implausible = append(implausible, t)
			}
		}
	}
	return blank, implausible
}

// Ticks reports whether a field of a part is a key: of any rule, or as one of the fields that a ticked name is made of (section 6).
func (k *Keys) Ticks(part *ledger.Part, field string) bool {
	return slices.ContainsFunc(k.Rules, func(rule crm.Rule) bool { return Ticks(&rule, part, field) })
}

// Ticks reports whether a field of a part is a key of a rule, which may be nil.
func Ticks(rule *crm.Rule, part *ledger.Part, field string) bool {
	return rule != nil && (rule.Ticks(field) || rule.Ticks("name") && part.MakesName(field))
}

// addEqual makes the rule by which a row is equal to one that created a record (A8, C9).
func (k *Keys) addEqual(all []crm.Ticked, schema *crm.Schema, policy *ledger.Policy) {
	k.Ticked = &crm.Rule{Kind: k.Kind, Ticked: all}
	var equal []crm.Ticked
	for _, name := range k.Kind.Required() { // as they are: "x" and "okänd" are two names, though neither is a key
		equal = append(equal, crm.Ticked{Field: name, Type: schema.Field(k.Kind.Path(name)).Type, AsIs: true})
	}
	for _, t := range all {
		if !slices.ContainsFunc(equal, func(other crm.Ticked) bool { return other.Field == t.Field }) {
			equal = append(equal, t)
		}
	}
	slices.SortFunc(equal, func(a, b crm.Ticked) int { return strings.Compare(a.Field, b.Field) }) // a feed does not depend on the order of ticking
	k.equal = &crm.Rule{Kind: k.Kind, Ticked: equal, Exact: policy.Exact, Region: policy.Region, Blanks: crm.AnyBlanks}
}

// Equal returns the text by which a row is compared with other rows of the file (A8, C9); false where rows are not compared. The text is valid
// until the next use of the cache.
func (k *Keys) Equal(parentID string, vs crm.Values) ([]byte, bool) {
	if k.equal == nil {
		return nil, false
	}
	return k.Cache.Text(k.equal, parentID, vs), true
}

// HasFeed reports whether records get feed keys.
func (k *Keys) HasFeed() bool { return k.feed != "" }

// Feed returns the feed key of a row (W13); false where records get none. The ID of the rule is not part of it: when canonical forms change in a
// new version, the keys of most values stay the same.
func (k *Keys) Feed(parentID string, vs crm.Values) (crm.FeedKey, bool) {
	if k.feed == "" {
		return "", false
	}
	_, row, _ := bytes.Cut(k.Cache.Text(k.equal, parentID, vs), []byte{0})
	return crm.NewFeedKey(k.feed, row), true
}

// feedOf identifies the feed of an import, for the records of one kind.
func feedOf(inbox string, kind crm.Kind, ticked []crm.Ticked, policy *ledger.Policy) string {
	var names []string
	for _, t := range ticked {
		names = append(names, t.Field)
	}
	slices.Sort(names)
	compare := "canonical"
	if policy.Exact {
		compare = "exact"
	}
	return strings.Join([]string{"feed", inbox, string(kind), compare, strings.Join(names, ",")}, "\x00")
}
