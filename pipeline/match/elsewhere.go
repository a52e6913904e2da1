package match

import (
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/view"
)

// Elsewhere is the Rule of a change of a record that was found in another parent than its row's, or that its row's parent was found by.
const Elsewhere = "W12"

// elsewhere warns of records in other parents (W12). A record is looked for inside the parent of its row; into other parents look only this
// warning and, where the mapping says contact_scope: anywhere, the searcher. Both ask the store together with the keys of near-duplicates: one
// Find for each batch that has such records to create.
type elsewhere struct {
	views *view.Views
}

// warn adds to the decision to create a record that its e-mail address or mobile number is that of records in other parents.
func (e *elsewhere) warn(ctx context.Context, p *part, to *decision) error {
	v := e.views.Of(p.kind)
	if to.action != ledger.Create || len(v.Keys.Identifying) == 0 {
		return nil
	}
	if err := v.Ask(ctx, v.AnywhereKeys(nil, p.values)); err != nil {
		return err
	}
	var like []*view.Record
	var columns []string
	at := p.draft.Ref
	for i := range v.Keys.Identifying {
		rule := &v.Keys.Identifying[i]
		others := v.Outside(rule, p.parentID, p.values)
		if len(others) == 0 {
			continue
		}
		c := p.columnOf(rule.Ticked[0].Field)
		if columns = append(columns, c.Heading); len(columns) == 1 {
			at.Column = c.Letter
		}
		for _, other := range others {
			if !slices.Contains(like, other) {
				like = append(like, other)
			}
		}
	}
	if len(like) == 0 {
		return nil
	}
	where, err := e.list(ctx, p.kind, like)
	to.problems = append(to.problems, ledger.Problem{Ref: at, Code: ledger.Elsewhere, Warning: true, Candidates: idsOf(like),
		Text: ledger.SayOf(p.kind, "the {kind} was created although another {parent} has {a kind} with the same %s (%s): check whether they are the same person",
			strings.Join(columns, ", "), where)})
	return err
}

// list writes up to five records with their names, those of their parents, and their IDs.
func (e *elsewhere) list(ctx context.Context, kind crm.Kind, records []*view.Record) (string, error) {
	if len(records) > 5 {
		return listIDs(records), nil
	}
	parents := e.views.Of(kind.Parent())
	var ids []string
	for _, rec := range records {
		ids = append(ids, rec.ParentID)
	}
	if err := parents.AskIDs(ctx, ids); err != nil {
		return "", err
	}
	var all []string
	for _, rec := range records {
		parent := ""
		if of := parents.WithID(rec.ParentID); of != nil {
			parent = title(of.Values)
		}
		words := slices.DeleteFunc([]string{title(rec.Values), parent, rec.ID}, func(word string) bool { return word == "" })
		all = append(all, strings.Join(words, " · "))
	}
	return strings.Join(all, ", "), nil
}
