package suggest

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/keys"
	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/spoken"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
	"inlet.example/inlet/pipeline/message"
)

// ofAccount are the fields that only accounts have.
var ofAccount = map[words.Meaning]string{reading.Fax: "fax", reading.Website: "website", reading.VAT: "org_number", reading.Org: "org_number", reading.Zip: "zip",
	reading.Country: "country", reading.City: "city", reading.State: "state", reading.Employees: "employees", reading.Revenue: "revenue", reading.Currency: "currency",
	reading.IndustryCode: "industry_code", reading.AccountManager: "account_manager", reading.RecordOwner: "account_manager", reading.Address: "address",
	reading.Company: "name"}

// ofContact are the fields that only contacts have.
var ofContact = map[words.Meaning]string{reading.Mobile: "mobile", reading.FirstName: "first_name", reading.LastName: "last_name", reading.Title: "title", reading.Role: "title",
	reading.FullName: "name", reading.Person: "name"}

// ofEither are the fields that both have.
var ofEither = map[words.Meaning]string{reading.Email: "email", reading.Phone: "phone", reading.Notes: "notes", reading.Category: "categories",
	reading.Campaign: "campaigns", reading.Active: "active"}

const (
	lateVAT  = 5 // puts a VAT number behind an org number
	lateRole = 3 // puts a role behind a title
)

// bySense returns the fields that the words of a heading may mean on a sheet like this.
func (g *guesser) bySense(c *Proposal) []guess {
	s := c.sense
	if reason, out := g.leftOut(c); out {
		c.reason = &reason
		return nil
	}
	one := guess{sure: s.Sure, late: s.Late, why: g.because(c)}
	one.unsure = s.Sure < 85 || s.Loose || s.Second || c.near != ""
	if s.Aside != "" {
		one.unsure = true
		one.more = append(one.more, message.Say("unclear what %s means for the values", "("+s.Aside+")"))
	}
	switch {
	case s.Field == reading.Org && !blank(c.evidence) && !c.evidence.Most(couldBe(crm.OrgNumber, c.cells)):
		return g.customerNumber(c, one)
	case s.Field == reading.Address && g.peers.isTown(c):
		one.field, one.sure, one.unsure = g.schema.Field("account.city"), min(one.sure, 80), true
		one.why = message.Say("the heading says address, but no value has a number, and another column is the street")
		return []guess{one}
	case ofAccount[s.Field] != "":
		g.take(&one, c, crm.Account.Path(ofAccount[s.Field]))
		if s.Field == reading.VAT {
			one.late += lateVAT
		}
		return []guess{one}
	case ofContact[s.Field] != "":
		g.take(&one, c, crm.Contact.Path(ofContact[s.Field]))
		if s.Field == reading.Role {
			one.late += lateRole
		}
		return []guess{one}
	case ofEither[s.Field] != "":
		return g.eitherKind(c, one, ofEither[s.Field])
	case s.Field == reading.Name:
		return g.name(c, one)
	case s.Field == reading.CustomerNumber || s.Field == reading.RecordNumber:
		return g.customerNumber(c, one)
	}
	return nil
}

// take makes a guess one of a field. The heading that the template has for it is certain.
func (g *guesser) take(one *guess, c *Proposal, path string) {
	one.field = g.schema.Field(path)
	if is := crm.Heading(c.Heading); is == crm.Heading(one.field.SV) || is == crm.Heading(one.field.EN) {
		one.sure, one.why = 100, message.Say("the heading of the template")
	}
}

// because says what was recognised in a heading.
func (g *guesser) because(c *Proposal) message.Text {
	switch s := c.sense; {
	case c.near != "" && c.letters == 1:
		return message.Say("like %s (one letter apart)", c.near)
	case c.near != "":
		return message.Say("like %s (two letters apart)", c.near)
	case s.Loose:
		return message.Say("the heading ends with a known word: %s", s.Words)
	case s.Whole:
		return message.Say("the heading is a known word")
	default:
		return message.Say("the heading contains a known word: %s", s.Words)
	}
}

// leftOut returns why a column whose heading is a word for a field is not that field.
func (g *guesser) leftOut(c *Proposal) (message.Text, bool) {
	s, e := c.sense, c.evidence
	person := g.kind.Main == crm.Contact
	switch {
	case s.Never:
		return message.Say("the heading is about another place or person, e.g. home, delivery or an assistant"), true
	case s.Field == reading.ContactNumber:
		return message.Say("the values identify the contact in another system; contacts have no field for that"), true
	case s.Field == reading.RecordNumber && person:
		return message.Say("the values identify the contact in another system; contacts have no field for that"), true
	case s.Field == reading.Mobile && (s.Kind == crm.Account || !g.kind.Persons && !person):
		return message.Say("accounts have no mobile number, and no column names a contact"), true
	case s.Field == reading.RecordOwner && person && s.Kind != crm.Account:
		return message.Say("the heading names the owner of the contact, and only accounts have an account manager"), true
	case s.Field == reading.Fax && person && (s.Kind == crm.Contact || !s.Work && (!g.kind.Facts || blank(e))):
		return message.Say("contacts have no fax number"), true
	case s.Field == reading.Active && !blank(e) && !e.Nearly(e.Types[crm.Bool]):
		return message.Say("the values are not yes or no"), true
	case s.Field == reading.Active && blank(e) && strings.EqualFold(s.Words, "status"):
		return message.Say("the column is blank"), true
	case s.Field == reading.IndustryCode && !blank(e) && !withDigits(c):
		return message.Say("the values are not codes"), true
	}
	return message.Text{}, false
}

