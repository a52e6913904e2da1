package match

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// differ returns what a part changes in a record by the table of section 6: of the fields that differ, what was and what will be.
// The fields of the rule that hit are never written (F1).
func (m *Matcher) differ(part *ledger.Part, stored crm.Values, rule *crm.Rule) (before, after crm.Values) {
	for i := range part.Cells {
		cell := &part.Cells[i]
		field := cell.Column.Field
		if keyed(part, rule, field.Name) { // F1
			continue
		}
		is := stored.Of(field.Name)
		will, writes := m.wanted(cell, is)
		if will.Absent() && m.kinds[part.Kind].isKey(part, field.Name) { // F5: a key is never cleared, whichever rule hit
			continue
		}
		if writes && will != is {
			note(&before, &after, field.Name, is, will)
		}
	}
	renamed(part, rule, stored, &before, &after)
	keepNamed(part.Kind, stored, &before, &after)
	return before, after
}

// keyed says whether a field is a key of the rule that hit.
func keyed(part *ledger.Part, rule *crm.Rule, field string) bool {
	return rule != nil && (rule.Ticks(field) || makesName(part, field) && rule.Ticks("name"))
}

// isKey says whether a field is a key of any rule.
func (k *keys) isKey(part *ledger.Part, field string) bool {
	return k.ticks(field) || makesName(part, field) && k.ticks("name")
}

// makesName says whether a contact's name is made of this field: if it is ticked, so are its parts (section 6).
func makesName(part *ledger.Part, field string) bool {
	return (field == "first_name" || field == "last_name") && madeOfParts(part)
}

// wanted returns what a cell wants a field to hold that now holds is, and whether it is to be written.
func (m *Matcher) wanted(cell *ledger.Cell, is crm.Value) (crm.Value, bool) {
	column := cell.Column
	v := cell.Value
	if cell.Clear {
		return crm.Value{}, true // F5: <clear>
	}
	if v.Absent() { // F5
		switch column.OnBlank {
		case ledger.BlankClear:
			return crm.Value{}, column.OnUpdate != ledger.Never
		case ledger.BlankDefault:
			v = column.Default
		}
		if v.Absent() {
			return is, false
		}
	}
	if m.memo.Same(column.Field.Type, v, is, m.policy.Region) { // F3
		return is, false
	}
	switch column.OnUpdate { // F4
	case ledger.Never:
		return is, false
	case ledger.FillIfEmpty:
		return v, is.Absent()
	case ledger.Append:
		if was, ok := is.Items(); ok {
			items, _ := v.Items()
			return crm.ListValue(append(was, items...)...), true
		}
	}
	return v, true
}

func note(before, after *crm.Values, field string, is, will crm.Value) {
	before.Set(field, is)
	after.Set(field, will)
}

// keepNamed takes back what would leave a record without what every record must have: the account its name, the contact the last
// of name and e-mail (F5).
func keepNamed(kind crm.Kind, stored crm.Values, before, after *crm.Values) {
	cleared := func(field string) bool { return !before.Of(field).Absent() && after.Of(field).Absent() }
	left := func(field string) bool {
		if !before.Of(field).Absent() || !after.Of(field).Absent() {
			return !after.Of(field).Absent()
		}
		return !stored.Of(field).Absent()
	}
	if cleared("name") && (kind == crm.Account || !left("email")) {
		before.Set("name", crm.Value{})
	}
	if kind == crm.Contact && cleared("email") && !left("name") {
		before.Set("email", crm.Value{})
	}
}

// renamed makes a contact's name of its parts as they are after the update, where only those are mapped.
func renamed(part *ledger.Part, rule *crm.Rule, stored crm.Values, before, after *crm.Values) {
	if !madeOfParts(part) || rule != nil && rule.Ticks("name") {
		return
	}
	will := func(field string) string {
		if v := after.Of(field); !v.Absent() || !before.Of(field).Absent() {
			return v.Text()
		}
		return stored.Of(field).Text()
	}
	is, name := stored.Of("name"), crm.TextValue(crm.Trim(will("first_name")+" "+will("last_name")))
	if !name.Absent() && !crm.Same(crm.Text, name, is, "") {
		note(before, after, "name", is, name)
	}
}
