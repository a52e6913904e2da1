package suggest

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// suggestedKey is what to match a kind on, and why.
type suggestedKey struct {
	fields []string
	why    message.Text
}

// sample is the rows looked at, as values of the fields that were suggested.
type sample struct {
	columns map[string]int // by the field's path
	types   map[string]crm.Type
	rows    []sheet.Row
}

// keys chooses what to match on: as few and as unique fields as there are (R18).
func (g *guesser) keys(columns []Proposal, rows []sheet.Row) map[crm.Kind]suggestedKey {
	s := sample{columns: map[string]int{}, types: map[string]crm.Type{}, rows: rows}
	has := map[crm.Kind]bool{}
	for _, c := range columns {
		if c.Field != nil {
			s.columns[c.Field.Path()], s.types[c.Field.Path()] = c.index, c.Field.Type
			has[c.Field.Kind] = true
		}
	}
	keys := map[crm.Kind]suggestedKey{}
	if has[crm.Account] {
		keys[crm.Account] = s.account()
	}
	if has[crm.Contact] {
		keys[crm.Contact] = s.contact()
	}
	return keys
}

// value is the canonical form of a row's field, "" where it is blank or has no column.
func (s *sample) value(row sheet.Row, path string) string {
	index, ok := s.columns[path]
	if !ok {
		return ""
	}
	return crm.Canonical(s.types[path], crm.TextValue(crm.Trim(row.Cell(index).Shown())), "SE")
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

func (s *sample) account() suggestedKey {
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
		return suggestedKey{[]string{"org_number"}, message.Say("%s of %s rows have an org number, and no two names have the same one", org, n)}
	case hasName && hasZip && (n == 0 || zip*100 >= n*95):
		return suggestedKey{[]string{"name", "zip"}, s.notOrg(hasOrg, org, shared, n,
			message.Say("no column is an org number, which would be better; %s of %s rows have a postcode", zip, n))}
	case hasName && hasZip:
		return suggestedKey{[]string{"name"}, message.Say("only %s of %s rows have a postcode, and a blank value never matches", zip, n)}
	case hasName:
		return suggestedKey{[]string{"name"}, s.notOrg(hasOrg, org, shared, n, message.Say("no column is more unique; names are often misspelt, an org number would be better"))}
	case hasOrg:
		return suggestedKey{[]string{"org_number"}, message.Say("%s of %s rows have an org number; no column is the name, which a new account needs", org, n)}
	}
	return suggestedKey{nil, message.Say("no column identifies accounts: match on a name or an org number, otherwise every row creates a new account")}
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

func (s *sample) contact() suggestedKey {
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
		return suggestedKey{[]string{"email"}, message.Say("%s of %s rows have an e-mail address", mails, n)}
	case name && hasMail && shared*20 > n:
		return suggestedKey{[]string{"name"}, message.Say("%s of %s rows have the same e-mail address as another name in the account", shared, n)}
	case name && hasMail:
		return suggestedKey{[]string{"name"}, message.Say("only %s of %s rows have an e-mail address, %s have a name", mails, n, names)}
	case name:
		return suggestedKey{[]string{"name"}, message.Say("no column is an e-mail address, which would be better: names are often misspelt")}
	case hasMail:
		return suggestedKey{[]string{"email"}, message.Say("only %s of %s rows have an e-mail address, and no column is the name", mails, n)}
	}
	return suggestedKey{nil, message.Say("no column identifies contacts: match on a name or an e-mail address, otherwise every row creates a new contact")}
}
