package pipeline_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// part is the account's or the contact's cells of one row, by field.
type part struct {
	kind    crm.Kind
	present bool
	id      string
	cells   map[string]cell
}

// cell is one mapped cell. Without a value it is blank, unless it was dropped for being invalid.
type cell struct {
	*column
	v       crm.Value
	clear   bool
	dropped bool
}

// value is what the row has in a field; a full name may be made of first and last.
func (p *part) value(field string) crm.Value {
	if field == "name" && p.makesName() {
		return joined(p.cells["first_name"].v, p.cells["last_name"].v)
	}
	return p.cells[field].v
}

// has says that a record created by the row would have the field.
func (p *part) has(field string) bool {
	if field == "name" && p.makesName() {
		return p.has("first_name") || p.has("last_name")
	}
	c := p.cells[field]
	return !vacant(c.v) || c.column != nil && !c.clear && !c.dropped && !vacant(c.standard())
}

// makesName says that only first and last name are mapped.
func (p *part) makesName() bool {
	_, full := p.cells["name"]
	_, first := p.cells["first_name"]
	_, last := p.cells["last_name"]
	return !full && (first || last)
}

func joined(first, last crm.Value) crm.Value {
	return crm.TextValue(crm.Trim(first.String() + " " + last.String()))
}

// value reads a text as the column's field holds it.
func (c *column) value(text string) (v crm.Value, valid bool) {
	text = crm.Trim(text)
	switch {
	case text == "" || text == "<clear>" && c.name != "id":
		return v, true
	case c.name == "categories":
		return crm.ListValue(strings.Split(text, "; ")...), true
	case c.name == "revenue":
		v, err := crm.DecimalValue(strings.NewReplacer(" ", "", ",", ".").Replace(text))
		return v, err == nil
	}
	return crm.TextValue(text), true
}

var (
	unseen      = regexp.MustCompile(`[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}\x{AD}]`)
	scientific  = regexp.MustCompile(`^[+-]?\d([.,]\d+)?[eE][+-]\d{2,3}$`)
	pointNought = regexp.MustCompile(`^(\d+)\.0$`)
)

// unspoiled is what a cell says without what programs did to it (W5, W6), and whether its digits are there still.
func (o *oracle) unspoiled(c *column, text string) (is string, whole bool) {
	typ := o.schema.Field(c.path()).Type
	number := slices.Contains([]crm.Type{crm.Phone, crm.OrgNumber, crm.Postcode, crm.ID}, typ)
	switch {
	case number, typ == crm.Email, typ == crm.Decimal:
		text = strings.TrimPrefix(unseen.ReplaceAllString(text, ""), "'")
	case typ == crm.URL:
		text = unseen.ReplaceAllString(text, "")
	case unseen.ReplaceAllString(text, "") == "":
		text = ""
	case typ == crm.Text && len(text) > 1 && text[0] == '\'' && strings.ContainsRune("=+-@", rune(text[1])):
		text = text[1:]
	}
	if !strings.HasSuffix(c.name, "name") && slices.Contains([]string{"nan", "NaN", "null", "NULL", "None", "<NA>", "NaT"}, text) {
		return "", true
	}
	ticked := slices.ContainsFunc(o.rules[c.kind], func(rule []string) bool {
		return slices.Contains(rule, c.name) || strings.HasSuffix(c.name, "t_name") && slices.Contains(rule, "name")
	})
	if number || typ == crm.Text && ticked {
		return pointNought.ReplaceAllString(text, "$1"), !scientific.MatchString(text)
	}
	return text, true
}

// standard is the value of the column's default.
func (c *column) standard() crm.Value {
	v, _ := c.value(c.byDefault)
	return v
}

// read makes the two parts of a row.
func (o *oracle) read(texts []string) (account, contact *part, valid bool) {
	parts := map[crm.Kind]*part{}
	for _, kind := range crm.Kinds {
		parts[kind] = &part{kind: kind, cells: map[string]cell{}}
	}
	valid = true
	for i, c := range o.columns {
		p, text := parts[c.kind], crm.Trim(texts[i])
		text, whole := o.unspoiled(c, text)
		p.present = p.present || text != ""
		if c.name == "id" {
			p.id = text
			continue
		}
		v, ok := c.value(text)
		ok = ok && whole
		if !ok {
			v = crm.Value{}
		}
		valid = valid && (ok || c.onInvalid == ledger.DropCell)
		p.cells[c.name] = cell{column: c, v: v, clear: text == "<clear>", dropped: !ok}
	}
	return parts[crm.Account], parts[crm.Contact], valid
}

