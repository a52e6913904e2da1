package reading

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
)

// Meanings of words for a field. A heading that has several is the first of them.
const (
	Email          words.Meaning = "email"
	Mobile         words.Meaning = "mobile"
	Fax            words.Meaning = "fax"
	Website        words.Meaning = "website"
	VAT            words.Meaning = "vat"
	Org            words.Meaning = "org"
	Zip            words.Meaning = "zip"
	Country        words.Meaning = "country"
	City           words.Meaning = "city"
	State          words.Meaning = "state"
	Phone          words.Meaning = "phone"
	Employees      words.Meaning = "employees"
	Revenue        words.Meaning = "revenue"
	Currency       words.Meaning = "currency"
	IndustryCode   words.Meaning = "industry_code"
	AccountManager words.Meaning = "owner"
	RecordOwner    words.Meaning = "record_owner" // of the record in the other system
	FirstName      words.Meaning = "first"
	LastName       words.Meaning = "last"
	Title          words.Meaning = "title"
	Role           words.Meaning = "role" // a title where there is no better one
	Address        words.Meaning = "address"
	Notes          words.Meaning = "notes"
	Category       words.Meaning = "category"
	Campaign       words.Meaning = "campaign"
	Active         words.Meaning = "active"
	CustomerNumber words.Meaning = "customer_number"
	RecordNumber   words.Meaning = "record_number" // of the row, whatever that is
	ContactNumber  words.Meaning = "contact_number"
	FullName       words.Meaning = "full_name" // of the person whom the row is about
	Person         words.Meaning = "person"    // who is asked for in a company
	Company        words.Meaning = "company"
	Name           words.Meaning = "name"
)

// priority is the order in which the words of a heading decide what it is.
var priority = []words.Meaning{Email, Mobile, Fax, Website, VAT, Org, Zip, Country, City, State, Phone, Employees, Revenue, Currency, IndustryCode, AccountManager,
	RecordOwner, FirstName, LastName, Title, Role, Address, Notes, Category, Campaign, Active, CustomerNumber, ContactNumber, RecordNumber, FullName, Person, Company, Name}

// Meanings of words that stand beside those.
const (
	directPhone words.Meaning = "direct_phone"
	switchboard words.Meaning = "switchboard"
	ofContact   words.Meaning = "of_contact"
	ofCompany   words.Meaning = "of_company"
	mainOne     words.Meaning = "main"
	work        words.Meaning = "work"
	postal      words.Meaning = "postal"
	billing     words.Meaning = "billing"
	visiting    words.Meaning = "visiting"
	other       words.Meaning = "other"
	home        words.Meaning = "home"
	delivery    words.Meaning = "delivery"
	assistant   words.Meaning = "assistant"
	number      words.Meaning = "number"
	line        words.Meaning = "line"
	filler      words.Meaning = "filler"
	stop        words.Meaning = "stop"
	ofPerson    words.Meaning = "of_person"   // a stop that only lists of persons have
	ofBusiness  words.Meaning = "of_business" // a stop that only lists of companies have
)

func isField(m words.Meaning) bool {
	return slices.Contains(priority, m) || m == directPhone || m == switchboard
}

// late is how far a word sets a column behind others of the same field.
var late = map[words.Meaning]int{postal: 1, billing: 4, visiting: 8}

// elsewhere are words of what is not the company's or the person's own place of work.
var elsewhere = []words.Meaning{other, home, delivery, assistant}

// Sense is what a heading means.
type Sense struct {
	Field    words.Meaning // "": no field of ours
	Kind     crm.Kind      // that the heading names; "" where it names none
	Company  bool          // the heading is of what lists of companies have
	Person   bool          // the heading is of what lists of persons have
	Late     int           // 0 for the first choice among columns of one field
	Second   bool          // the second or a later one of several
	Never    bool          // of another place or person than the one that is looked for
	Work     bool          // of the place of work
	Stop     string        // the word that says that it is something else; "" where none does
	Words    string        // for Field
	Unknown  []string
	Aside    string // what stands in brackets and is not known: a unit, mostly
	Sure     int    // in percent, by the words alone
	Loose    bool   // only the end of a word is known
	Weak     bool   // the word alone may be of anything: "Code"
	Whole    bool   // the heading is one word of the dictionary
	MayBeOrg bool   // a number of a company: the values tell which
}

