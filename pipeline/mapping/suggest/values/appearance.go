package values

import (
	"regexp"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// appearance is what the values of a type look like.
type appearance struct {
	most, few string                // how it is said about nearly all values of a column, and of the few that look like it
	certainly func(sheet.Cell) bool // one would know the type of the cell without the heading; nil where the field must be known
	possibly  func(sheet.Cell) bool // the cell could be of the type as other countries write it; nil is the same as certainly
}

// appearances are those of the types that can be recognised. Values of other types may look like anything.
var appearances = map[crm.Type]appearance{
	crm.Email: {
		most:      "%s of %s values are e-mail addresses",
		few:       "only %s of %s values are e-mail addresses",
		certainly: isEmail,
	},
	crm.URL: {
		most:      "%s of %s values are web addresses",
		few:       "only %s of %s values are web addresses",
		certainly: matches(website),
		possibly:  possiblyURL,
	},
	crm.Phone: {
		most:      "%s of %s values are phone numbers",
		few:       "only %s of %s values are phone numbers",
		certainly: isPhone,
		possibly:  possiblyPhone,
	},
	crm.OrgNumber: {
		most:      "%s of %s values are org numbers with a valid check digit",
		few:       "only %s of %s values are org numbers",
		certainly: isOrgNumber,
		possibly:  possiblyOrgNumber,
	},
	crm.Postcode: {
		most:      "%s of %s values are postcodes",
		few:       "only %s of %s values are postcodes",
		certainly: matches(postcode),
		possibly:  possiblyPostcode,
	},
	crm.Date: {
		most:      "%s of %s values are dates",
		few:       "only %s of %s values are dates",
		certainly: isDate,
	},
	crm.Decimal: {
		most:      "%s of %s values are numbers",
		few:       "only %s of %s values are numbers",
		certainly: Numeric,
	},
	crm.Bool: {
		most:      "%s of %s values are yes or no",
		few:       "only %s of %s values are yes or no",
		certainly: isYesNo,
	},
	crm.ID: {
		most:      "%s of %s values are record IDs",
		few:       "only %s of %s values are record IDs: a row with an ID that is not in the store is rejected",
		certainly: matches(recordID),
	},
	crm.Choice: {
		most: "%s of %s values are among the choices",
		few:  "only %s of %s values are among the choices",
	},
	crm.User: {
		most: "%s of %s values are users",
		few:  "only %s of %s values are users",
	},
}

var (
	website  = regexp.MustCompile(`(?i)^(https?://\S+|(www\.)?([\pL\d-]+\.)+\pL{2,}(/\S*)?)$`)
	phone    = regexp.MustCompile(`^(\+|00|0)[\d ()/.\x{2010}-\x{2013}-]{6,}$`)
	postcode = regexp.MustCompile(`(?i)^((se|s)-?)?\d{3} ?\d{2}$`)
	recordID = regexp.MustCompile(`^[0-9a-f]{24}$`)
)

// Listed reports whether values of a type can be recognised.
func Listed(t crm.Type) bool {
	_, ok := appearances[t]
	return ok
}

// SayMost says that n of some values look like a type, where these are nearly all.
func SayMost(t crm.Type, n, of int) message.Text { return message.Say(appearances[t].most, n, of) }

// SayFew says so where they are only few.
func SayFew(t crm.Type, n, of int) message.Text { return message.Say(appearances[t].few, n, of) }

// Certainly reports whether a cell is so much of a type that one would know it without the heading.
func Certainly(t crm.Type, cell sheet.Cell) bool {
	is := appearances[t].certainly
	return is != nil && is(cell)
}

// Possibly reports whether a cell could be of a type that other countries write in other ways.
func Possibly(t crm.Type, cell sheet.Cell) bool {
	if is := appearances[t].possibly; is != nil {
		return is(cell)
	}
	return Certainly(t, cell)
}

func textOf(cell sheet.Cell) string { return crm.Trim(cell.Shown()) }

func matches(pattern *regexp.Regexp) func(sheet.Cell) bool {
	return func(cell sheet.Cell) bool { return pattern.MatchString(textOf(cell)) }
}

func isEmail(cell sheet.Cell) bool {
	_, domain, _ := strings.Cut(textOf(cell), "@")
	return convert.ValidEmail(textOf(cell)) && strings.Contains(domain, ".")
}

func isPhone(cell sheet.Cell) bool { return phone.MatchString(textOf(cell)) && !isDate(cell) }

func isOrgNumber(cell sheet.Cell) bool {
	text := textOf(cell)
	return !strings.HasPrefix(text, "0") && crm.CheckDigit(crm.TextValue(text))
}

func isDate(cell sheet.Cell) bool {
	if text := textOf(cell); cell.Type == sheet.Text {
		return len(convert.Times(convert.ISOLayouts, text, convert.Locales[0])) > 0 || len(text) > 5 && len(convert.Times(convert.AmbiguousLayouts, text, convert.Locales[0])) > 0
	}
	return cell.Type == sheet.Date || cell.Type == sheet.DateTime
}

// Numeric reports whether a cell is a number, or text that is one in some locale.
func Numeric(cell sheet.Cell) bool {
	for _, locale := range convert.Locales {
		if cell.Type == sheet.Text && convert.IsNumber(crm.Trim(cell.Raw), locale) {
			return true
		}
	}
	return cell.Type == sheet.Number
}

func isYesNo(cell sheet.Cell) bool {
	_, wrong := convert.YesNo(cell, convert.Locales[0])
	return wrong == nil
}

func possiblyURL(cell sheet.Cell) bool {
	text := textOf(cell)
	return website.MatchString(text) || strings.Contains(text, ".") && !strings.ContainsAny(text, "@ ")
}

func possiblyPhone(cell sheet.Cell) bool {
	return digitsOf(cell) >= 5 && !strings.Contains(textOf(cell), "@")
}

func possiblyOrgNumber(cell sheet.Cell) bool {
	return digitsOf(cell) >= 6 && !strings.Contains(textOf(cell), "@")
}

func possiblyPostcode(cell sheet.Cell) bool { return digitsOf(cell) > 0 && len(textOf(cell)) <= 12 }

func digitsOf(cell sheet.Cell) (n int) {
	for _, r := range textOf(cell) {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// Spaced counts the values that are written as nothing but a postcode is: "111 22".
func Spaced(cells []sheet.Cell) (n int) {
	for _, cell := range cells {
		if text := textOf(cell); len(text) == 6 && text[3] == ' ' && postcode.MatchString(text) {
			n++
		}
	}
	return n
}
