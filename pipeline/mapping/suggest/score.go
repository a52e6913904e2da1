package suggest

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/values"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

func blank(e *values.Evidence) bool { return e == nil || e.Filled == 0 }

const (
	against      = 45 // what values of another type take off
	blankAgainst = 25 // a blank column loses against a filled one
)

// score confirms or contradicts by the values what the heading says.
func (g *guesser) score(c *Proposal, one *guess) {
	e := c.evidence
	if len(g.peers.rows) == 0 {
		return // nothing is filled: the headings are all there is
	}
	if blank(e) {
		if one.sure -= blankAgainst; c.sense.Person || one.late > 1 {
			one.sure = min(one.sure, sureEnough-10)
		}
		return
	}
	if g.scoreMachine(c, one) {
		return
	}
	switch {
	case one.field.Name == "categories" || one.field.Name == "campaigns" || one.field.Type == crm.User || one.field.Type.Looks() == crm.Choice:
		g.scoreChoices(c, one)
	case one.field.Type == crm.Text:
		g.scoreText(c, one)
	case one.field.Type == crm.ID && one.field.Name != "id":
	default:
		g.scoreType(c, one)
	}
}

// contradict takes a guess back because of the values.
func (one *guess) contradict(by int, why message.Text) {
	one.sure, one.unsure = max(one.sure-by, 5), true
	one.more = append(one.more, why)
}

// scoreMachine takes back what programs have made: GUIDs and checksums are not names. It reports whether it did.
func (g *guesser) scoreMachine(c *Proposal, one *guess) bool {
	e := c.evidence
	if !e.Most(e.Machine) || one.field.Type == crm.ID || one.field.Name == "notes" {
		return false
	}
	one.contradict(90, message.Say("%s of %s values are identifiers that a program made", e.Machine, e.Filled))
	return true
}

// scoreChoices counts the values that are known where a field takes only known ones.
func (g *guesser) scoreChoices(c *Proposal, one *guess) {
	e, t := c.evidence, one.field.Type.Looks()
	known, limited := g.knownValues(c, one.field)
	if e.Most(e.Types[crm.Decimal]) {
		one.contradict(against, values.SayMost(crm.Decimal, e.Types[crm.Decimal], e.Filled))
		return
	}
	if !limited || known == e.Filled {
		return
	}
	c.dropUnknown = true
	one.unsure = true
	one.more = append(one.more, values.SayFew(t, known, e.Filled))
}

// knownValues counts the values that are users or choices, and whether there are any to be.
func (g *guesser) knownValues(c *Proposal, f *crm.Field) (n int, limited bool) {
	for _, cell := range c.cells {
		text := textOf(cell)
		if f.Type == crm.User {
			if _, ok := g.schema.User(text); ok {
				n++
			}
		} else if _, wrong := convert.Choices(f, sheet.Cell{Type: sheet.Text, Raw: text}); wrong == nil {
			n++
		}
	}
	return n, f.Type == crm.User || len(f.Choices) > 0
}

// scoreText contradicts a text that is all numbers, dates or addresses, and the names of what repeats. Notes may hold anything.
func (g *guesser) scoreText(c *Proposal, one *guess) {
	e := c.evidence
	if one.field.Name == "notes" {
		return
	}
	for _, t := range []crm.Type{crm.Email, crm.URL, crm.Date, crm.Decimal, crm.Bool} {
		if t == crm.Bool && one.field.Name == "country" {
			continue // NO is Norway
		}
		if n := e.Types[t]; n*10 >= e.Filled*8 {
			one.contradict(against, values.SayMost(t, n, e.Filled))
			return
		}
	}
	switch path := one.field.Path(); {
	case e.Most(e.Forms) && one.field.Name != "country": // SE is Sweden too
		one.contradict(against, message.Say("%s of %s values are legal forms", e.Forms, e.Filled))
	case path == "account.state" && e.Most(e.District):
		one.contradict(against, message.Say("%s of %s values are points of the compass", e.District, e.Filled))
	case path == "account.name":
		g.scoreCompany(c, one)
	case c.sense.Field == reading.Role && e.Few():
		one.contradict(against, message.Say("only %s of %s values are different", e.Distinct, e.Filled))
	case path == "contact.title" && e.Most(e.Salutation):
		one.contradict(against, message.Say("%s of %s values are forms of address", e.Salutation, e.Filled))
	case path == "contact.title" && e.Most(e.LegalForm):
		one.contradict(against, message.Say("%s of %s values are names of companies", e.LegalForm, e.Filled))
	case path == "contact.name" && e.Most(e.LegalForm):
		one.contradict(against, message.Say("%s of %s values are names of companies", e.LegalForm, e.Filled))
	case path == "account.address" && g.peers.repeatsName(c):
		one.contradict(against, message.Say("the values are those of the company's name"))
	}
}

