package convert

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// Converter turns the cells of one sheet into values.
type Converter struct {
	Schema    *crm.Schema             // knows the users
	Locale    string                  // of numbers, months, yes and no that are written as text
	Region    string                  // two letters of a country: of org numbers and currencies
	NullWords []string                // that mean a blank cell
	Currency  [len(crm.Kinds)]*Column // for each kind the column with the currency of its amounts; nil where there is none
	home      string                  // the currency of the region
}

// New returns a Converter for a sheet. Its Currency is set when the columns are known.
func New(schema *crm.Schema, locale, region string, nullWords []string) *Converter {
	return &Converter{Schema: schema, Locale: locale, Region: region, NullWords: nullWords, home: currencyOf(region)}
}

// Column is what a mapping says about the values of one column.
type Column struct {
	Field   *crm.Field
	Heading string
	Index   int // from 0
	Layouts []string
	Values  map[string]string // text of a cell, as Fold returns it, to what it means
	Default string            // of blank cells, as the mapping has it
	Split   bool              // of several values in a cell the first is taken
	Rest    *crm.Field        // the field that the others go to
	Key     bool              // records are matched on it
}

// Problem is why a cell has no value of its field.
type Problem struct {
	Code    ledger.Code
	Text    message.Text
	Hold    string // a code; where there is one, the file waits for a person
	Warning bool   // there is a value all the same
}

func invalid(format string, args ...any) *Problem {
	return &Problem{Code: ledger.Invalid, Text: message.Say(format, args...)}
}

// Fold returns the form in which texts of cells are compared with the words of a mapping.
func Fold(s string) string { return crm.Canonical(crm.Text, crm.TextValue(s), "") }

// Trimmed returns a cell whose text has no white space around it.
func Trimmed(cell sheet.Cell) sheet.Cell {
	if cell.Type == sheet.Text {
		cell.Raw = crm.Trim(cell.Raw)
	}
	return cell
}

// Blank says that a trimmed cell holds nothing: it is empty, one of the mapping's null words, or a program's word for no value.
func (cv *Converter) Blank(c *Column, cell sheet.Cell) bool {
	switch cell.Type {
	case sheet.Blank:
		return true
	case sheet.Error:
		return len(cv.NullWords) > 0 && nullError(cell.Raw, cv.NullWords)
	case sheet.Text:
		text := cell.Raw
		if text == "" || slices.Contains(cv.NullWords, text) {
			return true
		}
		if first := text[0]; first == '\'' || first >= 0x80 {
			return isInvisible(c.Field.Type, text)
		}
		return isProgramNull(text) && !isName(c.Field) && !cv.named(c, text)
	}
	return false
}

// named says that a null word is one of the words that the mapping or the field gives a meaning.
func (cv *Converter) named(c *Column, text string) bool {
	_, meant := c.Values[Fold(text)]
	_, choice := c.Field.Choice(text)
	return meant || choice
}

// isInvisible says that nothing of a text can be seen (W6).
func isInvisible(t crm.Type, text string) bool {
	return crm.Clean(crm.URL, text) == "" || text == "'" && crm.Clean(t, text) == ""
}

// Empty says that a cell holds nothing, or one of the mapping's null words, whatever its column is.
func (cv *Converter) Empty(cell sheet.Cell) bool {
	cell = Trimmed(cell)
	return cell.Type == sheet.Blank || cell.Type == sheet.Text && (cell.Raw == "" || slices.Contains(cv.NullWords, cell.Raw))
}

// Value reads a trimmed cell that is not blank as a value of its column's field (section 7). Where the Problem is a warning, the value holds.
func (cv *Converter) Value(c *Column, cell sheet.Cell, row sheet.Row) (crm.Value, *Problem) {
	switch cell.Type {
	case sheet.Error:
		return crm.Value{}, cellError(cmp.Or(errorWords[cell.Raw], cell.Raw))
	case sheet.NoValue:
		return crm.Value{}, &Problem{Code: ledger.CellError, Text: message.Say("the formula was never calculated: open the workbook in Excel and save it, or type the value")}
	}
	said := false
	if len(c.Values) > 0 { // folding every cell for nothing would be a tenth of reading
		var meant string
		if meant, said = c.Values[Fold(cell.Shown())]; said {
			cell = sheet.Cell{Column: cell.Column, Type: sheet.Text, Raw: crm.Trim(meant)}
		}
	}
	if cell.Type == sheet.Text && !said {
		if kind := errorOf(cell.Raw); kind != "" { // W4
			return crm.Value{}, cellError(kind)
		}
	}
	switch c.Field.Type {
	case crm.Integer:
		return cv.integer(c, cell, row)
	case crm.Decimal:
		return cv.decimal(c, cell, row)
	case crm.Date, crm.DateTime:
		return date(c.Field.Type, c.Layouts, cv.Locale, cell)
	case crm.Bool:
		return YesNo(cell, cv.Locale)
	case crm.User:
		return cv.user(crm.Trim(cell.Shown()))
	case crm.Choice:
		return Choice(c.Field, crm.Trim(cell.Shown()))
	case crm.Choices:
		return Choices(c.Field, cell)
	case crm.Email:
		return cv.email(c, cell)
	case crm.URL:
		text, note := cv.one(c, crm.Clean(crm.URL, cell.Shown()))
		return crm.TextValue(text), note
	case crm.ID, crm.Phone, crm.OrgNumber, crm.Postcode:
		return cv.digits(c, cell)
	default:
		return textValue(c, cell)
	}
}

