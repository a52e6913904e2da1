// Package sheetkind says what the rows of a sheet are about: companies, persons, or both.
//
// # Rules
//
// First and last name, a title, a birthday or a salutation speak for persons; org numbers, employees, revenue or payment terms for companies.
// Where both are there, the columns that name neither (e-mail, phone, notes) are of those that more columns speak for. A column called only
// "name" counts by its values.
package sheetkind

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/reading"
	"inlet.example/inlet/pipeline/mapping/suggest/values"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
)

// Column is a column by its heading and its values.
type Column struct {
	Sense    reading.Sense
	Evidence *values.Evidence
}

// Kind is what the rows of a sheet are about.
type Kind struct {
	Main      crm.Kind // of the columns that name no kind
	Persons   bool     // there are columns of persons
	Companies bool     // there is the name or the number of a company
	Facts     bool     // there are facts about companies beyond their name
	First     bool     // there is a column of first names
	Last      bool     // there is a column of last names
}

// weights of columns that speak for persons and for companies.
var (
	persons = map[words.Meaning]int{reading.FirstName: 3, reading.LastName: 3, reading.FullName: 4, reading.Title: 1, reading.Mobile: 1, reading.Person: 1,
		reading.ContactNumber: 1}
	companies = map[words.Meaning]int{reading.Org: 2, reading.VAT: 2, reading.Employees: 2, reading.Revenue: 2, reading.IndustryCode: 2, reading.Website: 1,
		reading.Company: 1, reading.CustomerNumber: 1}
)

// facts are what is known of companies beyond their name.
var facts = map[words.Meaning]bool{reading.Org: true, reading.VAT: true, reading.Employees: true, reading.Revenue: true, reading.IndustryCode: true,
	reading.Website: true}

const mostStops = 4 // columns of no field of ours count together as much

// Of judges a sheet by its columns.
func Of(columns []Column) Kind {
	var k Kind
	person, company, personal, business := 0, 0, 0, 0
	for _, c := range columns {
		s := c.Sense
		if s.Person {
			personal++
		}
		if s.Company {
			business++
			k.Facts = true
		}
		if s.Stop != "" || s.Never || s.Second {
			continue
		}
		weight := persons[s.Field]
		if s.Kind == crm.Contact {
			weight = min(weight, 1)
		}
		person += weight
		company += companies[s.Field]
		k.note(s)
	}
	person += min(personal, mostStops)
	company += min(business, mostStops)
	byName := name(columns)
	if byName > 0 {
		company += 4
	}
	if byName < 0 && company < 3 {
		person += 3
		k.Persons = true
	}
	k.Main = crm.Account
	if person > company {
		k.Main = crm.Contact
	}
	return k
}

func (k *Kind) note(s reading.Sense) {
	k.First = k.First || s.Field == reading.FirstName
	k.Last = k.Last || s.Field == reading.LastName
	k.Persons = k.Persons || persons[s.Field] > 0 && s.Field != reading.Mobile || s.Kind == crm.Contact && s.Field != ""
	k.Companies = k.Companies || s.Field == reading.Company || s.Field == reading.Org || s.Field == reading.VAT
	k.Facts = k.Facts || facts[s.Field] || s.Work && s.Field == reading.Address
}

// name says by its values whether a column called only "name" is of companies (1), of persons (-1) or unclear (0).
func name(columns []Column) int {
	for _, c := range columns {
		e := c.Evidence
		if c.Sense.Field != reading.Name || c.Sense.Stop != "" || c.Sense.Kind != "" || c.Sense.Never || c.Sense.Second || e.Filled == 0 {
			continue
		}
		switch {
		case e.LegalForm*4 >= e.Filled:
			return 1
		case e.Most(e.Person):
			return -1
		}
	}
	return 0
}
