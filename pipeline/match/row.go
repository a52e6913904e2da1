package match

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/keys"
)

// row is a row on its way through the table.
type row struct {
	draft *ledger.Draft
	parts [len(crm.Kinds)]part
	above ledger.Above // what a row without a part of the top kind belongs to under fill_down; zero where it does not apply
}

func (r *row) part(kind crm.Kind) *part { return &r.parts[kind.Number()] }

// child returns the first part that the row has of a kind with this parent; nil if it has none.
func (r *row) child(of crm.Kind) *part {
	for i := range r.parts {
		if p := &r.parts[i]; p.Present && p.kind.Parent() == of {
			return p
		}
	}
	return nil
}

// part is a part of a row on its way through the table.
type part struct {
	*ledger.Part
	kind     crm.Kind
	draft    *ledger.Draft
	values   crm.Values     // what its cells say
	parentID string         // of the record that its record belongs to, once that is decided; "" for a kind without
	keys     []keys.RuleKey // by which it may be found inside its parent
	blank    bool           // each rule has a blank field
}

// inside sets the parent, and the keys that go with it.
func (p *part) inside(parentID string, k *keys.Keys) {
	p.parentID = parentID
	p.keys, p.blank = k.Of(parentID, p.values)
}

// valueBuffer is memory for the values of the rows of a batch.
type valueBuffer struct{ buf crm.Values }

// reset reuses the memory: values that it returned before are not valid any more.
func (b *valueBuffer) reset() { b.buf = b.buf[:0] }

// of returns the cells of a part as the record that they describe. A name without a column of its own is made of its parts (section 6).
func (b *valueBuffer) of(p *ledger.Part) crm.Values {
	room := len(p.Cells) + 1 // for the name
	if cap(b.buf)-len(b.buf) < room {
		b.buf = make(crm.Values, 0, max(2*cap(b.buf), 64*room))
	}
	start := len(b.buf)
	vs := p.AppendValues(b.buf[start : start : start+room])
	b.buf = b.buf[:start+room]
	if parts := p.NameParts(); parts != nil {
		if name := ledger.JoinName(parts, func(field string) string { return vs.Of(field).Text() }); !name.Absent() {
			vs.Set("name", name)
		}
	}
	return vs
}
