package match

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// contact decides the contact part of a row by the table of section 5, inside the account that the row was found to mean.
func (m *Matcher) contact(ctx context.Context, d *ledger.Draft, r row, account *verdict) (verdict, error) {
	part := &d.Contact
	switch {
	case !part.Present: // C0
		return verdict{by: "C0"}, nil
	case account.action == ledger.Reject || account.action == ledger.Park:
		return verdict{by: account.by}, nil // the row goes as a whole
	case account.rec == nil: // skipped without a record: the contact goes with it
		return verdict{by: account.by, action: ledger.Skip}, nil
	case part.ID != "": // C1, C1b, C2
		return m.knownContact(ctx, d, account)
	case account.contact != nil: // A0 has found it
		return m.ofAccount(d, part, account.contact), nil
	}
	vs := r.contact
	if account.action == ledger.Create { // C3
		return m.newcomer(ctx, d, part, account.rec.ID, vs)
	}
	keys, _ := m.kinds[crm.Contact].of(account.rec.ID, vs)
	found, err := m.search(ctx, crm.Contact, account.rec.ID, vs, keys)
	if err != nil {
		return verdict{}, err
	}
	mode := m.policy.Mode
	switch {
	case !found.ticked && mode == ledger.UpdateOnly: // C8
		return m.notFound(d, part, "C8"), nil
	case !found.ticked: // C8
		return m.create(d, part, "C8", account.rec.ID, nil)
	case found.blank: // C9, C4
		return m.blank(ctx, d, part, account.rec.ID, vs)
	case found.none(): // C5
		return m.missing(ctx, d, part, account.rec.ID, vs)
	case found.hit != nil && mode == ledger.CreateOnly: // C6
		return m.exists(d, part, "C6", found.hit), nil
	case found.hit != nil: // C6
		return verdict{by: "C6", action: ledger.Update, rec: found.hit, rule: found.rule}, nil
	default: // C9, C7
		return m.many(ctx, d, part, account.rec.ID, vs, found.many)
	}
}

// ofAccount is the contact of a row without an account part whose account it gave (A0, W12).
func (m *Matcher) ofAccount(d *ledger.Draft, part *ledger.Part, found *search) verdict {
	if m.policy.Mode == ledger.CreateOnly {
		return m.exists(d, part, Elsewhere, found.hit)
	}
	return verdict{by: Elsewhere, action: ledger.Update, rec: found.hit, rule: found.rule}
}

// newcomer is row C3: the account is created by this row, and so the contact is new, unless it is found in another account.
func (m *Matcher) newcomer(ctx context.Context, d *ledger.Draft, part *ledger.Part, accountID string, vs crm.Values) (verdict, error) {
	if v, found, err := m.foundElsewhere(ctx, d, part, accountID, vs); found || err != nil {
		return v, err
	}
	v, err := m.create(d, part, "C3", accountID, nil)
	if err != nil {
		return v, err
	}
	if k := m.kinds[crm.Contact]; k.feed != "" && m.policy.BlankKey != ledger.BlankReject {
		if keys, _ := k.of(accountID, vs); len(keys) == 0 {
			v = m.findable(v, crm.Contact, accountID, vs) // in the next file the account is there, and this is C4
		}
	}
	return v, m.warnElsewhere(ctx, d, part, accountID, vs, &v)
}

// missing is row C5: the account has no such contact.
func (m *Matcher) missing(ctx context.Context, d *ledger.Draft, part *ledger.Part, accountID string, vs crm.Values) (verdict, error) {
	if v, found, err := m.foundElsewhere(ctx, d, part, accountID, vs); found || err != nil {
		return v, err
	}
	if m.policy.Mode == ledger.UpdateOnly {
		return m.notFound(d, part, "C5"), nil
	}
	v, err := m.another(ctx, d, part, "C5", accountID, vs)
	if err != nil {
		return v, err
	}
	return v, m.warnElsewhere(ctx, d, part, accountID, vs, &v)
}

// contactByID returns the contact with this ID, its account loaded too; nil if there is none.
func (m *Matcher) contactByID(ctx context.Context, id string) (*entry, error) {
	if err := m.contacts.askIDs(ctx, []string{id}); err != nil {
		return nil, err
	}
	e := m.contacts.withID(id)
	if e == nil {
		return nil, nil
	}
	return e, m.accounts.askIDs(ctx, []string{e.AccountID})
}

// knownContact is rows C1, C1b and C2.
func (m *Matcher) knownContact(ctx context.Context, d *ledger.Draft, account *verdict) (verdict, error) {
	e, err := m.contactByID(ctx, d.Contact.ID)
	if err != nil {
		return verdict{}, err
	}
	switch {
	case e == nil: // C2
		return m.reject(d, "C2", ledger.UnknownID, d.Contact.ID,
			message.Say("there is no contact with this ID: correct it, or leave the ID blank to match on the other columns")), nil
	case e.AccountID == account.rec.ID: // C1
		return verdict{by: "C1", action: ledger.Update, rec: e}, nil
	case m.policy.ElsewhereID == ledger.ElsewhereMove: // C1b
		return verdict{by: "C1b", action: ledger.Update, rec: e, moveTo: account.rec.ID}, nil
	default: // C1b
		return m.reject(d, "C1b", ledger.IDElsewhere, d.Contact.ID,
			message.Say("the contact with this ID belongs to another account (%s): correct the ID or the account", e.AccountID)), nil
	}
}
