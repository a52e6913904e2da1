package suggest

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
	"inlet.example/inlet/pipeline/sheet"
)

// peers are columns that others are held against, row by row.
type peers struct {
	rows    []sheet.Row
	company *Proposal   // the name of the company; nil where no column is that by its heading
	named   []*Proposal // names that could be a company's
	persons []*Proposal // names of persons
	street  *Proposal   // an address with numbers
	city    *Proposal   // a city by its heading
	zip     *Proposal   // a postcode by its heading
}

func newPeers(columns []Proposal, rows []sheet.Row) peers {
	p := peers{rows: rows}
	for i := range columns {
		c := &columns[i]
		if c.sense.Stop != "" || c.sense.Never || blank(c.evidence) {
			continue
		}
		if c.sense.Field == reading.Company || c.sense.Field == reading.Name {
			p.named = append(p.named, c)
		}
		switch c.sense.Field {
		case reading.Company:
			if p.company == nil {
				p.company = c
			}
		case reading.City:
			p.city = c
		case reading.Zip:
			p.zip = c
		case reading.Address:
			if p.street == nil && withDigits(c) {
				p.street = c
			}
		case reading.FirstName, reading.LastName, reading.FullName, reading.Person, reading.Name:
			p.persons = append(p.persons, c)
		}
	}
	return p
}

// ownMailboxes counts the e-mail addresses that have the name of the row's person in them.
func (p *peers) ownMailboxes(cells []sheet.Cell) int {
	n := 0
	if len(cells) == 0 {
		return 0
	}
	for _, row := range p.rows {
		local, _, ok := strings.Cut(textAt(row, cells[0].Column), "@")
		if ok && p.names(row, tokens.Fold(local)) {
			n++
		}
	}
	return n
}

// names reports whether a mailbox holds a part of the names of a row's person.
func (p *peers) names(row sheet.Row, mailbox string) bool {
	const least = 3 // letters; shorter ones are in many words
	for _, c := range p.persons {
		for _, word := range strings.Fields(textAt(row, c.index)) {
			if folded := tokens.Fold(word); len(folded) >= least && strings.Contains(mailbox, folded) {
				return true
			}
		}
	}
	return false
}

// isTown reports whether a column that is called an address is the town behind a street, as in "Utdelningsadress, Postnr, Postadress": it follows the
// postcode, none of its values has a number, those of another address have, and no column is the city.
func (p *peers) isTown(c *Proposal) bool {
	if p.city != nil || p.street == nil || p.street == c || p.zip == nil || p.zip.index+1 != c.index || c.evidence.Filled < leastValues {
		return false
	}
	return !slices.ContainsFunc(c.cells, func(cell sheet.Cell) bool { return strings.ContainsAny(textOf(cell), "0123456789") })
}

// holdsFirst reports whether a column holds the values of the column of first or last names: then it is the full name.
func (p *peers) holdsFirst(c *Proposal) bool {
	n, filled := 0, 0
	for _, other := range p.persons {
		if other.sense.Field != reading.FirstName && other.sense.Field != reading.LastName {
			continue
		}
		for _, row := range p.rows {
			is, part := textAt(row, c.index), textAt(row, other.index)
			if is == "" || part == "" {
				continue
			}
			filled++
			if strings.Contains(is, part) {
				n++
			}
		}
	}
	return n*2 > filled
}

// repeatsName reports whether most values of a column are those of a name to its left: systems write the name into the first line of an address.
func (p *peers) repeatsName(c *Proposal) bool {
	for _, other := range p.named {
		same := 0
		for _, row := range p.rows {
			if is := textAt(row, c.index); is != "" && is == textAt(row, other.index) {
				same++
			}
		}
		if other != c && c.evidence.Most(same) {
			return true
		}
	}
	return false
}

func textAt(row sheet.Row, index int) string { return crm.Trim(row.Cell(index).Shown()) }
