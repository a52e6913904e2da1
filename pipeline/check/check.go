package check

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/read"
	"inlet.example/inlet/pipeline/sheet"
)

// Result is what was found in a workbook by reading it to its end, without the store.
type Result struct {
	Columns        []*ledger.Column // of all sheets
	Unknown        []string         // headings that lead nowhere
	ProblemColumns []string         // headings of such rows that say what was wrong, and are left out
	Rows, Blank    int
	Rejected       int              // rows with an invalid cell
	Problems       []ledger.Problem // the first of them
	ProblemCount   int
	Reading        ledger.Reading    // what else stands in the workbook
	Notes          []read.SheetNotes // for the passes after this one, by sheet
	Bound          []*bind.Binding   // by sheet
	Mapping        *mapping.Mapping
}

// FindsParents reports whether a row of any sheet can have an account.
func (c *Result) FindsParents() bool {
	return slices.ContainsFunc(c.Bound, func(b *bind.Binding) bool { return b.FindsParents() })
}

const firstProblems = 20 // more than fit a screen do not help

// Ticked reports whether a column is matched on.
func (c *Result) Ticked(column *ledger.Column) bool {
	if column.Field.Name == "id" {
		return true
	}
	for _, b := range c.Bound {
		for _, rule := range b.Policy.Ticked(column.Field.Kind) {
			if slices.Contains(b.Columns, column) && slices.Contains(rule, column.Field.Name) {
				return true
			}
		}
	}
	return false
}

// mostBound is how many columns are kept with an import, which is written after each batch.
const mostBound = 200

// Imported returns the columns that are imported into fields, of all sheets.
func (c *Result) Imported() []ledger.Bound {
	var all []ledger.Bound
	for _, b := range c.Bound {
		for _, column := range b.Columns {
			if len(all) < mostBound {
				all = append(all, ledger.Bound{Sheet: b.Sheet(), Letter: column.Letter, Heading: column.Heading, Field: column.Field.Path(), Matched: c.Ticked(column)})
			}
		}
	}
	return all
}

// Options are how a workbook is checked.
type Options struct {
	WrittenBytes int64               // the most text of all mapped cells; 0: any
	Approved     bool                // a person approved it where it would be held
	Each         func(*ledger.Draft) // called with every row; may be nil
}

// Run reads a workbook to its end. The error is a *ledger.Refusal where it cannot be imported; what was found till then is returned with it.
func Run(ctx context.Context, source *read.Source, o Options) (Result, error) {
	c := Result{Mapping: source.Mapping}
	found := &read.Survey{}
	err := source.Survey(ctx, found, c.bind, func(b *read.Portion) error {
		c.Rows += len(b.Drafts)
		if most := o.WrittenBytes; most > 0 && c.bytes() > most {
			return tooMuchText(most)
		}
		c.Blank = b.After.Blank
		for i := range b.Drafts {
			c.note(&b.Drafts[i])
			if o.Each != nil {
				o.Each(&b.Drafts[i])
			}
		}
		return ctx.Err()
	})
	c.Reading, c.Notes = found.Reading, found.Notes
	for i := range c.Notes {
		c.noteProblems(c.Notes[i].Problems)
	}
	if err == nil && c.Rows == 0 {
		err = c.empty(o.Approved)
	}
	return c, err
}

// empty says what becomes of a workbook without a row to import: one with headings alone is right (W10), one whose rows were all left out is
// held, as its mapping may be wrong. A template as inlet wrote it has headings alone.
func (c *Result) empty(approved bool) error {
	if n := c.Reading.LeftOutByRules(); n > 0 && !approved {
		return &ledger.Refusal{Code: "left_out", Hold: true, Text: message.Say(
			"all %s rows would be left out, so nothing would be imported: check rows: in the mapping, and that this is the right file", n)}
	}
	if c.Mapping.NotEmpty {
		return &ledger.Refusal{Code: "empty", Text: message.Say("the file has no rows below the headings, and the mapping refuses an empty file (empty: refuse)")}
	}
	return nil
}

// bytes returns how much text the mapped cells hold that were read.
func (c *Result) bytes() int64 {
	var n int64
	for _, b := range c.Bound {
		n += b.Bytes
	}
	return n
}

func tooMuchText(most int64) error {
	text := message.Say("the mapped cells contain more than %s bytes of text", most)
	return &sheet.Unreadable{Code: sheet.CodeLimit, Limit: "written_bytes", Format: text.Format, Args: text.Args}
}

// bind notes the columns of one more sheet.
func (c *Result) bind(b *bind.Binding) {
	c.Bound = append(c.Bound, b)
	c.Columns = append(c.Columns, b.Columns...)
	c.Unknown = append(c.Unknown, b.Unknown...)
	if len(c.ProblemColumns) == 0 {
		c.ProblemColumns = b.ProblemColumns
	}
}

func (c *Result) note(d *ledger.Draft) {
	if d.Rejected() {
		c.Rejected++
	}
	c.noteProblems(d.Problems)
}

func (c *Result) noteProblems(problems []ledger.Problem) {
	c.ProblemCount += len(problems)
	if room := firstProblems - len(c.Problems); room > 0 {
		c.Problems = append(c.Problems, problems[:min(room, len(problems))]...)
	}
}

// Policies returns how the rows of each sheet are matched.
func (c *Result) Policies() []ledger.Policy {
	all := make([]ledger.Policy, len(c.Bound))
	for i, b := range c.Bound {
		all[i] = b.Policy
	}
	return all
}

// MayCreate reports whether the workbook may create records.
func (c *Result) MayCreate() bool {
	return slices.ContainsFunc(c.Bound, func(b *bind.Binding) bool { return b.Policy.Mode != ledger.UpdateOnly })
}