// create makes a record of a row: keys too, blank is absent or the default.
func (o *oracle) create(p *part, of *being) *being {
	rec := &being{kind: p.kind, of: of, values: map[string]crm.Value{}}
	for field, c := range p.cells {
		switch {
		case c.dropped || c.clear:
		case !vacant(c.v):
			rec.values[field] = c.v
		case !vacant(c.standard()):
			rec.values[field] = c.standard()
		}
	}
	if p.makesName() {
		rec.set("name", joined(rec.values["first_name"], rec.values["last_name"]))
	}
	o.serial++
	rec.serial = o.serial
	rec.name = fmt.Sprintf("%c%d", p.kind[0], len(o.kept[p.kind])+1)
	o.kept[p.kind] = append(o.kept[p.kind], rec)
	return rec
}

// update is the table of section 6, and reports whether it changed the record. keys are those of the rule that hit.
func (o *oracle) update(rec *being, p *part, keys []string) bool {
	before := maps.Clone(rec.values)
	for field, c := range p.cells {
		if !isKey(p, field, keys) { // F1
			o.cell(rec, p, c)
		}
	}
	if p.makesName() && !slices.Contains(keys, "name") {
		o.rename(rec)
	}
	if p.kind == crm.Contact && vacant(rec.values["name"]) && vacant(rec.values["email"]) { // the last of the required ones stays
		o.restore(rec, p, before)
	}
	return !maps.Equal(before, rec.values)
}

// isKey says that a field is one of the keys; where name is ticked first and last name are, if it is made of them.
func isKey(p *part, field string, keys []string) bool {
	return slices.Contains(keys, field) || p.makesName() && slices.Contains(keys, "name") && (field == "first_name" || field == "last_name")
}

// cell does to the record what one cell asks for.
func (o *oracle) cell(rec *being, p *part, c cell) {
	v := c.v
	required := p.kind == crm.Account && c.name == "name"
	switch blank := vacant(v); {
	case c.dropped: // F6
		return
	case blank && !c.clear && c.onBlank == ledger.BlankClear && c.onUpdate == ledger.Never: // the text is silent; never is never
		return
	case c.clear, blank && c.onBlank == ledger.BlankClear: // F5
		ticked := slices.Concat(o.rules[p.kind]...)
		key := isKey(p, c.name, ticked)
		if !required && !key {
			delete(rec.values, c.name)
		}
		return
	case blank && c.onBlank == ledger.BlankDefault: // F5
		v = c.standard()
	}
	old := rec.values[c.name]
	switch {
	case vacant(v): // F5
	case crm.Same(o.schema.Field(c.path()).Type, v, old, "SE"): // F3
	case c.onUpdate == ledger.Never, c.onUpdate == ledger.FillIfEmpty && !vacant(old): // F4
	case c.onUpdate == ledger.Append: // F4
		stored, list := old.Items()
		if more, _ := v.Items(); list {
			v = crm.ListValue(append(slices.Clone(stored), more...)...)
		}
		rec.set(c.name, v)
	default: // F4
		rec.set(c.name, v)
	}
}

// rename makes the name of what first and last name are now.
func (o *oracle) rename(rec *being) {
	name := joined(rec.values["first_name"], rec.values["last_name"])
	if !vacant(name) && !crm.Same(crm.Text, name, rec.values["name"], "SE") {
		rec.set("name", name)
	}
}

// restore gives a contact back the one name that it had, or else its address.
func (o *oracle) restore(rec *being, p *part, before map[string]crm.Value) {
	for _, f := range []string{"name", "email"} {
		if !vacant(before[f]) {
			rec.set(f, before[f])
			return
		}
	}
}

func (rec *being) set(field string, v crm.Value) {
	if v.Absent() {
		delete(rec.values, field)
		return
	}
	rec.values[field] = v
}

