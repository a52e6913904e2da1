package match

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
	"inlet.example/inlet/pipeline/match/view"
)

// prefetcher asks the store for all that the rows of a batch may match, a constant number of times for each kind.
type prefetcher struct {
	views  *view.Views
	policy *ledger.Policy
	reuse  *reuse
	values valueBuffer
	rows   []row // of the batch; memory for the next one
}

// Fetch returns the rows of the drafts, with what the store has for them in the views: one Find per kind by the rules; one per kind for what the
// rows that match nothing, or several records, are looked for by besides (near-duplicates, feed keys, contacts of other accounts); and one ByID per
// kind where the file gives IDs. above is the account of the row above the first one.
func (f *prefetcher) Fetch(ctx context.Context, drafts []ledger.Draft, above string) ([]row, error) {
	f.values.reset()
	clear(f.rows)
	f.rows = slices.Grow(f.rows[:0], len(drafts))[:len(drafts)]
	for i := range drafts {
		r := &f.rows[i]
		r.draft = &drafts[i]
		for n, kind := range crm.Kinds {
			r.parts[n] = part{Part: drafts[i].Part(kind), kind: kind, draft: &drafts[i]}
			if p := &r.parts[n]; p.Present {
				p.values = f.values.of(p.Part)
				if kind.Parent() == "" {
					p.inside("", f.views.Of(kind).Keys)
				}
			}
		}
	}
	if err := f.byID(ctx, above); err != nil {
		return nil, err
	}
	for _, kind := range crm.Kinds {
		if err := f.byKey(ctx, kind, f.wanted(kind, above)); err != nil {
			return nil, err
		}
	}
	return f.rows, nil
}

// byID asks for the records whose IDs are known without any key, and the parents of those.
func (f *prefetcher) byID(ctx context.Context, above string) error {
	var ids [len(crm.Kinds)][]string
	ids[crm.Top.Number()] = append(ids[crm.Top.Number()], above)
	for i := range f.rows {
		r := &f.rows[i]
		ids[crm.Top.Number()] = append(ids[crm.Top.Number()], r.draft.In)
		for n := range r.parts {
			p := &r.parts[n]
			ids[n] = append(ids[n], p.ID)
			if p.blank {
				ids[n] = append(ids[n], f.reuse.createdID(p.kind, "", p.values))
			}
		}
	}
	for n, kind := range slices.Backward(crm.Kinds[:]) {
		v := f.views[n]
		if err := v.AskIDs(ctx, ids[n]); err != nil {
			return err
		}
		if of := kind.Parent(); of != "" {
			for _, id := range ids[n] {
				if e := v.WithID(id); e != nil {
					ids[of.Number()] = append(ids[of.Number()], e.ParentID)
				}
			}
		}
	}
	return nil
}

// few is up to how many parts of a batch near-duplicates are asked for together with what the parts match.
const few = 50

// wanted is what the parts of one kind are looked up by.
type wanted struct {
	keys     []crm.Key
	created  []string              // IDs of the records that equal rows of this file created
	similar  []similarityCandidate // parts that may create a record
	anywhere []anywhereCandidate   // parts that may be looked for in every account
}

// similarityCandidate is a part inside a parent, where something similar may be, or the record of an equal row.
type similarityCandidate struct {
	parentID string
	values   crm.Values
	keys     []keys.RuleKey
}

// anywhereCandidate is a part with the keys by which it is looked for inside accounts.
type anywhereCandidate struct {
	values crm.Values
	keys   []crm.Key
}

// wanted returns what the parts of a kind are looked up by, inside every parent that their rows may mean.
func (f *prefetcher) wanted(kind crm.Kind, above string) wanted {
	var all wanted
	k := f.views.Of(kind).Keys
	last := []string{above}
	for i := range f.rows {
		r := &f.rows[i]
		parents := f.parents(r, kind, &last)
		p := r.part(kind)
		if !p.Present {
			continue
		}
		first := len(all.keys)
		for _, id := range parents {
			found, blank := p.keys, p.blank
			if kind.Parent() != "" {
				found, blank = k.Of(id, p.values)
			}
			all.keys = keys.Append(all.keys, found)
			if p.ID == "" {
				all.similar = append(all.similar, similarityCandidate{id, p.values, found})
			}
			if blank && kind.Parent() != "" {
				all.created = append(all.created, f.reuse.createdID(kind, id, p.values))
			}
		}
		if k.LooksAnywhere() && p.ID == "" && (len(k.Rules) > 0 || len(parents) == 0) { // C8 creates every time, and warns of nothing
			all.anywhere = append(all.anywhere, anywhereCandidate{p.values, all.keys[first:]})
		}
	}
	return all
}

var noParent = []string{""}

// parents returns the IDs of the records that the part of this kind may belong to. last holds those of the nearest row above.
func (f *prefetcher) parents(r *row, kind crm.Kind, last *[]string) []string {
	of := kind.Parent()
	if of == "" {
		return noParent
	}
	if p := r.part(of); p.Present {
		*last = f.candidates(p)
		return *last
	}
	if r.draft.In != "" {
		return []string{r.draft.In}
	}
	return *last
}

