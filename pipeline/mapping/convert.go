package mapping

import (
	"slices"
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/sheet"
)

func invalid(format string, args ...any) *trouble {
	return &trouble{code: ledger.Invalid, text: ledger.Say(format, args...)}
}

// value reads a cell that is not blank as a value of its column's field (section 7).
func (b *Binding) value(c *ledger.Column, cell sheet.Cell) (crm.Value, *trouble) {
	rule := b.rules[c]
	switch cell.Type {
	case sheet.Error:
		return crm.Value{}, &trouble{code: ledger.CellError, text: ledger.Say("the formula gives an error: mend it, or type the value")}
	case sheet.NoValue:
		return crm.Value{}, &trouble{code: ledger.CellError, text: ledger.Say("the formula was never calculated: open the workbook in Excel and save it, or type the value")}
	}
	if len(rule.Values) > 0 { // folding every cell for nothing would be a tenth of reading
		if meant, ok := rule.Values[fold(cell.Shown())]; ok {
			cell = sheet.Cell{Column: cell.Column, Type: sheet.Text, Raw: meant}
		}
	}
	switch c.Field.Type {
	case crm.Integer:
		return b.integer(cell)
	case crm.Decimal:
		return b.decimal(cell)
	case crm.Date, crm.DateTime:
		return b.date(c.Field.Type, rule.Layouts, cell)
	case crm.Bool:
		return yesNo(cell, b.m.Locale)
	case crm.User:
		return b.user(crm.Trim(cell.Shown()))
	case crm.Choice:
		return choice(c.Field, crm.Trim(cell.Shown()))
	case crm.Choices:
		return choices(c.Field, cell)
	case crm.Email:
		return email(cell)
	case crm.ID, crm.Phone, crm.OrgNumber, crm.Postcode:
		return crm.TextValue(digitsAsShown(c.Field.Type, cell)), nil
	default:
		return crm.TextValue(crm.Trim(cell.Shown())), nil
	}
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

func (b *Binding) integer(cell sheet.Cell) (crm.Value, *trouble) {
	v, wrong := b.decimal(cell)
	if wrong != nil {
		return v, wrong
	}
	text, _ := v.Decimal()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return crm.Value{}, invalid("is no whole number: write one, e.g. 12")
	}
	return crm.IntegerValue(n), nil
}

func (b *Binding) decimal(cell sheet.Cell) (crm.Value, *trouble) {
	text := cell.Raw
	switch cell.Type {
	case sheet.Number:
	case sheet.Text:
		var ok bool
		if text, ok = plainNumber(crm.Trim(cell.Raw), b.m.Locale); !ok {
			return crm.Value{}, invalid("is no number as %s writes it: write e.g. %s", b.m.Locale, numberExample(b.m.Locale))
		}
	default:
		return crm.Value{}, invalid("is no number, and the column holds numbers")
	}
	v, err := crm.DecimalValue(text)
	if err != nil {
		return crm.Value{}, invalid("is no number that can be kept exactly: write at most 34 digits")
	}
	return v, nil
}

var yes = []string{"ja", "yes", "true", "1", "x", "sant"}
var no = []string{"nej", "no", "false", "0", "falskt"}

func yesNo(cell sheet.Cell, locale string) (crm.Value, *trouble) {
	word := strings.ToLower(crm.Trim(cell.Shown()))
	if cell.Type == sheet.Bool {
		word = cell.Raw
	}
	local := yesNoWords[language(locale)]
	switch {
	case slices.Contains(yes, word), slices.Contains(local[0], word):
		return crm.BoolValue(true), nil
	case slices.Contains(no, word), slices.Contains(local[1], word):
		return crm.BoolValue(false), nil
	}
	return crm.Value{}, invalid("is neither yes nor no: write ja or nej, yes or no, 1 or 0")
}

func (b *Binding) user(text string) (crm.Value, *trouble) {
	v, known := b.m.schema.User(text)
	if !known {
		return v, &trouble{code: ledger.UnknownUser, text: ledger.Say("is none of the users, or the name of several: write the ID, e-mail or login of one")}
	}
	return v, nil
}

// choice reads a word that means one of the field's choices as the value that is stored of it.
func choice(field *crm.Field, text string) (crm.Value, *trouble) {
	if c, known := field.Choice(text); known {
		return crm.TextValue(c.Value), nil
	}
	if len(field.Choices) == 0 {
		return crm.TextValue(text), nil
	}
	return crm.Value{}, &trouble{code: ledger.UnknownChoice, text: ledger.Say("is none of the choices: write one of %s", crm.SayOptions(field.Choices))}
}

// choices reads a list: items are parted by semicolons or line breaks, or by commas where there is neither. A cell that is one choice as it
// stands is that one, whatever signs its label has.
func choices(field *crm.Field, cell sheet.Cell) (crm.Value, *trouble) {
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
		v, wrong := choice(field, crm.Trim(item))
		if wrong != nil {
			return crm.Value{}, wrong
		}
		items = append(items, v.Text())
	}
	return crm.ListValue(items...), nil
}

func email(cell sheet.Cell) (crm.Value, *trouble) {
	v := crm.TextValue(crm.Trim(cell.Shown()))
	local, domain, ok := strings.Cut(crm.Canonical(crm.Email, v, ""), "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(local+domain, " \t\n\r@,;") {
		return crm.Value{}, invalid("is no e-mail address: write one, e.g. anna@exempel.se")
	}
	return v, nil
}
