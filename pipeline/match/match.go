package match

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/diff"
	"inlet.example/inlet/pipeline/match/keys"
	"inlet.example/inlet/pipeline/match/seen"
	"inlet.example/inlet/pipeline/match/view"
)

// Finder looks records up. It is all that matching asks of the store.
type Finder = view.Finder

// Matcher turns the drafts of one import into changes, batch by batch in the order of the file.
type Matcher struct {
	no        int64 // of the import
	newIDs    ledger.IDForms
	policy    *ledger.Policy
	rules     map[crm.Kind][]crm.Rule // all, of each kind
	views     *view.Views
	prefetch  *prefetcher
	decider   *decider
	differ    *diff.Differ
	reuse     *reuse
	conflicts *conflicts
	spill     *seen.Spill
	above     above
	before    [Ahead]above    // as it was before each of the last batches, the last one first
	spare     []ledger.Change // memory
	retried   bool            // these rows are matched a second time, after a conflict
}

// above is what became of the nearest row so far with an account part, and the place of that row.
type above struct {
	ledger.Above
	place int64
}

// Ahead is how many batches may be matched, and not be written yet, when the next one is.
const Ahead = 2

// New returns the matcher of one sheet of an import. The sheets of one file share a Spill, which was made for Ahead batches.
func New(finder Finder, schema *crm.Schema, policy ledger.Policy, imp ledger.Import, spill *seen.Spill) (*Matcher, error) {
	cache, rules := crm.NewCache(), map[crm.Kind][]crm.Rule{}
	var kinds [len(crm.Kinds)]*keys.Keys
	for i, kind := range crm.Kinds {
		k, err := keys.New(kind, imp.Inbox, schema, &policy, cache)
		if err != nil {
			return nil, err
		}
		kinds[i], rules[kind] = k, k.All()
	}
	of := view.New(finder, kinds, rules, Ahead)
	search, differ := &searcher{of, &policy}, diff.New(&policy)
	again := &reuse{imp.IDs(), spill, of, search}
	return &Matcher{no: imp.No, newIDs: imp.NewIDs, policy: &policy, rules: rules, views: of, differ: differ, reuse: again, spill: spill,
		prefetch:  &prefetcher{views: of, policy: &policy, reuse: again},
		decider:   &decider{imp.IDs(), imp.No, &policy, of, search, again, &elsewhere{of}, differ},
		conflicts: &conflicts{spill: spill, sheet: imp.Cursor.Sheet},
		above:     above{Above: imp.Cursor.Above}}, nil
}

// Rules returns the rules whose keys the store must keep for this import. The Hashes of changes are in their order.
func (m *Matcher) Rules() map[crm.Kind][]crm.Rule { return m.rules }

// NewIDs returns the forms of the IDs of new records.
func (m *Matcher) NewIDs() ledger.IDForms { return m.newIDs }

// Above returns what the next row without an account part belongs to under fill_down.
func (m *Matcher) Above() ledger.Above { return m.above.Above }

// Correct replaces what Above returns by what the store says about that account, which it may not have created. It is called before any later row is
// matched.
func (m *Matcher) Correct(a ledger.Above) { m.above.Above = a }

// Match returns what the rows do, one Change for each present part, accounts before contacts within a row. All rows before them are in the
// store. An error is the store's, or that of the disk that the Spill is on.
func (m *Matcher) Match(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.retried = false
	m.views.Reset()
	return m.match(ctx, drafts)
}

// MatchAhead is Match while the rows of up to Ahead batches before are still being written, or wait for it: what they do is laid over what the
// store says about them.
func (m *Matcher) MatchAhead(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.retried = false
	m.views.Ahead(m.no, len(drafts))
	return m.match(ctx, drafts)
}

// Retry matches rows of the last batch again, whose records were changed by another program meanwhile.
func (m *Matcher) Retry(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.retried = true
	m.views.Reset()
	return m.match(ctx, drafts)
}

// Recycle takes back the memory of changes that are not used any more.
func (m *Matcher) Recycle(changes []ledger.Change) {
	clear(changes)
	m.spare = changes[:0]
}

// Rewind takes back what the last MatchAhead has noted: a batch before it was not written as expected. The next batch is not matched ahead.
func (m *Matcher) Rewind() {
	m.spill.Rewind()
	m.above = m.before[0]
	copy(m.before[:], m.before[1:])
}

// Recall takes in rows that were applied before an interruption, so that later rows are decided as if there had been none.
func (m *Matcher) Recall(drafts []ledger.Draft, changes []ledger.Change) {
	m.spill.Begin() // a batch, as far as the Spill is concerned: it is written to disk between batches only
	var values valueBuffer
	at := map[int64]*ledger.Draft{}
	for i := range drafts {
		at[drafts[i].Place] = &drafts[i]
	}
	for i := range changes {
		c := &changes[i]
		if d := at[c.Ordinal]; d != nil && (c.Writes() || c.Action == ledger.Unchanged) {
			part := d.Part(c.Kind)
			m.conflicts.record(c.ID, part)
			if c.Action == ledger.Create {
				values.reset()
				m.reuse.note(values.of(part), c)
			}
		}
	}
}

