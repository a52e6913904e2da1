package mapping

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
	"inlet.example/inlet/pipeline/strictyaml"
)

var keys = []string{"version", "profile", "mode", "locale", "region", "encoding", "delimiter", "sheet", "header_row", "columns", "match", "ambiguous", "blank_key",
	"reuse", "reuse_in_file", "compare", "contact_scope", "elsewhere", "warn_elsewhere", "elsewhere_id", "fill_down", "on_update", "on_blank", "on_invalid", "null_words", "duplicates",
	"defaults", "caps", "password_file", "when_done", "choices", "sheets", "rows", "unmerge", "extra_cells", "empty"}

// mapping reads the whole sidecar. The profile comes first, wherever it stands: it sets the defaults of what follows (section 3).
func (r *parser) mapping(content []byte, fallback Fallback) *Mapping {
	pairs := r.document(content)
	r.fallback = fallback
	profile := fallback.Limits.profile(fallback.Profile)
	for _, p := range pairs {
		if p.key == "profile" {
			profile = r.word(p.value, "standard", "guide", "safe")
		}
	}
	m, err := blankMapping(r.schema, profile)
	if err != nil {
		m, _ = blankMapping(r.schema, "") // the wrong word is noted
	}
	fallback.lay(m)
	for _, p := range pairs {
		r.set(m, p)
	}
	r.sheets(m, pairs)
	for _, part := range m.Parts() {
		for i := range part.Columns {
			part.Columns[i].inherit(part)
		}
	}
	if !fallback.Limits.Safe { // its own words for it are in keepTo
		r.elsewhere(m, profile)
	}
	fallback.Limits.lay(m)
	r.keepTo(fallback.Limits, m, pairs)
	return m
}

func (r *parser) set(m *Mapping, p pair) {
	switch p.key {
	case "profile": // read already
	case "version":
		if v := r.scalar(p.value); v != "1" {
			r.mistake(p.value, "version: %s: is not supported; this version of inlet supports version 1", v)
		}
	case "mode":
		m.Policy.Mode = ledger.Mode(r.word(p.value, "upsert", "update", "create"))
	case "locale":
		m.Locale = r.word(p.value, convert.Locales...)
	case "region":
		if m.Policy.Region = r.scalar(p.value); len(m.Policy.Region) != 2 || strings.ToUpper(m.Policy.Region) != m.Policy.Region {
			r.mistake(p.value, "region: %s: write the country's two letters, e.g. SE", strconv.Quote(m.Policy.Region))
		}
	case "encoding":
		m.Encoding = r.encoding(p.value)
	case "delimiter":
		m.Delimiter = r.delimiter(p.value)
	case "sheet":
		m.Sheet = r.scalar(p.value)
	case "header_row":
		m.HeaderRow = r.number(p.value)
	case "columns":
		m.Columns = r.columns(p.value)
	case "match":
		r.match(m, p.value)
	case "null_words":
		m.NullWords = r.words(p.value)
	case "duplicates":
		m.Repeat = r.word(p.value, "skip", "import") == "import"
	case "password_file":
		m.Password = r.password(p.value)
	case "when_done":
		m.WhenDone = r.whenDone(p.value)
	case "caps":
		r.caps(&m.Policy.Caps, p.value)
	case "defaults":
		m.Policy.Defaults = r.defaults(p.value)
	case "rows":
		m.Rows = r.rows(p.value)
	case "unmerge":
		m.Unmerge = r.word(p.value, "first", "fill") == "fill"
	case "extra_cells":
		m.ExtraWarn = r.word(p.value, "reject", "warn") == "warn"
	case "empty":
		m.NotEmpty = r.word(p.value, "accept", "refuse") == "refuse"
	case "choices":
		m.Policy.Choices = r.choices(p.value)
	case "sheets": // read when all else is: each sheet begins with that
	default:
		r.setPolicy(m, p)
	}
}

func (r *parser) setPolicy(m *Mapping, p pair) {
	r.noteKey(m, p)
	switch p.key {
	case "ambiguous":
		m.Policy.Ambiguous = ledger.OnAmbiguous(r.word(p.value, "create", "reject", "park", "next_rule"))
	case "blank_key":
		m.Policy.BlankKey = ledger.OnBlankKey(r.word(p.value, "create", "reject", "ignore", "literal"))
	case "reuse":
		m.Policy.Reuse = ledger.Reuse(r.word(p.value, "feed", "file", "off"))
	case "reuse_in_file": // as it was called before reuse
		m.Policy.Reuse = ledger.ReuseOff
		if r.yesNo(p.value) {
			m.Policy.Reuse = ledger.ReuseFile
		}
	case "contact_scope":
		m.Policy.ContactScope = ledger.Scope(r.word(p.value, "account", "anywhere"))
	case "elsewhere":
		m.Policy.Elsewhere = ledger.OnElsewhere(r.word(p.value, "reject", "update", "move"))
	case "warn_elsewhere":
		m.Policy.WarnElsewhere = r.yesNo(p.value)
	case "compare":
		m.Policy.Exact = r.word(p.value, "canonical", "exact") == "exact"
	case "elsewhere_id":
		m.Policy.ElsewhereID = ledger.OnElsewhere(r.word(p.value, "reject", "move"))
	case "fill_down":
		m.Policy.FillDown = r.yesNo(p.value)
	case "on_update":
		m.OnUpdate = r.onUpdate(p.value)
	case "on_blank":
		m.OnBlank = r.onBlank(p.value)
	case "on_invalid":
		m.OnInvalid = r.onInvalid(p.value)
	default:
		r.unknownKey(p, keys)
	}
}

