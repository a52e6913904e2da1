package ledger

import (
	"encoding/json"
	"strconv"

	"inlet.example/inlet/pipeline/crm"
)

// AppendJSON writes the batch in the form of the journal. It does not use encoding/json, which took longer for a batch's journal entry than writing
// the records themselves.
func (b *Batch) AppendJSON(to []byte) []byte {
	head, err := json.Marshal(b.After)
	if err != nil {
		panic(err) // four numbers
	}
	to = append(to, `{"N":`...)
	to = strconv.AppendInt(to, int64(b.N), 10)
	to = append(to, `,"Try":`...)
	to = strconv.AppendInt(to, int64(b.Try), 10)
	to = append(to, `,"Rows":`...)
	to = strconv.AppendInt(to, int64(b.Rows), 10)
	to = append(append(to, `,"After":`...), head...)
	to = append(to, `,"Changes":[`...)
	for i := range b.Changes {
		if i > 0 {
			to = append(to, ',')
		}
		to = b.Changes[i].appendJSON(to)
	}
	return append(to, ']', '}')
}

func (c *Change) appendJSON(to []byte) []byte {
	to = append(to, `{"row":`...)
	to = strconv.AppendInt(to, int64(c.Row), 10)
	to = append(to, `,"place":`...)
	to = strconv.AppendInt(to, c.Ordinal, 10)
	if c.Expect != 0 {
		to = append(to, `,"expect":`...)
		to = strconv.AppendInt(to, c.Expect, 10)
	}
	if c.Seq != 0 {
		to = append(to, `,"seq":`...)
		to = strconv.AppendInt(to, c.Seq, 10)
	}
	for _, p := range [...]struct{ name, text string }{{"sheet", c.Sheet}, {"column", c.Column}, {"kind", string(c.Kind)},
		{"action", string(c.Action)}, {"id", c.ID}, {"account_id", c.ParentID}, {"moved", c.Moved}, {"feed", string(c.Feed)}, {"rule", c.Rule}} {
		if p.text != "" {
			to = append(append(append(to, `,"`...), p.name...), `":`...)
			to = crm.AppendString(to, p.text)
		}
	}
	if len(c.Before) > 0 {
		to = c.Before.AppendJSON(append(to, `,"before":`...))
	}
	if len(c.After) > 0 {
		to = c.After.AppendJSON(append(to, `,"after":`...))
	}
	for i, field := range c.Kept {
		if i == 0 {
			to = append(to, `,"kept":[`...)
		} else {
			to = append(to, ',')
		}
		to = crm.AppendString(to, field)
	}
	if len(c.Kept) > 0 {
		to = append(to, ']')
	}
	if len(c.Problems) > 0 {
		problems, err := json.Marshal(c.Problems)
		if err != nil {
			panic(err) // text and numbers
		}
		to = append(append(to, `,"problems":`...), problems...)
	}
	return append(to, '}')
}

// JoinJSON returns one JSON object with the members of several, in their order.
func JoinJSON(objects ...any) ([]byte, error) {
	joined := []byte{'{'}
	for _, object := range objects {
		text, err := json.Marshal(object)
		if err != nil {
			return nil, err
		}
		members := text[1 : len(text)-1]
		if len(members) > 0 && len(joined) > 1 {
			joined = append(joined, ',')
		}
		joined = append(joined, members...)
	}
	return append(joined, '}'), nil
}
