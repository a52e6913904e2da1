package suggest

import (
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Suggestion is a mapping proposed for a workbook that has none: every column of one sheet, and what to match on.
type Suggestion struct {
	Book      string // the workbook's name
	Sheet     string
	HeaderRow int
	Columns   []Proposal
	named     bool // the sheet must be named: it is not the one that is taken anyway
	later     bool // the heading row likewise
	locale    string
	keys      map[crm.Kind]suggestedKey
	rows      int // looked at
}

// Proposal is what one column seems to be.
type Proposal struct {
	Heading    string // "" where the column has values and no heading
	Letter     string
	Field      *crm.Field // nil: ignore
	Confidence int        // in percent; of Field, or of what was not sure enough
	Why        message.Text
	More       []message.Text // what the values say, and which other column is as likely
	Unsure     bool           // a person should look
	guesses    []guess        // the surest first
	index      int
	cells      []sheet.Cell // the values looked at, without blanks
	lettered   bool         // the sidecar names the column by its letter
	layouts    []string     // of dates written as text: the one that all fit, or those they fit if several
}

// sureEnough is the percentage below which a column is left out, with a comment, rather than guessed.
const sureEnough = 60

const (
	valueRows = 200 // they show the shape of a column; more would only take longer
)

// Suggest proposes a mapping for a sheet of the workbook, or, where none is named, for the first visible one that has headings.
// *ledger.Refusal where there is none.
func Suggest(ctx context.Context, schema *crm.Schema, book *sheet.Workbook, sheetName string) (*Suggestion, error) {
	first, err := layout.Choose(book, sheetName)
	if err != nil {
		return nil, err
	}
	tried := []*sheet.Sheet{first}
	if sheetName == "" {
		for _, s := range book.Sheets {
			if s.Grid && !s.Hidden && s != first {
				tried = append(tried, s)
			}
		}
	}
	g := newGuesser(schema)
	for _, s := range tried {
		rows, err := layout.FirstRows(ctx, s, layout.HeadRows+valueRows)
		if err != nil {
			return nil, err
		}
		head := g.headAt(rows)
		if head < 0 {
			continue
		}
		below := rows[head+1:]
		suggestion := g.suggest(rows[head], below[:min(len(below), valueRows)])
		suggestion.Book, suggestion.Sheet, suggestion.later = book.Name, s.Name, head > 0
		usual, err := layout.Choose(book, "")
		suggestion.named = err != nil || usual != s
		return suggestion, nil
	}
	return nil, &ledger.Refusal{Ref: ledger.Ref{Sheet: first.Name}, Code: "no_heading",
		Text: message.Say("no row of headings was found: add a row above the values that names each column, e.g. Företag, Postnr, Kontakt, E-post")}
}

func (g *guesser) suggest(head sheet.Row, rows []sheet.Row) *Suggestion {
	s := &Suggestion{HeaderRow: head.Number, rows: len(rows), Columns: columnsOf(head, rows)}
	g.learnLanguage(head)
	same := map[string]int{}
	for i := range s.Columns {
		c := &s.Columns[i]
		same[crm.Heading(c.Heading)]++
		c.guesses = g.guesses(c)
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		c.lettered = same[crm.Heading(c.Heading)] > 1 || crm.Heading(c.Heading) == "" || strings.HasPrefix(oneLine(c.Heading), "=")
	}
	placeByNeighbours(s.Columns)
	assignFields(s.Columns)
	for i := range s.Columns {
		s.Columns[i].readDates()
	}
	s.chooseLocale()
	s.keys = g.keys(s.Columns, rows)
	return s
}

// columnsOf returns the columns that have a heading or a value.
func columnsOf(head sheet.Row, rows []sheet.Row) []Proposal {
	at := map[int]*Proposal{}
	column := func(index int) *Proposal {
		if at[index] == nil {
			at[index] = &Proposal{index: index, Letter: sheet.ColumnName(index)}
		}
		return at[index]
	}
	for _, h := range layout.Headings(head) {
		column(h.Index).Heading = h.Text
	}
	for _, row := range rows {
		for _, cell := range row.Cells {
			if crm.Trim(cell.Shown()) != "" {
				c := column(cell.Column)
				c.cells = append(c.cells, cell)
			}
		}
	}
	var all []Proposal
	for _, c := range at {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Proposal) int { return a.index - b.index })
	return all
}