// records writes what there is, in the way of play.records.
func (o *oracle) records() string {
	var b strings.Builder
	for _, kind := range crm.Kinds {
		for _, rec := range o.kept[kind] {
			b.WriteString(rec.name)
			if rec.of != nil {
				b.WriteString(" of " + rec.of.name)
			}
			for _, f := range o.schema.Fields() {
				if v := rec.values[f.Name]; f.Kind == kind && !v.Absent() {
					fmt.Fprintf(&b, " %s=%s", f.Name, legible(v.String()))
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// pools are what a field may contain: few values, so that there are hits, and several spellings of each.
var pools = map[string][]string{
	"account.name":       {"A", "A", "A ", "a", "Å", "A\u030a", "B", "B\u00a0b", "b  b"},
	"account.zip":        {"111 22", "11122", "1", "1", "2"},
	"account.org_number": {"556012-5790", "SE556012579001", "16 5560125790", "556036-0793"},
	"account.phone":      {"070-123 45 67", "+46701234567", "08-11 11 11", "08-111111"},
	"account.city":       {"x", "X", "y", "e\u0301", "\u00e9"},
	"account.website":    {"https://www.x.se/", "x.se", "y.se"},
	"account.revenue":    {"10", "10,0", "1 234,50", "1234,5"},
	"account.categories": {"k", "l", "k; m"},
	"contact.name":       {"A B", "a b", "A  B", "C", "C D", "Å"},
	"contact.first_name": {"A", "a", "C"},
	"contact.last_name":  {"B", "b", "D"},
	"contact.email":      {"k@x.se", "K@X.SE", "<k@x.se>", "l@x.se"},
	"contact.phone":      {"070-123 45 67", "+46701234567", "1"},
	"contact.mobile":     {"070-123 45 67", "+46701234567", "08-11 11 11"},
	"contact.title":      {"VD", "vd", "Chef"},
	"contact.categories": {"k", "l", "k; m"},
}

// odd are what programs make of what a field may contain.
var odd = map[string][]string{
	"account.name":       {"None", "1.0", "1E+10", "\u2060"},
	"account.zip":        {"'1", "11122.0", "1\u200b", "1E+05", "NaN"},
	"account.org_number": {"5560125790.0", "\u202a556012-5790\u202c", "5,56E+09", "'556036-0793"},
	"account.phone":      {"'+46701234567", "0701234567.0", "4,67012E+10", "null", "\u200e"},
	"account.city":       {"nan", "1.0", "1E+10", "1", "NULL"},
	"account.website":    {"x\u00ad.se", "<NA>"},
	"account.revenue":    {"'10", "10\u200e", "nan"},
	"account.categories": {"None", "k"},
	"contact.name":       {"NaN", "1.0", "1E+10", "1"},
	"contact.first_name": {"null", "1.0", "1E+10"},
	"contact.last_name":  {"None", "1"},
	"contact.email":      {"'k@x.se", "k\u200b@x.se", "nan"},
	"contact.phone":      {"'+46701234567", "1.0", "4E+10", "\u202d1\u202c"},
	"contact.title":      {"NaT", "2.0", "2", "'-1"},
}

// vague are what people write where they have no value, and what a name may contain invisibly.
var vague = map[string][]string{
	"account.name":       {"x", "Okänd", "oka\u0308nd", "-", "A\u00ad", "\u200eB\u200b b", "'-"},
	"account.zip":        {"saknas", "-", "Stad", "00000", "x"},
	"account.org_number": {"saknas", "123", "55601257900", "DE123456789", "196001011234", "Privat", "0"},
	"account.phone":      {"112", "saknas", "00000", "ring", "0"},
	"account.city":       {"?", "N/A", "ej  angivet", "x\u00ad", "\u2066y\u2069"},
	"account.website":    {"-", "saknas", "N/A"},
	"contact.name":       {"x", "?", "Unknown", "A\u2060 B"},
	"contact.first_name": {"-", "x", "n/a", "A\u00ad"},
	"contact.last_name":  {"", "B\u200f"},
	"contact.email":      {"x@x.se"},
	"contact.phone":      {"0", "1234", "saknas", "12345"},
	"contact.title":      {"-", "V\u00adD", "."},
}

// records are the records before, as play.remember has them.
func (c *trial) records() string {
	var b strings.Builder
	for _, rec := range c.given {
		var vs crm.Values
		for _, f := range slices.Sorted(maps.Keys(rec.values)) {
			vs.Set(f, rec.values[f])
		}
		b.WriteString(rec.name + " ")
		if rec.of != nil {
			b.WriteString(rec.of.name + " ")
		}
		b.Write(append(vs.AppendJSON(nil), '\n'))
	}
	return b.String()
}

// sidecar is the mapping.
func (c *trial) sidecar() string {
	said := append(slices.Clone(c.said), "columns:", `  "account.notes": ignore`) // F2
	for _, col := range c.columns {
		said = append(said, fmt.Sprintf("  %q: {%s}", col.path(), strings.Join(append([]string{"field: " + col.path()}, col.said...), ", ")))
	}
	var match []string
	for _, kind := range crm.Kinds {
		// Go writes a list of lists as YAML does, but for the commas. An empty one is none, and not what is configured (W14).
		match = append(match, fmt.Sprintf("%s: %s", kind, strings.ReplaceAll(fmt.Sprint(c.rules[kind]), " ", ", ")))
	}
	return strings.Join(append(said, "match: {"+strings.Join(match, ", ")+"}\n"), "\n")
}

// file is the rows under their headings.
func (c *trial) file() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	heads := []string{"account.notes"}
	for _, col := range c.columns {
		heads = append(heads, col.path())
	}
	w.Write(heads)
	for _, row := range c.rows {
		w.Write(append([]string{"n"}, row...))
	}
	w.Flush()
	return b.String()
}
