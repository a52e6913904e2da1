package csv

import (
	"context"
	"io"

	"inlet.example/inlet/pipeline/sheet/csv/record"
	"inlet.example/inlet/pipeline/sheet/internal/cell"
	"inlet.example/inlet/pipeline/sheet/internal/fault"
)

// rowReader makes rows of records.
type rowReader struct {
	in       *record.Reader
	limits   cell.Limits
	approved bool // see Options
	cell.Batch
	text cell.Arena
	last int // the number of the last row
}

// batch reads up to n rows, and reports whether there may be more.
func (c *rowReader) batch(ctx context.Context, n int) (bool, error) {
	c.Reset()
	more := true
	for seen := 0; more && !c.Full(n); seen++ {
		if seen%1024 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		line, err := c.in.Next()
		if err == io.EOF {
			more = false
			break
		}
		if err != nil {
			return false, err
		}
		if !c.approved {
			if err := c.in.SuspiciousLines(); err != nil {
				return false, err
			}
		}
		if err := c.row(line); err != nil {
			return false, err
		}
	}
	c.Finish()
	return more, nil
}

// row adds the current record to the batch, unless all its fields are empty.
func (c *rowReader) row(line int) error {
	from := len(c.Cells)
	for i := range c.in.Len() {
		text := c.in.Field(i)
		if len(text) == 0 {
			continue
		}
		if len(text) > c.limits.CellBytes {
			return fault.New(fault.CodeLimit, "column %s contains more than %s bytes of text", cell.ColumnName(i), c.limits.CellBytes).OverLimit("cell_bytes")
		}
		c.Bytes += len(text)
		c.Cells = append(c.Cells, cell.Cell{Column: i, Type: cell.Text, Raw: c.text.Keep(text)})
	}
	if len(c.Cells) == from {
		return nil
	}
	if len(c.Cells)-from > c.limits.Columns {
		return fault.New(fault.CodeLimit, "the line has more than %s filled fields", c.limits.Columns).OverLimit("columns")
	}
	c.EndRow(cell.Row{Number: line, End: c.in.Line()}, from)
	c.last = line
	return nil
}
