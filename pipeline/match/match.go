package match

import (
	"context"
	"fmt"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// Finder looks records up. It is all that matching asks of the store.
type Finder interface {
	// Find returns the records that may carry one of these keys; the caller compares the texts.
	Find(ctx context.Context, kind crm.Kind, keys []crm.Key) ([]crm.Record, error)
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
}

// Matcher turns the drafts of one import into changes, batch by batch in the order of the file.
type Matcher struct {
	finder   Finder
	policy   ledger.Policy
	imp      string // ID and number of the import
	no       int64
	memo     *crm.Cache
	rules    map[crm.Kind][]crm.Rule // all, of each kind
	rows     []row                   // of the batch
	said     crm.Values              // what they say, one behind the other
	kinds    map[crm.Kind]*keys
	accounts *overlay
	contacts *overlay
	above    above
	before   [Ahead]above // as it was before each of the last batches, the last one first
	sheet    int          // index into the mapping's sheets
	past     *Past
	spoken   spoken          // a buffer
	spare    []ledger.Change // memory
	retried  bool            // these rows are matched a second time, after a foreign edit
}

// above is what became of the nearest row so far with an account part, and the place of that row.
type above struct {
	ledger.Above
	place int64
}

// New returns the matcher of one sheet of an import. The sheets of one file share its past.
func New(finder Finder, schema *crm.Schema, policy ledger.Policy, imp ledger.Import, past *Past) (*Matcher, error) {
	m := &Matcher{finder: finder, policy: policy, imp: imp.ID, no: imp.No, memo: crm.NewMemo(), rules: map[crm.Kind][]crm.Rule{},
		kinds: map[crm.Kind]*keys{}, above: above{Above: imp.Cursor.Above}, sheet: imp.Cursor.Sheet, past: past}
	for _, kind := range crm.Kinds {
		k, err := newKeys(kind, imp.Inbox, schema, &policy, m.memo)
		if err != nil {
			return nil, err
		}
		m.kinds[kind], m.rules[kind] = k, k.all()
	}
	return m, nil
}

// Rules returns the rules whose keys the store must keep for this import. The Hashes of changes are in their order.
func (m *Matcher) Rules() map[crm.Kind][]crm.Rule { return m.rules }

// Above returns what the next row without an account part belongs to under fill_down.
func (m *Matcher) Above() ledger.Above { return m.above.Above }

// Correct takes what the store says of the account that the next row belongs to under fill_down: it may not have been created. It is called
// before any row behind it is matched.
func (m *Matcher) Correct(a ledger.Above) { m.above.Above = a }

// Ahead is how many batches may be matched, and not be written yet, when the next one is.
const Ahead = 2

// Match returns what the rows do, one Change for each present part, accounts before contacts within a row. All rows before them are in the
// store. An error is the store's, or that of the disk which holds the past.
func (m *Matcher) Match(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.retried = false
	m.forget(len(drafts))
	return m.match(ctx, drafts)
}

// MatchAhead is Match while the rows of up to Ahead batches before are still being written, or wait for it: what they do is laid over what the
// store says of them.
func (m *Matcher) MatchAhead(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.retried = false
	m.accounts, m.contacts = m.accounts.over(m.no, len(drafts)), m.contacts.over(m.no, len(drafts))
	return m.match(ctx, drafts)
}

// Retry matches rows of the last batch again, whose records somebody else wrote meanwhile.
func (m *Matcher) Retry(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.retried = true
	m.forget(len(drafts))
	return m.match(ctx, drafts)
}

// Leave takes changes that nobody looks at any more: the next ones are put in their place.
func (m *Matcher) Leave(changes []ledger.Change) {
	clear(changes)
	m.spare = changes[:0]
}

// Rewind takes back what the last MatchAhead has noted: a batch before it was not written as it was thought to be. What is matched next is not
// matched ahead.
func (m *Matcher) Rewind() {
	m.past.rewind()
	m.above = m.before[0]
	copy(m.before[:], m.before[1:])
}

// forget has the store asked again for everything.
func (m *Matcher) forget(rows int) {
	if m.accounts == nil {
		m.accounts = newOverlay(m.finder, m.kinds[crm.Account], m.rules[crm.Account], rows)
		m.contacts = newOverlay(m.finder, m.kinds[crm.Contact], m.rules[crm.Contact], rows)
	}
	m.accounts.empty()
	m.contacts.empty()
}

func (m *Matcher) match(ctx context.Context, drafts []ledger.Draft) ([]ledger.Change, error) {
	m.past.begin()
	copy(m.before[1:], m.before[:])
	m.before[0] = m.above
	if err := m.load(ctx, drafts); err != nil {
		return nil, fmt.Errorf("look records up: %w", err)
	}
	changes := slices.Grow(m.spare, 2*len(drafts))
	m.spare = nil
	for i := range drafts {
		var err error
		if changes, err = m.row(ctx, changes, &drafts[i], m.rows[i]); err != nil {
			return nil, fmt.Errorf("look records up: %w", err)
		}
	}
	return changes, m.past.err
}

// row decides one row, adds what it does to the changes, and notes what it writes for the rows after it.
func (m *Matcher) row(ctx context.Context, changes []ledger.Change, d *ledger.Draft, r row) ([]ledger.Change, error) {
	if d.Rejected() {
		m.aboveIs(d, verdict{action: ledger.Reject})
		return turnedAway(changes, d, ledger.Reject, "F6", d.Problems), nil
	}
	account, err := m.account(ctx, d, r)
	if err != nil {
		return nil, err
	}
	contact, err := m.contact(ctx, d, r, &account)
	if err != nil {
		return nil, err
	}
	for _, v := range []verdict{account, contact} {
		if v.action == ledger.Reject || v.action == ledger.Park {
			m.aboveIs(d, verdict{action: v.action})
			problems := append(append(append([]ledger.Problem(nil), d.Problems...), account.problems...), contact.problems...)
			return turnedAway(changes, d, v.action, v.by, problems), nil
		}
	}
	m.aboveIs(d, account)
	first := len(changes)
	if d.Account.Present {
		changes = append(changes, m.change(d, &d.Account, r.values, account))
	}
	if d.Contact.Present {
		c := m.change(d, &d.Contact, r.contact, contact)
		if c.AccountID == "" && account.rec != nil {
			c.AccountID = account.rec.ID
		}
		changes = append(changes, c)
	}
	if len(changes) > first && len(d.Problems) > 0 {
		changes[first].Problems = append(append([]ledger.Problem(nil), d.Problems...), changes[first].Problems...)
	}
	return changes, nil
}

// turnedAway adds the changes of a row that is not applied: both parts that are present count. What was wrong stands with the first.
func turnedAway(changes []ledger.Change, d *ledger.Draft, action ledger.Action, by string, problems []ledger.Problem) []ledger.Change {
	for _, part := range []*ledger.Part{&d.Account, &d.Contact} {
		if part.Present {
			changes = append(changes, ledger.Change{Ref: d.Ref, Ordinal: d.Place, Kind: part.Kind, Action: action, Rule: by, Problems: problems})
			problems = nil
		}
	}
	return changes
}

// aboveIs keeps what the contacts below without an account of their own belong to.
func (m *Matcher) aboveIs(d *ledger.Draft, account verdict) {
	if !d.Account.Present || d.Place < m.above.place {
		return // a row that is matched again may stand above others that are not
	}
	m.above = above{place: d.Place}
	if account.rec != nil {
		m.above.ID = account.rec.ID
	} else {
		m.above.Lost = account.action
	}
}

// change makes the Change of a part, which says this, that is created, updated, unchanged or skipped, and notes it for the rows after this one.
func (m *Matcher) change(d *ledger.Draft, part *ledger.Part, said crm.Values, v verdict) ledger.Change {
	c := ledger.Change{Ref: d.Ref, Ordinal: d.Place, Kind: part.Kind, Action: v.action, Rule: v.by, Problems: v.problems}
	over := m.over(part.Kind)
	if v.rec != nil {
		c.Title = title(v.rec.Values)
	}
	switch v.action {
	case ledger.Create:
		c.ID, c.AccountID, c.After = v.rec.ID, v.rec.AccountID, v.rec.Values
		v.rec.shared = true
		over.write(v.rec, d.Place)
		c.Hashes, c.Feed = v.rec.hashes, v.rec.Feed
		m.note(said, &c)
		m.twice(d, part, &c)
	case ledger.Update:
		c.ID, c.AccountID, c.Expect = v.rec.ID, v.rec.AccountID, v.rec.ChangeID
		c.Before, c.After = m.differ(part, v.rec.Values, v.rule)
		m.settle(part, v.rec.Values, false, v.rule, &c.Before, &c.After)
		if v.moveTo != "" && v.moveTo != v.rec.AccountID {
			c.Moved, c.AccountID = v.rec.AccountID, v.moveTo
		}
		if len(c.Before) == 0 && len(c.After) == 0 && c.Moved == "" {
			c.Action = ledger.Unchanged
		}
		m.twice(d, part, &c)
		if c.Action == ledger.Unchanged {
			break
		}
		v.rec.AccountID = c.AccountID
		v.rec.apply(c.Before, c.After)
		over.write(v.rec, d.Place)
	case ledger.Skip:
		if v.rec != nil {
			c.ID, c.AccountID = v.rec.ID, v.rec.AccountID
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

func (m *Matcher) over(kind crm.Kind) *overlay {
	if kind == crm.Account {
		return m.accounts
	}
	return m.contacts
}

// fresh returns the record that a part would create.
func (m *Matcher) fresh(d *ledger.Draft, part *ledger.Part, accountID string) *entry {
	rec := crm.Record{Kind: part.Kind, ID: ledger.NewID(m.imp, d.Place, part.Kind), AccountID: accountID, Seq: ledger.ChangeID(m.no, d.Place, 0, part.Kind),
		Values: make(crm.Values, 0, len(part.Cells)+2)}
	for _, cell := range part.Cells {
		v := cell.Value
		if v.Absent() && !cell.Clear {
			v = cell.Column.Default
		}
		rec.Values.Set(cell.Column.Field.Name, v)
	}
	nameFromParts(part, &rec.Values)
	var none crm.Values
	m.settle(part, nil, true, nil, &none, &rec.Values)
	return &entry{Record: rec, fresh: true}
}
