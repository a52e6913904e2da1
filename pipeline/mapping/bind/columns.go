package bind

import (
	"fmt"
	"slices"
	"strconv"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// binder maps the columns of a sheet while its Binding is made.
type binder struct {
	*Binding
	headings []layout.Heading // without those of problem columns
	row      int              // of the headings
	taken    map[int]bool     // columns that the sidecar mentions
}

// mapColumns finds the field of each column.
func (b *binder) mapColumns() error {
	for i := range b.m.Columns {
		if b.Own && b.m.Columns[i].Field != nil {
			continue
		}
		if err := b.explicit(&b.m.Columns[i]); err != nil {
			return err
		}
	}
	if err := b.byHeading(); err != nil {
		return err
	}
	return b.takeRests()
}

// ofOtherFiles reports whether the mapping names headings, the sheet has none of them, and yet it has known ones (W20).
func ofOtherFiles(m *mapping.Mapping, headings []layout.Heading) bool {
	named, known := false, false
	for _, c := range m.Columns {
		if c.Field == nil || c.Letter != "" {
			continue
		}
		named = true
		if slices.ContainsFunc(headings, func(h layout.Heading) bool { return crm.Heading(h.Text) == crm.Heading(c.Heading) }) {
			return false
		}
	}
	for _, h := range headings {
		known = known || m.Schema.ByHeading(h.Text) != nil
	}
	return named && known
}

// explicit maps a column that the sidecar names.
func (b *binder) explicit(c *mapping.Column) error {
	var at []layout.Heading
	for _, h := range b.headings {
		if c.Letter != "" && b.problems.letter(h.Index) == c.Letter || c.Letter == "" && crm.Heading(h.Text) == crm.Heading(c.Heading) {
			at = append(at, h)
		}
	}
	if index, ok := sheet.ColumnIndex(c.Letter); ok && c.Letter != "" && len(at) == 0 {
		at = []layout.Heading{{Index: b.problems.with(index), Text: c.Letter}} // a column without a heading
	}
	switch {
	case len(at) == 0 && c.Field == nil:
		return nil // to ignore what is not there is not a mistake
	case len(at) == 0:
		return b.refuse("heading_missing", b.row, message.Say("the heading %s, which the mapping uses for %s, was not found. Headings found: %s",
			strconv.Quote(c.Heading), c.Field.Path(), layout.Quoted(b.headings)))
	case len(at) > 1 && c.Field != nil:
		return b.refuse("heading_twice", b.row, message.Say("the heading %s is in columns %s and %s: name the column by its letter instead, \"=%s\"",
			strconv.Quote(c.Heading), sheet.ColumnName(at[0].Index), sheet.ColumnName(at[1].Index), b.problems.letter(at[0].Index)))
	}
	for _, h := range at {
		b.taken[h.Index] = true
	}
	if c.Field != nil {
		b.add(at[0], c.Field, c)
	}
	return nil
}

// byHeading maps the columns that the sidecar does not mention (R3). A field that a column has already is left to that column.
func (b *binder) byHeading() error {
	explicit := slices.Clone(b.Columns)
	from := map[*crm.Field]layout.Heading{}
	for _, h := range b.headings {
		if b.taken[h.Index] || b.problems.isExtra(h) {
			continue
		}
		field := b.m.Schema.ByHeading(h.Text)
		if field != nil && (b.problems.isLeftOver(h, b.headings) || slices.ContainsFunc(explicit, func(c *ledger.Column) bool { return c.Field == field })) {
			field = nil
		}
		if field == nil || !b.m.MayWrite(field) {
			b.Unknown = append(b.Unknown, h.Text)
			continue
		}
		if other, twice := from[field]; twice {
			return b.refuse("heading_twice", b.row, message.Say("the headings %s (column %s) and %s (column %s) were both recognised as %s: map one, and write ignore for the other",
				strconv.Quote(other.Text), sheet.ColumnName(other.Index), strconv.Quote(h.Text), sheet.ColumnName(h.Index), field.Path()))
		}
		from[field] = h
		b.add(h, field, &mapping.Column{Field: field, OnUpdate: b.m.OnUpdate, OnBlank: b.m.OnBlank, OnInvalid: b.m.OnInvalid})
	}
	return nil
}

func (b *binder) add(h layout.Heading, field *crm.Field, said *mapping.Column) *ledger.Column {
	c := &ledger.Column{Heading: h.Text, Index: h.Index, Letter: sheet.ColumnName(h.Index), Field: field,
		OnUpdate: said.OnUpdate, OnBlank: said.OnBlank, OnInvalid: said.OnInvalid}
	b.Columns = append(b.Columns, c)
	b.rules[c] = &rule{byHeading: said.Heading == "" && said.Letter == "", Column: convert.Column{Field: field, Heading: h.Text, Index: h.Index, Layouts: said.Layouts,
		Values: said.Values, Default: said.Default, Split: said.Split, Rest: said.Rest, Key: b.key(field)}}
	return c
}

// key reports whether a field is matched on. A ticked name may be made of first and last name.
func (b *binder) key(f *crm.Field) bool {
	return slices.ContainsFunc(b.Policy.Ticked(f.Kind), func(fields []string) bool {
		return slices.Contains(fields, f.Name) || (f.Name == "first_name" || f.Name == "last_name") && slices.Contains(fields, "name")
	})
}

// takeRests adds a column for each field that takes what split: first leaves of others. It has no cells of its own, so no other column can be it.
func (b *binder) takeRests() error {
	for _, c := range slices.Clone(b.Columns) {
		field := b.rules[c].Rest
		if field == nil {
			continue
		}
		i := slices.IndexFunc(b.rests, func(r rest) bool { return r.column.Field == field })
		if i >= 0 {
			b.rests[i].from = append(b.rests[i].from, c)
			continue
		}
		other := slices.IndexFunc(b.Columns, func(c *ledger.Column) bool { return c.Field == field })
		switch {
		case other >= 0:
			return b.refuse("mapping", b.row, message.Say("the column %s is %s, which receives the other values of %s (rest): write ignore for that column, or name another field for rest",
				strconv.Quote(b.Columns[other].Heading), field.Path(), strconv.Quote(c.Heading)))
		case b.key(field):
			return b.refuse("mapping", b.row, message.Say("%s is matched on, so it cannot receive the other values of %s (rest): name another field for rest", field.Path(), strconv.Quote(c.Heading)))
		}
		rule := mapping.Column{Field: field, OnUpdate: ledger.Append, OnBlank: ledger.BlankKeep, OnInvalid: c.OnInvalid}
		if c.OnUpdate == ledger.Never {
			rule.OnUpdate = ledger.Never
		}
		added := b.add(layout.Heading{Index: c.Index, Text: c.Heading}, field, &rule)
		b.rules[added].rest = true
		b.rests = append(b.rests, rest{added, []*ledger.Column{c}})
	}
	return nil
}

// complete checks what only shows with the headings at hand: something is mapped, every ticked field has a column, defaults are values.
func (b *binder) complete() error {
	if len(b.Columns) == 0 {
		return b.refuse("no_heading", b.row, message.Say("no heading was recognised: %s. Specify in a mapping which column is which field", layout.ShortList(b.Unknown)))
	}
	order := map[*crm.Field]int{}
	for i, f := range b.m.Schema.Fields() {
		order[f] = i
	}
	slices.SortFunc(b.Columns, func(x, y *ledger.Column) int { return order[x.Field] - order[y.Field] })
	for _, c := range b.Columns {
		b.cells.SetCurrency(&b.rules[c].Column)
	}
	for _, c := range b.Columns {
		if text := b.rules[c].Default; crm.Trim(text) != "" {
			v, err := b.cells.Value(&b.rules[c].Column, sheet.Cell{Type: sheet.Text, Raw: crm.Trim(text)}, sheet.Row{})
			if err != nil && !err.Warning {
				return b.refuse("mapping", b.row, err.Text.Quoting(fmt.Sprintf("%s: default %q", c.Heading, text)))
			}
			c.Default = v
		}
	}
	for _, kind := range crm.Kinds {
		if err := b.ticked(kind); err != nil {
			return err
		}
		b.lint(kind)
	}
	return nil
}

// lint says where every row creates a record because nothing is matched on (A3, C8).
func (b *binder) lint(kind crm.Kind) {
	mapped, hasID := false, false
	for _, c := range b.Columns {
		mapped = mapped || c.Field.Kind == kind
		hasID = hasID || c.Field.Kind == kind && c.Field.Name == "id"
	}
	if !mapped || hasID || len(b.Policy.Ticked(kind)) > 0 {
		return
	}
	code := ledger.NoMatchKey
	if kind.Parent() != "" {
		code = ledger.NoContactKey
	}
	b.lints = append(b.lints, ledger.Problem{Ref: ledger.Ref{Sheet: b.sheet, Row: b.row}, Code: code, Warning: true,
		Text: ledger.SayOf(kind,
			"no field is set to match {kinds} on, so every row creates a new {kind}, also when the same file is imported again: set match: {kind}: in the mapping")})
}

// ticked checks that every field matched on has a column, if the sheet has that kind at all.
func (b *binder) ticked(kind crm.Kind) error {
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
	if kind.Parent() == "" && len(rules) == 0 && !hasID && b.Policy.Mode == ledger.UpdateOnly {
		return b.refuse("no_match_key", b.row, ledger.SayOf(kind, "the import only updates records, but no field is set to match on: set match: {kind}: in the mapping, or add a column with the ID"))
	}
	parts := slices.ContainsFunc(kind.NameParts(), func(part string) bool { return mapped[part] })
	missing, there := "", false
	for _, rule := range rules {
		for _, name := range rule {
			if mapped[name] || name == "name" && parts {
				there = true
			} else if missing == "" {
				missing = name
			}
		}
	}
	switch said := b.m.SetsMatch(kind); {
	case missing == "":
		return nil
	case said:
		return b.refuse("heading_missing", b.row, message.Say("no column was recognised as %s, which the mapping matches on: add the column, or match on other fields", string(kind)+"."+missing))
	case hasID && (!there || b.Policy.Mode == ledger.UpdateOnly):
		b.unmatched(kind) // the ID selects the records, as in a file of IDs and what is to change
		return nil
	}
	return b.refuse("heading_missing", b.row, b.unconfigured(kind, missing))
}

// unmatched takes the configured match rules of a kind away.
func (b *binder) unmatched(kind crm.Kind) {
	b.Policy.Match[kind.Number()] = nil
}

// unconfigured says that the configuration matches on a field for which the sheet has no column, and what to write instead.
func (b *binder) unconfigured(kind crm.Kind, name string) message.Text {
	label := name
	if f := b.m.Schema.Field(string(kind) + "." + name); f != nil {
		label = f.SV + " (" + f.EN + ")"
	}
	var columns []string
	for _, h := range b.headings {
		columns = append(columns, strconv.Quote(h.Text))
	}
	return ledger.SayOf(kind,
		"no column was recognised as %s, which the configuration matches {kinds} on. Columns found: %s. Add the column, map a column to it, or set in the mapping what to match on, e.g. match: {{kind}: [name]}, or match: {{kind}: []} to match on nothing",
		label, layout.ShortList(columns))
}
