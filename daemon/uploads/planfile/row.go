package planfile

import (
	"bytes"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// List is the rows of one outcome, or those that have something else in common.
type List string

// The outcomes, and Notes: rows that come in with a remark, which stand under their outcome as well.
const (
	Created   List = "created"
	Updated   List = "updated"
	Unchanged List = "unchanged"
	Unclear   List = "unclear"
	Rejected  List = "rejected"
	Notes     List = "notes"
)

// Lists are all of them.
var Lists = []List{Created, Updated, Unchanged, Unclear, Rejected, Notes}

// Row is what one row of the workbook does.
type Row struct {
	Sheet    string           `json:"s,omitempty"`
	Row      int              `json:"r"`
	Ordinal  int64            `json:"o"` // its place among the rows of the file
	Parts    []Part           `json:"p"`
	Problems []ledger.Problem `json:"problems,omitempty"`
}

// Part is what it does to one record.
type Part struct {
	Kind   crm.Kind      `json:"k"`
	Action ledger.Action `json:"a"`
	ID     string        `json:"id,omitempty"` // of a record that exists
	Title  string        `json:"t,omitempty"`
	Rule   string        `json:"u,omitempty"` // of the change
	Values []Value       `json:"v,omitempty"`
}

// Value is one field before and after.
type Value struct {
	Field  string `json:"f"`
	Before string `json:"b,omitempty"`
	After  string `json:"a,omitempty"`
	Cell   string `json:"c,omitempty"` // where it comes from; "" where that is not a column
}

// Key is what choices for the row are kept by.
func (r *Row) Key() string { return ledger.ChoiceKey(r.Sheet, r.Row) }

// Ambiguous returns the problem of a row that matches several records and is not applied for that; nil if it is none.
func (r *Row) Ambiguous() *ledger.Problem {
	for i := range r.Problems {
		if p := &r.Problems[i]; p.Code == ledger.Ambiguous && !p.Warning {
			return p
		}
	}
	return nil
}

// Title returns the name of the first record of the row that has one.
func (r *Row) Title() string {
	for i := range r.Parts {
		if r.Parts[i].Title != "" {
			return r.Parts[i].Title
		}
	}
	return ""
}

// Filter is which rows are looked for.
type Filter struct {
	Field string // that is changed, "account.zip"; "" for any
	Text  string // that stands somewhere in the row, in lower case; "" for any
}

// maybe reports whether a line may be of a row that is looked for. It is much cheaper than reading the line.
func (f Filter) maybe(line []byte) bool {
	if f.Text == "" || strings.ContainsFunc(f.Text, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == '\u2028' || r == '\u2029' }) {
		return true
	}
	return bytes.Contains(bytes.ToLower(line), []byte(f.Text))
}

// has reports whether the row is one that is looked for.
func (r *Row) has(f Filter) bool {
	field, text := f.Field, f.Text
	is := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	found, changes := text == "", field == ""
	for i := range r.Parts {
		part := &r.Parts[i]
		found = found || is(part.Title) || is(part.ID)
		for _, v := range part.Values {
			found = found || is(v.Before) || is(v.After)
			changes = changes || part.Action == ledger.Update && part.Kind.Path(v.Field) == field
		}
	}
	return changes && (found || slices.ContainsFunc(r.Problems, func(p ledger.Problem) bool { return is(p.Value) }))
}

// list returns the outcome of a row.
func (r *Row) list() List {
	switch {
	case r.Ambiguous() != nil:
		return Unclear
	case r.any(ledger.Reject, ledger.Park):
		return Rejected
	case r.any(ledger.Create):
		return Created
	case r.any(ledger.Update):
		return Updated
	}
	return Unchanged
}

func (r *Row) any(actions ...ledger.Action) bool {
	return slices.ContainsFunc(r.Parts, func(p Part) bool { return slices.Contains(actions, p.Action) })
}