func (m *Matcher) match(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.spill.Begin()
	copy(m.before[1:], m.before[:])
	m.before[0] = m.above
	rows, err := m.prefetch.Fetch(ctx, drafts, m.above.ID)
	if err != nil {
		return nil, fmt.Errorf("look up records: %w", err)
	}
	changes := slices.Grow(m.spare, 2*len(drafts))
	m.spare = nil
	for i := range rows {
		if changes, err = m.row(ctx, changes, &rows[i]); err != nil {
			return nil, fmt.Errorf("look up records: %w", err)
		}
	}
	return changes, m.spill.Err()
}

// row decides one row, adds what it does to the changes, and notes what it writes for the rows after it.
func (m *Matcher) row(ctx context.Context, changes []ledger.Change, r *row) ([]ledger.Change, error) {
	d := r.draft
	if d.Rejected() {
		m.setAbove(d, decision{action: ledger.Reject})
		return notApplied(changes, d, ledger.Reject, "F6", d.Problems), nil
	}
	if m.policy.FillDown && !m.retried { // a row that is matched again has its account in Draft.In, unless its contact gave it
		r.above = m.above.Above
	}
	var decisions [len(crm.Kinds)]decision
	for i := range r.parts {
		var err error
		if decisions[i], err = m.decider.decide(ctx, r, &r.parts[i], parentOf(&decisions, r.parts[i].kind)); err != nil {
			return nil, err
		}
	}
	for i := range decisions {
		if to := &decisions[i]; !to.applied() {
			m.setAbove(d, decision{action: to.action})
			problems := append([]ledger.Problem(nil), d.Problems...)
			for _, each := range decisions {
				problems = append(problems, each.problems...)
			}
			return notApplied(changes, d, to.action, to.by, problems), nil
		}
	}
	m.setAbove(d, decisions[crm.Top.Number()])
	first := len(changes)
	for i := range r.parts {
		p := &r.parts[i]
		if !p.Present {
			continue
		}
		c := m.change(p, decisions[i])
		if parent := parentOf(&decisions, p.kind); c.ParentID == "" && parent != nil && parent.rec != nil {
			c.ParentID = parent.rec.ID
		}
		changes = append(changes, c)
	}
	if len(changes) > first && len(d.Problems) > 0 {
		changes[first].Problems = slices.Concat(d.Problems, changes[first].Problems)
	}
	return changes, nil
}

// parentOf returns what was decided of the parent of a kind; nil for a kind without.
func parentOf(decisions *[len(crm.Kinds)]decision, kind crm.Kind) *decision {
	if of := kind.Parent(); of != "" {
		return &decisions[of.Number()]
	}
	return nil
}

// notApplied adds the changes of a row that is rejected or parked: all parts that are present count. The problems stand with the first.
func notApplied(changes []ledger.Change, d *ledger.Draft, action ledger.Action, by string, problems []ledger.Problem) []ledger.Change {
	for _, kind := range crm.Kinds {
		if d.Part(kind).Present {
			changes = append(changes, ledger.Change{Ref: d.Ref, Ordinal: d.Place, Kind: kind, Action: action, Rule: by, Title: title(d.Part(kind).Values()), Problems: problems})
			problems = nil
		}
	}
	return changes
}

// setAbove keeps what the parts below without a parent of their own belong to.
func (m *Matcher) setAbove(d *ledger.Draft, top decision) {
	if !d.Part(crm.Top).Present || d.Place < m.above.place {
		return // a row that is matched again may stand above others that are not
	}
	m.above = above{place: d.Place}
	if top.rec != nil {
		m.above.ID = top.rec.ID
	} else {
		m.above.Lost = top.action
	}
}

// change makes the Change of a part that is created, updated, unchanged or skipped, and notes it for the rows after this one.
func (m *Matcher) change(p *part, to decision) ledger.Change {
	c := ledger.Change{Ref: p.draft.Ref, Ordinal: p.draft.Place, Kind: p.kind, Action: to.action, Rule: to.by, Problems: to.problems}
	if to.rec != nil {
		c.Title = title(to.rec.Values)
	}
	switch to.action {
	case ledger.Create:
		c.ID, c.ParentID, c.After = to.rec.ID, to.rec.ParentID, to.rec.Values
		c.Feed, c.Hashes = to.rec.Feed, m.views.Of(p.kind).Create(to.rec, p.draft.Place)
		m.reuse.note(p.values, &c)
		m.conflicts.record(c.ID, p.Part)
	case ledger.Update:
		c.ID, c.ParentID, c.Expect = to.rec.ID, to.rec.ParentID, to.rec.ChangeID
		c.Before, c.After = m.differ.Update(p.Part, m.views.Of(p.kind).Keys, to.rec.Values, to.rule)
		if to.moveTo != "" && to.moveTo != to.rec.ParentID {
			c.Moved, c.ParentID = to.rec.ParentID, to.moveTo
		}
		before := m.conflicts.record(c.ID, p.Part)
		if len(c.Before) == 0 && len(c.After) == 0 && c.Moved == "" {
			c.Action = ledger.Unchanged
			break
		}
		if !m.retried { // a row that is matched again differs from itself
			m.conflicts.warn(&c, p.Part, before)
		}
		m.views.Of(p.kind).Update(to.rec, c.ParentID, c.Before, c.After, p.draft.Place)
	case ledger.Skip:
		if to.rec != nil {
			c.ID, c.ParentID = to.rec.ID, to.rec.ParentID
		}
	}
	return c
}

// title is what a person calls a record.
func title(vs crm.Values) string {
	if name := vs.Of("name").Text(); name != "" {
		return name
	}
	return vs.Of("email").Text()
}
