package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
)

// Binding is a mapping laid on the headings of one sheet: it makes drafts of the sheet's rows.
type Binding struct {
	Policy   ledger.Policy
	Columns  []*ledger.Column // the mapped ones, in the order of the schema
	Unknown  []string         // headings that lead nowhere
	Told     []string         // headings of rejected rows that say what was wrong
	m        *Mapping
	sheet    string
	lints    []ledger.Problem           // of the mapping as a whole; they stand with the first row
	rules    map[*ledger.Column]*Column // what the sidecar says of the column, or nothing
	accounts int                        // how many columns are the account's
}

// Choose returns the sheet that the mapping names, or the first visible one with cells. *ledger.Refusal if there is none.
func (m *Mapping) Choose(book *sheet.Workbook) (*sheet.Sheet, error) {
	var names []string
	for _, s := range book.Sheets {
		number, err := strconv.Atoi(m.Sheet)
		switch {
		case m.Sheet == "" && s.Grid && !s.Hidden,
			m.Sheet != "" && s.Grid && (s.Name == m.Sheet || crm.Heading(s.Name) == crm.Heading(m.Sheet) || err == nil && s.Number == number):
			return s, nil
		}
		if s.Grid {
			names = append(names, strconv.Quote(s.Name))
		}
	}
	if m.Sheet == "" {
		return nil, &ledger.Refusal{Code: "no_sheet", Text: ledger.Say("the workbook has no visible sheet with cells")}
	}
	return nil, &ledger.Refusal{Code: "no_sheet", Text: ledger.Say("there is no sheet %s; the workbook has %s", strconv.Quote(m.Sheet), strings.Join(names, ", "))}
}

// Told are the headings of the last columns of a rejected workbook, by language: which row of the workbook it was, what was wrong, and
// in which cell.
var Told = map[string][]string{"en": {"Row", "Problem", "Cell"}, "sv": {"Rad", "Problem", "Cell"}}

// untold returns the headings without those that say what was wrong, if the person left them there and the sidecar does not speak of them:
// Cell would be a mobile phone else.
func (m *Mapping) untold(headings []heading) []heading {
	for _, told := range Told {
		n := len(headings) - len(told)
		speaks := slices.ContainsFunc(m.Columns, func(c Column) bool { return slices.Contains(told, c.Heading) })
		if n > 0 && !speaks && slices.EqualFunc(headings[n:], told, func(h heading, word string) bool { return crm.Heading(h.text) == crm.Heading(word) }) {
			return headings[:n]
		}
	}
	return headings
}

// Bind lays the mapping on the heading row of a sheet. *ledger.Refusal where the two do not fit.
func (m *Mapping) Bind(name string, head sheet.Row) (*Binding, error) {
	b := &Binding{Policy: m.Policy, m: m, sheet: name, rules: map[*ledger.Column]*Column{}}
	all := headingsOf(head)
	headings := m.untold(all)
	for _, h := range all[len(headings):] {
		b.Told = append(b.Told, h.text)
	}
	if len(headings) == 0 {
		return nil, b.refuse("no_heading", head.Number, ledger.Say("this row has no headings; write in the mapping which row has: header_row"))
	}
	taken := map[int]bool{} // columns that the sidecar speaks of
	for i := range m.Columns {
		if err := b.explicit(&m.Columns[i], headings, taken, head.Number); err != nil {
			return nil, err
		}
	}
	if err := b.byHeading(headings, taken, head.Number); err != nil {
		return nil, err
	}
	err := b.complete(head.Number)
	for _, c := range b.Columns {
		if c.Field.Kind == crm.Account {
			b.accounts++
		}
	}
	return b, err
}

// Warn adds what a person should know of the workbook as a whole to the problems of the first row.
func (b *Binding) Warn(problems []ledger.Problem) {
	for _, p := range problems {
		p.Sheet = b.sheet
		b.lints = append(b.lints, p)
	}
}

// Sheet returns the name of the sheet.
func (b *Binding) Sheet() string { return b.sheet }

type heading struct {
	index int
	text  string
}

func headingsOf(head sheet.Row) []heading {
	var all []heading
	for _, c := range head.Cells {
		if text := crm.Trim(c.Shown()); text != "" {
			all = append(all, heading{c.Column, text})
		}
	}
	return all
}

func (b *Binding) refuse(code string, row int, text ledger.Text) error {
	return &ledger.Refusal{Ref: ledger.Ref{Sheet: b.sheet, Row: row}, Code: code, Text: text}
}

// explicit maps a column that the sidecar names.
func (b *Binding) explicit(c *Column, headings []heading, taken map[int]bool, row int) error {
	var at []heading
	for _, h := range headings {
		if c.Letter != "" && sheet.ColumnName(h.index) == c.Letter || c.Letter == "" && crm.Heading(h.text) == crm.Heading(c.Heading) {
			at = append(at, h)
		}
	}
	if index, ok := sheet.ColumnIndex(c.Letter); ok && c.Letter != "" && len(at) == 0 {
		at = []heading{{index, c.Letter}} // a column without a heading
	}
	switch {
	case len(at) == 0 && c.Field == nil:
		return nil // to ignore what is not there is no mistake
	case len(at) == 0:
		return b.refuse("heading_missing", row, ledger.Say("there is no heading %s, which the mapping has as %s; the headings are %s",
			strconv.Quote(c.Heading), c.Field.Path(), quoted(headings)))
	case len(at) > 1 && c.Field != nil:
		return b.refuse("heading_twice", row, ledger.Say("the heading %s stands in the columns %s and %s; name the column by its letter: \"=%s\"",
			strconv.Quote(c.Heading), sheet.ColumnName(at[0].index), sheet.ColumnName(at[1].index), sheet.ColumnName(at[0].index)))
	}
	for _, h := range at {
		taken[h.index] = true
	}
	if c.Field != nil {
		b.add(at[0], c.Field, c)
	}
	return nil
}

