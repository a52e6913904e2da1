package view

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
)

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
