package diff

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
)

// Differ compares parts of rows with records.
type Differ struct {
	policy *ledger.Policy
}

// New returns a Differ that goes by a policy.
func New(policy *ledger.Policy) *Differ { return &Differ{policy} }

// change is what becomes of a record: of the fields that differ, what was and what will be.
type change struct {
	stored, before, after crm.Values
}

// set changes a field.
func (c *change) set(field string, will crm.Value) {
	c.before.Set(field, c.stored.Of(field))
	c.after.Set(field, will)
}

// keep undoes the clearing of a field.
func (c *change) keep(field string) { c.before.Set(field, crm.Value{}) }

// cleared reports whether the change removes a stored field.
func (c *change) cleared(field string) bool {
	return !c.before.Of(field).Absent() && c.after.Of(field).Absent()
}

// will returns what a field holds after the change.
func (c *change) will(field string) crm.Value {
	if v := c.after.Of(field); !v.Absent() || c.cleared(field) {
		return v
	}
	return c.stored.Of(field)
}

// Create returns the values of the record that a part creates. Blank cells take the default of their column.
func (d *Differ) Create(part *ledger.Part) crm.Values {
	c := change{after: make(crm.Values, 0, len(part.Cells)+2)}
	for i := range part.Cells {
		cell := &part.Cells[i]
		v := cell.Value
		if v.Absent() && !cell.Clear {
			v = cell.Column.Default
		}
		c.after.Set(cell.Column.Field.Name, v)
	}
	if parts := part.NameParts(); parts != nil {
		if name := ledger.JoinName(parts, c.text); !name.Absent() {
			c.after.Set("name", name)
		}
	}
	d.applyDefaults(&c, part, nil, true)
	return c.after
}

func (c *change) text(field string) string { return c.will(field).Text() }

// Update returns what a part changes in a stored record: of the fields that differ, what was and what will be. rule is the one that matched, nil
// where an ID selected the record.
func (d *Differ) Update(part *ledger.Part, k *keys.Keys, stored crm.Values, rule *crm.Rule) (before, after crm.Values) {
	c := change{stored: stored}
	for i := range part.Cells {
		cell := &part.Cells[i]
		field := cell.Column.Field.Name
		if keys.Ticks(rule, part, field) { // F1
			continue
		}
		is := stored.Of(field)
		will, writes := d.wanted(k.Cache, cell, is)
		if will.Absent() && k.Ticks(part, field) { // F5: a key is never cleared, whichever rule matched
			continue
		}
		if writes && will != is {
			c.set(field, will)
		}
	}
	c.rename(part, rule)
	c.keepRequired(part.Kind)
	d.applyDefaults(&c, part, rule, false)
	return c.before, c.after
}

// wanted returns what a cell wants a field to hold that now holds is, and whether it is to be written.
func (d *Differ) wanted(cache *crm.Cache, cell *ledger.Cell, is crm.Value) (crm.Value, bool) {
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
	if cache.Same(column.Field.Type, v, is, d.policy.Region) { // F3
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

// rename updates a name from its parts as they are after the update, where only those are mapped.
func (c *change) rename(part *ledger.Part, rule *crm.Rule) {
	parts := part.NameParts()
	if parts == nil || rule != nil && rule.Ticks("name") {
		return
	}
	name := ledger.JoinName(parts, c.text)
	if !name.Absent() && !crm.Same(crm.Text, name, c.stored.Of("name"), "") {
		c.set("name", name)
	}
}

// keepRequired takes back what would leave a record without any of the fields that its kind requires.
func (c *change) keepRequired(kind crm.Kind) {
	required := kind.Required()
	for _, field := range required {
		if c.cleared(field) && c.lacks(required) {
			c.keep(field)
		}
	}
}

func (c *change) lacks(fields []string) bool {
	for _, field := range fields {
		if !c.will(field).Absent() {
			return false
		}
	}
	return true
}
