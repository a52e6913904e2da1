package report

import (
	"encoding/json"
	"io"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// change is the JSON of what one part of one row does. Both sides of an update have the same fields, null where there is no value; a new record has
// no before, a removed one no after.
type change struct {
	Type string `json:"type"`
	ledger.Ref
	Kind     crm.Kind        `json:"kind"`
	Action   ledger.Action   `json:"action"`
	ID       string          `json:"id,omitempty"`
	ParentID string          `json:"account_id,omitempty"`
	Moved    string          `json:"moved_from,omitempty"`
	Rule     string          `json:"rule,omitempty"`
	Before   json.RawMessage `json:"before,omitempty"`
	After    json.RawMessage `json:"after,omitempty"`
	Problems []problem       `json:"problems,omitempty"`
}

// PlanJSON writes what the rows of a batch would do, a line for each change, with problems in a language. The ID of a new record is the one that an
// import would give it.
func PlanJSON(w io.Writer, changes []ledger.Change, lang string) error {
	enc := message.NewEncoder(w)
	for i := range changes {
		c := &changes[i]
		line := change{Type: "change", Ref: c.Ref, Kind: c.Kind, Action: c.Action, ID: c.ID, ParentID: c.ParentID, Moved: c.Moved, Rule: c.Rule}
		if c.Action == ledger.Update {
			line.Before, line.After = plainJSON(c.Before, c.After), plainJSON(c.After, c.Before)
		} else if c.Action == ledger.Remove {
			line.Before = plainJSON(c.Before, nil)
		} else if len(c.After) > 0 {
			line.After = plainJSON(c.After, nil)
		}
		for j := range c.Problems {
			p := problemOf(&c.Problems[j], lang)
			if p.Row == 0 {
				p.Ref = c.Ref
			}
			line.Problems = append(line.Problems, p)
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// plainJSON returns values as an object, with null for fields that only others have.
func plainJSON(values, others crm.Values) json.RawMessage {
	b := []byte{'{'}
	field := func(name string, v crm.Value) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = v.AppendPlainJSON(append(crm.AppendString(b, name), ':'))
	}
	for _, pair := range values {
		field(pair.Field, pair.Value)
	}
	for _, pair := range others {
		if values.Of(pair.Field).Absent() {
			field(pair.Field, crm.Value{})
		}
	}
	return append(b, '}')
}
