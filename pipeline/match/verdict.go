package match

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// verdict is what one part of a row is to become.
type verdict struct {
	by       string // the row of the table that decided
	action   ledger.Action
	rec      *entry    // the record it is, or will be; nil where there is none
	rule     *crm.Rule // the rule that hit; nil where an ID selected the record
	moveTo   string    // C1b, W12: the account the contact goes to
	contact  *search   // A0: the contact that the account was found by
	problems []ledger.Problem
}

// table names a row of the table of a kind: the two tables share the numbers of rows 4 and 7.
func table(kind crm.Kind, number string) string {
	if kind == crm.Account {
		return "A" + number
	}
	return "C" + number
}

// blank is rows A4 and C4, and before them A8 and C9: no rule has all its fields filled.
func (m *Matcher) blank(ctx context.Context, d *ledger.Draft, part *ledger.Part, accountID string, vs crm.Values) (verdict, error) {
	by := table(part.Kind, "4")
	switch {
	case m.policy.Mode == ledger.UpdateOnly:
		return m.notFound(d, part, by), nil
	case m.policy.BlankKey == ledger.BlankReject && m.policy.Mode == ledger.Upsert:
		return verdict{by: by, action: ledger.Reject, problems: m.unusableKeys(d, part, vs, false)}, nil
	}
	return m.createOnce(ctx, d, part, by, accountID, vs, m.unusableKeys(d, part, vs, true))
}

// many is rows A7 and C7, and before their create A8 and C9: two or more records are hit.
func (m *Matcher) many(ctx context.Context, d *ledger.Draft, part *ledger.Part, accountID string, vs crm.Values, many []*entry) (verdict, error) {
	by := table(part.Kind, "7")
	if choice, ok := m.policy.Chosen(d.Ref); ok && m.policy.Mode != ledger.CreateOnly && choice != accountID { // else it is the account's
		return m.chosen(d, part, by, accountID, many, choice)
	}
	switch {
	case m.policy.Mode == ledger.UpdateOnly:
		return m.ambiguous(d, part, by, ledger.Reject, many), nil
	case m.policy.Mode == ledger.CreateOnly:
		v := m.exists(d, part, by, nil)
		v.problems[0].Candidates = ids(many)
		return v, nil
	case m.policy.Ambiguous == ledger.AmbiguousReject:
		return m.ambiguous(d, part, by, ledger.Reject, many), nil
	case m.policy.Ambiguous == ledger.AmbiguousPark:
		return m.ambiguous(d, part, by, ledger.Park, many), nil
	}
	return m.createOnce(ctx, d, part, by, accountID, vs, m.ambiguousWarning(d, part, many))
}

// chosen is rows A7 and C7 where a person chose what the row is. A choice that the row does not have parks it.
func (m *Matcher) chosen(d *ledger.Draft, part *ledger.Part, by, accountID string, many []*entry, choice string) (verdict, error) {
	for _, e := range many {
		if e.ID == choice {
			return verdict{by: by, action: ledger.Update, rec: e, rule: m.kinds[part.Kind].ticked}, nil
		}
	}
	if choice == ledger.ChoiceNew && m.policy.Mode == ledger.Upsert {
		return m.create(d, part, by, accountID, nil)
	}
	return m.ambiguous(d, part, by, ledger.Park, many), nil
}

// createOnce creates a record that no match rule can find again, unless an equal row has created one: an earlier row of this file (A8, C9), or
// one of an earlier file of the feed (W13).
func (m *Matcher) createOnce(ctx context.Context, d *ledger.Draft, part *ledger.Part, by, accountID string, vs crm.Values, problems []ledger.Problem) (verdict, error) {
	e, err := m.reused(ctx, part.Kind, accountID, vs)
	if e != nil || err != nil {
		return m.reuse(d, part, map[crm.Kind]string{crm.Account: "A8", crm.Contact: "C9"}[part.Kind], e), err
	}
	e, err = m.fed(ctx, part.Kind, accountID, vs)
	if e != nil || err != nil {
		return m.reuse(d, part, "W13", e), err
	}
	v, err := m.create(d, part, by, accountID, problems)
	return m.findable(v, part.Kind, accountID, vs), err
}