// textValue reads a cell of a text field. In one that is matched on, a number that was spoiled is not a key (W5).
func textValue(c *Column, cell sheet.Cell) (crm.Value, *Problem) {
	if cell.Type != sheet.Text {
		return crm.TextValue(crm.Trim(cell.Shown())), nil
	}
	text, note := cell.Raw, (*Problem)(nil)
	if strings.HasPrefix(text, "'") {
		text = crm.Clean(crm.Text, text)
	}
	if c.Key {
		text, note = repair(text)
	}
	return crm.TextValue(text), note
}

// digits reads a phone number, an org number, a postcode or an ID: what is digits and no number.
func (cv *Converter) digits(c *Column, cell sheet.Cell) (crm.Value, *Problem) {
	if cell.Type != sheet.Text {
		return crm.TextValue(digitsAsShown(c.Field.Type, cell)), nil
	}
	text, spoiled := repair(crm.Clean(c.Field.Type, cell.Raw)) // first: there may be a comma in 5,56E+09
	if spoiled != nil || c.Field.Type == crm.Postcode {
		return crm.TextValue(text), spoiled
	}
	text, several := cv.one(c, text)
	if several != nil && several.Warning {
		text, spoiled = repair(text)
	}
	if spoiled != nil && !spoiled.Warning {
		return crm.Value{}, spoiled
	}
	return crm.TextValue(text), several
}

// digitsAsShown keeps the leading zeros that a number cell shows ("01234"), and no exponent or group marks that it shows.
func digitsAsShown(t crm.Type, cell sheet.Cell) string {
	text := crm.Trim(cell.Shown())
	if cell.Type != sheet.Number || !wholeNumber(cell.Raw) {
		return text
	}
	bare := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	same := strings.TrimLeft(bare, "0") == strings.TrimLeft(cell.Raw, "0")
	if same && (t != crm.ID && !strings.ContainsAny(text, ",.'") || len(bare) == len(text)) {
		return text
	}
	return cell.Raw
}

func wholeNumber(raw string) bool {
	return raw != "" && strings.Trim(raw, "0123456789") == ""
}

func (cv *Converter) integer(c *Column, cell sheet.Cell, row sheet.Row) (crm.Value, *Problem) {
	v, wrong := cv.decimal(c, cell, row)
	if wrong != nil {
		return v, wrong
	}
	text, _ := v.Decimal()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return crm.Value{}, invalid("is not a whole number, e.g. 12")
	}
	return crm.IntegerValue(n), nil
}

// decimal reads a number, and what stands around it (W17).
func (cv *Converter) decimal(c *Column, cell sheet.Cell, row sheet.Row) (crm.Value, *Problem) {
	text := cell.Raw
	switch cell.Type {
	case sheet.Number:
		if format := cell.Format(); format != "" {
			if m, ok := formatMark(format); ok {
				if wrong := cv.currency(c, m, row); wrong != nil {
					return crm.Value{}, wrong
				}
			}
		}
	case sheet.Text:
		a, ok := parseAmount(crm.Clean(c.Field.Type, cell.Raw), cv.Locale)
		switch {
		case !ok:
			return crm.Value{}, invalid("is not a number in the format of %s, e.g. %s", cv.Locale, numberExample(cv.Locale))
		case a.percent && c.Field.Type == crm.Integer: // 100 % would be 1, which is not what is meant in a column of whole numbers
			return crm.Value{}, invalid("is a percentage, but the column contains whole numbers: write the number without the percent sign")
		case a.mark.shown != "":
			if wrong := cv.currency(c, a.mark, row); wrong != nil {
				return crm.Value{}, wrong
			}
		}
		if text = a.plain; a.percent {
			text += "e-2"
		}
	default:
		return crm.Value{}, invalid("is not a number, but the column contains numbers")
	}
	v, err := crm.DecimalValue(text)
	if err != nil {
		return crm.Value{}, invalid("cannot be stored exactly: write a number of at most 34 digits")
	}
	return v, nil
}