// byKey asks for records by their keys, then for what is wanted besides where those found nothing, or several.
func (f *prefetcher) byKey(ctx context.Context, kind crm.Kind, w wanted) error {
	v := f.views.Of(kind)
	first := w.keys
	if len(w.similar) <= few { // one question less costs more than what is asked for in vain
		first = f.similarKeys(slices.Clip(first), v, w.similar)
	}
	if err := v.Ask(ctx, first); err != nil {
		return err
	}
	if err := v.AskIDs(ctx, w.created); err != nil {
		return err
	}
	besides := f.feedKeys(f.similarKeys(nil, v, w.similar), v, w.similar)
	inside := len(besides)
	for _, a := range w.anywhere {
		if !slices.ContainsFunc(a.keys, func(key crm.Key) bool { return v.MayHave(key.Hash) }) {
			besides = v.AnywhereKeys(besides, a.values)
		}
	}
	if err := v.Ask(ctx, besides); err != nil {
		return err
	}
	if v.MayAskStored() {
		if err := v.AskStored(ctx, f.unmatched(v, w)); err != nil {
			return err
		}
	}
	anywhere := besides[inside:]
	v.NoteCrowds(anywhere)
	if len(anywhere) == 0 {
		return nil
	}
	return f.views.Of(kind.Parent()).AskIDs(ctx, v.ParentsOf(anywhere))
}

// unmatched returns what the parts have that may be looked for in the store and were not found by their keys.
func (f *prefetcher) unmatched(v *view.View, w wanted) []crm.Values {
	if f.policy.Mode == ledger.UpdateOnly {
		return nil
	}
	var rows []crm.Values
	for _, c := range w.similar {
		if len(c.keys) > 0 && !slices.ContainsFunc(c.keys, func(key keys.RuleKey) bool { return v.MayHave(key.Hash) }) {
			rows = append(rows, c.values)
		}
	}
	for _, a := range w.anywhere {
		if !slices.ContainsFunc(a.keys, func(key crm.Key) bool { return v.MayHave(key.Hash) }) {
			rows = append(rows, a.values)
		}
	}
	return rows
}

// similarKeys adds the keys of near-duplicates of those parts that match nothing in the store.
func (f *prefetcher) similarKeys(to []crm.Key, v *view.View, some []similarityCandidate) []crm.Key {
	if v.Keys.Fuzzy == nil {
		return to
	}
	for _, c := range some {
		if slices.ContainsFunc(c.keys, func(key keys.RuleKey) bool { return len(v.WithHash(key.Hash)) > 0 }) {
			continue
		}
		if key, ok := v.Keys.Cache.Key(v.Keys.Fuzzy, c.parentID, c.values); ok {
			to = append(to, key)
		}
	}
	return to
}

// feedKeys adds the feed keys of those parts that may need them.
func (f *prefetcher) feedKeys(to []crm.Key, v *view.View, some []similarityCandidate) []crm.Key {
	if !v.Keys.HasFeed() {
		return to
	}
	for _, c := range some {
		if !f.mayCreate(v, c.keys) {
			continue
		}
		if key, ok := v.Keys.Feed(c.parentID, c.values); ok {
			hash, _ := key.Hash()
			to = append(to, crm.Key{Hash: hash})
		}
	}
	return to
}

// mayCreate reports whether a part that is found by these keys may come to A4 or A7 (C4, C7) and create there, as far as the store is known.
func (f *prefetcher) mayCreate(v *view.View, by []keys.RuleKey) bool {
	if len(by) == 0 {
		return f.policy.BlankKey != ledger.BlankReject
	}
	creates := f.policy.Ambiguous == ledger.AmbiguousCreate || f.policy.Ambiguous == ledger.AmbiguousNext
	return creates && slices.ContainsFunc(by, func(key keys.RuleKey) bool { return len(v.WithHash(key.Hash)) > 1 })
}

// candidates returns the IDs of the records that a part may mean, as far as the store is known. Where it matches several, it can only mean the
// one that an equal row created (A8, W13).
func (f *prefetcher) candidates(p *part) []string {
	if p.ID != "" {
		return []string{p.ID}
	}
	v := f.views.Of(p.kind)
	several := p.blank
	var ids []string
	for _, key := range p.keys {
		hits := v.WithHash(key.Hash)
		if len(hits) == 1 && !slices.Contains(ids, hits[0].ID) {
			ids = append(ids, hits[0].ID)
		}
		several = several || len(hits) > 1
	}
	if !several {
		return ids
	}
	if id := f.reuse.createdID(p.kind, "", p.values); id != "" && !slices.Contains(ids, id) {
		return append(ids, id)
	}
	if key, ok := v.Keys.Feed("", p.values); ok && f.mayCreate(v, p.keys) {
		if e := v.WithFeed(key); e != nil && !slices.Contains(ids, e.ID) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}