// placeByNeighbours distinguishes two columns whose headings could be of either kind by the columns before them: E-post behind Företag is the
// company's, E-post behind Kontakt the contact's.
func placeByNeighbours(columns []Proposal) {
	claims := map[*crm.Field]int{}
	for _, c := range columns {
		if len(c.guesses) > 0 && c.guesses[0].either {
			claims[c.guesses[0].field]++
		}
	}
	for i := range columns {
		c := &columns[i]
		if len(c.guesses) == 0 || !c.guesses[0].either || claims[c.guesses[0].field] < 2 {
			continue
		}
		kind := kindBefore(columns[:i])
		for j := range c.guesses {
			if g := &c.guesses[j]; g.either && g.field.Kind == kind {
				g.sure = eitherKindSure - 5
				g.why = ledger.SayOf(kind, "two columns could be this field, and this column is to the right of those of the {kind}")
			} else if g.either && kind != "" {
				g.sure = sureEnough - 10
			}
		}
		c.sort()
	}
}

func kindBefore(columns []Proposal) crm.Kind {
	for _, c := range slices.Backward(columns) {
		if len(c.guesses) > 0 && c.guesses[0].sure >= 85 && !c.guesses[0].either {
			return c.guesses[0].field.Kind
		}
	}
	return ""
}

// assignFields gives each field to the column that is most certainly it, and each column the surest field that is left.
func assignFields(columns []Proposal) {
	type claim struct{ column, guess int }
	var claims []claim
	for i := range columns {
		for j := range columns[i].guesses {
			claims = append(claims, claim{i, j})
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int {
		return columns[b.column].guesses[b.guess].sure - columns[a.column].guesses[a.guess].sure
	})
	owner, lost := map[*crm.Field]*Proposal{}, map[*Proposal]bool{}
	for _, cl := range claims {
		c, g := &columns[cl.column], columns[cl.column].guesses[cl.guess]
		if c.Field != nil || lost[c] || g.sure < sureEnough {
			continue
		}
		other := owner[g.field]
		switch {
		case other == nil:
			owner[g.field] = c
			c.Field, c.Confidence, c.Why, c.Unsure = g.field, g.sure, g.why, g.unsure
			c.More = slices.Clone(g.more)
		case other.Confidence == g.sure:
			// As likely: to give this one what is left would be to guess which is which.
			lost[c] = true
			other.Unsure = true
			other.More = append(other.More, message.Say("column %s is equally likely", c.Letter))
			c.leave(g, message.Say("column %s is equally likely and comes first", other.Letter))
		case cl.guess == 0:
			c.leave(g, message.Say("column %s is more likely", other.Letter))
		}
	}
	for i := range columns {
		if c := &columns[i]; c.Field == nil && c.Confidence == 0 && len(c.guesses) > 0 {
			c.leave(c.guesses[0], message.Say("the confidence is too low"))
		}
	}
}

// leave notes what a column could have been.
func (c *Proposal) leave(g guess, why message.Text) {
	c.Confidence, c.Why, c.Unsure = g.sure, message.Say("may be %s", g.field.Path()), true
	c.More = append([]message.Text{why, g.why}, g.more...)
}

func (c *Proposal) sort() {
	slices.SortStableFunc(c.guesses, func(a, b guess) int { return b.sure - a.sure })
}

// chooseLocale looks whether the numbers written as text are of another locale than the usual one.
func (s *Suggestion) chooseLocale() {
	var texts []string
	for _, c := range s.Columns {
		if c.Field == nil || c.Field.Type.Looks() != crm.Decimal {
			continue
		}
		for _, cell := range c.cells {
			if cell.Type == sheet.Text {
				texts = append(texts, crm.Trim(cell.Raw))
			}
		}
	}
	for _, locale := range convert.Locales { // the usual one first
		wrong := slices.ContainsFunc(texts, func(text string) bool { return !convert.IsNumber(text, locale) })
		if wrong {
			continue
		}
		if locale != convert.Locales[0] {
			s.locale = locale
		}
		return
	}
}
