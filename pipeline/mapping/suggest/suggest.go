package suggest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest/headrow"
	"inlet.example/inlet/pipeline/mapping/suggest/keys"
	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/systems"
	"inlet.example/inlet/pipeline/mapping/suggest/values"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Suggestion is a mapping proposed for a workbook that has none: every column of one sheet, and what to match on.
type Suggestion struct {
	Book      string // the workbook's name
	Sheet     string
	HeaderRow int
	System    systems.System // whose export it is; zero where it is not known
	Columns   []Proposal
	named     bool // the sheet must be named: it is not the one that is taken anyway
	later     bool // the heading row likewise
	locale    string
	region    string
	keys      map[crm.Kind]keys.Key
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
	evidence   *values.Evidence
	sense      reading.Sense
	near       string        // the word that the heading is nearly
	letters    int           // by which it differs
	reason     *message.Text // why the column is left out although its heading is a word for a field
	number     bool          // it has the customer's number in another system, and there is no field for that
	lettered   bool          // the sidecar names the column by its letter
	layouts    []string      // of dates written as text: the one that all fit, or those they fit if several

	dropUnknown bool // values that are not known are to be dropped, not to cost their row
}

// sureEnough is the percentage below which a column is left out, with a comment, rather than guessed.
const sureEnough = 60

const (
	valueRows  = 200 // they show the shape of a column; more would only take longer
	mostMended = 200 // columns whose headings are compared with every word
)

// Suggest proposes a mapping for a sheet of the workbook, or, where none is named, for the first visible one that has headings.
// *ledger.Refusal where there is none.
func Suggest(ctx context.Context, schema *crm.Schema, book *sheet.Workbook, sheetName string) (*Suggestion, error) {
	return By(ctx, schema, words.All(), book, sheetName)
}

// At proposes a mapping for a sheet whose headings are in a row; 0 for the one that looks like headings.
func At(ctx context.Context, schema *crm.Schema, book *sheet.Workbook, sheetName string, headerRow int) (*Suggestion, error) {
	return by(ctx, schema, words.All(), book, sheetName, headerRow)
}

// By does so by a dictionary.
func By(ctx context.Context, schema *crm.Schema, dictionary *words.Dictionary, book *sheet.Workbook, sheetName string) (*Suggestion, error) {
	return by(ctx, schema, dictionary, book, sheetName, 0)
}

func by(ctx context.Context, schema *crm.Schema, dictionary *words.Dictionary, book *sheet.Workbook, sheetName string, headerRow int) (*Suggestion, error) {
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
	g := newGuesser(schema, dictionary)
	for _, s := range tried {
		rows, err := layout.FirstRows(ctx, s, layout.HeadRows+valueRows)
		if err != nil {
			return nil, err
		}
		head := headrow.At(rows, g.isKnown)
		if headerRow > 0 {
			head = slices.IndexFunc(rows, func(r sheet.Row) bool { return r.Number == headerRow })
		}
		if head < 0 {
			continue
		}
		below := layout.WithoutExample(rows[head+1:])
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
	var headings []string
	for i := range s.Columns {
		c := &s.Columns[i]
		same[crm.Heading(c.Heading)]++
		headings = append(headings, c.Heading)
		c.sense, c.evidence = g.sense(c.Heading), values.Of(c.cells)
		if i < mostMended {
			g.mend(c)
		}
	}
	s.System, _ = systems.Of(headings)
	g.learnKind(s.Columns)
	g.peers = newPeers(s.Columns, rows)
	for i := range s.Columns {
		c := &s.Columns[i]
		c.guesses = g.guesses(c)
		c.lettered = same[crm.Heading(c.Heading)] > 1 || crm.Heading(c.Heading) == "" || strings.HasPrefix(oneLine(c.Heading), "=")
	}
	placeByNeighbours(s.Columns)
	assignFields(s.Columns)
	g.findCompany(s)
	s.leaveNameless()
	g.takeTemplate(s)
	for i := range s.Columns {
		readDates(&s.Columns[i])
		s.Columns[i].question(len(rows))
	}
	s.chooseLocale()
	s.region = keys.Region(s.mapped(), rows, g.language)
	s.keys = keys.Choose(s.mapped(), rows, cmp.Or(s.region, keys.UsualRegion))
	return s
}

// findCompany looks for the name of the company among the values where no heading is that.
func (g *guesser) findCompany(s *Suggestion) {
	if s.Column("account.name") != nil {
		return
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		if one, ok := g.companyByValues(c); ok && (c.Field == nil || c.Confidence < 90) {
			c.Field, c.Confidence, c.Why, c.More, c.Unsure = one.field, one.sure, one.why, nil, true
			return
		}
	}
}

// leaveNameless leaves out the values of contacts where no column names them: a row with such a value, and neither a name nor an e-mail address
// of a contact, would be rejected.
func (s *Suggestion) leaveNameless() {
	for _, path := range []string{"contact.name", "contact.first_name", "contact.last_name", "contact.email", "contact.id"} {
		if c := s.Column(path); c != nil && !blank(c.evidence) {
			return
		}
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Field != nil && c.Field.Kind == crm.Contact && !blank(c.evidence) {
			c.leave(guess{field: c.Field, sure: c.Confidence, why: c.Why}, message.Say("no column has the contact's name or e-mail address, so the row would be rejected"))
			c.Field = nil
		}
	}
}

// Column returns the column that a field is, or nil.
func (s *Suggestion) Column(path string) *Proposal {
	for i := range s.Columns {
		if f := s.Columns[i].Field; f != nil && f.Path() == path {
			return &s.Columns[i]
		}
	}
	return nil
}

// WantsNumber reports whether a column has the customer's number in another system, for which there is no field yet.
func (s *Suggestion) WantsNumber() bool {
	return slices.ContainsFunc(s.Columns, func(c Proposal) bool { return c.WantsNumber() })
}

// Matches reports whether the suggestion has something to match on.
func (s *Suggestion) Matches() bool {
	return s.keys[crm.Account].Usable()
}

// mapped returns the columns that are a field.
func (s *Suggestion) mapped() []keys.Column {
	var all []keys.Column
	for i := range s.Columns {
		if c := &s.Columns[i]; c.Field != nil {
			all = append(all, keys.Column{Field: c.Field, Index: c.index})
		}
	}
	return all
}

// columnsOf returns the columns that have a heading or a value.
func columnsOf(head sheet.Row, rows []sheet.Row) []Proposal {
	var all []Proposal
	for _, c := range layout.Columns(head, rows) {
		all = append(all, Proposal{index: c.Index, Letter: c.Letter, Heading: c.Heading, cells: c.Cells})
	}
	return all
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