// byHeading maps the columns that the sidecar does not speak of (R3). A field that a column has already is left to that column.
func (b *Binding) byHeading(headings []heading, taken map[int]bool, row int) error {
	explicit := slices.Clone(b.Columns)
	from := map[*crm.Field]heading{}
	for _, h := range headings {
		field := b.m.schema.ByHeading(h.text)
		if taken[h.index] || field != nil && slices.ContainsFunc(explicit, func(c *ledger.Column) bool { return c.Field == field }) {
			continue
		}
		if field == nil || b.m.writable != nil && !b.m.writable(field) {
			b.Unknown = append(b.Unknown, h.text)
			continue
		}
		if other, twice := from[field]; twice {
			return b.refuse("heading_twice", row, ledger.Say("the headings %s (column %s) and %s (column %s) both mean %s; map one and write ignore for the other",
				strconv.Quote(other.text), sheet.ColumnName(other.index), strconv.Quote(h.text), sheet.ColumnName(h.index), field.Path()))
		}
		from[field] = h
		b.add(h, field, &Column{Field: field, OnUpdate: b.m.onUpdate, OnBlank: b.m.onBlank, OnInvalid: b.m.onInvalid})
	}
	return nil
}

func (b *Binding) add(h heading, field *crm.Field, rule *Column) {
	c := &ledger.Column{Heading: h.text, Index: h.index, Letter: sheet.ColumnName(h.index), Field: field,
		OnUpdate: rule.OnUpdate, OnBlank: rule.OnBlank, OnInvalid: rule.OnInvalid}
	b.Columns = append(b.Columns, c)
	b.rules[c] = rule
}

// complete checks what only shows with the headings at hand: something is mapped, every ticked field has a column, defaults are values.
func (b *Binding) complete(row int) error {
	if len(b.Columns) == 0 {
		return b.refuse("no_heading", row, ledger.Say("no heading is known: %s; say in a mapping which column is which field", strings.Join(b.Unknown, ", ")))
	}
	order := map[*crm.Field]int{}
	for i, f := range b.m.schema.Fields() {
		order[f] = i
	}
	slices.SortFunc(b.Columns, func(x, y *ledger.Column) int { return order[x.Field] - order[y.Field] })
	for _, c := range b.Columns {
		if text := b.rules[c].Default; text != "" {
			v, err := b.value(c, sheet.Cell{Type: sheet.Text, Raw: text})
			if err != nil {
				return b.refuse("mapping", row, err.text.Of(fmt.Sprintf("%s: default %q", c.Heading, text)))
			}
			c.Default = v
		}
	}
	for _, kind := range crm.Kinds {
		if err := b.ticked(kind, row); err != nil {
			return err
		}
		b.lint(kind, row)
	}
	return nil
}

// lint says where every row creates a record because nothing is matched on (A3, C8).
func (b *Binding) lint(kind crm.Kind, row int) {
	mapped, hasID := false, false
	for _, c := range b.Columns {
		mapped = mapped || c.Field.Kind == kind
		hasID = hasID || c.Field.Kind == kind && c.Field.Name == "id"
	}
	if !mapped || hasID || len(b.Policy.Ticked(kind)) > 0 {
		return
	}
	code := ledger.NoMatchKey
	if kind == crm.Contact {
		code = ledger.NoContactKey
	}
	b.lints = append(b.lints, ledger.Problem{Ref: ledger.Ref{Sheet: b.sheet, Row: row}, Code: code, Warning: true,
		Text: ledger.SayOf(kind,
			"accounts are matched on nothing, so every row is another one, also when the file comes again: write match: account: in the mapping",
			"contacts are matched on nothing, so every row is another one, also when the file comes again: write match: contact: in the mapping")})
}

// ticked checks that every field matched on has a column, if the sheet has that kind at all.
func (b *Binding) ticked(kind crm.Kind, row int) error {
	mapped := map[string]bool{}
	for _, c := range b.Columns {
		if c.Field.Kind == kind {
			mapped[c.Field.Name] = true
		}
	}
	rules := b.Policy.Ticked(kind)
	hasID := mapped["id"]
	if len(mapped) == 0 {
		return nil
	}
	if kind == crm.Account && len(rules) == 0 && !hasID && b.Policy.Mode == ledger.UpdateOnly {
		return b.refuse("no_match_key", row, ledger.Say("the import only updates, and nothing is matched on: give match: account: in the mapping, or a column with the ID"))
	}
	parts := kind == crm.Contact && (mapped["first_name"] || mapped["last_name"])
	for _, rule := range rules {
		for _, name := range rule {
			if mapped[name] || name == "name" && parts {
				continue
			}
			return b.refuse("heading_missing", row, ledger.Say("the mapping matches on %s, and no column is that: add the column, or match on others", string(kind)+"."+name))
		}
	}
	return nil
}

func quoted(headings []heading) string {
	var all []string
	for _, h := range headings {
		all = append(all, strconv.Quote(h.text))
	}
	return strings.Join(all, ", ")
}
