package match

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// account decides the account part of a row by the table of section 4. A row without one belongs to the account it is led to (A0).
func (m *Matcher) account(ctx context.Context, d *ledger.Draft, r row) (verdict, error) {
	if !d.Account.Present {
		return m.absentAccount(ctx, d, r)
	}
	part := &d.Account
	vs := r.values
	if part.ID != "" {
		return m.accountByID(ctx, d, r)
	}
	found, err := m.search(ctx, crm.Account, "", vs, r.keys)
	if err != nil {
		return verdict{}, err
	}
	mode := m.policy.Mode
	switch {
	case !found.ticked && mode == ledger.UpdateOnly: // A3
		return m.reject(d, "A3", ledger.IDRequired, "", message.Say("this row has no ID, and nothing else is matched on: fill in the ID")), nil
	case !found.ticked: // A3
		return m.create(d, part, "A3", "", nil)
	case found.blank: // A8, A4
		return m.blank(ctx, d, part, "", vs)
	case found.none() && mode == ledger.UpdateOnly: // A5
		return m.notFound(d, part, "A5"), nil
	case found.none(): // A5
		return m.another(ctx, d, part, "A5", "", vs)
	case found.hit != nil && mode == ledger.CreateOnly: // A6
		return m.exists(d, part, "A6", found.hit), nil
	case found.hit != nil: // A6
		return verdict{by: "A6", action: ledger.Update, rec: found.hit, rule: found.rule}, nil
	default: // A8, A7
		return m.many(ctx, d, part, "", vs, found.many)
	}
}

// absentAccount is row A0: the contact's own account by its ID, or under contact_scope: anywhere by its keys, or with fill_down that of the nearest
// row above.
func (m *Matcher) absentAccount(ctx context.Context, d *ledger.Draft, r row) (verdict, error) {
	const by = "A0"
	if d.In != "" {
		return m.accountAgain(d, by), nil
	}
	if d.Contact.ID != "" {
		e, err := m.contactByID(ctx, d.Contact.ID)
		if err != nil {
			return verdict{}, err
		}
		if e != nil {
			return verdict{by: by, rec: m.accounts.withID(e.AccountID)}, nil
		}
	}
	if d.Contact.ID == "" {
		if v, found, err := m.accountOfContact(ctx, d, r.contact); found || err != nil {
			return v, err
		}
	}
	switch fillDown := m.policy.FillDown && !m.retried; { // a row that is matched again has its account, unless its contact gave it
	case fillDown && m.above.ID != "":
		return verdict{by: by, rec: m.accounts.withID(m.above.ID)}, nil
	case fillDown && m.above.Lost == ledger.Skip:
		return verdict{by: by, action: ledger.Skip}, nil
	}
	if d.MergedWith > 0 {
		return m.reject(d, by, ledger.AccountRequired, "", message.Say("this contact has no account: its cells are merged with those of row %s, and only "+
			"the first row of merged cells has their value. Set unmerge: fill in the mapping, or fill in the account's columns on each row", d.MergedWith)), nil
	}
	return m.reject(d, by, ledger.AccountRequired, "", message.Say("this contact has no account: fill in the account's columns on its row")), nil
}

// accountAgain is the account of a contact that is matched a second time: it may not have been created after all, or be gone.
func (m *Matcher) accountAgain(d *ledger.Draft, by string) verdict {
	if e := m.accounts.withID(d.In); e != nil {
		return verdict{by: by, rec: e}
	}
	return m.reject(d, by, ledger.AccountNotCreated, d.In, message.Say("the account that this contact was to be in is not there: import the row again"))
}

// accountByID is rows A1 and A2.
func (m *Matcher) accountByID(ctx context.Context, d *ledger.Draft, r row) (verdict, error) {
	e := m.accounts.withID(d.Account.ID)
	if e == nil {
		return m.reject(d, "A2", ledger.UnknownID, d.Account.ID,
			message.Say("there is no account with this ID: correct it, or leave the ID blank to match on the other columns")), nil
	}
	v := verdict{by: "A1", action: ledger.Update, rec: e}
	found, err := m.search(ctx, crm.Account, "", r.values, r.keys)
	if err != nil {
		return v, err
	}
	elsewhere := found.many
	if found.hit != nil {
		elsewhere = []*entry{found.hit}
	}
	if len(elsewhere) > 0 && !contains(elsewhere, e) {
		v.problems = append(v.problems, ledger.Problem{Ref: d.Ref, Code: ledger.IDKeyConflict, Value: d.Account.ID, Warning: true,
			Candidates: ids(elsewhere), Text: message.Say("the ID decided, but the other columns mean account %s: check that the ID is right", listed(elsewhere))})
	}
	return v, nil
}
