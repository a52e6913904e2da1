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
	absent, byID, otherParent, unknownID, newParent, unticked, equal, blank, none, one, many string
}

// rowsOf returns the names of the rows for a kind (sections 4 and 5).
func rowsOf(kind crm.Kind) *rowNames { return &tables[kind.Number()] }

// tables has the names for each kind: the kind's letter and a number. The numbers are those of accounts for a kind without a parent, and those of
// contacts for one with a parent.
var tables = func() (all [len(crm.Kinds)]rowNames) {
	for i, kind := range crm.Kinds {
		l := kind.Letter()
		all[i] = rowNames{absent: l + "0", byID: l + "1", unknownID: l + "2", blank: l + "4", none: l + "5", one: l + "6", many: l + "7"}
		if n := &all[i]; kind.Parent() == "" {
			n.unticked, n.equal = l+"3", l+"8"
		} else {
			n.otherParent, n.newParent, n.unticked, n.equal = l+"1b", l+"3", l+"8", l+"9"
		}
	}
	return all
}()

// decide decides one part of a row: the first case that applies. parent is the decision about the record that the part's record belongs to; nil for
// a kind without parent. A kind without a parent (A) and one with a parent (C) differ in these cases only:
//
//   - absent: a record with a parent belongs to some record of that kind, also if the row has no part of it (A0, parentOfChild); a row without
//     a part that nothing belongs to is fine (C0);
//   - selected by an ID: a record with a parent may be in another one (C1b), one without may have other keys than the row (A1, both in byID);
//   - nothing ticked, where the import only updates (A3 and C8, unticked);
//   - a parent that is rejected, skipped or new (C3) decides about a part before its own keys do;
//   - no hit: a record with a parent is also looked for in other parents (W12, outside), for which a kind without a parent has no rules.
func (d *decider) decide(ctx context.Context, r *row, p *part, parent *decision) (decision, error) {
	switch {
	case !p.Present && parent == nil && r.child(p.kind) != nil: // A0
		return d.parentOfChild(ctx, r, p, r.child(p.kind))
	case !p.Present: // C0
		return decision{by: rowsOf(p.kind).absent}, nil
	case parent != nil && parent.rec == nil: // skipped without a record, or rejected and the whole row with it
		return decision{by: parent.by, action: ledger.Skip}, nil
	case p.ID != "": // A1, A2, C1, C1b, C2
		return d.byID(ctx, p, parent)
	case parent != nil && parent.child != nil && parent.child.hit.Kind == p.kind: // A0 has found it
		return d.update(p, Elsewhere, parent.child.hit, parent.child.rule), nil
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

// byID is rows A1 and A2, C1, C1b and C2. Only without a parent are the other columns compared with the ID: the keys of a
// kind with a parent hold inside it.
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
		to.by, to.moveTo = rowsOf(p.kind).otherParent, parent.rec.ID
		return to, nil
	}
	return p.reject(rowsOf(p.kind).otherParent, ledger.IDElsewhere, p.ID,
		ledger.SayOf(p.kind, "the {kind} with this ID belongs to another {parent} (%s): correct the ID or the {parent}", e.ParentID)), nil
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
			Candidates: idsOf(others), Text: ledger.SayOf(p.kind, "matched by its ID, but the other columns match {kind} %s: check that the ID is right", listIDs(others))})
	}
	return err
}

// unticked is rows A3 and C8: nothing is matched on. Where the import only updates, a record is then selected by its ID alone, so the
// row is rejected; a part with a parent is skipped, since the parent may still be updated.
func (d *decider) unticked(p *part, by string) decision {
	switch {
	case d.policy.Mode != ledger.UpdateOnly:
		return d.create(p, by, nil)
	case p.kind.Parent() == "":
		return p.reject(by, ledger.IDRequired, "", message.Say("this row has no ID, and no other field is matched on: fill in the ID"))
	}
	return p.notFound(by)
}

// noHit is rows A5 and C5: no record matches, unless one in another parent does (W12).
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

// createInNewParent is row C3: the parent is created by this row, so the record is new, unless it is found in another parent (W12).
//
// It may get a feed key: in the next file its parent is there and the row comes to C4, where another record would be created without one.
func (d *decider) createInNewParent(ctx context.Context, p *part) (decision, error) {
	if to, found, err := d.outside(ctx, p); found || err != nil {
		return to, err
	}
	to := d.create(p, rowsOf(p.kind).newParent, nil)
	if k := d.views.Of(p.kind).Keys; k.HasFeed() && d.policy.BlankKey != ledger.BlankReject {
		if found, _ := k.Of(p.parentID, p.values); len(found) == 0 {
			d.giveFeedKey(p, &to)
		}
	}
	err := d.elsewhere.warn(ctx, p, &to)
	return to, err
}

// outside decides a record that is not in its row's parent but in another one (W12); false where it is in none.
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
		to := p.reject(Elsewhere, ledger.Elsewhere, "", ledger.SayOf(p.kind, "this {kind} already exists in another {parent} (%s): correct the row's {parent}, "+
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

// parentOfChild is row A0: the row has no part of a kind, but one of a kind that belongs to it. Its parent is that of the child, by the child's ID or,
// under contact_scope: anywhere, by its keys; else, with fill_down, that of the nearest row above.
func (d *decider) parentOfChild(ctx context.Context, r *row, p, child *part) (decision, error) {
	by, parents := rowsOf(p.kind).absent, d.views.Of(p.kind)
	switch {
	case r.draft.In != "": // the child is matched a second time
		if e := parents.WithID(r.draft.In); e != nil {
			return decision{by: by, rec: e}, nil
		}
		return p.reject(by, ledger.ParentNotCreated, r.draft.In,
			ledger.SayOf(child.kind, "the {parent} that this {kind} belongs to does not exist: import the row again")), nil
	case child.ID != "":
		e, err := d.withID(ctx, child.kind, child.ID)
		if err != nil {
			return decision{}, err
		}
		if e != nil {
			return decision{by: by, rec: parents.WithID(e.ParentID)}, nil
		}
	default:
		if to, found, err := d.parentByKeys(ctx, r, child, by); found || err != nil {
			return to, err
		}
	}
	switch {
	case r.above.ID != "":
		return decision{by: by, rec: parents.WithID(r.above.ID)}, nil
	case r.above.Lost == ledger.Skip:
		return decision{by: by, action: ledger.Skip}, nil
	case r.draft.MergedWith > 0:
		return p.reject(by, ledger.ParentRequired, "", ledger.SayOf(child.kind, "this {kind} has no {parent}: its cells are merged with those of row %s, and only "+
			"the first row of merged cells has their value. Set unmerge: fill in the mapping, or fill in the {parent}'s columns on each row", r.draft.MergedWith)), nil
	}
	return p.reject(by, ledger.ParentRequired, "", ledger.SayOf(child.kind, "this {kind} has no {parent}: fill in the {parent}'s columns on its row")), nil
}

// parentByKeys finds the parent of a part by the part's keys: under contact_scope: anywhere it is the parent that the record is in. A hit in the
// parent of the row above comes first. False where the keys do not say which.
func (d *decider) parentByKeys(ctx context.Context, r *row, p *part, by string) (decision, bool, error) {
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
	parents := d.views.Of(p.kind.Parent())
	if err := parents.AskIDs(ctx, []string{found.hit.ParentID}); err != nil {
		return decision{}, false, err
	}
	parent := parents.WithID(found.hit.ParentID)
	return decision{by: by, rec: parent, child: &found}, parent != nil, nil
}
