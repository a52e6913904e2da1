package store

import (
	"maps"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// missed are the changes of a batch that were not made, by index, each with what of it the database does not take; nil where somebody else
// wrote the record.
type missed map[int]*ledger.Problem

// miss notes that one write was not made, which some changes went into.
func (s *Store) miss(inbox string, lost missed, kind crm.Kind, why *Unfit, changes []int) {
	var problem *ledger.Problem
	if why != nil {
		p := s.problem(inbox, kind, why)
		problem = &p
	}
	for _, i := range changes {
		lost[i] = problem
	}
}

// strand adds what cannot be done because another change was not made: no account goes from under a contact that stays, and no contact is put
// into an account that was not created.
func (lost missed) strand(b ledger.Batch) {
	if len(lost) == 0 {
		return
	}
	stays, never := map[string]bool{}, map[string]*ledger.Problem{}
	for i, why := range lost {
		switch c := &b.Changes[i]; {
		case c.Kind == crm.Contact:
			stays[c.AccountID], stays[c.Moved] = true, true
		case c.Action == ledger.Create:
			never[c.ID] = why
		}
	}
	for i := range b.Changes {
		c := &b.Changes[i]
		if _, known := lost[i]; known {
			continue
		}
		switch why, missing := never[accountOf(c)]; {
		case c.Kind == crm.Account && c.Action == ledger.Remove && stays[c.ID]:
			lost[i] = nil
		case !missing || !c.Writes() && c.Action != ledger.Unchanged:
		case c.Kind == crm.Contact:
			lost[i] = notCreated(c)
		default: // says that the account is as the row wants it
			lost[i] = why
		}
	}
}

// above returns what the rows behind a batch belong to under fill_down: not to an account that was not created.
func (lost missed) above(b ledger.Batch) ledger.Above {
	for i := range lost {
		c := &b.Changes[i]
		if c.Kind == crm.Account && c.Action == ledger.Create && c.ID == b.After.Above.ID {
			return ledger.Above{Lost: ledger.Reject}
		}
	}
	return b.After.Above
}

// settle makes of changes that were not made what they became: rejected, for their own reason or for a conflict.
func (lost missed) settle(changes []ledger.Change) {
	for i, why := range lost {
		if why == nil {
			changes[i].RejectConflict()
		} else {
			changes[i].Refuse(*why)
		}
	}
}

// unfit is the reason of a change that was not made, as the journal keeps it.
type unfit struct {
	Change int `json:"change"`
	ledger.Problem
}

// note writes into a journal entry what was not made.
func (lost missed) note(e *entry) {
	e.Lost, e.Unfit = slices.Sorted(maps.Keys(lost)), nil
	for _, i := range e.Lost {
		if why := lost[i]; why != nil {
			e.Unfit = append(e.Unfit, unfit{i, *why})
		}
	}
}

// missed returns what a journal entry says was not made.
func (e *entry) missed() missed {
	lost := missed{}
	for _, i := range e.Lost {
		lost[i] = nil
	}
	for _, u := range e.Unfit {
		lost[u.Change] = &u.Problem
	}
	return lost
}

// accountOf returns the account that a change is about: of a contact, the one it is in afterwards.
func accountOf(c *ledger.Change) string {
	if c.Kind == crm.Account {
		return c.ID
	}
	return c.AccountID
}
