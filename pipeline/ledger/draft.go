package ledger

import "inlet.example/inlet/pipeline/crm"

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

// Part is the account's cells or the contact's cells of one row.
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

// Draft is one row as the mapping understands it.
type Draft struct {
	Ref
	Place    int64 // running number of the row over the whole file, from 1; gives the order of creation
	Account  Part
	Contact  Part
	Problems []Problem // any that is not a warning rejects the row
	In       string    // ID of the row's account, where only the contact is matched again

	MergedWith int // the row above whose account cells are merged with the blank ones of this row; 0: none are
}

// Part returns the part of a kind.
func (d *Draft) Part(kind crm.Kind) *Part { return [...]*Part{&d.Account, &d.Contact}[kind.Number()] }

// Rejected reports whether the row cannot be applied for its problems.
func (d *Draft) Rejected() bool {
	for _, p := range d.Problems {
		if !p.Warning {
			return true
		}
	}
	return false
}
