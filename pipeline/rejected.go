package pipeline

import (
	"context"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/sheet"
)

// rejected writes the rows that an import did not apply as a new workbook at path (section 10): as they were, with what is wrong and where
// in front of their columns. Journal and workbook are both read in the order of their rows, so neither is held in memory.
func (p *Pipeline) rejected(ctx context.Context, job Job, imp *ledger.Import, path string) error {
	w, err := sheet.Create(path)
	if err != nil {
		return err
	}
	defer w.Discard() //nolint:errcheck // after Close it does nothing
	m, err := p.mapping(job)
	if err != nil {
		return err
	}
	frames, err := p.frames(ctx, job, m)
	if err != nil {
		return err
	}
	w.Property(parentProperty, imp.ID)
	next, stop := iter.Pull2(p.turnedAway(ctx, imp.ID))
	defer stop()
	c := &copying{w: w, lang: job.Language, next: next, frames: frames, overfull: imp.Tally.Rejected[ledger.ExtraCells] > 0}
	if err := c.take(); err != nil {
		return err
	}
	if err := p.rows(ctx, job, m, seen{head: c.head, row: c.row}); err != nil {
		return err
	}
	p.At.Reach(ledger.AtHalfReported)
	return w.Close()
}

// unreadJournal says that what is to be written could not be read: that is no fault of the workbook.
type unreadJournal struct{ error }

func (u *unreadJournal) Unwrap() error { return u.error }

// away is one row that was not applied.
type away struct {
	place  int64
	faults []fault
}

// fault is what is wrong with one part of a row.
type fault struct {
	kind crm.Kind
	ledger.Problem
}

// turnedAway gives the rows of an import that were rejected or parked, in their order.
func (p *Pipeline) turnedAway(ctx context.Context, imp string) iter.Seq2[away, error] {
	return func(yield func(away, error) bool) {
		var row away
		for changes, err := range p.Store.Changes(ctx, imp) {
			if err != nil {
				yield(away{}, &unreadJournal{err})
				return
			}
			for _, c := range changes {
				if c.Action != ledger.Reject && c.Action != ledger.Park {
					continue
				}
				if c.Ordinal != row.place && row.place > 0 && !yield(row, nil) {
					return
				}
				if c.Ordinal != row.place {
					row = away{place: c.Ordinal}
				}
				for _, problem := range c.Problems {
					if !problem.Warning {
						row.faults = append(row.faults, fault{decided(&c), problem})
					}
				}
			}
		}
		if row.place > 0 {
			yield(row, nil)
		}
	}
}

// decided returns the kind whose table turned a row away: both parts go together, and the problem stands with the first of them.
func decided(c *ledger.Change) crm.Kind {
	switch {
	case strings.HasPrefix(c.Rule, "A"):
		return crm.Account
	case strings.HasPrefix(c.Rule, "C"):
		return crm.Contact
	}
	return c.Kind
}

// frame is the columns of a sheet but those that say what was wrong, with the most characters that a cell of its first rows shows.
type frame []int

// frames returns those of each sheet.
func (p *Pipeline) frames(ctx context.Context, job Job, m *mapping.Mapping) ([]frame, error) {
	const looked = 1000 // rows that show how wide the columns should be
	var frames []frame
	widen := func(part int, b *bind.Binding, row sheet.Row) {
		for len(frames) <= part {
			frames = append(frames, nil)
		}
		for _, cell := range row.Cells {
			at, ok := b.Place(cell.Column)
			if !ok {
				continue
			}
			if f := frames[part]; at >= len(f) {
				frames[part] = append(f, make(frame, at+1-len(f))...)
			}
			if row.Number <= looked {
				frames[part][at] = max(frames[part][at], utf8.RuneCountInString(cell.Shown()))
			}
		}
	}
	err := p.rows(ctx, job, m, seen{
		head: func(part int, b *bind.Binding, row sheet.Row) error {
			widen(part, b, row)
			return nil
		},
		row: func(part int, b *bind.Binding, row sheet.Row, _ *ledger.Draft) error {
			widen(part, b, row)
			return nil
		},
	})
	return frames, err
}

