package mapping

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

func invalid(format string, args ...any) *trouble {
	return &trouble{code: ledger.Invalid, text: message.Say(format, args...)}
}

// trimmed returns a cell whose text has no white space around it.
func trimmed(cell sheet.Cell) sheet.Cell {
	if cell.Type == sheet.Text {
		cell.Raw = crm.Trim(cell.Raw)
	}
	return cell
}

// value reads a trimmed cell that is not blank as a value of its column's field (section 7). Where the trouble is a warning, the value holds.
func (b *Binding) value(c *ledger.Column, cell sheet.Cell, row sheet.Row) (crm.Value, *trouble) {
	rule := b.rules[c]
	switch cell.Type {
	case sheet.Error:
		return crm.Value{}, cellError(cmp.Or(errorWords[cell.Raw], cell.Raw))
	case sheet.NoValue:
		return crm.Value{}, &trouble{code: ledger.CellError, text: message.Say("the formula was never calculated: open the workbook in Excel and save it, or type the value")}
	}
	said := false
	if len(rule.Values) > 0 { // folding every cell for nothing would be a tenth of reading
		var meant string
		if meant, said = rule.Values[fold(cell.Shown())]; said {
			cell = sheet.Cell{Column: cell.Column, Type: sheet.Text, Raw: crm.Trim(meant)}
		}
	}
	if cell.Type == sheet.Text && !said {
		if kind := errorIn(cell.Raw); kind != "" { // W4
			return crm.Value{}, cellError(kind)
		}
	}
	switch c.Field.Type {
	case crm.Integer:
		return b.integer(c, cell, row)
	case crm.Decimal:
		return b.decimal(c, cell, row)
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
		return b.email(c, rule, cell)
	case crm.URL:
		text, note := b.single(c, rule, crm.Clean(crm.URL, cell.Shown()))
		return crm.TextValue(text), note
	case crm.ID, crm.Phone, crm.OrgNumber, crm.Postcode:
		return b.digits(c, rule, cell)
	default:
		return textValue(rule, cell)
	}
}

// textValue reads a cell of a text field. In one that is matched on, a number that was spoiled is not a key (W5).
func textValue(rule *rule, cell sheet.Cell) (crm.Value, *trouble) {
	if cell.Type != sheet.Text {
		return crm.TextValue(crm.Trim(cell.Shown())), nil
	}
	text, note := cell.Raw, (*trouble)(nil)
	if strings.HasPrefix(text, "'") {
		text = crm.Clean(crm.Text, text)
	}
	if rule.ticked {
		text, note = unspoiled(text)
	}
	return crm.TextValue(text), note
}

// digits reads a phone number, an org number, a postcode or an ID: what is digits and no number.
func (b *Binding) digits(c *ledger.Column, rule *rule, cell sheet.Cell) (crm.Value, *trouble) {
	if cell.Type != sheet.Text {
		return crm.TextValue(digitsAsShown(c.Field.Type, cell)), nil
	}
	text, spoiled := unspoiled(crm.Clean(c.Field.Type, cell.Raw)) // first: there may be a comma in 5,56E+09
	if spoiled != nil || c.Field.Type == crm.Postcode {
		return crm.TextValue(text), spoiled
	}
	text, several := b.single(c, rule, text)
	if several != nil && several.warning {
		text, spoiled = unspoiled(text)
	}
	if spoiled != nil && !spoiled.warning {
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

func (b *Binding) integer(c *ledger.Column, cell sheet.Cell, row sheet.Row) (crm.Value, *trouble) {
	v, wrong := b.decimal(c, cell, row)
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
func (b *Binding) decimal(c *ledger.Column, cell sheet.Cell, row sheet.Row) (crm.Value, *trouble) {
	text := cell.Raw
	switch cell.Type {
	case sheet.Number:
		if format := cell.Format(); format != "" {
			if m, ok := formatMark(format); ok {
				if wrong := b.currency(c, m, row); wrong != nil {
					return crm.Value{}, wrong
				}
			}
		}
	case sheet.Text:
		a, ok := amountIn(crm.Clean(c.Field.Type, cell.Raw), b.m.Locale)
		switch {
		case !ok:
			return crm.Value{}, invalid("is not a number in the form of %s, e.g. %s", b.m.Locale, numberExample(b.m.Locale))
		case a.percent && c.Field.Type == crm.Integer: // 100 % is 1, which nobody means who writes it where whole numbers stand
			return crm.Value{}, invalid("is a percentage, and the column holds whole numbers: write the number without the percent sign")
		case a.mark.shown != "":
			if wrong := b.currency(c, a.mark, row); wrong != nil {
				return crm.Value{}, wrong
			}
		}
		if text = a.plain; a.percent {
			text += "e-2"
		}
	default:
		return crm.Value{}, invalid("is not a number, and the column holds numbers")
	}
	v, err := crm.DecimalValue(text)
	if err != nil {
		return crm.Value{}, invalid("is not a number that can be stored exactly: write at most 34 digits")
	}
	return v, nil
}

var yes = []string{"ja", "yes", "true", "1", "x", "sant"}
var no = []string{"nej", "no", "false", "0", "falskt"}

func yesNo(cell sheet.Cell, locale string) (crm.Value, *trouble) {
	word := strings.ToLower(crm.Clean(crm.Bool, cell.Shown()))
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
		return v, &trouble{code: ledger.UnknownUser, text: message.Say("is none of the users, or the name of several: write the ID, e-mail or login of one")}
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
	return crm.Value{}, &trouble{code: ledger.UnknownChoice, text: message.Say("is none of the choices: write one of %s", crm.FormatOptions(field.Choices))}
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
		item = crm.Trim(item)
		if kind := errorIn(item); kind != "" {
			return crm.Value{}, cellError(kind)
		}
		v, wrong := choice(field, item)
		if wrong != nil {
			return crm.Value{}, wrong
		}
		items = append(items, v.Text())
	}
	return crm.ListValue(items...), nil
}

func (b *Binding) email(c *ledger.Column, rule *rule, cell sheet.Cell) (crm.Value, *trouble) {
	text, note := b.single(c, rule, crm.Clean(crm.Email, cell.Shown()))
	if note == nil && !validEmail(text) {
		return crm.Value{}, invalid("is not a valid e-mail address, e.g. anna@exempel.se")
	}
	return crm.TextValue(text), note
}

func validEmail(text string) bool {
	local, domain, ok := strings.Cut(crm.Canonical(crm.Email, crm.TextValue(text), ""), "@")
	return ok && local != "" && domain != "" && !strings.ContainsAny(local, " \t\n\r@,;") && !strings.ContainsAny(domain, " \t\n\r@,;")
}
