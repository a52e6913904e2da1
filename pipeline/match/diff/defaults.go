package diff

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
)

// applyDefaults adds to a change what the import's settings do to the record (R15): account manager, campaigns and categories. A filled cell wins
// over the account manager; lists are only added to.
func (d *Differ) applyDefaults(c *change, part *ledger.Part, rule *crm.Rule, created bool) {
	defaults := &d.policy.Defaults
	const manager = "account_manager"
	if part.Kind == crm.Managed && !defaults.Manager.Absent() && !filledIn(part, manager) && !keys.Ticks(rule, part, manager) {
		is := c.will(manager)
		if created || defaults.ApplyTo == ledger.ApplyAll && is != defaults.Manager || defaults.ApplyTo == ledger.ApplyNewAndEmpty && is.Absent() {
			c.set(manager, defaults.Manager)
		}
	}
	for _, add := range defaults.Add[part.Kind] {
		if keys.Ticks(rule, part, add.Field) {
			continue
		}
		is := c.will(add.Field)
		if will := addItems(is, add.Value); will != is {
			c.set(add.Field, will)
		}
	}
}

// addItems adds items to a list. A single text, which another program may have stored, counts as a list of one.
func addItems(list, more crm.Value) crm.Value {
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
