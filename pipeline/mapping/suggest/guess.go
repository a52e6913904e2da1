package suggest

import (
	"slices"
	"strings"
	"unicode/utf8"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/layout"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// guess is one field that a column may be.
type guess struct {
	field  *crm.Field
	sure   int // percent
	why    message.Text
	more   []message.Text
	unsure bool
	either bool // the heading could be of either kind
}

const (
	eitherKindSure = 75 // a heading of either kind: a more exact one elsewhere beats it
	otherKindSure  = 60 // and the other kind, where that has happened
)

// knownHeading is one heading that leads to a field.
type knownHeading struct {
	folded, text string
	field        *crm.Field
}

// guesser knows every heading there is.
type guesser struct {
	schema *crm.Schema
	known  []knownHeading
	lang   string // of the headings, for naming those of the template
}

func newGuesser(schema *crm.Schema) *guesser {
	g := &guesser{schema: schema, lang: "sv"}
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
	english := 0
	for _, h := range layout.Headings(head) {
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
}

// guesses returns what a column may be, the surest first, each field once.
func (g *guesser) guesses(c *Proposal) []guess {
	shape := g.shapeOf(c.cells)
	var all []guess
	if crm.Heading(c.Heading) != "" {
		all = g.byName(c.Heading)
	}
	for i := range all {
		shape.score(&all[i])
	}
	all = append(all, shape.alone()...)
	slices.SortStableFunc(all, func(a, b guess) int { return b.sure - a.sure })
	seen := map[*crm.Field]bool{}
	return slices.DeleteFunc(all, func(g guess) bool {
		twice := seen[g.field]
		seen[g.field] = true
		return twice
	})
}

// byName returns what a heading may mean, by the surest way that leads anywhere.
func (g *guesser) byName(text string) []guess {
	for _, way := range []func(string) []guess{g.exact, g.cleaned, g.ofKind, g.parts, g.misspelling, g.contained} {
		if found := way(text); len(found) > 0 {
			return found
		}
	}
	return nil
}

// exact finds the template's heading or a synonym. One that could be of either kind is that of section 15, and unsure.
func (g *guesser) exact(text string) []guess {
	f := g.schema.ByHeading(text)
	if f == nil {
		return nil
	}
	is := crm.Heading(text)
	found := guess{field: f, sure: 100, why: message.Say("the heading of the template")}
	if is != crm.Heading(f.SV) && is != crm.Heading(f.EN) && is != crm.Heading(f.Path()) {
		found.sure, found.why = 95, message.Say("a synonym of %s", f.Label(g.lang))
	}
	twin := g.sameFieldOfOtherKind(f)
	if twin == nil || kindOf(is) != "" {
		return []guess{found}
	}
	found.sure, found.unsure, found.either = eitherKindSure, true, true
	found.more = []message.Text{message.Say("could also be %s", twin.Path())}
	other := guess{field: twin, sure: otherKindSure, unsure: true, either: true, why: message.Say("%s is another column, and the heading could be of an account or a contact", f.Path())}
	return []guess{found, other}
}

// sameFieldOfOtherKind returns the field of the same name of the other kind, or nil.
func (g *guesser) sameFieldOfOtherKind(f *crm.Field) *crm.Field {
	kind := crm.Account
	if f.Kind == crm.Account {
		kind = crm.Contact
	}
	return g.schema.Field(string(kind) + "." + f.Name)
}

// cleaned tries the heading without what forms and databases put around it: "Namn*", "company_name", "Omsättning (tkr)".
func (g *guesser) cleaned(text string) []guess {
	clean := strings.Trim(strings.ReplaceAll(text, "_", " "), " *:#?!")
	before, aside, cut := strings.Cut(clean, "(")
	if cut {
		clean = strings.TrimSpace(before)
	}
	if clean == text || crm.Heading(clean) == "" {
		return nil
	}
	found := append(g.exact(clean), g.ofKind(clean)...)
	for i := range found {
		found[i].sure = min(found[i].sure, 92)
		if cut {
			found[i].sure, found[i].unsure = min(found[i].sure, 80), true
			found[i].more = append(found[i].more, message.Say("unclear what %s means for the values", "("+oneLine(aside)))
		}
	}
	return found
}

// stems say of which kind a heading is, as whole headings, first words or last words; the longer stand before those they begin with.
var stems = []struct {
	word string
	kind crm.Kind
}{
	{"kontaktpersonens", crm.Contact}, {"kontaktpersons", crm.Contact}, {"kontaktperson", crm.Contact}, {"kontaktens", crm.Contact}, {"kontakt", crm.Contact},
	{"contactperson", crm.Contact}, {"contacts", crm.Contact}, {"contact", crm.Contact}, {"personens", crm.Contact}, {"person", crm.Contact},
	{"direkt", crm.Contact}, {"direct", crm.Contact},
	{"företagets", crm.Account}, {"företags", crm.Account}, {"företag", crm.Account}, {"kundens", crm.Account}, {"kund", crm.Account},
	{"bolagets", crm.Account}, {"bolags", crm.Account}, {"bolag", crm.Account}, {"organisationens", crm.Account}, {"organisations", crm.Account},
	{"companys", crm.Account}, {"company", crm.Account}, {"customer", crm.Account}, {"client", crm.Account}, {"accounts", crm.Account},
	{"account", crm.Account}, {"organization", crm.Account}, {"organisation", crm.Account}, {"växel", crm.Account}, {"info", crm.Account},
	{"upsales", crm.Account}, {"firma", crm.Account},
}

// kindOf returns the kind that a folded heading says itself, or "".
func kindOf(folded string) crm.Kind {
	for _, stem := range stems {
		if strings.HasPrefix(folded, stem.word) || strings.HasSuffix(folded, stem.word) {
			return stem.kind
		}
	}
	return ""
}

// ofKind reads a heading that names the kind and the field: "Kundens postnummer", "Kontaktmail", "Phone (contact)".
func (g *guesser) ofKind(text string) []guess {
	folded := strings.NewReplacer(":", "", "(", "", ")", "", "_", "", "'", "", "’", "").Replace(crm.Heading(text))
	for _, stem := range stems {
		rest, ok := strings.CutPrefix(folded, stem.word)
		if !ok {
			rest, ok = strings.CutSuffix(folded, stem.word)
		}
		if !ok || rest == "" {
			continue
		}
		f := g.schema.ByHeading(rest)
		for _, candidate := range g.schema.Fields() {
			if f == nil && candidate.Kind == stem.kind && strings.ReplaceAll(candidate.Name, "_", "") == rest {
				f = candidate
			}
		}
		if f == nil {
			continue
		}
		found := guess{field: f, sure: 90}
		if twin := g.sameFieldOfOtherKind(f); f.Kind != stem.kind && twin != nil {
			found.field = twin
		} else if f.Kind != stem.kind {
			found.sure, found.unsure = 65, true
		}
		found.why = ledger.SayOf(stem.kind, "%s of the {kind}", found.field.Label(g.lang))
		return []guess{found}
	}
	return nil
}

// parts reads "Ort/Stad", whose parts mean one thing, and sees through "Postnr/Ort", whose parts are two.
func (g *guesser) parts(text string) []guess {
	words := text
	for _, and := range []string{" och ", " and ", " eller ", " or ", "&", "+", ",", ";", "|"} {
		words = strings.ReplaceAll(words, and, "/")
	}
	parts := strings.Split(words, "/")
	var first guess
	for i, part := range parts {
		found := g.exact(part)
		switch {
		case len(parts) < 2 || len(found) == 0:
			return nil
		case i == 0:
			first = found[0]
		case found[0].field != first.field:
			return []guess{{field: first.field, sure: sureEnough - 10, unsure: true,
				why: message.Say("%s and %s in one column: split it into two columns", first.field.Path(), found[0].field.Path())}}
		}
	}
	first.sure, first.why = min(first.sure, 90), message.Say("both parts of the heading mean %s", first.field.Label(g.lang))
	return []guess{first}
}

// misspelling finds the known heading that is a letter or two away.
func (g *guesser) misspelling(text string) []guess {
	is := crm.Heading(text)
	var found []guess
	least := 3
	for _, k := range g.known {
		letters := min(utf8.RuneCountInString(is), utf8.RuneCountInString(k.folded))
		d := message.Distance(is, k.folded)
		if d > 2 || d > least || letters < 4 || d == 2 && letters < 8 {
			continue
		}
		if d < least {
			least, found = d, nil
		}
		one := guess{field: k.field, sure: 85, unsure: true, why: message.Say("like %s (one letter apart)", k.text)}
		switch {
		case d == 2:
			one.sure, one.why = 70, message.Say("like %s (two letters apart)", k.text)
		case letters == 4:
			one.sure = sureEnough - 5
		}
		if twin := g.sameFieldOfOtherKind(k.field); twin != nil && kindOf(k.folded) == "" {
			one.sure = min(one.sure, eitherKindSure-5)
			one.more = []message.Text{message.Say("could also be %s", twin.Path())}
		}
		found = append(found, one)
	}
	return found
}

// contained finds the longest known heading inside this one: "Besöksadress".
func (g *guesser) contained(text string) []guess {
	is, most := crm.Heading(text), 4
	var found []guess
	for _, k := range g.known {
		if n := utf8.RuneCountInString(k.folded); n > most && strings.Contains(is, k.folded) {
			most = n
			found = []guess{{field: k.field, sure: sureEnough, unsure: true, why: message.Say("the heading contains %s", k.text)}}
		}
	}
	return found
}
