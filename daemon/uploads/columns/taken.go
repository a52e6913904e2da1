package columns

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping"
	"inlet.example/inlet/pipeline/strictyaml"
)

// take fills in what a mapping says, of the columns that the draft has. content is its text.
func (d *Draft) take(m *mapping.Mapping, content []byte) {
	d.Mode, d.Others = string(m.Policy.Mode), others(string(content))
	d.Choices = maps.Clone(m.Policy.Choices)
	d.Rules = map[crm.Kind][][]string{}
	for _, kind := range crm.Kinds {
		d.Rules[kind] = m.Policy.Ticked(kind)
	}
	d.Mail, d.Webhooks = m.WhenDone.Mail, m.WhenDone.Webhooks
	d.takeDefaults(&m.Policy.Defaults)
	for i := range d.Columns {
		c := &d.Columns[i]
		c.Field = c.Guess.Field
		if f := m.Schema.ByHeading(c.Heading); f != nil {
			c.Field = f.Path()
		}
		for j := range m.Columns {
			is := &m.Columns[j]
			if is.Letter != c.Letter && (is.Letter != "" || crm.Heading(is.Heading) != crm.Heading(c.Heading)) {
				continue
			}
			c.Field = ""
			if is.Field != nil {
				c.Field = is.Field.Path()
			}
			c.Options, c.Of = options(is, m), c.Field
		}
	}
	d.dropTwice()
	d.dropUnmapped()
}

// dropUnmapped leaves out the rules that have fields without a column. If no rule is left, the first is kept with the fields that have one. A name that is
// made of other columns is matched on by those.
func (d *Draft) dropUnmapped() {
	for _, kind := range crm.Kinds {
		lacks := func(field string) bool { return d.column(kind.Path(field)) == nil }
		var rules, whole [][]string
		for _, rule := range d.Rules[kind] {
			if i := slices.Index(rule, "name"); i >= 0 && lacks("name") && kind.NameParts() != nil {
				rule = slices.Concat(rule[:i], slices.DeleteFunc(slices.Clone(kind.NameParts()), lacks), rule[i+1:])
			}
			rules = append(rules, rule)
			if len(rule) > 0 && !slices.ContainsFunc(rule, lacks) {
				whole = append(whole, rule)
			}
		}
		if len(whole) == 0 && len(rules) > 0 {
			if rest := slices.DeleteFunc(slices.Clone(rules[0]), lacks); len(rest) > 0 {
				whole = [][]string{rest}
			}
		}
		d.Rules[kind] = whole
	}
}

// dropTwice leaves a field to the first of the columns that have it.
func (d *Draft) dropTwice() {
	seen := map[string]bool{}
	for i := range d.Columns {
		c := &d.Columns[i]
		if c.Field != "" && seen[c.Field] {
			c.Field = ""
		}
		seen[c.Field] = true
	}
}

func (d *Draft) takeDefaults(from *ledger.Defaults) {
	if !from.Manager.Absent() {
		d.Manager = from.Manager.String()
	}
	if from.ApplyTo != ledger.ApplyNewAndEmpty {
		d.ApplyTo = string(from.ApplyTo)
	}
	items := func(kind crm.Kind, field string) []string {
		all, _ := from.Add[kind].Of(field).Items()
		return all
	}
	d.Campaigns, d.Categories = items(crm.Top, "campaigns"), map[crm.Kind][]string{}
	for _, kind := range crm.Kinds {
		d.Categories[kind] = items(kind, "categories")
	}
}

// options returns what a mapping says about a column besides its field, as the inside of a map in flow style.
func options(c *mapping.Column, m *mapping.Mapping) string {
	var all []string
	word := func(key, value, usual string) {
		if value != usual && value != "" {
			all = append(all, key+": "+strictyaml.Quote(value))
		}
	}
	word("on_update", string(c.OnUpdate), string(m.OnUpdate))
	word("on_blank", string(c.OnBlank), string(m.OnBlank))
	word("on_invalid", string(c.OnInvalid), string(m.OnInvalid))
	word("default", c.Default, "")
	if len(c.Layouts) > 0 {
		all = append(all, "layouts: "+flow(c.Layouts))
	}
	if len(c.Values) > 0 {
		var values []string
		for _, key := range slices.Sorted(maps.Keys(c.Values)) {
			values = append(values, fmt.Sprintf("%s: %s", strictyaml.Quote(key), strictyaml.Quote(c.Values[key])))
		}
		all = append(all, "values: {"+strings.Join(values, ", ")+"}")
	}
	if c.Split {
		all = append(all, "split: first")
	}
	if c.Rest != nil {
		all = append(all, "rest: "+c.Rest.Path())
	}
	return strings.Join(all, ", ")
}

// shown are the keys that a draft has itself.
var shown = []string{"version", "mode", "sheet", "header_row", "columns", "match", "defaults", "when_done", "choices"}

var topKey = regexp.MustCompile(`^([a-z_]+):`)

// others returns the lines of a mapping with keys that a draft does not have. A mapping that is written on one line has none: it begins with a bracket.
func others(content string) string {
	var b strings.Builder
	keep := false
	for line := range strings.Lines(strings.ReplaceAll(content, "\r\n", "\n")) {
		text := strings.TrimRight(line, "\n")
		if key := topKey.FindStringSubmatch(text); key != nil {
			keep = !slices.Contains(shown, key[1])
		} else if text == "" || !strings.ContainsAny(text[:1], " \t-") {
			continue // blank lines, comments, the marks of a document
		}
		if keep {
			b.WriteString(text + "\n")
		}
	}
	return b.String()
}
