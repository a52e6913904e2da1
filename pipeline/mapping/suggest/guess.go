package suggest

import (
	"slices"
	"strings"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/sheetkind"
	"inlet.example/inlet/pipeline/mapping/suggest/spoken"
	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// guess is one field that a column may be.
type guess struct {
	field  *crm.Field
	sure   int // percent
	late   int // how far it stands behind another column of the same field that is as sure
	why    message.Text
	more   []message.Text
	unsure bool
	either bool // the heading could be of either kind, and another column may be of the other one
	capped bool // the values cannot make it surer: they are the same for either kind
}

// lateNoKind puts a heading that names no kind behind one that does, also where it is a whole word.
const lateNoKind = 12

// otherKindSure is how sure a field of the other kind is where the heading names none.
const otherKindSure = 60

// knownHeading is one heading that leads to a field.
type knownHeading struct {
	folded, text string
	field        *crm.Field
}

// guesser knows every heading there is, and what the sheet is about.
type guesser struct {
	schema     *crm.Schema
	dictionary *words.Dictionary
	known      []knownHeading
	lang       string // of the headings, for naming those of the template
	language   string // that most headings are written in; "" where none is
	kind       sheetkind.Kind
	peers      peers
}

func newGuesser(schema *crm.Schema, dictionary *words.Dictionary) *guesser {
	g := &guesser{schema: schema, dictionary: dictionary, lang: "sv"}
	for _, f := range schema.Fields() {
		for _, text := range append([]string{f.SV, f.EN}, f.Synonyms...) {
			if folded := crm.Heading(text); folded != "" && schema.ByHeading(text) == f {
				g.known = append(g.known, knownHeading{folded, text, f})
			}
		}
	}
	return g
}

// learnLanguage names the template's headings in English where the sheet's own are.
func (g *guesser) learnLanguage(head sheet.Row) {
	var all []reading.Reading
	english := 0
	for _, h := range layout.Headings(head) {
		all = append(all, reading.Read(g.dictionary, h.Text))
		f := g.schema.ByHeading(h.Text)
		if f == nil {
			continue
		}
		switch sv, en, is := crm.Heading(f.SV), crm.Heading(f.EN), crm.Heading(h.Text); {
		case is == en && is != sv:
			english++
		case is == sv && is != en:
			english--
		}
	}
	if english > 0 {
		g.lang = "en"
	}
	g.language = reading.Language(all)
}

// learnKind finds out what the rows are about.
func (g *guesser) learnKind(columns []Proposal) {
	var all []sheetkind.Column
	for i := range columns {
		all = append(all, sheetkind.Column{Sense: columns[i].sense, Evidence: columns[i].evidence})
	}
	g.kind = sheetkind.Of(all)
}

// guesses returns what a column may be, the surest first, each field once.
func (g *guesser) guesses(c *Proposal) []guess {
	all := g.byHeading(c)
	for i := range all {
		g.score(c, &all[i])
		if g.kind.Persons && c.sense.Kind == "" && all[i].field.Kind == crm.Account {
			all[i].late += lateNoKind // where there are persons, "Company city" is more the company's than "City" is
		}
	}
	switch {
	case c.sense.Stop != "":
	case len(all) == 0 && c.sense.Field == "", g.contradicted(c, all):
		all = append(all, g.byValues(c)...)
	}
	slices.SortStableFunc(all, func(a, b guess) int { return b.sure - a.sure })
	seen := map[*crm.Field]bool{}
	return slices.DeleteFunc(all, func(g guess) bool {
		twice := seen[g.field]
		seen[g.field] = true
		return twice
	})
}

// contradicted reports whether the heading is a word for a name, and the values are e-mail addresses: "Kontakt".
func (g *guesser) contradicted(c *Proposal, all []guess) bool {
	named := c.sense.Field == reading.Person || c.sense.Field == reading.FullName || c.sense.Field == reading.Company
	return named && len(all) > 0 && all[0].sure < sureEnough && c.evidence.Nearly(c.evidence.Types[crm.Email])
}

// byHeading returns what a heading may mean, by the surest way that leads anywhere.
func (g *guesser) byHeading(c *Proposal) []guess {
	if crm.Heading(c.Heading) == "" {
		return nil
	}
	if found := g.template(c); found != nil {
		return found
	}
	if found := g.twoFields(c); found != nil {
		return found
	}
	if c.sense.Stop != "" {
		return nil
	}
	if c.sense.Field != "" {
		return g.bySense(c)
	}
	return g.misspelling(c.Heading, isOwn)
}

// template finds a heading of the template that names its kind, and those of custom fields. What could be of either kind, or of another
// system, is left to the dictionary and the values.
func (g *guesser) template(c *Proposal) []guess {
	f := g.schema.ByHeading(c.Heading)
	if f == nil {
		return nil
	}
	is := crm.Heading(c.Heading)
	own := isOwn(f) || is == crm.Heading(f.Path())
	label := is == crm.Heading(f.SV) || is == crm.Heading(f.EN)
	switch {
	case f.Name == "id":
		if c.evidence.Filled > 0 && !c.evidence.Nearly(c.evidence.Types[crm.ID]) {
			return nil
		}
	case own:
	case !label || c.sense.Field != "" && c.sense.Kind == "" || f.Type == crm.Bool:
		return nil
	}
	if label || own && is == crm.Heading(f.Path()) {
		return []guess{{field: f, sure: 100, why: message.Say("the heading of the template")}}
	}
	return []guess{{field: f, sure: 95, why: message.Say("a synonym of %s", f.Label(g.lang))}}
}

// isLabel reports whether a heading is the one that the template has for a field.
func isLabel(f *crm.Field, heading string) bool {
	is := crm.Heading(heading)
	return f != nil && (is == crm.Heading(f.SV) || is == crm.Heading(f.EN))
}

// takeTemplate gives the blank columns of a sheet that is mostly the template's their fields: the headings decide (R3).
func (g *guesser) takeTemplate(s *Suggestion) {
	labels := 0
	for i := range s.Columns {
		if isLabel(g.schema.ByHeading(s.Columns[i].Heading), s.Columns[i].Heading) {
			labels++
		}
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		f := g.schema.ByHeading(c.Heading)
		if labels*2 <= len(s.Columns) || c.Field != nil || !blank(c.evidence) || !isLabel(f, c.Heading) || s.Column(f.Path()) != nil {
			continue
		}
		c.Field, c.Confidence, c.Why, c.More, c.Unsure = f, 100, message.Say("the heading of the template"), nil, false
	}
}

// twoFields sees through "Postnr/Ort", whose parts are two fields.
func (g *guesser) twoFields(c *Proposal) []guess {
	first, second := g.partsOf(c.Heading)
	if first == nil {
		return nil
	}
	return []guess{{field: first, sure: sureEnough - 10, unsure: true,
		why: message.Say("%s and %s in one column: split it into two columns", spoken.Field(first), spoken.Field(second))}}
}

// separable are fields that do not stand together in one cell.
var separable = map[words.Meaning]string{reading.Zip: "zip", reading.City: "city", reading.Address: "address", reading.Country: "country", reading.Email: "email"}

// partsOf returns the two fields of a heading that names two, or nil.
func (g *guesser) partsOf(text string) (first, second *crm.Field) {
	for _, and := range []string{" och ", " and ", " og ", " und ", " et ", " en ", " ja ", " y ", " oder ", "&", "+", ",", ";", "|"} {
		text = strings.ReplaceAll(text, and, "/")
	}
	parts := strings.Split(text, "/")
	if len(parts) < 2 || g.sense(strings.Join(parts, " ")).Whole {
		return nil, nil
	}
	for _, part := range parts {
		f := g.schema.Field("account." + separable[g.sense(part).Field])
		switch {
		case f == nil:
			return nil, nil
		case first == nil:
			first = f
		case f != first && second == nil:
			second = f
		}
	}
	if second == nil {
		return nil, nil
	}
	return first, second
}

// sense reads a heading in the language of the sheet.
func (g *guesser) sense(heading string) reading.Sense {
	return reading.Read(g.dictionary, heading).Of(g.language)
}

// misspelling finds the known heading that is a letter or two away from a heading that is not a word.
func (g *guesser) misspelling(text string, counts func(*crm.Field) bool) []guess {
	is := crm.Heading(text)
	var found []guess
	least := 3
	for _, k := range g.known {
		letters := min(utf8.RuneCountInString(is), utf8.RuneCountInString(k.folded))
		d := message.Distance(is, k.folded)
		if d > 2 || d > least || letters < 5 || d == 2 && letters < 8 || !counts(k.field) {
			continue
		}
		if d < least {
			least, found = d, nil
		}
		one := guess{field: k.field, sure: 85, unsure: true, why: message.Say("like %s (one letter apart)", k.text)}
		if d == 2 {
			one.sure, one.why = 70, message.Say("like %s (two letters apart)", k.text)
		}
		found = append(found, one)
	}
	return found
}

func isOwn(f *crm.Field) bool { return strings.HasPrefix(f.Name, "custom.") }

// mend reads a heading that is not a word as the word of the dictionary that is a letter or two away.
func (g *guesser) mend(c *Proposal) {
	if c.sense.Field != "" || c.sense.Stop != "" || g.schema.ByHeading(c.Heading) != nil {
		return
	}
	word, d := g.dictionary.Near(tokens.Fold(c.Heading), g.language, message.Distance)
	if word == "" {
		return
	}
	if near := g.sense(word); near.Stop == "" && near.Field != "" {
		c.sense, c.near, c.letters = near, word, d
		c.sense.Sure = map[int]int{1: 85, 2: 70}[d]
	}
}

// isKnown reports whether a text is a heading of the template, or has a word for a field.
func (g *guesser) isKnown(text string) bool {
	if g.schema.ByHeading(text) != nil {
		return true
	}
	if s := g.sense(text); s.Field != "" || s.Stop != "" {
		return s.Field != "" && s.Sure >= 60 && !s.Loose
	}
	return len(g.misspelling(text, func(*crm.Field) bool { return true })) > 0
}

// placeByNeighbours distinguishes two columns whose headings could be of either kind by the columns before them: E-post behind Företag is the
// company's, E-post behind Kontakt the contact's.
func placeByNeighbours(columns []Proposal) {
	claims := map[*crm.Field]int{}
	claimed := func(c *Proposal) bool {
		return len(c.guesses) > 0 && c.guesses[0].either && c.guesses[0].sure >= sureEnough
	}
	for i := range columns {
		if claimed(&columns[i]) {
			claims[columns[i].guesses[0].field]++
		}
	}
	for i := range columns {
		c := &columns[i]
		if !claimed(c) || claims[c.guesses[0].field] < 2 {
			continue
		}
		kind := kindBefore(columns[:i])
		for j := range c.guesses {
			if g := &c.guesses[j]; g.either && g.field.Kind == kind {
				g.sure = 70
				g.why = ledger.SayOf(kind, "two columns could be this field, and this column is to the right of those of the {kind}")
			} else if g.either && kind != "" {
				g.sure = sureEnough - 10
			}
		}
		c.sort()
	}
}

// kindBefore is the kind of the nearest column to the left that is certain of one.
func kindBefore(columns []Proposal) crm.Kind {
	for _, c := range slices.Backward(columns) {
		if len(c.guesses) > 0 && c.guesses[0].sure >= 85 && !c.guesses[0].either {
			return c.guesses[0].field.Kind
		}
	}
	return ""
}
