package match

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// settle lays the import's settings (R15) over what a row does to a record: its account manager, campaigns and categories. A filled cell
// wins over the account manager; lists are added to and never taken from.
func (m *Matcher) settle(part *ledger.Part, stored crm.Values, fresh bool, rule *crm.Rule, before, after *crm.Values) {
	d := &m.policy.Defaults
	const manager = "account_manager"
	if part.Kind == crm.Account && !d.Manager.Absent() && !filledIn(part, manager) && !keyed(part, rule, manager) {
		is := standing(manager, stored, *before, *after)
		if fresh || d.ApplyTo == ledger.ApplyAll && is != d.Manager || d.ApplyTo == ledger.ApplyNewAndEmpty && is.Absent() {
			note(before, after, manager, stored.Of(manager), d.Manager)
		}
	}
	for _, add := range d.Add[part.Kind] {
		if keyed(part, rule, add.Field) {
			continue
		}
		is := standing(add.Field, stored, *before, *after)
		if will := joined(is, add.Value); will != is {
			note(before, after, add.Field, stored.Of(add.Field), will)
		}
	}
}

// standing returns what a field will hold by what the row does so far.
func standing(field string, stored, before, after crm.Values) crm.Value {
	if v := after.Of(field); !v.Absent() || !before.Of(field).Absent() {
		return v
	}
	return stored.Of(field)
}

// joined adds items to a list. A single text that something else stored is a list of one.
func joined(list, more crm.Value) crm.Value {
	items, ok := list.Items()
	if text := list.Text(); !ok && text != "" {
		items = []string{text}
	}
	add, _ := more.Items()
	return crm.ListValue(append(items, add...)...)
}

func filledIn(part *ledger.Part, field string) bool {
	for i := range part.Cells {
		if part.Cells[i].Column.Field.Name == field {
			return !part.Cells[i].Value.Absent()
		}
	}
	return false
}
