package match

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/view"
	"inlet.example/inlet/pipeline/message"
)

// rowNames are the names of the table's rows for one kind, which reports and journals carry.
type rowNames struct {
	byID, unknownID, unticked, equal, blank, none, one, many string
}

// rowsOf returns the names of the rows for a kind (sections 4 and 5).
func rowsOf(kind crm.Kind) *rowNames { return &tables[kind.Number()] }

var tables = [len(crm.Kinds)]rowNames{
	{byID: "A1", unknownID: "A2", unticked: "A3", equal: "A8", blank: "A4", none: "A5", one: "A6", many: "A7"},
	{byID: "C1", unknownID: "C2", unticked: "C8", equal: "C9", blank: "C4", none: "C5", one: "C6", many: "C7"},
}

// decide decides one part of a row: the first case that applies. parent is the decision about the record that the part's record belongs to; nil for
// a kind without parent. Accounts and contacts differ in these cases only:
//
//   - absent: a row without an account part belongs to some account (A0, accountOfContact), one without a contact part is fine (C0);
//   - selected by an ID: a contact may be in another account (C1b), an account may have other keys than the row (A1, both in byID);
//   - nothing ticked, where the import only updates (A3 and C8, unticked);
//   - a parent that is rejected, skipped or new (C3) decides about a contact before its own keys do;
//   - no hit: contacts are also looked for in other accounts (W12, outside), for which accounts have no rules.
func (d *decider) decide(ctx context.Context, r *row, p *part, parent *decision) (decision, error) {
	switch {
	case !p.Present && parent == nil: // A0
		return d.accountOfContact(ctx, r)
	case !p.Present: // C0
		return decision{by: "C0"}, nil
	case parent != nil && parent.rec == nil: // skipped without a record, or rejected and the whole row with it
		return decision{by: parent.by, action: ledger.Skip}, nil
	case p.ID != "": // A1, A2, C1, C1b, C2
		return d.byID(ctx, p, parent)
	case parent != nil && parent.contact != nil: // A0 has found it
		return d.update(p, Elsewhere, parent.contact.hit, parent.contact.rule), nil
	case parent != nil && parent.action == ledger.Create: // C3
		p.parentID = parent.rec.ID
		return d.createInNewParent(ctx, p)
	case parent != nil:
		p.inside(parent.rec.ID, d.views.Of(p.kind).Keys)
	}
	return d.byKeys(ctx, p)
}

// byKeys decides a part by what its match rules find.
func (d *decider) byKeys(ctx context.Context, p *part) (decision, error) {
	names := rowsOf(p.kind)
	if len(d.views.Of(p.kind).Keys.Rules) == 0 { // A3, C8
		return d.unticked(p, names.unticked), nil
	}
	found, err := d.search.inside(ctx, p)
	switch {
	case err != nil:
		return decision{}, err
	case len(p.keys) == 0: // A8, A4, C9, C4
		return d.blank(ctx, p, names.blank)
	case found.none(): // A5, C5
		return d.noHit(ctx, p, names.none)
	case found.hit != nil: // A6, C6
		return d.update(p, names.one, found.hit, found.rule), nil
	}
	return d.ambiguousHits(ctx, p, names.many, found.many) // A8, A7, C9, C7
}

// byID is rows A1 and A2, C1, C1b and C2. Only an account's other columns are compared with the ID: a contact's keys hold inside its account.
func (d *decider) byID(ctx context.Context, p *part, parent *decision) (decision, error) {
	e, err := d.withID(ctx, p.kind, p.ID)
	if err != nil {
		return decision{}, err
	}
	to := decision{by: rowsOf(p.kind).byID, action: ledger.Update, rec: e}
	switch {
	case e == nil: // A2, C2
		return p.reject(rowsOf(p.kind).unknownID, ledger.UnknownID, p.ID, ledger.SayOf(p.kind,
			"no {kind} with this ID exists: correct it, or leave the ID blank to match on the other columns")), nil
	case parent == nil: // A1
		err := d.warnOtherKeys(ctx, p, &to)
		return to, err
	case e.ParentID == parent.rec.ID: // C1
		return to, nil
	case d.policy.ElsewhereID == ledger.ElsewhereMove: // C1b
		to.by, to.moveTo = "C1b", parent.rec.ID
		return to, nil
	}
	return p.reject("C1b", ledger.IDElsewhere, p.ID,
		message.Say("the contact with this ID belongs to another account (%s): correct the ID or the account", e.ParentID)), nil
}