// withDigits reports whether most values have a digit.
func withDigits(c *Proposal) bool {
	n := 0
	for _, cell := range c.cells {
		if strings.ContainsAny(cell.Shown(), "0123456789") {
			n++
		}
	}
	return c.evidence.Most(n)
}

// eitherKind decides whose a field is that both kinds have: the heading, then the values, then what the sheet is about.
func (g *guesser) eitherKind(c *Proposal, one guess, name string) []guess {
	kind, sure := g.kindOf(c)
	one.field = g.schema.Field(kind.Path(name))
	if c.sense.Kind != "" {
		return []guess{one}
	}
	one.late++ // behind a heading that names the kind
	other := crm.Account
	if kind == crm.Account {
		other = crm.Contact
	}
	if !g.kind.Persons || !g.kind.Companies {
		return []guess{one}
	}
	one.sure, one.unsure, one.capped = min(one.sure, sure), true, true
	if c.sense.Second || c.sense.Late > 0 || blank(c.evidence) || name != "email" && name != "phone" {
		return []guess{one}
	}
	one.either = true
	twin := g.schema.Field(other.Path(name))
	one.more = append(one.more, message.Say("could also be %s", spoken.Field(twin)))
	second := guess{field: twin, sure: otherKindSure, unsure: true, either: true, capped: true,
		why: message.Say("%s is another column, and the heading could be of an account or a contact", spoken.Field(one.field))}
	return []guess{one, second}
}

// kindOf returns the kind that a column is of where its heading may be of either, and how sure that is.
func (g *guesser) kindOf(c *Proposal) (crm.Kind, int) {
	e := c.evidence
	switch {
	case c.sense.Kind != "":
		return c.sense.Kind, 95
	case c.sense.Field != reading.Email || blank(e):
	case g.kind.Companies && (g.kind.Main == crm.Account && e.Most(e.Role) || e.Nearly(e.Role)):
		return crm.Account, 88
	case g.kind.Persons && e.Most(g.peers.ownMailboxes(c.cells)):
		return crm.Contact, 92
	}
	if g.kind.Main == crm.Contact && !g.kind.Companies || g.kind.Main == crm.Account && !g.kind.Persons {
		return g.kind.Main, 95
	}
	if g.kind.Main == crm.Contact {
		return crm.Contact, 88
	}
	return crm.Account, 82
}

// name decides what a column called only "name" is: of a company, of a person, or one half of a person's name.
func (g *guesser) name(c *Proposal, one guess) []guess {
	e := c.evidence
	field := func(path string, sure int) []guess {
		one.field, one.sure = g.schema.Field(path), min(one.sure, sure)
		one.unsure = one.unsure || sure < 85
		return []guess{one}
	}
	company := g.peers.company != nil
	switch {
	case g.kind.First && !g.kind.Last && !g.peers.holdsFirst(c):
		return field("contact.last_name", 88)
	case g.kind.Last && !g.kind.First && !g.peers.holdsFirst(c):
		return field("contact.first_name", 88)
	case !company && 4*e.LegalForm >= max(e.Filled, 1):
		return field("account.name", 95)
	case company && (e.LegalForm*4 >= max(e.Filled, 1) || g.peers.repeatsName(c)):
		return field("account.name", 65)
	case company:
		return field("contact.name", 82)
	case g.kind.Main == crm.Contact:
		return field("contact.name", 90)
	}
	return field("account.name", 92)
}

// customerNumber is the number that another system has for the customer: never our record ID, but a field of one's own, where there is one.
func (g *guesser) customerNumber(c *Proposal, one guess) []guess {
	e := c.evidence
	if c.sense.MayBeOrg && e.Nearly(e.Types[crm.OrgNumber]) {
		one.field, one.sure = g.schema.Field("account.org_number"), 85
		return []guess{one}
	}
	if one.field = g.schema.Field(keys.CustomerNumber); one.field != nil {
		return []guess{one}
	}
	c.number = true
	reason := message.Say("the values are customer numbers of another system. To keep them and match on them, run: inlet field add %s --type id, then write %s here", keys.CustomerNumber, keys.CustomerNumber)
	c.reason = &reason
	return nil
}

// CustomerNumber is the field for a customer's number in another system, as it is declared with a suggestion that has such a column.
func CustomerNumber() crm.Field {
	return crm.Field{Kind: crm.Account, Name: "custom.customer_number", Type: crm.ID, SV: "Kundnummer", EN: "Customer number", Synonyms: []string{"Kundnr", "Kund-ID", "Customer ID"}}
}
