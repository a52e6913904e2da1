package match

import (
	"strconv"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// spoken is a bit for each cell of a part: whether a row has said something of it.
type spoken []uint64

func (s spoken) of(cell int) bool { return s[cell/64]&(1<<(cell%64)) != 0 }

// speaking notes that a row speaks of a record, and says of which cells a row before it has spoken, so that two rows that give one record
// different values are told of (section 9). The answer is gone at the next call.
func (m *Matcher) speaking(id string, part *ledger.Part) spoken {
	m.spoken = m.spoken[:0]
	for first := 0; first < len(part.Cells); first += 64 {
		of := strconv.AppendInt(make([]byte, 0, 64), int64(m.sheet), 10)
		of = strconv.AppendInt(append(of, '/'), int64(first), 10)
		about := traceOf(&saidSeeds, append(append(of, '/'), id...))
		was, _ := m.past.of(about)
		m.spoken = append(m.spoken, was)
		bits := was
		for i := first; i < min(first+64, len(part.Cells)); i++ {
			if speaks(&part.Cells[i]) {
				bits |= 1 << (i - first)
			}
		}
		if bits != was {
			m.past.note(about, bits)
		}
	}
	return m.spoken
}

// speaks says whether a cell wants its field to be something.
func speaks(c *ledger.Cell) bool {
	return !c.Blank() || c.Column.OnBlank == ledger.BlankClear
}

// twice warns where a row overwrites what an earlier row of this file said: the last one wins.
func (m *Matcher) twice(d *ledger.Draft, part *ledger.Part, c *ledger.Change) {
	before := m.speaking(c.ID, part)
	if m.retried || c.Action != ledger.Update {
		return
	}
	for i := range part.Cells {
		column := part.Cells[i].Column
		was, will := c.Before.Of(column.Field.Name), c.After.Of(column.Field.Name)
		if !before.of(i) || was == will || column.OnUpdate == ledger.Append || !speaks(&part.Cells[i]) {
			continue
		}
		c.Problems = append(c.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: d.Sheet, Row: d.Row, Column: column.Letter}, Code: ledger.TwoValues,
			Value: will.String(), Warning: true, Text: ledger.SayOf(part.Kind,
				"an earlier row gave this account another value (%s), and the last row counts: look which is right",
				"an earlier row gave this contact another value (%s), and the last row counts: look which is right", was)})
	}
}

// Recall takes in rows that were applied before a stop, so that the rows behind them fare as if there had been none.
func (m *Matcher) Recall(drafts []ledger.Draft, changes []ledger.Change) {
	m.past.begin() // it is a batch to it too: memory does not grow
	at := map[int64]*ledger.Draft{}
	for i := range drafts {
		at[drafts[i].Place] = &drafts[i]
	}
	for i := range changes {
		c := &changes[i]
		if d := at[c.Ordinal]; d != nil && (c.Writes() || c.Action == ledger.Unchanged) {
			part := &d.Account
			if c.Kind == crm.Contact {
				part = &d.Contact
			}
			m.speaking(c.ID, part)
			if c.Action == ledger.Create {
				m.said = m.said[:0]
				m.note(m.rowValues(part), c)
			}
		}
	}
}
