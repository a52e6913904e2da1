// Package keys chooses what a suggestion matches on: as few and as unique fields as a sheet has (R18).
package keys

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Key is what to match a kind on, and why: one rule, or several that are tried one after the other.
type Key struct {
	Rules [][]string
	Why   message.Text
}

// Usable reports whether there is anything to match on.
func (k Key) Usable() bool { return len(k.Rules) > 0 && len(k.Rules[0]) > 0 }

// Column is a column that was suggested to be a field.
type Column struct {
	Field *crm.Field
	Index int
}

// CustomerNumber is the field for a customer's number in another system.
const CustomerNumber = "account.custom.customer_number"

// UsualRegion is the country of org numbers where a mapping says nothing.
const UsualRegion = "SE"

// matchOn is a key of one rule.
func matchOn(why message.Text, fields ...string) Key {
	return Key{[][]string{fields}, why}
}

// noKey leaves a kind without anything to match on.
func noKey(why message.Text) Key { return Key{[][]string{{}}, why} }

// sample is the rows looked at, as values of the fields that were suggested.
type sample struct {
	columns map[string]int // by the field's path
	types   map[string]crm.Type
	rows    []sheet.Row
	region  string
}

// Choose chooses what to match each kind on that has a column. Org numbers are those of the region.
func Choose(columns []Column, rows []sheet.Row, region string) map[crm.Kind]Key {
	s := newSample(columns, rows, region)
	has := map[crm.Kind]bool{}
	for _, c := range columns {
		has[c.Field.Kind] = true
	}
	all := map[crm.Kind]Key{}
	if has[crm.Account] {
		all[crm.Account] = s.withNumber(s.account())
	}
	if has[crm.Contact] {
		all[crm.Contact] = s.contact()
	}
	return all
}

func newSample(columns []Column, rows []sheet.Row, region string) *sample {
	s := &sample{columns: map[string]int{}, types: map[string]crm.Type{}, rows: rows, region: region}
	for _, c := range columns {
		s.columns[c.Field.Path()], s.types[c.Field.Path()] = c.Index, c.Field.Type
	}
	return s
}

// value is the form of a row's field in which it is matched, "" where it is blank, counts as blank, or has no column.
func (s *sample) value(row sheet.Row, path string) string {
	index, ok := s.columns[path]
	if !ok {
		return ""
	}
	t, v := s.types[path], crm.TextValue(crm.Trim(row.Cell(index).Shown()))
	if v.String() == "" {
		return ""
	}
	rule := crm.Rule{Region: s.region}
	if rule.Blank(nil, crm.Ticked{Field: path, Type: t}, v) {
		return ""
	}
	return crm.Canonical(t, v, s.region)
}

// contactName is the full name, made of first and last name where it has no column.
func (s *sample) contactName(row sheet.Row) string {
	if name := s.value(row, "contact.name"); name != "" {
		return name
	}
	return crm.Trim(s.value(row, "contact.first_name") + " " + s.value(row, "contact.last_name"))
}

// present returns the rows in which a kind has a value.
func (s *sample) present(kind crm.Kind) []sheet.Row {
	var rows []sheet.Row
	for _, row := range s.rows {
		for path, index := range s.columns {
			if path[:len(kind)] == string(kind) && crm.Trim(row.Cell(index).Shown()) != "" {
				rows = append(rows, row)
				break
			}
		}
	}
	return rows
}

// countFilled counts the rows with a value, and those that have one value with an earlier row but another name.
func countFilled(rows []sheet.Row, value, name func(sheet.Row) string) (n, shared int) {
	names := map[string]string{}
	for _, row := range rows {
		v := value(row)
		if v == "" {
			continue
		}
		n++
		is := name(row)
		if was := names[v]; was != "" && is != "" && was != is {
			shared++
		}
		if names[v] == "" {
			names[v] = is
		}
	}
	return n, shared
}