// reuse is rows A8 and C9, and W13: as A6 and C6, with the record that an equal row created.
func (m *Matcher) reuse(d *ledger.Draft, part *ledger.Part, by string, e *entry) verdict {
	if m.policy.Mode == ledger.CreateOnly {
		return m.exists(d, part, by, e)
	}
	return verdict{by: by, action: ledger.Update, rec: e, rule: m.kinds[part.Kind].ticked}
}

// another is rows A5 and C5: nothing is hit. What is almost the same is told of, and decides nothing.
func (m *Matcher) another(ctx context.Context, d *ledger.Draft, part *ledger.Part, by, accountID string, vs crm.Values) (verdict, error) {
	k := m.kinds[part.Kind]
	if k.near == nil {
		return m.create(d, part, by, accountID, nil)
	}
	key, ok := k.memo.Key(k.near, accountID, vs)
	if !ok {
		return m.create(d, part, by, accountID, nil)
	}
	if err := m.askLate(ctx, part.Kind, accountID, []crm.Key{key}); err != nil {
		return verdict{}, err
	}
	var problems []ledger.Problem
	if like := m.over(part.Kind).hits(k.near, key); len(like) > 0 {
		problems = append(problems, ledger.Problem{Ref: d.Ref, Code: ledger.NearDuplicate, Warning: true, Candidates: ids(like),
			Text: ledger.SayOf(part.Kind, "an account almost the same is there already (%s), and another one was created: look whether they are one",
				"a contact almost the same is there already (%s), and another one was created: look whether they are one", listed(like))})
	}
	return m.create(d, part, by, accountID, problems)
}

// create makes the verdict of a new record, or rejects the row where what every record needs is missing (section 6).
func (m *Matcher) create(d *ledger.Draft, part *ledger.Part, by, accountID string, problems []ledger.Problem) (verdict, error) {
	e := m.fresh(d, part, accountID)
	named := !e.Values.Of("name").Absent()
	if part.Kind == crm.Contact {
		named = named || !e.Values.Of("email").Absent()
	}
	if !named {
		return m.reject(d, by, ledger.Required, "", ledger.SayOf(part.Kind, "a new account needs a name: fill it in",
			"a new contact needs a name or an e-mail address: fill it in")), nil
	}
	return verdict{by: by, action: ledger.Create, rec: e, problems: problems}, nil
}

func (m *Matcher) reject(d *ledger.Draft, by string, code ledger.Code, value string, text message.Text) verdict {
	return verdict{by: by, action: ledger.Reject, problems: []ledger.Problem{{Ref: d.Ref, Code: code, Value: value, Text: text}}}
}

func (m *Matcher) exists(d *ledger.Draft, part *ledger.Part, by string, e *entry) verdict {
	return verdict{by: by, action: ledger.Skip, rec: e, problems: []ledger.Problem{{Ref: d.Ref, Code: ledger.Exists, Warning: true,
		Text: ledger.SayOf(part.Kind, "this account is there already, and the import only creates: nothing was changed",
			"this contact is there already, and the import only creates: nothing was changed")}}}
}

func (m *Matcher) notFound(d *ledger.Draft, part *ledger.Part, by string) verdict {
	return verdict{by: by, action: ledger.Skip, problems: []ledger.Problem{{Ref: d.Ref, Code: ledger.NotFound, Warning: true,
		Text: ledger.SayOf(part.Kind, "there is no such account, and the import only updates: the row was skipped",
			"there is no such contact, and the import only updates: the row was skipped")}}}
}

func (m *Matcher) ambiguous(d *ledger.Draft, part *ledger.Part, by string, action ledger.Action, many []*entry) verdict {
	v := m.reject(d, by, ledger.Ambiguous, "", ledger.SayOf(part.Kind, "%s accounts match this row (%s): fill in the ID of the one you mean",
		"%s contacts match this row (%s): fill in the ID of the one you mean", len(many), listed(many)))
	v.action, v.problems[0].Candidates = action, ids(many)
	return v
}

