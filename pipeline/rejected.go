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
	"inlet.example/inlet/pipeline/report"
	"inlet.example/inlet/pipeline/sheet"
)

// rejected writes the rows that an import did not apply as a new workbook at path (section 10): as they were, with what is wrong and where
// behind their columns. Journal and workbook are both read in the order of their rows, so neither is held in memory.
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
	c := &copying{w: w, m: m, lang: job.Language, next: next, frames: frames}
	if err := c.take(); err != nil {
		return err
	}
	if err := p.rows(ctx, job, m, seen{head: c.head, row: c.row}); err != nil {
		return err
	}
	p.At.Reach(ledger.AtHalfReported)
	return w.Close()
}

// away is one row that was not applied.
type away struct {
	place    int64
	problems []ledger.Problem
}

// turnedAway gives the rows of an import that were rejected or parked, in their order.
func (p *Pipeline) turnedAway(ctx context.Context, imp string) iter.Seq2[away, error] {
	return func(yield func(away, error) bool) {
		var row away
		for changes, err := range p.Store.Changes(ctx, imp) {
			if err != nil {
				yield(away{}, err)
				return
			}
			for _, c := range changes {
				if c.Action != ledger.Reject && c.Action != ledger.Park {
					continue
				}
				if c.Place != row.place && row.place > 0 && !yield(row, nil) {
					return
				}
				if c.Place != row.place {
					row = away{place: c.Place}
				}
				row.problems = append(row.problems, c.Problems...)
			}
		}
		if row.place > 0 {
			yield(row, nil)
		}
	}
}

// frame is the columns of a sheet, with the most characters that a cell of its first rows shows.
type frame []int

// frames returns those of each sheet.
func (p *Pipeline) frames(ctx context.Context, job Job, m *mapping.Mapping) ([]frame, error) {
	const looked = 1000 // rows that show how wide the columns should be
	var frames []frame
	widen := func(part int, row sheet.Row) {
		for len(frames) <= part {
			frames = append(frames, nil)
		}
		if n := len(row.Cells); n > 0 {
			f := frames[part]
			frames[part] = append(f, make(frame, max(0, row.Cells[n-1].Column+1-len(f)))...)
		}
		for _, cell := range row.Cells {
			if row.Number <= looked {
				frames[part][cell.Column] = max(frames[part][cell.Column], utf8.RuneCountInString(cell.Shown()))
			}
		}
	}
	err := p.rows(ctx, job, m, seen{
		head: func(part int, _ *mapping.Binding, row sheet.Row) error {
			widen(part, row)
			return nil
		},
		row: func(part int, _ *mapping.Binding, row sheet.Row, _ *ledger.Draft) error {
			widen(part, row)
			return nil
		},
	})
	return frames, err
}

// columns returns how wide the columns are, those of what is told behind them.
func (f frame) columns() []sheet.Column {
	const least, most = 6, 60
	all := make([]sheet.Column, 0, len(f)+len(mapping.Told["en"]))
	for _, shown := range f {
		all = append(all, sheet.Column{Width: float64(min(max(shown, least), most) + 2)})
	}
	return append(all, sheet.Column{Width: 7, Wrap: true}, sheet.Column{Width: most, Wrap: true}, sheet.Column{Width: 12, Wrap: true})
}

// copying takes the rows of a workbook that were not applied over to another.
type copying struct {
	w      *sheet.Writer
	m      *mapping.Mapping
	lang   string
	next   func() (away, error, bool)
	now    away // the row that is looked for
	frames []frame
	above  []sheet.Cell // the account's cells of the nearest row above that has any
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
func (c *copying) head(part int, b *mapping.Binding, row sheet.Row) error {
	told, ok := mapping.Told[c.lang]
	if !ok {
		told = mapping.Told["en"]
	}
	c.above = nil
	if err := c.w.Sheet(b.Sheet()); err != nil {
		return err
	}
	if err := c.w.Columns(c.frames[part].columns()...); err != nil {
		return err
	}
	return c.w.Copy(row.Cells, len(c.frames[part]), nil, told[0], told[1], told[2])
}

// row copies a row that was not applied.
func (c *copying) row(part int, b *mapping.Binding, row sheet.Row, d *ledger.Draft) error {
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
	text, where, marks := c.told(c.now.problems)
	if err := c.w.Copy(cells, len(c.frames[part]), marks, row.Number, text, where); err != nil {
		return err
	}
	return c.take()
}

// told says what is wrong with a row, and where.
func (c *copying) told(problems []ledger.Problem) (text, where string, marks map[int]string) {
	var texts, cells []string
	marks = map[int]string{}
	for i := range problems {
		p := &problems[i]
		if p.Warning {
			continue
		}
		say := report.In(c.lang, p.Text)
		if p.Value != "" {
			say = `"` + p.Value + `" ` + say
		}
		if len(p.Candidates) > 0 {
			say += " [" + strings.Join(p.Candidates, ", ") + "]"
		}
		texts = append(texts, say)
		if index, ok := sheet.ColumnIndex(p.Column); ok && p.Column != "" {
			cells = append(cells, p.Cell())
			marks[index] = say
		}
	}
	return strings.Join(texts, "\n"), strings.Join(cells, ", "), marks
}

// ofAccount returns the account's cells of a row.
func ofAccount(b *mapping.Binding, cells []sheet.Cell) []sheet.Cell {
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
