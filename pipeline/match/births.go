package match

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// A birth is a row that created a record, so that a row like it does not create another (A8, C9). What is kept is what the row said, not the
// record, which a default or a later row may have made something else: the trace of it, and the row's place.

// note keeps that a row that says this created a record. The first row of its like is the one that counts.
func (m *Matcher) note(said crm.Values, c *ledger.Change) {
	if b, ok := m.kinds[c.Kind].birth(c.AccountID, said); ok {
		if _, there := m.past.of(b); !there {
			m.past.note(b, uint64(c.Ordinal))
		}
	}
}

// birth returns what a row inside an account is known by; false where rows are not known again.
func (k *keys) birth(accountID string, vs crm.Values) (trace, bool) {
	if k.equal == nil {
		return trace{}, false
	}
	return traceOf(&bornSeeds, k.memo.Text(k.equal, accountID, vs)), true
}

// bornID returns the ID of the record that a row like this one created; "" if there is none.
func (m *Matcher) bornID(kind crm.Kind, accountID string, vs crm.Values) string {
	if b, ok := m.kinds[kind].birth(accountID, vs); ok {
		if place, there := m.past.of(b); there {
			return ledger.NewID(m.imp, int64(place), kind)
		}
	}
	return ""
}

// reused returns the record that an earlier row like this one created, or nil. It is only asked where the row would create one because its
// key is blank or hits several.
func (m *Matcher) reused(ctx context.Context, kind crm.Kind, accountID string, vs crm.Values) (*entry, error) {
	id := m.bornID(kind, accountID, vs)
	if id == "" {
		return nil, nil
	}
	over := m.over(kind)
	if err := over.askIDs(ctx, []string{id}); err != nil {
		return nil, err
	}
	if e := over.withID(id); e != nil && e.AccountID == accountID {
		return e, nil
	}
	return nil, nil
}