func (r *parser) onUpdate(n strictyaml.Node) ledger.OnUpdate {
	return ledger.OnUpdate(r.word(n, "overwrite", "fill_if_empty", "append", "never"))
}

func (r *parser) onBlank(n strictyaml.Node) ledger.OnBlank {
	return ledger.OnBlank(r.word(n, "keep", "clear", "default"))
}

func (r *parser) onInvalid(n strictyaml.Node) ledger.OnInvalid {
	return ledger.OnInvalid(r.word(n, "reject_row", "drop_cell", "reject_file"))
}

func (r *parser) unknownKey(p pair, known []string) {
	r.unknown(p.node, message.Say("%s: unknown key", p.key), p.key, known)
}

// columns reads heading (or =letter) to field.
func (r *parser) columns(n strictyaml.Node) []Column {
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

func (r *parser) column(p pair) Column {
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
			c.OnUpdate = r.onUpdate(q.value)
		case "on_blank":
			c.OnBlank = r.onBlank(q.value)
		case "on_invalid":
			c.OnInvalid = r.onInvalid(q.value)
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
func (r *parser) splits(c *Column, p pair) {
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
func (r *parser) field(n strictyaml.Node, path string) *crm.Field {
	if path == "ignore" {
		return nil
	}
	if crm.System(path) {
		r.mistake(n, "%s: is set by the system only; remove the column, or write ignore", path)
		return nil
	}
	f := r.schema.Field(path)
	if f == nil {
		var paths []string
		for _, f := range r.schema.Fields() {
			paths = append(paths, f.Path())
		}
		r.unknown(n, message.Say("%s: this field does not exist", path), path, paths)
	}
	return f
}

// match reads the ticked fields: a list of fields, or a list of such lists (a cascade).
func (r *parser) match(m *Mapping, n strictyaml.Node) {
	for _, p := range r.pairs(n, "match") {
		switch p.key {
		case "account":
			m.Policy.Account, m.matched.account = r.rules(crm.Account, p.value), true
		case "contact":
			m.Policy.Contact, m.matched.contact = r.rules(crm.Contact, p.value), true
		default:
			r.mistake(p.node, "%s: unknown key; the keys of match are account and contact", p.key)
		}
	}
}

func (r *parser) rules(kind crm.Kind, n strictyaml.Node) [][]string {
	items := r.items(n)
	var rules [][]string
	if len(items) > 0 && items[0].Kind() == strictyaml.List {
		for _, item := range items {
			rules = append(rules, r.rule(kind, item))
		}
	} else {
		rules = [][]string{r.rule(kind, n)}
	}
	// An ID selects by itself (A1): a rule of nothing else is dropped.
	return slices.DeleteFunc(rules, func(rule []string) bool { return len(rule) == 0 })
}

func (r *parser) rule(kind crm.Kind, n strictyaml.Node) []string {
	var fields []string
	for _, item := range r.items(n) {
		name := strings.TrimPrefix(r.scalar(item), string(kind)+".")
		switch {
		case name == "id":
		case r.schema.Field(string(kind)+"."+name) == nil:
			r.unknown(item, ledger.SayOf(kind, "%s: accounts have no such field", "%s: contacts have no such field", name), name, r.names(kind))
		case slices.Contains(fields, name):
			r.mistake(item, "%s: is listed twice; keep one", name)
		default:
			fields = append(fields, name)
		}
	}
	return fields
}

func (r *parser) names(kind crm.Kind) []string {
	var names []string
	for _, f := range r.schema.Fields() {
		if f.Kind == kind {
			names = append(names, f.Name)
		}
	}
	return names
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

func (r *parser) number(n strictyaml.Node) int {
	v, err := strconv.Atoi(r.scalar(n))
	if err != nil || v < 1 {
		r.mistake(n, "%s: write a row number from 1", r.scalar(n))
		return 1
	}
	return v
}

func (r *parser) yesNo(n strictyaml.Node) bool {
	return r.word(n, "true", "false") == "true"
}

func (r *parser) layouts(n strictyaml.Node) []string {
	layouts := r.words(n)
	for _, l := range layouts {
		if _, wrong := convert.GoLayout(l); wrong != nil {
			r.wrong(n, *wrong)
		}
	}
	return layouts
}
