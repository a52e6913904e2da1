package pipeline

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Checked is what a workbook says of itself, read to its end without a look at the store.
type Checked struct {
	Columns      []*ledger.Column // of all sheets
	Unknown      []string         // headings that lead nowhere
	Corrects     *ledger.Import   // the import whose rejected rows these are, or nil
	Told         []string         // headings of such rows that say what was wrong, and are left out
	Rows, Blank  int
	Rejected     int              // rows with a cell that is no value
	Problems     []ledger.Problem // the first of them
	ProblemCount int
	Reading      ledger.Reading  // what else stands in the workbook
	notes        []partNotes     // for the passes after this one, by sheet
	bound        []*bind.Binding // by sheet
	mapping      *mapping.Mapping
}

// AsImport returns what a check found in the form of an import, for the reports. Nothing of it is stored.
func (c *Checked) AsImport(job *Job) ledger.Import {
	imp := job.begins()
	imp.State, imp.Reading, imp.Tally.Rows, imp.Tally.Blank = ledger.Planned, c.Reading, c.Rows, c.Blank
	if c.mapping != nil {
		imp.Mapping = c.mapping.Name
	}
	if c.Corrects != nil {
		imp.Parent = c.Corrects.ID
	}
	return imp
}

const firstProblems = 20 // more than a screen tells nobody more

// Ticked says whether a column is matched on.
func (c *Checked) Ticked(column *ledger.Column) bool {
	if column.Field.Name == "id" {
		return true
	}
	for _, b := range c.bound {
		for _, rule := range b.Policy.Ticked(column.Field.Kind) {
			if slices.Contains(b.Columns, column) && slices.Contains(rule, column.Field.Name) {
				return true
			}
		}
	}
	return false
}

// Check reads the workbook to its end. *ledger.Refusal where it cannot be imported; what was seen till then is returned with it.
func (p *Pipeline) Check(ctx context.Context, job Job) (Checked, error) {
	var c Checked
	if p.Store != nil && job.Sidecar == "" { // whichever inbox they came from: nobody said into which they go
		if err := p.inherit(ctx, &job, func(*ledger.Import) bool { return true }); err != nil {
			return c, err
		}
		c.Corrects = job.corrects
	}
	m, err := p.mapping(job)
	if err != nil {
		return c, err
	}
	c.mapping = m
	found := &survey{}
	see := seen{survey: found, head: func(_ int, b *bind.Binding, _ sheet.Row) error {
		c.bind(b)
		return nil
	}}
	err = unreadable(p.readWorkbook(ctx, job, m, ledger.Cursor{}, func(b *portion) error {
		c.Rows += len(b.drafts)
		if most := p.WrittenBytes; most > 0 && c.bytes() > most {
			return tooMuchText(most)
		}
		c.Blank = b.after.Blank
		for i := range b.drafts {
			c.note(&b.drafts[i])
			if job.Each != nil {
				job.Each(&b.drafts[i])
			}
		}
		return ctx.Err()
	}, see))
	c.Reading, c.notes = found.reading, found.notes
	for i := range c.notes {
		c.noteProblems(c.notes[i].problems)
	}
	if err == nil && c.Rows == 0 {
		err = c.empty(job.Approve)
	}
	return c, err
}

// empty says what becomes of a workbook without a row to import: one with headings alone is right (W10), one whose rows were all left out is
// held, as its mapping may be wrong.
func (c *Checked) empty(approved bool) error {
	if n := c.Reading.AllLeftOut(); n > 0 && !approved {
		return &ledger.Refusal{Code: "left_out", Hold: true, Text: message.Say(
			"all %s rows are left out, so nothing would be imported: check rows: in the mapping, and that the file is the right one", n)}
	}
	if c.mapping.NotEmpty {
		return &ledger.Refusal{Code: "empty", Text: message.Say("there are no rows below the headings, and the mapping refuses an empty file (empty: refuse)")}
	}
	return nil
}

// bytes returns how much text the mapped cells hold that were read.
func (c *Checked) bytes() int64 {
	var n int64
	for _, b := range c.bound {
		n += b.Bytes
	}
	return n
}

func tooMuchText(most int64) error {
	text := message.Say("the mapped cells hold more than %s bytes of text", most)
	return &sheet.Unreadable{Code: sheet.CodeLimit, Limit: "written_bytes", Format: text.Format, Args: text.Args}
}

// bind notes the columns of one more sheet.
func (c *Checked) bind(b *bind.Binding) {
	c.bound = append(c.bound, b)
	c.Columns = append(c.Columns, b.Columns...)
	c.Unknown = append(c.Unknown, b.Unknown...)
	if len(c.Told) == 0 {
		c.Told = b.ProblemColumns
	}
}

func (c *Checked) note(d *ledger.Draft) {
	if d.Rejected() {
		c.Rejected++
	}
	c.noteProblems(d.Problems)
}

func (c *Checked) noteProblems(problems []ledger.Problem) {
	c.ProblemCount += len(problems)
	if room := firstProblems - len(c.Problems); room > 0 {
		c.Problems = append(c.Problems, problems[:min(room, len(problems))]...)
	}
}
