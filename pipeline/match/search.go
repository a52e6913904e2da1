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

// search runs the rules of a kind over one row, in their order: the first with exactly one hit decides. Two or more end it too,
// unless the policy is to go on to the next rule.
func (m *Matcher) search(ctx context.Context, kind crm.Kind, accountID string, vs crm.Values) (search, error) {
	k, over := m.kinds[kind], m.over(kind)
	found := search{ticked: len(k.rules) > 0, blank: true}
	if err := m.askLate(ctx, kind, accountID, k.of(accountID, vs)); err != nil {
		return found, err
	}
	for i := range k.rules {
		if key, ok := k.rules[i].Key(accountID, vs); ok {
			found.blank = false
			if m.tryRule(&found, over, &k.rules[i], key, k.rules[:i], vs) {
				return found, nil
			}
		}
	}
	if !found.blank || m.policy.BlankKey != ledger.BlankIgnore {
		return found, nil
	}
	for i := range k.rules {
		rest := k.left(&k.rules[i], vs)
		if rest == nil {
			continue // all its fields are blank: as create
		}
		if key, ok := rest.Key(accountID, vs); ok {
			found.blank = false
			if m.tryRule(&found, over, rest, key, k.rules[:i], vs) {
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
	return m.over(kind).ask(ctx, m.no, keys)
}

// tryRule says whether the rule ends the search. A record that contradicts an earlier rule's fields is not a hit.
func (m *Matcher) tryRule(found *search, over *overlay, rule *crm.Rule, key crm.Key, earlier []crm.Rule, vs crm.Values) bool {
	var hits []*entry
	for _, e := range over.hits(rule, key) {
		if agrees(earlier, vs, e.Values) {
			hits = append(hits, e)
		}
	}
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

// reused returns the record that an earlier row of this file created and this row means too (A8, C9), or nil. It is only asked where the
// row would create one because its key is blank or hits several.
func (m *Matcher) reused(kind crm.Kind, accountID string, vs crm.Values, found search) *entry {
	k := m.kinds[kind]
	if k.equal == nil {
		return nil
	}
	among := found.many
	if found.blank {
		if k.again == nil {
			return nil
		}
		key, ok := k.again.Key(accountID, vs)
		if !ok {
			return nil
		}
		among = m.over(kind).hits(k.again, key)
	}
	want, _ := k.equal.Key(accountID, vs)
	var first *entry
	for _, e := range among {
		if is, _ := k.equal.Key(e.AccountID, e.Values); e.ours && is.Text == want.Text && (first == nil || e.Seq < first.Seq) {
			first = e
		}
	}
	return first
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
