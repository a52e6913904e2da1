package match

import (
	"context"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/diff"
	"inlet.example/inlet/pipeline/match/view"
)

// decision is what one part of a row is to become.
type decision struct {
	by       string // the row of the table that decided
	action   ledger.Action
	rec      *view.Record // the record that it is, or will be; nil where there is none
	rule     *crm.Rule    // the rule that matched; nil where an ID selected the record
	moveTo   string       // C1b, W12: the parent that the record goes to
	child    *search      // A0: the record that the parent was found by
	problems []ledger.Problem
}

// applied says that the row need not be rejected or parked for this part.
func (to *decision) applied() bool { return to.action != ledger.Reject && to.action != ledger.Park }

// decider decides the parts of rows. table.go has which row of the table applies, this file what that row does.
type decider struct {
	ids       ledger.NewIDs
	no        int64 // of the import
	policy    *ledger.Policy
	views     *view.Views
	search    *searcher
	reuse     *reuse
	elsewhere *elsewhere
	differ    *diff.Differ
}

// update is rows A6 and C6, and all others by which a part is a record that is there.
func (d *decider) update(p *part, by string, e *view.Record, rule *crm.Rule) decision {
	if d.policy.Mode == ledger.CreateOnly {
		return p.exists(by, e)
	}
	return decision{by: by, action: ledger.Update, rec: e, rule: rule}
}

// blank is rows A4 and C4, and before them A8 and C9: no rule has all its fields filled.
func (d *decider) blank(ctx context.Context, p *part, by string) (decision, error) {
	k := d.views.Of(p.kind).Keys
	switch {
	case d.policy.Mode == ledger.UpdateOnly:
		return p.notFound(by), nil
	case d.policy.BlankKey == ledger.BlankReject && d.policy.Mode == ledger.Upsert:
		return decision{by: by, action: ledger.Reject, problems: p.unusableKeys(k, false)}, nil
	}
	return d.createOnce(ctx, p, by, p.unusableKeys(k, true))
}

// ambiguousHits is rows A7 and C7, and before their create A8 and C9: two or more records match.
func (d *decider) ambiguousHits(ctx context.Context, p *part, by string, many []*view.Record) (decision, error) {
	if choice, ok := d.policy.Chosen(p.draft.Ref); ok && d.policy.Mode != ledger.CreateOnly && choice != p.parentID { // else the choice was for the parent
		return d.chosen(ctx, p, by, many, choice)
	}
	switch {
	case d.policy.Mode == ledger.UpdateOnly:
		return p.ambiguous(by, ledger.Reject, many), nil
	case d.policy.Mode == ledger.CreateOnly:
		to := p.exists(by, nil)
		to.problems[0].Candidates = idsOf(many)
		return to, nil
	case d.policy.Ambiguous == ledger.AmbiguousReject:
		return p.ambiguous(by, ledger.Reject, many), nil
	case d.policy.Ambiguous == ledger.AmbiguousPark:
		return p.ambiguous(by, ledger.Park, many), nil
	}
	return d.createOnce(ctx, p, by, p.ambiguousWarning(many))
}

// chosen is rows A7 and C7 where a person chose what the row is. A choice that is not among the records that match parks the row. Equal rows for which
// a new record was chosen mean one record (A8, C9): a company with three contacts stands in three rows.
func (d *decider) chosen(ctx context.Context, p *part, by string, many []*view.Record, choice string) (decision, error) {
	for _, e := range many {
		if e.ID == choice {
			return decision{by: by, action: ledger.Update, rec: e, rule: d.views.Of(p.kind).Keys.Ticked}, nil
		}
	}
	if choice == ledger.ChoiceNew && d.policy.Mode == ledger.Upsert {
		e, err := d.reuse.find(ctx, p)
		if err != nil {
			return decision{}, err
		}
		if e != nil {
			return d.update(p, rowsOf(p.kind).equal, e, d.views.Of(p.kind).Keys.Ticked), nil
		}
		return d.create(p, by, nil), nil
	}
	return p.ambiguous(by, ledger.Park, many), nil
}

// createOnce creates a record that no match rule can find again, unless an equal row has created one: an earlier row of this file (A8, C9), or
// one of an earlier file of the feed (W13).
func (d *decider) createOnce(ctx context.Context, p *part, by string, problems []ledger.Problem) (decision, error) {
	ticked := d.views.Of(p.kind).Keys.Ticked
	e, err := d.reuse.find(ctx, p)
	if err != nil {
		return decision{}, err
	}
	if e != nil {
		return d.update(p, rowsOf(p.kind).equal, e, ticked), nil
	}
	e, err = d.reuse.findInFeed(ctx, p)
	if err != nil {
		return decision{}, err
	}
	if e != nil {
		return d.update(p, "W13", e, ticked), nil
	}
	to := d.create(p, by, problems)
	d.giveFeedKey(p, &to)
	return to, nil
}

// createAnother creates a record where none matches, with a warning of those that are almost the same.
func (d *decider) createAnother(ctx context.Context, p *part, by string) (decision, error) {
	v := d.views.Of(p.kind)
	if v.Keys.Fuzzy == nil {
		return d.create(p, by, nil), nil
	}
	key, ok := v.Keys.Cache.Key(v.Keys.Fuzzy, p.parentID, p.values)
	if !ok {
		return d.create(p, by, nil), nil
	}
	if err := d.search.ask(ctx, p.kind, p.parentID, []crm.Key{key}); err != nil {
		return decision{}, err
	}
	var problems []ledger.Problem
	if similar := v.Hits(v.Keys.Fuzzy, key); len(similar) > 0 {
		problems = p.similarWarning(similar)
	}
	return d.create(p, by, problems), nil
}

// create creates a record, or rejects the row where all fields are missing of which a record must have one (section 6).
func (d *decider) create(p *part, by string, problems []ledger.Problem) decision {
	e := view.NewRecord(crm.Record{Kind: p.kind, ID: d.ids.Of(p.draft.Place, p.kind), ParentID: p.parentID,
		Seq: ledger.ChangeID(d.no, p.draft.Place, 0, p.kind), Values: d.differ.Create(p.Part)})
	for _, field := range p.kind.Required() {
		if !e.Values.Of(field).Absent() {
			return decision{by: by, action: ledger.Create, rec: e, problems: problems}
		}
	}
	return p.reject(by, ledger.Required, "", ledger.SayOf(p.kind, "a new {kind} needs {required}: fill it in"))
}

// giveFeedKey gives a new record that no match rule finds its feed key.
func (d *decider) giveFeedKey(p *part, to *decision) {
	if to.action == ledger.Create {
		to.rec.Feed, _ = d.views.Of(p.kind).Keys.Feed(p.parentID, p.values)
	}
}
