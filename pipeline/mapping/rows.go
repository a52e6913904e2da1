package mapping

import (
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/mapping/convert"
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

// MaxConditions bounds the conditions of where: they are looked at for every row.
const MaxConditions = 20

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

// rowsReader reads which rows are not records.
type rowsReader struct{ *parser }

// rows reads which rows are not records.
func (r rowsReader) rows(n strictyaml.Node) Rows {
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

func (r rowsReader) readWhere(n strictyaml.Node) []Condition {
	var all []Condition
	for _, p := range r.pairs(n, "where") {
		c := Condition{Heading: p.key}
		if letter, ok := strings.CutPrefix(p.key, "="); ok {
			c.Heading, c.Letter = "", strings.ToUpper(letter)
			if _, ok := sheet.ColumnIndex(letter); !ok {
				r.mistake(p.node, "%s: is not a valid column; write e.g. \"=C\"", p.key)
			}
		}
		r.condition(&c, p)
		all = append(all, c)
	}
	if len(all) > MaxConditions {
		r.mistake(n, "where: has %s conditions; at most %s are allowed", len(all), MaxConditions)
	}
	return all
}

// condition reads filled, blank, "= text", "!= text", or a list of texts that all begin with the same sign.
func (r rowsReader) condition(c *Condition, p pair) {
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
			r.mistake(item, `%s: "= …" and "!= …" cannot be in the same list`, p.key)
		}
		c.Not, c.Texts = not, append(c.Texts, text)
	}
}