func (m *Matcher) ambiguousWarning(d *ledger.Draft, part *ledger.Part, many []*entry) []ledger.Problem {
	return []ledger.Problem{{Ref: d.Ref, Code: ledger.Ambiguous, Warning: true, Candidates: ids(many),
		Text: ledger.SayOf(part.Kind, "%s accounts match this row (%s), so another one was created: merge them, or match on more",
			"%s contacts match this row (%s), so another one was created: merge them, or match on more", len(many), listed(many))}}
}

// unusableKeys tells which keys a row cannot be looked up by: those whose values count as blank (W7), or else those that are blank. As
// warnings where the row creates a record all the same.
func (m *Matcher) unusableKeys(d *ledger.Draft, part *ledger.Part, vs crm.Values, warning bool) []ledger.Problem {
	blank, implausible := m.kinds[part.Kind].unusable(vs)
	var problems []ledger.Problem
	for _, t := range implausible {
		names, letter := headings(part, t.Field)
		text := ledger.SayOf(part.Kind, "in %s does not identify an account: fill in the right value", "in %s does not identify a contact: fill in the right value", names)
		if warning {
			text = ledger.SayOf(part.Kind, "in %s does not identify an account, so it counts as blank and another account was created. "+
				"If the row is not a record, leave it out in the mapping: rows: {where: {%s: '!= %s'}}",
				"in %s does not identify a contact, so it counts as blank and another contact was created. "+
					"If the row is not a record, leave it out in the mapping: rows: {where: {%s: '!= %s'}}",
				names, condition(names), strings.ReplaceAll(vs.Of(t.Field).String(), "'", "''"))
		}
		problems = append(problems, ledger.Problem{Ref: ledger.Ref{Sheet: d.Sheet, Row: d.Row, Column: letter}, Code: ledger.ImplausibleKey,
			Value: vs.Of(t.Field).String(), Warning: warning, Text: text})
	}
	if len(problems) > 0 {
		return problems
	}
	var names []string
	for _, t := range blank {
		if name, _ := headings(part, t.Field); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	text := ledger.SayOf(part.Kind, "fill in %s: the account is found by it", "fill in %s: the contact is found by it", strings.Join(names, ", "))
	if warning {
		text = ledger.SayOf(part.Kind, "%s is blank, so no account could be found by it and another one was created. "+
			"If the row is not a record, leave it out in the mapping: rows: {where: {%s: filled}}",
			"%s is blank, so no contact could be found by it and another one was created. "+
				"If the row is not a record, leave it out in the mapping: rows: {where: {%s: filled}}",
			strings.Join(names, ", "), condition(names[0]))
	}
	return []ledger.Problem{{Ref: d.Ref, Code: ledger.BlankKey, Warning: warning, Text: text}}
}

// condition writes a heading as a key of rows: where. Of several, as a name is made of, the first says whether the row is a record.
func condition(names string) string {
	name, _, _ := strings.Cut(names, ", ")
	if strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' && r != '.'
	}) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'"
}

// headings returns what the person calls a field: its heading, or those of the columns that a contact's name is made of; and the letter of the
// first of them. A field that no column has is called by its own name.
func headings(part *ledger.Part, field string) (names, letter string) {
	var all []string
	for i := range part.Cells {
		column := part.Cells[i].Column
		if name := column.Field.Name; name != field && (field != "name" || !makesName(part, name)) {
			continue
		}
		if all = append(all, column.Heading); letter == "" {
			letter = column.Letter
		}
	}
	if len(all) == 0 {
		return field, ""
	}
	return strings.Join(all, ", "), letter
}

// columnOf returns the column of a field; where there is none it is called as the field is.
func columnOf(part *ledger.Part, field string) *ledger.Column {
	for i := range part.Cells {
		if part.Cells[i].Column.Field.Name == field {
			return part.Cells[i].Column
		}
	}
	return &ledger.Column{Heading: field}
}
