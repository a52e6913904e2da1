package match

import (
	"strconv"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/match/seen"
)

// conflicts warns where two rows of the file give one record different values (section 9).
type conflicts struct {
	spill *seen.Spill
	sheet int          // index into the mapping's sheets
	buf   writtenCells // memory for what record returns
}

// written has the fingerprints of records, a number of cells at a time.
var written = seen.NewTopic()

// writtenCells is a bit for each cell of a part: whether a row has given it a value.
type writtenCells []uint64

func (w writtenCells) has(cell int) bool { return w[cell/64]&(1<<(cell%64)) != 0 }

// record notes which cells of a record a row writes, and returns those that rows before it have written, until the next call.
func (c *conflicts) record(id string, part *ledger.Part) writtenCells {
	c.buf = c.buf[:0]
	for first := 0; first < len(part.Cells); first += 64 {
		text := strconv.AppendInt(make([]byte, 0, 64), int64(c.sheet), 10)
		text = strconv.AppendInt(append(text, '/'), int64(first), 10)
		f := written.Fingerprint(append(append(text, '/'), id...))
		was, _ := c.spill.Of(f)
		c.buf = append(c.buf, was)
		bits := was
		for i := first; i < min(first+64, len(part.Cells)); i++ {
			if writes(&part.Cells[i]) {
				bits |= 1 << (i - first)
			}
		}
		if bits != was {
			c.spill.Note(f, bits)
		}
	}
	return c.buf
}

// writes reports whether a cell wants its field to have a certain value, or none.
func writes(c *ledger.Cell) bool {
	return !c.Blank() || c.Column.OnBlank == ledger.BlankClear
}

// warn adds a warning for each value that the change overwrites and an earlier row of this file gave: the last row counts.
func (c *conflicts) warn(to *ledger.Change, part *ledger.Part, before writtenCells) {
	for i := range part.Cells {
		column := part.Cells[i].Column
		was, will := to.Before.Of(column.Field.Name), to.After.Of(column.Field.Name)
		if !before.has(i) || was == will || column.OnUpdate == ledger.Append || !writes(&part.Cells[i]) {
			continue
		}
		to.Problems = append(to.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: to.Sheet, Row: to.Row, Column: column.Letter}, Code: ledger.TwoValues,
			Value: will.String(), Warning: true, Text: ledger.SayOf(part.Kind,
				"an earlier row has another value for this {kind} (%s); the last row was used: check which one is right", was)})
	}
}
