package check

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/read"
)

// Finder looks stored records up by their IDs.
type Finder interface {
	ByID(ctx context.Context, kind crm.Kind, ids []string) ([]crm.Record, error)
}

// idColumn is a column that is read as IDs of records because of its heading, and what was found in its cells.
type idColumn struct {
	*ledger.Column
	filled int
	known  bool // one of them is the ID of a stored record
}

// StrangeIDs returns the refusal of a file with a column that is headed as the template's IDs, of which no filled value is the ID of a stored
// record: it is probably another system's number. Reading ends with the first ID that is known.
func StrangeIDs(ctx context.Context, c *Result, finder Finder, source *read.Source) (*ledger.Refusal, error) {
	columns := idColumns(c.Bound)
	if len(columns) == 0 {
		return nil, nil
	}
	errKnown := errors.New("every column has a known ID")
	err := source.Portions(ctx, ledger.Cursor{}, c.Notes, func(b *read.Portion) error {
		open := false
		for _, column := range columns[b.After.Sheet] {
			if err := column.lookUp(ctx, finder, b.Drafts); err != nil {
				return err
			}
		}
		for _, ofSheet := range columns {
			for _, column := range ofSheet {
				open = open || !column.known
			}
		}
		if !open {
			return errKnown
		}
		return ctx.Err()
	})
	if err != nil {
		if errors.Is(err, errKnown) {
			err = nil
		}
		return nil, err
	}
	for i, b := range c.Bound {
		for _, column := range columns[i] {
			if column.filled > 0 && !column.known {
				return column.refuse(b.Sheet()), nil
			}
		}
	}
	return nil, nil
}

// idColumns returns the columns of IDs that no sidecar speaks of, by sheet.
func idColumns(bound []*bind.Binding) map[int][]*idColumn {
	columns := map[int][]*idColumn{}
	for i, b := range bound {
		for _, c := range b.Columns {
			if c.Field.Name == "id" && b.ByHeading(c) {
				columns[i] = append(columns[i], &idColumn{Column: c})
			}
		}
	}
	return columns
}

// lookUp counts the filled cells of a column, and notes whether one is the ID of a stored record.
func (c *idColumn) lookUp(ctx context.Context, finder Finder, drafts []ledger.Draft) error {
	if c.known {
		return nil
	}
	var ids []string
	for i := range drafts {
		if part := drafts[i].Part(c.Field.Kind); part.ID != "" {
			ids = append(ids, part.ID)
		} else if invalidIn(&drafts[i], c.Column) {
			c.filled++
		}
	}
	c.filled += len(ids)
	if len(ids) == 0 {
		return nil
	}
	records, err := finder.ByID(ctx, c.Field.Kind, ids)
	c.known = len(records) > 0
	return err
}

func invalidIn(d *ledger.Draft, c *ledger.Column) bool {
	for i := range d.Problems {
		if d.Problems[i].Column == c.Letter && d.Problems[i].Code == ledger.Invalid {
			return true
		}
	}
	return false
}

func (c *idColumn) refuse(sheet string) *ledger.Refusal {
	key := strings.Join(strings.Fields(c.Heading), " ") // as it can be copied into a mapping
	return &ledger.Refusal{Ref: ledger.Ref{Sheet: sheet, Column: c.Letter}, Code: "ids", Hold: true, Text: ledger.SayOf(c.Field.Kind,
		"none of the %s values in column %s is the ID of a stored {kind}: they are probably numbers of another system. Specify in a mapping what the column is: columns: {%s: ignore} leaves it out; columns: {%s: {kind}.custom.number} keeps the numbers, in a field that is created with inlet field add {kind}.custom.number. If the import is approved as it is, the rows with these values are rejected",
		c.filled, strconv.Quote(c.Heading), key, key)}
}
