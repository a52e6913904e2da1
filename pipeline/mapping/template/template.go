package template

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/sheet/writer"
)

// Write writes a new workbook with one column for every field (R3, R4), and a sheet that says what each is for.
func Write(path string, schema *crm.Schema, lang string) error {
	w, err := writer.Create(path)
	if err != nil {
		return err
	}
	if err := fill(w, schema, lang); err != nil {
		return errors.Join(err, w.Discard())
	}
	return w.Close()
}

// fill writes the sheets. The columns have the type of their field, and a drop-down where only some values will do.
func fill(w *writer.Writer, schema *crm.Schema, lang string) error {
	var columns []writer.Column
	var headings, row []any
	for _, f := range schema.Fields() {
		columns = append(columns, columnFor(schema, f, lang))
		headings, row = append(headings, f.Label(lang)), append(row, example(f, lang))
	}
	if err := w.Sheet("Import"); err != nil {
		return err
	}
	if err := w.Print(3); err != nil { // on fewer pages the text is too small
		return err
	}
	if err := w.Columns(columns...); err != nil {
		return err
	}
	if err := w.Row(headings...); err != nil {
		return err
	}
	if err := w.Toned(writer.Tone{Fill: "F2F2F2", Text: "7F7F7F", Italic: true}, row...); err != nil {
		return err
	}
	return help(w, schema, lang)
}

// columnFor says how the cells of a field look and what may be chosen in them.
func columnFor(schema *crm.Schema, f *crm.Field, lang string) writer.Column {
	is := f.Type.Describe()
	wide := len([]rune(f.Label(lang))) + 3
	if text, ok := example(f, lang).(string); ok {
		wide = max(wide, len([]rune(text))+1)
	}
	c := writer.Column{Width: float64(max(12, wide)), Heading: toneOf(f), Format: cmp.Or(is.Format, "@"), Note: meaning(f, lang), Prompt: meaning(f, lang)}
	switch {
	case is.Choices:
		c.Choices, c.Free = choiceLabels(f, lang), is.Multi // several go into one cell, parted by ;
	case f.Type == crm.User:
		for _, u := range schema.Users() {
			c.Choices = append(c.Choices, userLabel(u, schema.Users()))
		}
	case lang == "sv":
		c.Choices = is.Offers[0]
	default:
		c.Choices = is.Offers[1]
	}
	return c
}

// The colours of the headings, those of required fields in white on dark. Neighbouring kinds have different ones.
var tones = [...]struct{ usual, required writer.Tone }{
	{writer.Tone{Fill: "DDEBF7"}, writer.Tone{Fill: "1F4E78", Text: "FFFFFF"}},
	{writer.Tone{Fill: "E2EFDA"}, writer.Tone{Fill: "375623", Text: "FFFFFF"}},
}

// toneOf tells the fields of the kinds apart, and marks those that a new record must have.
func toneOf(f *crm.Field) writer.Tone {
	tone := tones[f.Kind.Number()%len(tones)]
	if slices.Contains(f.Kind.Required(), f.Name) {
		return tone.required
	}
	return tone.usual
}

// choiceLabels returns what a person picks the field's choices by.
func choiceLabels(f *crm.Field, lang string) []string {
	var all []string
	for i := range f.Choices {
		all = append(all, f.Choices[i].Label(lang))
	}
	return all
}

// userLabel returns what a person picks a user by: the name, where it is unique.
func userLabel(u crm.Person, all []crm.Person) string {
	alike := 0
	for _, other := range all {
		if strings.EqualFold(other.Name, u.Name) {
			alike++
		}
	}
	if u.Name != "" && alike == 1 {
		return u.Name
	}
	for _, s := range []string{u.Email, u.Login, u.ID} {
		if s != "" {
			return s
		}
	}
	return u.Name
}

// help writes the sheet that says what to do, and what each column means.
func help(w *writer.Writer, schema *crm.Schema, lang string) error {
	words := helpWords[lang]
	if err := w.Sheet(words.sheet); err != nil {
		return err
	}
	if err := w.Print(1); err != nil {
		return err
	}
	if err := w.Columns(writer.Column{Width: 26, Wrap: true}, writer.Column{Width: 26, Wrap: true}, writer.Column{Width: 80, Wrap: true}); err != nil {
		return err
	}
	if err := w.Row(words.heads[0], words.heads[1], words.heads[2]); err != nil {
		return err
	}
	for _, f := range schema.Fields() {
		if err := w.Row(f.Label(lang), typeName(f.Type, lang), meaning(f, lang)); err != nil {
			return err
		}
	}
	for _, line := range words.advice {
		if err := w.Row(nil, nil, line); err != nil {
			return err
		}
	}
	return nil
}

// HelpHeadings returns the headings of the help sheet that has a name; false where no template has such a sheet.
func HelpHeadings(sheetName string) ([3]string, bool) {
	for _, words := range helpWords {
		if sheetName == words.sheet {
			return words.heads, true
		}
	}
	return [3]string{}, false
}

// meaning says what a field is for.
func meaning(f *crm.Field, lang string) string {
	texts := fieldHelp[f.Path()]
	text := texts.en
	if lang == "sv" {
		text = texts.sv
	}
	if len(f.Choices) > 0 {
		text = strings.TrimSpace(text + " " + helpWords[lang].oneOf + " " + strings.Join(shorten(choiceLabels(f, lang), 20), ", "))
	}
	return text
}

func shorten(all []string, n int) []string {
	if len(all) <= n {
		return all
	}
	return append(slices.Clone(all[:n]), "…")
}

func typeName(t crm.Type, lang string) string {
	is := t.Describe()
	if lang == "sv" {
		return is.SV
	}
	return is.EN
}
