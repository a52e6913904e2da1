package ledger

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

// NameParts returns the fields that the record's name is made of: a contact's first and last name where only those are mapped (section 6). It is
// nil where the name has a column of its own, or none of its parts has one.
func (p *Part) NameParts() []string {
	parts := p.Kind.NameParts()
	if parts == nil {
		return nil
	}
	mapped := false
	for i := range p.Cells {
		field := p.Cells[i].Column.Field.Name
		if field == "name" {
			return nil
		}
		mapped = mapped || slices.Contains(parts, field)
	}
	if !mapped {
		return nil
	}
	return parts
}

// MakesName reports whether the record's name is made of this field and others. A rule that ticks the name then ticks these fields.
func (p *Part) MakesName(field string) bool {
	return slices.Contains(p.Kind.NameParts(), field) && p.NameParts() != nil
}

// JoinName joins the texts of name parts to a name; of returns the text of each.
func JoinName(parts []string, of func(field string) string) crm.Value {
	texts := make([]string, len(parts))
	for i, field := range parts {
		texts[i] = of(field)
	}
	return crm.TextValue(crm.Trim(strings.Join(texts, " ")))
}
