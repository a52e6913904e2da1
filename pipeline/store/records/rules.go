package records

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// RuleSet is the rules that records have keys for, at one time. It never changes. A process that has not seen yet which rule another one has declared
// writes records without its keys, and with the generation before it: they are given them before the rule is made ready, under the lease.
type RuleSet struct {
	rules  []crm.Rule
	ready  map[string]bool   // by the ID of a rule: every record has its key
	used   map[string]string // by the ID of a rule: the day on which records were last looked up by it
	since  map[string]int64  // by the ID of a rule: the generation that has it
	keying [len(crm.Kinds)]engine.Keying
}

// NewRuleSet returns the set of these rules, whose generation rises whenever one is added. Not all records may have their keys.
func NewRuleSet(rules []crm.Rule, generation int64) *RuleSet {
	set := &RuleSet{rules: rules}
	for i, kind := range crm.Kinds {
		k := &set.keying[i]
		k.Generation = generation
		for _, rule := range rules {
			if rule.Kind == kind {
				k.Fields = append(k.Fields, rule.Names()...)
			}
		}
		slices.Sort(k.Fields)
		k.Fields = slices.Compact(k.Fields)
	}
	return set
}

// Keying returns what the keys of a kind are made by and of.
func (s *RuleSet) Keying(kind crm.Kind) *engine.Keying { return &s.keying[kind.Number()] }

// needed returns what the keys of a kind must be made by and of for records to be found by some rules, and by those that are ready and so must stay so.
// The others may have been added by an import that is yet to index the records by them, which is not the work of those that do not need it.
func (s *RuleSet) needed(kind crm.Kind, asked []crm.Rule) *engine.Keying {
	var rules []crm.Rule
	var generation int64
	for _, rule := range s.rules {
		id := rule.ID()
		if s.ready[id] || slices.ContainsFunc(asked, func(r crm.Rule) bool { return r.ID() == id }) {
			rules, generation = append(rules, rule), max(generation, s.since[id])
		}
	}
	return NewRuleSet(rules, generation).Keying(kind)
}

// KeysOf returns the keys that a record of a kind has by each rule of one field if that field has this text.
func (s *RuleSet) KeysOf(kind crm.Kind, text string) []crm.Key {
	var all []crm.Key
	for i := range s.rules {
		rule := &s.rules[i]
		if rule.Kind != kind || len(rule.Ticked) != 1 || rule.Fuzzy || kind.Parent() != "" && !rule.Anywhere {
			continue
		}
		var values crm.Values
		values.Set(rule.Ticked[0].Field, crm.TextValue(crm.Clean(rule.Ticked[0].Type, text)))
		if key, ok := rule.Key("", values); ok {
			all = append(all, key)
		}
	}
	return all
}

// Hashes returns those of a record's keys: one for each rule that gives it a key, and that of its feed key.
func (s *RuleSet) Hashes(rec *crm.Record) []int64 {
	return withFeed(remainingHashes(s.rules, rec.Kind, rec.ParentID, rec.Values, nil, nil), rec.Feed)
}

// affects reports whether a write touches a field that some rule is made of.
func (s *RuleSet) affects(kind crm.Kind, w *coalescedWrite) bool {
	k := s.Keying(kind)
	return slices.ContainsFunc(w.Set, func(p crm.Pair) bool { return k.Uses(p.Field) }) || slices.ContainsFunc(w.Unset, k.Uses)
}

// withFeed adds the hash of a feed key, if there is one.
func withFeed(hashes []int64, feed crm.FeedKey) []int64 {
	if hash, ok := feed.Hash(); ok {
		return append(hashes, hash)
	}
	return hashes
}

// rulePositions returns the position of each rule in use among those that a batch was matched by; -1 for a rule that is not among them.
func rulePositions(inUse, matched []crm.Rule) []int {
	positions := make([]int, len(inUse))
	for i := range inUse {
		id := inUse[i].ID()
		positions[i] = slices.IndexFunc(matched, func(rule crm.Rule) bool { return rule.ID() == id })
	}
	return positions
}

// remainingHashes returns the hashes of a record's keys by these rules. Those that are known, each at the position of its rule, are not computed
// again.
func remainingHashes(rules []crm.Rule, kind crm.Kind, parentID string, vs crm.Values, known []int64, positions []int) []int64 {
	var hashes []int64
	for i := range rules {
		if rules[i].Kind != kind {
			continue
		}
		if len(known) > 0 && positions[i] >= 0 && known[positions[i]] != 0 {
			hashes = append(hashes, known[positions[i]])
		} else if key, ok := rules[i].Key(parentID, vs); ok {
			hashes = append(hashes, key.Hash)
		}
	}
	return hashes
}
