package view

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
)

// AskStored loads the records that have what rows have in a field of a match rule, for each rule by the field that tells most of the rows apart. It is
// asked for rows that would create a record: another program may have inserted one since the import began, and that has no keys.
func (v *View) AskStored(ctx context.Context, rows []crm.Values) error {
	fields := v.finder.ValueFields(v.Keys.Kind)
	if len(fields) == 0 || len(rows) == 0 {
		return nil
	}
	wanted := map[string][]crm.Value{}
	for i := range v.Keys.Rules {
		field, values := storedValues(&v.Keys.Rules[i], fields, rows)
		if field == "" {
			continue
		}
		for _, value := range values {
			if !slices.Contains(wanted[field], value) {
				wanted[field] = append(wanted[field], value)
			}
		}
	}
	for field, values := range wanted {
		records, err := v.finder.ByValues(ctx, v.Keys.Kind, field, values)
		if err != nil {
			return err
		}
		v.add(records)
	}
	return nil
}

// storedValues returns the field among these that a rule ticks and that has the most values in the rows, and those values; as the rows have them, and in
// the form in which they are compared.
func storedValues(rule *crm.Rule, fields []string, rows []crm.Values) (best string, most []crm.Value) {
	for _, t := range rule.Ticked {
		if !slices.Contains(fields, t.Field) {
			continue
		}
		var values []crm.Value
		seen := map[crm.Value]bool{}
		for _, vs := range rows {
			v := vs.Of(t.Field)
			form := rule.Canonical(t, v)
			if form == "" {
				continue
			}
			for _, one := range []crm.Value{v, crm.TextValue(form)} {
				if !seen[one] {
					seen[one], values = true, append(values, one)
				}
			}
		}
		if len(values) > len(most) {
			best, most = t.Field, values
		}
	}
	return best, most
}
