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
// unless the policy is to go on to the next rule.
func (m *Matcher) search(ctx context.Context, kind crm.Kind, accountID string, vs crm.Values) (search, error) {
	k, over := m.kinds[kind], m.over(kind)
	found := search{ticked: len(k.rules) > 0, blank: true}
	if err := m.askLate(ctx, kind, accountID, k.of(accountID, vs)); err != nil {
		return found, err
	}
	for i := range k.rules {
		if key, ok := k.memo.Key(&k.rules[i], accountID, vs); ok {
			found.blank = false
			if m.tryRule(&found, over, i, &k.rules[i], key, vs) {
				return found, nil
			}
		}
	}
	if !found.blank {
		return found, nil
	}
	for i := range k.rules {
		by := k.instead(&k.rules[i], vs)
		if by == nil {
			continue // under ignore, all its fields are blank: as create
		}
		if key, ok := k.memo.Key(by, accountID, vs); ok {
			found.blank = false
			if m.tryRule(&found, over, i, by, key, vs) {
				return found, nil
			}
		}
	}
	return found, nil
}

// askLate asks for keys that load could not know of: those of an account that an earlier row of the batch turned the row to. An
// account of this batch has no contacts in the store.
func (m *Matcher) askLate(ctx context.Context, kind crm.Kind, accountID string, keys []crm.Key) error {
	if e := m.accounts.byID[accountID]; e != nil && e.fresh {
		return nil
	}
	return m.over(kind).ask(ctx, keys)
}

// tryRule looks up by the i-th rule, or by the one that takes its place, and says whether that ends the search. A record that contradicts
// an earlier rule's fields is not a hit.
func (m *Matcher) tryRule(found *search, over *overlay, i int, by *crm.Rule, key crm.Key, vs crm.Values) bool {
	rules := over.keys.rules
	var hits []*entry
	for _, e := range over.hits(by, key) {
		if agrees(rules[:i], vs, e.Values) {
			hits = append(hits, e)
		}
	}
	switch {
	case len(hits) == 1:
		found.rule, found.hit, found.many = &rules[i], hits[0], nil
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
