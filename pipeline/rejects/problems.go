package rejects

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/mapping/bind"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// problems returns what is wrong with a row, and where.
func (c *copier) problems(b *bind.Binding, d *ledger.Draft) (text, where string, marks map[int]string) {
	var texts, cells []string
	marks = map[int]string{}
	for i := range c.now.faults {
		f := &c.now.faults[i]
		say := message.In(c.lang, f.Text)
		if f.Value != "" {
			say = `"` + f.Value + `" ` + say
		}
		if len(f.Candidates) > 0 {
			say += " [" + strings.Join(f.Candidates, ", ") + "]"
		}
		texts = append(texts, say)
		letters := []string{f.Column}
		if f.Column == "" {
			letters = columnsOf(b, d, f)
		}
		for _, letter := range letters {
			index, ok := sheet.ColumnIndex(letter)
			if !ok || letter == "" {
				continue
			}
			cells = append(cells, ledger.Ref{Row: d.Row, Column: letter}.Cell())
			if at, ok := b.Place(index); ok {
				marks[at] = say
			}
		}
	}
	return strings.Join(texts, "\n"), strings.Join(cells, ", "), marks
}

// columnsOf returns the letters of the columns that a person fills in or corrects, for a problem that names none itself: it is of a part as a
// whole.
func columnsOf(b *bind.Binding, d *ledger.Draft, f *fault) []string {
	switch f.Code {
	case ledger.ParentRequired, ledger.Required:
		return blanks(b, d, f.kind, "name")
	case ledger.BlankKey, ledger.ImplausibleKey:
		var ticked []string
		for _, rule := range b.Policy.Ticked(f.kind) {
			ticked = append(ticked, rule...)
		}
		return blanks(b, d, f.kind, ticked...)
	case ledger.IDRequired, ledger.UnknownID, ledger.IDElsewhere, ledger.Ambiguous:
		if c := columnOf(b, f.kind, "id"); c != nil {
			return []string{c.Letter}
		}
	}
	return nil
}

// blanks returns the letters of the columns of some fields that the row has nothing in. A name may have its parts in
// columns of their own, or another required field in its place.
func blanks(b *bind.Binding, d *ledger.Draft, kind crm.Kind, fields ...string) []string {
	var letters []string
	for _, field := range fields {
		among := []string{field}
		if parts := kind.NameParts(); parts != nil && field == "name" && columnOf(b, kind, field) == nil {
			if among = parts; !slices.ContainsFunc(parts, func(part string) bool { return columnOf(b, kind, part) != nil }) {
				among = slices.DeleteFunc(slices.Clone(kind.Required()), func(other string) bool { return other == field })
			}
		}
		for _, name := range among {
			if c := columnOf(b, kind, name); c != nil && !filled(d, c) && !slices.Contains(letters, c.Letter) {
				letters = append(letters, c.Letter)
			}
		}
	}
	return letters
}

func columnOf(b *bind.Binding, kind crm.Kind, field string) *ledger.Column {
	i := slices.IndexFunc(b.Columns, func(c *ledger.Column) bool { return c.Field.Kind == kind && c.Field.Name == field })
	if i < 0 {
		return nil
	}
	return b.Columns[i]
}

// filled reports whether a row has anything in a column.
func filled(d *ledger.Draft, c *ledger.Column) bool {
	return slices.ContainsFunc(d.Part(c.Field.Kind).Cells, func(cell ledger.Cell) bool { return cell.Column.Index == c.Index && !cell.Blank() })
}