// scoreCompany holds that companies have names of their own: a size, a type or a yes repeats from row to row.
func (g *guesser) scoreCompany(c *Proposal, one *guess) {
	e := c.evidence
	switch {
	case e.Most(e.Range):
		one.contradict(against, message.Say("%s of %s values are ranges of numbers", e.Range, e.Filled))
	case g.kind.Main == crm.Account && !g.kind.Persons && e.Few() && e.LegalForm == 0:
		one.contradict(against, message.Say("only %s of %s values are different", e.Distinct, e.Filled))
	case e.Few() && e.Distinct <= 3 && e.Filled > 30 && e.LegalForm == 0:
		one.contradict(against, message.Say("only %s of %s values are different", e.Distinct, e.Filled))
	}
}

// scoreType counts the values that are of the field's type, or could be as another country writes it.
func (g *guesser) scoreType(c *Proposal, one *guess) {
	e, t := c.evidence, one.field.Type.Looks()
	if !values.Listed(t) {
		return
	}
	sure, could := e.Types[t], couldBe(t, c.cells)
	if one.field.Path() == "account.website" && e.Most(e.Networks) {
		one.contradict(against, message.Say("%s of %s values are pages of a social network", e.Networks, e.Filled))
		return
	}
	switch {
	case could*2 < e.Filled:
		one.contradict(against, values.SayFew(t, could, e.Filled))
		if could == 0 {
			one.sure = min(one.sure, sureEnough-10)
		}
	case e.Nearly(sure):
		if one.sure < 95 && !one.capped && !c.sense.Second && c.sense.Aside == "" {
			one.sure = min(95, one.sure+8)
		}
		if one.unsure {
			one.more = append(one.more, values.SayMost(t, sure, e.Filled))
		}
	case could*10 < e.Filled*9:
		one.unsure = true
		one.more = append(one.more, values.SayFew(t, could, e.Filled))
	}
}

// couldBe counts the values that could be of a type as some country writes it.
func couldBe(t crm.Type, cells []sheet.Cell) (n int) {
	for _, cell := range cells {
		if values.Possibly(t, cell) {
			n++
		}
	}
	return n
}

const leastValues = 3 // that can say what a column is whose heading does not

// byValues returns what the values may be where the heading says nothing.
func (g *guesser) byValues(c *Proposal) []guess {
	e := c.evidence
	var all []guess
	add := func(path string, t crm.Type, n, sure int) {
		if f := g.schema.Field(path); f != nil && e.Filled >= leastValues && e.Nearly(n) {
			all = append(all, guess{field: f, sure: sure, late: 20, unsure: true, why: values.SayMost(t, n, e.Filled)})
		}
	}
	add("account.org_number", crm.OrgNumber, e.Types[crm.OrgNumber], 70)
	like := reading.Sense{Field: reading.Email}
	if c.sense.Field == reading.Person || c.sense.Field == reading.FullName {
		like.Kind = crm.Contact
	}
	kind, _ := g.kindOf(&Proposal{sense: like, evidence: e, cells: c.cells})
	add(kind.Path("email"), crm.Email, e.Types[crm.Email], 65)
	if e.Networks == 0 {
		add("account.website", crm.URL, e.Types[crm.URL], 65)
	}
	add("account.zip", crm.Postcode, values.Spaced(c.cells), 65)
	if e.Types[crm.OrgNumber] == 0 {
		add(g.kind.Main.Path("phone"), crm.Phone, e.Types[crm.Phone], sureEnough)
	}
	for _, f := range g.schema.Fields() {
		if len(f.Choices) > 1 {
			n, _ := g.knownValues(c, f)
			add(f.Path(), crm.Choice, n, 65)
		}
	}
	return all
}

// companyByValues is the last resort for the name of the company: a column whose values are names of companies, whatever its heading.
func (g *guesser) companyByValues(c *Proposal) (guess, bool) {
	e := c.evidence
	if blank(e) || !e.Most(e.LegalForm) || e.Few() && g.kind.Main == crm.Account || c.sense.Stop != "" && c.sense.Field == "" && e.LegalForm < leastValues {
		return guess{}, false
	}
	return guess{field: g.schema.Field("account.name"), sure: 65, unsure: true, why: message.Say("%s of %s values are names of companies", e.LegalForm, e.Filled)}, true
}

func textOf(cell sheet.Cell) string { return crm.Trim(cell.Shown()) }