// Of returns what a heading means on a sheet in a language.
func (r Reading) Of(language string) Sense {
	v := view{language: language, romance: slices.Contains([]string{"fr", "es", "it", "pl"}, language)}
	for i, p := range r.parts {
		v.add(i, p, len(r.parts) == 1)
	}
	return v.sense(r)
}

// seen is a part of a heading in the language of the sheet.
type seen struct {
	index   int
	raw     string
	fields  []words.Meaning
	beside  []words.Meaning
	foreign bool
}

// view is a heading in the language of its sheet.
type view struct {
	language string
	romance  bool // what it is stands first
	parts    []seen
	unknown  []int
	number   int
	aside    string
	loose    bool
}

func (v *view) add(index int, p part, alone bool) {
	switch {
	case p.number > 0 && !p.aside:
		v.number = max(v.number, p.number)
		return
	case p.number > 0 || p.words == nil && strings.Trim(p.text, "0") == "":
		return
	}
	v.loose = v.loose || p.loose
	s := seen{index: index, raw: p.raw}
	var chosen []words.Word
	chosen, s.foreign = v.choose(p, alone)
	if len(chosen) == 0 {
		switch {
		case p.aside:
			v.aside = p.raw
		case !p.loose:
			v.unknown = append(v.unknown, index)
		}
		return
	}
	for _, w := range chosen {
		if isField(w.Meaning) {
			s.fields = append(s.fields, w.Meaning)
		} else {
			s.beside = append(s.beside, w.Meaning)
		}
	}
	v.parts = append(v.parts, s)
}

// choose returns the meanings of a part in the language of the sheet, otherwise in English, otherwise in any.
func (v *view) choose(p part, alone bool) (chosen []words.Word, foreign bool) {
	in := func(language string) []words.Word {
		var found []words.Word
		for _, w := range p.words {
			if w.Language == language || w.Language == words.Any {
				found = append(found, w)
			}
		}
		return found
	}
	if chosen = in(v.language); len(chosen) == 0 {
		chosen = in("en")
	}
	if len(chosen) == 0 && (alone || len(p.text) > 3) {
		return p.words, true
	}
	return chosen, false
}

func (v *view) has(meanings ...words.Meaning) string {
	for _, p := range v.parts {
		for _, m := range meanings {
			if slices.Contains(p.beside, m) {
				return p.raw
			}
		}
	}
	return ""
}

func (v *view) sense(r Reading) Sense {
	s := Sense{Sure: 95, Loose: v.loose, Aside: v.aside}
	s.Person, s.Company = v.has(ofPerson) != "", v.has(ofBusiness) != ""
	for _, p := range v.parts {
		if len(p.fields) == 0 && slices.ContainsFunc(p.beside, isStop) && (len(v.parts) == 1 || !slices.ContainsFunc(p.beside, isPlace)) {
			s.Stop = p.raw
		}
	}
	for _, i := range v.unknown {
		s.Unknown = append(s.Unknown, r.parts[i].raw)
	}
	head, ok := v.head()
	if ok {
		s.Field = head.fields[0]
	}
	v.qualify(&s)
	switch {
	case s.Stop != "":
		s.Field = ""
		return s
	case !ok && v.has(number) != "" && len(v.parts) == 1 && len(v.unknown) == 0 && len(v.parts[0].raw) > 1:
		s.Field, s.Words, s.Weak, s.Sure = RecordNumber, v.parts[0].raw, true, 70
		return s
	case !ok:
		return s
	}
	s.Words, s.Whole = head.raw, len(r.parts) == 1
	v.combine(&s, head)
	s.Sure = v.sure(&s, head)
	return s
}

// isPlace reports whether a word beside others says which of several is meant: "Büro" alone is a room, and in "Telefon (Büro)" the place of work.
func isPlace(m words.Meaning) bool { return m == work || slices.Contains(elsewhere, m) }

func isStop(m words.Meaning) bool { return m == stop || m == ofPerson || m == ofBusiness }