var yesWords = []string{"ja", "yes", "true", "1", "x", "sant"}
var noWords = []string{"nej", "no", "false", "0", "falskt"}

func YesNo(cell sheet.Cell, locale string) (crm.Value, *Problem) {
	word := strings.ToLower(crm.Clean(crm.Bool, cell.Shown()))
	if cell.Type == sheet.Bool {
		word = cell.Raw
	}
	local := localYesNo[language(locale)]
	switch {
	case slices.Contains(yesWords, word), slices.Contains(local[0], word):
		return crm.BoolValue(true), nil
	case slices.Contains(noWords, word), slices.Contains(local[1], word):
		return crm.BoolValue(false), nil
	}
	return crm.Value{}, invalid("is neither yes nor no: write ja or nej, yes or no, 1 or 0")
}

func (cv *Converter) user(text string) (crm.Value, *Problem) {
	v, known := cv.Schema.User(text)
	if !known {
		return v, &Problem{Code: ledger.UnknownUser, Text: message.Say("is not a known user, or several users have this name: write the ID, e-mail address or login of one user")}
	}
	return v, nil
}

// Choice reads a word that means one of the field's choices as the value that is stored of it.
func Choice(field *crm.Field, text string) (crm.Value, *Problem) {
	if c, known := field.Choice(text); known {
		return crm.TextValue(c.Value), nil
	}
	if len(field.Choices) == 0 {
		return crm.TextValue(text), nil
	}
	return crm.Value{}, &Problem{Code: ledger.UnknownChoice, Text: message.Say("is not one of the choices: write one of %s", crm.FormatOptions(field.Choices))}
}

// Choices reads a list: items are parted by semicolons or line breaks, or by commas where there is neither. A cell that is one choice as it
// stands is that one, whatever signs its label has.
func Choices(field *crm.Field, cell sheet.Cell) (crm.Value, *Problem) {
	text := cell.Shown()
	if c, known := field.Choice(text); known {
		return crm.ListValue(c.Value), nil
	}
	split := func(r rune) bool { return r == ';' || r == '\n' }
	if !strings.ContainsFunc(text, split) {
		split = func(r rune) bool { return r == ',' }
	}
	var items []string
	for _, item := range strings.FieldsFunc(text, split) {
		item = crm.Trim(item)
		if kind := errorOf(item); kind != "" {
			return crm.Value{}, cellError(kind)
		}
		v, wrong := Choice(field, item)
		if wrong != nil {
			return crm.Value{}, wrong
		}
		items = append(items, v.Text())
	}
	return crm.ListValue(items...), nil
}

func (cv *Converter) email(c *Column, cell sheet.Cell) (crm.Value, *Problem) {
	text, note := cv.one(c, crm.Clean(crm.Email, cell.Shown()))
	if note == nil && !ValidEmail(text) {
		return crm.Value{}, invalid("is not a valid e-mail address, e.g. anna@exempel.se")
	}
	return crm.TextValue(text), note
}

func ValidEmail(text string) bool {
	local, domain, ok := strings.Cut(crm.Canonical(crm.Email, crm.TextValue(text), ""), "@")
	return ok && local != "" && domain != "" && !strings.ContainsAny(local, " \t\n\r@,;") && !strings.ContainsAny(domain, " \t\n\r@,;")
}

// one returns the one value that a text is, or the first of several where the column says so.
func (cv *Converter) one(c *Column, text string) (string, *Problem) {
	all := Several(c.Field.Type, text, cv.Region)
	switch {
	case len(all) == 0:
		return text, nil
	case len(all) == 1:
		return all[0], nil
	case !c.Split:
		return text, &Problem{Code: ledger.SeveralValues, Text: message.Say(
			"contains %s values, but the field holds only one: keep one of them in the cell, or write split: first for the column %s in the mapping", len(all), strconv.Quote(c.Heading))}
	}
	others := strings.Join(all[1:], ", ")
	text = all[0]
	if c.Rest != nil {
		return text, &Problem{Code: ledger.SeveralValues, Warning: true, Text: message.Say("contains %s values: %s was used; added to %s: %s", len(all), text, c.Rest.Path(), others)}
	}
	return text, &Problem{Code: ledger.SeveralValues, Warning: true, Text: message.Say("contains %s values: %s was used; left out: %s", len(all), text, others)}
}
