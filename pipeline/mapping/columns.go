package mapping

import (
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/strictyaml"
)

// columnReader reads which column is which field, and what is done with its cells.
type columnReader struct {
	*parser
	schema *crm.Schema
}

// columns reads heading (or =letter) to field.
func (r columnReader) columns(n strictyaml.Node) []Column {
	var columns []Column
	fields := map[*crm.Field]string{}
	var nodes []strictyaml.Node
	for _, p := range r.pairs(n, "columns") {
		c := r.column(p)
		if c.Field != nil {
			if other, twice := fields[c.Field]; twice {
				r.mistake(p.value, "%s: %s is already mapped from %s; map only one column to a field", p.key, c.Field.Path(), strconv.Quote(other))
			}
			fields[c.Field] = p.key
		}
		columns, nodes = append(columns, c), append(nodes, p.value)
	}
	for i, c := range columns {
		if other, twice := fields[c.Rest]; twice && c.Rest != nil {
			r.mistake(nodes[i], "rest: %s is already mapped from column %s: name another field, or write ignore for that column", c.Rest.Path(), strconv.Quote(other))
		}
	}
	return columns
}

func (r columnReader) column(p pair) Column {
	c := Column{Heading: p.key}
	if letter, ok := strings.CutPrefix(p.key, "="); ok {
		c.Heading, c.Letter = "", strings.ToUpper(letter)
		if _, ok := sheet.ColumnIndex(letter); !ok {
			r.mistake(p.node, "%s: is not a valid column; write e.g. \"=C\"", p.key)
		}
	}
	if p.value.Kind() != strictyaml.Map {
		c.Field = r.field(p.value, r.scalar(p.value))
		return c
	}
	said := false
	for _, q := range r.pairs(p.value, p.key) {
		switch q.key {
		case "field":
			said = true
			c.Field = r.field(q.value, r.scalar(q.value))
		case "on_update":
			c.OnUpdate = readOnUpdate(r.parser, q.value)
		case "on_blank":
			c.OnBlank = readOnBlank(r.parser, q.value)
		case "on_invalid":
			c.OnInvalid = readOnInvalid(r.parser, q.value)
		case "default":
			c.Default = r.scalar(q.value)
		case "layouts":
			c.Layouts = r.layouts(q.value)
		case "values":
			c.Values = map[string]string{}
			for _, v := range r.pairs(q.value, "values") {
				c.Values[convert.Fold(v.key)] = r.scalar(v.value)
			}
		case "split":
			c.Split = r.word(q.value, "first") == "first"
		case "rest":
			c.Rest = r.field(q.value, r.scalar(q.value))
			if c.Rest == nil && r.scalar(q.value) == "ignore" {
				r.mistake(q.value, "rest: ignore is not a field: leave rest out, and the other values are left out with a warning")
			}
		default:
			r.unknownKey(q, []string{"field", "on_update", "on_blank", "on_invalid", "default", "layouts", "values", "split", "rest"})
		}
	}
	r.splits(&c, p)
	if !said {
		r.mistake(p.value, "%s: the field is missing; write e.g. {field: account.zip}", p.key)
	}
	return c
}

// splits notes where split and rest do not fit the column's field (W7b).
func (r columnReader) splits(c *Column, p pair) {
	at := func(key string) strictyaml.Node {
		for _, q := range r.pairs(p.value, p.key) {
			if q.key == key {
				return q.value
			}
		}
		return p.value
	}
	if c.Field == nil {
		return
	}
	if c.Split && !convert.Splits(c.Field.Type) {
		r.mistake(at("split"), "split: %s is not an e-mail address, phone number, web address, org number or ID: only such a column can be split", c.Field.Path())
	}
	switch rest := c.Rest; {
	case rest == nil:
	case !c.Split:
		r.mistake(at("rest"), "rest: is only used with split: first: add split: first to the column")
	case rest.Kind != c.Field.Kind || !rest.Multi() || len(rest.Choices) > 0:
		r.mistake(at("rest"), "rest: %s cannot receive the other values: name a field with several values and without fixed choices, of the same kind of record as %s", rest.Path(), c.Field.Path())
	}
}

// field returns the field of a path; nil for ignore, and for a mistake that is noted.
func (r columnReader) field(n strictyaml.Node, path string) *crm.Field {
	if path == "ignore" {
		return nil
	}
	if crm.System(path) {
		r.mistake(n, "%s: is set by the system only; remove the column, or write ignore", path)
		return nil
	}
	f := r.schema.Field(path)
	if f == nil {
		text := message.Say("%s: this field does not exist", path)
		if strings.Contains(path, ".custom.") {
			text = message.Say("%s: this field does not exist; to create it: inlet field add %s", path, path)
		}
		r.unknown(n, text, path, r.schema.Paths())
	}
	return f
}

func (r columnReader) layouts(n strictyaml.Node) []string {
	layouts := r.words(n)
	for _, l := range layouts {
		if _, wrong := convert.GoLayout(l); wrong != nil {
			r.wrong(n, *wrong)
		}
	}
	return layouts
}

func readOnUpdate(r *parser, n strictyaml.Node) ledger.OnUpdate {
	return ledger.OnUpdate(r.word(n, "overwrite", "fill_if_empty", "append", "never"))
}

func readOnBlank(r *parser, n strictyaml.Node) ledger.OnBlank {
	return ledger.OnBlank(r.word(n, "keep", "clear", "default"))
}

func readOnInvalid(r *parser, n strictyaml.Node) ledger.OnInvalid {
	return ledger.OnInvalid(r.word(n, "reject_row", "drop_cell", "reject_file"))
}

// inherit fills in what the column leaves to the whole mapping.
func (c *Column) inherit(m *Mapping) {
	if c.OnUpdate == "" {
		c.OnUpdate = m.OnUpdate
	}
	if c.OnBlank == "" {
		c.OnBlank = m.OnBlank
	}
	if c.OnInvalid == "" {
		c.OnInvalid = m.OnInvalid
	}
}