func (s *sample) account() Key {
	rows := s.present(crm.Account)
	of := func(path string) func(sheet.Row) string {
		return func(row sheet.Row) string { return s.value(row, "account."+path) }
	}
	n := len(rows)
	org, shared := countFilled(rows, of("org_number"), of("name"))
	zip, _ := countFilled(rows, of("zip"), of("name"))
	_, hasName := s.columns["account.name"]
	_, hasOrg := s.columns["account.org_number"]
	_, hasZip := s.columns["account.zip"]
	switch {
	case hasOrg && n > 0 && shared == 0 && org*100 >= n*95:
		return matchOn(message.Say("%s of %s rows have an org number, and no two names have the same one", org, n), "org_number")
	case hasName && hasZip && (n == 0 || zip*100 >= n*95):
		return matchOn(s.notOrg(hasOrg, org, shared, n, message.Say("no column is an org number, which would be better; %s of %s rows have a postcode", zip, n)), "name", "zip")
	case hasName && hasZip:
		return matchOn(message.Say("only %s of %s rows have a postcode, and a blank value never matches", zip, n), "name")
	case hasName:
		return matchOn(s.notOrg(hasOrg, org, shared, n, message.Say("no column is more unique; names are often misspelt, an org number would be better")), "name")
	case hasOrg:
		return matchOn(message.Say("%s of %s rows have an org number; no column is the name, which a new account needs", org, n), "org_number")
	}
	return noKey(message.Say("no column identifies accounts: match on a name or an org number, otherwise every row creates a new account"))
}

func (s *sample) notOrg(has bool, org, shared, n int, none message.Text) message.Text {
	switch {
	case !has:
		return none
	case shared > 0:
		return message.Say("the org number is not unique: %s of %s rows have the same one as a row with another name", shared, n)
	}
	return message.Say("only %s of %s rows have an org number, and a blank value never matches", org, n)
}

func (s *sample) contact() Key {
	rows := s.present(crm.Contact)
	n := len(rows)
	inAccount := func(row sheet.Row) string {
		if is := s.value(row, "contact.email"); is != "" {
			return is + "\x00" + s.value(row, "account.org_number") + "\x00" + s.value(row, "account.name")
		}
		return ""
	}
	mails, shared := countFilled(rows, inAccount, s.contactName)
	names, _ := countFilled(rows, s.contactName, s.contactName)
	_, hasMail := s.columns["contact.email"]
	_, first := s.columns["contact.first_name"]
	_, last := s.columns["contact.last_name"]
	_, name := s.columns["contact.name"]
	name = name || first || last
	switch {
	case hasMail && n > 0 && mails*100 >= n*80 && (shared*20 <= n || !name):
		return matchOn(message.Say("%s of %s rows have an e-mail address", mails, n), "email")
	case name && hasMail && shared*20 > n:
		return matchOn(message.Say("%s of %s rows have the same e-mail address as another name in the account", shared, n), "name")
	case name && hasMail:
		return matchOn(message.Say("only %s of %s rows have an e-mail address, %s have a name", mails, n, names), "name")
	case name:
		return matchOn(message.Say("no column is an e-mail address, which would be better: names are often misspelt"), "name")
	case hasMail:
		return matchOn(message.Say("only %s of %s rows have an e-mail address, and no column is the name", mails, n), "email")
	}
	return noKey(message.Say("no column identifies contacts: match on a name or an e-mail address, otherwise every row creates a new contact"))
}

// withNumber puts the customer's number in another system first where it is one company's: the rows that have it are found by it, and records from
// before it was known by what is behind it.
func (s *sample) withNumber(otherwise Key) Key {
	if _, ok := s.columns[CustomerNumber]; !ok {
		return otherwise
	}
	rows := s.present(crm.Account)
	number := func(row sheet.Row) string { return s.value(row, CustomerNumber) }
	name := func(row sheet.Row) string { return s.value(row, "account.name") }
	filled, shared := countFilled(rows, number, name)
	_, several := countFilled(rows, name, number)
	if n := len(rows); n == 0 || filled*100 < n*95 || shared > 0 || several > 0 {
		return otherwise
	}
	key := Key{[][]string{{"custom.customer_number"}}, message.Say("%s of %s rows have a customer number, and each number belongs to one name", filled, len(rows))}
	if otherwise.Usable() {
		key.Rules = append(key.Rules, otherwise.Rules...)
	}
	return key
}

// Region returns the country whose org numbers a sheet in a language has, where they are not those of the usual one; "" where they are, or where
// those of the language's country do not fit either.
func Region(columns []Column, rows []sheet.Row, language string) string {
	has := func(region string) (n int) {
		s := newSample(columns, rows, region)
		for _, row := range rows {
			if s.value(row, "account.org_number") != "" {
				n++
			}
		}
		return n
	}
	region := regions[language]
	if region == "" || region == UsualRegion || has(UsualRegion)*2 > len(rows) || has(region)*2 <= len(rows) {
		return ""
	}
	return region
}

// regions are the countries of languages.
var regions = map[string]string{"nb": "NO", "da": "DK", "fi": "FI", "de": "DE", "nl": "NL", "fr": "FR", "es": "ES", "pl": "PL", "it": "IT"}