// withID returns the record with this ID, its parent loaded too; nil if there is none.
func (d *decider) withID(ctx context.Context, kind crm.Kind, id string) (*view.Record, error) {
	v := d.views.Of(kind)
	if err := v.AskIDs(ctx, []string{id}); err != nil {
		return nil, err
	}
	e := v.WithID(id)
	if of := kind.Parent(); e != nil && of != "" {
		return e, d.views.Of(of).AskIDs(ctx, []string{e.ParentID})
	}
	return e, nil
}

// warnOtherKeys warns where an ID selects one record and the keys of the row find others.
func (d *decider) warnOtherKeys(ctx context.Context, p *part, to *decision) error {
	found, err := d.search.inside(ctx, p)
	others := found.many
	if found.hit != nil {
		others = []*view.Record{found.hit}
	}
	for _, e := range others {
		if e == to.rec {
			return err
		}
	}
	if len(others) > 0 {
		to.problems = append(to.problems, ledger.Problem{Ref: p.draft.Ref, Code: ledger.IDKeyConflict, Value: p.ID, Warning: true,
			Candidates: idsOf(others), Text: message.Say("matched by its ID, but the other columns match account %s: check that the ID is right", listIDs(others))})
	}
	return err
}

// unticked is rows A3 and C8: nothing is matched on. Where the import only updates, an account is then selected by its ID alone, so the row is
// rejected; a contact is skipped, since its account may still be updated.
func (d *decider) unticked(p *part, by string) decision {
	switch {
	case d.policy.Mode != ledger.UpdateOnly:
		return d.create(p, by, nil)
	case p.kind.Parent() == "":
		return p.reject(by, ledger.IDRequired, "", message.Say("this row has no ID, and no other field is matched on: fill in the ID"))
	}
	return p.notFound(by)
}

// noHit is rows A5 and C5: no record matches, unless one of another account does (W12).
func (d *decider) noHit(ctx context.Context, p *part, by string) (decision, error) {
	if to, found, err := d.outside(ctx, p); found || err != nil {
		return to, err
	}
	if d.policy.Mode == ledger.UpdateOnly {
		return p.notFound(by), nil
	}
	to, err := d.createAnother(ctx, p, by)
	if err != nil {
		return to, err
	}
	err = d.elsewhere.warn(ctx, p, &to)
	return to, err
}

// createInNewParent is row C3: the account is created by this row, so the contact is new, unless it is found in another account (W12).
//
// It may get a feed key: in the next file its account is there and the row comes to C4, where another contact would be created without one.
func (d *decider) createInNewParent(ctx context.Context, p *part) (decision, error) {
	if to, found, err := d.outside(ctx, p); found || err != nil {
		return to, err
	}
	to := d.create(p, "C3", nil)
	if k := d.views.Of(p.kind).Keys; k.HasFeed() && d.policy.BlankKey != ledger.BlankReject {
		if found, _ := k.Of(p.parentID, p.values); len(found) == 0 {
			d.giveFeedKey(p, &to)
		}
	}
	err := d.elsewhere.warn(ctx, p, &to)
	return to, err
}

