package ledger

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
)

// Column is one mapped column of a sheet with its policies.
type Column struct {
	Heading   string
	Index     int    // from 0
	Letter    string // as the person sees it
	Field     *crm.Field
	OnUpdate  OnUpdate
	OnBlank   OnBlank
	OnInvalid OnInvalid
	Default   crm.Value
}

// Cell is one mapped cell of a row. Without a value it is blank; Clear removes the stored value whatever `on_blank` is.
type Cell struct {
	Column *Column
	Value  crm.Value
	Clear  bool
}

// Blank reports whether the cell is empty and clears nothing.
func (c Cell) Blank() bool { return c.Value.Absent() && !c.Clear }

// Part is the cells of one kind in one row.
type Part struct {
	Kind    crm.Kind
	Present bool   // any mapped cell is non-blank
	ID      string // as the file gives it; "" where there is none
	Cells   []Cell // every mapped column but the ID, in the order of the schema
}

// Values returns the non-blank cells as a record's values.
func (p *Part) Values() crm.Values { return p.AppendValues(make(crm.Values, 0, len(p.Cells))) }

// AppendValues adds them to others.
func (p *Part) AppendValues(to crm.Values) crm.Values {
	for i := range p.Cells {
		if c := &p.Cells[i]; !c.Value.Absent() {
			to = append(to, crm.Pair{Field: c.Column.Field.Name, Value: c.Value})
		}
	}
	return to
}

// Parts are the parts of all kinds, in the order of crm.Kinds.
type Parts [len(crm.Kinds)]Part

// Draft is one row as the mapping understands it.
type Draft struct {
	Ref
	Place    int64 // running number of the row over the whole file, from 1; gives the order of creation
	Parts    Parts
	Problems []Problem // any that is not a warning rejects the row
	In       string    // ID of the row's account, where only the contact is matched again

	MergedWith int // the row above whose account cells are merged with the blank ones of this row; 0: none are
}

// Part returns the part of a kind.
func (d *Draft) Part(kind crm.Kind) *Part { return &d.Parts[kind.Number()] }

// Present reports whether any part is present.
func (d *Draft) Present() bool {
	for i := range d.Parts {
		if d.Parts[i].Present {
			return true
		}
	}
	return false
}

// Rejected reports whether the row cannot be applied for its problems.
func (d *Draft) Rejected() bool {
	for _, p := range d.Problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

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
