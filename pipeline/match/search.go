package match

import (
	"context"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// search is what the cascade of one kind found for one row.
type search struct {
	ticked bool      // any key is ticked
	blank  bool      // every rule has a blank field (A4, C4)
	rule   *crm.Rule // the rule that hit, once
	hit    *entry
	many   []*entry // two or more hits (A7, C7)
}

// none says that no record is hit (A5, C5).
func (s *search) none() bool { return s.hit == nil && len(s.many) == 0 }

// search runs the rules of a kind over one row, in their order: the first with exactly one hit decides. Two or more end it too,
// unless the policy is to go on to the next rule. keys are those that the row may be found by.
func (m *Matcher) search(ctx context.Context, kind crm.Kind, accountID string, vs crm.Values, keys []ruled) (search, error) {
	found := search{ticked: len(m.kinds[kind].rules) > 0, blank: len(keys) == 0}
	if err := m.askLate(ctx, kind, accountID, bare(nil, keys)); err != nil {
		return found, err
	}
	for i := range keys {
		if m.tryRule(&found, m.over(kind), &keys[i], vs) {
			break
		}
	}
	return found, nil
}

// askLate asks for keys that load could not know of: those of an account that an earlier row of the batch turned the row to. An
// account of this batch has no contacts in the store.
func (m *Matcher) askLate(ctx context.Context, kind crm.Kind, accountID string, keys []crm.Key) error {
	if e := m.accounts.withID(accountID); e != nil && e.fresh {
		return nil
	}
	return m.over(kind).ask(ctx, keys)
}

// tryRule looks up by one key, and says whether that ends the search. A record that contradicts an earlier rule's fields is not a hit.
func (m *Matcher) tryRule(found *search, over *overlay, key *ruled, vs crm.Values) bool {
	rules := over.keys.rules
	var hits []*entry
	for _, e := range over.hits(key.by, key.Key) {
		if agrees(rules[:key.i], vs, e.Values) {
			hits = append(hits, e)
		}
	}
	return m.settles(found, hits, &rules[key.i])
}

// settles takes in what a rule hit, and says whether that ends the search.
func (m *Matcher) settles(found *search, hits []*entry, rule *crm.Rule) bool {
	switch {
	case len(hits) == 1:
		found.rule, found.hit, found.many = rule, hits[0], nil
		return true
	case len(hits) > 1:
		for _, e := range hits {
			if !contains(found.many, e) { // a rule before may have hit it too
				found.many = append(found.many, e)
			}
		}
		return m.policy.Ambiguous != ledger.AmbiguousNext
	}
	return false
}

func agrees(rules []crm.Rule, row, stored crm.Values) bool {
	for _, rule := range rules {
		if !rule.Agrees(row, stored) {
			return false
		}
	}
	return true
}

func ids(entries []*entry) []string {
	var names []string
	for _, e := range entries {
		names = append(names, e.ID)
	}
	return names
}

// listed writes up to five IDs as people read them.
func listed(entries []*entry) string {
	all := ids(entries)
	if len(all) > 5 {
		return strings.Join(all[:5], ", ") + " … +" + strconv.Itoa(len(all)-5)
	}
	return strings.Join(all, ", ")
}
