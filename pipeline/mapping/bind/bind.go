package bind

import (
	"cmp"
	"slices"
	"strconv"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Binding is a mapping laid on the headings of one sheet: it makes drafts of the sheet's rows.
type Binding struct {
	Policy         ledger.Policy
	Columns        []*ledger.Column // the mapped ones, in the order of the schema
	Unknown        []string         // headings that lead nowhere
	ProblemColumns []string         // headings of rejected rows that say what was wrong
	HeadRow        int              // the row of the headings
	Bytes          int64            // of text in the mapped cells that were read
	Own            bool             // a shared mapping names other headings, so the sheet goes by its own (W20)
	m              *mapping.Mapping
	sheet          string
	lints          []ledger.Problem // of the mapping as a whole; they stand with the first row
	rules          map[*ledger.Column]*rule
	rests          rests
	problems       problemColumns
	rows           rowFilter
	cells          *convert.Converter
	firstOf        [len(crm.Kinds)]int // where the columns of each kind begin
	headings       []layout.Heading    // all of them
	passed         map[int]bool        // columns that the mapping ignores, and those that say what was wrong with a row
	fields         bool                // rows are delimited fields: one too many shifts the others (W1)
	last           int                 // the last column that has a heading or is mapped
}

// rule is what the sidecar says about a column, or nothing, and what holds for its cells.
type rule struct {
	convert.Column
	byHeading bool // the sidecar does not mention the column
	rest      bool // it holds what split: first leaves of other columns, and no cells of its own
}

// New lays the mapping of a part on the heading row of its sheet. *ledger.Refusal where the two do not fit.
func New(l *layout.Layout, head sheet.Row) (*Binding, error) {
	m := l.Mapping
	head = l.OfOtherTables(head)
	b := &Binding{Policy: m.Policy, HeadRow: head.Number, m: m, sheet: l.Sheet.Name, rules: map[*ledger.Column]*rule{}, passed: map[int]bool{}, fields: l.Fields,
		cells: convert.New(m.Schema, m.Locale, m.Policy.Region, m.NullWords)}
	b.problems.m, b.rows.cells = m, b.cells
	b.headings = layout.Headings(head)
	headings := b.problems.cut(b.headings)
	b.ProblemColumns = b.problems.headings
	if b.problems.partial(headings) {
		return nil, b.refuse("heading_missing", head.Number, message.Say("the mapping names columns by their letters, but some of the columns Row, Problem and Cell were deleted or moved: put all three first again, or delete all three"))
	}
	if len(headings) == 0 {
		return nil, b.refuse("no_heading", head.Number, message.Say("this row contains no headings: set header_row in the mapping to the row that does"))
	}
	b.Own = m.Shared && ofOtherFiles(m, headings)
	bd := &binder{Binding: b, headings: headings, row: head.Number, taken: map[int]bool{}}
	if err := bd.mapColumns(); err != nil {
		return nil, err
	}
	if err := bd.complete(); err != nil {
		return b, err
	}
	b.summarize(bd.taken)
	b.rows.compareWith(headings, b.Columns)
	for _, c := range m.Rows.Where {
		if !b.rows.bind(c, headings) {
			return b, b.refuse("heading_missing", head.Number, message.Say("the heading %s, which the mapping uses in rows: where:, was not found. Headings found: %s",
				strconv.Quote(c.Heading), layout.Quoted(headings)))
		}
	}
	return b, nil
}

// summarize counts the columns and notes those that are not to be mapped. taken are those that the sidecar mentions.
func (b *Binding) summarize(taken map[int]bool) {
	for _, c := range b.Columns {
		for i := c.Field.Kind.Number() + 1; i < len(b.firstOf); i++ {
			b.firstOf[i]++
		}
		b.last = max(b.last, c.Index)
	}
	for _, h := range b.headings {
		b.last = max(b.last, h.Index)
	}
	for i := range b.problems.count {
		b.passed[b.problems.first+i] = true
	}
	for _, h := range b.problems.extra {
		b.passed[h.Index] = true
	}
	for column := range taken {
		if !b.isMapped(column) {
			b.passed[column] = true // the mapping says ignore
		}
	}
}

// FindsParents reports whether a row of the sheet can have a record of a kind without a parent, an account: one can be created because a column has its
// name, or found because all fields of a match rule, or an ID, have columns. Without, every row is rejected.
func (b *Binding) FindsParents() bool {
	mapped := map[string]bool{}
	for _, c := range b.Columns {
		mapped[c.Field.Path()] = true
		if c.Field.Name == "id" {
			return true
		}
	}
	for _, kind := range crm.Kinds {
		if kind.Parent() != "" {
			continue
		}
		lacks := func(name string) bool { return !mapped[kind.Path(name)] }
		found := slices.ContainsFunc(b.Policy.Ticked(kind), func(rule []string) bool { return len(rule) > 0 && !slices.ContainsFunc(rule, lacks) })
		if found || !lacks("name") {
			return true
		}
	}
	return false
}

// isMapped reports whether a column is mapped to a field.
func (b *Binding) isMapped(column int) bool {
	return slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool { return c.Index == column })
}