// head finds the word that says what the heading is. A word that also stands beside others, as "mail" in "mail address", is it only where no
// other one is.
func (v *view) head() (seen, bool) {
	var heads []seen
	for _, strict := range []bool{true, false} {
		for _, p := range v.parts {
			if len(p.fields) > 0 && (!strict || len(p.beside) == 0) {
				slices.SortStableFunc(p.fields, byPriority)
				heads = append(heads, p)
			}
		}
		if len(heads) > 0 {
			break
		}
	}
	if len(heads) == 0 {
		return seen{}, false
	}
	best := heads[0]
	for _, h := range heads[1:] {
		is, was := h.fields[0], best.fields[0]
		names := []words.Meaning{FullName, Person, Company}
		switch {
		case slices.Contains(names, is) && slices.Contains(names, was):
			if !v.romance {
				best = h
			}
		case was == Address && v.placed() && slices.Contains([]words.Meaning{Company, Person, FullName, Name, FirstName, LastName}, is):
			best = h // of that address: "Default Address Company"
		case byPriority(is, was) < 0:
			best = h
		}
	}
	return best, true
}

// placed reports whether the heading says which of several addresses it speaks of.
func (v *view) placed() bool {
	return v.number > 0 || v.has(line, mainOne, billing, delivery, postal, visiting) != ""
}

func rank(m words.Meaning) int {
	switch m {
	case directPhone, switchboard:
		m = Phone
	}
	return slices.Index(priority, m)
}

func byPriority(a, b words.Meaning) int { return rank(a) - rank(b) }

// qualify notes which of several the heading speaks of.
func (v *view) qualify(s *Sense) {
	for _, p := range v.parts {
		for _, m := range p.beside {
			s.Late = max(s.Late, late[m])
			s.Never = s.Never || len(p.fields) == 0 && slices.Contains(elsewhere, m)
			s.Work = s.Work || m == work
		}
	}
	if s.Field == Phone || s.Field == Email {
		for _, p := range v.parts {
			if slices.Contains(p.fields, Address) {
				s.Late += 2 // of that address
			}
		}
	}
	if v.number > 1 && v.number < 10 {
		s.Second, s.Late = true, s.Late+10+v.number
	}
}

// combine lets the other words say whose the field is, and what a number is of.
func (v *view) combine(s *Sense, head seen) {
	switch s.Field {
	case directPhone:
		s.Field, s.Kind = Phone, crm.Contact
	case switchboard:
		s.Field, s.Kind = Phone, crm.Account
	}
	named := false
	for _, p := range v.parts {
		if p.index == head.index {
			continue
		}
		switch {
		case slices.Contains(p.fields, Person) || slices.Contains(p.fields, FullName) || slices.Contains(p.beside, ofContact):
			s.Kind = crm.Contact
		case slices.Contains(p.fields, Company) || slices.Contains(p.beside, ofCompany):
			if s.Kind == "" {
				s.Kind = crm.Account
			}
		}
		named = named || slices.Contains(p.fields, Name)
	}
	if p, ok := v.sorted(head); ok {
		s.Stop, s.Field = p.raw, ""
		return
	}
	if s.Field == Name && s.Kind != "" {
		s.Field = map[crm.Kind]words.Meaning{crm.Account: Company, crm.Contact: Person}[s.Kind]
	}
	if v.has(number) == "" || named || slices.Contains(head.beside, number) {
		return
	}
	switch s.Field {
	case Company:
		s.Field, s.MayBeOrg = CustomerNumber, true
	case Person, FullName:
		s.Field, s.Kind = ContactNumber, crm.Contact
	case Name, Title, Notes, RecordOwner, AccountManager, FirstName, LastName:
		s.Stop, s.Field = v.has(number), ""
	}
}

// sorted finds the word that makes a heading the sort of a value rather than the value: "E-Mail-Kategorie".
func (v *view) sorted(head seen) (seen, bool) {
	if !slices.Contains([]words.Meaning{Email, Phone, Mobile, Fax, Website, Address}, head.fields[0]) {
		return seen{}, false
	}
	for _, p := range v.parts {
		if p.index != head.index && slices.Contains(p.fields, Category) {
			return p, true
		}
	}
	return seen{}, false
}

// sure is how certain the words are.
func (v *view) sure(s *Sense, head seen) int {
	sure := 95
	if len(v.parts) > 1 {
		sure = 90
	}
	for _, i := range v.unknown {
		switch after := i > head.index; {
		case after != v.romance:
			sure -= 35 // the unknown word is the one that says what it is
		default:
			sure -= 20
		}
	}
	if head.foreign {
		sure -= 8
	}
	if s.Loose {
		sure = min(sure, 57)
	}
	if s.Aside != "" {
		sure = min(sure, 70)
	}
	if s.Second {
		sure = min(sure, 64)
	}
	return max(sure, 5)
}
