package bind

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/convert"
	"inlet.example/inlet/pipeline/mapping/template"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// clear is what a person writes into a cell to take the stored value away.
const clear = "<clear>"

// Draft makes d the draft of a row, in memory for as many cells as there are columns. Without a present part the row is blank to the import.
// *ledger.Refusal where a cell refuses or holds the file.
func (b *Binding) Draft(d *ledger.Draft, cells []ledger.Cell, row sheet.Row, place int64) error {
	*d = ledger.Draft{Ref: ledger.Ref{Sheet: b.sheet, Row: row.Number}, Place: place}
	for i, from := range b.firstOf {
		to := len(b.Columns)
		if i+1 < len(b.firstOf) {
			to = b.firstOf[i+1]
		}
		d.Parts[i].Kind, d.Parts[i].Cells = crm.Kinds[i], cells[from:from:to]
	}
	for _, c := range b.Columns {
		if err := b.cell(d, d.Part(c.Field.Kind), c, row); err != nil {
			return err
		}
	}
	b.rests.fill(d, row, b.Policy.Region)
	b.beyond(d, row)
	b.overfull(d, row)
	return nil
}

// beyond notes a row with filled fields beyond the headings (W1): an unquoted delimiter may have shifted its values.
func (b *Binding) beyond(d *ledger.Draft, row sheet.Row) {
	if !b.fields || len(row.Cells) == 0 || row.Cells[len(row.Cells)-1].Column <= b.last {
		return
	}
	for _, cell := range row.Cells {
		if cell.Column <= b.last || crm.Trim(cell.Shown()) == "" {
			continue
		}
		text := message.Say("is to the right of the last heading, so the values before it may be in the wrong columns: put the value that contains the " +
			"delimiter in quotes, or set extra_cells: warn in the mapping")
		if b.m.ExtraWarn {
			text = message.Say("is to the right of the last heading and was not imported")
		}
		d.Problems = append(d.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: d.Sheet, Row: d.Row, Column: sheet.ColumnName(cell.Column)},
			Code: ledger.ExtraCells, Value: shown(cell), Text: text, Warning: b.m.ExtraWarn})
		return
	}
}

// cell reads one cell into its part.
func (b *Binding) cell(d *ledger.Draft, part *ledger.Part, c *ledger.Column, row sheet.Row) error {
	stored := row.Cell(c.Index)
	cell := convert.Trimmed(stored)
	if len(b.rests) > 0 && b.rules[c].rest { // other columns have what it gets
		cell = sheet.Cell{}
	}
	if b.cells.Blank(&b.rules[c].Column, cell) {
		if c.Field.Name != "id" {
			part.Cells = append(part.Cells, ledger.Cell{Column: c})
		}
		return nil
	}
	part.Present = true
	if template.IsExample(cell.Raw) { // a person has typed over a part of the row only
		return b.invalid(d, part, c, stored, &convert.Problem{Code: ledger.Invalid,
			Text: message.Say("belongs to the template's example: write the right value in its place, or clear the cell")})
	}
	b.Bytes += int64(len(cell.Raw))
	if cell.Type == sheet.Text && cell.Raw == clear && c.Field.Name != "id" {
		if b.m.NoClear {
			return b.invalid(d, part, c, stored, &convert.Problem{Code: ledger.Invalid,
				Text: message.Say("would clear a stored value, which this inbox does not allow: leave the cell blank")})
		}
		part.Cells = append(part.Cells, ledger.Cell{Column: c, Clear: true})
		return nil
	}
	v, wrong := b.cells.Value(&b.rules[c].Column, cell, row)
	switch {
	case wrong != nil && wrong.Warning:
		d.Problems = append(d.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: d.Sheet, Row: d.Row, Column: c.Letter}, Code: wrong.Code, Value: shown(stored),
			Text: wrong.Text, Warning: true})
	case wrong != nil:
		return b.invalid(d, part, c, stored, wrong)
	}
	b.warn(d, c, cell, v)
	if c.Field.Name == "id" {
		part.ID = v.Text()
		if b.Policy.Mode == ledger.CreateOnly {
			return b.refuse("id_column", d.Row, message.Say("the import only creates records, but column %s contains IDs: remove column %s", c.Heading, c.Heading))
		}
		return nil
	}
	part.Cells = append(part.Cells, ledger.Cell{Column: c, Value: v})
	return nil
}

// invalid does what the column says about a cell without a valid value for its field (F6).
func (b *Binding) invalid(d *ledger.Draft, part *ledger.Part, c *ledger.Column, cell sheet.Cell, wrong *convert.Problem) error {
	ref := ledger.Ref{Sheet: d.Sheet, Row: d.Row, Column: c.Letter}
	switch {
	case wrong.Hold != "":
		return &ledger.Refusal{Ref: ref, Code: wrong.Hold, Text: wrong.Text.Quoting(quote(cell)), Hold: true}
	case c.OnInvalid == ledger.RejectFile:
		return &ledger.Refusal{Ref: ref, Code: "invalid", Text: wrong.Text.Quoting(quote(cell))}
	}
	p := ledger.Problem{Ref: ref, Code: wrong.Code, Value: shown(cell), Text: wrong.Text}
	if c.OnInvalid == ledger.DropCell {
		p.Warning = true
		p.Format += "; the cell was left out"
		if c.Field.Name != "id" {
			part.Cells = append(part.Cells, ledger.Cell{Column: &ledger.Column{Heading: c.Heading, Index: c.Index, Letter: c.Letter, Field: c.Field, OnUpdate: ledger.Never}})
		}
	}
	d.Problems = append(d.Problems, p)
	return nil
}

// warn notes what is worth a look and no reason to turn the row away.
func (b *Binding) warn(d *ledger.Draft, c *ledger.Column, cell sheet.Cell, v crm.Value) {
	ref := ledger.Ref{Sheet: d.Sheet, Row: d.Row, Column: c.Letter}
	if c.Field.Type == crm.OrgNumber && b.Policy.Region == "SE" && !crm.CheckDigit(v) && strings.ContainsAny(v.Text(), "0123456789") { // "saknas" has none to check
		d.Problems = append(d.Problems, ledger.Problem{Ref: ref, Code: ledger.CheckDigit, Value: v.Text(), Warning: true,
			Text: message.Say("the check digit is wrong")})
	}
	if cell.Type == sheet.Number && len(cell.Raw) > 15 && c.Field.Type == crm.ID {
		d.Problems = append(d.Problems, ledger.Problem{Ref: ref, Code: ledger.LongNumber, Value: cell.Raw, Warning: true,
			Text: message.Say("Excel keeps only 15 digits of a number: format the column as text and type the number again")})
	}
}

func quote(cell sheet.Cell) string { return `"` + shown(cell) + `"` }

// shown returns a cell as a person sees it, cut to what fits in a message.
func shown(cell sheet.Cell) string {
	const most = 80
	text := []rune(cell.Shown())
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// overfull rejects a row of which a value still belongs to no column.
func (b *Binding) overfull(d *ledger.Draft, row sheet.Row) {
	for _, h := range b.problems.extra {
		if cell := row.Cell(h.Index); !b.cells.Empty(cell) {
			d.Problems = append(d.Problems, ledger.Problem{Ref: ledger.Ref{Sheet: b.sheet, Row: row.Number, Column: sheet.ColumnName(h.Index)},
				Code: ledger.ExtraCells, Value: shown(cell),
				Text: message.Say("is in a column headed %s, which is not a field: move the values of the row into their columns and empty this cell", ExtraHeading)})
		}
	}
}