// Leads reports whether a column is mapped, or is not to be: the mapping ignores it, or it says what was wrong with a rejected row.
func (b *Binding) Leads(column int) bool { return b.passed[column] || b.isMapped(column) }

// Headings returns how many headings there are, and the column of the first, from 0.
func (b *Binding) Headings() (n, first int) { return len(b.headings), b.headings[0].Index }

// Lints returns what is said about the mapping and the sheet as a whole. It stands with the first row.
func (b *Binding) Lints() []ledger.Problem { return b.lints }

// ByHeading reports whether a column is mapped by its heading alone: no sidecar mentions it.
func (b *Binding) ByHeading(c *ledger.Column) bool {
	rule := b.rules[c]
	return rule != nil && rule.byHeading
}

// Warn adds what a person should know of the workbook as a whole to the problems of the first row.
func (b *Binding) Warn(problems []ledger.Problem) {
	for _, p := range problems {
		p.Sheet = cmp.Or(p.Sheet, b.sheet)
		b.lints = append(b.lints, p)
	}
}

// Sheet returns the name of the sheet.
func (b *Binding) Sheet() string { return b.sheet }

func (b *Binding) refuse(code string, row int, text message.Text) error {
	return &ledger.Refusal{Ref: ledger.Ref{Sheet: b.sheet, Row: row}, Code: code, Text: text}
}

// Place returns the place that a column has where those that say what was wrong are not counted. ok is false for one of these.
func (b *Binding) Place(column int) (at int, ok bool) { return b.problems.without(column) }

// Records reports whether a row meets every condition of where.
func (b *Binding) Records(row sheet.Row) bool { return b.rows.records(row) }

// RepeatsHeadings reports whether a row is the headings once more.
func (b *Binding) RepeatsHeadings(row sheet.Row) bool { return b.rows.repeatsHeadings(row) }

// IsExample reports whether a row is the example of a template: each filled cell that is mapped has the mark, and at least one is.
func (b *Binding) IsExample(row sheet.Row) bool {
	marked := func(cell sheet.Cell) bool { return template.IsExample(cell.Raw) }
	return slices.ContainsFunc(row.Cells, marked) && !slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool {
		cell := row.Cell(c.Index)
		return !marked(cell) && !b.cells.Blank(&b.rules[c].Column, convert.Trimmed(cell))
	})
}

// Present reports whether any mapped cell of a row is filled: a row without one is blank to the import.
func (b *Binding) Present(row sheet.Row) bool {
	for _, c := range b.Columns {
		if !b.rules[c].rest && !b.cells.Blank(&b.rules[c].Column, convert.Trimmed(row.Cell(c.Index))) {
			return true
		}
	}
	return false
}

// Beyond reports whether a column holds fields of delimited text behind the last heading.
func (b *Binding) Beyond(column int) bool { return b.fields && column > b.last }
