package match

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
	"inlet.example/inlet/pipeline/match/view"
)

// search is what the match rules of one kind found for one row.
type search struct {
	rule *crm.Rule      // the first rule with exactly one hit
	hit  *view.Record   // that one
	many []*view.Record // the hits of rules with two or more (A7, C7); they count where there is no hit
}

// none says that no record matches (A5, C5).
func (s *search) none() bool { return s.hit == nil && len(s.many) == 0 }

// searcher looks for the record that a row means.
type searcher struct {
	views  *view.Views
	policy *ledger.Policy
}

// inside applies the rules to one part inside its parent, in their order: the first with exactly one hit decides. Two or more end the search too,
// unless the policy is to go on to the next rule.
func (s *searcher) inside(ctx context.Context, p *part) (search, error) {
	var found search
	if err := s.ask(ctx, p.kind, p.parentID, keys.Append(nil, p.keys)); err != nil {
		return found, err
	}
	v := s.views.Of(p.kind)
	for i := range p.keys {
		key := &p.keys[i]
		if s.decides(&found, agreeing(v.Hits(key.By, key.Key), v.Keys.Rules[:key.I], p.values), &v.Keys.Rules[key.I]) {
			break
		}
	}
	return found, nil
}

// outside is inside over all accounts but the part's, by the rules that look anywhere (W12).
func (s *searcher) outside(ctx context.Context, p *part) (search, error) {
	var found search
	v := s.views.Of(p.kind)
	if len(v.Keys.Anywhere) == 0 {
		return found, nil
	}
	if err := v.Ask(ctx, v.AnywhereKeys(nil, p.values)); err != nil {
		return found, err
	}
	for i := range v.Keys.Anywhere {
		rule := &v.Keys.Anywhere[i]
		if s.decides(&found, agreeing(v.Outside(&rule.Rule, p.parentID, p.values), v.Keys.Rules[:rule.Of], p.values), &v.Keys.Rules[rule.Of]) {
			break
		}
	}
	return found, nil
}

// ask asks for keys that the prefetch could not know of: those inside a parent that an earlier row of the batch led to. A parent that is created
// in this batch has nothing in the store yet.
func (s *searcher) ask(ctx context.Context, kind crm.Kind, parentID string, wanted []crm.Key) error {
	if of := kind.Parent(); of != "" {
		if e := s.views.Of(of).WithID(parentID); e != nil && e.Fresh() {
			return nil
		}
	}
	return s.views.Of(kind).Ask(ctx, wanted)
}

// decides adds the hits of a rule to what was found, and reports whether that ends the search.
func (s *searcher) decides(found *search, hits []*view.Record, rule *crm.Rule) bool {
	switch {
	case len(hits) == 1:
		found.rule, found.hit = rule, hits[0]
		return true
	case len(hits) > 1:
		for _, e := range hits {
			if !slices.Contains(found.many, e) { // an earlier rule may have hit it too
				found.many = append(found.many, e)
			}
		}
		return s.policy.Ambiguous != ledger.AmbiguousNext
	}
	return false
}

// agreeing leaves out the records that contradict the row in a field of an earlier rule.
func agreeing(hits []*view.Record, earlier []crm.Rule, vs crm.Values) []*view.Record {
	return slices.DeleteFunc(hits, func(e *view.Record) bool {
		return slices.ContainsFunc(earlier, func(rule crm.Rule) bool { return !rule.Agrees(vs, e.Values) })
	})
}

func idsOf(records []*view.Record) []string {
	var ids []string
	for _, e := range records {
		ids = append(ids, e.ID)
	}
	return ids
}

// listIDs writes up to five IDs as people read them.
func listIDs(records []*view.Record) string {
	ids := idsOf(records)
	if len(ids) > 5 {
		return strings.Join(ids[:5], ", ") + " … +" + strconv.Itoa(len(ids)-5)
	}
	return strings.Join(ids, ", ")
}
