package crm

import "inlet.example/inlet/pipeline/crm/canon"

// Type is what a field holds; it decides how a cell is read and in which form two values are compared. Its text is the name of the type in
// configurations and stored fields; the table types describes it.
type Type string

// The types of section 7.
const (
	Text      Type = "text"
	Email     Type = "email"
	URL       Type = "url"
	Phone     Type = "phone"
	OrgNumber Type = "org_number"
	Postcode  Type = "postcode"
	ID        Type = "id"
	Integer   Type = "integer"
	Decimal   Type = "decimal"
	Date      Type = "date"
	DateTime  Type = "datetime"
	Bool      Type = "bool"
	Choice    Type = "choice"
	Choices   Type = "choices"
	User      Type = "user"
)

// Description is what is true of all fields of a type. What a cell must look like is said in package convert, as it needs the sheet.
type Description struct {
	Type   Type
	SV, EN string      // what the help sheet of the template calls its values
	Format string      // number format of the template's cells; "" is that of text
	Offers [2][]string // what the template's cells offer in Swedish and English, where that is the same for all fields
	looks  Type        // of another type whose values look the same; "" is none

	Choices bool // its fields have choices
	Multi   bool // it holds a list
	Region  bool // the canonical form depends on the region

	canonical   func(s, region string) string // form of a cleaned text; nil: canon.Text of any text
	byForm      bool                          // a cell equals what is stored where the canonical forms are equal
	visible     bool                          // invisible characters cannot be part of a value
	quoted      func(rest string) bool        // an apostrophe before this text is a spreadsheet's mark; nil: it never is
	placeholder bool                          // words such as "saknas" are implausible as a key
	implausible func(s, region string) bool   // other texts that are implausible as a key
}

// types describes each type, the most frequent first. A new type is added here, to the field types of the configuration, and to what packages convert
// (how a cell is read) and suggest (what a column of it looks like) have for each.
var types = [...]Description{
	{Type: Text, SV: "text", EN: "text", quoted: canon.Formula, placeholder: true},
	{Type: Email, SV: "e-postadress", EN: "e-mail address", visible: true, quoted: always, canonical: anywhere(canon.Email)},
	{Type: URL, SV: "webbadress", EN: "web address", visible: true, canonical: anywhere(canon.URL), byForm: true, placeholder: true},
	{Type: Phone, SV: "telefonnummer", EN: "phone number", Region: true, visible: true, quoted: always, canonical: canon.Phone, byForm: true,
		placeholder: true, implausible: func(s, _ string) bool { return canon.FewerDigits(s, 5) }},
	{Type: OrgNumber, SV: "organisationsnummer", EN: "organisation number", Region: true, visible: true, quoted: always, canonical: canon.OrgNumber,
		byForm: true, placeholder: true, implausible: func(s, region string) bool { return !canon.OrgNumberFits(s, region) }},
	{Type: Postcode, SV: "postnummer", EN: "postcode", visible: true, quoted: always, canonical: anywhere(canon.Postcode), byForm: true,
		placeholder: true, implausible: func(s, _ string) bool {
			return canon.FewerDigits(s, 1) || canon.FewerDigits(s, 3) && canon.HasWord(s)
		}},
	{Type: ID, SV: "id", EN: "ID", visible: true, quoted: always, canonical: asIs, byForm: true, placeholder: true},
	{Type: Integer, SV: "heltal", EN: "whole number", Format: "0", looks: Decimal, visible: true, quoted: always},
	{Type: Decimal, SV: "tal", EN: "number", Format: "#,##0.00", visible: true, quoted: always},
	{Type: Date, SV: "datum", EN: "date", Format: "yyyy-mm-dd", visible: true, quoted: always},
	{Type: DateTime, SV: "datum och tid", EN: "date and time", Format: "yyyy-mm-dd hh:mm", looks: Date, visible: true, quoted: always},
	{Type: Bool, SV: "ja eller nej", EN: "yes or no", Offers: [2][]string{{"ja", "nej"}, {"yes", "no"}}, visible: true},
	{Type: Choice, SV: "ett val", EN: "one choice", Choices: true},
	{Type: Choices, SV: "flera val, åtskilda med ;", EN: "several choices, separated by ;", looks: Choice, Choices: true, Multi: true},
	{Type: User, SV: "användare", EN: "user"},
}

var unknown Description

func always(string) bool { return true }

func asIs(s, _ string) string { return s }

// anywhere is a form that no region changes.
func anywhere(form func(string) string) func(s, region string) string {
	return func(s, _ string) string { return form(s) }
}

// Types returns all types in the order in which people read them.
func Types() []Type {
	all := make([]Type, len(types))
	for i := range types {
		all[i] = types[i].Type
	}
	return all
}

// Describe returns what is true of all fields of the type; of one that does not exist, nothing is.
func (t Type) Describe() *Description {
	if d := bySlot[slot(t)]; d.Type == t {
		return d
	}
	return t.search()
}

func (t Type) search() *Description {
	for i := range types {
		if types[i].Type == t {
			return &types[i]
		}
	}
	return &unknown
}

// bySlot finds a type without a search: it is asked for several times for each cell. Of two types with one slot the search finds the other.
var bySlot = func() (all [256]*Description) {
	for i := range all {
		all[i] = &unknown
	}
	for i := range types {
		all[slot(types[i].Type)] = &types[i]
	}
	return all
}()

func slot(t Type) byte {
	if t == "" {
		return 0
	}
	return t[0] ^ byte(37*len(t))
}

// Looks returns the type by which a column of this one is recognised: one whose values look the same, or the type itself.
func (t Type) Looks() Type {
	if other := t.Describe().looks; other != "" {
		return other
	}
	return t
}

// Clean returns the text of a cell as it is read and stored for a type (W6): trimmed, without invisible characters where they cannot be part of a
// value, and without the apostrophe that marks a value as text in a spreadsheet. Text keeps its invisible characters, which join letters in some
// languages; only its canonical form has none.
func Clean(t Type, s string) string { return t.Describe().clean(s) }

func (d *Description) clean(s string) string {
	s = canon.Trim(s)
	if d.visible {
		s = canon.Visible(s)
	}
	if len(s) > 0 && s[0] == '\'' && d.quoted != nil && d.quoted(s[1:]) {
		return canon.Trim(s[1:])
	}
	return s
}
