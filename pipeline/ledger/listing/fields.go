package listing

import (
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// ChangedFields returns the fields that an update changes, each once; none of another change.
func ChangedFields(c *ledger.Change) []string {
	if c.Action != ledger.Update {
		return nil
	}
	var all []string
	for _, values := range []crm.Values{c.Before, c.After} {
		for i := range values {
			if !slices.Contains(all, values[i].Field) {
				all = append(all, values[i].Field)
			}
		}
	}
	return all
}