// outside decides a contact that is not in its row's account but in another one (W12); false where it is in none.
func (d *decider) outside(ctx context.Context, p *part) (decision, bool, error) {
	found, err := d.search.outside(ctx, p)
	switch {
	case err != nil || found.none():
		return decision{}, false, err
	case found.hit == nil:
		to, err := d.ambiguousHits(ctx, p, rowsOf(p.kind).many, found.many)
		return to, true, err
	case d.policy.Elsewhere == ledger.ElsewhereReject:
		where, err := d.elsewhere.list(ctx, p.kind, []*view.Record{found.hit})
		to := p.reject(Elsewhere, ledger.Elsewhere, "", message.Say("this contact already exists in another account (%s): correct the row's account, "+
			"or write elsewhere: update or elsewhere: move in the mapping", where))
		to.problems[0].Candidates = []string{found.hit.ID}
		return to, true, err
	}
	to := d.update(p, Elsewhere, found.hit, found.rule)
	if to.action == ledger.Update && d.policy.Elsewhere == ledger.ElsewhereMove {
		to.moveTo = p.parentID
	}
	return to, true, nil
}

// accountOfContact is row A0: the row has no account part. It belongs to the account of its contact, by the contact's ID or, under
// contact_scope: anywhere, by its keys; else, with fill_down, to that of the nearest row above.
func (d *decider) accountOfContact(ctx context.Context, r *row) (decision, error) {
	const by = "A0"
	accounts, account, contact := d.views.Of(crm.Account), r.part(crm.Account), r.part(crm.Contact)
	switch {
	case r.draft.In != "": // the contact is matched a second time
		if e := accounts.WithID(r.draft.In); e != nil {
			return decision{by: by, rec: e}, nil
		}
		return account.reject(by, ledger.AccountNotCreated, r.draft.In, message.Say("the account that this contact belongs to does not exist: import the row again")), nil
	case contact.ID != "":
		e, err := d.withID(ctx, crm.Contact, contact.ID)
		if err != nil {
			return decision{}, err
		}
		if e != nil {
			return decision{by: by, rec: accounts.WithID(e.ParentID)}, nil
		}
	default:
		if to, found, err := d.accountByContactKeys(ctx, r, by); found || err != nil {
			return to, err
		}
	}
	switch {
	case r.above.ID != "":
		return decision{by: by, rec: accounts.WithID(r.above.ID)}, nil
	case r.above.Lost == ledger.Skip:
		return decision{by: by, action: ledger.Skip}, nil
	case r.draft.MergedWith > 0:
		return account.reject(by, ledger.AccountRequired, "", message.Say("this contact has no account: its cells are merged with those of row %s, and only "+
			"the first row of merged cells has their value. Set unmerge: fill in the mapping, or fill in the account's columns on each row", r.draft.MergedWith)), nil
	}
	return account.reject(by, ledger.AccountRequired, "", message.Say("this contact has no account: fill in the account's columns on its row")), nil
}

// accountByContactKeys finds the account of a row without one by its contact's keys: under contact_scope: anywhere it is the account that the
// contact is in. A hit in the account of the row above comes first. False where the contact does not say which.
func (d *decider) accountByContactKeys(ctx context.Context, r *row, by string) (decision, bool, error) {
	p := r.part(crm.Contact)
	p.inside(r.above.ID, d.views.Of(p.kind).Keys)
	if r.above.ID != "" {
		found, err := d.search.inside(ctx, p)
		if err != nil || !found.none() {
			return decision{}, false, err
		}
	}
	found, err := d.search.outside(ctx, p)
	switch {
	case err != nil || found.none():
		return decision{}, false, err
	case found.hit == nil && r.above.ID == "" && d.policy.Ambiguous == ledger.AmbiguousPark:
		return p.ambiguous(by, ledger.Park, found.many), true, nil
	case found.hit == nil && r.above.ID == "" && d.policy.Ambiguous == ledger.AmbiguousReject:
		return p.ambiguous(by, ledger.Reject, found.many), true, nil
	case found.hit == nil:
		return decision{}, false, nil
	}
	accounts := d.views.Of(p.kind.Parent())
	if err := accounts.AskIDs(ctx, []string{found.hit.ParentID}); err != nil {
		return decision{}, false, err
	}
	account := accounts.WithID(found.hit.ParentID)
	return decision{by: by, rec: account, contact: &found}, account != nil, nil
}
