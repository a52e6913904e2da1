package columns

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/strictyaml"
)

// Draft is a mapping as a person chooses it.
type Draft struct {
	Sheet     string // "" for the one that is taken anyway
	HeaderRow int    // 0 likewise
	Mode      string // upsert, update or create
	Columns   []Column
	Rules     map[crm.Kind][][]string // what is matched on: the ticked fields, and further rules of a mapping that there was

	Manager, ApplyTo string   // account manager, and which records get it
	Campaigns        []string // of all kinds
	Categories       map[crm.Kind][]string
	Mail, Webhooks   []string
	Choices          map[string]string // for ambiguous rows
	Others           string            // the other keys of the mapping, word for word
}

// Column is one column of the sheet.
type Column struct {
	Index   int // from 0
	Letter  string
	Heading string
	Field   string // path; "" is not imported
	Options string // what else the mapping says about it, as long as it is the field OptionsOf
	Of      string

	Examples []string // of the first rows
	Guess    Guess
}

// Guess is what a column seems to be.
type Guess struct {
	Field  string
	Sure   int // percent; 0 if it seems to be nothing
	Unsure bool
	Number bool // it is the customer's number in another system, for which there is no field
	Why    string
}

// Ticked reports whether a column is matched on.
func (d *Draft) Ticked(c *Column) bool {
	kind, name, _ := strings.Cut(c.Field, ".")
	rules := d.Rules[crm.Kind(kind)]
	return len(rules) > 0 && slices.Contains(rules[0], name)
}

// Tick makes a kind be matched on some fields. Further rules stay only while the first is what it was.
func (d *Draft) Tick(kind crm.Kind, fields []string) {
	rules := d.Rules[kind]
	if len(rules) > 0 && slices.Equal(sorted(rules[0]), sorted(fields)) {
		return
	}
	d.Rules[kind] = nil
	if len(fields) > 0 {
		d.Rules[kind] = [][]string{fields}
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// HasKind reports whether a column is a field of a kind.
func (d *Draft) HasKind(kind crm.Kind) bool {
	return slices.ContainsFunc(d.Columns, func(c Column) bool { return strings.HasPrefix(c.Field, string(kind)+".") })
}

// Has reports whether a column is a field.
func (d *Draft) Has(path string) bool { return d.column(path) != nil }

// column returns the column of a field, or nil.
func (d *Draft) column(path string) *Column {
	if i := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Field == path }); i >= 0 {
		return &d.Columns[i]
	}
	return nil
}

// YAML returns the draft as a mapping. Without choices it can stay for the files that come after this one.
func (d *Draft) YAML(choices bool) []byte {
	var b strings.Builder
	b.WriteString("version: 1\n")
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, strictyaml.Quote(value))
		}
	}
	if d.Mode != "" && d.Mode != string(ledger.Upsert) {
		line("mode", d.Mode)
	}
	line("sheet", d.Sheet)
	if d.HeaderRow > 0 {
		fmt.Fprintf(&b, "header_row: %d\n", d.HeaderRow)
	}
	if !strings.Contains("\n"+d.Others, "\nambiguous:") {
		b.WriteString("ambiguous: park  # a row that matches several records waits for a person\n")
	}
	b.WriteString(d.Others)
	d.columns(&b)
	d.match(&b)
	d.defaults(&b)
	if len(d.Mail)+len(d.Webhooks) > 0 {
		fmt.Fprintf(&b, "when_done: {mail: %s, webhook: %s}\n", flow(d.Mail), flow(d.Webhooks))
	}
	if choices && len(d.Choices) > 0 {
		b.WriteString("choices:\n")
		for _, row := range slices.Sorted(maps.Keys(d.Choices)) {
			fmt.Fprintf(&b, "  %s: %s\n", strictyaml.Quote(row), strictyaml.Quote(d.Choices[row]))
		}
	}
	return []byte(b.String())
}

func (d *Draft) columns(b *strings.Builder) {
	seen := map[string]int{}
	for i := range d.Columns {
		seen[crm.Heading(d.Columns[i].Heading)]++
	}
	b.WriteString("columns:")
	before := b.Len()
	for i := range d.Columns {
		c := &d.Columns[i]
		heading := oneLine(c.Heading)
		if heading == "" && c.Field == "" {
			continue // without a heading it is left alone anyway
		}
		if folded := crm.Heading(heading); folded == "" || seen[folded] > 1 || strings.HasPrefix(heading, "=") {
			heading = "=" + c.Letter
		}
		value := c.Field
		switch {
		case value == "":
			value = "ignore"
		case c.Options != "" && c.Of == c.Field:
			value = "{field: " + value + ", " + c.Options + "}"
		}
		fmt.Fprintf(b, "\n  %s: %s", strictyaml.Quote(heading), value)
	}
	if b.Len() == before {
		b.WriteString(" {}")
	}
	b.WriteByte('\n')
}

func (d *Draft) match(b *strings.Builder) {
	b.WriteString("match:")
	before := b.Len()
	for _, kind := range crm.Kinds {
		if !d.HasKind(kind) {
			continue
		}
		var rules []string
		for _, rule := range d.Rules[kind] {
			rules = append(rules, flow(rule))
		}
		all := "[" + strings.Join(rules, ", ") + "]"
		if len(rules) == 1 {
			all = rules[0]
		}
		fmt.Fprintf(b, "\n  %s: %s", kind, all) // an empty list is written out: otherwise what the configuration says would hold
	}
	if b.Len() == before {
		b.WriteString(" {}")
	}
	b.WriteByte('\n')
}

func (d *Draft) defaults(b *strings.Builder) {
	var all []string
	switch {
	case d.Manager != "" && d.ApplyTo != "":
		all = append(all, fmt.Sprintf("account_manager: {user: %s, apply_to: %s}", strictyaml.Quote(d.Manager), d.ApplyTo))
	case d.Manager != "":
		all = append(all, "account_manager: "+strictyaml.Quote(d.Manager))
	}
	if len(d.Campaigns) > 0 {
		all = append(all, "campaign: "+flow(d.Campaigns))
	}
	for _, kind := range crm.Kinds {
		if words := d.Categories[kind]; len(words) > 0 {
			all = append(all, string(kind)+"_category: "+flow(words))
		}
	}
	if len(all) > 0 {
		b.WriteString("defaults:\n  " + strings.Join(all, "\n  ") + "\n")
	}
}

// flow writes a list on one line.
func flow(list []string) string {
	quoted := make([]string, len(list))
	for i, text := range list {
		quoted[i] = strictyaml.Quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// oneLine returns a text without line breaks and what is not printed.
func oneLine(text string) string { return strings.Join(strings.Fields(crm.Trim(text)), " ") }