// columns returns how wide the columns are. Those that say what was wrong come first, and stay in sight; a long reason is not to make its row
// much higher than the others, and stands whole in the line above the sheet and in the note of the cell.
func (f frame) columns() []sheet.Column {
	const least, most = 6, 60
	all := []sheet.Column{{Width: 7}, {Width: 50, Wrap: true, Lines: 2}, {Width: 10, Frozen: true}}
	for _, shown := range f {
		all = append(all, sheet.Column{Width: float64(min(max(shown, least), most) + 2)})
	}
	return all
}

// copying takes the rows of a workbook that were not applied over to another.
type copying struct {
	w        *sheet.Writer
	lang     string
	next     func() (away, error, bool)
	now      away // the row that is looked for
	frames   []frame
	overfull bool         // a row was rejected for values behind all columns
	above    []sheet.Cell // the account's cells of the nearest row above that has any
}

func (c *copying) take() error {
	now, err, ok := c.next()
	if !ok {
		now = away{}
	}
	c.now = now
	return err
}

// head begins a sheet with its headings, and those of what is told about its rows.
func (c *copying) head(part int, b *bind.Binding, row sheet.Row) error {
	told, ok := bind.ProblemHeadings[c.lang]
	if !ok {
		told = bind.ProblemHeadings["en"]
	}
	c.above = nil
	if err := c.w.Sheet(b.Sheet()); err != nil {
		return err
	}
	if err := c.w.Columns(c.frames[part].columns()...); err != nil {
		return err
	}
	cells := untold(b, row.Cells)
	if c.overfull {
		cells = append(cells, extra(b, cells, len(c.frames[part]))...)
	}
	return c.w.Copy([]any{told[0], told[1], told[2]}, cells, len(c.frames[part]), nil)
}

// untold returns cells in the places that they have without those that say what was wrong with their row.
func untold(b *bind.Binding, cells []sheet.Cell) []sheet.Cell {
	all := make([]sheet.Cell, 0, len(cells))
	for _, cell := range cells {
		if at, ok := b.Place(cell.Column); ok {
			cell.Column = at
			all = append(all, cell)
		}
	}
	return all
}

// extra returns headings for the columns behind the last one that has a heading or leads to a field (W1).
func extra(b *bind.Binding, headings []sheet.Cell, width int) []sheet.Cell {
	last := -1
	for _, cell := range headings {
		if crm.Trim(cell.Shown()) != "" {
			last = max(last, cell.Column)
		}
	}
	for _, column := range b.Columns {
		at, _ := b.Place(column.Index)
		last = max(last, at)
	}
	var all []sheet.Cell
	for at := last + 1; at < width; at++ {
		all = append(all, sheet.Cell{Column: at, Type: sheet.Text, Raw: bind.ExtraHeading})
	}
	return all
}

// row copies a row that was not applied.
func (c *copying) row(part int, b *bind.Binding, row sheet.Row, d *ledger.Draft) error {
	if d.Account.Present {
		c.above = ofAccount(b, row.Cells)
	}
	if d.Place != c.now.place {
		return nil
	}
	cells := row.Cells
	if b.Policy.FillDown && !d.Account.Present {
		cells = merged(c.above, cells)
	}
	text, where, marks := c.told(b, d)
	if err := c.w.Copy([]any{row.Number, text, where}, untold(b, cells), len(c.frames[part]), marks); err != nil {
		return err
	}
	return c.take()
}

// ofAccount returns the account's cells of a row.
func ofAccount(b *bind.Binding, cells []sheet.Cell) []sheet.Cell {
	var of []sheet.Cell
	for _, cell := range cells {
		if slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool { return c.Index == cell.Column && c.Field.Kind == crm.Account }) {
			cell.Raw = strings.Clone(cell.Raw)
			of = append(of, cell)
		}
	}
	return of
}

// merged puts the account's cells of another row into one that has none of them.
func merged(account, cells []sheet.Cell) []sheet.Cell {
	all := slices.Clone(account)
	for _, cell := range cells {
		if !slices.ContainsFunc(account, func(a sheet.Cell) bool { return a.Column == cell.Column }) {
			all = append(all, cell)
		}
	}
	slices.SortFunc(all, func(a, b sheet.Cell) int { return a.Column - b.Column })
	return all
}
