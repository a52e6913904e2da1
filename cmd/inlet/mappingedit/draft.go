package mappingedit

import (
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
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
	Ticked     bool // matched on
	Confidence int  // of the suggestion, in percent; 0 for none
	Why        string
	Suggested  *crm.Field

	byLetter bool       // the mapping names it by its letter: it has no heading, or another column has the same
	was      *crm.Field // in the text that is edited
}

// Draft is a mapping that is being edited.
type Draft struct {
	Book      string
	Sheet     string
	HeaderRow int
	Columns   []Column
	Cascade   bool // the mapping tries several match rules in turn, which ticks cannot show: they stay as they are

	schema *crm.Schema
	text   []byte          // that is edited
	ruled  map[string]bool // the fields that the text matches on, by path, also without a column
	match  map[crm.Kind][]string
}

// exampleRows are the rows from which examples are taken.
const exampleRows = 100

// New returns the draft of a workbook's mapping. Its text is the existing mapping, or nil: then it is what is suggested.
func New(ctx context.Context, schema *crm.Schema, fallback mapping.Fallback, book *sheet.Workbook, sheetName string, existing []byte, lang string) (*Draft, error) {
	s, err := suggest.Suggest(ctx, schema, book, sheetName)
	if err != nil {
		return nil, err
	}
	d := &Draft{Book: s.Book, Sheet: s.Sheet, HeaderRow: s.HeaderRow, schema: schema, text: existing}
	if existing == nil {
		d.text = s.YAML(lang)
	}
	m, err := mapping.Parse(s.Book, d.text, schema, fallback)
	if err != nil {
		return nil, err
	}
	if len(m.Sheets) > 0 {
		return nil, &ledger.Refusal{Code: "sheets", Text: message.Say("the mapping is for several sheets: edit it with an editor")}
	}
	if _, err := newDocument(d.text); err != nil {
		return nil, err
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		d.Columns = append(d.Columns, Column{Heading: c.Heading, Letter: c.Letter, Suggested: c.Field, Confidence: c.Confidence, Why: c.Because(lang)})
	}
	d.nameByLetter()
	if err := d.addExamples(ctx, book); err != nil {
		return nil, err
	}
	d.read(m)
	return d, nil
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
	d.ruled = map[string]bool{}
	for _, kind := range crm.Kinds {
		rules := m.Policy.Ticked(kind)
		d.Cascade = d.Cascade || len(rules) > 1
		for _, rule := range rules {
			for _, name := range rule {
				d.ruled[kind.Path(name)] = true
			}
		}
	}
	for i := range d.Columns {
		c := &d.Columns[i]
		c.Ticked = c.Field != nil && d.ruled[c.Field.Path()]
	}
	d.match = d.ticks()
}

// ticks returns the fields that are matched on, of each kind that has a column.
func (d *Draft) ticks() map[crm.Kind][]string {
	all := map[crm.Kind][]string{}
	for i := range d.Columns {
		c := &d.Columns[i]
		if c.Field == nil {
			continue
		}
		names := all[c.Field.Kind]
		if c.Ticked {
			names = append(names, c.Field.Name)
		}
		all[c.Field.Kind] = names
	}
	return all
}

// Assign makes a column a field; nil ignores it. It returns the column that lost the field, or nil.
func (d *Draft) Assign(i int, f *crm.Field) *Column {
	c := &d.Columns[i]
	if c.Field == f {
		return nil
	}
	var loser *Column
	ticked := f != nil && d.ruled[f.Path()]
	for j := range d.Columns {
		if other := &d.Columns[j]; f != nil && other.Field == f {
			loser, ticked = other, other.Ticked
			other.Field, other.Ticked = nil, false
		}
	}
	c.Field, c.Ticked = f, ticked
	return loser
}

// Toggle ticks a column for matching, or no longer. It reports whether that is possible.
func (d *Draft) Toggle(i int) bool {
	c := &d.Columns[i]
	if c.Field == nil || d.Cascade {
		return false
	}
	c.Ticked = !c.Ticked
	return true
}

// Changed reports whether the mapping differs from the text.
func (d *Draft) Changed() bool {
	return slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Field != c.was }) || d.matchChanged()
}

func (d *Draft) matchChanged() bool {
	now := d.ticks()
	for _, kind := range crm.Kinds {
		if _, is := now[kind]; !d.Cascade && is && !slices.Equal(slices.Sorted(slices.Values(now[kind])), slices.Sorted(slices.Values(d.match[kind]))) {
			return true
		}
	}
	return false
}

// YAML returns the text with the changes.
func (d *Draft) YAML() []byte {
	doc, _ := newDocument(d.text) // New has seen that it can be edited
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
	if d.matchChanged() {
		doc.setMatch(d.ticks())
	}
	return doc.bytes()
}

// Fields returns the fields that a column can be.
func (d *Draft) Fields() []*crm.Field { return d.schema.Fields() }
