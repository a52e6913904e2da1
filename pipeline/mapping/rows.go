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

// Rows says which rows of a sheet are not records (W8).
type Rows struct {
	Skip       int  // rows directly below the headings
	SkipHidden bool // hidden: skip
	UntilBlank bool // until: blank
	Where      []Condition
}

// maxConditions bounds the conditions of where: they are looked at for every row.
const maxConditions = 20

// Condition is what a cell must hold for its row to be a record.
type Condition struct {
	Heading string // or "" where Letter says which column
	Letter  string
	Filled  bool     // filled
	Blank   bool     // blank
	Not     bool     // none of Texts; otherwise any of them
	Texts   []string // in the canonical form of text
}

var rowKeys = []string{"skip", "hidden", "until", "where"}

// rows reads which rows are not records.
func (r *parser) rows(n strictyaml.Node) Rows {
	var rows Rows
	for _, p := range r.pairs(n, "rows") {
		switch p.key {
		case "skip":
			v, err := strconv.Atoi(r.scalar(p.value))
			if err != nil || v < 0 {
				r.mistake(p.value, "skip: %s: write how many rows below the headings are not records, e.g. 1", r.scalar(p.value))
			}
			rows.Skip = max(v, 0)
		case "hidden":
			rows.SkipHidden = r.word(p.value, "import", "skip") == "skip"
		case "until":
			rows.UntilBlank = r.word(p.value, "blank") == "blank"
		case "where":
			rows.Where = r.readWhere(p.value)
		default:
			r.unknownKey(p, rowKeys)
		}
	}
	return rows
}

func (r *parser) readWhere(n strictyaml.Node) []Condition {
	var all []Condition
	for _, p := range r.pairs(n, "where") {
		c := Condition{Heading: p.key}
		if letter, ok := strings.CutPrefix(p.key, "="); ok {
			c.Heading, c.Letter = "", strings.ToUpper(letter)
			if _, ok := sheet.ColumnIndex(letter); !ok {
				r.mistake(p.node, "%s: no column has these letters; write for example \"=C\"", p.key)
			}
		}
		r.condition(&c, p)
		all = append(all, c)
	}
	if len(all) > maxConditions {
		r.mistake(n, "where: has %s conditions; at most %s are allowed", len(all), maxConditions)
	}
	return all
}

// condition reads filled, blank, "= text", "!= text", or a list of texts that all begin with the same sign.
func (r *parser) condition(c *Condition, p pair) {
	if p.value.Kind() != strictyaml.List {
		switch r.scalar(p.value) {
		case "filled":
			c.Filled = true
			return
		case "blank":
			c.Blank = true
			return
		}
	}
	for i, item := range r.items(p.value) {
		written := strings.TrimSpace(r.scalar(item))
		text, not := strings.CutPrefix(written, "!=")
		text, is := strings.CutPrefix(text, "=")
		if text = convert.Fold(text); !not && !is || not && is || text == "" {
			r.mistake(item, `%s: %s: write filled, blank, "= text" or "!= text"`, p.key, strconv.Quote(written))
			continue
		}
		if i > 0 && not != c.Not {
			r.mistake(item, `%s: "= …" and "!= …" cannot stand in one list`, p.key)
		}
		c.Not, c.Texts = not, append(c.Texts, text)
	}
}

// boundCondition is a condition laid on a column.
type boundCondition struct {
	Condition
	index int
}

// conditions finds the columns of where.
func (b *Binding) conditions(headings []heading, row int) error {
	for _, c := range b.m.Rows.Where {
		if index, ok := sheet.ColumnIndex(c.Letter); ok && c.Letter != "" {
			b.where = append(b.where, boundCondition{c, index})
			continue
		}
		at := slices.IndexFunc(headings, func(h heading) bool { return crm.Heading(h.text) == crm.Heading(c.Heading) })
		if at < 0 {
			return b.refuse("heading_missing", row, message.Say("there is no heading %s, which rows: where: in the mapping names; the headings are %s",
				strconv.Quote(c.Heading), quoted(headings)))
		}
		b.where = append(b.where, boundCondition{c, headings[at].index})
	}
	return nil
}

// Records says whether a row meets every condition of where.
func (b *Binding) Records(row sheet.Row) bool {
	for i := range b.where {
		if c := &b.where[i]; !c.holds(b, row.Cell(c.index)) {
			return false
		}
	}
	return true
}

func (c *boundCondition) holds(b *Binding, cell sheet.Cell) bool {
	blank := b.cells.Empty(cell)
	switch {
	case c.Filled:
		return !blank
	case c.Blank:
		return blank
	}
	return slices.Contains(c.Texts, convert.Fold(cell.Shown())) != c.Not
}

// Present says whether any mapped cell of a row is filled: a row without one is blank to the import.
func (b *Binding) Present(row sheet.Row) bool {
	for _, c := range b.Columns {
		if !b.rules[c].rest && !b.cells.Blank(&b.rules[c].Column, convert.Trimmed(row.Cell(c.Index))) {
			return true
		}
	}
	return false
}

// RepeatsHeadings says whether a row is the headings once more: equal to them, folded, in every mapped column, at least two (W8).
func (b *Binding) RepeatsHeadings(row sheet.Row) bool {
	if len(b.repeats) < 2 || !b.repeats[0].maybe(row) {
		return false
	}
	for i := range b.repeats {
		if cell := row.Cell(b.repeats[i].index); crm.Heading(cell.Shown()) != b.repeats[i].text {
			return false
		}
	}
	return true
}

// repeat is a heading in its folded form, and a byte that a cell with the same heading contains. Folding a cell of every row would be a good
// part of the time that reading takes, so maybe looks at length and byte first. A decorated heading that is more than twice as long is not
// recognised again.
type repeat struct {
	heading
	sign byte
}

func (r *repeat) maybe(row sheet.Row) bool {
	cell := row.Cell(r.index)
	if cell.Type != sheet.Text || len(cell.Raw) < len(r.text) || len(cell.Raw) > 2*len(r.text)+8 {
		return false
	}
	if r.sign == 0 {
		return true
	}
	return strings.IndexByte(cell.Raw, r.sign) >= 0 || strings.IndexByte(cell.Raw, r.sign-'a'+'A') >= 0
}

// repeatable keeps the headings of the mapped columns to compare rows with. A column without a heading repeats nothing.
func (b *Binding) repeatable(headings []heading) {
	for _, h := range headings {
		if !slices.ContainsFunc(b.Columns, func(c *ledger.Column) bool { return c.Index == h.index }) {
			continue
		}
		folded := repeat{heading: heading{h.index, crm.Heading(h.text)}}
		for i := range len(folded.text) {
			if c := folded.text[i]; c >= 'a' && c <= 'z' {
				folded.sign = c
				break
			}
		}
		b.repeats = append(b.repeats, folded)
	}
}
