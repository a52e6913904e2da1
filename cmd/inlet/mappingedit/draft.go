package mappingedit

import (
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Column is a column of the workbook.
type Column struct {
	Heading    string // "" where there is none
	Letter     string
	Examples   []string // values, each once
	Field      *crm.Field
	Confidence int // of the suggestion, in percent; 0 for none
	Why        string
	Suggested  *crm.Field

	byLetter bool       // the mapping names it by its letter: it has no heading, or another column has the same
	was      *crm.Field // in the text that is edited
	ticks    []bool     // whether each match rule has it
}

// Ticked reports whether a match rule, counted from 0, has the column.
func (c *Column) Ticked(rule int) bool { return rule < len(c.ticks) && c.ticks[rule] }

// tick makes a column one of a rule, or no longer.
func (c *Column) tick(rule int, is bool) {
	for len(c.ticks) <= rule {
		c.ticks = append(c.ticks, false)
	}
	c.ticks[rule] = is
}

// Draft is the mapping of a sheet that is being edited.
type Draft struct {
	Book      string
	Sheet     string
	HeaderRow int
	Columns   []Column
	Rules     int // how many match rules are tried in turn, at least one

	peers  []*Draft // the drafts of all sheets that the same lines of the text are for, this one included; nil for none but this
	schema *crm.Schema
	ruled  map[string][]bool // the fields that the text matches on, by path, also without a column: whether each rule has it
	match  map[crm.Kind][][]string
}

// exampleRows are the rows from which examples are taken.
const exampleRows = 100

// newDraft returns the draft of a sheet, without what the mapping says about it.
func newDraft(ctx context.Context, schema *crm.Schema, book *sheet.Workbook, s *suggest.Suggestion, lang string) (*Draft, error) {
	d := &Draft{Book: s.Book, Sheet: s.Sheet, HeaderRow: s.HeaderRow, schema: schema}
	for i := range s.Columns {
		c := &s.Columns[i]
		d.Columns = append(d.Columns, Column{Heading: c.Heading, Letter: c.Letter, Suggested: c.Field, Confidence: c.Confidence, Why: c.Because(lang)})
	}
	d.nameByLetter()
	return d, d.addExamples(ctx, book)
}

// nameByLetter finds the columns whose headings do not distinguish them.
func (d *Draft) nameByLetter() {
	same := map[string]int{}
	for i := range d.Columns {
		same[crm.Heading(d.Columns[i].Heading)]++
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		folded := crm.Heading(c.Heading)
		c.byLetter = folded == "" || same[folded] > 1 || strings.HasPrefix(oneLine(c.Heading), "=")
	}
}

func (d *Draft) addExamples(ctx context.Context, book *sheet.Workbook) error {
	i := slices.IndexFunc(book.Sheets, func(s *sheet.Sheet) bool { return s.Name == d.Sheet })
	if i < 0 {
		return nil
	}
	rows, err := layout.FirstRows(ctx, book.Sheets[i], layout.HeadRows+exampleRows)
	if err != nil {
		return err
	}
	at := map[string]*Column{}
	for i := range d.Columns {
		at[d.Columns[i].Letter] = &d.Columns[i]
	}
	const most = 3
	for _, row := range rows {
		if row.Number <= d.HeaderRow || layout.IsExample(row) {
			continue
		}
		for _, cell := range row.Cells {
			c, value := at[sheet.ColumnName(cell.Column)], message.Plain(crm.Trim(cell.Shown()))
			if c != nil && value != "" && len(c.Examples) < most && !slices.Contains(c.Examples, value) {
				c.Examples = append(c.Examples, value)
			}
		}
	}
	return nil
}

// read takes the fields and ticks of the text. Columns that it does not name go by their headings, as they do in an import.
func (d *Draft) read(m *mapping.Mapping) {
	for i := range d.Columns {
		c := &d.Columns[i]
		named := slices.IndexFunc(m.Columns, func(o mapping.Column) bool {
			return o.Letter == c.Letter || o.Letter == "" && c.hasKey(o.Heading)
		})
		if named >= 0 {
			c.was = m.Columns[named].Field
		} else if !c.byLetter {
			c.was = d.schema.ByHeading(c.Heading)
		}
		c.Field = c.was
	}
	d.ruled, d.Rules = map[string][]bool{}, 1
	for _, kind := range crm.Kinds {
		rules := m.Policy.Ticked(kind)
		d.Rules = max(d.Rules, len(rules))
		for i, rule := range rules {
			for _, name := range rule {
				c := Column{ticks: d.ruled[kind.Path(name)]}
				c.tick(i, true)
				d.ruled[kind.Path(name)] = c.ticks
			}
		}
	}
	for i := range d.Columns {
		if c := &d.Columns[i]; c.Field != nil {
			c.ticks = slices.Clone(d.ruled[c.Field.Path()])
		}
	}
	d.match = ticks([]*Draft{d})
}

// sharing returns the drafts that the same lines of the text are for.
func (d *Draft) sharing() []*Draft {
	if d.peers == nil {
		return []*Draft{d}
	}
	return d.peers
}

// ticks returns the rules of each kind that has a column in some draft.
func ticks(drafts []*Draft) map[crm.Kind][][]string {
	all := map[crm.Kind][][]string{}
	rules := 0
	for _, d := range drafts {
		rules = max(rules, d.Rules)
	}
	for rule := range rules {
		names := map[crm.Kind][]string{}
		for _, d := range drafts {
			for i := range d.Columns {
				c := &d.Columns[i]
				if c.Field == nil {
					continue
				}
				if _, is := all[c.Field.Kind]; !is {
					all[c.Field.Kind] = nil // there, also without rules
				}
				if c.Ticked(rule) && !slices.Contains(names[c.Field.Kind], c.Field.Name) {
					names[c.Field.Kind] = append(names[c.Field.Kind], c.Field.Name)
				}
			}
		}
		for kind, fields := range names {
			all[kind] = append(all[kind], fields)
		}
	}
	return all
}

// Assign makes a column a field, in all sheets that the mapping is for; nil ignores it. It returns the column that lost the field, or nil.
func (d *Draft) Assign(i int, f *crm.Field) *Column {
	key := d.Columns[i].key()
	for _, other := range d.sharing() {
		if j := slices.IndexFunc(other.Columns, func(c Column) bool { return c.key() == key }); other != d && j >= 0 {
			other.assign(j, f)
		}
	}
	return d.assign(i, f)
}

func (d *Draft) assign(i int, f *crm.Field) *Column {
	c := &d.Columns[i]
	if c.Field == f {
		return nil
	}
	var loser *Column
	var ticks []bool
	if f != nil {
		ticks = slices.Clone(d.ruled[f.Path()])
	}
	for j := range d.Columns {
		if other := &d.Columns[j]; f != nil && other.Field == f {
			loser, ticks = other, other.ticks
			other.Field, other.ticks = nil, nil
		}
	}
	c.Field, c.ticks = f, ticks
	return loser
}

// Toggle ticks a column for a match rule, or no longer. It reports whether that is possible.
func (d *Draft) Toggle(i, rule int) bool {
	c := &d.Columns[i]
	if c.Field == nil {
		return false
	}
	is := !c.Ticked(rule)
	for _, other := range d.sharing() {
		other.Rules = max(other.Rules, d.Rules)
		for j := range other.Columns {
			if other.Columns[j].Field == c.Field {
				other.Columns[j].tick(rule, is)
			}
		}
	}
	return true
}

// Changed reports whether the mapping differs from the text.
func (d *Draft) Changed() bool {
	return slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Field != c.was }) || slices.ContainsFunc(crm.Kinds[:], d.matchChanged)
}

// matchChanged reports whether a kind is matched on something else than in the text. The order of the fields of a rule does not count.
func (d *Draft) matchChanged(kind crm.Kind) bool {
	now, is := ticks(d.sharing())[kind]
	sameRule := func(a, b []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
	}
	return is && !slices.EqualFunc(now, d.match[kind], sameRule)
}

// writeColumns writes the columns that were changed into the text of the sheet.
func (d *Draft) writeColumns(doc *document) {
	var before *Column
	for i := range d.Columns {
		c := &d.Columns[i]
		if c.Field != c.was {
			path := "ignore"
			if c.Field != nil {
				path = c.Field.Path()
			}
			doc.setColumn(c, before, path)
		}
		before = c
	}
}

// writeMatch writes what is matched on, where that was changed.
func (d *Draft) writeMatch(doc *document, comments bool) {
	for _, kind := range crm.Kinds {
		if d.matchChanged(kind) {
			doc.setMatch(kind, ticks(d.sharing())[kind], comments)
		}
	}
}

// Fields returns the fields that a column can be.
func (d *Draft) Fields() []*crm.Field { return d.schema.Fields() }
